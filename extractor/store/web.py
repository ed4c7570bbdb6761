"""The part of the store that the web fills: sources that are followed, the frontier, wishes and answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from extractor.dates import timestamp
from extractor.records import Article, Claim, Failure, Page
from extractor.sources.web.records import Address, AddressKind, Answer, Entry, Listing, Wish, WishKind
from extractor.store import addresses, articles, runs, sources, wishes
from extractor.store.addresses import Closed
from extractor.store.articles import EntityRecord, Outcome
from extractor.store.connections import explaining
from extractor.store.sources import Source, SourceKind, SourceState

__all__ = ["WebStore"]


class WebStore:
    """What `Store.web` is. Every method is one transaction, and raises `StoreError` as those of `Store` do.

    Times are ISO 8601 in UTC, to the second.
    """

    def __init__(self, db: Database, path: Path, writing: Callable[[], AbstractContextManager[Database]]) -> None:
        self._db, self._path, self._writing = db, path, writing

    # Sources

    def follow(self, source: Source) -> bool:
        """Visit a source from now on; tell whether it was not followed before.

        With another topic or date than before, its listings are read in full at the next visit, changed or not.
        """
        with self._writing() as db:
            former = sources.read_selection(db, source.id)
            is_new = sources.follow_source(db, source, timestamp())
            if former is not None and former != (source.topic, source.since):
                addresses.forget_listings(db, source.id)
            addresses.resume(db, source.id)
            return is_new

    def sources(self, *, everything: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the sources that are followed or paused, or all that there are, as rows.

        Each has its ``articles``, its ``claims`` and how many of its addresses are ``waiting``.
        """
        with explaining(self._path):
            yield from sources.list_sources(self._db, everything=everything)

    def find_source(self, name: str) -> dict[str, Any]:
        """Return the row of a source.

        Args:
            name: its location, its id, or as much of the beginning of its id as no other has.

        Raises:
            StoreError: if none, or more than one, is named so.
        """
        with explaining(self._path):
            return sources.find_source(self._db, name)

    def set_state(self, source_id: str, state: SourceState) -> None:
        """Follow, pause or remove a source.

        What it led to and was not asked waits until it is followed again, or is forgotten if it is removed. Where
        another source leads to that, too, it is found again at its next visit.
        """
        with self._writing() as db:
            sources.set_state(db, source_id, state, timestamp())
            if state == "removed":
                addresses.drop_waiting(db, source_id)
            if state in ("paused", "removed"):
                addresses.pause(db, source_id)
                addresses.forget_listings(db)
            else:
                addresses.resume(db, source_id)

    def due_sources(self, at: str) -> list[dict[str, Any]]:
        """Return the rows of the sources that are to be visited at a time."""
        with explaining(self._path):
            return sources.due_sources(self._db, at)

    def visit(self, source: Source, url: str, kind: AddressKind, at: str) -> None:
        """Have a source's own address asked, and note when it is due next."""
        with self._writing() as db:
            sources.save_source(db, source, at)
            sources.plan_visit(db, source.id, at)
            addresses.queue_address(db, url, kind, source.id, at)

    def set_kind(self, source_id: str, kind: SourceKind, title: str = "") -> None:
        """Note what a source has turned out to be, and what it calls itself."""
        with self._writing() as db:
            sources.set_kind(db, source_id, kind, title)

    # The frontier

    def take(
        self, count: int, at: str, in_hand: Collection[str], per_host: int, only: Collection[str] | None = None
    ) -> list[Address]:
        """Return addresses to ask, the listings first, the hosts in turn; see `addresses.take_addresses`."""
        with explaining(self._path):
            return addresses.take_addresses(self._db, count, at, in_hand, per_host, only)

    def next_times(self, at: str, in_hand: Collection[str], only: Collection[str] | None = None) -> tuple[bool, str]:
        """Tell whether any address may be asked now, and when the first of the others may; empty if there is none."""
        with explaining(self._path):
            return addresses.next_times(self._db, at, in_hand, only)

    def count_waiting(self) -> int:
        """Return how many addresses are still to be asked."""
        with explaining(self._path):
            return addresses.waiting_count(self._db)

    def own_waiting(self, only: Collection[str]) -> list[dict[str, Any]]:
        """Return the own addresses of some sources that were not had: ``url``, ``not_before`` and ``reason``."""
        with explaining(self._path):
            return addresses.own_waiting(self._db, only)

    def forget_far_times(self, horizon: str) -> None:
        """Ask what is not to be asked before a time so far ahead that only a wrong clock can have set it."""
        with self._writing() as db:
            addresses.forget_far_times(db, horizon)

    def requeue(self, states: Sequence[Closed], before: str = "") -> int:
        """Have the pages in some states asked again, those that answered before a time or all; how many comes out."""
        with self._writing() as db:
            return addresses.requeue(db, states, before)

    def save_listing(
        self,
        answer: Answer,
        listing: Listing,
        entries: Iterable[tuple[str, Entry]],
        listings: Iterable[tuple[str, AddressKind, Entry]],
        *,
        run_id: int,
    ) -> int:
        """Keep what a listing leads to; how many addresses are to be asked for it comes out.

        Args:
            answer: what the listing was read from.
            listing: what it holds.
            entries: those of its articles that are wanted, each with its URL in the one form.
            listings: the listings below it, each with its URL in the one form and its kind.
            run_id: the run that asked.
        """
        address, at = answer.address, answer.at
        with self._writing() as db:
            added = addresses.add_entries(db, entries, "page", address.source_id, at)
            for url, kind, entry in listings:
                added += addresses.add_entries(db, [(url, entry)], kind, address.source_id, at)
            addresses.note_answer(db, answer, run_id)
            addresses.set_address_kind(db, address.url, listing.kind)
            addresses.close_address(db, address.url, "done", answer=answer)
            if sources.is_own_address(db, address.source_id, address.url):
                sources.set_kind(db, address.source_id, listing.kind, listing.title)
            self._succeeded(db, answer)
            return added

    def save_fetched(
        self,
        answer: Answer,
        page: Page,
        article: Article,
        found: Sequence[Claim],
        *,
        entities: Iterable[EntityRecord] = (),
        rules: str,
        run_id: int,
    ) -> Outcome:
        """Keep a page, its article and claims, and that its address is done: all of it or nothing.

        Where the page is a twin of an article that came from another address (an AMP or print page that names it as
        its canonical), the article stays as it is, and ``same`` comes out. A page that merely gives its own address
        otherwise, with another slash or scheme, is no twin of itself.
        """
        address = answer.address
        with self._writing() as db:
            outcome: Outcome = "same"
            former = articles.page_url_of(db, article.url)
            is_its_own = article.url == page.url or former in ("", page.url, address.url)
            if is_its_own or not (former == article.url or addresses.has_other_address(db, article.id, address.url)):
                outcome = articles.save_article(
                    db, page, article, found,
                    entities=entities, source_id=address.source_id, rules=rules, run_id=run_id, at=answer.at,
                )  # fmt: skip
            articles.set_gone(db, article.id, "")
            addresses.note_answer(db, answer, run_id, page.sha256)
            addresses.set_address_kind(db, address.url, "page")
            addresses.close_address(
                db, address.url, "done", answer=answer, page_sha256=page.sha256, article_id=article.id
            )
            self._succeeded(db, answer)
            return outcome

    def save_unchanged(self, answer: Answer, *, run_id: int, page_sha256: str = "") -> None:
        """Note that an address holds what it held before, by its own word (304) or by the hash of its bytes."""
        with self._writing() as db:
            # What could not be read in a listing still cannot; that it could not be had for a while is over
            is_over = answer.address.kind == "page" or addresses.has_reason(db, answer.address.url)
            addresses.note_answer(db, answer, run_id, page_sha256)
            kept = answer if answer.etag or answer.last_modified else None
            addresses.close_address(
                db, answer.address.url, "done", answer=kept, page_sha256=page_sha256,
                article_id=articles.article_of_page(db, page_sha256),
            )  # fmt: skip
            if article_id := addresses.article_of(db, answer.address.url):
                articles.set_gone(db, article_id, "")
            self._succeeded(db, answer, is_over=is_over)

    def save_gone(self, answer: Answer, failure: Failure, *, run_id: int) -> None:
        """Note that a page is gone; its article stays, and is marked unless it stands at another address, too."""
        with self._writing() as db:
            addresses.note_answer(db, answer, run_id)
            addresses.close_address(db, answer.address.url, "gone", reason=failure.reason)
            url = answer.address.url
            article_id = addresses.article_of(db, url)
            if article_id and not addresses.has_other_address(db, article_id, url):
                articles.set_gone(db, article_id, answer.at)
            self._failed(db, answer.address, failure, run_id, answer.at)

    def save_unread(self, answer: Answer, state: Closed, failure: Failure, *, run_id: int) -> None:
        """Note that an answer cannot be used: no article, no listing, a wall, a status that says no."""
        with self._writing() as db:
            addresses.note_answer(db, answer, run_id)
            addresses.close_address(db, answer.address.url, state, reason=failure.reason)
            self._failed(db, answer.address, failure, run_id, answer.at)

    def put_off(
        self, address: Address, until: str, failure: Failure, *, run_id: int, max_tries: int, before: str
    ) -> bool:
        """Note that an address could not be had and is asked again, not before a time.

        Returns:
            True if it was given up: a page after so many tries in a row, if it was found and last answered before a
            time; the own address of a source that is followed never is.
        """
        with self._writing() as db:
            given_up = addresses.put_off(db, address.url, until, failure.reason, max_tries, before)
            self._failed(db, address, failure, run_id, timestamp())
            return given_up

    def rest(self, host: str, until: str, reason: str) -> None:
        """Leave what waits of a whole host alone until a time; none of it was tried."""
        with self._writing() as db:
            addresses.rest(db, host, until, reason)

    def give_up(self, address: Address, state: Closed, failure: Failure, *, run_id: int) -> None:
        """Note that an address is not asked again: refused, or tried too often."""
        with self._writing() as db:
            addresses.close_address(db, address.url, state, reason=failure.reason)
            self._failed(db, address, failure, run_id, timestamp())

    # Wishes

    def find_wish(self, origin: str, kind: WishKind) -> Wish | None:
        """Return what a site said last of machines; None if it was never asked."""
        with explaining(self._path):
            return wishes.find_wish(self._db, origin, kind)

    def save_wish(self, wish: Wish) -> Wish:
        """Keep what a site says of machines, and return it with its id."""
        with self._writing() as db:
            return wishes.save_wish(db, wish)

    def _succeeded(self, db: Database, answer: Answer, *, is_over: bool = True) -> None:
        if is_over:
            runs.drop_failures(db, answer.address.url)
        if sources.is_own_address(db, answer.address.source_id, answer.address.url):
            sources.note_success(db, answer.address.source_id, answer.at)

    def _failed(self, db: Database, address: Address, failure: Failure, run_id: int, at: str) -> None:
        # Reasons tell of times and numbers, which differ from try to try: the newest stands alone
        runs.drop_failures(db, address.url)
        runs.save_failure(db, failure, run_id)
        if sources.is_own_address(db, address.source_id, address.url):
            sources.note_failure(db, address.source_id, at, failure.reason)
