"""The sign, code or name of a currency before or after a number."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from extractor.quantities.folding import GAP
from extractor.quantities.lexicon import load_lexicon, spelled
from extractor.quantities.readings import Measure, Number, Unit

__all__ = ["read_currency_after", "read_currency_before"]

CHINESE = re.compile(r"yuan|renminbi|\brmb\b|\bcny\b|\bchin(?:a|ese)\b")


@cache
def _before_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    signs = "|".join(sorted(map(re.escape, lexicon.signs), key=len, reverse=True))
    codes = "|".join(sorted(lexicon.codes))
    return re.compile(rf"(?<![a-z0-9])(?:(?P<sign>{signs})|(?P<code>{codes}))[ \xa0]{{0,3}}[~≈]?$")


@cache
def _after_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    names = spelled(lexicon.names)
    codes = "|".join(sorted(lexicon.codes))
    signs = "[$€£¥₩₹]"
    return re.compile(rf"(?:{GAP}|-)(?:(?P<name>{names}|{codes})(?!\w)|(?P<sign>{signs})(?![\d]))")


def _currency(code: str) -> Unit:
    return Unit("money", code, Decimal(1))


def read_currency_before(text: str, at: int, floor: int) -> Measure | None:
    """Read a currency that ends right before ``at`` in a folded text, no further back than ``floor``.

    A bare yen sign is the yuan where the text speaks of China, yuan or RMB, and the yen elsewhere.
    """
    match = _before_pattern().search(text, max(floor, at - 10), at)
    if not match:
        return None
    if match["code"]:
        return Measure(_currency(match["code"].upper()), match.start(), match.end())
    code = load_lexicon().signs[match["sign"]]
    if match["sign"] in "¥￥" and CHINESE.search(text):
        code = "CNY"
    return Measure(_currency(code), match.start(), match.end())


def read_currency_after(text: str, number: Number) -> Measure | None:
    """Read a currency after a number: "63 million dollars", "1bn yuan", "5 €", "0.5M USD"."""
    match = _after_pattern().match(text, number.end)
    if not match:
        return None
    if match["sign"]:
        if match.start("sign") > number.end + 1 or match["sign"] == "$" and match.start("sign") > number.end:
            return None  # "5 $" may be the sign of the next sum
        return Measure(_currency(load_lexicon().signs[match["sign"]]), match.start(), match.end())
    name = " ".join(match["name"].replace("\xa0", " ").replace("-", " ").split())
    code = load_lexicon().names.get(name) or name.upper()
    return Measure(_currency(code), match.start(), match.end())
