"""Pages -> claims -> store, for pages that are there to be taken one by one.

What is done to one page is a function of that page alone (`read_page`), so that any ``map`` may carry it out, in the
order given; looking pages up and saving what comes back stays with the one process that holds the store.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Protocol

from extractor.errors import DataError, ExtractorError, StoreError
from extractor.reconcile import Entity, resolve_claims
from extractor.records import Article, Claim, Document, Failure, Page
from extractor.sources import Position
from extractor.store import Ending, Outcome, RefusedRecord, Source, Store

__all__ = ["Extract", "PageMap", "Progress", "Read", "ReadPage", "ingest", "read_page", "reread"]

logger = logging.getLogger(__name__)

Read = Callable[[Page], Article]
Extract = Callable[[Document], Sequence[Claim]]


@dataclass(frozen=True, slots=True)
class ReadPage:
    """All that one page gives: its article, the claims with their subjects resolved, and those subjects."""

    page: Page
    article: Article
    claims: tuple[Claim, ...]
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come.

    Attributes:
        run_id: the run's number in the store.
        pages: pages and failures looked at so far; for `reread`, articles.
        claims: claims stored by this run.
        new, changed, reread, same: what became of the articles, as `Store.save_article` names it.
        failures: what could not be read.
        filtered, gated: pages of web archives that a filter or the gate left out, unread.
        whole: whether all of the source was seen; not so where an archive was read on from where a run had ended.
    """

    run_id: int
    pages: int = 0
    claims: int = 0
    failures: int = 0
    new: int = 0
    changed: int = 0
    reread: int = 0
    same: int = 0
    filtered: int = 0
    gated: int = 0
    whole: bool = True

    @property
    def articles(self) -> int:
        """How many articles were stored or read again."""
        return self.new + self.changed + self.reread

    def saw(self, outcome: Outcome, claims: int = 0) -> Progress:
        """Return the progress after one more article, of which so many claims were stored."""
        counts = {outcome: getattr(self, outcome) + 1}
        return replace(self, pages=self.pages + 1, claims=self.claims + claims, **counts)

    def failed(self) -> Progress:
        """Return the progress after one more failure."""
        return replace(self, pages=self.pages + 1, failures=self.failures + 1)

    def reached(self, position: Position) -> Progress:
        """Return the progress at a position in an archive; one that was known to its end counts as a page known."""
        filtered, gated = self.filtered + position.filtered, self.gated + position.gated
        now = replace(self, filtered=filtered, gated=gated, whole=self.whole and not position.start)
        return now.saw("same") if position.known else now


Item = Page | Failure | Position | None
Result = ReadPage | Failure | Position | None


class PageMap(Protocol):
    """A ``map`` that keeps the order: the built-in one, or one of a pool of processes."""

    def __call__(self, function: Callable[[Item], Result], items: Iterable[Item], /) -> Iterable[Result]:
        """Return the results of the items, in their order, as they come."""


def ingest(
    store: Store,
    pages: Iterable[Page | Failure | Position],
    *,
    source: Source,
    read: Read,
    extract: Extract,
    rules: str,
    progress: Callable[[Progress], None] | None = None,
    command: str = "ingest",
    page_map: PageMap = map,
    batch: int = 1,
) -> Progress:
    """Read pages to claims and store them, page by page; what came of it comes out.

    A page that the store has, read by the same rules, is not read again. What fails is noted and the run goes on.
    A position in an archive is noted once all that came before it is stored.
    Whatever ends the run early, Ctrl-C included, leaves every finished article stored, and the run's row says so.

    Args:
        store: where to.
        pages: what `extractor.sources` yields; taken one by one.
        source: the place that they come from.
        read: makes an article of a page.
        extract: finds the claims of a document, with the document's id as their article's.
        rules: hash of the rules that ``extract`` goes by.
        progress: called after each page.
        command: what the run's row calls it.
        page_map: carries out the reading; the built-in one reads in this process.
        batch: how many pages it is given at a time; more than one keeps many processes busy.

    Raises:
        StoreError: if the store itself fails (locked, disk full); one page's record that it refuses is a failure.
        DataError: if a file of ours, such as a rule, is wrong.
    """
    now = Progress(store.start_run(command, rules=rules, source=source))

    def unknown_pages() -> Iterator[Item]:
        for page in pages:
            known = isinstance(page, Page) and store.has_page(page.sha256, rules)
            yield None if known else page

    try:
        # Else an article that an older version stored would not be known again.
        store.sketch_articles()
        # Pools take their input in a thread of their own, where SQLite may not be asked: hence lists, not the iterator.
        items = unknown_pages()
        while taken := list(islice(items, batch)):
            for result in page_map(partial(_read_item, read=read, extract=extract), taken):
                now = _save(store, result, now, source, rules)
                if progress is not None:
                    progress(now)
    except BaseException:
        _finish_early(store, now)
        raise
    _finish(store, now, "done")
    return now


def reread(
    store: Store,
    *,
    extract: Extract,
    rules: str,
    progress: Callable[[Progress], None] | None = None,
    command: str = "extract",
) -> Progress:
    """Find the claims of every stored article that other rules have read; what came of it comes out.

    The text is the stored one; nothing is fetched. An article that fails keeps its former claims and stays stale.
    Articles of a database that knew of no copies are compared, too.

    Raises:
        StoreError: if the store itself fails.
        DataError: if a file of ours, such as a rule, is wrong.
    """
    now = Progress(store.start_run(command, rules=rules))
    try:
        store.sketch_articles()
        for article in store.stale_articles(rules):
            try:
                claims, entities = _find_claims(article, extract)
                store.save_claims(article, claims, entities=entities, rules=rules, run_id=now.run_id)
                now = now.saw("reread", len(claims))
            except RefusedRecord as error:
                now = _note(store, now, Failure(article.url, "store", error.message))
            except (DataError, StoreError):
                raise
            except Exception as error:
                now = _note(store, now, _failure(article.url, "claims", error))
            if progress is not None:
                progress(now)
    except BaseException:
        _finish_early(store, now)
        raise
    _finish(store, now, "done")
    return now


def read_page(page: Page, *, read: Read, extract: Extract) -> ReadPage | Failure:
    """Return what a page gives, or the failure that it ends in.

    An error that nobody foresaw is a failure that asks to be reported.

    Raises:
        DataError: if a file of ours is wrong: no page could be read then.
    """
    try:
        article = read(page)
    except DataError:
        raise
    except Exception as error:
        return _failure(page.url, "article", error)
    try:
        return ReadPage(page, article, *_find_claims(article, extract))
    except DataError:
        raise
    except Exception as error:
        return _failure(page.url, "claims", error)


def _read_item(item: Item, *, read: Read, extract: Extract) -> Result:
    """Read a page; what is none comes back as it is."""
    return read_page(item, read=read, extract=extract) if isinstance(item, Page) else item


def _find_claims(article: Article, extract: Extract) -> tuple[tuple[Claim, ...], tuple[Entity, ...]]:
    found = extract(
        Document(id=article.id, text=article.text, title=article.title, published=article.published, url=article.url)
    )
    claims, entities = resolve_claims(found)
    return tuple(claims), tuple(entities)


def _save(store: Store, result: Result, now: Progress, source: Source, rules: str) -> Progress:
    if result is None:
        return now.saw("same")
    if isinstance(result, Failure):
        return _note(store, now, result)
    if isinstance(result, Position):
        store.save_position(result, source=source, run_id=now.run_id)
        return now.reached(result)
    try:
        outcome = store.save_article(
            result.page, result.article, result.claims,
            entities=result.entities, source=source, rules=rules, run_id=now.run_id,
        )  # fmt: skip
    except RefusedRecord as error:
        return _note(store, now, Failure(result.page.url, "store", error.message))
    return now.saw(outcome, 0 if outcome == "same" else len(result.claims))


def _note(store: Store, now: Progress, failure: Failure) -> Progress:
    store.save_failure(failure, now.run_id)
    return now.failed()


def _failure(url: str, stage: str, error: Exception) -> Failure:
    if isinstance(error, ExtractorError):
        return Failure(url, stage, error.message)
    logger.debug("An error that nobody foresaw, at %s", url, exc_info=error)
    words = " ".join(f"{type(error).__name__}: {error}".split())
    return Failure(url, stage, f"A bug: {words}. The page was left out; please report it with the page")


def _finish(store: Store, now: Progress, outcome: Ending) -> None:
    store.finish_run(
        now.run_id, outcome=outcome, pages=now.pages, articles=now.articles, claims=now.claims,
        failures=now.failures, whole=now.whole,
    )  # fmt: skip


def _finish_early(store: Store, now: Progress) -> None:
    try:
        _finish(store, now, "stopped")
    except StoreError as error:
        # The store may be what ended the run; the error that is on its way says more than this one.
        logger.debug("The run's end could not be noted: %s", error)
