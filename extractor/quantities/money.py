"""The sign, code or name of a currency before or after a number."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from extractor.quantities.folding import GAP
from extractor.quantities.lexicon import load_lexicon, spelled
from extractor.quantities.readings import Measure, Number

__all__ = ["read_cents", "read_currency_after", "read_currency_before"]

NEAR = 2000  # code points on either side, where a sign or name that two countries share looks for the other one
CHINESE = ("yuan", "renminbi", "rmb", "cny", "china", "chinese")
DANISH = ("danish", "denmark", "dkk", "copenhagen")
PRICES_OF = re.compile(r"(?:\b(?:in|to|of|constant|real)[ \xa0]|\()\Z")
CENTS = re.compile(r"[ \xa0]+and[ \xa0]+(\d{1,2})[ \xa0]+cents?\b")


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
    code, start = load_lexicon().signs[match["sign"]], match.start()
    if match["sign"] in "¥￥" and _speaks_of(CHINESE, folded, at):
        code = "CNY"
    if match["sign"].endswith("$") and text[start : start + 2] == "us":
        code, start = "USD", match.start() + match["sign"].index("$")  # "it cost us $40"
    return Measure(load_lexicon().currency(code), start, match.end())


def _speaks_of(words: tuple[str, ...], folded: str, at: int) -> bool:
    return any(word in folded[max(0, at - NEAR) : at + NEAR] for word in words)


def read_cents(folded: str, end: int) -> tuple[Decimal, int]:
    """Read the cents behind a sum: the part of its unit that they are, and where they end; 0 where there are none.

    >>> read_cents("46 dollars and 80 cents", 10)
    (Decimal('0.8'), 23)
    """
    cents = CENTS.match(folded, end)
    return (Decimal(cents[1]) / 100, cents.end()) if cents else (Decimal(0), end)


def read_currency_after(text: str, folded: str, number: Number) -> Measure | None:
    """Read a currency after a number: "63 million dollars", "1bn yuan", "5 €", "0.5M USD"."""
    match = _after_pattern().match(folded, number.end)
    if not match:
        return None
    if match["sign"]:
        if match.start("sign") > number.end + (match["sign"] != "$"):
            return None  # "5 $" may be the sign of the next sum
        return Measure(load_lexicon().currency(load_lexicon().signs[match["sign"]]), match.start(), match.end())
    if number.could_be_year and PRICES_OF.search(folded, max(0, number.start - 12), number.start):
        return None  # "in 2023 dollars"
    name = " ".join(match["name"].replace("\xa0", " ").replace("-", " ").split())
    code = load_lexicon().names.get(name)
    if code is None and not text[match.start("name") : match.end("name")].isupper():
        return None
    if name == "won" and number.value < 1000:
        return None  # the verb
    if name == "kroner" and _speaks_of(DANISH, folded, number.end):
        code = "DKK"
    code = code or name.upper()
    return Measure(load_lexicon().currency(code), match.start(), match.end())
