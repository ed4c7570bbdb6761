"""The reasons for a claim: each step from its words to its value, and nothing made up where the words lack it."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.reasons import find_slots, find_steps, tell_confidence, tell_rule
from extractor.rules import load_confidence, load_rules


def row(value: float | str, unit: str, text: str, *, quote: str = "", high: float | None = None, **slots: Any) -> Any:
    slots = {
        "comparator": "eq",
        "modality": "asserted",
        "subject": "",
        "chip": "",
        "stage": "",
        "attributed_to": "",
    } | slots
    return {"value": value, "unit": unit, "value_text": text, "quote": quote or text, "high": high, **slots}


STEPS = [
    (row(5.6e6, "USD", "$5.6 million"), ["5,600,000", "USD"]),
    (row(456.0, "hours", "19 days"), ["19", "1 day is 24 hours"]),
    (row(1460.0, "hours", "two months"), ["2", "1 month is 730 hours"]),
    (row(1e9, "watts", "1 and 2 GW", quote="between 1 and 2 GW", high=2e9, comparator="range"),
     ["1 to 2", "1 gigawatt is 1,000,000,000 watts"]),
    (row(2160.0, "hours", "90 and 100 days", quote="between 90 and 100 days", high=2400.0, comparator="range"),
     ["90 to 100", "1 day is 24 hours"]),
    (row(384.0, "chips", "384"), ["384", "chips, by what stands around these words or by the kind of claim"]),
    # A column that says "in billions": the words alone are 3.8.
    (row(3.8e9, "parameters", "3.8"), ["3.8", "parameters, times 1,000,000,000 by what stands around these words"]),
    (row(14.8e12, "tokens", "14.8 trillion tokens"), ["14,800,000,000,000", "tokens"]),
    # One end of a range that the claim has two of: no factor explains it.
    (row(10.0, "USD", "$10", high=20.0, comparator="range"), ["10; what stands around these words makes it another"]),
    # The number of a name is none of the claim.
    (row(3.8e25, "FLOP", "Llama 3"), ["3; what stands around these words makes it another"]),
    (row(1.0, "chips", "one"), ["not one that these words give by themselves"]),
    (row(0.0, "USD", "$0"), ["0", "USD"]),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "readings"), STEPS, ids=[str(claim["quote"]) for claim, _ in STEPS])
def test_steps_lead_from_words_to_number_and_unit(claim: Any, readings: list[str]) -> None:
    steps = find_steps(claim, [])
    assert [step.reading for step in steps if step.name in ("Number", "Unit")] == readings
    assert (steps[0].words, steps[0].reading) == (claim["quote"], claim["value_text"])


COMPARATORS = [
    ("approx", [{"role": "comparator", "words": "nearly"}], "nearly", "approx: about so much"),
    ("gt", [{"role": "comparator", "words": "over"}, {"role": "value", "words": "9"}], "over", "gt: more than"),
    ("eq", [], "no word of its own", "eq: the number itself"),
]


@pytest.mark.parametrize(("name", "evidence", "words", "reading"), COMPARATORS, ids=[case[0] for case in COMPARATORS])
def test_comparator_is_told_with_its_words(name: str, evidence: Any, words: str, reading: str) -> None:
    steps = find_steps(row(9.0, "chips", "9 chips", comparator=name), evidence)
    step = next(step for step in steps if step.name == "Comparator")
    assert step.words == words
    assert step.reading.startswith(reading)


@pytest.mark.parametrize(
    ("text", "value", "reading"),
    [("distilled", "distillation", "is called distillation"), ("LoRA", "LoRA", "the name as it is")],
)
def test_name_is_told_by_what_it_is_called(text: str, value: str, reading: str) -> None:
    assert [step.reading for step in find_steps(row(value, "name", text), [])] == [text, reading]


def test_slots_are_told_with_their_words_or_the_reason_for_having_none() -> None:
    claim = row(9.0, "chips", "9", subject="R1", chip="H800", modality="denied", attributed_to="Ada")
    evidence = [
        {"role": "chip", "words": "H800"}, {"role": "chip", "words": "H800"}, {"role": "modality", "words": "not"},
        {"role": "speaker", "words": "she"},
    ]  # fmt: skip
    told = {slot.role: (slot.value, slot.words, slot.note) for slot in find_slots(claim, evidence)}
    assert told == {
        "subject": ("R1", (), "by what stands near"),
        "chip": ("H800", ("H800",), ""),
        "speaker": ("Ada", ("she",), ""),
        "modality": ("denied", ("not",), ""),
    }


def test_rule_and_confidence_are_told() -> None:
    rule = load_rules()[0]
    assert tell_rule(rule.id) == rule.says
    assert "no such rule" in tell_rule("training_cost/never_was")
    name, measured = next(iter(load_confidence().items()))
    assert f"counted on {measured.of} claims" in tell_confidence(measured.precision, name)
    assert "counted" not in tell_confidence(0.123, name)
    assert tell_confidence(None, name) == "not measured"
