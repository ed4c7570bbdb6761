"""Each sentence that docs/phenomena.md quotes stands in the rule file, or in the table of tests, that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest

from extractor.schema import read_yaml

HERE = Path(__file__).parent
PAGE = (HERE.parent / "docs" / "phenomena.md").read_text(encoding="utf-8")
NOTHING = "—"


class Row(NamedTuple):
    """One phenomenon, as the page tells it."""

    name: str
    read: str
    left_alone: str
    missed: str


def rows() -> Iterator[Row]:
    for line in PAGE.splitlines():
        if line.startswith("| ") and not line.startswith(("| phenomenon", "| ---")):
            cells = re.split(r"(?<!\\)\|", line.strip("| "))
            yield Row(*(cell.strip().replace("\\|", "|") for cell in cells))


ROWS = list(rows())


@cache
def quoted_in(place: str) -> dict[str, str]:
    """The texts of a rule file, each with the part that it stands in and, of a miss, its reason."""
    rule = read_yaml(files("extractor.rules") / f"{place}.yml")
    parts = {part: rule.get(part) or () for part in ("examples", "not", "misses")}
    return {row["text"]: part + ": " + row.get("why", "") for part, found in parts.items() for row in found}


def look_up(cell: str) -> str:
    """Tell in which part of its file the sentence of a cell stands; "" if in none."""
    match = re.fullmatch(r"`([^`]+)`: (.+)", cell)
    assert match, f"no file and sentence: {cell}"
    place, text = match[1], match[2]
    if place.startswith("tests/"):
        return "table" if text in (HERE.parent / f"{place}.py").read_text(encoding="utf-8") else ""
    return quoted_in(place).get(text.replace("\\n", "\n"), "")


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_sentences_of_a_phenomenon_stand_in_their_files(row: Row) -> None:
    """It is read in one sentence and left alone in another, or stands under misses with the reason that is told."""
    for cell in (row.read, row.left_alone):
        assert cell == NOTHING or look_up(cell).partition(":")[0] in ("examples", "not", "table"), cell
    if row.missed == NOTHING:
        assert NOTHING not in (row.read, row.left_alone)
    else:
        text, _, why = row.missed.removesuffix(")").rpartition(" (")
        assert look_up(text) == f"misses: {why}"


def test_phenomena_are_told_once() -> None:
    names = [row.name for row in ROWS]
    assert len(names) > 100
    assert sorted({name for name in names if names.count(name) > 1}) == []
