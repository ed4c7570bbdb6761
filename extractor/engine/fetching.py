"""Sources -> what they lead to -> claims -> store, over the web.

The crawler asks; what to ask next and what becomes of each answer is decided here, and kept in the store at once: a run
that is killed at any moment has lost nothing but the answers that were on their way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from extractor.engine.reading import Extract, Read, read_page
from extractor.errors import SourceError, StoreError
from extractor.records import Failure, Page
from extractor.sources.kinds import find_binary, kind_of_content
from extractor.sources.web.addresses import clean_address
from extractor.sources.web.crawler import CrawlOptions, crawl
from extractor.sources.web.records import Address, AddressKind, Answer, Entry, Listing, Wish, WishKind
from extractor.store import RefusedRecord, Source, Store

__all__ = ["Archive", "FetchOptions", "Fetched", "fetch", "read_answer_page"]

PER_HOST = 4
"""How many addresses of one host are in hand at a time: enough to keep it busy at its pace."""

NOT_FOR_ALL = {
    401: "The page wants a login",
    402: "The page wants to be paid for",
    403: "The site forbids the page",
    407: "A proxy wants a login",
    451: "The page is withheld for legal reasons",
}
HTML_TYPES = ("text/html", "application/xhtml+xml")
TEXT_TYPES = ("text/plain", "text/markdown")


class Archive(Protocol):
    """What keeps answers as they came; `extractor.sources.archives.WarcWriter` is one."""

    def write(self, answer: Answer) -> None:
        """Keep an answer."""


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How a run goes about it.

    Attributes:
        crawl: how sites are asked.
        patience: seconds that a run waits for an address that may not be asked yet; others are left to the next run.
        max_tries: after so many failures in a row, a page is given up. Listings never are.
    """

    crawl: CrawlOptions = field(default_factory=CrawlOptions)
    patience: float = 60.0
    max_tries: int = 8


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far a run has come.

    Attributes:
        run_id: the run's number in the store.
        pages: answers that came, of any kind.
        listings: feeds, sitemaps and lists among them that were read.
        found: addresses that those led to and that are to be asked.
        new, changed, reread, same: what became of the articles, as `Store.save_article` names it; ``same`` counts
            all answers that brought nothing new, 304 among them.
        gone: pages of which the site says that they are.
        refused: addresses that are not asked, or not kept: by robots.txt, a reservation, a wall, or our own guard.
        put_off: addresses that are asked again later.
        unread: answers that could not be used, and addresses that were given up.
        claims: claims stored.
        waiting: addresses that were still to be asked when the run ended.
    """

    run_id: int
    pages: int = 0
    listings: int = 0
    found: int = 0
    new: int = 0
    changed: int = 0
    reread: int = 0
    same: int = 0
    gone: int = 0
    refused: int = 0
    put_off: int = 0
    unread: int = 0
    claims: int = 0
    waiting: int = 0

    @property
    def articles(self) -> int:
        """How many articles were stored or read again."""
        return self.new + self.changed + self.reread

    @property
    def failures(self) -> int:
        """How many addresses ended in the list of failures."""
        return self.gone + self.refused + self.put_off + self.unread

    def plus(self, **more: int) -> Fetched:
        """Return the counts with so many more."""
        return replace(self, **{name: getattr(self, name) + count for name, count in more.items()})


def fetch(
    store: Store,
    *,
    read: Read,
    extract: Extract,
    rules: str,
    options: FetchOptions | None = None,
    urls: Sequence[str] | None = None,
    archive: Archive | None = None,
    progress: Callable[[Fetched], None] | None = None,
    command: str = "fetch",
) -> Fetched:
    """Visit the sources that are due, ask what they lead to, and store the claims of it; what came of it comes out.

    Whatever ends the run early leaves every address that had not been dealt with waiting for the next.

    Args:
        store: where to.
        read: makes an article of a page.
        extract: finds the claims of a document.
        rules: hash of the rules that ``extract`` goes by.
        options: how to go about it.
        urls: only these, once, and what they lead to; whatever stands there. None for all sources that are due.
        archive: keeps each answer, too.
        progress: called after each answer.
        command: what the run's row calls it.

    Raises:
        SourceError: if one of ``urls`` is none.
        StoreError: if the store itself fails (locked, disk full).
        DataError: if a file of ours, such as a rule, is wrong.
    """
    options = options or FetchOptions()
    named = None if urls is None else [clean_address(url) for url in urls]
    run_id = store.start_run(command, rules=rules)
    store.sketch_articles()
    at = _now()
    only = None
    if named is None:
        _visit_due(store, at)
    else:
        only = _visit(store, named, at)
    with ThreadPoolExecutor(1, thread_name_prefix="read") as reader:
        work = _Run(store, Fetched(run_id), options, read, extract, rules, reader, only, archive, progress)
        try:
            crawl(work, options.crawl)
        except BaseException:
            reader.shutdown(wait=False, cancel_futures=True)
            _finish(store, work.now, "stopped")
            raise
    done = replace(work.now, waiting=store.web.count_waiting())
    _finish(store, done, "done")
    return done


def _visit_due(store: Store, at: str) -> None:
    for row in store.web.due_sources(at):
        store.web.visit(Source(row["kind"], row["location"]), clean_address(row["location"]), row["kind"], at)


def _visit(store: Store, urls: Iterable[str], at: str) -> frozenset[str]:
    sources = [Source("page", url) for url in urls]
    for source in sources:
        store.web.visit(source, source.location, "unknown", at)
    return frozenset(source.id for source in sources)


class _Run:
    """One run: the frontier that the crawler works on."""

    def __init__(
        self,
        store: Store,
        now: Fetched,
        options: FetchOptions,
        read: Read,
        extract: Extract,
        rules: str,
        reader: ThreadPoolExecutor,
        only: frozenset[str] | None,
        archive: Archive | None,
        progress: Callable[[Fetched], None] | None,
    ) -> None:
        self.now = now
        self._store, self._options, self._rules, self._only = store, options, rules, only
        self._read, self._extract, self._reader = read, extract, reader
        self._archive, self._progress = archive, progress
        self._in_hand: set[str] = set()
        self._resting: dict[str, tuple[str, str]] = {}
        self._wanted: dict[str, dict[str, Any]] = {}

    # What to ask

    def take(self, count: int) -> list[Address]:
        for host, (until, reason) in list(self._resting.items()):
            # Its listings may have led to more of it since
            if until > _now():
                self._store.web.rest(host, until, reason)
            else:
                del self._resting[host]
        taken = self._store.web.take(count, _now(), self._in_hand, PER_HOST, self._only)
        self._in_hand.update(address.url for address in taken)
        return taken

    def wait(self) -> float | None:
        ready, later = self._store.web.next_times(_now(), self._in_hand, self._only)
        if ready:
            return 0.1
        if not later:
            return None
        seconds = (datetime.fromisoformat(later) - datetime.now(UTC)).total_seconds()
        return max(0.1, seconds) if seconds <= self._options.patience else None

    def find_wish(self, origin: str, kind: WishKind) -> Wish | None:
        return self._store.web.find_wish(origin, kind)

    def save_wish(self, wish: Wish) -> Wish:
        return self._store.web.save_wish(wish)

    # What becomes of it

    def put_off(self, address: Address, until: str, reason: str) -> None:
        failure = Failure(address.url, "source", f"{reason}; to be asked again after {until}")
        given_up = self._store.web.put_off(
            address, until, failure, run_id=self.now.run_id, max_tries=self._options.max_tries
        )
        self._count(address, **{"unread" if given_up else "put_off": 1})

    def rest(self, host: str, until: str, reason: str) -> None:
        self._resting[host] = (until, reason)
        self._store.web.rest(host, until, reason)
        self._in_hand = {url for url in self._in_hand if urlsplit(url).netloc != host}

    def refused(self, address: Address, reason: str) -> None:
        self._store.web.give_up(address, "refused", Failure(address.url, "source", reason), run_id=self.now.run_id)
        self._count(address, refused=1)

    async def answered(self, answer: Answer) -> None:
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
        # imported here: the readers of listings bring in parsers
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
            if wall := await self._in_reader(find_wall, page.url, page):
                self._unread(answer, SourceError(wall, where=page.url), refused=1)
                return
        except SourceError as error:
            self._unread(answer, error)
            return
        await self._read_article(answer, page)

    async def _read_listing(self, answer: Answer, page: Page, kind: AddressKind) -> None:
        from extractor.sources.web.listings import find_listings, read_listing

        below: list[tuple[AddressKind, str, str]] = []
        if kind == "list" and answer.address.kind == "unknown":
            # A home page: what it offers for this very purpose is better than its links
            below = await self._in_reader(find_listings, page)
        listing = Listing("list") if below else await self._in_reader(read_listing, page, kind)
        entries = [
            (url, entry) for entry in self._wanted_entries(answer.address, listing) if (url := _clean(entry.url))
        ]
        listings: list[tuple[str, AddressKind, Entry]]
        listings = [(_clean(url), other, Entry(url)) for other, url, _ in below]
        listings += [(_clean(entry.url), listing.kind, entry) for entry in listing.listings]
        found = self._store.web.save_listing(
            answer, listing, entries, [row for row in listings if row[0]], run_id=self.now.run_id
        )
        for problem in listing.problems:
            self._store.save_failure(Failure(answer.address.url, "source", problem), self.now.run_id)
        self._count(answer.address, listings=1, found=found)

    def _wanted_entries(self, address: Address, listing: Listing) -> Iterator[Entry]:
        from extractor.sources.web.topics import is_on_topic

        if address.source_id not in self._wanted:
            self._wanted[address.source_id] = self._store.web.find_source(address.source_id)
        topic, since = (self._wanted[address.source_id][name] for name in ("topic", "since"))
        for entry in listing.entries:
            date = (entry.published or entry.updated)[:10]
            if (not date or date[: len(since)] >= since[: len(date)]) and is_on_topic(entry, topic):
                yield entry

    async def _read_article(self, answer: Answer, page: Page) -> None:
        if self._store.has_page(page.sha256, self._rules):
            self._store.web.save_unchanged(answer, run_id=self.now.run_id)
            self._count(answer.address, same=1)
            return
        result = await self._in_reader(_read, page, answer.address, self._read, self._extract)
        if result is None or isinstance(result, Failure):
            failure = result or Failure(page.url, "article", "Nothing was read")
            self._unread(answer, SourceError(failure.reason), stage=failure.stage)
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
        return await asyncio.get_running_loop().run_in_executor(self._reader, function, *arguments)

    def _count(self, address: Address, **more: int) -> None:
        self._in_hand.discard(address.url)
        self.now = self.now.plus(**more)
        if self._progress is not None:
            self._progress(self.now)


def _read(page: Page, address: Address, read: Read, extract: Extract) -> Any:
    """The result of reading a page; what it does not say of itself, the listing that led to it says."""

    def with_hints(page: Page) -> Any:
        article = read(page)
        return replace(article, title=article.title or address.title, published=article.published or address.published)

    return read_page(page, read=with_hints, extract=extract)


def read_answer_page(answer: Answer) -> Page:
    """Return the page that an answer of status 200 brought."""
    said = "text/html" if answer.media_type in HTML_TYPES else answer.media_type
    kind = kind_of_content(answer.content, said if said in ("text/html", *TEXT_TYPES) else None)
    try:
        url = clean_address(answer.url)
    except SourceError:
        url = answer.url
    return Page(url, answer.content, kind, answer.charset, answer.at)


def _clean(url: str) -> str:
    try:
        return clean_address(url)
    except SourceError:
        return ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _finish(store: Store, done: Fetched, outcome: Any) -> None:
    try:
        store.finish_run(
            done.run_id, outcome=outcome, pages=done.pages, articles=done.articles, claims=done.claims,
            failures=done.failures,
        )  # fmt: skip
    except StoreError:
        if outcome == "done":
            raise
        # what ended the run says more than this
