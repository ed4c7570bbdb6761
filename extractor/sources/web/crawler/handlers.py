"""The last step before a connection: where a crawl that is stopped asks no more, and where pauses count from."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HEADER,
    STATUS,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from extractor.sources.web.connections import GUARDED_HANDLERS, GuardedHandler
from extractor.sources.web.crawler.endings import Refused, Stopped

__all__ = ["HANDLERS", "PoliteHandler"]

HANDLERS: dict[str, str | None] = {
    scheme: handler and f"{__name__}.PoliteHandler" for scheme, handler in GUARDED_HANDLERS.items()
}
"""For Scrapy's setting ``DOWNLOAD_HANDLERS``."""

_HEAD_BYTES = 256 * 1024


class PoliteHandler(GuardedHandler):
    """Opens connections where the guard lets it, can be told to let go of them, and notes when an answer has come.

    Scrapy counts the pause between two requests from the start of the first: a site that needs a second to answer
    would get no pause at all where one second was asked for.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Twisted asks once more, at once, where a connection that was kept open fails; here, what fails is put off.
        self._pool.retryAutomatically = False
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """Ask, once.

        Raises:
            Stopped: the crawl is over, or has waited long enough for this answer.
            Resting: its host is to be left alone, since after it was let through.
        """
        spider = self._crawler.spider
        if spider.is_stopping:
            raise Stopped
        spider.hosts.check(request.url)
        task = asyncio.ensure_future(super().download_request(request))
        spider.flights.add(task)
        try:
            response = await task
        except asyncio.CancelledError:
            if spider.is_stopping:
                raise Stopped from None
            raise
        finally:
            spider.flights.discard(task)
            slot = self._crawler.engine.downloader.slots.get(request.meta["download_slot"])
            if slot is not None:
                slot.lastseen = monotonic()
        spider.note_response(request, response)
        return response


class _Protocol(_LenientHTTP11ClientProtocol):  # type: ignore[misc]
    """One connection, which takes no more than so much before a body: Scrapy's limit of size is for bodies only."""

    _head = 0

    def request(self, request: Any) -> Any:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self._head += len(data)
            if self._head > _HEAD_BYTES:
                self._giveUp(Failure(Refused(f"more than {_HEAD_BYTES:,} bytes before its body")))
                return
        super().dataReceived(data)


class _Factory(_LenientHTTP11ClientFactory):  # type: ignore[misc]
    """Makes them."""

    def buildProtocol(self, address: Any) -> _Protocol:
        return _Protocol(self._quiescentCallback)
