"""A label before a number that gives it a unit: "GPU hours: 2.1M", "Training time (GPU hours): 7M", "FLOPs = 1e24"."""

from __future__ import annotations

import re

from extractor.quantities.lexicon import load_lexicon
from extractor.quantities.readings import Number, Unit
from extractor.quantities.units import CHIP_HOURS, NOUN_UNITS

__all__ = ["read_label"]

LABEL = re.compile(
    r"(?<![a-z0-9])(?:(?P<chip_hours>(?:gpu|tpu|chip|accelerator|[a-z]{1,3}\d{2,4})[ \xa0-]hours?|hours[ \xa0]used)"
    r"|(?P<parameters>param(?:eter)?s?(?:[ \xa0]count)?)|(?P<tokens>tokens)|(?P<flop>flops?)|(?P<watts>[kmg]w)"
    r"|(?P<money>us\$|usd|\$|eur|€))"
    r"(?:[ \xa0]?[)\]])?[ \xa0]*(?:[:=≈|]|\bis\b|\bof\b)[ \xa0|]*[~≈>]?[ \xa0]*\Z"
)
LAST_SIGNS, LAST_WORDS = frozenset(":=≈|~>"), ("is", "of")
REACH = 40


def read_label(folded: str, number: Number) -> Unit | None:
    """Return the unit that a label right before a bare number gives to it; None where there is no label."""
    # A look at the sign or word before the number costs less than the pattern
    bare = folded[max(0, number.start - REACH) : number.start].rstrip(" \xa0")
    if not (bare[-1:] in LAST_SIGNS or bare.endswith(LAST_WORDS)):
        return None
    match = LABEL.search(folded, max(0, number.start - REACH), number.start)
    if not match or ((match["parameters"] or match["tokens"]) and number.value < 1000):
        return None  # "tokens: 5 kinds"
    if match["chip_hours"]:
        return CHIP_HOURS
    if match["flop"] or match["watts"]:
        return load_lexicon().units[match["flop"] or match["watts"]]
    if match["money"]:
        code = "EUR" if match["money"] in ("eur", "€") else "USD"
        return load_lexicon().currency(code)
    return NOUN_UNITS["tokens" if match["tokens"] else "parameters"]
