"""The sign, code or name of a currency before or after a number."""

from __future__ import annotations

import re
from functools import cache

from extractor.quantities.folding import GAP
from extractor.quantities.lexicon import load_lexicon, spelled
from extractor.quantities.readings import Measure, Number

__all__ = ["read_currency_after", "read_currency_before"]

NEAR = 2000  # code points on either side, where a bare yen sign looks for China
CHINESE = ("yuan", "renminbi", "rmb", "cny", "china", "chinese")


@cache
def _before_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    signs = "|".join(sorted(map(re.escape, lexicon.signs), key=len, reverse=True))
    codes = "|".join(sorted(lexicon.codes))
    return re.compile(rf"(?<![a-z0-9])(?:(?P<sign>{signs})|(?P<code>{codes}))[ \xa0]{{0,3}}[~≈]?\Z")


@cache
def _after_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    names = spelled(lexicon.names)
    codes = "|".join(sorted(lexicon.codes))
    signs = "[$€£¥₩₹]"
    return re.compile(rf"(?:{GAP}|-)(?:(?P<name>{names}|{codes})(?!\w)|(?P<sign>{signs})(?![\d]))")


def read_currency_before(text: str, folded: str, at: int, floor: int) -> Measure | None:
    """Read a currency that ends right before ``at``, no further back than ``floor``.

    ``folded`` is ``text`` as `folding.fold_text` gives it; a code counts in capitals only ("TRY 5", not "try 5").
    A bare yen sign is the yuan where the text around it speaks of China, yuan or RMB, and the yen elsewhere.
    """
    match = _before_pattern().search(folded, max(floor, at - 10), at)
    if not match:
        return None
    if match["code"]:
        if not text[match.start("code") : match.end("code")].isupper():
            return None
        return Measure(load_lexicon().currency(match["code"].upper()), match.start(), match.end())
    code = load_lexicon().signs[match["sign"]]
    if match["sign"] in "¥￥" and any(word in folded[max(0, at - NEAR) : at + NEAR] for word in CHINESE):
        code = "CNY"
    return Measure(load_lexicon().currency(code), match.start(), match.end())


def read_currency_after(text: str, folded: str, number: Number) -> Measure | None:
    """Read a currency after a number: "63 million dollars", "1bn yuan", "5 €", "0.5M USD"."""
    match = _after_pattern().match(folded, number.end)
    if not match:
        return None
    if match["sign"]:
        if match.start("sign") > number.end + (match["sign"] != "$"):
            return None  # "5 $" may be the sign of the next sum
        return Measure(load_lexicon().currency(load_lexicon().signs[match["sign"]]), match.start(), match.end())
    name = " ".join(match["name"].replace("\xa0", " ").replace("-", " ").split())
    code = load_lexicon().names.get(name)
    if code is None and not text[match.start("name") : match.end("name")].isupper():
        return None
    if name == "won" and number.value < 1000:
        return None  # the verb
    code = code or name.upper()
    return Measure(load_lexicon().currency(code), match.start(), match.end())
