"""What readers said of claims -> what of it is published: the verdict that counts, without who gave it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from extractor.store.corrections import SLOTS

__all__ = ["read_verdicts"]

VERDICTS = """
    SELECT reviews.* FROM reviews JOIN claims ON claims.id = reviews.claim_id WHERE state = 'counts' ORDER BY reviews.id
"""
# Of the words, what is published of the claim; the reader had the whole article.
CLAIM = "SELECT url, part, quote, sentence FROM claims_flat WHERE id = ?"
COLUMNS = ("claim_id", "verdict", "at", "correction", "read_as", "predicate", "subject_id", *SLOTS)


def read_verdicts(db: Database, public: Database, *, reviewers: bool) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``reviews`` for a file that has the claims already; notes stay with those who wrote them."""
    for number, row in enumerate(list(db.query(VERDICTS)), 1):
        claim = next(iter(public.query(CLAIM, [row["claim_id"]])))
        yield {
            "id": number, **{name: row[name] for name in COLUMNS}, **claim,
            "reviewer": row["reviewer"] if reviewers else "",
        }  # fmt: skip
