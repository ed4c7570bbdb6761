"""Reading -> quantity: canonical value, and the words around it that make it approximate, a floor or a ceiling."""

from __future__ import annotations

import math

from extractor.quantities.hedges import read_hedge_after, read_hedge_before
from extractor.quantities.labels import read_label
from extractor.quantities.readings import Kind, Quantity, Reading
from extractor.quantities.scans import COUNTED

__all__ = ["conclude"]

TIMED = ("duration", "chip_hours", "cpu_hours")


def conclude(text: str, folded: str, reading: Reading, floor: int) -> Quantity | None:
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
