"""``schema/units.yml`` -> units, scales, currencies and hedges, read once a process."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any

from extractor.errors import DataError
from extractor.quantities.readings import Unit
from extractor.records import Comparator
from extractor.schema import data_folder, read_yaml

__all__ = ["Lexicon", "load_lexicon", "read_lexicon", "spelled"]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All spellings, in lower case, with what they mean."""

    scale_words: dict[str, Decimal]
    scale_letters: dict[str, Decimal]
    units: dict[str, Unit]
    nouns: dict[str, str]
    active: frozenset[str]
    between: tuple[str, ...]
    devices: tuple[str, ...]
    cpus: tuple[str, ...]
    signs: dict[str, str]
    names: dict[str, str]
    codes: frozenset[str]
    hedges: dict[str, Comparator]
    trailing: dict[str, Comparator]
    labels: tuple[str, ...]
    chip_lines: tuple[str, ...]

    def currency(self, code: str) -> Unit:
        """Return the unit of money with this ISO 4217 code."""
        return Unit("money", code, Decimal(1))


@cache
def load_lexicon() -> Lexicon:
    """Read the ``schema/units.yml`` that ships with the package."""
    return read_lexicon(data_folder("schema") / "units.yml")


def read_lexicon(file: Traversable) -> Lexicon:
    """Read a file of units.

    Raises:
        DataError: if it lacks a key, a number in it is none, or a spelling is no text in lower case.
    """
    data = read_yaml(file)
    try:
        lexicon = _build(data)
    except (KeyError, TypeError, ValueError) as error:
        raise DataError("The units cannot be read", where=str(file), found=repr(error)) from error
    for field in fields(lexicon):
        for word in getattr(lexicon, field.name):
            # an unquoted ~ or no is not text in YAML
            if not isinstance(word, str) or word != word.lower():
                raise DataError(
                    "A spelling cannot be used",
                    where=f"{file}: {field.name}",
                    expected="text in lower case",
                    found=repr(word),
                    fix="Put it in quotes, in lower case",
                )
    return lexicon


def _build(data: dict[str, Any]) -> Lexicon:
    currencies: dict[str, dict[str, list[str]]] = data["currencies"]
    return Lexicon(
        scale_words={word: _decimal(factor) for word, factor in data["scales"]["words"].items()},
        scale_letters={letter: _decimal(factor) for letter, factor in data["scales"]["letters"].items()},
        units=dict(_spell_units(data["units"], data["prefixes"])),
        nouns={word: kind for kind, words in data["nouns"].items() for word in words},
        active=frozenset(data["between"]["active"]),
        between=tuple(data["between"]["active"] + data["between"]["other"]),
        devices=tuple(data["devices"]),
        cpus=tuple(data["cpus"]),
        signs=_first(currencies, "signs"),
        names=_first(currencies, "names"),
        codes=frozenset(code.lower() for code in currencies),
        hedges={word: sense for sense, words in data["hedges"].items() for word in words},
        trailing={word: sense for sense, words in data["trailing"].items() for word in words},
        labels=tuple(data["labels"]),
        chip_lines=tuple(data["chip_lines"]),
    )


def _spell_units(rows: list[dict[str, Any]], prefixes: list[dict[str, str]]) -> Iterable[tuple[str, Unit]]:
    for row in rows:
        fraction = Fraction(row["factor"])
        factor = Decimal(fraction.numerator) / Decimal(fraction.denominator)
        words, symbols = row.get("words", []), row.get("symbols", [])
        name = row.get("name") or words[0]
        unit = Unit(row["kind"], row["unit"], factor, row.get("article", False), name)
        yield from ((word, unit) for word in words + symbols)
        for prefix in prefixes if row.get("prefixed") else []:
            more = factor * _decimal(prefix["factor"])
            larger = Unit(unit.kind, unit.name, more, unit.article, prefix["word"] + name)
            yield from ((prefix["word"] + word, larger) for word in words)
            yield from ((prefix["symbol"] + symbol, larger) for symbol in symbols)


def _decimal(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no number") from error


def _first(currencies: dict[str, dict[str, list[str]]], key: str) -> dict[str, str]:
    """Map each sign or name to its code; where two currencies share one, the earlier has it."""
    return {word: code for code, row in reversed(currencies.items()) for word in row[key]}


def spelled(words: Iterable[str]) -> str:
    r"""Return a regex that matches any of the words, longest first, a space standing for spaces or a hyphen.

    >>> spelled(["us dollars", "dollars"])
    '(?:us(?:[ \\xa0]{1,4}|-)dollars|dollars)'
    """
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"(?:[ \xa0]{1,4}|-)") for word in ordered) + ")"
