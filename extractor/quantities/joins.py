"""Neighbouring readings -> ranges, times of two parts, and lists that share a unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from extractor.quantities.readings import Number, Reading, Unit

__all__ = ["join_readings"]

SOFT = r"(?:about|around|roughly|approximately|perhaps|nearly|almost|even|maybe|possibly|up to|~|≈)?"
TO = re.compile(rf"[ \xa0]{{1,4}}(?:up[ \xa0])?to[ \xa0]{{1,4}}(?:an?[ \xa0])?{SOFT}[ \xa0]{{0,4}}")
DASH = re.compile(r"[ \xa0]{0,2}[-~][ \xa0]{0,2}")
AND = re.compile(rf"[ \xa0]{{1,4}}and[ \xa0]{{1,4}}{SOFT}[ \xa0]{{0,4}}")
OR = re.compile(r"(?:[ \xa0]{1,4}or[ \xa0]{1,4}(?:even|maybe|perhaps)?|,[ \xa0](?:maybe|perhaps|possibly))[ \xa0]{0,4}")
BETWEEN = re.compile(
    r"\b(?P<cue>between|(?:anywhere[ \xa0])?from|in[ \xa0]the[ \xa0]range[ \xa0]of)[ \xa0]{1,4}"
    r"(?:about|around|roughly|~)?[ \xa0]{0,4}\Z"
)
# "grew from 9T to 15T": two amounts, not a range
GROWTH = re.compile(
    r"\b(?:grow\w*|grew|r[io]se\w*|rising|increas\w+|expand\w*|jump\w*|climb\w*|scal\w+|went|go(?:es|ing)?|up|down"
    r"|fell|fall\w*|drop\w*|cut\w*|rais\w+|reduc\w+|shr[aiu]nk\w*|doubl\w+|tripl\w+|mov\w+|swell\w*|declin\w+|lower\w*"
    r"|upgrad\w+|tak\w+|took|bring\w*|brought|lift\w*|boost\w*|improv\w+|leap\w*|chang\w+|correct\w+|revis\w+)"
    r"(?:[ \xa0][\w'-]+){0,5}[ \xa0]from[ \xa0]{1,4}\Z"
)
# "rose $14 to $2,021": by how much, and where to
CHANGE = re.compile(
    r"\b(?:rose|fell|gain(?:ed|s)|add(?:ed|s)|lost|slipped|slid|climbed|dropped|jumped|advanced|edged|surged|tumbled|declined"
    r"|decreased|increased|up|down)[ \xa0]{1,2}(?:by[ \xa0]|another[ \xa0]|a[ \xa0]further[ \xa0])?\Z"
)
FAR = 3  # times: what a change is smaller than where it leads to
SHARE = re.compile(
    r"(?:[ \xa0](?:total|active|activated))?"
    r"(?:,[ \xa0]{0,2}(?:and|or)?[ \xa0]{0,2}|[ \xa0]?[/+&][ \xa0]?"
    r"|[ \xa0]{0,2}(?:->|=>|→|➔|⇒)[ \xa0]{0,2}"
    r"|[ \xa0]{1,4}(?:and|or|to|vs\.?|versus|then)[ \xa0]{1,4})(?:and[ \xa0]|even[ \xa0]|up to[ \xa0])?[~≈]?"
)
PARTS = re.compile(r",?[ \xa0]{1,4}(?:and[ \xa0]{1,4})?")
SHARED = (
    "parameters", "tokens", "chip_hours", "compute", "power", "bytes", "percent", "duration", "money", "rate",
    "area", "length", "mass", "speed", "temperature", "volume",
)  # fmt: skip
LONGEST_LINK = 24


def join_readings(folded: str, readings: list[Reading]) -> list[Reading]:
    """Return the readings of a folded text with those joined that say one thing together, in order."""
    for join in (_join_range, _join_parts):
        readings = _join_pairs(folded, readings, join)
    return _share_units(folded, readings)


def _join_pairs(
    folded: str, readings: list[Reading], join: Callable[[str, Reading, Reading], Reading | None]
) -> list[Reading]:
    joined: list[Reading] = []
    for reading in readings:
        if joined and reading.start - joined[-1].end <= LONGEST_LINK and (pair := join(folded, joined[-1], reading)):
            joined[-1] = pair
        else:
            joined.append(reading)
    return joined


def _join_range(folded: str, low: Reading, high: Reading) -> Reading | None:
    """Join "90 to 100 days", "between $3bn and $4bn", "$10m-$100m"; the lower end borrows scale and unit."""
    if low.high or high.high or low.per or low.number.times:
        return None
    if {"vague", "implied"} & {low.number.form, high.number.form}:
        return None
    link = folded[low.end : high.start]
    between = BETWEEN.search(folded, max(0, low.start - 30), low.start)
    if not _links(folded, link, low, high, between):
        return None
    unit, high_unit = low.unit, high.unit
    if unit and high_unit and unit.name != high_unit.name:
        return None
    if unit and not high_unit and not (unit.kind == "money" and (DASH.fullmatch(link) or high.number.scale)):
        return None  # "30 percent to 5 million"
    if not unit and not high_unit and low.is_year and high.is_year:
        return None
    number, top = _borrow_scale(low.number, high.number), high.number
    unit, high_unit = unit or high_unit, high_unit or unit
    if not number.value * _factor(unit) < top.value * _factor(high_unit):
        return None
    cue = (between.start(), between.end("cue")) if between else None
    return replace(
        low, number=number, end=high.end, tail=high.tail, unit=unit, high=top, high_unit=high_unit,
        chip=low.chip or high.chip, active=low.active or high.active, per=high.per, comparator="range", cue=cue,
    )  # fmt: skip


def _links(folded: str, link: str, low: Reading, high: Reading, between: re.Match[str] | None) -> bool:
    """Tell whether the words between two readings make them the ends of a range."""
    if TO.fullmatch(link):
        if _is_far(low, high) and CHANGE.search(folded, max(0, low.start - 24), low.start):
            return False
        growth = between and "from" in between["cue"] and GROWTH.search(folded, max(0, low.start - 60), low.start)
        return not growth
    if AND.fullmatch(link):
        return between is not None and "from" not in between["cue"]
    if OR.fullmatch(link):  # "two or three weeks"
        is_time = high.unit is not None and high.unit.kind == "duration" and low.unit is None
        return is_time and high.number.value == low.number.value + 1
    return DASH.fullmatch(link) is not None


def _is_far(low: Reading, high: Reading) -> bool:
    """Tell whether both have a unit of their own, and the second is many times the first."""
    if not low.unit or not high.unit:
        return False
    return high.number.value * high.unit.factor > FAR * low.number.value * low.unit.factor


def _borrow_scale(low: Number, high: Number) -> Number:
    """Scale the lower end of "3 to 4 billion"; not that of "500,000 to 1 million"."""
    if high.scaled <= 1 or low.scaled > 1 or low.value > high.written or low.value >= 1000:
        return low
    return replace(low, value=low.value * high.scaled, scale=high.scale, scaled=high.scaled)


def _factor(unit: Unit | None) -> Decimal:
    return unit.factor if unit else Decimal(1)


def _join_parts(folded: str, first: Reading, second: Reading) -> Reading | None:
    """Join "two days and three hours" to one time."""
    if not (first.unit and second.unit and first.unit.kind == second.unit.kind == "duration"):
        return None
    if first.high or second.high or first.per or first.number.bare or second.number.bare:
        return None
    extra = second.number.value * second.unit.factor / first.unit.factor
    if extra >= 1 or not PARTS.fullmatch(folded[first.end : second.start]):
        return None
    number = replace(first.number, value=first.number.value + extra)
    return replace(first, number=number, end=second.end, tail=second.tail, per=second.per)


def _share_units(folded: str, readings: list[Reading]) -> list[Reading]:
    """Give the numbers of a list the unit that stands after its last: "1.3B, 6B, and 175B parameters"."""
    shared = list(readings)
    for index in range(len(shared) - 2, -1, -1):
        reading, following = shared[index], shared[index + 1]
        unit = following.unit
        if (
            unit
            and reading.unit == unit
            and unit.kind == "money"
            and OR.fullmatch(folded[reading.end : following.start])
        ):
            shared[index] = replace(reading, number=_borrow_scale(reading.number, following.number))
            continue  # "$10 or even $100 billion"
        if reading.unit or unit is None or unit.kind not in SHARED or following.start < following.number.start:
            continue  # "7 or $10": a sign before the number is its own
        if reading.number.form == "vague" or reading.number.times or reading.is_year:
            continue
        link = folded[reading.end : following.start]
        if len(link) > LONGEST_LINK or not SHARE.fullmatch(link):
            continue
        number = reading.number
        if "/" not in link:
            number = _borrow_scale(number, following.number)  # "7 or 13 billion parameters"
        if unit.kind != "compute" and (number.scaled >= 1000) != (following.number.scaled >= 1000):
            continue
        if unit.kind == "tokens" and 1 < number.scaled < following.number.scaled:
            continue  # "7B, 2.5T tokens": a size and what it read
        shared[index] = replace(reading, number=number, unit=unit, high_unit=unit if reading.high else None)
    return shared
