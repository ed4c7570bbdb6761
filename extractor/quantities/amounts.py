"""Plain English text -> amounts: each number that measures or counts, in the unit that the text itself names.

Built on the readers of the claims pipeline, and on what everyday news needs beyond them: its units, the things that
are counted, shares, and signs. Slower than these, and no part of that pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

from extractor.quantities.conclusions import conclude
from extractor.quantities.everyday import load_everyday
from extractor.quantities.folding import blank_spans, fold_text
from extractor.quantities.joins import join_readings
from extractor.quantities.nouns import read_noun
from extractor.quantities.readings import Amount, Number, Quantity, Reading
from extractor.quantities.scans import find_readings
from extractor.quantities.words import SMALL

__all__ = ["read_amounts"]

NO_AMOUNT = re.compile(
    r"(?:\+?\d{1,2}[-. ])?(?:\(\d{3}\)[ ]?|\d{3}[-.])\d{3}[-.]\d{4}\b"  # telephone
    r"|\b\d{4}(?= (?:gmt|utc|bst|cet|est|edt|et|hrs|hours (?:gmt|local))\b)"
    r"|\b\d{1,2}(?:[.:]\d\d)?[ \xa0]?[ap]\.?m\b|\b\d{1,2}\.\d\d(?= gmt\b)"
    r"|\b(?:\d+|one|two|three|four|five|six)-(?:in-\w+|to-(?:1|one))\b"  # odds
    r"|(?<=foot)-\d{1,2}\b|(?<=feet)-\d{1,2}\b"  # 6-foot-2
    r"|\b\d{1,2}:\d{1,2}\b|\b911\b|\b[48]k\b"
    r"|\b(?:1[5-9]|20)\d\d-(?:(?:1[5-9]|20)\d\d|\d\d)\b"  # from year to year
    r"|(?<![\d.,$€£%-])\b(?P<one>\d{1,3})-(?P<other>\d{1,3})\b(?![-%]|[.,]\d|[ \xa0]per)"  # a score or a range
)
YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
BEFORE_A_YEAR = re.compile(
    r"(?:\b(?:in|since|by|of|from|until|till|before|after|the|early|late|mid|its|their|his|her|and|to|for|during|through"
    r"|year|summer|winter|spring|autumn|fall|\w+'s)|[(,])[ \xa0-]*\Z"
)
SIGN = re.compile(r"(?:(?<![\w.,)%-])-|(?<!plus or )\bminus[ \xa0]{1,2}|\bnegative[ \xa0]{1,2})\Z")
# a capital in mid-sentence before a bare number makes it part of a name: "Boeing 737", "the Nikkei 225"
NAME_BEFORE = re.compile(
    r"[\w,;:)\"”'’][ \xa0]+[(\"“‘]?(?!(?:About|Around|Some|Nearly|Almost|Over|At|In|Only|Just|All)\b)"
    r"[A-Z][\w’'&.-]*[ \xa0]#?\Z"
)
OR_TWO = re.compile(r"\ban?[ \xa0]\w+[ \xa0]or[ \xa0]\Z")
# what may stand between two amounts of one kind
COMPARED = re.compile(
    r"[^.;:?!]{0,50}\b(?:from|to|another|against|than|versus|(?:compared|up|down)[ \xa0](?:with|from|to))"
    r"(?:[ \xa0](?:a|an|the|its|about|around|some|nearly|almost|just|more|less|over|under|than|further)){0,2}[ \xa0]"
)
PRICED = re.compile(r"[ \xa0]an?[ \xa0](?P<word>[a-z]+)\b")
MAGNITUDE = re.compile(r"\bmagnitude(?:[ \xa0]of)?[ \xa0]\Z")
TWICE = {"twice": 2.0, "thrice": 3.0}
HALF_BEFORE = re.compile(
    r"\b(?:by|than|nearly|almost|about|over|under|roughly|around|only|just|exactly|least|to)[ \xa0]\Z"
)
NO_HALF_BEFORE = re.compile(r"(?:first|second|other|better|final|last|latter|top|bottom|one|and[ \xa0]a|a)[ \xa0-]\Z")
HALF_AFTER = re.compile(r"[ \xa0](?:of|the|his|her|its|their|our|my|that|as)\b")
AFTER_A_SHARE = re.compile(
    r"[ \xa0](?:of|more|less|fewer|higher|lower|bigger|larger|smaller|last|this|next|own|from|in|since|to|and|or|on|at"
    r"|by|for|compared|against|between|over|after|during|as)\b|[.,;:)]|\Z"
)


def read_amounts(text: str) -> list[Amount]:
    """Return the numbers of a text that measure or count, in order, with the units that the text itself names.

    Dates, years, times of day, ordinals, scores, telephone numbers and numbers in names are left out, and so is what
    only tells an order of size ("thousands of").

    >>> [(a.value, a.unit) for a in read_amounts("Two dozen ships lost 4.5% of it at -3C, and 10m Swiss francs.")]
    [(24.0, 'ship'), (4.5, 'percent'), (-3.0, 'degree Celsius'), (10000000.0, 'CHF')]
    """
    folded = fold_text(text)
    folded = blank_spans(folded, [match.span() for match in NO_AMOUNT.finditer(folded) if not _rises(match)])
    readings = join_readings(folded, [_count_one(folded, r) for r in find_readings(text, folded, everyday=True)])
    amounts: list[Amount] = []
    limits = [*(reading.start for reading in readings[1:]), len(text)]
    for reading, limit in zip(readings, limits, strict=False):
        floor = amounts[-1].end if amounts else 0
        quantity = conclude(text, folded, reading, floor)
        if quantity is not None and (amount := _settle(text, folded, reading, quantity, limit)) is not None:
            amounts.append(_inherit(folded, amount, amounts[-1]) if amounts and reading.number.scale else amount)
    taken = [(amount.start, amount.end) for amount in amounts]
    for share in _find_shares(text, folded):
        if not any(start < share.end and share.start < end for start, end in taken):
            amounts.append(share)
    return sorted(amounts, key=lambda amount: amount.start)


def _rises(match: re.Match[str]) -> bool:
    """Tell whether two numbers with a hyphen between may be the ends of a range: 3-5, but not the score 3-1."""
    return match["one"] is not None and int(match["one"]) < int(match["other"])


def _inherit(folded: str, amount: Amount, former: Amount) -> Amount:
    """Give a large bare number the unit of the one before: "to 1.5 billion euros from 1.2 billion"."""
    between = folded[former.end : amount.start]
    if amount.unit or not former.unit or former.kind in ("percent", "duration") or not COMPARED.fullmatch(between):
        return amount
    return replace(amount, unit=former.unit, kind=former.kind)


def _count_one(folded: str, reading: Reading) -> Reading:
    """Let "one hour" be a part of "one hour and 42 minutes"."""
    number = reading.number
    if reading.unit and number.bare and folded[number.start : number.end] == "one":
        return replace(reading, number=replace(number, bare=False))
    return reading


def _settle(text: str, folded: str, reading: Reading, quantity: Quantity, limit: int) -> Amount | None:
    """Decide whether a reading is an amount, and of what; ``limit`` is where the next reading starts."""
    number, unit, high = reading.number, reading.unit, reading.high
    if number.form in ("vague", "implied") or (number.bare and folded[number.start] == "a"):
        return None  # "thousands of", "a week"
    if (
        folded[number.start : number.end] == "one"
        and text[number.start].isupper()
        and text[max(0, number.start - 3) : number.start].rstrip()[-1:].isalnum()
    ):
        return None  # Xbox One
    end, kind = quantity.end, quantity.kind
    factor = unit.factor if unit and not unit.written else Decimal(1)
    if unit is None:
        named = _name_count(text, folded, reading, limit, hedged=quantity.hedge_start is not None)
        if named is None:
            return None
        name, end = named
        kind = "count" if name else "number"
    else:
        kind, name = unit.kind, unit.written or unit.name
        if kind in ("length", "bits", "bytes") and reading.per in ("second", "minute", "hour"):
            name, kind, end = f"{name}/{reading.per}", "speed" if kind == "length" else "rate", reading.tail
    per = "" if "/" in name else reading.per
    if not per and kind == "money" and (priced := PRICED.match(folded, end)) and _is_measure(priced["word"]):
        per = priced["word"]
    sign = SIGN.search(folded, max(0, reading.start - 12), reading.start)
    value = float(number.value * factor) * (-1 if sign else 1)
    if folded[number.start - 1 : number.start] == "." and number.form == "digits":
        value /= 10 ** (number.end - number.start)  # batted .312
    ratio = reading.high_unit.factor / unit.factor if unit and reading.high_unit else Decimal(1)
    return Amount(
        value=value, unit=name, kind=kind, start=reading.start, end=end, text=text[reading.start : end],
        high=float(high.value * factor * ratio) if high else None, comparator=quantity.comparator,
        per=per,
    )  # fmt: skip


def _is_measure(word: str) -> bool:
    return word in load_everyday().priced or word in load_everyday().units


def _name_count(text: str, folded: str, reading: Reading, limit: int, *, hedged: bool) -> tuple[str, int] | None:
    """Return what a number without a unit counts, and where that ends; None where it is no amount."""
    number, last = reading.number, reading.high or reading.number
    if folded[last.end : last.end + 1].isalnum():
        return None  # 5G
    before = folded[max(0, reading.start - 24) : reading.start]
    noun, end = read_noun(text, folded, last, reading.end)
    if end > limit:
        noun, end = "", reading.end
    if load_everyday().parts.get(noun, 0) > 10:
        return None  # "two hundredths": a share
    if number.bare and (not noun or bool({*before.split()[-1:]} & load_everyday().before_no_count)):
        return None
    if reading.high and _is_year(folded, number) and _is_year(folded, reading.high):
        return None
    if number.form == "digits" and not reading.high and not number.scale:
        if _is_year(folded, number) and not (noun and (hedged or _counts_many(before, number))):
            return None
        if _label_pattern().search(before):
            return None
        if not noun and NAME_BEFORE.search(text, max(0, number.start - 40), number.start):
            return None
    if not noun and number.form == "words" and _is_pronoun(before):
        return None
    if not noun and MAGNITUDE.search(before):
        return "magnitude", reading.end
    if not noun and reading.high and folded[number.end : reading.high.start] == "-":
        return None  # a score
    return noun, end


def _is_year(folded: str, number: Number) -> bool:
    return YEAR.fullmatch(folded, number.start, number.end) is not None


def _is_pronoun(before: str) -> bool:
    """Tell whether a number word without a noun stands for things that were named: "the two", "an hour or two"."""
    return OR_TWO.search(before) is not None or bool({*before.split()[-1:]} & load_everyday().pronominal)


def _counts_many(before: str, number: Number) -> bool:
    """Tell whether four digits before a plural are a count: "1600 people", but not "the 1848 revolutions"."""
    return number.value < 1900 and not BEFORE_A_YEAR.search(before)


@cache
def _label_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, load_everyday().labels))})[ \xa0-]\Z")


@cache
def _share_pattern() -> re.Pattern[str]:
    parts = "|".join(load_everyday().parts)
    counts = "|".join(word for word, value in SMALL.items() if 1 < value < 20)
    return re.compile(
        rf"(?<![\w-])(?:(?P<times>{'|'.join(TWICE)})|(?P<half>half)"
        rf"|(?:(?P<article>an?|one)|(?P<count>{counts}))(?P<link>[ \xa0-])(?P<part>{parts})(?P<many>s?))(?![\w-])"
    )


def _find_shares(text: str, folded: str) -> Iterator[Amount]:
    """Yield "a third of", "two-thirds", "more than half", and "twice"."""
    for match in _share_pattern().finditer(folded):
        value = _value_share(folded, match)
        if value is not None:
            start, end = match.span()
            if match["times"]:
                yield Amount(value, "time", "factor", start, end, text[start:end])
            else:
                yield Amount(value, "", "share", start, end, text[start:end])


def _value_share(folded: str, match: re.Match[str]) -> float | None:
    head = folded[max(0, match.start() - 16) : match.start()]
    if match["times"]:
        return TWICE[match["times"]]
    if match["half"]:
        led = HALF_AFTER.match(folded, match.end()) or HALF_BEFORE.search(head)
        return 0.5 if led and not NO_HALF_BEFORE.search(head) else None
    part = load_everyday().parts[match["part"]]
    of = folded.startswith(" of", match.end())
    if match["article"]:
        led_by = head.split()[-1:]
        led_in = bool(led_by) and led_by[0] in load_everyday().before_a_share
        is_share = of or (led_in and AFTER_A_SHARE.match(folded, match.end()))
        return 1 / part if is_share and not match["many"] else None
    if not match["many"] or (part == 4 and match["link"] != "-" and not of):
        return None  # "for three quarters" may be nine months
    return SMALL[match["count"]] / part
