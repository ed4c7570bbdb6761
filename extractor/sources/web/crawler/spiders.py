"""Takes addresses from the frontier, and ends each of them: answered, put off or refused, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from extractor.dates import timestamp
from extractor.errors import ExtractorError
from extractor.sources.web.crawler import CrawlOptions
from extractor.sources.web.crawler.answers import find_retry_after, make_answer
from extractor.sources.web.crawler.endings import Ending, PutOff, Refused, Resting, Stopped, find_ending
from extractor.sources.web.crawler.hosts import Hosts
from extractor.sources.web.frontier import Frontier
from extractor.sources.web.records import Address
from extractor.sources.web.waits import find_backoff, find_pause, is_passing, later, now
from extractor.sources.web.wishes import find_reservation

__all__ = ["PressSpider"]

# Seconds that a host is left alone which does not answer.
_REST = 600.0


class PressSpider(Spider):  # type: ignore[misc]
    """The one spider.

    Attributes:
        frontier: what is to be asked.
        hosts: how often.
        flights: downloads under way.
        is_stopping: whether nothing new is to be asked.
        error: what the frontier raised, if it did.
    """

    name = "press"

    def __init__(self, frontier: Frontier, options: CrawlOptions) -> None:
        super().__init__()
        self.frontier = frontier
        self.hosts = Hosts(options.delay)
        self.flights: set[asyncio.Task[Response]] = set()
        self.is_stopping = False
        self.error: Exception | None = None
        self._options = options
        self._open: dict[str, Address] = {}
        self._looked = 0.0
        self._ended = True
        self._alarm: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PressSpider:
        """Make it, as Scrapy wants it made."""
        spider: PressSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.feed, signal=signals.scheduler_empty)
        crawler.signals.connect(spider.wait, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Yield nothing: addresses come as Scrapy asks for more."""
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    # What comes in

    def feed(self) -> bool:
        """Take more addresses from the frontier, if there is room, and tell whether there were any."""
        room = self._options.ahead - len(self._open)
        # Nothing is new there unless something ended, or time has passed.
        is_worthwhile = self._ended or monotonic() - self._looked > 1.0
        if self.is_stopping or room <= 0 or not is_worthwhile:
            return False
        try:
            with self.ledger():
                addresses = self.frontier.take(room)
        except Stopped:
            return False
        self._looked, self._ended = monotonic(), False
        fresh = [address for address in addresses if address.url not in self._open]
        for address in fresh:
            self._begin(address)
        return bool(fresh)

    def wait(self) -> None:
        """Keep the crawl open while the frontier has something that is worth waiting for.

        Raises:
            DontCloseSpider: it has, or some has just been taken.
        """
        if self.is_stopping:
            return
        self._ended = True
        if self.feed():
            raise DontCloseSpider
        try:
            with self.ledger():
                seconds = self.frontier.wait()
        except Stopped:
            return
        if seconds is None:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._wake_in(seconds)
        raise DontCloseSpider

    def _wake_in(self, seconds: float) -> None:
        # A little late, rather than a moment before something may be taken.
        self._alarm = asyncio.get_running_loop().call_later(seconds + 0.05, self._wake)

    def _wake(self) -> None:
        self._ended = True
        if not self.feed() and not self.is_stopping and not self._open:
            self._wake_in(1.0)

    def _begin(self, address: Address) -> None:
        options = self._options
        limit = options.max_bytes if address.kind == "page" else options.max_listing_bytes
        validators = {"If-None-Match": address.etag, "If-Modified-Since": address.last_modified}
        self._open[address.url] = address
        try:
            request = Request(
                address.url,
                callback=self.keep,
                errback=self.end,
                cb_kwargs={"address": address},
                headers={name: value for name, value in validators.items() if value},
                meta={"download_maxsize": limit},
                dont_filter=True,
            )
            parts = urlsplit(address.url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
                raise ValueError("no host of http or https")
        except ValueError as error:
            self._end(address, Refused(f"no address: {error}"))
            return
        self.slow_down(address.url, address.delay)
        self.crawler.engine.crawl(request)

    # What comes out

    async def keep(self, response: Response, address: Address) -> None:
        """End an address that was answered."""
        self.note_request(response.url)
        self.hosts.note_answer(response.url)
        try:
            await self._keep(response, address)
        except Ending as ending:
            self._end(address, ending)
        except ExtractorError as error:
            # No page is to blame: the store, the archive or a rule of ours is what fails
            self.fail(error)
        except Exception as error:
            self._end(address, PutOff(f"a bug of this program: {type(error).__name__}: {error}"))

    async def _keep(self, response: Response, address: Address) -> None:
        place = _tell_redirect(response.request)
        at = now()
        retry_after = find_retry_after(response, at)
        if is_passing(response.status):
            seconds = find_backoff(address.tries) if retry_after is None else retry_after
            raise PutOff(f"status {response.status}{place}", later(max(seconds, self._options.delay)), is_exact=True)
        answer = make_answer(address, response, timestamp(at))
        if response.status in (200, 304) and find_reservation(answer.headers, answer.content, answer.charset):
            raise Refused(f"it reserves itself: no text and data mining{place}")
        if self.error is not None:
            raise Stopped
        await self.frontier.answered(answer)
        self._close(address)

    async def end(self, failure: Failure) -> None:
        """End an address that was not answered."""
        request = failure.request
        address: Address = request.cb_kwargs["address"]
        ending = find_ending(failure.value, request.meta["download_maxsize"])
        self._end(address, ending, _tell_redirect(request))
        # Where it had not been let through yet, it was not asked.
        if "robots" not in request.meta or isinstance(ending, (Resting, Stopped)):
            return
        self.note_request(request.url)
        if not (isinstance(ending, PutOff) and ending.is_host):
            self.hosts.note_answer(request.url)
        elif self.hosts.note_failure(request.url):
            self.rest(request.url, _REST, f"its host did not answer several times in a row: {ending.reason}")

    def _end(self, address: Address, ending: Ending, place: str = "") -> None:
        if isinstance(ending, Stopped) or address.url not in self._open:
            return
        if isinstance(ending, Resting) and self.hosts.find_rest(address.url):
            # Given back with its whole host.
            self._close(address)
            return
        try:
            with self.ledger():
                if isinstance(ending, PutOff):
                    until = ending.until if ending.is_exact else max(ending.until, later(find_backoff(address.tries)))
                    self.frontier.put_off(address, until, ending.reason + place)
                else:
                    self.frontier.refused(address, ending.reason + place)
        except Stopped:
            return
        self._close(address)

    def _close(self, address: Address) -> None:
        self._open.pop(address.url, None)
        self._ended = True

    # The pace of hosts

    def slow_down(self, url: str, seconds: float) -> None:
        """Ask the host of a URL no more often than this."""
        self.hosts.slow_down(self.crawler.engine.downloader, (urlsplit(url).hostname or "").lower(), seconds)

    def rest(self, url: str, seconds: float, reason: str) -> str:
        """Leave the host of a URL alone, with all that waits for it, and return until when."""
        until = self.hosts.rest(url, seconds, reason)
        host = urlsplit(url).netloc
        try:
            with self.ledger():
                self.frontier.rest(host, until, reason)
        except Stopped:
            return until
        for request in self.crawler.engine.scheduler.drop(host):
            address: Address = request.cb_kwargs["address"]
            if urlsplit(address.url).netloc == host:
                self._close(address)
            else:
                # It was redirected here.
                self._end(address, Resting(reason, until))
        return until

    def note_request(self, url: str) -> None:
        """Note that a host was asked; one that wants very long pauses rests after each request."""
        delay = self.hosts.find_long_delay((urlsplit(url).hostname or "").lower())
        if delay and self.hosts.find_rest(url) is None:
            self.rest(url, delay, f"its host wants {delay:g} seconds between two requests")

    def note_response(self, request: Request, response: Response) -> None:
        """Note what a host answered, before anything else is sent to it; it rests if it asks to be left alone."""
        retry_after = find_retry_after(response, now())
        if "wish" in request.meta and retry_after is None:
            # What waits for this wish is put off one by one, as each finds that it is not there.
            return
        address: Address | None = request.cb_kwargs.get("address")
        seconds = find_pause(response.status, retry_after, address.tries if address else 0)
        if seconds:
            self.rest(request.url, seconds, f"another request to its host was answered {response.status}")

    # The end

    @contextmanager
    def ledger(self) -> Iterator[None]:
        """Call the frontier; if it cannot go on, nor can the crawl.

        Raises:
            Stopped: it raised, now or before, and the crawl ends.
        """
        if self.error is not None:
            # A database that is locked would keep each that is under way waiting, one after the other
            raise Stopped
        try:
            yield
        except Exception as error:
            self.fail(error)
            raise Stopped from error

    def fail(self, error: Exception) -> None:
        """End the crawl over an error of the frontier."""
        if self.error is None:
            self.error = error
        self.stop(0.0)

    def stop(self, grace: float) -> None:
        """Ask nothing new, and let go of what is under way after so many seconds. What was not ended stays open."""
        if self.is_stopping:
            return
        self.is_stopping = True
        if self._alarm is not None:
            self._alarm.cancel()
        engine = self.crawler.engine
        if engine.scheduler is not None:
            engine.scheduler.clear()
        for slot in engine.downloader.slots.values():
            while slot.queue:
                slot.queue.popleft()[1].errback(Failure(Stopped()))
        loop = asyncio.get_running_loop()
        loop.call_later(grace, self._let_go)
        self._end_of_crawl = loop.create_task(self.crawler.stop_async())

    def _let_go(self) -> None:
        for task in self.flights:
            task.cancel()


def _tell_redirect(request: Request) -> str:
    return f" (after a redirect to {request.url})" if request.meta.get("trail") else ""
