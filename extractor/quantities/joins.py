"""Neighbouring readings -> ranges, lists that share a unit, and times of two parts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from extractor.quantities.readings import Number, Reading

__all__ = ["join_readings"]

SOFT = r"(?:about|around|roughly|approximately|perhaps|nearly|almost|even|maybe|possibly|up to|~|≈)?"
TO = re.compile(rf"[ \xa0]{{1,4}}(?:up[ \xa0])?to[ \xa0]{{1,4}}(?:a[ \xa0]|an[ \xa0])?{SOFT}[ \xa0]{{0,4}}")
DASH = re.compile(r"[ \xa0]{0,2}[-~][ \xa0]{0,2}")
AND = re.compile(rf"[ \xa0]{{1,4}}and[ \xa0]{{1,4}}{SOFT}[ \xa0]{{0,4}}")
OR = re.compile(r"[ \xa0]{1,4}or[ \xa0]{1,4}(?:even[ \xa0])?")
BETWEEN = re.compile(r"\b(?:between|anywhere from|from|in the range of)[ \xa0]{1,4}(?:about|around|roughly)?[ \xa0]{0,4}$")
GROWTH = re.compile(
    r"\b(?:grow\w*|grew|r[io]se\w*|rising|increas\w+|expand\w*|jump\w*|climb\w*|scal\w+|went|go(?:es|ing)?|up|down|fell|fall\w*|drop\w*|cut\w*"
    r"|rais\w+|reduc\w+|shr[aiu]nk\w*|doubl\w+|tripl\w+|mov\w+|swell\w*|declin\w+|lower\w*|upgrad\w+|boost\w*|improv\w+|leap\w*|chang\w+)"
    r"(?:[ \xa0][\w'-]+){0,5}[ \xa0]from[ \xa0]{1,4}$"
)
SHARE = re.compile(
    r"(?:[ \xa0](?:total|active|activated))?(?:,[ \xa0]{0,2}(?:and|or)?[ \xa0]{0,2}|[ \xa0]?/[ \xa0]?|[ \xa0]{1,4}(?:and|or|to|vs\.?|versus|then)[ \xa0]{1,4}"
    r"|[ \xa0]{0,2}(?:->|=>|→|➔|⇒)[ \xa0]{0,2}|[ \xa0]?\+[ \xa0]?|[ \xa0]&[ \xa0])(?:and[ \xa0]|even[ \xa0]|up to[ \xa0])?"
)
PARTS = re.compile(r",?[ \xa0]{1,4}(?:and[ \xa0]{1,4})?")
SHARED_KINDS = ("parameters", "tokens", "chip_hours", "compute", "power", "bytes", "percent", "duration", "money", "rate")


def join_readings(text: str, readings: list[Reading]) -> list[Reading]:
    """Join what belongs together, in the order of a folded text: ranges first, then times, then shared units."""
    readings = _join_pairs(text, readings, _range_of)
    readings = _join_pairs(text, readings, _sum_of)
    return _share_units(text, readings)


def _join_pairs(
    text: str, readings: list[Reading], join: Callable[[str, Reading, Reading], Reading | None]
) -> list[Reading]:
    joined: list[Reading] = []
    for reading in readings:
        if joined and (pair := join(text, joined[-1], reading)):
            joined[-1] = pair
        else:
            joined.append(reading)
    return joined


def _range_of(text: str, low: Reading, high: Reading) -> Reading | None:
    if low.high or high.high or low.per or "vague" in (low.number.form, high.number.form):
        return None
    link = text[low.end : high.start]
    if len(link) > 24:
        return None
    between = BETWEEN.search(text, max(0, low.start - 30), low.start)
    cue: tuple[int, int] | None = (between.start(), low.start) if between else None
    if TO.fullmatch(link):
        if between and "from" in between[0] and GROWTH.search(text, max(0, low.start - 60), low.start):
            return None
    elif AND.fullmatch(link):
        if not between or "between" not in between[0]:
            return None
    elif OR.fullmatch(link):
        if not (high.unit and high.unit.kind == "duration" and high.number.value == low.number.value + 1):
            return None
    elif not DASH.fullmatch(link):
        return None
    elif low.unit and low.unit.kind not in ("money", "percent", "number") and low.unit.name != (high.unit and high.unit.name):
        return None
    if low.unit is None and high.unit is None and _is_year(low, text) and not (low.number.scale or high.number.scale):
        return None
    unit, high_unit = low.unit, high.unit
    if unit and high_unit and unit.name != high_unit.name:
        return None
    if high_unit and high_unit.kind == "factor":
        unit = high_unit
    number = low.number
    top = high.number
    if top.scaled > 1 and number.scaled == 1 and number.form != "implied" and number.value <= top.written and number.value < 1000 and (unit is None or unit.kind == "money"):
        number = replace(number, value=number.value * top.scaled, scale=top.scale, scaled=top.scaled)
    elif low.unit and high.unit is None and low.unit.kind not in ("money", "percent"):
        return None
    unit, high_unit = unit or high_unit, high_unit or unit
    factor, top_factor = (unit.factor if unit else Decimal(1)), (high_unit.factor if high_unit else Decimal(1))
    if not number.value * factor < top.value * top_factor:
        return None
    if cue:
        words = text[cue[0] : cue[1]].rstrip(" \xa0")
        cue = (cue[0], cue[0] + len(words))
    return replace(
        low, number=number, end=high.end, tail=high.tail, unit=unit, high=top, high_unit=high_unit,
        chip=low.chip or high.chip, active=low.active or high.active, per=high.per, comparator="range", cue=cue,
    )  # fmt: skip


def _sum_of(text: str, first: Reading, second: Reading) -> Reading | None:
    """Join "two days and three hours" to one time."""
    if not (first.unit and second.unit and first.unit.kind == second.unit.kind == "duration"):
        return None
    if first.high or second.high or first.unit.factor <= second.unit.factor or second.number.bare:
        return None
    if not PARTS.fullmatch(text[first.end : second.start]) or first.per or second.per:
        return None
    if second.number.value * second.unit.factor >= first.unit.factor * 2:
        return None
    extra = second.number.value * second.unit.factor / first.unit.factor
    return replace(first, number=replace(first.number, value=first.number.value + extra), end=second.end, tail=second.tail)


def _share_units(text: str, readings: list[Reading]) -> list[Reading]:
    """Give the numbers of a list the unit that stands after its last: "1.3B, 6B, and 175B parameters"."""
    shared = list(readings)
    for index in range(len(shared) - 2, -1, -1):
        reading, following = shared[index], shared[index + 1]
        unit = following.unit
        if reading.unit or unit is None or unit.kind not in SHARED_KINDS or reading.number.form == "vague":
            continue
        if not SHARE.fullmatch(text[reading.end : following.start]) or _is_year(reading, text) or reading.number.times:
            continue
        large = following.number.scaled >= 1000
        if (reading.number.scaled >= 1000) != large and unit.kind != "compute":
            number = reading.number
            if not (large and number.scaled == 1 and number.value < 1000 and number.form == "digits" and unit.kind != "money"
                    and "/" not in text[reading.end : following.start] and following.number.form == "digits"):
                continue
            if following.number.scale in ("k", "m", "b", "t"):
                number = replace(number, value=number.value * following.number.scaled, scaled=following.number.scaled)
            else:
                number = replace(number, value=number.value * following.number.scaled, scaled=following.number.scaled)
            shared[index] = replace(reading, number=number, unit=unit)
            continue
        if unit.kind == "money" and following.start < following.number.start:
            continue  # "7 or $10": the sign belongs to the second alone
        shared[index] = replace(reading, unit=unit, high_unit=unit if reading.high else None)
    return shared


def _is_year(reading: Reading, text: str) -> bool:
    number: Number = reading.number
    return number.end - number.start == 4 and number.form == "digits" and 1900 <= number.value <= 2099
