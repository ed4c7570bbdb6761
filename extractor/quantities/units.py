"""The words after a number that give it a unit: "80 hours", "671B parameters", "2.8 million H800 GPU hours"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from extractor.quantities.folding import GAP
from extractor.quantities.lexicon import load_lexicon, spelled
from extractor.quantities.readings import Measure, Number, Unit

__all__ = ["CHIP_HOURS", "NOUN_UNITS", "read_unit"]

CHIP_HOURS = Unit("chip_hours", "chip-hours", Decimal(1))
CPU_HOURS = Unit("cpu_hours", "cpu-hours", Decimal(1))
FLOP = Unit("compute", "FLOP", Decimal(1))
NOUN_UNITS = {
    "parameters": Unit("parameters", "parameters", Decimal(1)),
    "tokens": Unit("tokens", "tokens", Decimal(1)),
}
SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "hr": 3600, "h": 3600, "day": 86400, "week": 604800, "month": 2628000,
    "year": 31536000,
}  # fmt: skip
# a chip: letters with digits (H800, TPUv4, MI250X), or a known line with its number apart (TPU v5p, Ascend 910B)
CHIP = (
    r"(?:tpu[ \xa0-]?v\d\w{0,2}|ascend[ \xa0]\d{3}\w{0,2}|(?:rtx|gtx|titan|instinct|gaudi|trainium)[ \xa0]\w{1,6}"
    r"|[a-z]{1,9}\d{1,4}[a-z]{0,4})"
)
MEMORY = r"(?:[ \xa0-]?(?:sxm\d?|pcie|nvl))?(?:[ \xa0-]\(?\d{2,3}[ \xa0]?gb?\)?)?"
VENDOR = r"(?:(?:nvidia|amd|google|huawei|intel)(?:'s)?[ \xa0]{1,4})?"
LINK = r"(?:[ \xa0]{1,4}|-|/)"
# petaflop/s-days, PF-days, PFLOPS-days: an amount of operations, although the word holds a speed
FLOP_TIME = re.compile(
    rf"(?:{GAP}|-)(?P<prefix>k|m|g|t|p|e|z|kilo|mega|giga|tera|peta|exa|zetta)[ \xa0-]?(?:flops?|f)"
    r"(?:/s(?:ec)?|[ \xa0]per[ \xa0]second|s)?[ \xa0-]{1,2}(?P<time>second|hour|day|week|month|year)s?(?!\w)"
)
# with a prefix, operations below this are the speed of chips, above it the work of a training run
FLOP_TOTAL = Decimal("1e20")
EXPONENTS = {"k": 3, "m": 6, "g": 9, "t": 12, "p": 15, "e": 18, "z": 21}


@cache
def _chip_hours_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    device = spelled(lexicon.devices)
    cores = rf"(?:{LINK}cores?)?"
    chip_first = rf"{VENDOR}(?P<chip>{CHIP})s?{MEMORY}(?:{LINK}{device}{cores})?"
    device_first = rf"{VENDOR}{device}(?:{LINK}(?P<second_chip>{CHIP}){MEMORY}|{cores})"
    cpu = rf"(?P<cpu>{spelled(lexicon.cpus)}){cores}"
    time = "|".join((*SECONDS, "h"))  # "GPU-h"
    owner = rf"(?:(?P<chip_of>{CHIP})(?:[ \xa0]{device})?|{device})"
    of = rf"(?P<time_of>{time})s?[ \xa0]of[ \xa0]{owner}[ \xa0](?:time|compute)"
    return re.compile(rf"(?:{GAP}|-)(?:(?:{chip_first}|{cpu}|{device_first}){LINK}(?P<time>{time})s?|{of})(?!\w|-hand)")


@cache
def _noun_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    between = rf"(?P<between>(?:{spelled(lexicon.between)}(?:[ \xa0]{{1,4}}|-|,[ \xa0])){{0,4}})"
    return re.compile(rf"(?:{GAP}|-){between}(?P<noun>{spelled(lexicon.nouns)})(?!\w)")


@cache
def _unit_pattern() -> re.Pattern[str]:
    more = r"(?:(?:more|further|additional|extra|full|whole|straight|consecutive|solid|long)[ \xa0]{1,2})?"
    return re.compile(rf"(?:{GAP}|-){more}(?P<unit>{spelled(load_lexicon().units)})(?!\w|[ \xa0-]olds?\b)")


def read_unit(folded: str, number: Number) -> Measure | None:
    """Read the unit after a number in a folded text; None where none stands there.

    "a" and "one" make a quantity only of units that are told so ("a week", not "a second").
    """
    at = number.end
    if folded[at : at + 1] == "+":
        at += 1  # "100+ days": the plus is a hedge
    if match := _chip_hours_pattern().match(folded, at):
        return _read_chip_time(match)
    if match := _noun_pattern().match(folded, at):
        if number.bare:
            return None  # "a token"
        kind = load_lexicon().nouns[_plain(match["noun"])]
        active = any(word in match["between"] for word in load_lexicon().active)
        return Measure(NOUN_UNITS[kind], match.start(), match.end(), active=active)
    if match := FLOP_TIME.match(folded, at):
        factor = Decimal(SECONDS[match["time"]]).scaleb(EXPONENTS[match["prefix"][0]])
        return Measure(Unit("compute", "FLOP", factor), match.start(), match.end())
    if match := _unit_pattern().match(folded, at):
        unit = load_lexicon().units[_plain(match["unit"])]
        if number.bare and not unit.article and folded[number.start : number.end] != "one":
            return None
        if unit.kind == "compute" and unit.factor > 1 and number.value * unit.factor < FLOP_TOTAL:
            unit = Unit("rate", "FLOP/second", unit.factor)  # "4,614 teraflops" is the speed of a chip
        return Measure(unit, match.start(), match.end())
    return None


def _read_chip_time(match: re.Match[str]) -> Measure:
    time = match["time"] or match["time_of"]
    hours = Decimal(SECONDS["hour" if time == "h" else time]) / 3600
    base = CPU_HOURS if match["cpu"] else CHIP_HOURS
    chip = next((match.span(name) for name in ("chip", "second_chip", "chip_of") if match[name]), None)
    return Measure(Unit(base.kind, base.name, hours), match.start(), match.end(), chip=chip)


def _plain(words: str) -> str:
    return " ".join(words.replace("\xa0", " ").replace("-", " ").split())
