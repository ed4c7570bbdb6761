"""A claim and its evidence -> the reasons for it, in words: how its value was read, its rule, its confidence.

The command ``why`` and the page of a claim tell the same. No database, no HTML.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extractor.figures import write_exact, write_value
from extractor.quantities import Amount, read_amounts
from extractor.rules import find_says, load_confidence

__all__ = ["Slot", "Step", "find_slots", "find_steps", "tell_confidence", "tell_rule"]

_COMPARATORS = {
    "eq": "the number itself",
    "approx": "about so much",
    "gt": "more than it, or at least it",
    "lt": "less than it, or at most it",
    "range": "from one number to the other",
}
# The column of a claim that each role of evidence fills; the value has steps of its own.
_SLOTS = {"subject": "subject", "chip": "chip", "speaker": "attributed_to", "modality": "modality", "stage": "stage"}
_DEFAULTS = {
    "speaker": "the article itself, or nobody whom it names",
    "modality": "no words weaken it",
    "subject": "no words name it",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step from the words of an article to a value: what went in, what came out."""

    name: str
    words: str
    reading: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of a claim beside its value, and the words of the article that fill it; none where it is the default."""

    role: str
    value: str
    words: tuple[str, ...]
    note: str = ""


def find_steps(claim: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Return how the value of a claim was read: words, number, unit, comparator, canonical value.

    The number is read again from the words that the claim keeps. Where these alone do not give the value that is
    stored, as in a cell whose column says "in millions", the step says so and makes nothing up.

    Args:
        claim: a row of ``claims``.
        evidence: its rows of ``evidence``, with their ``words``.

    >>> claim = {"value": 1460.0, "high": None, "unit": "hours", "value_text": "two months", "comparator": "approx",
    ...          "quote": "about two months"}
    >>> [step.reading for step in find_steps(claim, [{"role": "comparator", "words": "about"}])][1:]
    ['2', '1 month is 730 hours', 'approx: about so much', 'about 1,460 hours (60.8 days)']
    """
    words = Step("Words", claim["quote"], claim["value_text"])
    value = write_value(claim["value"], claim["high"], claim["unit"], claim["comparator"])
    if isinstance(claim["value"], str):
        same = claim["value_text"] == claim["value"]
        return [
            words,
            Step("Name", claim["value_text"], "the name as it is" if same else f"is called {claim['value']}"),
        ]
    cues = [row["words"] for row in evidence if row["role"] == "comparator"]
    return [
        words,
        *_read_number(claim),
        Step(
            "Comparator",
            ", ".join(cues) or "no word of its own",
            f"{claim['comparator']}: {_COMPARATORS.get(claim['comparator'], claim['comparator'])}",
        ),
        Step("Value", "all of these", value),
    ]


def find_slots(claim: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]) -> list[Slot]:
    """Return the slots of a claim beside its value, in a fixed order; of chip and stage, only those that are filled."""
    rows = list(evidence)
    slots = []
    for role, column in _SLOTS.items():
        words = tuple(dict.fromkeys(row["words"] for row in rows if row["role"] == role))
        value = claim[column] or ""
        if not value and not words and role in ("chip", "stage"):
            continue
        note = "" if words else _DEFAULTS.get(role, "by the rule, or by what stands near")
        if value and not words and role in ("subject", "speaker"):
            note = "by what stands near"
        slots.append(Slot(role, value, words, note))
    return slots


def tell_rule(rule_id: str) -> str:
    """Return what a rule says that it reads, or that there is no such rule any more."""
    gone = "this version has no such rule; run the command extract to read the article by the present ones"
    return find_says(rule_id) or gone


def tell_confidence(confidence: float | None, rule_id: str) -> str:
    """Return what the confidence of a claim means, and on how many claims it rests if the rule is still that one."""
    measured = load_confidence().get(rule_id)
    if confidence is None:
        return "not measured"
    counted = f", counted on {measured.of} claims" if measured and measured.precision == confidence else ""
    return f"{confidence:.0%} of what this rule finds in texts that it was not made on is right{counted}"


def _read_number(claim: Mapping[str, Any]) -> list[Step]:
    unit = claim["unit"]
    # The words "90 and 100 days" are a range only after the "between" that the quote begins with.
    texts = dict.fromkeys((claim["value_text"], claim["quote"]))
    amounts = [amount for text in texts for amount in read_amounts(text)]
    if not amounts:
        return [Step("Number", claim["value_text"], "not one that these words give by themselves")]
    amount = next((found for found in amounts if _find_factor(claim, found) is not None), amounts[0])
    number = write_exact(amount.value) + ("" if amount.high is None else f" to {write_exact(amount.high)}")
    factor = _find_factor(claim, amount)
    if factor is None:
        return [Step("Number", amount.text, f"{number}; what stands around these words makes it another")]
    written = amount.unit or "none"
    if not amount.unit and factor == 1:
        reading = f"{unit}, by what stands around these words or by the kind of claim"
    elif factor == 1:
        reading = unit
    elif amount.unit and not _is_same_unit(amount.unit, unit):
        reading = f"1 {amount.unit} is {write_exact(factor)} {unit}"
    else:
        reading = f"{unit}, times {write_exact(factor)} by what stands around these words"
    return [Step("Number", amount.text, number), Step("Unit", written, reading)]


def _find_factor(claim: Mapping[str, Any], amount: Amount) -> float | None:
    """Return the number of canonical units in one of the text's, if it leads to all that is stored."""
    if not amount.value or not claim["value"]:
        return 1.0 if amount.value == claim["value"] else None
    # Rounded: what a float cannot hold exactly is no part of the explanation.
    factor = float(f"{claim['value'] / amount.value:.9g}")
    if (claim["high"] is None) != (amount.high is None):
        return None
    if amount.high is not None and not math.isclose(amount.high * factor, claim["high"], rel_tol=1e-6):
        return None
    # A scale that a table's head gives, or the other way to write thousands, is a power of ten; else it is no reading.
    is_scale = factor > 0 and math.log10(factor).is_integer()
    return factor if is_scale or (amount.unit and not _is_same_unit(amount.unit, claim["unit"])) else None


def _is_same_unit(first: str, second: str) -> bool:
    return first.casefold().rstrip("s") == second.casefold().rstrip("s")
