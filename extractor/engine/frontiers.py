"""The store as the frontier of the crawler: what to ask next, and what becomes of each answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from extractor.dates import timestamp
from extractor.engine.answers import read_answer_page
from extractor.engine.listings import Below, Depths, select_entries, try_clean
from extractor.engine.reading import ReadPage
from extractor.engine.records import Archive, Fetched, FetchOptions
from extractor.errors import ExtractorError, SourceError, StoreError
from extractor.records import Failure, Page
from extractor.sources.kinds import find_binary
from extractor.sources.web.records import Address, AddressKind, Answer, Entry, FoundKind, Listing, Wish, WishKind
from extractor.store import RefusedRecord, Store

__all__ = ["StoreFrontier"]

LATER = timedelta(hours=1)
"""What could not be had in so many tries in a row is left alone for so long, at least."""

PER_HOST = 4
"""How many addresses of one host are in hand at a time: enough to keep it busy at its pace."""

NOT_FOR_ALL = {
    401: "The page wants a login",
    402: "The page wants to be paid for",
    403: "The site forbids the page",
    407: "A proxy wants a login",
    451: "The page is withheld for legal reasons",
}


class StoreFrontier:
    """The frontier of one run.

    Attributes:
        now: how far the run has come.
    """

    def __init__(
        self,
        store: Store,
        now: Fetched,
        *,
        options: FetchOptions,
        read: Callable[[Page, Address], ReadPage | Failure],
        rules: str,
        reader: ThreadPoolExecutor,
        only: frozenset[str] | None = None,
        archive: Archive | None = None,
        progress: Callable[[Fetched], None] | None = None,
    ) -> None:
        """Begin.

        Args:
            store: what is to be asked, and where it is kept.
            now: a run that has just been started.
            options: how to go about it.
            read: finds the claims of a page; the address may say of it what it does not say itself.
            rules: hash of the rules that ``read`` goes by.
            reader: where pages are read, beside the event loop.
            only: the ids of the sources whose addresses are asked; None for all.
            archive: keeps each answer, too.
            progress: called after each answer.
        """
        self.now = now
        self._store, self._options, self._rules, self._only = store, options, rules, only
        self._read, self._reader = read, reader
        self._archive, self._progress = archive, progress
        self._in_hand: set[str] = set()
        self._resting: dict[str, tuple[str, str]] = {}
        self._selections: dict[str, tuple[str, str]] = {}
        self._depths = Depths()
        self._error: ExtractorError | None = None
        # What was put off in this run, and not had since
        self._late: set[str] = set()

    def end(self) -> Fetched:
        """Return what came of the run; a URL that was named and not asked for has failed, and is told."""
        for row in [] if self._only is None else self._store.web.own_waiting(self._only):
            if row["url"] not in self._late:
                error = SourceError(
                    "The page was not asked for: its site is to be left alone", where=row["url"],
                    found=row["reason"], fix=f"The command fetch asks again after {row['not_before'] or 'this run'}",
                )  # fmt: skip
                self._store.save_failure(Failure(row["url"], "source", error.message), self.now.run_id)
                self.now = self.now.plus(put_off=1)
        self.now = self.now.plus(waiting=self._store.web.count_waiting())
        return self.now

    # What to ask

    def take(self, count: int) -> list[Address]:
        """Return addresses that may be asked now; they are in hand until they end, or their host rests."""
        for host, (until, reason) in list(self._resting.items()):
            # Its listings may have led to more of it since
            if until > timestamp():
                self._store.web.rest(host, until, reason)
            else:
                del self._resting[host]
        taken = self._store.web.take(count, timestamp(), self._in_hand, PER_HOST, self._only)
        self._in_hand.update(address.url for address in taken)
        return taken

    def wait(self) -> float | None:
        """Return the seconds until there is more; None if that is longer than the run's patience."""
        ready, later = self._store.web.next_times(timestamp(), self._in_hand, self._only)
        if ready:
            return 0.1
        if not later:
            return None
        seconds = (datetime.fromisoformat(later) - datetime.now(UTC)).total_seconds()
        return max(0.1, seconds) if seconds <= self._options.patience else None

    def find_wish(self, origin: str, kind: WishKind) -> Wish | None:
        """Return what a site said last of machines."""
        return self._store.web.find_wish(origin, kind)

    def save_wish(self, wish: Wish) -> Wish:
        """Keep what a site says of machines."""
        return self._store.web.save_wish(wish)

    # What becomes of it

    def put_off(self, address: Address, until: str, reason: str) -> None:
        """Have an address asked again, or give it up if it was tried too often."""
        now = datetime.now(UTC)
        if address.tries + 1 >= self._options.max_tries:
            # Or a site that always asks for one second more would keep the run from ending
            until = max(until, timestamp(now + LATER))
        failure = Failure(address.url, "source", f"{reason}; to be asked again after {until}")
        given_up = self._store.web.put_off(
            address, until, failure, run_id=self.now.run_id, max_tries=self._options.max_tries,
            before=timestamp(now - timedelta(seconds=self._options.persistence)),
        )  # fmt: skip
        self._count(address, **{"unread" if given_up else "put_off": 1})
        if not given_up:
            self._late.add(address.url)

    def rest(self, host: str, until: str, reason: str) -> None:
        """Leave a host alone; what was in hand of it waits again."""
        self._resting[host] = (until, reason)
        self._store.web.rest(host, until, reason)
        self._in_hand = {url for url in self._in_hand if urlsplit(url).netloc != host}

    def refused(self, address: Address, reason: str) -> None:
        """Note that an address is not asked again."""
        self._store.web.give_up(address, "refused", Failure(address.url, "source", reason), run_id=self.now.run_id)
        self._count(address, refused=1)

    async def answered(self, answer: Answer) -> None:
        """Keep what came: by its status, and then by what it is."""
        try:
            await self._keep(answer)
        except ExtractorError as error:
            self._error = error
            raise

    async def _keep(self, answer: Answer) -> None:
        if self._archive is not None:
            self._archive.write(answer)
        self.now = self.now.plus(pages=1)
        if answer.status == 304:
            self._store.web.save_unchanged(answer, run_id=self.now.run_id)
            self._count(answer.address, same=1)
        elif answer.status in (404, 410):
            what = SourceError("The page is gone", where=answer.url, expected="a page", found=f"HTTP {answer.status}")
            failure = Failure(answer.address.url, "source", what.message)
            self._store.web.save_gone(answer, failure, run_id=self.now.run_id)
            self._count(answer.address, gone=1)
        elif answer.status in NOT_FOR_ALL:
            self._unread(answer, SourceError(
                NOT_FOR_ALL[answer.status], where=answer.url, found=f"HTTP {answer.status}",
                fix="It is left alone; read it in a browser, if you may",
            ), refused=1)  # fmt: skip
        elif not 200 <= answer.status < 300:
            self._unread(answer, SourceError(
                "The site has no page there", where=answer.url, expected="HTTP 200", found=f"HTTP {answer.status}"
            ))  # fmt: skip
        else:
            await self._read_answer(answer)

    async def _read_answer(self, answer: Answer) -> None:
        # Imported here: the readers of listings bring in parsers
        from extractor.sources.web.listings import find_kind
        from extractor.sources.web.walls import find_wall

        page = read_answer_page(answer)
        kind = answer.address.kind
        try:
            if kind == "unknown":
                kind = await self._in_reader(find_kind, page)
            if kind != "page":
                await self._read_listing(answer, page, kind)
                return
            if binary := find_binary(page.content):
                raise SourceError("What stands there is no page", where=page.url, expected="HTML or text", found=binary)
            if wall := await self._in_reader(find_wall, page):
                self._unread(answer, SourceError(wall, where=page.url), refused=1)
                return
        except SourceError as error:
            self._unread(answer, error)
            return
        await self._read_article(answer, page)

    async def _read_listing(self, answer: Answer, page: Page, kind: AddressKind) -> None:
        from extractor.sources.web.listings import find_listings, read_listing

        below: list[tuple[FoundKind, str, str]] = []
        if kind == "list" and answer.address.kind == "unknown":
            # A home page: what it offers for this very purpose is better than its links
            below = await self._in_reader(find_listings, page)
        listing = Listing("list") if below else await self._in_reader(read_listing, page, kind)
        topic, since = self._find_selection(answer.address)
        entries, problems = await self._in_reader(select_entries, listing, topic, since)
        listings: list[Below] = [(try_clean(url), other, Entry(url)) for other, url, _ in below]
        listings += [(try_clean(entry.url), listing.kind, entry) for entry in listing.listings]
        listings, more = self._depths.choose(answer.address, listings)
        found = self._store.web.save_listing(answer, listing, entries, listings, run_id=self.now.run_id)
        for problem in (*listing.problems, *problems, *more):
            self._store.save_failure(Failure(answer.address.url, "source", problem), self.now.run_id)
        self._count(answer.address, listings=1, found=found)

    def _find_selection(self, address: Address) -> tuple[str, str]:
        """Return the topic of the entries that are wanted of a source, and their first date."""
        if address.source_id not in self._selections:
            row = self._store.web.find_source(address.source_id)
            self._selections[address.source_id] = (row["topic"], row["since"])
        return self._selections[address.source_id]

    async def _read_article(self, answer: Answer, page: Page) -> None:
        if self._store.has_page(page.sha256, self._rules):
            self._store.web.save_unchanged(answer, run_id=self.now.run_id, page_sha256=page.sha256)
            self._count(answer.address, same=1)
            return
        result = await self._in_reader(self._read, page, answer.address)
        if isinstance(result, Failure):
            self._unread(answer, SourceError(result.reason), stage=result.stage)
            return
        try:
            outcome = self._store.web.save_fetched(
                answer, page, result.article, result.claims,
                entities=result.entities, rules=self._rules, run_id=self.now.run_id,
            )  # fmt: skip
        except RefusedRecord as error:
            self._unread(answer, error, stage="store")
            return
        claims = 0 if outcome == "same" else len(result.claims)
        self._count(answer.address, claims=claims, **{outcome: 1})

    def _unread(
        self, answer: Answer, error: SourceError | StoreError, *, stage: str = "source", refused: int = 0
    ) -> None:
        failure = Failure(answer.address.url, stage, error.message)
        self._store.web.save_unread(answer, "refused" if refused else "failed", failure, run_id=self.now.run_id)
        self._count(answer.address, **{"refused" if refused else "unread": 1})

    async def _in_reader(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Work that takes long, beside the loop: other answers go on coming."""
        done = await asyncio.get_running_loop().run_in_executor(self._reader, function, *arguments)
        if self._error is not None:
            # Another answer could not be kept meanwhile, nor can this one: a locked database is waited for once
            raise self._error
        return done

    def _count(self, address: Address, **more: int) -> None:
        self._in_hand.discard(address.url)
        if address.url in self._late:
            self._late.discard(address.url)
            more["put_off"] = more.get("put_off", 0) - 1
        self.now = self.now.plus(**more)
        if self._progress is not None:
            self._progress(self.now)
