"""Verdicts that count -> gold: a document per article, with what readers say that it states and what it does not.

What nobody has judged is neither right nor wrong. So a document lists the claims that were confirmed or put right as
``facts``, which ``evaluate`` does not take for all that there are, and what was rejected or misread as ``wrong``: only
these count against what finds them again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlite_utils import Database

from extractor.store.corrections import SLOTS

__all__ = ["read_golds"]

_ARTICLES = """
    SELECT id, url, title, text, published FROM articles
    WHERE url IN (SELECT url FROM reviews WHERE state = 'counts') ORDER BY published, id
"""
_VERDICTS = """
    SELECT reviews.*, claims.start, claims."end"
    FROM reviews LEFT JOIN claims ON claims.id = reviews.claim_id
    WHERE reviews.url = ? AND reviews.state = 'counts' ORDER BY reviews.id
"""
_UNJUDGED = """
    SELECT EXISTS (
        SELECT 1 FROM claims WHERE article_id = ?
        AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.claim_id = claims.id AND reviews.state = 'counts')
    )
"""


def read_golds(db: Database, *, whole: bool) -> Iterator[dict[str, Any]]:
    """Yield the documents, in the order of their dates.

    A verdict whose words the article no longer has is left out, and so are articles that are no longer stored.

    Args:
        db: read only.
        whole: take an article of which every claim has a verdict for one that makes no other claim: it has ``claims``
            in the place of ``facts``, and whatever else is found in it counts as wrong.
    """
    for article in list(db.query(_ARTICLES)):
        facts, wrong = [], []
        for row in db.query(_VERDICTS, [article["url"]]):
            place = _find_place(article, row)
            if place is None:
                continue
            claim = _make_claim(row, *place)
            misread = json.loads(row["read_as"])
            if row["verdict"] == "rejected":
                wrong.append(claim)
                continue
            facts.append(claim)
            if "value" in misread:
                wrong.append({**claim, "high": None, **misread})
        if facts or wrong:
            judged = whole and not db.execute(_UNJUDGED, [article["id"]]).fetchone()[0]
            yield {
                "id": article["id"], "half": "look", "url": article["url"], "title": article["title"],
                "published": article["published"], "text": article["text"],
                "claims" if judged else "facts": facts, "wrong": wrong,
            }  # fmt: skip


def _make_claim(row: Mapping[str, Any], start: int, end: int) -> dict[str, Any]:
    return {
        "predicate": row["predicate"], **{slot: row[slot] for slot in SLOTS},
        "part": row["part"], "start": start, "end": end, "quote": row["quote"],
    }  # fmt: skip


def _find_place(article: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return where the quote of a verdict stands in its article; None if it is there no more, or nobody can tell."""
    if row["start"] is not None:
        return row["start"], row["end"]
    whole, quote = article[row["part"]], row["quote"]
    sentence = whole.find(row["sentence"])
    if sentence < 0 and whole.count(quote) != 1:
        return None
    start = whole.find(quote, max(sentence, 0))
    return start, start + len(quote)
