"""The words after a number, or a label before it, that give it a unit; and what it is counted by."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from extractor.quantities.folding import GAP
from extractor.quantities.lexicon import load_lexicon, spelled
from extractor.quantities.readings import Measure, Number, Unit

__all__ = ["read_label", "read_per", "read_unit"]

CHIP_HOURS, CPU_HOURS = "chip-hours", "cpu-hours"
# a chip: letters with digits (H800, TPUv4, MI250X) or a known line with its number apart (TPU v5p, Ascend 910B)
CHIP = (
    r"(?:tpu[ \xa0-]?v\d\w{0,2}|ascend[ \xa0]\d{3}\w{0,2}|(?:rtx|gtx|titan|instinct|gaudi|trainium)[ \xa0]\w{1,6}"
    r"|[a-z]{1,9}\d{1,4}[a-z]{0,4})"
)
MEMORY = r"(?:[ \xa0-]?(?:sxm\d?|pcie|nvl))?(?:[ \xa0-]\(?\d{2,3}[ \xa0]?gb?\)?)?"
VENDOR = r"(?:(?:nvidia|amd|google|huawei|intel)(?:'s)?[ \xa0]{1,4})?"
LINK = r"(?:[ \xa0]{1,4}|-|/)"
TIMES_OF_CHIPS = {"second": "1/3600", "minute": "1/60", "hour": "1", "hr": "1", "day": "24", "week": "168", "month": "730", "year": "8760"}
# nouns that stand before one of the units above, and make it something else ("megawatt-hour" has its own row)
AFTER_UNIT = r"(?![\w]|[ \xa0-]old\b)"
PER_TIME = r"seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|mo|years?|yrs?|annum"


@cache
def _chip_hours_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    device = f"(?P<device>{spelled(lexicon.devices)})"
    cpu = f"(?P<cpu>{spelled(lexicon.cpus)}(?:{LINK}cores?)?)"
    chip = rf"{VENDOR}(?P<chip>{CHIP})s?{MEMORY}(?:{LINK}{device}(?:{LINK}cores?)?)?"
    first = rf"{VENDOR}{device.replace('device', 'device2')}(?:{LINK}(?P<chip2>{CHIP}){MEMORY}|{LINK}cores?)?"
    time = rf"(?P<time>{'|'.join(TIMES_OF_CHIPS)})s?"
    of = rf"(?P<time2>{'|'.join(TIMES_OF_CHIPS)})s?[ \xa0]of[ \xa0](?:(?P<chip3>{CHIP})(?:[ \xa0]gpu)?|gpu|tpu|accelerator|chip)[ \xa0](?:time|compute)"
    return re.compile(rf"(?:{GAP}|-)(?:(?:{chip}|{cpu}|{first}){LINK}{time}|{of}){AFTER_UNIT}")


@cache
def _noun_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    between = rf"(?P<between>(?:{spelled(lexicon.between)}(?:[ \xa0]{{1,4}}|-|,[ \xa0])){{0,4}})"
    return re.compile(rf"(?:{GAP}|-){between}(?P<noun>{spelled(lexicon.nouns)})(?!\w)")


@cache
def _unit_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:{GAP}|-)(?P<unit>{spelled(load_lexicon().units)}){AFTER_UNIT}")


# petaflop/s-days, PF-days, PFLOPS-days: operations, although the word holds a speed
FLOP_TIME = re.compile(
    rf"(?:{GAP}|-)(?P<prefix>k|m|g|t|p|e|z|kilo|mega|giga|tera|peta|exa|zetta)[ \xa0-]?(?:flops?|f)(?P<per>/s(?:ec)?|[ \xa0]per[ \xa0]second|s)?"
    r"[ \xa0-]{1,2}(?P<time>second|hour|day|week|month|year)s?(?!\w)"
)
FLOP_PREFIX = {"k": 3, "m": 6, "g": 9, "t": 12, "p": 15, "e": 18, "z": 21}
PER = re.compile(
    rf"[ \xa0]{{0,2}}/[ \xa0]?(?:(?P<slash_many>\d*m|million|\d[\d,]*k?)[ \xa0]?)?(?P<slash>{PER_TIME}|[a-z]{{1,4}}\d*[ -](?:hours?|hrs?)|tokens?|gpus?|chips?|cards?|gpu/(?:hour|hr|s))(?![a-z])(?:/gpu\b)?"
    rf"|[ \xa0]{{1,4}}(?:per|every)[ \xa0]{{1,4}}(?P<many>(?:single|\d[\d,]*[km]?|one|million|billion|thousand|a)[ \xa0]{{1,2}})*(?P<word>(?:[a-z]{{1,9}}\d*[ -](?:hours?|days?)|[a-z]+))\b"
    rf"|[ \xa0]{{1,4}}(?:an?|each)[ \xa0]{{1,4}}(?P<article>second|minute|hour|day|week|month|year|gpu hour|token)\b(?![ \xa0-](?:later|ago|earlier|before|after|old|and\b))"
    r"|[ \xa0]{1,4}(?P<adverb>annually|monthly|hourly|apiece)\b"
)
SHORT = {"s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "mo": "month", "yr": "year",
         "annum": "year", "annually": "year", "monthly": "month", "hourly": "hour"}  # fmt: skip
LABEL = re.compile(
    r"(?:(?P<chip_hours>(?:gpu|tpu|chip|accelerator|[a-z]{1,3}\d{2,4})[ \xa0-]hours?)"
    r"|(?P<parameters>param(?:eter)?s?(?:[ \xa0]count)?)|(?P<tokens>(?:training[ \xa0])?tokens)"
    r"|(?P<compute>flops?|compute[ \xa0]\(flops?\))|(?P<power>(?P<watts>[kmg]?w)))"
    r"(?:[ \xa0]?\)|\])?[ \xa0|]*(?:[:=≈~|]|\bis\b)[ \xa0|]*[~≈>]?[ \xa0]*$"
)


def read_unit(text: str, number: Number) -> Measure | None:
    """Read the unit after a number in a folded text; None where none stands there."""
    at = number.end
    if text[at : at + 1] == "+":
        at += 1  # "100+ days": the plus is read as a hedge elsewhere
    if match := _chip_hours_pattern().match(text, at):
        return _chip_time(match)
    if match := _noun_pattern().match(text, at):
        kind = load_lexicon().nouns[_plain(match["noun"])]
        active = any(word in match["between"] for word in load_lexicon().active)
        return Measure(NOUN_UNITS[kind], match.start(), match.end(), active=active)
    if match := FLOP_TIME.match(text, at):
        hours = Decimal(TIME_SECONDS[match["time"]])
        factor = Decimal(1).scaleb(FLOP_PREFIX[match["prefix"][0]]) * hours
        return Measure(Unit("compute", "FLOP", factor), match.start(), match.end())
    if match := _unit_pattern().match(text, at):
        unit = load_lexicon().units[_plain(match["unit"])]
        if number.bare and not unit.article and text[number.start : number.end] != "one":
            return None
        return Measure(unit, match.start(), match.end())
    return None


NOUN_UNITS = {
    "parameters": Unit("parameters", "parameters", Decimal(1)),
    "tokens": Unit("tokens", "tokens", Decimal(1)),
}
TIME_SECONDS = {"second": 1, "hour": 3600, "day": 86400, "week": 604800, "month": 2628000, "year": 31536000}


def _plain(words: str) -> str:
    return " ".join(words.replace("\xa0", " ").replace("-", " ").split())


def _chip_time(match: re.Match[str]) -> Measure:
    time = match["time"] or match["time2"]
    top, _, bottom = TIMES_OF_CHIPS[time].partition("/")
    factor = Decimal(top) / Decimal(bottom or 1)
    chip = next((match.span(name) for name in ("chip", "chip2", "chip3") if match[name]), None)
    kind = "cpu_hours" if match["cpu"] else "chip_hours"
    unit = Unit("cpu_hours", CPU_HOURS, factor) if kind == "cpu_hours" else Unit("chip_hours", CHIP_HOURS, factor)
    return Measure(unit, match.start(), match.end(), chip=chip)


def read_per(text: str, at: int) -> tuple[str, int]:
    """Return what a quantity that ends at ``at`` is counted by, in the singular, and where those words end."""
    match = PER.match(text, at)
    if not match:
        return "", at
    word = match["slash"] or match["word"] or match["article"] or match["adverb"]
    word = _plain(word.replace("/", " ")).split()[-1]
    word = word if word in SHORT or len(word) < 3 else word.removesuffix("s")
    return SHORT.get(word, word), match.end()


def read_label(text: str, at: int) -> Measure | None:
    """Read a label before the number at ``at``: "GPU hours: 2.1M", "Training time (GPU hours): 7M"."""
    floor = max(0, at - 40)
    match = LABEL.search(text, floor, at)
    if not match or (match.start() and text[match.start() - 1].isalnum()):
        return None
    if match["chip_hours"]:
        return Measure(Unit("chip_hours", CHIP_HOURS, Decimal(1)), match.start(), match.end())
    if match["power"]:
        return Measure(load_lexicon().units[match["watts"]], match.start(), match.end())
    if match["compute"]:
        return Measure(Unit("compute", "FLOP", Decimal(1)), match.start(), match.end())
    return Measure(NOUN_UNITS["tokens" if match["tokens"] else "parameters"], match.start(), match.end())
