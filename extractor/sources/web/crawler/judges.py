"""Asks each site what it wishes of machines before anything else, and lets through only what it allows.

robots.txt and tdmrep.json are asked once in 24 hours, and kept by the frontier; all requests that need the answer wait
for the same one. Where a site gives none (5xx, 429, no connection), its addresses are put off: an older answer is not
used in its place. tdmrep.json is left out where robots.txt forbids to ask for it; header and tag count all the same.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK

from extractor.dates import timestamp
from extractor.sources.web.crawler.answers import find_retry_after
from extractor.sources.web.crawler.endings import PutOff, Refused, Resting, Stopped, find_ending
from extractor.sources.web.guard import PrivateAddress
from extractor.sources.web.records import Wish, WishKind
from extractor.sources.web.waits import later, now
from extractor.sources.web.wishes import (
    ROBOTS_PATH,
    TDMREP_PATH,
    find_origin,
    is_known,
    is_reserved,
    read_robots,
)

__all__ = ["Judge"]

_PATHS: dict[WishKind, str] = {"robots": ROBOTS_PATH, "tdmrep": TDMREP_PATH}
_HOLDS = timedelta(hours=24)
# Nobody is asked again sooner who did not answer.
_PAUSE = timedelta(minutes=10)
_MAX_BYTES = 5_000_000


class Judge:
    """The middleware before all others: it ends requests that a site does not want."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._asked: dict[tuple[str, WishKind], asyncio.Task[tuple[Wish, bool]]] = {}
        # Of the wishes that could not be had: why, and until when they are not asked for again.
        self._failures: dict[tuple[str, WishKind], tuple[str, str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy wants it made."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request through, with the ids of the wishes that it is asked under.

        Raises:
            Refused: the site does not want it.
            PutOff: the site's host rests, or it is not known what it wishes.
        """
        if "wish" in request.meta:
            return
        url = request.url
        self._crawler.spider.hosts.check(url)
        origin = find_origin(url)
        robots = await self._ask(origin, "robots")
        rules = read_robots(robots)
        if not rules.allows(url):
            raise Refused("its robots.txt disallows it")
        tdmrep: Wish | None = None
        if rules.allows(origin + TDMREP_PATH):
            tdmrep = await self._ask(origin, "tdmrep")
            if is_reserved(tdmrep, url):
                raise Refused("its tdmrep.json reserves it: no text and data mining")
        request.meta["robots"], request.meta["tdmrep"] = robots.id, tdmrep.id if tdmrep else 0

    async def _ask(self, origin: str, kind: WishKind) -> Wish:
        """Return what a site says, from the one request that all wait for.

        Raises:
            PutOff: it did not say.
        """
        key = (origin, kind)
        task = self._asked.get(key)
        if task is None or (task.done() and not self._still_holds(task, key)):
            task = self._asked[key] = asyncio.ensure_future(self._load(origin, kind))
        is_waiting = not task.done()
        wish, was_asked = await asyncio.shield(task)
        if not is_known(wish):
            reason, until = self._failures[key]
            raise PutOff(reason, until)
        if kind == "robots":
            self._crawler.spider.slow_down(origin, read_robots(wish).delay)
        if is_waiting and was_asked:
            self._crawler.spider.note_request(origin)
            self._crawler.spider.hosts.check(origin)
        return wish

    def _still_holds(self, task: asyncio.Task[tuple[Wish, bool]], key: tuple[str, WishKind]) -> bool:
        if task.cancelled() or (error := task.exception()) is not None:
            return not task.cancelled() and isinstance(error, Refused)
        return self._holds(task.result()[0], key)

    def _holds(self, wish: Wish, key: tuple[str, WishKind]) -> bool:
        """Whether an answer, or that there was none, is young enough to go by."""
        checked = datetime.fromisoformat(wish.checked)
        if is_known(wish):
            return checked <= now() < checked + _HOLDS
        if key not in self._failures:
            until = later(_PAUSE.total_seconds(), checked)
            self._failures[key] = (_tell(wish, ""), until)
        return wish.checked <= timestamp() < self._failures[key][1]

    async def _load(self, origin: str, kind: WishKind) -> tuple[Wish, bool]:
        """Return what a site says, kept or asked, and whether it was asked."""
        spider = self._crawler.spider
        key = (origin, kind)
        with spider.ledger():
            kept = spider.frontier.find_wish(origin, kind)
        if kept is not None and self._holds(kept, key):
            return kept, False
        self._failures.pop(key, None)
        wish, reason, pause = await self._download(origin, kind)
        if not is_known(wish):
            self._failures[key] = (reason, later(pause))
        with spider.ledger():
            return spider.frontier.save_wish(wish), True

    async def _download(self, origin: str, kind: WishKind) -> tuple[Wish, str, float]:
        """Ask a site, and return what came, with the reason why it is not known and the seconds before it is asked."""
        request = Request(
            origin + _PATHS[kind],
            headers={"Accept": "text/plain, application/json, */*;q=0.5"},
            callback=NO_CALLBACK,
            meta={"wish": kind, "download_maxsize": _MAX_BYTES},
        )
        pause = _PAUSE.total_seconds()
        try:
            response: Any = await self._crawler.engine.download_async(request)
        except (Stopped, Resting):
            raise
        except Exception as error:
            if isinstance(error, PrivateAddress) and error.where.strip("[]") == urlsplit(origin).hostname:
                raise Refused(error.message) from error
            wish = Wish(origin, kind, 0, "", timestamp())
            return wish, _tell(wish, find_ending(error, _MAX_BYTES).reason), pause
        at = now()
        content = response.body.decode("utf-8", errors="replace") if 200 <= response.status < 300 else ""
        wish = Wish(origin, kind, response.status, content, timestamp(at))
        reason = _tell(wish, "")
        retry_after = find_retry_after(response, at)
        if not is_known(wish) and retry_after is not None:
            pause = max(pause, retry_after)
        return wish, reason, pause


def _tell(wish: Wish, reason: str) -> str:
    name = _PATHS[wish.kind].rpartition("/")[2]
    return f"its {name} could not be had: {reason or (f'status {wish.status}' if wish.status else 'no answer')}"
