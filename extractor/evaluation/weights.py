"""Gold -> weights of the features that speak for a subject, fitted so that the right name weighs most.

A conditional logit: of a claim's candidates, and none, each has a chance that grows with its weighted features; the
weights make the gold's subjects likeliest, and are held near zero as far as little speaks for them. What a text was
about before depends on the subjects found so far, so that the fit is repeated on what its own weights find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from extractor.evaluation.golds import Gold
from extractor.evaluation.matching import Row, same_fact, same_subject

if TYPE_CHECKING:
    from extractor.pipeline.candidates import Candidate, Features
    from extractor.pipeline.readings import Draft
    from extractor.pipeline.subjects import Choose
    from extractor.records import Document

__all__ = ["fit_weights"]

_STEPS = 300
_RATE = 0.05
_SLACK = 3  # characters by which two spans of one claim may miss each other
# A claim whose right name is no candidate, or that has no subject, says less about the weights
_WEIGHT_OF_MISS, _WEIGHT_OF_NONE = 0.5, 0.3

# What grammar says before any text is read: weights are held near these, all others near zero
_PRIOR = {
    "spoken_for": 3.0,
    "for_it": 5.0, "size_before_it": 4.0, "brackets_behind_it": 4.0, "which_has": 3.0, "compared": -4.0,
    "base_here": -4.0, "base_there": -2.0, "vendor": -6.0, "chipmaker": -2.0, "no_builder": -2.0, "place": -1.5,
    "indefinite": -2.0, "compared_there": -2.0, "after_by": -1.0,
}  # fmt: skip

Weights = Mapping[str, float]
Resolve = Callable[["Document", Weights, "Choose"], None]
Take = Callable[["list[Candidate]", "Features", Weights], "Candidate | None"]


@dataclass(frozen=True, slots=True)
class _Case:
    """One claim: the features of its candidates and of none, which of them are right, and how much it counts."""

    features: tuple[dict[str, float], ...]
    right: tuple[bool, ...]
    weight: float


def _gold_of(gold: Gold, draft: Draft) -> list[Row]:
    """The gold claims that state a draft's fact: those that stand where it stands, if any do."""
    fact = {"predicate": draft.predicate, "value": draft.value, "high": draft.high}
    same = [row for row in gold.claims if same_fact(row, fact)]
    here = [
        row
        for row in same
        if row.get("start") is not None and row["start"] < draft.end + _SLACK and row["end"] > draft.start - _SLACK
    ]
    return here or same


def _case(rows: Sequence[Row], candidates: Sequence[Candidate], none: Features) -> _Case:
    features = (*(dict(c.features) for c in candidates), dict(none))
    if not any(row.get("subject") for row in rows):
        return _Case(features, (*(False for _ in candidates), True), _WEIGHT_OF_NONE)
    right = [any(same_subject(row, {"subject": c.mention.name}) for row in rows) for c in candidates]
    return _Case(features, (*right, not any(right)), 1.0 if any(right) else _WEIGHT_OF_MISS)


def _collect(golds: Iterable[Gold], resolve: Resolve, take: Take, weights: Weights, *, told: bool) -> list[_Case]:
    """Read the golds; with ``told``, the right candidate is chosen where there is one, else the heaviest."""
    cases: list[_Case] = []
    for gold in golds:

        def choose(draft: Draft, candidates: list[Candidate], none: Features, gold: Gold = gold) -> Candidate | None:
            rows = _gold_of(gold, draft)
            if rows:
                case = _case(rows, candidates, none)
                cases.append(case)
                right = [c for c, is_right in zip(candidates, case.right, strict=False) if is_right]
                if told and right:
                    return right[0]
            return take(candidates, none, weights)

        resolve(gold.document, weights, choose)
    return cases


def _fit(cases: Sequence[_Case], strength: float) -> dict[str, float]:
    """Fit by Adam on the penalised likelihood. Source: Kingma and Ba 2015 for the steps."""
    names = sorted({name for case in cases for features in case.features for name in features})
    column = {name: i for i, name in enumerate(names)}
    sizes = [len(case.features) for case in cases]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    group = np.repeat(np.arange(len(cases)), sizes)
    table = np.zeros((sum(sizes), len(names)), dtype=np.float32)
    for row, features in enumerate(features for case in cases for features in case.features):
        for name, value in features.items():
            table[row, column[name]] = value
    right = np.array([is_right for case in cases for is_right in case.right])
    counts = np.array([case.weight for case in cases])[group]
    prior = np.array([_PRIOR.get(name, 0.0) for name in names])
    weights, mean, spread = prior.copy(), np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, _STEPS + 1):
        scores = table @ weights
        chances = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
        of_all = chances / np.add.reduceat(chances, starts)[group]
        of_right = chances * right / np.maximum(np.add.reduceat(chances * right, starts)[group], 1e-12)
        slope = (((of_all - of_right) * counts) @ table + strength * (weights - prior)) / len(cases)
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope**2
        weights -= _RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return dict(zip(names, (float(w) for w in weights), strict=True))


def fit_weights(golds: Sequence[Gold], resolve: Resolve, take: Take, *, strength: float = 2.0) -> dict[str, float]:
    """Fit the weights of a subject's features to gold claims.

    Args:
        golds: documents with their claims.
        resolve: reads a document and lets a function choose each subject (`extractor.pipeline.choose_subjects`).
        take: chooses by weights (`extractor.pipeline.subjects.take_heaviest`).
        strength: how strongly weights are held near zero, for each round of reading.

    Returns:
        Feature -> weight, in alphabetical order; empty where the golds have no claim that is found.
    """
    cases = _collect(golds, resolve, take, {}, told=True)
    if not cases:
        return {}
    weights = _fit(cases, strength)
    for rounds in (2, 3):
        cases += _collect(golds, resolve, take, weights, told=False)
        weights = _fit(cases, strength * rounds)
    return weights
