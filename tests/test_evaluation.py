"""The measure itself: hand-made gold with counts that can be told by eye, and the same numbers as the shared scorer."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import SourceError
from extractor.evaluation import (
    Gold,
    Report,
    calibrate,
    compare,
    corpus_gold,
    find_changes,
    half_of,
    read_gold,
    read_pin,
    write_pin,
)  # fmt: skip
from extractor.evaluation.weights import fit_weights
from extractor.pipeline import choose_subjects, read_claims
from extractor.pipeline.subjects import take_heaviest
from extractor.records import Claim, Document

SHARED = Path(__file__).parent.parent.parent / "shared" / "eval"
TEXT = "x" * 40


def claim(predicate: str, value: float | str, **fields: Any) -> Claim:
    base: dict[str, Any] = {
        "id": f"{predicate}-{value}", "article_id": "d", "predicate": predicate, "value": value, "unit": "",
        "value_text": "x", "start": 0, "end": 1, "quote": "x", "sentence_start": 0, "sentence_end": 1, "rule": "a/b",
    }  # fmt: skip
    return Claim(**{**base, **fields})


def gold(*claims: dict[str, Any], exhaustive: bool = True) -> Gold:
    return Gold(Document(id="d", text=TEXT), claims, exhaustive)


def measured(wanted: Gold, found: Sequence[Claim]) -> Report:
    read: Callable[[Document], Sequence[Claim]] = lambda _: found  # noqa: E731
    return compare([wanted], read)


COST = {"predicate": "training_cost", "value": 100.0, "subject": "R1"}


@pytest.mark.parametrize(
    ("wanted", "found", "counts"),
    [
        (gold(COST), [claim("training_cost", 100.5, subject="DeepSeek-R1")], (1, 1, 1, 1)),
        (gold(COST), [claim("training_cost", 102.0, subject="R1")], (1, 1, 0, 0)),
        (gold(COST), [claim("training_cost", 100.0, subject="V3")], (1, 1, 1, 0)),
        (gold(COST), [claim("hardware_cost", 100.0, subject="R1")], (1, 1, 0, 0)),
        (gold(COST), [], (1, 0, 0, 0)),
        (gold({**COST, "optional": True}), [claim("training_cost", 100.0, subject="R1")], (0, 0, 0, 0)),
        (gold({**COST, "subject_alt": ["V3"]}), [claim("training_cost", 100.0, subject="V3")], (1, 1, 1, 1)),
        (gold({**COST, "value": 90.0, "high": 100.0}), [claim("training_cost", 100.0, subject="R1")], (1, 1, 1, 1)),
        (gold({"predicate": "training_time", "value": 100.0}), [claim("training_time", 104.0)], (1, 1, 1, 1)),
        (gold({"predicate": "technique", "value": "RLHF"}), [claim("technique", "rlhf")], (1, 1, 1, 1)),
        (gold({"predicate": "technique", "value": "MoE"}), [claim("technique", "mixture of experts")], (1, 1, 1, 1)),
        (gold({"predicate": "chip_model", "value": "H800"}), [claim("chip_count", 512.0, chip="H800")], (1, 2, 1, 1)),
        (
            gold({**COST, "chip": "H800"}),
            [claim("training_cost", 100.0, subject="R1"), claim("chip_model", "H800")],
            (1, 1, 1, 1),
        ),
        (gold(COST), [claim("training_cost", 100.0, subject="R1")] * 2, (1, 1, 1, 1)),
        (gold(COST, exhaustive=False), [claim("training_cost", 100.0), claim("power", 5.0)], (1, 0, 1, 0)),
    ],
)  # fmt: skip
def test_facts_and_tuples_are_counted(wanted: Gold, found: list[Claim], counts: tuple[int, ...]) -> None:
    total = measured(wanted, found).total
    assert (total.gold, total.predicted, total.facts, total.tuples) == counts


def test_slots_are_counted_on_facts_that_agree() -> None:
    wanted = gold({**COST, "comparator": "approx", "modality": "planned", "attributed_to": "Sam Altman"})
    found = [
        claim("training_cost", 100.0, subject="R1", comparator="approx", modality="denied", attributed_to="Altman")
    ]
    slots = measured(wanted, found).slots
    assert (slots["comparator"], slots["modality"], slots["attributed_to"], slots["chip"]) == (
        [1, 1],
        [0, 1],
        [1, 1],
        [0, 0],
    )


def test_documents_with_nothing_to_say_are_counted() -> None:
    assert measured(gold(), []).empty == [1, 1]
    assert measured(gold(), [claim("power", 5.0)]).empty == [0, 1]


def test_misses_and_spurious_facts_are_kept() -> None:
    report = measured(gold(COST), [claim("power", 5.0)])
    assert [(name, c["predicate"]) for name, c in report.missed] == [("d", "training_cost")]
    assert [(name, c["predicate"]) for name, c in report.spurious] == [("d", "power")]


def test_confidence_is_precision_where_a_rule_fired_often_enough() -> None:
    values = (100.0, 200.0, 300.0, 400.0)
    wanted = gold(*({**COST, "value": value} for value in values[:3]))
    report = measured(wanted, [claim("training_cost", value, subject="R1") for value in values])
    assert calibrate(report, least=4) == {"a/b": {"precision": 0.75, "of": 4}}
    assert calibrate(report, least=5) == {}


def test_precision_is_of_exhaustive_gold_and_recall_of_all() -> None:
    read = {"d": [claim("training_cost", 100.0, subject="R1"), claim("power", 5.0)]}
    golds = [gold(COST), gold(COST, exhaustive=False), gold({**COST, "value": 7.0}, exhaustive=False)]
    total = compare(golds, lambda document: read[document.id]).total
    assert (total.precision, round(total.recall, 3), round(total.fact_f1, 3)) == (0.5, 0.667, 0.667)


def test_recall_of_a_rule_is_its_share_of_its_predicate() -> None:
    wanted = gold(*({**COST, "value": value} for value in (100.0, 200.0, 300.0, 400.0)))
    rules = {100.0: "training_cost/one", 200.0: "training_cost/one", 300.0: "training_cost/two", 9.0: "power/three"}
    found = [
        claim(rule.partition("/")[0], value, subject="R1" if value > 100 else "V3", rule=rule)
        for value, rule in rules.items()
    ]
    one, two, three = (
        measured(wanted, found).rules[name] for name in ("training_cost/one", "training_cost/two", "power/three")
    )
    assert (one.gold, one.precision, one.recall, round(one.fact_f1, 3)) == (4, 1.0, 0.5, 0.667)
    assert (one.tuples, two.recall, three.precision) == (1, 0.25, 0.0)
    assert math.isnan(three.recall)


def test_no_f1_where_the_gold_is_not_exhaustive() -> None:
    assert math.isnan(measured(gold(COST, exhaustive=False), [claim("training_cost", 100.0)]).total.fact_f1)


R1, V3, POWER = (
    claim("training_cost", 100.0, subject="R1"),
    claim("training_cost", 100.0, subject="V3"),
    claim("power", 5.0),
)


@pytest.mark.parametrize(
    ("before", "after", "changes", "fallen"),
    [
        ([R1], [R1], [], []),
        ([], [R1], ["found"], []),
        ([V3], [R1], ["subject found"], []),
        ([R1, POWER], [R1], ["no longer spurious"], []),
        ([R1], [], ["missed"], ["recall", "fact_f1", "tuple_f1"]),
        ([R1], [V3], ["subject lost"], ["tuple_f1"]),
        ([V3], [], ["missed"], ["recall", "fact_f1"]),
        ([], [V3], ["found"], []),
        ([R1], [R1, POWER], ["spurious"], ["precision", "fact_f1", "tuple_f1"]),
        ([POWER], [R1], ["found", "no longer spurious"], []),
        ([R1, POWER], [R1, claim("power", 9.0)], ["no longer spurious", "spurious"], []),
    ],
)
def test_changes_are_told_claim_by_claim(
    before: list[Claim], after: list[Claim], changes: list[str], fallen: list[str], tmp_path: Path
) -> None:
    """A pin that was written and read again is the run that it was."""
    wanted = gold({**COST, "optional": True, "value": 3.0}, COST)
    write_pin(tmp_path / "pin.jsonl", measured(wanted, before).outcomes)
    found = find_changes([wanted], read_pin(tmp_path / "pin.jsonl"), measured(wanted, after).outcomes)
    assert [change.what for change in (*found.gains, *found.losses)] == changes
    assert list(found.fallen) == fallen
    assert not found.left_out


def test_changes_leave_out_documents_with_another_gold() -> None:
    pinned = measured(gold(COST), [R1]).outcomes
    wanted = gold({**COST, "value": 101.0})
    found = find_changes([wanted], pinned, measured(wanted, []).outcomes)
    assert (found.gains, found.losses, found.left_out) == ((), (), ("d",))


@pytest.mark.parametrize(
    "line", ["nonsense", "[]", '{"id": "d"}', '{"id": "d", "gold": "x", "stated": 1, "spurious": [{"value": 1}]}']
)
def test_a_line_that_is_no_outcome_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "pin.jsonl").write_text(line)
    with pytest.raises(SourceError, match=r"pin\.jsonl:1"):
        read_pin(tmp_path / "pin.jsonl")


def test_gold_says_itself_that_no_rule_was_made_on_it() -> None:
    own = list(read_gold(Path(__file__).with_name("gold") / "newsletter.jsonl"))
    assert {half_of(each) for each in own} == {"look"}


def test_corpus_gold_quotes_its_text() -> None:
    golds = list(corpus_gold())
    assert len(golds) == 30
    for each in golds:
        for c in each.claims:
            part = each.document.title if c["paragraph"] < 0 else each.document.text
            assert part[c["start"] : c["end"]] == c["quote"], each.document.id


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared scorer is not here")
@pytest.mark.parametrize("name", ["corpus", "news", "ainews", "epoch"])
def test_measure_equals_the_shared_scorer(name: str, tmp_path: Path) -> None:
    path = SHARED / "dev" / f"{name}.jsonl"
    golds = list(read_gold(path))
    report = compare(golds, read_claims)
    predicted = tmp_path / "predicted.jsonl"
    lines = [json.dumps({"id": g.document.id, "claims": [c.as_dict() for c in read_claims(g.document)]}) for g in golds]
    predicted.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, str(SHARED / "score.py"), str(path), str(predicted), "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert round(report.total.recall, 3) == told["fact_r"]
    if golds[0].exhaustive:
        assert round(report.total.precision, 3) == told["fact_p"]
        assert round(report.total.tuple_f1, 3) == told["tuple_f1"]
        for slot, (right, counted) in report.slots.items():
            assert round(right / counted, 3) == told[f"slot_{slot}"]


def test_halves_are_stable() -> None:
    halves = [half_of(each) for each in corpus_gold()]
    assert (halves.count("tune"), halves.count("look")) == (17, 13)


def test_weights_are_fitted_to_the_subjects_of_the_gold() -> None:
    """Where the gold names whoever stands behind "for", a name there weighs more than without any gold."""
    told = [
        ("Sky-T1", "Novalab said that R1 was out and put $450 on the training bill for Sky-T1."),
        ("Grok 2", "Novalab said that R1 was out and put $60 million on the training bill for Grok 2."),
    ]
    golds = [
        Gold(Document(id=name, text=text), ({"predicate": "training_cost", "value": value, "subject": name},))
        for (name, text), value in zip(told, (450, 60_000_000), strict=True)
    ]
    weights = fit_weights(golds, choose_subjects, take_heaviest)
    chosen: list[str] = []

    def choose(draft: Any, candidates: Any, none: Any) -> Any:
        best = take_heaviest(candidates, none, weights)
        chosen.append(best.mention.name if best else "")
        return best

    for each in golds:
        choose_subjects(each.document, weights, choose)
    assert chosen == [name for name, _ in told]
    assert weights["after_for"] > 0
    assert fit_weights([], choose_subjects, take_heaviest) == {}
