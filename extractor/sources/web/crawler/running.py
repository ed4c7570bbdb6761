"""The event loop of the crawler, and the end of a crawl, by itself or by a signal.

Twisted's reactor cannot be started twice in a process. So it is started once, on a loop of its own, and never stopped;
each crawl enters that loop and leaves it again.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from scrapy.crawler import Crawler
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from twisted.logger import STDLibLogObserver, globalLogBeginner
from zope.interface import implementer  # type: ignore[import-untyped]

from extractor.errors import ExtractorError
from extractor.sources.web.crawler import CrawlOptions
from extractor.sources.web.crawler.settings import make_settings
from extractor.sources.web.crawler.spiders import PressSpider
from extractor.sources.web.frontier import Frontier

__all__ = ["run_crawl"]

_LOGGERS = ("scrapy", "twisted", "asyncio", "protego")
_Handler = Callable[[int, FrameType | None], Any] | int | None


def run_crawl(frontier: Frontier, options: CrawlOptions) -> None:
    """Do what `extractor.sources.web.crawler.crawl` promises."""
    loop = _find_loop()
    crawler = Crawler(PressSpider, make_settings(options))
    with _quiet(), _catching_signals(loop, crawler, options.grace) as caught:
        try:
            loop.run_until_complete(_crawl(crawler, frontier, options, caught))
        finally:
            loop.run_until_complete(_sweep())
    if crawler.spider is not None and crawler.spider.error is not None:
        raise crawler.spider.error
    for number, previous in caught:
        _pass_on(number, previous)


async def _crawl(crawler: Any, frontier: Frontier, options: CrawlOptions, caught: list[Any]) -> None:
    try:
        await crawler.crawl_async(frontier=frontier, options=options)
    except asyncio.CancelledError:
        # By the second signal.
        if not caught:
            raise


async def _sweep() -> None:
    """End what is left over, so that the next crawl finds an empty loop."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


def _find_loop() -> asyncio.AbstractEventLoop:
    """Return the event loop under the reactor, which is made at the first crawl of the process.

    Raises:
        ExtractorError: another part of the process runs a reactor of its own.
    """
    from twisted.internet import asyncioreactor

    if "twisted.internet.reactor" not in sys.modules:
        new = asyncio.new_event_loop()
        atexit.register(new.close)
        asyncioreactor.install(new)
        # Twisted's own buffer would print critical ones to standard error.
        globalLogBeginner.beginLoggingTo([STDLibLogObserver()], redirectStandardIO=False, discardBuffer=True)
    reactor: Any = sys.modules["twisted.internet.reactor"]
    if not isinstance(reactor, asyncioreactor.AsyncioSelectorReactor):
        raise ExtractorError(
            "the web cannot be crawled in this process",
            expected="the asyncio reactor of Twisted, or none",
            found=type(reactor).__name__,
            fix="Run ainews-to-sqlite in a process of its own",
        )
    loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop
    if not reactor.running:
        # The reactor's timers and connections live on the loop, whoever runs that.
        reactor.startRunning(installSignalHandlers=False)
        reactor.installNameResolver(_Resolver(loop))
    return loop


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the logs of the libraries to themselves: what became of an address, the frontier is told."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _catching_signals(
    loop: asyncio.AbstractEventLoop, crawler: Any, grace: float
) -> Iterator[list[tuple[int, _Handler]]]:
    """End the crawl at SIGINT and SIGTERM; afterwards, everything is as before.

    Yields:
        The signals that came, each with the handler that it was meant for.
    """
    caught: list[tuple[int, _Handler]] = []
    before: dict[int, _Handler] = {}
    if threading.current_thread() is threading.main_thread():
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        before = {number: handler for number, handler in handlers.items() if handler is not signal.SIG_IGN}

    def stop(number: int) -> None:
        caught.append((number, before[number]))
        if len(caught) == 1 and crawler.spider is not None and crawler.crawling:
            crawler.spider.stop(grace)
        else:
            for task in asyncio.all_tasks(loop):
                task.cancel()

    for number in before:
        loop.add_signal_handler(number, stop, number)
    try:
        yield caught
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            # None where it was not set from Python.
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


def _pass_on(number: int, handler: _Handler) -> None:
    if callable(handler):
        handler(number, None)
    else:
        raise SystemExit(128 + number)


@implementer(IHostnameResolver)
class _Resolver:
    """Looks names up in threads of the loop; those of the reactor would keep the process from ending."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[Any]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        self._loop.create_task(self._resolve(resolutionReceiver, hostName, portNumber, addressTypes))
        return resolution

    async def _resolve(self, receiver: Any, name: str, port: int, wanted: Sequence[type[Any]] | None) -> None:
        try:
            found = await self._loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            found = []
        for family, _, _, _, place in found:
            kind = {socket.AF_INET: IPv4Address, socket.AF_INET6: IPv6Address}.get(family)
            if kind is not None and (wanted is None or kind in wanted):
                receiver.addressResolved(kind("TCP", *place))
        receiver.resolutionComplete()


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing to cancel: whoever asked has left."""
