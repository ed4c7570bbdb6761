"""Claims of one subject and predicate -> how each stands to one of them: a copy, the same, another. No database.

What agrees is what the view ``disagreements`` lets agree: a plain number within 2 %, "about" within 10 %, a range all
between its ends, "more than" and "less than" all on their side.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractor.browse.judgements import write_reading
from extractor.figures import write_value

__all__ = ["Report", "compare_reports"]


@dataclass(frozen=True, slots=True)
class Report:
    """A claim as one of several reports of a fact.

    Attributes:
        row: its columns, with those of its article.
        value: in words that are read at a glance.
        agrees: whether it can be true together with the one that it is compared with; None where that cannot be told.
        note: how it stands to that one, in a few words.
        is_copy: whether its article is a copy, or the original of one, of the article that it is compared with.
    """

    row: Mapping[str, Any]
    value: str
    agrees: bool | None
    note: str
    is_copy: bool


def compare_reports(claim: Mapping[str, Any], other: Mapping[str, Any]) -> Report:
    """Return how another claim of the same subject and predicate stands to this one.

    Args:
        claim: a row of ``claims``, with ``report_id``: its article, or the original that this is a copy of.
        other: the same of another claim.
    """
    value = write_value(other["value"], other["high"], other["unit"], other["comparator"])
    is_copy = other["report_id"] == claim["report_id"] and other["article_id"] != claim["article_id"]
    agrees, note = _compare(claim, other)
    if is_copy:
        note = f"{note}; a copy, so the same report"
    elif other["article_id"] == claim["article_id"]:
        note = f"{note}; in the same article"
    elif other["report_id"] != other["article_id"]:
        note = f"{note}; itself a copy of another report"
    if other.get("verdict") == "rejected":
        return Report(other, value, None, "rejected by a reader", is_copy)
    if read := write_reading(other):
        note = f"{note}; corrected by a reader, read as {read}"
    if other["modality"] not in ("asserted", "estimated"):
        note = f"{note}; {other['modality']}"
    return Report(other, value, agrees, note, is_copy)


def _compare(claim: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[bool | None, str]:
    if isinstance(claim["value"], str) or isinstance(other["value"], str):
        # A model may be trained on two chips, and by many techniques.
        return (True, "the same") if claim["value"] == other["value"] else (None, "another name")
    for column, words in (("unit", "another unit"), ("stage", "another stage of training")):
        if claim[column] != other[column]:
            return None, words
    if claim["predicate"] == "chip_count" and claim["chip"] != other["chip"]:
        return None, "other chips, or chips of no stated kind"
    if (claim["modality"] == "denied") != (other["modality"] == "denied"):
        return None, "one affirms and one denies"
    low, high = _find_ends(claim)
    other_low, other_high = _find_ends(other)
    if max(low, other_low) <= 1.02 * min(high, other_high):
        return True, "agrees"
    ratio = other["value"] / claim["value"] if claim["value"] else math.inf
    if not math.isfinite(ratio) or ratio <= 0:
        return False, "differs"
    return False, f"differs: {ratio:.3g} times as much" if ratio >= 1 else f"differs: {ratio:.2g} of it"


def _find_ends(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return between which numbers a claim can be true."""
    value, high = row["value"], row["value"] if row["high"] is None else row["high"]
    if row["comparator"] == "approx":
        return 0.92 * value, 1.08 * high
    return (0.0 if row["comparator"] == "lt" else value), (math.inf if row["comparator"] == "gt" else high)
