"""``schema/everyday.yml`` -> the units of everyday news after a number: "12 miles", "22 degrees Celsius"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from extractor.errors import DataError
from extractor.quantities.folding import GAP
from extractor.quantities.lexicon import load_lexicon, spelled
from extractor.quantities.readings import Measure, Number, Unit
from extractor.quantities.words import SMALL
from extractor.schema import data_folder, read_yaml

__all__ = ["Everyday", "load_everyday", "read_everyday_unit", "unscale_metres"]

# a single letter right behind digits is a unit in one case only: 34p and 5g, but a 5G network is none
CASES = {"c": "c", "g": "g", "l": "l", "p": "p", "v": "V", "m": "m", "f": "", "h": "h"}
TEMPERATURES = {"C": "degree Celsius", "F": "degree Fahrenheit"}
HEAT = re.compile(r"(?:[ \xa0]?°[ \xa0]?)?([CF])(?![\w'])")
METRES = re.compile(
    r"(?:-|[ \xa0]{1,2})"
    r"(?:long|high|wide|deep|tall|thick|race|final|sprint|hurdles|freestyle|above|below|from|away|off)\b"
)
SIGNS = frozenset("$€£¥")
NEAR = 200  # code points on either side, where "pounds" look for words that make them money


@dataclass(frozen=True, slots=True)
class Everyday:
    """What ``schema/everyday.yml`` says, in lower case.

    Attributes:
        units: each spelling with its unit, whose ``written`` name is what is given out.
        attached: the spellings that may stand right behind digits, those of units.yml among them.
        sterling: words near which "pounds" are money.
        parts: of one: "third" is 3.
        before_a_share: words after which "a third" is a share.
        plurals: nouns whose plural is irregular, with the singular.
        no_plurals: words that only look like a plural.
        stops: words that end what is counted, numbers among them.
        before_no_count: words after which "one" counts nothing.
        pronominal: words after which a number word without a noun is a pronoun.
        priced: what money is counted by after an article, besides units.
        labels: words that make a bare number after them part of a name.
    """

    units: dict[str, Unit]
    attached: frozenset[str]
    sterling: tuple[str, ...]
    parts: dict[str, int]
    before_a_share: frozenset[str]
    plurals: dict[str, str]
    no_plurals: frozenset[str]
    stops: frozenset[str]
    before_no_count: frozenset[str]
    pronominal: frozenset[str]
    priced: frozenset[str]
    labels: tuple[str, ...]


@cache
def load_everyday() -> Everyday:
    """Read the ``schema/everyday.yml`` that ships with the package.

    Raises:
        DataError: if it lacks a key, or a spelling in it is no text in lower case.
    """
    file = data_folder("schema") / "everyday.yml"
    data = read_yaml(file)
    try:
        units = dict(_spell_units(data["units"]))
        attached = {word for row in data["units"] for word in row.get("attached", [])}
        everyday = Everyday(
            units=units,
            attached=frozenset({*attached, "f", *load_lexicon().units}),
            sterling=tuple(data["sterling"]),
            parts=dict(data["parts"]),
            before_a_share=frozenset(data["before_a_share"]),
            plurals=dict(data["plurals"]),
            no_plurals=frozenset(data["no_plurals"]),
            stops=frozenset({*data["stops"], *_number_words()}),
            before_no_count=frozenset(data["before_no_count"]),
            pronominal=frozenset(data["pronominal"]),
            priced=frozenset(data["priced"]),
            labels=tuple(data["labels"]),
        )
        words = [*units, *attached, *everyday.stops, *everyday.no_plurals, *everyday.before_no_count, *everyday.labels]
        if odd := [word for word in words if not isinstance(word, str) or word != word.lower()]:
            raise ValueError(f"{odd[0]!r} is no text in lower case")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError("The everyday units cannot be read", where=str(file), found=repr(error)) from error
    return everyday


def _number_words() -> Iterator[str]:
    for word in (*SMALL, *load_lexicon().scale_words, "dozen", "score", "ten"):
        yield from (word, f"{word}s")


def _spell_units(rows: list[dict[str, Any]]) -> Iterator[tuple[str, Unit]]:
    """Yield every spelling, with its plural in s; the units of units.yml first, so that a row here may replace them."""
    yield from ((word, unit) for word, unit in load_lexicon().units.items() if unit.kind not in ("compute", "rate"))
    prefixes = read_yaml(data_folder("schema") / "units.yml")["prefixes"]
    for row in rows:
        for prefix in [None, *(prefixes if row.get("prefixed") else [])]:
            factor = Decimal(str(prefix["factor"])) if prefix else Decimal(1)
            before = prefix["word"] if prefix else ""
            unit = Unit(row["kind"], row["name"], factor, False, before + row["name"])
            for word in row["words"]:
                yield before + word, unit
                if word.startswith("degree "):
                    yield word.replace("degree", "degrees", 1), unit
                elif len(word) > 2 and word[-1].isalpha() and not word.endswith("s"):
                    yield f"{before}{word}s", unit
        yield from (
            (word, Unit(row["kind"], row["name"], Decimal(1), False, row["name"])) for word in row.get("attached", [])
        )


@cache
def _unit_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?P<gap>{GAP}|-)(?P<unit>{spelled(load_everyday().units)})(?![\w°²³])")


def read_everyday_unit(text: str, folded: str, number: Number, known: Measure | None) -> Measure | None:
    """Read the unit after a number, as everyday news means it.

    Args:
        text: the text.
        folded: the same as `folding.fold_text` gives it.
        number: the number.
        known: what the other readers take the words there for; returned where these are no everyday unit.
    """
    if heat := HEAT.match(text, number.end):
        name = TEMPERATURES[heat[1]]
        return Measure(Unit("temperature", name, Decimal(1), written=name), *heat.span())
    match = _unit_pattern().match(folded, number.end)
    if not match:
        return known
    words = " ".join(match["unit"].replace("\xa0", " ").replace("-", " ").split())
    if not match["gap"] and text[match.start("unit") : match.end("unit")] not in CASES.get(words, text):
        return known
    if known and (known.end > match.end() or (known.unit.kind == "money" and not _weighs(folded, number, words))):
        return known
    return Measure(load_everyday().units[words], match.start(), match.end())


def _weighs(folded: str, number: Number, words: str) -> bool:
    """Tell whether pounds are no money: less than a million of them, where nothing around speaks of British money."""
    near = folded[max(0, number.start - NEAR) : number.end + NEAR]
    return (
        words.startswith("pound") and number.scaled < 1_000_000 and not any(c in near for c in load_everyday().sterling)
    )


def unscale_metres(folded: str, number: Number) -> Number:
    """Return a number without the m that was read as "million" but stands for metres: "the 100m final".

    >>> unscale_metres("the 100m final", Number(4, 8, Decimal(10**8), Decimal(100), "m", Decimal(10**6))).value
    Decimal('100')
    """
    if number.scale != "m" or folded[number.start - 1 : number.start] in SIGNS:
        return number
    if number.written < 1000 and not METRES.match(folded, number.end):
        return number
    return Number(number.start, number.end - 1, number.written, number.written)
