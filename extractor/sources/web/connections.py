"""URL -> connection: the one door through which the crawler opens sockets, with the guard at it.

Scrapy's handler of http and https looks a host up and connects through a reactor. Here it is given a stand-in for the
reactor that can do just that, looks at each IP address, and opens no socket to one that is refused. So it does not
matter how a URL spells its host, what led to it (a link, a redirect, a refresh, a robots.txt), or whether its name
leads elsewhere the next time it is looked up: the address that is judged is the address that is connected to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import (
    IHostnameResolver,
    IReactorPluggableNameResolver,
    IReactorTCP,
    IReactorTime,
    IResolutionReceiver,
)
from zope.interface import implementer  # type: ignore[import-untyped]

from extractor.sources.web.guard import Guard, read_literal

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

__all__ = ["GUARDED_HANDLERS", "GuardedHandler"]

GUARDED_HANDLERS: dict[str, str | None] = {
    "http": "extractor.sources.web.connections.GuardedHandler",
    "https": "extractor.sources.web.connections.GuardedHandler",
    # Scrapy knows more schemes by itself, the files of this machine among them.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
"""For Scrapy's setting ``DOWNLOAD_HANDLERS``."""


class GuardedHandler(HTTP11DownloadHandler):  # type: ignore[misc]
    """Scrapy's handler of http and https, which opens no connection that the guard refuses.

    A request that would need one ends with `PrivateAddress`, which Scrapy does not try again.

    Its own setting is ``ALLOWED_NETWORKS``: networks that may be asked although they are not public, `EVERYWHERE` for
    all. A request that goes through a proxy (off unless ``HTTPPROXY_ENABLED``) is connected by the proxy: the user
    chose it, so its own address is not judged, and as it looks names up by itself, only a host that spells out an
    address is.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._guard = Guard(tuple(crawler.settings.getlist("ALLOWED_NETWORKS")))

    async def download_request(self, request: Request) -> Response:
        """Ask, once.

        Raises:
            PrivateAddress: the host leads to an address that is not public.
        """
        agent = _GuardedAgent(
            guard=self._guard,
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _GuardedAgent(_ScrapyAgent):  # type: ignore[misc]
    """Scrapy's way from a request to an answer, over connections that the door opens."""

    def __init__(self, *, guard: Guard, **rest: Any) -> None:
        super().__init__(**rest)
        self._guard = guard

    def _get_agent(self, request: Request, timeout: float) -> Any:
        agent = super()._get_agent(request, timeout)
        host = urlparse_cached(request).hostname or ""
        if request.meta.get("proxy"):
            if ip := read_literal(host):
                self._guard.check(host, ip)
            return agent
        # Both are asked for connections: the agent makes endpoints by the one or the other.
        agent._reactor = agent._endpointFactory._reactor = _Door(agent._reactor, self._guard, host)
        return agent


@implementer(IReactorTCP, IReactorTime, IReactorPluggableNameResolver)
class _Door:
    """What an endpoint needs of a reactor, and no more of it: names, clocks, and connections to what may be asked."""

    def __init__(self, reactor: Any, guard: Guard, host: str) -> None:
        self._reactor, self._guard, self._host = reactor, guard, host
        self.callLater: Callable[..., Any] = reactor.callLater
        self.seconds: Callable[[], float] = reactor.seconds

    @property
    def nameResolver(self) -> _Lookup:
        return _Lookup(self._reactor.nameResolver, self._guard)

    def connectTCP(self, host: str, port: int, *rest: Any, **named: Any) -> Any:
        """Connect to an IP address; a name is refused, as nobody could tell where it leads.

        Raises:
            PrivateAddress: it may not be connected to.
        """
        self._guard.check(self._host, host)
        return self._reactor.connectTCP(host, port, *rest, **named)


@implementer(IHostnameResolver)
class _Lookup:
    """Looks names up as before; of a name that leads to any refused address, only those are told.

    The door then refuses the name for good. If only its public addresses were told, it would depend on whether these
    answer, and no site of the press has both.
    """

    def __init__(self, resolver: Any, guard: Guard) -> None:
        self._resolver, self._guard = resolver, guard

    def resolveHostName(self, resolutionReceiver: Any, *rest: Any, **named: Any) -> Any:
        return self._resolver.resolveHostName(_Addresses(resolutionReceiver, self._guard), *rest, **named)


@implementer(IResolutionReceiver)
class _Addresses:
    """Gathers all addresses of a name before it tells any."""

    def __init__(self, receiver: Any, guard: Guard) -> None:
        self._receiver, self._guard = receiver, guard
        self._found: list[Any] = []

    def resolutionBegan(self, resolutionInProgress: Any) -> None:
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:
        self._found.append(address)

    def resolutionComplete(self) -> None:
        refused = [address for address in self._found if self._guard.find_refusal(address.host)]
        told: Sequence[Any] = refused or self._found
        for address in told:
            self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()
