"""The pause of each host: no shorter than was asked for, from the first request on, and longer for slow sites."""

from __future__ import annotations

from time import monotonic

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader, Slot
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

__all__ = ["PacedDownloader", "Throttle"]


class PacedDownloader(Downloader):  # type: ignore[misc]
    """Scrapy's downloader, which waits before the first request to a host, too.

    When a run before this one, perhaps one that was killed a moment ago, asked the host last, nobody knows.
    """

    def _get_slot(self, request: Request, spider: Spider | None = None) -> tuple[str, Slot]:
        key, slot = super()._get_slot(request)
        slot.lastseen = slot.lastseen or monotonic()
        return key, slot


class Throttle(AutoThrottle):  # type: ignore[misc]
    """Adjusts the pause of a host to how long it takes to answer.

    Scrapy's own knows one least and one longest pause for all hosts, and would take a Crawl-delay back to these.
    """

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = self._get_slot(request, spider)
        if slot is not None and key is not None:
            slot.delay = max(slot.delay, spider.hosts.find_delay(key))
