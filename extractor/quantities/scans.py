"""Text -> readings: each number, with the unit that stands before or after it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal

from extractor.quantities.anchors import find_anchors
from extractor.quantities.digits import find_convention, read_digits
from extractor.quantities.everyday import load_everyday, read_everyday_unit, unscale_metres
from extractor.quantities.exclusions import find_exclusion
from extractor.quantities.lexicon import load_lexicon
from extractor.quantities.money import read_cents, read_currency_after, read_currency_before
from extractor.quantities.rates import read_per
from extractor.quantities.readings import Number, Reading, Unit
from extractor.quantities.units import read_unit
from extractor.quantities.words import read_words

__all__ = ["COUNTED", "find_readings"]

ACTIVE = re.compile(r"[ \xa0-]{1,3}(?:active|activated)\b(?![ \xa0]+(?:\w+[ \xa0]+)?(?:users|accounts|customers))")
# "235B-A22B", "A95B active": the A of active parameters
ACTIVE_MARK = re.compile(r"(?:(?<![^\s`(/,\x00])|(?<=\d[bt]-))a(?=\d{1,3}(?:\.\d)?[bt]\b)")
PER_TIME = ("second", "minute", "hour", "day", "week", "month", "year")
COUNTED = re.compile(
    r"[ \xa0-]{1,4}(?:(?:[a-z0-9]+[ \xa0]){0,2}(?:gpu|tpu|npu|chip|accelerator|card)s?\b|[a-z]{1,3}\d{2,4}\w?s?\b)"
)
AND_A_HALF = re.compile(r"[ \xa0]{1,4}and[ \xa0]a[ \xa0]half\b")


def find_readings(text: str, folded: str, *, everyday: bool = False) -> Iterator[Reading]:
    """Yield each number of a text with its unit, in order, before neighbours are joined.

    Args:
        text: the text.
        folded: the same as `folding.fold_text` gives it.
        everyday: whether the units of everyday news are read as well, and "one" with any of them.
    """
    european = find_convention(folded)
    units: Collection[str] = load_everyday().attached if everyday else load_lexicon().units
    cursor = read_end = 0
    for anchor in find_anchors(folded):
        if anchor < cursor:
            continue
        if folded[anchor].isalpha():
            number = read_words(folded, anchor)
        else:
            marked = _belongs_to_prefix(text, folded, anchor)
            if not marked and (end := find_exclusion(text, folded, anchor, read_end)) is not None:
                cursor = max(end, anchor + 1)
                continue
            number = read_digits(folded, anchor, european, units)
            if number is None:
                cursor = anchor + 1
                while cursor < len(folded) and folded[cursor].isalnum():
                    cursor += 1
        if number is None:
            continue
        if everyday:
            number = unscale_metres(folded, number)
        if reading := _read_around(text, folded, number, cursor, everyday=everyday):
            cursor = read_end = reading.tail
            yield reading
        elif not number.bare:
            cursor = number.end


def _belongs_to_prefix(text: str, folded: str, anchor: int) -> bool:
    """Tell whether the letters right before the digits are a currency ("CNY1.5bn") or the A of active parameters."""
    if not anchor or not folded[anchor - 1].isalpha():
        return False
    if ACTIVE_MARK.match(folded, anchor - 1):
        return True
    return read_currency_before(text, folded, anchor, max(0, anchor - 5)) is not None


def _read_around(text: str, folded: str, number: Number, floor: int, *, everyday: bool) -> Reading | None:
    """Read the unit on either side of a number; None for an article or "one" that counts nothing."""
    before = after = None
    if number.form == "digits":
        before = read_currency_before(text, folded, number.start, floor)
    if before and folded.startswith("$", number.end) and folded[before.start : before.end] == "$":
        return None  # a formula in LaTeX
    if number.form != "vague" and not number.times:
        after = read_currency_after(text, folded, number)
        if before is None:
            after = read_unit(folded, number) or after
            if everyday:
                after = read_everyday_unit(text, folded, number, after)
        elif after and after.unit.name != before.unit.name:
            after = None  # "$5 yuan" is a slip: the sign is nearer
    measure = before or after
    if measure is None and number.bare and not everyday and not _counts_one(folded, number):
        return None
    if number.form == "implied" and not (measure and (number.start == number.end or folded[number.end] == "-")):
        return None
    start = before.start if before else number.start
    end = after.end if after else number.end
    unit = measure.unit if measure else None
    if number.bare and unit and (half := AND_A_HALF.match(folded, end)):
        number, end = replace(number, value=number.value + Decimal("0.5")), half.end()  # "a month and a half"
    if unit and unit.kind == "money":
        cents, end = read_cents(folded, end)
        number = replace(number, value=number.value + cents)
    per, tail = read_per(folded, end) if number.form != "vague" else ("", end)
    if unit and per in PER_TIME and unit.kind in ("tokens", "bytes", "compute", "bits"):
        written = f"{unit.written or unit.name}/{per}"
        unit, end, per = Unit("rate", f"{unit.name}/{per}", unit.factor, written=written), tail, ""
    elif unit and unit.kind == "rate" and unit.name.endswith(f"/{per}"):
        end, per = tail, ""
    marked = number.start > 0 and ACTIVE_MARK.match(folded, number.start - 1) is not None
    active = marked or (measure.active if measure else False) or ACTIVE.match(folded, number.end) is not None
    return Reading(number, start, end, tail, unit, chip=measure.chip if measure else None, active=active, per=per)


def _counts_one(folded: str, number: Number) -> bool:
    return folded[number.start : number.end] == "one" and COUNTED.match(folded, number.end) is not None
