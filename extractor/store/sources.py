"""The record of a place that articles come from, as the store keeps it; those that are followed, with how they do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlite_utils import Database

from extractor.dates import timestamp
from extractor.errors import StoreError

__all__ = [
    "Source",
    "SourceKind",
    "SourceState",
    "due_sources",
    "find_source",
    "follow_source",
    "is_own_address",
    "list_sources",
    "note_failure",
    "note_success",
    "plan_visit",
    "read_selection",
    "save_source",
    "set_kind",
    "set_state",
]

SourceKind = Literal[
    "file", "folder", "glob", "stdin", "corpus", "warc", "page", "feed", "sitemap", "list"
]  # fmt: skip
SourceState = Literal["once", "followed", "paused", "removed"]

EARLY = 0.1
"""Share of its interval by which a source may be visited early: a daily run from cron is never a full day apart."""


@dataclass(frozen=True, slots=True)
class Source:
    """A place that articles come from.

    Attributes:
        kind: what it is.
        location: the path or URL as the user gave it; ``-`` for standard input, ``corpus`` for the packaged articles.
        title: what it calls itself.
        tags: words of the user's own.
        topic: what its entries must speak of, in the grammar of `extractor.sources.web.topics`; empty for all.
        since: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``: entries that are dated earlier are left out.
        every: seconds from one visit to the next, of a source that is followed.
        delay: seconds between two requests to its host that the user asks for.
    """

    kind: SourceKind
    location: str
    title: str = ""
    tags: tuple[str, ...] = ()
    topic: str = ""
    since: str = ""
    every: int = 0
    delay: float = 0.0

    @property
    def id(self) -> str:
        """A short stable name: the first 16 hexadecimal digits of the location's SHA-256."""
        return hashlib.sha256(self.location.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def save_source(db: Database, source: Source, at: str) -> None:
    """Note a source, once; the caller holds the transaction."""
    db.conn.execute(
        "INSERT INTO sources (id, kind, location, added) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (source.id, source.kind, source.location.encode("utf-8", "backslashreplace").decode(), at),
    )


def follow_source(db: Database, source: Source, at: str) -> bool:
    """Note that a source is to be visited from now on; tell whether it was not followed before.

    One that is followed already takes on the new settings, and is due at once.
    """
    save_source(db, source, at)
    former = db.execute("SELECT state FROM sources WHERE id = ?", [source.id]).fetchone()[0]
    db.conn.execute(
        "UPDATE sources SET kind = ?, title = coalesce(nullif(?, ''), title), tags = ?, topic = ?, since = ?, "
        "every = ?, delay = ?, due = ?, state = 'followed' WHERE id = ?",
        (
            source.kind, source.title, json.dumps(source.tags, ensure_ascii=False), source.topic, source.since,
            source.every, source.delay, at, source.id,
        ),
    )  # fmt: skip
    return bool(former != "followed")


def read_selection(db: Database, source_id: str) -> tuple[str, str] | None:
    """Return the topic of a source and the date from which on its entries are taken; None if it is not known."""
    row = db.execute("SELECT topic, since FROM sources WHERE id = ?", [source_id]).fetchone()
    return None if row is None else (row[0], row[1])


def list_sources(db: Database, *, everything: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the sources that are followed or paused, with their articles and claims; all of them if asked for."""
    where = "" if everything else "WHERE state IN ('followed', 'paused')"
    sql = f"""
        SELECT sources.*, coalesce(articles, 0) AS articles, coalesce(claims, 0) AS claims,
            coalesce(waiting, 0) AS waiting
        FROM sources
        LEFT JOIN (
            SELECT source_id, count(DISTINCT articles.id) AS articles, count(claims.id) AS claims
            FROM articles LEFT JOIN claims ON claims.article_id = articles.id GROUP BY source_id
        ) AS counts ON counts.source_id = sources.id
        LEFT JOIN (
            SELECT source_id, count(*) AS waiting FROM addresses WHERE state = 'waiting' GROUP BY source_id
        ) AS open ON open.source_id = sources.id
        {where} ORDER BY location"""
    for row in db.query(sql):
        yield {**row, "tags": json.loads(row["tags"])}


def find_source(db: Database, name: str) -> dict[str, Any]:
    """Return the row of a source, by its location, its id, or as much of the beginning of its id as no other has.

    Raises:
        StoreError: if none, or more than one, is named so.
    """
    sql = (
        "SELECT * FROM sources WHERE location = :name OR (length(:name) >= 4 AND substr(id, 1, length(:name)) = :name)"
    )
    rows: list[dict[str, Any]] = list(db.query(sql, {"name": name}))
    exact = [row for row in rows if row["location"] == name]
    if len(exact or rows) != 1:
        raise StoreError(
            "There is no such source" if not rows else "More than one source is named so", where=name,
            expected="the URL of a source, or the beginning of its id",
            found=", ".join(row["location"] for row in rows[:3]) or "none",
            fix="See them all with: ainews-to-sqlite sources list DB",
        )  # fmt: skip
    return (exact or rows)[0]


def is_own_address(db: Database, source_id: str, url: str) -> bool:
    """Tell whether a URL is a source's own, not one that it led to."""
    # The frontier's form of the location may differ from what the user typed
    sql = "SELECT EXISTS (SELECT 1 FROM addresses WHERE url = :url AND source_id = :id AND own)"
    return bool(db.execute(sql, {"url": url, "id": source_id}).fetchone()[0])


def set_state(db: Database, source_id: str, state: SourceState, at: str) -> None:
    """Follow a source, pause it, or follow it no more; one that is followed again is due at once."""
    db.conn.execute(
        "UPDATE sources SET state = :state, due = CASE :state WHEN 'followed' THEN :at ELSE due END WHERE id = :id",
        {"state": state, "at": at, "id": source_id},
    )


def set_kind(db: Database, source_id: str, kind: SourceKind, title: str) -> None:
    """Note what a source has turned out to be, and what it calls itself."""
    db.conn.execute(
        "UPDATE sources SET kind = ?, title = coalesce(nullif(?, ''), title) WHERE id = ?", (kind, title, source_id)
    )


def due_sources(db: Database, at: str) -> list[dict[str, Any]]:
    """Return the rows of the sources that are to be visited, or will be within a tenth of their interval.

    One that is due later than an interval from now is, too: the clock was wrong when that was noted.
    """
    moment = datetime.fromisoformat(at)
    rows = db.query("SELECT * FROM sources WHERE state = 'followed' ORDER BY due, location")
    return [row for row in rows if not row["due"] or _is_due(row["every"], datetime.fromisoformat(row["due"]), moment)]


def _is_due(every: int, due: datetime, at: datetime) -> bool:
    left = (due - at).total_seconds()
    return left <= every * EARLY or left > every * (1 + EARLY) + 60


def plan_visit(db: Database, source_id: str, at: str) -> None:
    """Note that a source is being visited: it is due again one interval later."""
    every = db.execute("SELECT every FROM sources WHERE id = ?", [source_id]).fetchone()[0]
    due = datetime.fromisoformat(at) + timedelta(seconds=every)
    db.conn.execute("UPDATE sources SET due = ? WHERE id = ?", (timestamp(due), source_id))


def note_success(db: Database, source_id: str, at: str) -> None:
    """Note that a source was had."""
    db.conn.execute(
        "UPDATE sources SET last_success = ?, failing_since = '', failure_reason = '' WHERE id = ?", (at, source_id)
    )


def note_failure(db: Database, source_id: str, at: str, reason: str) -> None:
    """Note that a source could not be had, and since when that has been so."""
    db.conn.execute(
        "UPDATE sources SET last_failure = :at, failure_reason = :reason, "
        "failing_since = coalesce(nullif(failing_since, ''), :at) WHERE id = :id",
        {"at": at, "reason": reason, "id": source_id},
    )
