"""A claim as it was read, and the verdict that counts -> the claim as it stands to readers. No database.

Every page that shows claims shows them so (`visits.fetch_judged`): what was put right, with what had been read beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractor.browse.histories import tell_verdict
from extractor.figures import write_value
from extractor.store.corrections import SLOTS

__all__ = ["apply_verdict", "tell_reading", "write_reading"]

# What is told in one figure.
NAMES = {"attributed_to": "said by"}
FIGURE = ("value", "high", "unit", "comparator")


def apply_verdict(row: Mapping[str, Any], verdict: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a claim with its slots as a reader says that they are.

    Args:
        row: of ``claims``.
        verdict: the row of ``reviews`` that counts; None for a claim that nobody has judged.

    Returns:
        The row with three more keys: ``verdict`` (unreviewed, confirmed, corrected or rejected), ``judged`` (the same
        in words, with the slots that were put right) and ``read`` (those slots as they were read).
    """
    if verdict is None:
        return {**row, "verdict": "unreviewed", "judged": "unreviewed", "read": {}}
    slots = {slot: verdict[slot] for slot in SLOTS if slot in row}
    found = {
        **row, **slots, "verdict": verdict["verdict"],
        "judged": tell_verdict(verdict["verdict"], verdict["correction"]),
        "read": {slot: row[slot] for slot in slots if slots[slot] != row[slot]},
    }  # fmt: skip
    if "subject" in found["read"]:  # else a newer list may know the same name better
        found["subject_id"] = verdict["subject_id"]
        found |= {"subject_name": None} if "subject_name" in row else {}
    if row.get("currency"):
        found["currency"] = found["unit"]
    return found


def tell_reading(row: Mapping[str, Any]) -> dict[str, str]:
    """Return, of a claim that was put right, what was read in words: slot -> words; the figure is told whole.

    >>> row = {"value": 7e6, "high": None, "unit": "USD", "comparator": "eq", "chip": "", "read": {"value": 5.6e6}}
    >>> tell_reading(row), tell_reading({**row, "read": {"chip": "H800"}})
    ({'value': '5,600,000 USD'}, {'chip': 'H800'})
    """
    read = row.get("read") or {}
    told = {}
    if read.keys() & set(FIGURE):
        whole = {**row, **read}
        told["value"] = write_value(whole["value"], whole["high"], whole["unit"], whole["comparator"])
    return told | {slot: str(words or "none") for slot, words in read.items() if slot not in ("value", "high", "unit")}


def write_reading(row: Mapping[str, Any]) -> str:
    """Return the same in one line; empty where nothing was put right.

    >>> write_reading({"value": 7e6, "high": None, "unit": "USD", "comparator": "eq", "read": {"attributed_to": ""}})
    'said by none'
    """
    words = ((slot, told) for slot, told in tell_reading(row).items())
    return ", ".join(told if slot == "value" else f"{NAMES.get(slot, slot)} {told}" for slot, told in words)
