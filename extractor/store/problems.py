"""Database -> what is off in it. Every row is read; nothing is changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from extractor.copies import VERSION, bands_of, sketch_text
from extractor.store.connections import writing

__all__ = ["Problem", "find_problems"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is off in a database.

    Attributes:
        table: where.
        key: the row; empty where it concerns the table as a whole.
        reason: what is off, in words.
    """

    table: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.table}{f' {self.key}' if self.key else ''}: {self.reason}"


def find_problems(db: Database, *, read_only: bool, raw_pages: bool = True) -> Iterator[Problem]:
    """Yield every problem: of the file, keys, pages, claims, evidence, versions, copies, verdicts, search, in order.

    Args:
        db: the database.
        read_only: whether it may not be asked what is asked as if to write.
        raw_pages: whether it should hold the bytes of each page.
    """
    yield from _file_problems(db)
    yield from _key_problems(db)
    if raw_pages:
        yield from _page_problems(db)
    yield from _quote_problems(db)
    yield from _version_problems(db)
    yield from _copy_problems(db)
    yield from _sketch_problems(db)
    yield from _review_problems(db)
    for table in ("articles", "claims"):
        yield from _search_problems(db, table, read_only=read_only)


def _file_problems(db: Database) -> Iterator[Problem]:
    for row in db.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield Problem("database", "", f"integrity check: {row[0]}")


def _key_problems(db: Database) -> Iterator[Problem]:
    # A row of bands is shown as None: the table has no numbers of rows.
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        if table == "claims":
            claim, predicate, article = db.execute(
                "SELECT id, predicate, article_id FROM claims WHERE rowid = ?", [rowid]
            ).fetchone()
            what = {
                "predicates": f"its predicate {predicate!r} is unknown",
                "articles": f"its article {article} is missing",
            }
            yield Problem(table, claim, what.get(parent, f"it points to a row of {parent} that is missing"))
        elif table == "articles":
            article, page = db.execute("SELECT id, page_sha256 FROM articles WHERE rowid = ?", [rowid]).fetchone()
            what = {"pages": f"its page {page} is missing"}
            yield Problem(table, article, what.get(parent, f"it points to a row of {parent} that is missing"))
        else:
            yield Problem(
                table, "" if rowid is None else f"row {rowid}", f"it points to a row of {parent} that is missing"
            )


def _page_problems(db: Database) -> Iterator[Problem]:
    for sha256, size, content in db.execute("SELECT sha256, size, content FROM pages ORDER BY sha256"):
        try:
            found = zlib.decompress(content)
        except zlib.error as error:
            yield Problem("pages", sha256, f"its content cannot be decompressed: {error}")
            continue
        if hashlib.sha256(found).hexdigest() != sha256:
            yield Problem("pages", sha256, "its content is not what its hash says")
        elif len(found) != size:
            yield Problem("pages", sha256, f"its size is {len(found)} bytes, not {size}")


def _quote_problems(db: Database) -> Iterator[Problem]:
    """Compare in Python, which cuts texts by a way of its own, not in the SQL that guarded them when they came in."""
    for article_id, title, text in db.execute("SELECT id, title, text FROM articles ORDER BY id"):
        parts = {"title": title, "text": text}
        claims = db.execute(
            'SELECT id, part, start, "end", quote, sentence_start, sentence_end FROM claims '
            "WHERE article_id = ? ORDER BY id",
            [article_id],
        )
        for claim_id, part, start, end, quote, sentence_start, sentence_end in claims.fetchall():
            yield from _slice_problem("claims", claim_id, "quote", parts, part, start, end, quote)
            if not 0 <= sentence_start <= start < end <= sentence_end <= len(parts.get(part, "")):
                yield Problem(
                    "claims", claim_id, f"its sentence [{sentence_start}, {sentence_end}) does not hold its quote"
                )
            evidence = db.execute('SELECT role, part, start, "end", words FROM evidence WHERE claim_id = ?', [claim_id])
            for role, *slot in evidence.fetchall():
                yield from _slice_problem("evidence", claim_id, role, parts, *slot)


def _version_problems(db: Database) -> Iterator[Problem]:
    for article_id, version, title, text, claims in db.execute(
        "SELECT article_id, version, title, text, claims FROM versions ORDER BY article_id, version"
    ):
        key, parts = f"{article_id} {version}", {"title": title, "text": text}
        try:
            for claim in json.loads(claims):
                place = (claim["part"], claim["start"], claim["end"], claim["quote"])
                yield from _slice_problem("versions", key, f"claim {claim['id']}", parts, *place)
        except (ValueError, KeyError, TypeError) as error:
            yield Problem("versions", key, f"its claims are no list of claim records: {error!r}")


def _copy_problems(db: Database) -> Iterator[Problem]:
    sql = (
        "SELECT article_id, original_id FROM copies WHERE original_id IN (SELECT article_id FROM copies) "
        "ORDER BY article_id"
    )
    for article_id, original_id in db.execute(sql).fetchall():
        yield Problem("copies", article_id, f"its original {original_id} is a copy itself")


def _sketch_problems(db: Database) -> Iterator[Problem]:
    """Compare sketches with texts; an article that has none, or one of an older version, is not yet compared."""
    sql = (
        "SELECT articles.id, text, text_sha256, sketch, "
        "(SELECT count(*) FROM bands WHERE sketch_id = sketches.id) "
        "FROM sketches JOIN articles ON articles.id = sketches.article_id ORDER BY articles.id"
    )
    for article_id, text, sha256, sketch, bands in db.execute(sql):
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            yield Problem("sketches", article_id, "it is of another text than the article's")
        elif sketch[:1] != bytes([VERSION]):
            continue
        elif sketch != sketch_text(text):
            yield Problem("sketches", article_id, "it is not the sketch of the article's text")
        elif bands != len(bands_of(sketch)):
            yield Problem("bands", article_id, f"{bands} stand for it, not {len(bands_of(sketch))}")


def _review_problems(db: Database) -> Iterator[Problem]:
    """Look for verdicts that do not count and should, or name a claim that is another; a claim may well be gone."""
    newest = (
        "SELECT id, claim_id FROM reviews WHERE state <> 'counts' AND id = "
        "(SELECT max(id) FROM reviews AS others WHERE others.claim_id = reviews.claim_id AND others.state <> 'undone')"
    )
    for number, claim_id in db.execute(newest).fetchall():
        yield Problem("reviews", str(number), f"it is the newest verdict on claim {claim_id}, but does not count")
    others = (
        "SELECT reviews.id, reviews.claim_id FROM reviews JOIN claims ON claims.id = reviews.claim_id "
        "JOIN articles ON articles.id = claims.article_id "
        "WHERE (reviews.predicate, reviews.quote, reviews.url) IS NOT (claims.predicate, claims.quote, articles.url)"
    )
    for number, claim_id in db.execute(others).fetchall():
        yield Problem("reviews", str(number), f"claim {claim_id} has another predicate, quote or article than it says")


def _slice_problem(
    table: str, key: str, what: str, parts: dict[str, str], part: str, start: int, end: int, words: Any
) -> Iterator[Problem]:
    found = parts.get(part, "")[start:end]
    if found != words:
        yield Problem(table, key, f"its {what} is {words!r}, but the {part} says {found!r} at [{start}, {end})")


def _search_problems(db: Database, table: str, *, read_only: bool) -> Iterator[Problem]:
    fix = f"rebuild it with: sqlite-utils rebuild-fts FILE {table}"
    sql = (
        f"SELECT count(*) FROM (SELECT rowid FROM {table} EXCEPT SELECT id FROM {table}_fts_docsize)",
        f"SELECT count(*) FROM (SELECT id FROM {table}_fts_docsize EXCEPT SELECT rowid FROM {table})",
    )
    missing, surplus = (db.execute(question).fetchone()[0] for question in sql)
    if missing or surplus:
        yield Problem(f"{table}_fts", "", f"the search index lacks {missing} rows and has {surplus} too many; {fix}")
    elif not read_only:
        # The check is written as an INSERT, though it stores nothing; a read-only database cannot be asked.
        try:
            with writing(db):
                db.conn.execute(f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            if not error.sqlite_errorname.startswith("SQLITE_CORRUPT"):
                raise
            yield Problem(f"{table}_fts", "", f"the search index does not agree with the table; {fix}")
