"""Table rows -> drafts: the head of a column says what its cells are, the first cell whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from extractor.pipeline.readings import Draft, Mention, Reading, Sentence
from extractor.records import Evidence, Modality
from extractor.schema import load_predicates, read_yaml

__all__ = ["read_tables"]

_CELL = re.compile(r"[^|]+")
_RULE_LINE = re.compile(r"[\s|:+-]+\Z")


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column holds, as its head says."""

    predicate: str
    multiple: float
    unit: str
    modality: Modality
    head: _Cell


@cache
def _columns() -> Mapping[str, Any]:
    table: Mapping[str, Any] = read_yaml(files("extractor.rules") / "columns.yml")
    return table


@cache
def _currencies() -> Mapping[str, str]:
    """Return patterns, each with its code; "neural" holds no euro."""
    return {rf"(?<![a-z]){re.escape(sign)}": code for sign, code in _columns()["currencies"].items()}


def _cells(text: str, sentence: Sentence) -> list[_Cell]:
    cells = []
    for match in _CELL.finditer(text, sentence.start, sentence.end):
        raw = match.group()
        bare = raw.strip()
        if bare:
            start = match.start() + len(raw) - len(raw.lstrip())
            cells.append(_Cell(start, start + len(bare), bare))
    return cells


def _first_of(table: Mapping[str, Any], text: str, default: Any) -> Any:
    return next((value for word, value in table.items() if re.search(word, text)), default)


def _read_head(cell: _Cell) -> _Column | None:
    head = cell.text.lower()
    for row in _columns()["columns"]:
        if not any(word in head for word in row["words"]) or any(word in head for word in row.get("not", ())):
            continue
        predicate = load_predicates()[row["predicate"]]
        unit = predicate.unit
        multiple = float(_first_of(_columns()["multiples"], head, 1.0))
        if predicate.name == "training_time":
            multiple = float(_first_of(_columns()["hours"], head, 1.0))
        elif predicate.value == "money":
            unit = _first_of(_currencies(), head, predicate.unit)
        modality = _first_of(_columns()["modalities"], head, "asserted")
        return _Column(predicate.name, multiple, unit, modality, cell)
    return None


# Kinds of quantity that say by their unit alone what a column tells
_TOLD_BY_UNIT = {"power": "power", "chip_hours": "chip_hours"}


def _read_cells(reading: Reading, rows: Sequence[int], at: int, head: _Cell) -> _Column | None:
    """Tell from the units in its cells what a column says whose head does not: "280 MW" under "Now"."""
    kinds = set()
    for index in rows:
        cells = _cells(reading.text, reading.sentences[index])
        if at < len(cells):
            mentions = _mentions_in(reading, index, cells[at])
            kinds |= {m.quantity.kind for m in mentions if m.quantity is not None and m.quantity.kind != "number"}
    if len(kinds) != 1 or (kind := kinds.pop()) not in _TOLD_BY_UNIT:
        return None
    predicate = load_predicates()[_TOLD_BY_UNIT[kind]]
    modality = _first_of(_columns()["modalities"], head.text.lower(), "asserted")
    return _Column(predicate.name, 1.0, predicate.unit, modality, head)


def _mentions_in(reading: Reading, index: int, cell: _Cell) -> list[Mention]:
    return [m for m in reading.sentences[index].mentions if cell.start <= m.start and m.end <= cell.end]


def _groups(reading: Reading) -> Iterator[list[int]]:
    """Yield the runs of rows, as indices of sentences; Markdown's line of dashes is left out."""
    group: list[int] = []
    for index, sentence in enumerate(reading.sentences):
        if sentence.kind == "row":
            if not _RULE_LINE.match(reading.text, sentence.start, sentence.end):
                group.append(index)
            continue
        if len(group) > 1:
            yield group
        group = []
    if len(group) > 1:
        yield group


def _draft(reading: Reading, index: int, column: _Column, cell: _Cell, subject: _Cell) -> Draft | None:
    mentions = _mentions_in(reading, index, cell)
    draft = (
        _numeric(column, mentions) if load_predicates()[column.predicate].value != "name" else _named(column, mentions)
    )
    if draft is None:
        return None
    draft.sentence = index
    named = next(
        (m for m in reading.sentences[index].mentions if m.start >= subject.start and m.end <= subject.end), None
    )
    draft.subject = (
        reading.source[subject.start : subject.end] if named is None or named.kind == "MODEL" else named.name
    )
    draft.subject_evidence = Evidence("subject", reading.part, subject.start, subject.end)
    draft.modality = column.modality
    if column.modality != "asserted":
        draft.cues["modality"] = (column.head.start, column.head.end)
    return draft


def _numeric(column: _Column, mentions: Sequence[Mention]) -> Draft | None:
    mention = next((m for m in mentions if m.quantity is not None), None)
    if mention is None or mention.quantity is None:
        return None
    quantity = mention.quantity
    plain = quantity.kind in ("number", "year") and not quantity.scale
    multiple = column.multiple if plain else 1.0
    unit = quantity.unit if quantity.kind == "money" else column.unit
    low, high = load_predicates()[column.predicate].plausible or (0.0, float("inf"))
    if not low <= quantity.value * multiple <= high:
        return None
    draft = Draft(
        rule=f"{column.predicate}/table_column", predicate=column.predicate, sentence=0,
        value=quantity.value * multiple, high=None if quantity.high is None else quantity.high * multiple,
        unit=unit, start=mention.start, end=mention.end, value_start=mention.start, value_end=mention.end,
        currency=unit if load_predicates()[column.predicate].value == "money" else "", comparator=quantity.comparator,
    )  # fmt: skip
    if quantity.hedge_start is not None and quantity.hedge_end is not None:
        draft.cues["comparator"] = (quantity.hedge_start, quantity.hedge_end)
        draft.start, draft.end = min(draft.start, quantity.hedge_start), max(draft.end, quantity.hedge_end)
    return draft


def _named(column: _Column, mentions: Sequence[Mention]) -> Draft | None:
    kind = "CHIP" if column.predicate == "chip_model" else "MODEL"
    mention = next((m for m in mentions if m.kind == kind), None)
    if mention is None:
        return None
    return Draft(
        rule=f"{column.predicate}/table_column", predicate=column.predicate, sentence=0, value=mention.name, high=None,
        unit="name", start=mention.start, end=mention.end, value_start=mention.start, value_end=mention.end,
    )  # fmt: skip


def read_tables(reading: Reading) -> frozenset[int]:
    """Add a draft for each cell under a head that is known; return the sentences that were read so.

    A run of rows is a table if its first row holds no claim of its own but at least one known head.
    """
    done: set[int] = set()
    for group in _groups(reading):
        heads = _cells(reading.text, reading.sentences[group[0]])
        columns = {
            at: column
            for at, cell in enumerate(heads)
            if (column := _read_head(cell) or _read_cells(reading, group[1:], at, cell)) is not None
        }
        if not columns or any(c.isdigit() for cell in heads for c in cell.text):
            continue
        subject_at = next((at for at, cell in enumerate(heads) if cell.text.lower() in _columns()["subjects"]), 0)
        done.update(group)
        for index in group[1:]:
            cells = _cells(reading.text, reading.sentences[index])
            if len(cells) != len(heads):
                continue
            for at, column in columns.items():
                if at != subject_at and (draft := _draft(reading, index, column, cells[at], cells[subject_at])):
                    reading.drafts.append(draft)
    return frozenset(done)
