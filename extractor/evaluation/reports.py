"""Claims against gold: the counts of a comparison, by predicate and by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from extractor.evaluation.golds import Gold, digest_gold
from extractor.evaluation.matching import (
    Row,
    align_claims,
    drop_repeats,
    find_chips,
    same_fact,
    same_name,
    same_subject,
)
from extractor.records import Claim, Document

__all__ = ["Outcome", "Report", "Tally", "calibrate", "compare"]

SLOTS = ("chip", "comparator", "modality", "attributed_to", "stage")
# What a slot says when it says nothing
UNMARKED = frozenset({None, "", "unknown", "eq", "asserted"})


@dataclass(slots=True)
class Tally:
    """Counts of one predicate or one rule.

    Where the gold is not exhaustive nobody can tell what is wrong, so such documents count for recall alone, unless the
    gold says what is wrong: then what was judged counts, and nothing else.

    Attributes:
        gold: facts in the gold; for a rule, all of its predicate, so that its recall is its share in finding them.
        facts: of these, how many were found.
        listed: as ``gold``, of documents with exhaustive or judged gold only. So are the others:
        predicted: facts that were read, right or wrong.
        right: of these, how many agree with the gold.
        tuples: of these, how many have the right subject.
    """

    gold: int = 0
    facts: int = 0
    listed: int = 0
    predicted: int = 0
    right: int = 0
    tuples: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted facts that are right; not a number where none was predicted."""
        return _ratio(self.right, self.predicted)

    @property
    def recall(self) -> float:
        """Share of the gold facts that were found; not a number where there are none."""
        return _ratio(self.facts, self.gold)

    @property
    def fact_f1(self) -> float:
        """Harmonic mean of precision and recall; not a number where no gold is exhaustive."""
        return _ratio(2 * self.right, self.predicted + self.listed)

    @property
    def tuple_f1(self) -> float:
        """The same, of facts with the right subject."""
        return _ratio(2 * self.tuples, self.predicted + self.listed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one document. Numbers name the claims of its gold, from 0.

    Attributes:
        document: its id.
        gold: the digest of its gold.
        stated: how many facts the gold counts.
        missed: those of them that were not found.
        astray: those that were found of another subject.
        spurious: the facts that are not in the gold.
    """

    document: str
    gold: str
    stated: int
    missed: tuple[int, ...]
    astray: tuple[int, ...]
    spurious: tuple[Row, ...]


@dataclass(slots=True)
class Report:
    """What came of a comparison.

    Attributes:
        total: all predicates together.
        slots: slot -> right, counted.
        empty: documents without a claim that were left without one, and all of them.
        outcomes: what came of each document.
        missed, spurious: (document id, claim) of each gold fact not found, and of each fact that is not in the gold.
    """

    total: Tally = field(default_factory=Tally)
    predicates: dict[str, Tally] = field(default_factory=dict)
    rules: dict[str, Tally] = field(default_factory=dict)
    slots: dict[str, list[int]] = field(default_factory=lambda: {slot: [0, 0] for slot in SLOTS})
    empty: list[int] = field(default_factory=lambda: [0, 0])
    outcomes: list[Outcome] = field(default_factory=list)
    missed: list[tuple[str, Row]] = field(default_factory=list)
    spurious: list[tuple[str, Row]] = field(default_factory=list)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _add(report: Report, gold: Gold, claims: Sequence[Row]) -> None:
    """Count one document."""
    name = gold.document.id
    stated = drop_repeats(c for c in gold.claims if not c.get("optional"))
    found = drop_repeats(claims)
    pairs, lost, extra = align_claims(stated, found)
    chips = find_chips(found)
    for g in list(lost):
        match = next((c for c in chips if same_fact(g, c)), None)
        if match is not None:
            lost = [row for row in lost if row is not g]
            pairs.append((g, {**g, "subject": match["subject"], "rule": ""}))
    spare = [*(c for c in gold.claims if c.get("optional")), *find_chips(gold.claims)]
    extra = [
        p
        for p in extra
        if (gold.exhaustive or any(same_fact(c, p) and same_subject(c, p) for c in gold.wrong))
        and not any(same_fact(c, p) for c in spare)
        and not any(same_fact(g, p) and same_name(p.get("subject"), q.get("subject")) for g, q in pairs)
    ]
    counted = gold.exhaustive or gold.judged
    if gold.exhaustive and not stated:
        report.empty[0] += not extra
        report.empty[1] += 1
    for g in stated:
        for tally in (report.total, report.predicates.setdefault(g["predicate"], Tally())):
            tally.gold += 1
            tally.listed += counted
    for g, p in pairs:
        right = same_subject(g, p)
        tallies = [report.total, report.predicates[g["predicate"]]]
        if p.get("rule"):
            tallies.append(report.rules.setdefault(p["rule"], Tally()))
        for tally in tallies:
            tally.facts += 1
            tally.predicted += counted
            tally.right += counted
            tally.tuples += counted and right
        _count_slots(report, g, p)
    for p in extra:
        for tally in (
            report.total,
            report.predicates.setdefault(p["predicate"], Tally()),
            report.rules.setdefault(p.get("rule") or "", Tally()),
        ):
            tally.predicted += 1
    numbers = {id(claim): number for number, claim in enumerate(gold.claims)}
    report.outcomes.append(
        Outcome(
            document=name,
            gold=digest_gold([gold]),
            stated=len(stated),
            missed=tuple(numbers[id(g)] for g in lost),
            astray=tuple(numbers[id(g)] for g, p in pairs if not same_subject(g, p)),
            spurious=tuple(extra),
        )
    )
    report.missed += [(name, g) for g in lost]
    report.spurious += [(name, p) for p in extra]


def _count_slots(report: Report, gold: Row, found: Row) -> None:
    for slot in SLOTS:
        want, got = gold.get(slot), found.get(slot)
        if want in UNMARKED and got in UNMARKED:
            continue
        report.slots[slot][1] += 1
        report.slots[slot][0] += want not in UNMARKED and got not in UNMARKED and same_name(want, got)


def compare(golds: Iterable[Gold], read: Callable[[Document], Sequence[Claim]]) -> Report:
    """Read every document and count how its claims agree with the gold.

    Args:
        golds: documents with their claims.
        read: from a document to its claims, such as `extractor.pipeline.read_claims`.
    """
    report = Report()
    for gold in golds:
        _add(report, gold, [claim.as_dict() for claim in read(gold.document)])
    for rule, tally in report.rules.items():
        whole = report.predicates.get(rule.partition("/")[0], Tally())
        tally.gold, tally.listed = whole.gold, whole.listed
    return report


def calibrate(report: Report, *, least: int = 5) -> dict[str, dict[str, float | int]]:
    """Return the measured precision of each rule: rule -> precision and the number of claims that it rests on.

    Args:
        report: of documents that no rule was made on, or it tells how well the rules know their own examples.
        least: a rule that made fewer claims than this on exhaustive gold is left out.
    """
    return {
        rule: {"precision": round(tally.precision, 3), "of": tally.predicted}
        for rule, tally in sorted(report.rules.items())
        if rule and tally.predicted >= least
    }
