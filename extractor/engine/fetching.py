"""Sources -> what they lead to -> claims -> store, over the web.

The crawler asks; what to ask next and what becomes of each answer is decided here, and kept in the store at once: a run
that is killed at any moment has lost nothing but the answers that were on their way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from extractor.dates import timestamp
from extractor.engine.frontiers import StoreFrontier
from extractor.engine.reading import Extract, Read, ReadPage, read_page
from extractor.engine.records import Archive, Fetched, FetchOptions
from extractor.errors import StoreError
from extractor.records import Article, Failure, Page
from extractor.sources.web.addresses import clean_address
from extractor.sources.web.crawler import crawl
from extractor.sources.web.records import Address
from extractor.store import Ending, Source, Store

__all__ = ["fetch"]

FAR = timedelta(days=8)
"""No site is left alone for longer; see `extractor.sources.web.waits.LONGEST`."""


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
    with ThreadPoolExecutor(1, thread_name_prefix="read") as reader:
        work = StoreFrontier(
            store, Fetched(run_id), options=options, read=partial(_read, read=read, extract=extract), rules=rules,
            reader=reader, only=None if named is None else frozenset(Source("page", url).id for url in named),
            archive=archive, progress=progress,
        )  # fmt: skip
        try:
            store.sketch_articles()
            store.web.forget_far_times(timestamp(datetime.now(UTC) + FAR))
            if named is None:
                _visit_due(store, timestamp())
            else:
                _visit(store, named, timestamp())
            crawl(work, options.crawl)
            done = work.end()
        except BaseException:
            reader.shutdown(wait=False, cancel_futures=True)
            _finish(store, work.now, "stopped")
            raise
    _finish(store, done, "done")
    return done


def _visit_due(store: Store, at: str) -> None:
    for row in store.web.due_sources(at):
        store.web.visit(Source(row["kind"], row["location"]), clean_address(row["location"]), row["kind"], at)


def _visit(store: Store, urls: Iterable[str], at: str) -> None:
    for url in urls:
        store.web.visit(Source("page", url), url, "unknown", at)


def _read(page: Page, address: Address, *, read: Read, extract: Extract) -> ReadPage | Failure:
    """The result of reading a page; what it does not say of itself, the listing that led to it says."""

    def with_hints(page: Page) -> Article:
        article = read(page)
        return replace(article, title=article.title or address.title, published=article.published or address.published)

    return read_page(page, read=with_hints, extract=extract)


def _finish(store: Store, done: Fetched, outcome: Ending) -> None:
    try:
        store.finish_run(
            done.run_id, outcome=outcome, pages=done.pages, articles=done.articles, claims=done.claims,
            failures=done.failures,
        )  # fmt: skip
    except StoreError:
        if outcome == "done":
            raise
        # What ended the run says more than this
