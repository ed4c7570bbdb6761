"""What a reader writes for the slots of a claim -> the slots as the store keeps them. No database."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, get_args

from extractor.errors import StoreError
from extractor.records import Comparator, Modality, Stage

__all__ = ["SLOTS", "correct_slots"]

SLOTS = ("value", "high", "unit", "subject", "chip", "comparator", "modality", "stage", "attributed_to")
"""The slots of a claim that a reader may put right; its predicate and its quote make its id and are not among them."""

_VOCABULARIES: dict[str, tuple[str, ...]] = {
    "comparator": get_args(Comparator), "modality": get_args(Modality), "stage": get_args(Stage),
}  # fmt: skip
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_LONGEST = 300


def correct_slots(claim: Mapping[str, Any], correction: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of every slot of a claim once a reader has put some right.

    An upper end makes the claim a range, and a range that loses it is one no more.

    Args:
        claim: a row of ``claims_flat``.
        correction: slot -> what is right. Numbers may be written as ``5,600,000`` or ``5.6 million``; an empty ``high``
            says that there is none.

    Raises:
        StoreError: for a slot that is none, or a value that it cannot have.
    """
    slots = {name: claim[name] for name in SLOTS}
    for name, right in correction.items():
        if name not in SLOTS:
            raise StoreError("This is no slot that can be put right", expected=" | ".join(SLOTS), found=repr(name))
        slots[name] = _read_slot(name, right, claim)
    # A form sends every slot: what is as it was is no correction
    given = {name for name in correction if slots[name] != claim[name]}
    if slots["high"] is not None and "high" in given and "comparator" not in given:
        slots["comparator"] = "range"
    if slots["high"] is None and slots["comparator"] == "range":
        if "comparator" in given:
            raise StoreError("A range has two ends", expected="high, too", found="comparator=range alone")
        slots["comparator"] = "eq"
    if slots["high"] is not None and slots["high"] < slots["value"]:
        found = f"value={slots['value']:g}, high={slots['high']:g}"
        raise StoreError("The upper end of a range is below its lower end", expected="value <= high", found=found)
    return slots


def _read_slot(name: str, right: Any, claim: Mapping[str, Any]) -> Any:
    named = isinstance(claim["value"], str)
    if name in ("value", "high") and not named:
        return None if name == "high" and right in (None, "") else _read_number(name, right)
    words = "" if right is None else " ".join(str(right).split())
    if name == "high":
        if words:
            raise StoreError("A name has no upper end", expected="no high", found=repr(words))
        return None
    if len(words) > _LONGEST or not words.isprintable():
        raise StoreError(f"This is no {name}", expected=f"at most {_LONGEST} plain characters", found=repr(words[:40]))
    if name == "value" and not words:
        raise StoreError("A value cannot be empty", expected="a name", found="nothing")
    if name == "unit" and words != claim["unit"]:
        if not claim["currency"]:
            raise StoreError("This unit is fixed", expected=repr(claim["unit"]), found=repr(words))
        if not (len(words) == 3 and words.isascii() and words.isupper()):
            raise StoreError("This is no currency", expected="an ISO 4217 code, such as USD", found=repr(words))
    if name in _VOCABULARIES and words not in _VOCABULARIES[name]:
        expected = " | ".join(word or '""' for word in _VOCABULARIES[name])
        raise StoreError(f"There is no such {name}", expected=expected, found=repr(words))
    return words


def _read_number(name: str, right: Any) -> float:
    number, _, scale = " ".join(str(right).replace(",", "").split()).partition(" ")
    try:
        value = float(number) * (_SCALES[scale.lower()] if scale else 1)
    except (ValueError, KeyError):
        value = math.nan
    if isinstance(right, bool) or not math.isfinite(value):
        raise StoreError(f"The {name} is no number", expected="5600000, 5,600,000 or 5.6 million", found=repr(right))
    return value
