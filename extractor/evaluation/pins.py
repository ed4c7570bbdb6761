"""Runs that are pinned to a file, and what a later run gained and lost against one, claim by claim.

A pin is JSON Lines, a document a line. It names the claims of the gold by their number and quotes no text, so that a
pin of a gold that may not be copied may be kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, get_args

from extractor.errors import SourceError
from extractor.evaluation.golds import Gold
from extractor.evaluation.matching import Row, same_fact
from extractor.evaluation.reports import Outcome, Tally
from extractor.schema import data_folder
from extractor.sources import parse_object

__all__ = ["Change", "Changes", "corpus_pin", "find_changes", "read_pin", "write_pin"]

What = Literal["found", "subject found", "no longer spurious", "missed", "subject lost", "spurious"]
GAINS = get_args(What)[:3]
MEASURES = ("precision", "recall", "fact_f1", "tuple_f1")


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that one run has right and the other has not.

    Attributes:
        document: the id of its document.
        claim: of the gold; for one that is or was spurious, as it was read.
    """

    document: str
    what: What
    claim: Row

    @property
    def is_gain(self) -> bool:
        """Whether the later run is the better one."""
        return self.what in GAINS


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run changed against a pinned one, on the documents whose gold is the same in both.

    Attributes:
        gains, losses: in the order of the documents.
        left_out: documents that the pin does not know, or knows with another gold.
        fallen: measure -> what it was and what it is, of those that went down.
    """

    gains: tuple[Change, ...]
    losses: tuple[Change, ...]
    left_out: tuple[str, ...]
    fallen: dict[str, tuple[float, float]]


def find_changes(golds: Iterable[Gold], pinned: Iterable[Outcome], reached: Iterable[Outcome]) -> Changes:
    """Compare a run with a pinned one, document by document.

    Args:
        golds: the documents that were read.
        pinned: outcomes of the earlier run.
        reached: those of the later one.
    """
    claims = {gold.document.id: gold.claims for gold in golds}
    before = {outcome.document: outcome for outcome in pinned}
    pairs, left_out = [], []
    for after in reached:
        known = before.get(after.document)
        if known is not None and known.gold == after.gold:
            pairs.append((known, after))
        else:
            left_out.append(after.document)
    changes = [change for old, new in pairs for change in _list_changes(claims[new.document], old, new)]
    was, now = _add_up(old for old, _ in pairs), _add_up(new for _, new in pairs)
    both = {name: (getattr(was, name), getattr(now, name)) for name in MEASURES}
    return Changes(
        gains=tuple(change for change in changes if change.is_gain),
        losses=tuple(change for change in changes if not change.is_gain),
        left_out=tuple(left_out),
        fallen={name: (old, new) for name, (old, new) in both.items() if new < old},
    )


def _list_changes(claims: Sequence[Row], old: Outcome, new: Outcome) -> Iterator[Change]:
    for number in sorted({*old.missed, *old.astray, *new.missed, *new.astray}):
        was, now = _standing(old, number), _standing(new, number)
        if was != now:
            what: What = "found" if was == "missed" else "missed" if now == "missed" else "subject lost"
            yield Change(new.document, "subject found" if now == "right" and was == "astray" else what, claims[number])
    for here, there, what in ((old, new, GAINS[-1]), (new, old, "spurious")):
        for claim in here.spurious:
            if not any(same_fact(claim, other) for other in there.spurious):
                yield Change(new.document, what, claim)


def _standing(outcome: Outcome, number: int) -> Literal["missed", "astray", "right"]:
    return "missed" if number in outcome.missed else "astray" if number in outcome.astray else "right"


def _add_up(outcomes: Iterable[Outcome]) -> Tally:
    total = Tally()
    for outcome in outcomes:
        total.gold += outcome.stated
        total.facts += outcome.stated - len(outcome.missed)
        total.predicted += outcome.stated - len(outcome.missed) + len(outcome.spurious)
        total.tuples += outcome.stated - len(outcome.missed) - len(outcome.astray)
    total.listed, total.right = total.gold, total.facts
    return total


def corpus_pin() -> Traversable:
    """Return the pinned run of the packaged corpus."""
    return data_folder("corpus") / "pinned.jsonl"


def read_pin(file: Traversable) -> list[Outcome]:
    """Read a pinned run.

    Raises:
        SourceError: if there is none, or a line of it is no outcome.
    """
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise SourceError(
            "The pinned run cannot be read", where=str(file), found=str(error.strerror), fix="Write one with --pin"
        ) from error
    return [_parse_outcome(line, f"{file}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def _parse_outcome(line: bytes, where: str) -> Outcome:
    row = parse_object(line, where, "document of a pinned run")
    try:
        return Outcome(
            document=row["id"],
            gold=row["gold"],
            stated=int(row["stated"]),
            missed=tuple(map(int, row.get("missed", ()))),
            astray=tuple(map(int, row.get("astray", ()))),
            spurious=tuple({"predicate": c["predicate"], "value": c["value"], **c} for c in row.get("spurious", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(
            "A line of a pinned run lacks what it needs",
            where=where,
            expected='an object with "id", "gold" and "stated", as --pin writes it',
            found=repr(error),
        ) from error


def write_pin(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Write a run, a document a line, without a word of its text.

    Raises:
        SourceError: if the file cannot be written.
    """
    lines = [json.dumps(_outcome_row(outcome), ensure_ascii=False) + "\n" for outcome in outcomes]
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise SourceError("The run cannot be pinned", where=str(path), found=str(error.strerror)) from error


def _outcome_row(outcome: Outcome) -> Mapping[str, object]:
    keys = ("predicate", "value", "high", "subject", "rule", "part", "start", "end")
    spurious = [{key: c[key] for key in keys if c.get(key) not in (None, "", "text")} for c in outcome.spurious]
    row = {"missed": sorted(outcome.missed), "astray": sorted(outcome.astray), "spurious": spurious}
    return {
        "id": outcome.document,
        "gold": outcome.gold,
        "stated": outcome.stated,
        **{k: v for k, v in row.items() if v},
    }
