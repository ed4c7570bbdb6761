"""Text -> quantities: numbers with their units, ranges and hedges. Pure: no spaCy; ``schema/units.yml`` is read once.

A folded copy of the text is scanned for anchors (a digit, a number word, "a week"); from each the readers of this
package look right and left: exclusions -> digits | words -> units, money -> joins -> hedges.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from extractor.quantities.anchors import find_anchors
from extractor.quantities.digits import find_convention, read_digits
from extractor.quantities.exclusions import find_exclusion
from extractor.quantities.folding import fold_text
from extractor.quantities.hedges import read_hedge_after, read_hedge_before
from extractor.quantities.joins import join_readings
from extractor.quantities.labels import read_label
from extractor.quantities.money import read_currency_after, read_currency_before
from extractor.quantities.rates import read_per
from extractor.quantities.readings import Kind, Number, Quantity, Reading, Unit
from extractor.quantities.units import read_unit
from extractor.quantities.words import read_words

__all__ = ["Kind", "Quantity", "find_quantities"]

ACTIVE = re.compile(r"[ \xa0-]{1,3}(?:active|activated)\b(?![ \xa0]+(?:\w+[ \xa0]+)?(?:users|accounts|customers))")
# "235B-A22B", "A95B active": the A of active parameters
ACTIVE_MARK = re.compile(r"(?:(?<![^\s`(/,\x00])|(?<=\d[bt]-))a(?=\d{1,3}(?:\.\d)?[bt]\b)")
PER_TIME = ("second", "minute", "hour", "day", "week", "month", "year")
TIMED = ("duration", "chip_hours", "cpu_hours")
COUNTED = re.compile(
    r"[ \xa0-]{1,4}(?:(?:[a-z0-9]+[ \xa0]){0,2}(?:gpu|tpu|npu|chip|accelerator|card)s?\b|[a-z]{1,3}\d{2,4}\w?s?\b)"
)
AND_A_HALF = re.compile(r"[ \xa0]{1,4}and[ \xa0]a[ \xa0]half\b")


def find_quantities(text: str, skip: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """Return the quantities of a text, in order; none overlaps another.

    Numbers without a unit are among them, as kind ``number``; dates, times of day, versions, URLs and ordinals are
    not. A minus sign is not read.

    Args:
        text: any text. A quantity never spans a line break.
        skip: half-open spans that hold no quantity, such as the names of models.

    >>> [(q.kind, q.value, q.comparator, q.text) for q in find_quantities("It cost about $5.6m on 2,048 H800s.")]
    [('money', 5600000.0, 'approx', '$5.6m'), ('number', 2048.0, 'eq', '2,048')]
    """
    folded = fold_text(text)
    if skip:
        folded = _blank(folded, skip)
    quantities: list[Quantity] = []
    for reading in join_readings(folded, list(_find_readings(text, folded))):
        floor = max(quantities[-1].end, quantities[-1].hedge_end or 0) if quantities else 0
        if (quantity := _conclude(text, folded, reading, floor)) is not None:
            quantities.append(quantity)
    return quantities


def _blank(folded: str, spans: Sequence[tuple[int, int]]) -> str:
    """Put a sign that belongs to no quantity in place of every character of the spans."""
    characters = list(folded)
    for start, end in spans:
        characters[start:end] = "\x00" * len(characters[start:end])
    return "".join(characters)


def _find_readings(text: str, folded: str) -> Iterator[Reading]:
    european = find_convention(folded)
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
            number = read_digits(folded, anchor, european)
            if number is None:
                cursor = anchor + 1
                while cursor < len(folded) and folded[cursor].isalnum():
                    cursor += 1
        if number is None:
            continue
        if reading := _read_around(text, folded, number, cursor):
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


def _read_around(text: str, folded: str, number: Number, floor: int) -> Reading | None:
    """Read the unit on either side of a number; None for an article or "one" that counts nothing."""
    before = after = None
    if number.form == "digits":
        before = read_currency_before(text, folded, number.start, floor)
    if number.form != "vague" and not number.times:
        after = read_currency_after(text, folded, number)
        if before is None:
            after = read_unit(folded, number) or after
        elif after and after.unit.name != before.unit.name:
            after = None  # "$5 yuan" is a slip: the sign is nearer
    measure = before or after
    if measure is None and number.bare and not _counts_one(folded, number):
        return None
    if number.form == "implied" and not (measure and (number.start == number.end or folded[number.end] == "-")):
        return None
    start = before.start if before else number.start
    end = after.end if after else number.end
    unit = measure.unit if measure else None
    if number.bare and unit and (half := AND_A_HALF.match(folded, end)):
        number, end = replace(number, value=number.value + Decimal("0.5")), half.end()  # "a month and a half"
    per, tail = read_per(folded, end) if number.form != "vague" else ("", end)
    if unit and per in PER_TIME and unit.kind in ("tokens", "bytes", "compute", "bits"):
        unit, end, per = Unit("rate", f"{unit.name}/{per}", unit.factor), tail, ""
    elif unit and unit.kind == "rate" and unit.name.endswith(f"/{per}"):
        end, per = tail, ""
    marked = number.start > 0 and ACTIVE_MARK.match(folded, number.start - 1) is not None
    active = marked or (measure.active if measure else False) or ACTIVE.match(folded, number.end) is not None
    return Reading(number, start, end, tail, unit, chip=measure.chip if measure else None, active=active, per=per)


def _counts_one(folded: str, number: Number) -> bool:
    return folded[number.start : number.end] == "one" and COUNTED.match(folded, number.end) is not None


def _conclude(text: str, folded: str, reading: Reading, floor: int) -> Quantity | None:
    """Read the hedges around a reading and make it a quantity; None if its value is no finite number."""
    number, unit, top = reading.number, reading.unit, reading.high
    if unit is None and top is None and not number.times and number.form == "digits":
        unit = read_label(folded, number)
    value = float(number.value * (unit.factor if unit else 1))
    top_unit = reading.high_unit or unit
    high = float(top.value * (top_unit.factor if top_unit else 1)) if top else None
    if not math.isfinite(value) or not math.isfinite(high or 0):
        return None
    kind: Kind = unit.kind if unit else "vague" if number.form == "vague" else "number"
    name = unit.name if unit else ""
    comparator, cue = reading.comparator, reading.cue
    number_end = top.end if top else number.end
    hedge = read_hedge_before(folded, reading.start, floor, timed=kind in TIMED)
    if hedge is None and reading.start < number.start and folded[number.start - 1] in "~≈":
        hedge = ("approx", number.start - 1, number.start)
    if hedge is None or hedge[0] == "approx":
        hedge = read_hedge_after(folded, (number_end, reading.end, reading.tail)) or hedge
    if hedge and cue is None:
        cue = hedge[1:]
        comparator = hedge[0] if comparator == "eq" else comparator
    year = reading.is_year and hedge is None and not number.times and not COUNTED.match(folded, number.end)
    return Quantity(
        kind=kind, value=value, high=high, unit=name, comparator=comparator, start=reading.start, end=reading.end,
        text=text[reading.start : reading.end], number_start=number.start, number_end=number_end,
        hedge_start=cue[0] if cue else None, hedge_end=cue[1] if cue else None,
        scale=_written_scale(text, number.scale, number.end, number_end), per=reading.per,
        chip_start=reading.chip[0] if reading.chip else None, chip_end=reading.chip[1] if reading.chip else None,
        active=reading.active, times=number.times, year=year,
    )  # fmt: skip


def _written_scale(text: str, scale: str, *ends: int) -> str:
    """Return a scale as the text writes it at one of the ends ("B" or "b"), else as the lexicon does."""
    written = (text[end - len(scale) : end] for end in ends)
    return next((word for word in written if word.lower() == scale), scale)
