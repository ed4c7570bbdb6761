"""Asks URLs through Scrapy with our connections and otherwise its own ways, in a process of its own, as a reactor runs
only once: ``ask(urls, settings)`` from a test; the module itself is what runs there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import DeferredList
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer  # type: ignore[import-untyped]

from extractor.sources.web.connections import GUARDED_HANDLERS

__all__ = ["Outcome", "ask"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request.

    Attributes:
        status: 0 where no answer came.
        error: the name of the exception's type, empty where an answer came.
        message: what the exception says.
        attempts: how often it was tried.
    """

    status: int = 0
    error: str = ""
    message: str = ""
    attempts: int = 1


def ask(urls: Sequence[str], settings: Mapping[str, object], **environment: str) -> dict[str, Outcome]:
    """Ask each URL and return what became of it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.asking"],
        input=json.dumps({"urls": list(urls), "settings": dict(settings)}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return {url: Outcome(*outcome) for url, outcome in map(json.loads, done.stdout.splitlines())}


class Asking(Spider):  # type: ignore[misc]
    name = "asking"
    urls: Sequence[str] = ()

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(url, self.parse, errback=self.fail, dont_filter=True, meta={"first": url})

    def parse(self, response: Any) -> None:
        self.tell(response.request, response.status)

    def fail(self, failure: Any) -> None:
        self.tell(failure.request, 0, type(failure.value).__name__, str(failure.value))

    def tell(self, request: Request, *outcome: object) -> None:
        attempts = request.meta.get("retry_times", 0) + 1
        print(json.dumps([request.meta["first"], [*outcome, *["", ""][len(outcome) - 1 :], attempts]]), flush=True)


@implementer(IHostnameResolver)
class LoopbackNames:
    """Asks the name server of the test for names below ``.test``, and all others as before."""

    def __init__(self, reactor: Any, port: int) -> None:
        from twisted.names.client import Resolver

        self.reactor = reactor
        self.others = reactor.nameResolver
        self.resolver = Resolver(servers=[("127.0.0.1", port)], reactor=reactor)

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> LoopbackNames:
        return cls(reactor, crawler.settings.getint("NAME_SERVER_PORT"))

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    def resolveHostName(self, receiver: Any, hostName: str, portNumber: int = 0, *rest: Any, **named: Any) -> Any:
        if not hostName.endswith(".test"):
            return self.others.resolveHostName(receiver, hostName, portNumber, *rest, **named)
        receiver.resolutionBegan(None)

        def tell(answers: Any) -> None:
            for went_well, sections in answers:
                for record in sections[0] if went_well else ():
                    if hasattr(record.payload, "dottedQuad"):
                        receiver.addressResolved(IPv4Address("TCP", record.payload.dottedQuad(), portNumber))
                    else:
                        receiver.addressResolved(IPv6Address("TCP", record.payload._address, portNumber))
            receiver.resolutionComplete()

        lookups = [self.resolver.lookupAddress(hostName), self.resolver.lookupIPV6Address(hostName)]
        DeferredList(lookups, consumeErrors=True).addCallback(tell)
        return None


def main() -> None:
    asked = json.load(sys.stdin)
    settings = {
        "DOWNLOAD_HANDLERS": GUARDED_HANDLERS,
        "DOWNLOAD_TIMEOUT": 10,
        "HTTPERROR_ALLOW_ALL": True,
        "HTTPPROXY_ENABLED": False,
        "LOG_LEVEL": "CRITICAL",
        "TELNETCONSOLE_ENABLED": False,
        **asked["settings"],
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(Asking, urls=asked["urls"])
    process.start()


if __name__ == "__main__":
    main()
