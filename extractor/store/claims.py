"""Questions -> rows of claims. Read only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, get_args

from sqlite_utils import Database

from extractor.dates import is_date
from extractor.errors import StoreError
from extractor.records import Modality
from extractor.store.reviews import STATUSES

__all__ = ["find_claim", "find_claims", "has_words"]

# "4.1" is one word, or GPT-4 would be found in GPT-4.1.
WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")
PHRASE = re.compile(r'"([^"]*)"?|([^\s"]+)')


def has_words(text: str | None, wanted: str) -> int:
    """Tell whether the words of a name stand in a text, whole and in a row; upper or lower case is all one.

    >>> has_words("DeepSeek-R1", "r1"), has_words("R10", "R1"), has_words("GPT-4.1", "GPT-4")
    (1, 0, 0)
    """
    words, want = (WORD.findall(unicodedata.normalize("NFKC", name or "").casefold()) for name in (text, wanted))
    width = len(want)
    return int(width > 0 and any(words[i : i + width] == want for i in range(len(words) - width + 1)))


def find_claims(
    db: Database,
    *,
    subject: str | None,
    predicate: str | None,
    chip: str | None,
    speaker: str | None,
    modality: str | None,
    since: str | None,
    search: str | None,
    status: str | None,
    limit: int | None,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``claims_flat`` that fit; see `Store.find_claims`."""
    tests: list[str] = []
    if subject is not None:
        names = ("subject", "subject_id", "subject_name")
        tests.append(f"({' OR '.join(f'has_words({name}, :subject)' for name in names)})")
    if predicate is not None:
        known = [row[0] for row in db.execute("SELECT name FROM predicates ORDER BY name")]
        _check("predicate", predicate, known)
        tests.append("predicate = :predicate")
    if modality is not None:
        _check("modality", modality, get_args(Modality))
        tests.append("modality = :modality")
    if chip is not None:
        # A chip_model claim names the chip as its value.
        tests.append("(has_words(chip, :chip) OR (predicate = 'chip_model' AND has_words(value, :chip)))")
    if speaker is not None:
        tests.append("has_words(attributed_to, :speaker)")
    if since is not None:
        if not is_date(since):
            raise StoreError("This is no date", expected="YYYY, YYYY-MM or YYYY-MM-DD", found=repr(since))
        # An article that says "2025" and no more may be newer than 2025-06.
        tests.append("published <> '' AND published >= substr(:since, 1, length(published))")
    if status is not None:
        _check("status", status, STATUSES)
        tests.append("status = :status")
    if search is not None:
        tests.append("search_id IN (SELECT rowid FROM claims_fts WHERE claims_fts MATCH :match)")
    values = {
        "subject": subject, "predicate": predicate, "chip": chip, "speaker": speaker, "modality": modality,
        "since": since, "status": status, "match": None if search is None else _match(search),
        "limit": -1 if limit is None else limit,
    }  # fmt: skip
    where = f"WHERE {' AND '.join(tests)}" if tests else ""
    order = 'ORDER BY published DESC, article_id, part DESC, start, "end", id'
    yield from db.query(f"SELECT * FROM claims_flat {where} {order} LIMIT :limit", values)


def find_claim(db: Database, start_of_id: str) -> dict[str, Any]:
    """Return one claim with its article and evidence; see `Store.find_claim`."""
    sql = "SELECT * FROM claims_flat WHERE substr(id, 1, length(:id)) = :id ORDER BY id LIMIT 4"
    found = list(db.query(sql, {"id": start_of_id}))
    exact = [row for row in found if row["id"] == start_of_id]
    if len(exact or found) != 1 or not start_of_id:
        raise StoreError(
            "More than one claim has an id that begins so" if found else "There is no such claim",
            where=repr(start_of_id),
            expected="an id, or as much of its beginning as no other has",
            found=", ".join(row["id"] for row in found) or "none",
            fix="List the ids with: ainews-to-sqlite claims DB",
        )
    claim = (exact or found)[0]
    article = next(iter(db.query("SELECT * FROM articles WHERE id = ?", [claim["article_id"]])))
    sql = 'SELECT role, part, start, "end", words FROM evidence WHERE claim_id = ? ORDER BY part DESC, start, role'
    evidence = db.query(sql, [claim["id"]])
    return {**claim, "article": article, "evidence": list(evidence)}


def _check(name: str, value: str, known: list[str] | tuple[str, ...]) -> None:
    if value not in known:
        raise StoreError(f"There is no such {name}", expected=" | ".join(known), found=repr(value))


def _match(search: str) -> str:
    """Write what a user looks for as an FTS5 query in which no character has a meaning of its own.

    Words must all occur; words in double quotes must stand in a row.
    """
    phrases = [quoted or word for quoted, word in PHRASE.findall(search.replace("\0", " "))]
    wanted = [f'"{phrase}"' for phrase in phrases if WORD.search(phrase)]
    if not wanted:
        raise StoreError("The search has no words", expected='words, or a "phrase in quotes"', found=repr(search))
    return " ".join(wanted)
