"""Modifiers: each file's examples and near misses, run through the sentences, mentions and context components."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from extractor.errors import DataError
from extractor.pipeline import load
from extractor.pipeline.context import apply_context
from extractor.pipeline.lines import find_hits, make_line
from extractor.pipeline.readings import Draft, Reading
from extractor.records import Document
from extractor.rules.modifiers import Modifier, load_modifiers
from extractor.rules.modifiers import _read_modifier as read_modifier

DEFAULTS = {"modality": "asserted", "stage": "", "speaker": ""}


def read(example: Mapping[str, str]) -> tuple[Draft, Reading]:
    """Give the words of an example's claim the slots that the context component finds."""
    nlp = load()
    text, claim = example["text"], example["claim"]
    doc = nlp.make_doc(text)
    doc._.document = Document(id="x", text=text, title=example.get("title", ""), published=example.get("published", ""))
    for _, component in nlp.pipeline[:2]:
        doc = component(doc)
    reading: Reading = doc._.reading
    start = text.rindex(claim)
    end = start + len(claim)
    index = next(i for i, s in enumerate(reading.sentences) if s.start <= start < s.end)
    draft = Draft(
        rule="x", predicate=example.get("predicate", "training_cost"), sentence=index, value=claim, high=None, unit="",
        start=start, end=end, value_start=start, value_end=end,
    )  # fmt: skip
    reading.drafts.append(draft)
    apply_context(reading)
    return draft, reading


def cases(kind: str) -> Iterator[object]:
    for modifier in load_modifiers():
        for number, example in enumerate(modifier.examples if kind == "examples" else modifier.not_examples):
            yield pytest.param(modifier, example, id=f"{modifier.id}[{'' if kind == 'examples' else 'not-'}{number}]")


@pytest.mark.parametrize(("modifier", "example"), list(cases("examples")))
def test_example_fills_the_slot(modifier: Modifier, example: Mapping[str, str]) -> None:
    draft, reading = read(example)
    assert getattr(draft, modifier.slot) == example.get("is", modifier.value)
    hits = [h for i in range(len(reading.sentences)) for h in find_hits(make_line(reading, i), modifier.slot)]
    if modifier.slot != "speaker":
        assert modifier.id in {hit.modifier.id for hit in hits}, "the example is filled by another modifier alone"
    filled = getattr(draft, modifier.slot)
    if filled != DEFAULTS[modifier.slot]:
        start, end = draft.cues[modifier.slot]
        assert 0 <= start < end <= len(example["text"])


@pytest.mark.parametrize(("modifier", "example"), list(cases("not")))
def test_near_miss_is_left_alone(modifier: Modifier, example: Mapping[str, str]) -> None:
    draft, _ = read(example)
    assert getattr(draft, modifier.slot) == example.get("is", DEFAULTS[modifier.slot]), example["why"]


@pytest.mark.parametrize(
    ("text", "claim", "speaker"),
    [
        pytest.param("Training took two months, says Liang Wenfeng.", "two months", "Liang Wenfeng", id="inverted"),
        pytest.param("Lisa Su, AMD's chief executive, said it uses 900 GPUs.", "900 GPUs", "Lisa Su", id="apposition"),
        pytest.param("It took 90 days, a person close to the lab said.", "90 days", "", id="unnamed"),
        pytest.param("Nvidia released a model with 900 GPUs behind it.", "900 GPUs", "", id="plain news"),
        pytest.param("The bill was $2 per GPU for 900 GPUs.", "900 GPUs", "", id="per is no source here"),
        pytest.param("It tuned Meta's open Llama 3 model on 900 GPUs.", "900 GPUs", "", id="whose thing it used"),
        pytest.param("Epoch AI's own figure is 900 GPUs.", "900 GPUs", "Epoch AI", id="whose figure"),
        pytest.param("Mr. Musk has said that it runs 900 GPUs.", "900 GPUs", "Musk", id="title left out"),
        pytest.param(
            "It took 900 GPUs, attorney Kim Lee told the board.", "900 GPUs", "Kim Lee", id="role before a name"
        ),
        pytest.param("It took 900 GPUs, a figure that Kim Lee says is right.", "900 GPUs", "Kim Lee", id="relative"),
        pytest.param("People at Oracle said it has 900 GPUs.", "900 GPUs", "", id="unnamed staff"),
        pytest.param("The 900 GPUs were reported by Corvid Research.", "900 GPUs", "Corvid Research", id="passive"),
        pytest.param("The firm had a bad year. It has 900 GPUs.", "900 GPUs", "", id="nobody speaks"),
        pytest.param("Lee: the run took 900 GPUs.", "900 GPUs", "", id="a colon behind an unlisted name"),
        pytest.param("Huang: the run took 900 GPUs.", "900 GPUs", "Huang", id="a colon behind a listed name"),
        pytest.param("By Epoch AI's count:\n\n- It took 900 GPUs.", "900 GPUs", "Epoch AI", id="above a list"),
        pytest.param("The report says little. Some 900 GPUs were used.", "900 GPUs", "report", id="a paper goes on"),
        pytest.param("Kim Lee said a lot. Some 900 GPUs were used.", "900 GPUs", "", id="a person does not"),
        pytest.param('"It is ours," said Kim Lee. "It took 900 GPUs."', "900 GPUs", "Kim Lee", id="quotation goes on"),
        pytest.param("- **Run**: @kim_x has tuned it on 900 GPUs.", "900 GPUs", "@kim_x", id="handle that acts"),
        pytest.param("- **Run**: 900 GPUs were used (@kim_x).", "900 GPUs", "@kim_x", id="handle in brackets"),
        pytest.param("- **Run**: 900 GPUs were used. @kim_x asks how.", "900 GPUs", "", id="handle that asks"),
        pytest.param("- It took 900 GPUs. A demo is out, per @kim_x.", "900 GPUs", "@kim_x", id="source of an item"),
        pytest.param("- It took 900 GPUs. It is out per @kim_x.", "900 GPUs", "", id="source of a sentence"),
        pytest.param('"She said so," said Kim Lee, who used 900 GPUs.', "900 GPUs", "", id="quotation ends"),
        pytest.param("- **Jensen on the run**: it took 900 GPUs.", "900 GPUs", "Jensen", id="heading of an item"),
        pytest.param(
            "Halyard, a start-up from Oslo, came late.\n\nCobalt, it said in a post, took 900 GPUs.",
            "900 GPUs",
            "Halyard",
            id="a firm that an apposition shows",
        ),
        pytest.param(
            "Halyard Labs of Oslo did it. Cobalt, it says, took 900 GPUs.",
            "900 GPUs",
            "Halyard Labs",
            id="a firm from somewhere",
        ),
        pytest.param(
            "Vikram Seth, working alone, built it. He says that it took 900 GPUs.",
            "900 GPUs",
            "Vikram Seth",
            id="one whom a pronoun takes up",
        ),
        pytest.param(
            "It has 900 GPUs, said its director, Thomas Lipp.", "900 GPUs", "Thomas Lipp", id="role, comma, name"
        ),
        pytest.param(
            "According to an affidavit by Brent May, it has 900 GPUs.",
            "900 GPUs",
            "Brent May",
            id="a paper of a person",
        ),
        pytest.param(
            "Kim Lee, who studies it at McGill University, observed that it took 900 GPUs.",
            "900 GPUs",
            "Kim Lee",
            id="where one works",
        ),
        pytest.param(
            "Chief executive Ada Oswald came. Oswald, later and on the record: 900 GPUs.",
            "900 GPUs",
            "Oswald",
            id="a colon behind one met before",
        ),
        pytest.param(
            "It has 900 GPUs; half of them run, chief executive Ada Oswald told us.",
            "900 GPUs",
            "Ada Oswald",
            id="both halves of a sentence",
        ),
        pytest.param(
            "It has 900 GPUs, yet, Kim Lee says, it is slow.", "900 GPUs", "", id="what only the second half says"
        ),
        pytest.param(
            "Cobalt, Kim Lee said, took 99 days. Of this, 90 days went by in May.",
            "90 days",
            "Kim Lee",
            id="a part of what was told",
        ),
        pytest.param(
            "- **Nvidia tech report**: 900 GPUs were used.", "900 GPUs", "Nvidia", id="whose report an item is on"
        ),
        pytest.param(
            "- **A new trick (Nvidia)**: it took 900 GPUs.", "900 GPUs", "Nvidia", id="whose work an item is on"
        ),
        pytest.param(
            "- **Run**: Nvidia's @kim_x recapped it: 900 GPUs.", "900 GPUs", "@kim_x", id="handle of a firm's"
        ),
        pytest.param(
            "Kim Lee runs it.\n\nHow big?\n\nSmall.\n\nHow long?\n\nAges.\n\nOn what?\n\nOn 900 GPUs.",
            "900 GPUs",
            "Kim Lee",
            id="interview without marks",
        ),
        pytest.param(
            "Prof. Kim Lee built it.\n\nQ: How long?\nA: It took 90 days.", "90 days", "Kim Lee", id="interview"
        ),
    ],
)
def test_speaker(text: str, claim: str, speaker: str) -> None:
    assert read({"text": text, "claim": claim})[0].speaker == speaker


def test_a_headline_is_told_by_whom_the_text_names() -> None:
    text = "The run cost $5m\n\nLast week it ended.\n\nThe run cost $5m, Clara Sand said."
    claims = load()(text)._.claims
    assert {claim.attributed_to for claim in claims} == {"Clara Sand"}


def test_a_slot_that_a_rule_filled_stays() -> None:
    draft, reading = read({"text": "It will cost $5m.", "claim": "$5m"})
    kept = replace(draft, modality="denied", cues={})
    reading.drafts[:] = [kept]
    apply_context(reading)
    assert kept.modality == "denied"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"colour": "red"}, "unknown keys", id="key"),
        pytest.param({"direction": "sideways"}, "vocabulary", id="direction"),
        pytest.param({"sets": {"modality": "sure"}}, "vocabulary", id="value"),
        pytest.param({"cues": ".. will"}, "start with a word", id="cue that starts with a gap"),
        pytest.param({"cues": "Will"}, "lower case", id="capital"),
        pytest.param({"touches": ["weather"]}, "vocabulary", id="predicate"),
    ],
)
def test_a_wrong_file_is_refused(change: Mapping[str, object], message: str) -> None:
    row = {
        "says": "x", "sets": {"modality": "planned"}, "cues": "will", "direction": "forward",
        "examples": [{"text": "a", "claim": "a"}], "since": "2026-11-24",
    }  # fmt: skip
    assert read_modifier("right", row).cues
    with pytest.raises(DataError, match=message):
        read_modifier("wrong", {**row, **change})
