"""Scrapy's scheduler: a queue for each host, in memory only, and one request of a host at a time.

What waits here is open in the frontier, so nothing is lost with it. A host whose turn has not come holds up no other:
Scrapy counts a request that waits for its delay, or for robots.txt, among those it may send at the same time.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Self

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.utils.httpobj import urlparse_cached

__all__ = ["HostQueues"]


class HostQueues(BaseScheduler):  # type: ignore[misc]
    """The requests that wait for their host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._queues: dict[str, deque[Request]] = {}
        self._is_closed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy wants it made."""
        return cls(crawler)

    def close(self, reason: str) -> None:
        """Take no more, and forget what waits."""
        self.clear()

    def clear(self) -> None:
        """Take no more, and forget what waits."""
        self._is_closed = True
        self._queues.clear()

    def has_pending_requests(self) -> bool:
        """Whether any request waits."""
        return bool(self._queues)

    def enqueue_request(self, request: Request) -> bool:
        """Add a request; one that a redirect led to comes before the others of its host."""
        if self._is_closed:
            return False
        queue = self._queues.setdefault(_host(request), deque())
        (queue.appendleft if request.meta.get("trail") else queue.append)(request)
        return True

    def next_request(self) -> Request | None:
        """Return a request to a host that none is under way to, taking turns between hosts; None if there is none."""
        busy = {_host(request) for request in self._crawler.engine.downloader.active}
        host = next((host for host in self._queues if host not in busy), None)
        if host is None:
            return None
        # The host goes to the end of the line.
        queue = self._queues.pop(host)
        request = queue.popleft()
        if queue:
            self._queues[host] = queue
        return request

    def drop(self, netloc: str) -> list[Request]:
        """Take out and return what waits for a host at a port."""
        dropped: list[Request] = []
        for host, queue in list(self._queues.items()):
            dropped += [request for request in queue if urlparse_cached(request).netloc == netloc]
            kept = deque(request for request in queue if urlparse_cached(request).netloc != netloc)
            if kept:
                self._queues[host] = kept
            else:
                del self._queues[host]
        return dropped


def _host(request: Request) -> str:
    parts: Any = urlparse_cached(request)
    return parts.hostname or ""
