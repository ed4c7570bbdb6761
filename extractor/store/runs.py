"""Runs, and what they could not read."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Literal

from sqlite_utils import Database

from extractor.dates import timestamp
from extractor.records import Failure
from extractor.store.sources import Source, save_source

__all__ = ["Ending", "drop_failures", "finish_run", "read_failures", "save_failure", "start_run"]

Ending = Literal["done", "stopped"]


def start_run(db: Database, command: str, rules: str, source: Source | None) -> int:
    """Note that a run begins; its number comes out."""
    if source is not None:
        save_source(db, source, timestamp())
    cursor = db.conn.execute(
        "INSERT INTO runs (command, source_id, started, version, rules) VALUES (?, ?, ?, ?, ?)",
        (command, source and source.id, timestamp(), version("ainews-to-sqlite"), rules),
    )
    return int(cursor.lastrowid or 0)


def finish_run(db: Database, run_id: int, ending: Ending, counts: dict[str, int], *, whole: bool) -> None:
    """Note how a run ended. If it saw all of its source, what failed there before and does no more is off the list."""
    db.conn.execute(
        "UPDATE runs SET ended = ?, outcome = ?, pages = ?, articles = ?, claims = ?, failures = ? WHERE id = ?",
        (timestamp(), ending, *(counts[name] for name in ("pages", "articles", "claims", "failures")), run_id),
    )
    if ending == "done" and whole:
        db.conn.execute(
            "DELETE FROM failures WHERE run_id IN (SELECT former.id FROM runs AS former JOIN runs AS this "
            "ON former.source_id = this.source_id AND former.id < this.id WHERE this.id = ?)",
            [run_id],
        )
    # A sample of each index, in milliseconds: what SQLite plans by. Without it, the newest of a million claims are
    # found by sorting them all.
    db.conn.execute("PRAGMA analysis_limit = 400")
    db.conn.execute("ANALYZE")


def save_failure(db: Database, failure: Failure, run_id: int) -> None:
    """Note what could not be read, once; met again, it moves to the newer run."""
    source, reason = (
        words.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
        for words in (failure.source, failure.reason)
    )
    db.conn.execute(
        "INSERT INTO failures (run_id, source, stage, reason, at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (source, stage, reason) DO UPDATE SET run_id = excluded.run_id, at = excluded.at",
        (run_id, source, failure.stage, reason, timestamp()),
    )


def drop_failures(db: Database, source: str) -> None:
    """Take what failed at a place off the list."""
    db.conn.execute("DELETE FROM failures WHERE source = ?", [source])


def read_failures(db: Database, run_id: int | None) -> Iterator[dict[str, Any]]:
    """Yield the failures of a run, or all that stand, the newest first."""
    where = "" if run_id is None else "WHERE run_id = :run_id"
    yield from db.query(f"SELECT * FROM failures {where} ORDER BY run_id DESC, id DESC", {"run_id": run_id})
