"""Verdicts of readers -> the table ``reviews``, and back; and from there to gold.

A verdict names its claim by the claim's stable id. The newest of a claim counts, which the database itself sees to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, get_args

from sqlite_utils import Database

from extractor.dates import timestamp
from extractor.errors import StoreError
from extractor.reconcile import resolve_entity
from extractor.store.connections import explaining
from extractor.store.corrections import SLOTS, correct_slots
from extractor.store.golds import read_golds

__all__ = ["ReviewStore", "STATUSES", "Verdict", "save_review", "undo_review"]

Verdict = Literal["confirmed", "corrected", "rejected"]
STATUSES = ("unreviewed", *get_args(Verdict))
"""What a claim may be to readers: without a verdict, or what the verdict that counts says."""

_KEPT = ("url", "predicate", "part", "quote", "sentence")


class ReviewStore:
    """What `Store.reviews` is. Every method is one transaction, and raises `StoreError` as those of `Store` do."""

    def __init__(self, db: Database, path: Path, writing: Callable[[], AbstractContextManager[Database]]) -> None:
        self._db, self._path, self._writing = db, path, writing

    def save(
        self,
        claim_id: str,
        verdict: Verdict,
        *,
        by: str,
        note: str = "",
        correction: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Keep a reader's verdict on a claim, and return its row; see `save_review`."""
        with self._writing() as db:
            return save_review(db, claim_id, verdict, by=by, note=note, correction=correction)

    def undo(self, claim_id: str) -> dict[str, Any]:
        """Take the newest verdict on a claim back, so that the one before counts, and return its row.

        Raises:
            StoreError: if there is none.
        """
        with self._writing() as db:
            return undo_review(db, claim_id)

    def verdicts(self, *, everything: bool = False, reviewer: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield the verdicts that count, or all, the newest first, as rows of ``reviews``.

        Each has ``is_read``: 1 if the claim is still read from its article, else 0.
        """
        tests = [] if everything else ["state = 'counts'"]
        tests += [] if reviewer is None else ["reviewer = :reviewer"]
        where = f"WHERE {' AND '.join(tests)}" if tests else ""
        sql = (
            "SELECT reviews.*, EXISTS (SELECT 1 FROM claims WHERE claims.id = reviews.claim_id) AS is_read "
            f"FROM reviews {where} ORDER BY reviews.id DESC"
        )
        with explaining(self._path):
            yield from self._db.query(sql, {"reviewer": reviewer})

    def golds(self, *, whole: bool = False) -> Iterator[dict[str, Any]]:
        """Yield gold for ``evaluate``, a document for each article with a verdict; see `golds.read_golds`."""
        with explaining(self._path):
            yield from read_golds(self._db, whole=whole)


def save_review(
    db: Database,
    claim_id: str,
    verdict: Verdict,
    *,
    by: str,
    note: str = "",
    correction: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Keep a reader's verdict on a claim, in the caller's transaction, and return its row of ``reviews``.

    A claim that was put right before is judged as it was put right. One whose slots are not what was read is
    ``corrected``, whatever the verdict is called: to confirm a correction is to say the same again.

    Args:
        db: a database of ours, to be written.
        claim_id: the whole id.
        verdict: what the reader says.
        by: who says so.
        note: words of the reader's own.
        correction: slot -> what is right, for ``corrected``; see `corrections.correct_slots`.

    Raises:
        StoreError: if there is no such claim, nobody to have said so, or the correction is none.
    """
    if verdict not in get_args(Verdict):
        raise StoreError("There is no such verdict", expected=" | ".join(get_args(Verdict)), found=repr(verdict))
    by, note = " ".join(by.split()), " ".join(note.split())
    if not by:
        raise StoreError("A verdict needs a reader", expected="a name", found="none")
    claim = next(iter(db.query("SELECT * FROM claims_flat WHERE id = ?", [claim_id])), None)
    if claim is None:
        raise StoreError("There is no such claim", where=repr(claim_id), expected="the id of a claim")
    read = next(iter(db.query("SELECT * FROM claims WHERE id = ?", [claim_id])))
    slots = correct_slots(claim, correction or {}) if verdict == "corrected" else {slot: claim[slot] for slot in SLOTS}
    changed = [slot for slot in SLOTS if slots[slot] != read[slot]]
    if verdict == "corrected" and not changed:
        raise StoreError(
            "The correction changes nothing", where=f"claim {claim_id}", expected="a slot with another value",
            fix="Confirm the claim, or say what is right",
        )  # fmt: skip
    if verdict == "confirmed" and changed:
        verdict = "corrected"
    corrected = verdict == "corrected"
    row = {
        "claim_id": claim_id, "verdict": verdict, "reviewer": by, "at": timestamp(), "note": note,
        "correction": _json({slot: slots[slot] for slot in changed if corrected}),
        "read_as": _json({slot: read[slot] for slot in changed if corrected}),
        **{key: claim[key] for key in _KEPT}, **slots, "subject_id": _find_subject(db, slots["subject"], read),
    }  # fmt: skip
    columns = ", ".join(row)
    cursor = db.conn.execute(
        f"INSERT INTO reviews ({columns}) VALUES ({', '.join(f':{column}' for column in row)})", row
    )
    return _row(db, cursor.lastrowid)


def undo_review(db: Database, claim_id: str) -> dict[str, Any]:
    """Take the newest verdict on a claim back, in the caller's transaction; see `ReviewStore.undo`."""
    sql = "SELECT id FROM reviews WHERE claim_id = ? AND state = 'counts'"
    found = db.execute(sql, [claim_id]).fetchone()
    if found is None:
        raise StoreError("There is no verdict to take back", where=f"claim {claim_id}", expected="a claim with one")
    db.conn.execute("UPDATE reviews SET state = 'undone' WHERE id = ?", [found[0]])
    return _row(db, found[0])


def _find_subject(db: Database, subject: str, read: Mapping[str, Any]) -> str | None:
    """Return the entity of a subject, which is stored if it is new."""
    if subject == read["subject"]:
        found: str | None = read["subject_id"]
        return found
    entity = resolve_entity(subject)
    if entity is None:
        return None
    db.conn.execute(
        "INSERT INTO entities (id, kind, name) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
        [entity.id, entity.kind, entity.name],
    )
    return entity.id


def _json(slots: Mapping[str, Any]) -> str:
    return json.dumps(slots, ensure_ascii=False)


def _row(db: Database, review_id: int | None) -> dict[str, Any]:
    row: dict[str, Any] = next(iter(db.query("SELECT * FROM reviews WHERE id = ?", [review_id])))
    return row
