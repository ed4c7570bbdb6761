"""Rows of claims -> the reports of each predicate: what is told, when, by whom, and whether it agrees. No database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from extractor.browse.judgements import write_reading
from extractor.figures import write_exact, write_figure, write_value
from extractor.schema import Predicate, load_predicates

__all__ = ["Fact", "NameCount", "Report", "Section", "make_sections"]

# As in the views: what is denied or hypothetical is no fact, and what is planned is not one yet.
STANDING = ("asserted", "estimated", "disputed")
REMARKS = {
    "copy": "a copy tells it, too", "rejected": "rejected by a reader", "confirmed": "confirmed by a reader",
    "corrected": "corrected by a reader",
}  # fmt: skip
# A plain number fits values within 2 % of it, "about" within some 10 %, as in the view `disagreements`.
TOLERANCE = 1.02
ABOUT = 0.08


@dataclass(frozen=True, slots=True)
class Report:
    """A claim as a line of a table and a dot of a chart.

    Attributes:
        row: its columns, with ``published``, ``site``, ``subject_name``, ``report_id`` and ``status``.
        value: in words.
        y, high: bare numbers for the chart; empty where nothing is drawn.
        remark: why it does not count, or what a reader said of it; empty for neither.
        differs: the reports of this fact do not agree, and it is not with those in the middle.
    """

    row: Mapping[str, Any]
    value: str
    exact: str
    y: str
    high: str
    remark: str
    differs: bool

    @property
    def holds(self) -> bool:
        """Whether no reader has rejected it."""
        return bool(self.row["status"] != "rejected")

    @property
    def counts(self) -> bool:
        """Whether it is a report of its own, that no reader has rejected."""
        return self.row["report_id"] is not None


@dataclass(frozen=True, slots=True)
class Fact:
    """What the reports say together: one number of one subject, in one stage (and for one chip, if chips are counted).

    Attributes:
        about: the stage and chip; empty for no stage and no chip.
        middle, lowest, highest: in words; the middle is the median, each report counted once.
        reports: how many there are.
        agrees: whether one value fits all that is asserted; None where fewer than two reports assert something.
    """

    about: str
    middle: str
    lowest: str
    highest: str
    reports: int
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class NameCount:
    """A name that is told, such as that of a chip, with how many reports tell it and how many deny it."""

    name: str
    subject_id: str
    reports: int
    denials: int


@dataclass(frozen=True, slots=True)
class Section:
    """All reports of one predicate in one unit, the newest first.

    Attributes:
        hue: number of the predicate's colour.
        is_cut: whether there are more of them than these.
        facts: of numbers; empty where the reports are about several subjects.
        names: of names: each one told, or each subject of which it is told.
    """

    predicate: str
    label: str
    question: str
    unit: str
    hue: int
    is_number: bool
    reports: list[Report]
    is_cut: bool
    facts: list[Fact]
    names: list[NameCount]

    @property
    def is_drawn(self) -> bool:
        """Whether there is more than one dot for a chart to show."""
        return sum(report.counts and bool(report.row["published"]) for report in self.reports) > 1


def make_sections(rows: Iterable[Mapping[str, Any]], cut: Collection[str], *, of_one: bool) -> list[Section]:
    """Return the reports by predicate and unit, in the order of ``schema/predicates``.

    Args:
        rows: of ``claims``, with the columns that `Report` names; ``report_id`` is None for what does not count.
        cut: the predicates of which there are more claims than these.
        of_one: whether all are about one subject, so that their numbers can be compared.
    """
    predicates = load_predicates()
    order = list(predicates)
    groups = defaultdict(list)
    for row in rows:
        place = order.index(row["predicate"]) if row["predicate"] in order else len(order)
        groups[place, row["predicate"], row["unit"]].append(row)
    return [
        _make_section(sorted(group, key=_newest_first), place, predicates.get(name), name in cut, of_one)
        for (place, name, _), group in sorted(groups.items(), key=lambda item: item[0])
    ]


def _newest_first(row: Mapping[str, Any]) -> tuple[str, ...]:
    # A day in reverse: each digit by what it lacks to nine, so that the id still sorts forwards.
    return ("".join(str(9 - int(c)) if c in "0123456789" else c for c in row["published"]) or "~", row["id"])


def _make_section(
    rows: Sequence[Mapping[str, Any]], hue: int, predicate: Predicate | None, is_cut: bool, of_one: bool
) -> Section:
    is_number = all(isinstance(row["value"], (int, float)) for row in rows)
    facts, apart = _compare(rows) if is_number and of_one else ([], set())
    return Section(
        predicate=rows[0]["predicate"],
        label=predicate.label if predicate else rows[0]["predicate"],
        question=predicate.question if predicate else "",
        unit=rows[0]["unit"] if is_number else "",
        hue=hue,
        is_number=is_number,
        reports=[_make_report(row, is_number, row["id"] in apart) for row in rows],
        is_cut=is_cut,
        facts=facts,
        names=[] if is_number else _count_names(rows, of_one),
    )


def _make_report(row: Mapping[str, Any], is_number: bool, differs: bool) -> Report:
    value = write_value(row["value"], row["high"], row["unit"], row["comparator"])
    exact, high = "", row["high"]
    if is_number:
        ends = [write_exact(end) for end in (row["value"], high) if end is not None]
        exact = "" if all(end in value for end in ends) else " to ".join(ends)
    drawn = is_number and row["report_id"] is not None
    return Report(
        row=row,
        value=value,
        exact=exact,
        y=repr(float(row["value"])) if drawn else "",
        high=repr(float(high)) if drawn and high is not None else "",
        remark=_tell_status(row),
        differs=differs,
    )


def _tell_status(row: Mapping[str, Any]) -> str:
    told = REMARKS.get(row["status"], "")
    read = write_reading(row)
    return f"{told}, read as {read}" if read else told


def _compare(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Fact], set[str]]:
    """Return what is told together, and the ids of the claims that are not with the middle of theirs."""
    groups = defaultdict(list)
    for row in rows:
        if row["modality"] in STANDING and row["report_id"] is not None:
            chip = row["chip"] if row["predicate"] == "chip_count" else ""
            groups[row["stage"], chip].append(row)
    facts, apart = [], set()
    for (stage, chip), group in sorted(groups.items()):
        # One report that tells a number twice has told it once.
        told = {(row["value"], row["value"] if row["high"] is None else row["high"], row["report_id"]) for row in group}
        middle = median((low + high) / 2 for low, high, _ in told)
        asserted = [_limits(row) for row in group if row["modality"] == "asserted"]
        agrees = None
        if len({row["report_id"] for row in group if row["modality"] == "asserted"}) > 1 or _differ(asserted):
            agrees = not _differ(asserted)
        if agrees is False:
            apart |= {row["id"] for row in group if _differ([_limits(row), (middle, middle)])}
        unit = group[0]["unit"]
        facts.append(
            Fact(
                about=", ".join(filter(None, (chip, stage))),
                middle=write_figure(middle, unit),
                lowest=write_figure(min(low for low, _, _ in told), unit),
                highest=write_figure(max(high for _, high, _ in told), unit),
                reports=len({report for _, _, report in told}),
                agrees=agrees,
            )
        )
    return facts, apart


def _limits(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return between which values a claim holds, by its comparator."""
    low, high = row["value"], row["value"] if row["high"] is None else row["high"]
    match row["comparator"]:
        case "lt":
            return 0.0, high
        case "gt":
            return low, float("inf")
        case "approx":
            return (1 - ABOUT) * low, (1 + ABOUT) * high
    return low, high


def _differ(limits: Sequence[tuple[float, float]]) -> bool:
    """Tell whether no one value fits all.

    >>> _differ([(5.5e6, 5.5e6), (5.58e6, 5.58e6)]), _differ([(5e6, float("inf")), (4e6, 4e6)])
    (False, True)
    """
    return bool(limits) and max(low for low, _ in limits) > TOLERANCE * min(high for _, high in limits)


def _count_names(rows: Iterable[Mapping[str, Any]], of_one: bool) -> list[NameCount]:
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    denied: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row["report_id"] is None:
            continue
        name = str(row["value"]) if of_one else row["subject_name"] or row["subject"]
        key = (name, "" if of_one else row["subject_id"] or "")
        if row["modality"] == "denied":
            denied[key] += 1
        else:
            told[key].add(row["report_id"])
    counts = [NameCount(*key, len(told[key]), denied[key]) for key in {**told, **denied}]
    return sorted(counts, key=lambda found: (-found.reports, found.name.casefold()))
