"""Versions of an article and a claim of it -> what each version said in its place. No database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extractor.figures import write_exact, write_value
from extractor.schema import load_predicates

__all__ = ["Moment", "read_former_claims", "tell_verdict", "trace_claim"]

# What the pages read of a claim of a former version.
RECORD = {
    "id", "predicate", "value", "high", "unit", "value_text", "subject", "chip", "comparator", "modality", "stage",
    "attributed_to", "part", "start", "end", "quote", "sentence_start", "sentence_end", "rule",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """What one version of an article says of what a claim is about.

    Attributes:
        version: its number.
        until: when its page was replaced.
        claims: the claim itself, or else the claims of the same subject and kind that stood there; empty if none did.
        is_same: whether it is the claim itself.
        notes: what was read otherwise then, in words.
    """

    version: int
    until: str
    claims: tuple[tuple[str, str], ...]
    is_same: bool
    notes: tuple[str, ...]


def read_former_claims(claims: str) -> list[dict[str, Any]]:
    """Return the claims of a former version, which the database keeps as JSON, in the form of rows of ``claims``.

    An empty list comes of what is no list of claims; `doctor` tells of that.
    """
    try:
        records = json.loads(claims)
    except ValueError:
        return []
    predicates = load_predicates()
    rows = [
        {
            "label": predicates[record["predicate"]].label if record["predicate"] in predicates else "",
            "confidence": None,
            **record,
        }
        for record in records
        if isinstance(record, dict) and record.keys() >= RECORD and isinstance(record["start"], int)
    ] if isinstance(records, list) else []  # fmt: skip
    return sorted(rows, key=lambda row: (row["part"] != "title", row["start"], row["end"], row["id"]))


def tell_verdict(verdict: str, correction: str) -> str:
    """Return a reader's verdict in words, with the slots that were put right.

    Args:
        verdict: such as ``confirmed``.
        correction: JSON of the slots as they are.

    >>> tell_verdict("corrected", '{"value": 6000000.0, "chip": ""}')
    'corrected: value is 6,000,000, chip is empty'
    >>> tell_verdict("rejected", "{}")
    'rejected'
    """
    try:
        slots = json.loads(correction)
    except ValueError:
        slots = {}
    told = (
        [f"{name.replace('_', ' ')} is {_write(value)}" for name, value in slots.items()]
        if isinstance(slots, dict)
        else []
    )
    return f"{verdict}: {', '.join(told)}" if told else verdict


def trace_claim(claim: Mapping[str, Any], versions: Iterable[Mapping[str, Any]]) -> list[Moment]:
    """Return what each former version says in a claim's place, in the order given.

    A claim keeps its id as long as article, kind and quoted words stay; other words are another claim.

    Args:
        claim: a row of ``claims``.
        versions: rows of ``versions``.
    """
    moments = []
    for version in versions:
        former = read_former_claims(version["claims"])
        same = [row for row in former if row["id"] == claim["id"]]
        found = same or [
            row
            for row in former
            if row["predicate"] == claim["predicate"] and _name(row) and _name(row) == _name(claim)
        ]
        moments.append(
            Moment(
                version=version["version"],
                until=version["replaced_at"],
                claims=tuple(
                    (row["quote"], write_value(row["value"], row["high"], row["unit"], row["comparator"]))
                    for row in found
                ),
                is_same=bool(same),
                notes=tuple(_find_changes(claim, same[0])) if same else (),
            )
        )
    return moments


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("subject_id") or row["subject"])


def _find_changes(claim: Mapping[str, Any], former: Mapping[str, Any]) -> Iterable[str]:
    """Yield the slots that were read otherwise, and the rule if it was another."""
    for column in (
        "value",
        "high",
        "unit",
        "subject",
        "chip",
        "comparator",
        "modality",
        "stage",
        "attributed_to",
        "rule",
    ):
        if claim[column] != former[column]:
            yield f"{column.replace('_', ' ')} was {_write(former[column])}"


def _write(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return write_exact(value)
    return "empty" if value is None or value == "" else str(value)
