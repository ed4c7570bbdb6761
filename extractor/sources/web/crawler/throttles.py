"""Scrapy's AutoThrottle, which slows down for slow sites, made to know that each host has a least pause of its own."""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

__all__ = ["Throttle"]


class Throttle(AutoThrottle):  # type: ignore[misc]
    """Adjusts the pause of a host to how long it takes to answer.

    Scrapy's own knows one least and one longest pause for all hosts, and would take a Crawl-delay back to these.
    """

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = self._get_slot(request, spider)
        if slot is not None and key is not None:
            slot.delay = max(slot.delay, spider.hosts.find_delay(key))
