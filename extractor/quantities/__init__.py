"""Text -> quantities: numbers with their units, ranges and hedges. Pure: no spaCy; ``schema/units.yml`` is read once.

A folded copy of the text is scanned for anchors (a digit, a number word, "a week"); from each the readers of this
package look to the right and to the left: exclusions -> digits | words -> units, money -> joins -> hedges.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from extractor.quantities.digits import find_convention, read_digits
from extractor.quantities.exclusions import find_exclusion
from extractor.quantities.folding import fold_text
from extractor.quantities.hedges import read_hedge_after, read_hedge_before
from extractor.quantities.joins import join_readings
from extractor.quantities.lexicon import load_lexicon
from extractor.quantities.money import read_currency_after, read_currency_before
from extractor.quantities.readings import Kind, Measure, Number, Quantity, Reading, Unit
from extractor.quantities.units import read_label, read_per, read_unit
from extractor.quantities.words import SMALL, read_words
from extractor.records import Comparator

__all__ = ["Kind", "Quantity", "find_quantities"]

DIGIT = re.compile(r"[0-9½¼¾]")
ACTIVE = re.compile(r"[ \xa0-]{1,3}(?:active|activated)\b")
TIMED = ("duration", "chip_hours", "cpu_hours")
COUNTED = re.compile(r"[ \xa0-]{1,4}(?:(?:[a-z]+[ \xa0]){0,2}(?:gpu|tpu|npu|chip|accelerator|card)s?\b|[a-z]{1,3}\d{2,4}\w?\b)")
# ordinals and shares that start like a number
NO_NUMBER_AFTER = re.compile(r"-(?:third|quarter|fifth|tenth|half|halve|time|way|sided|on-one|handed)s?\b|[ \xa0](?:thirds?|quarters?|fifths?|tenths?)\b|th\b")


@cache
def _word_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    scales = list(lexicon.scale_words)
    units = sorted({word for word, unit in lexicon.units.items() if unit.article})
    after_article = "|".join(["single", "dozen", "few", "couple", *scales, *units])
    plurals = ["tens", "dozens", "scores", *(f"{word}s" for word in scales)]
    words = [*SMALL, *plurals, *scales, "several", "few", "dozen", *(word for word in units if word.endswith("watt"))]
    article = rf"an?[ \xa0]{{1,4}}(?:{after_article})"
    half = rf"half[ \xa0-]{{1,4}}(?:of[ \xa0])?(?:an?[ \xa0-]{{1,4}})?(?:{after_article})"
    return re.compile(rf"(?:{'|'.join([article, half, *sorted(words, key=len, reverse=True)])})\b")


def find_quantities(text: str, skip: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """Return the quantities of a text, in order; none overlaps another.

    Args:
        text: any text. A quantity never spans a line break.
        skip: half-open spans that hold no quantity, such as the names of models.

    >>> [(q.kind, q.value, q.comparator, q.text) for q in find_quantities("It cost about $5.6m on 2,048 H800s.")]
    [('money', 5600000.0, 'approx', '$5.6m'), ('number', 2048.0, 'eq', '2,048')]
    """
    folded = fold_text(text)
    readings = join_readings(folded, list(_read_all(text, folded, sorted(skip))))
    quantities: list[Quantity] = []
    for reading in readings:
        floor = quantities[-1].end if quantities else 0
        if (quantity := _conclude(text, folded, reading, floor)) is not None:
            quantities.append(quantity)
    return quantities


def _read_all(text: str, folded: str, skip: list[tuple[int, int]]) -> Iterator[Reading]:
    european = find_convention(folded)
    ends: list[int] = []  # of the skipped spans, for look-up by their starts
    starts = [start for start, _ in skip]
    cursor = 0
    for anchor in _anchors(folded):
        if anchor < cursor:
            continue
        if starts and (index := bisect_right(starts, anchor) - 1) >= 0 and anchor < skip[index][1]:
            cursor = skip[index][1]
            continue
        if folded[anchor].isalpha():
            number = _read_word_number(folded, anchor)
        elif (end := find_exclusion(text, folded, anchor)) is not None:
            cursor = max(end, anchor + 1)
            continue
        else:
            number = read_digits(folded, anchor, european)
            if number is None:
                cursor = anchor + 1
                while cursor < len(folded) and folded[cursor].isalnum():
                    cursor += 1
                continue
        if number is None:
            continue
        reading = _read_around(folded, number, cursor)
        if reading is None:
            cursor = max(cursor, number.end)
            continue
        following = bisect_right(starts, anchor)
        if following < len(starts) and reading.tail > starts[following]:
            reading = _cut(folded, number, cursor, starts[following])
            if reading is None:
                continue
        cursor = reading.tail
        yield reading
    del ends


def _cut(folded: str, number: Number, floor: int, limit: int) -> Reading | None:
    """Read again as if the text ended where a skipped span starts."""
    return _read_around(folded[:limit], number, floor) if number.end <= limit else None


def _anchors(folded: str) -> Iterator[int]:
    """Give the places where a number may start, in order."""
    digits = [match.start() for match in DIGIT.finditer(folded)]
    words = [match.start() for match in _word_pattern().finditer(folded)]
    yield from sorted(digits + words)


def _read_word_number(folded: str, anchor: int) -> Number | None:
    if anchor and (folded[anchor - 1].isalnum() or folded[anchor - 1] in "-_$€£'/.@"):
        return None
    number = read_words(folded, anchor)
    if number and NO_NUMBER_AFTER.match(folded, number.end):
        return None
    return number


def _read_around(folded: str, number: Number, floor: int) -> Reading | None:
    """Read the unit on either side of a number; None for an article or "one" that counts nothing."""
    before = read_currency_before(folded, number.start, floor) if number.form == "digits" else None
    after: Measure | None = None
    if before is None and number.form != "vague" and not number.times:
        after = read_unit(folded, number) or read_currency_after(folded, number)
    elif number.times:
        after = read_unit(folded, number) if False else None
    if number.form == "implied" and (after is None or folded[number.end : number.end + 1] != "-"):
        return None
    measure = before or after
    if measure is None and number.bare and not (
        folded[number.start : number.end] == "one" and COUNTED.match(folded, number.end)
    ):
        return None
    start = min(number.start, before.start) if before else number.start
    end = number.end
    if after:
        end = after.end
    elif before and (same := read_currency_after(folded, number)) and same.unit.name == before.unit.name:
        end = same.end
    if number.times and measure is None:
        return Reading(number, start, number.end, number.end)
    per, tail = ("", end)
    if number.form != "vague":
        per, tail = read_per(folded, end)
    unit = measure.unit if measure else None
    if unit and per in ("second", "minute", "hour", "day", "week", "month", "year") and unit.kind in ("tokens", "bytes", "compute", "bits"):
        unit = Unit("rate", f"{unit.name}/{per}", unit.factor)
        end, per = tail, ""
    if unit and unit.kind == "rate" and unit.name.endswith("/second") and (slash := re.compile(r"/gpu\b").match(folded, end)):
        end = tail = slash.end()
    active = (measure.active if measure else False) or ACTIVE.match(folded, number.end) is not None
    return Reading(number, start, end, tail, unit, chip=measure.chip if measure else None, active=active, per=per)


def _conclude(text: str, folded: str, reading: Reading, floor: int) -> Quantity | None:
    """Read the hedges around a reading and make it a quantity; None if its value is out of all bounds."""
    number, unit = reading.number, reading.unit
    if unit is None and reading.high is None and not number.times and number.form == "digits":
        label = read_label(folded, number.start)
        unit = label.unit if label else None
    kind: Kind = unit.kind if unit else "number"
    if number.form == "vague":
        kind = "vague"
    value = float(number.value * (unit.factor if unit else Decimal(1)))
    top = reading.high_unit or unit
    high = float(reading.high.value * (top.factor if top else Decimal(1))) if reading.high else None
    if not math.isfinite(value) or not (high is None or math.isfinite(high)):
        return None
    name = unit.name if unit else ""
    if kind == "compute" and unit and 1 < unit.factor <= Decimal(10) ** 24 and (high or value) < 1e20:
        kind, name = "rate", "FLOP/second"  # "4,614 teraflops" is the speed of a chip
    number_end = reading.high.end if reading.high else number.end
    comparator, cue = reading.comparator, reading.cue
    hedge = read_hedge_before(folded, reading.start, floor, timed=kind in TIMED)
    if hedge is None and reading.start < number.start and folded[number.start - 1] in "~≈":
        hedge = ("approx", number.start - 1, number.start)
    if hedge is None or hedge[0] == "approx":
        hedge = read_hedge_after(folded, (number_end, reading.end, reading.tail)) or hedge
    if comparator == "eq" and hedge:
        comparator, cue = hedge[0], hedge[1:]
    scale = number.scale or (reading.high.scale if reading.high else "")
    written = text[number.end - len(scale) : number.end]
    year = unit is None and _is_year(folded, number, hedge is not None)
    return Quantity(
        kind=kind, value=value, high=high, unit=name, comparator=comparator, start=reading.start, end=reading.end,
        text=text[reading.start : reading.end], number_start=number.start, number_end=number_end,
        hedge_start=cue[0] if cue else None, hedge_end=cue[1] if cue else None,
        scale=written if written.lower() == scale else scale, per=reading.per,
        chip_start=reading.chip[0] if reading.chip else None, chip_end=reading.chip[1] if reading.chip else None,
        active=reading.active, times=number.times, year=year,
    )  # fmt: skip


def _is_year(folded: str, number: Number, hedged: bool) -> bool:
    if number.form != "digits" or number.end - number.start != 4 or hedged or number.times:
        return False
    return number.value == int(number.value) and 1990 <= number.value <= 2035 and not COUNTED.match(folded, number.end)
