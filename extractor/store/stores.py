"""The store: one database, opened, written to and asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from extractor.dates import timestamp
from extractor.errors import StoreError
from extractor.records import Article, Claim, Failure, Page
from extractor.sources import Position
from extractor.store import articles, claims, copies, positions, rulebooks, runs
from extractor.store.articles import EntityRecord, Outcome
from extractor.store.connections import connect, explaining, writing
from extractor.store.migrations import find_missing_parts, identify, migrate
from extractor.store.problems import Problem
from extractor.store.publications import Notice, Published, find_all_problems, find_differences, is_publication
from extractor.store.publishing import publish
from extractor.store.reviews import ReviewStore
from extractor.store.runs import Ending
from extractor.store.sources import Source, save_source
from extractor.store.web import WebStore

__all__ = ["Outcome", "Store", "open_store"]

_AT_ONCE = 500
"""How many articles are marked in one transaction."""


def open_store(path: str | Path, *, create: bool = False, read_only: bool = False, wait: float = 30.0) -> Store:
    """Open a database, and bring it up to date if it may be written.

    Args:
        path: the SQLite file.
        create: make the file if it is missing.
        read_only: write nothing, not even what an older database lacks.
        wait: seconds to wait for another writer.

    Raises:
        StoreError: if it is missing, no database, not ours, older (and read only) or newer than this program, not to
            be written, or locked for longer than ``wait``.
    """
    path = Path(path)
    db = connect(path, create=create, read_only=read_only, wait=wait)
    try:
        with explaining(path):
            if not read_only:
                migrate(db, path, create=create)
            else:
                identify(db, path, create=False, read_only=True)
                if parts := find_missing_parts(db):
                    fix = f"Bring it up to date with: ainews-to-sqlite extract {path}"
                    raise StoreError(
                        "The database was made by an older version of ainews-to-sqlite",
                        where=str(path),
                        expected="the schema of this version",
                        found=f"other {', '.join(parts)}",
                        fix="Publish it again with this version" if is_publication(db) else fix,
                    )
            db.conn.create_function("has_words", 2, claims.has_words, deterministic=True)
    except BaseException:
        db.close()
        raise
    return Store(db, path, read_only=read_only)


class Store:
    """A database of ours. Made by `open_store`; a context manager that closes it.

    Every method raises `StoreError`, and nothing of SQLite's, if the database cannot be read or written.

    Attributes:
        path: the file.
        reviews: what readers say of the claims.
        web: sources that are followed, the frontier of the crawler, and what sites wish.
    """

    def __init__(self, db: Database, path: Path, *, read_only: bool) -> None:
        self.path, self.read_only = path, read_only
        self._db = db
        self.reviews = ReviewStore(db, path, self._writing)
        self.web = WebStore(db, path, self._writing)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the last one to do so folds SQLite's log into it."""
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        with explaining(self.path), writing(self._db):
            yield self._db

    def start_run(self, command: str, *, rules: str, source: Source | None = None) -> int:
        """Note that a run begins, and return its number."""
        with self._writing() as db:
            rulebooks.keep_rulebook(db, rules)
            return runs.start_run(db, command, rules, source)

    def finish_run(
        self,
        run_id: int,
        *,
        outcome: Ending,
        pages: int,
        articles: int,
        claims: int,
        failures: int,
        whole: bool = True,
    ) -> None:
        """Note how a run ended.

        A run that is ``done`` has seen all of its source: what earlier runs could not read there, and this one could,
        leaves the list of failures. Not so after a run that went on from where another had ended (not ``whole``).
        """
        counts = {"pages": pages, "articles": articles, "claims": claims, "failures": failures}
        with self._writing() as db:
            runs.finish_run(db, run_id, outcome, counts, whole=whole)

    def has_page(self, sha256: str, rules: str) -> bool:
        """Tell whether reading a page again would change nothing."""
        with explaining(self.path):
            return articles.has_page(self._db, sha256, rules)

    def save_article(
        self,
        page: Page,
        article: Article,
        found: Sequence[Claim],
        *,
        entities: Iterable[EntityRecord] = (),
        source: Source,
        rules: str,
        run_id: int,
    ) -> Outcome:
        """Store a page, its article, the claims and their evidence: all of it or nothing.

        Returns:
            ``new``: the article was not there. ``changed``: its page is another than before; the former text and
            claims are kept in ``versions``. ``reread``: the page is the same and the rules or the reader are not; its
            claims are replaced. ``same``: nothing was written.
        """
        with self._writing() as db:
            at = timestamp()
            save_source(db, source, at)
            return articles.save_article(
                db, page, article, found,
                entities=entities, source_id=source.id, rules=rules, run_id=run_id, at=at,
            )  # fmt: skip

    def stale_articles(self, rules: str) -> Iterator[Article]:
        """Yield the articles that other rules than these have read; they may be saved on the way."""
        with explaining(self.path):
            yield from articles.read_articles(self._db, rules)

    def pass_unconcerned(self, rules: str) -> int:
        """Take articles in which the rules have changed nothing as read by the present ones; return their number."""
        passed = 0
        with explaining(self.path):
            unconcerned = rulebooks.find_unconcerned(self._db, rules)
            # Others may write in between: to look through a large database takes minutes
            while found := list(islice(unconcerned, _AT_ONCE)):
                with self._writing() as db:
                    rulebooks.mark_read(db, found, rules)
                passed += len(found)
        return passed

    def count_stale(self, rules: str) -> int:
        """Return how many articles `stale_articles` would yield."""
        with explaining(self.path):
            return len(articles.stale_ids(self._db, rules))

    def save_claims(
        self,
        article: Article,
        found: Sequence[Claim],
        *,
        entities: Iterable[EntityRecord] = (),
        rules: str,
        run_id: int,
    ) -> None:
        """Put the claims that these rules find in the place of those of a stored article."""
        with self._writing() as db:
            articles.save_claims(db, article, found, entities=entities, rules=rules, run_id=run_id, at=timestamp())

    def sketch_articles(self) -> int:
        """Find the copies among the articles that have no sketch, and return how many those were.

        They are the articles of a database that an older version made. An interrupted call leaves what it has done.
        """
        with explaining(self.path):
            found = copies.unsketched_ids(self._db)
        for start in range(0, len(found), 100):
            with self._writing() as db:
                for article_id in found[start : start + 100]:
                    copies.place_article(db, article_id)
        return len(found)

    def find_position(self, archive: str) -> Position | None:
        """Return how far the archive of this URI was read; None if it never was."""
        with explaining(self.path):
            return positions.read_position(self._db, archive)

    def save_position(self, position: Position, *, source: Source, run_id: int) -> None:
        """Note how far an archive has been read; to be called once all that lies before is stored."""
        with self._writing() as db:
            at = timestamp()
            save_source(db, source, at)
            positions.save_position(db, position, source.id, run_id, at)

    def save_failure(self, failure: Failure, run_id: int) -> None:
        """Note what could not be read."""
        with self._writing() as db:
            runs.save_failure(db, failure, run_id)

    def failures(self, run_id: int | None = None) -> Iterator[dict[str, Any]]:
        """Yield what could not be read, in one run or in all, the newest first, as rows of ``failures``."""
        with explaining(self.path):
            yield from runs.read_failures(self._db, run_id)

    def find_claims(
        self,
        *,
        subject: str | None = None,
        predicate: str | None = None,
        chip: str | None = None,
        speaker: str | None = None,
        modality: str | None = None,
        since: str | None = None,
        search: str | None = None,
        status: str | None = None,
        limit: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield the claims that pass every filter given, as rows of ``claims_flat``, the newest article first.

        Args:
            subject: whole words of the subject as written, of its canonical name or its id; case is all one.
            predicate: a kind of claim.
            chip: whole words of the chip.
            speaker: whole words of who says so.
            modality: how firmly it is said.
            since: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``: articles of that date or later; undated ones are left out.
            search: words that all occur in quote, subject or speaker; words in double quotes stand in a row.
            status: what readers say of it, one of `reviews.STATUSES`.
            limit: at most so many.

        Raises:
            StoreError: for a predicate, modality, date, status or search that cannot be.
        """
        with explaining(self.path):
            yield from claims.find_claims(
                self._db, subject=subject, predicate=predicate, chip=chip, speaker=speaker, modality=modality,
                since=since, search=search, status=status, limit=limit,
            )  # fmt: skip

    def find_claim(self, start_of_id: str) -> dict[str, Any]:
        """Return one claim, as a row of ``claims_flat`` with its ``article`` (a row) and ``evidence`` (rows).

        Args:
            start_of_id: its id, or as much of the beginning as no other claim has.

        Raises:
            StoreError: if no claim, or more than one, is named so.
        """
        with explaining(self.path):
            return claims.find_claim(self._db, start_of_id)

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has, by its name."""
        names = ("sources", "pages", "articles", "versions", "claims", "evidence", "entities", "runs", "failures")
        with explaining(self.path):
            return {name: self._db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}

    def verify(self) -> list[Problem]:
        """Check every row against every other; an empty list means that all is well.

        Quotes and evidence against the text, versions too; hashes against the bytes; the search index, the keys and
        the file itself.
        """
        with explaining(self.path):
            return find_all_problems(self._db, read_only=self.read_only)

    def publish(
        self, target: str | Path, notice: Notice | None = None, *, share: float = 0.1, reviewers: bool = False
    ) -> Published:
        """Write a second file that may be published, in the place of the one before it.

        `extractor.store.publishing` says how.

        Args:
            target: the file; nothing, or an earlier published file, may stand there.
            notice: title, licence and contact.
            share: at most so much of the text of any one article is published, counted in code points (0 to 1).
            reviewers: whether the names of those who gave verdicts are published, too.

        Returns:
            What the file holds and what was left out.

        Raises:
            StoreError: if something else stands there, or it cannot be written; then nothing has changed.
        """
        with explaining(self.path):
            return publish(self._db, self.path, Path(target), notice or Notice(), share=share, reviewers=reviewers)

    def compare(self, whole: Store) -> tuple[list[Problem], Counter[str]]:
        """Hold a published file against a database that has its articles in full, or some of them.

        Returns:
            Every passage and quote that the articles do not have where the file says; and how many articles were
            ``compared``, are there in an ``other`` version only, or are ``missing``.

        Raises:
            StoreError: if this is no published file, or the other one is.
        """
        held: Counter[str] = Counter(compared=0, other=0, missing=0)
        for store, published in ((self, True), (whole, False)):
            with explaining(store.path):
                if is_publication(store._db) != published:
                    raise StoreError(
                        "A published file is held against a database with articles in full",
                        where=str(store.path),
                        expected="what the command publish has written" if published else "articles in full",
                        found="articles in full" if published else "a published file",
                    )
        with explaining(self.path):
            return list(find_differences(self._db, whole._db, held)), held
