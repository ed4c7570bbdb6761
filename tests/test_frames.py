"""Frames on sentences: each row says which words a frame matches on, or that it matches on none."""

from __future__ import annotations

import pytest

from extractor.pipeline import load
from extractor.pipeline.frames import find_anchors, match_frames
from extractor.pipeline.views import View
from extractor.records import Document
from extractor.rules import Rule


def view_of(text: str) -> View:
    nlp = load()
    doc = nlp.make_doc(text)
    doc._.document = Document(id="frame", text=text)
    for _, component in nlp.pipeline[:2]:
        doc = component(doc)
    view: View = doc._.views[0]
    return view


@pytest.mark.parametrize(
    ("frame", "anchor", "text", "expected"),
    [
        pytest.param("_", "MONEY", "It took $5m and $6m.", ["$5m", "$6m"], id="bare"),
        pytest.param("cost _", "MONEY", "A cost $5m.", ["$5m"], id="word-beside"),
        pytest.param("cost _", "MONEY", "A cost only $5m.", [], id="no-gap"),
        pytest.param("cost .. _", "MONEY", "A cost us a mere $5m.", ["$5m"], id="gap-of-three"),
        pytest.param("cost .. _", "MONEY", "A cost all of us here $5m.", [], id="gap-too-short"),
        pytest.param("cost ... _", "MONEY", "A cost $5m, not $6m.", ["$5m"], id="gap-stops-at-anchors"),
        pytest.param("cost .... _", "MONEY", "A cost $5m, not $6m.", ["$5m", "$6m"], id="wide-gap-does-not"),
        pytest.param("cost .... _", "MONEY", "A cost less; it took $6m.", [], id="no-gap-over-semicolon"),
        pytest.param("_ ... on ... CHIP", "MONEY", "It took $5m on 512 new H800.", ["$5m"], id="two-gaps"),
        pytest.param("_ whole? run", "MONEY", "It is $5m whole run.", ["$5m"], id="optional-there"),
        pytest.param("_ whole? run", "MONEY", "It is $5m run.", ["$5m"], id="optional-not-there"),
        pytest.param("than _", "DURATION", "It ran more than 3 days.", [], id="word-inside-a-hedge"),
        pytest.param("for|in _", "DURATION", "It ran for 3 days and in 4 days.", ["3 days", "4 days"], id="either"),
        pytest.param("@train ... _", "DURATION", "We trained it for 3 days.", ["3 days"], id="class"),
        pytest.param("_ of MODEL:Llama_3", "NUMBER", "We saw 5 of Llama 3.", ["5"], id="name"),
        pytest.param("_ of MODEL:Llama_3", "NUMBER", "We saw 5 of Qwen 3.", [], id="another-name"),
        pytest.param("CHIP .. _ .. run", "DURATION", "On H800 for 3 days of a run.", ["3 days"], id="both-sides"),
    ],
)
def test_frame_matches(frame: str, anchor: str, text: str, expected: list[str]) -> None:
    rule = Rule("cost/frame", "cost", "A frame.", (anchor,), (frame,))
    view = view_of(text)
    assert [view.words[at].text for at in sorted(find_anchors(frame, rule, view))] == expected


@pytest.mark.parametrize(
    ("text", "chip"),
    [
        pytest.param("It was trained on 512 H800 GPUs.", "H800", id="between"),
        pytest.param("It was trained on 512 of Nvidia GPUs, the H800.", "H800", id="behind-a-word-for-one"),
        pytest.param("It was trained on 512 GPUs.", None, id="none"),
    ],
)
def test_frame_ties_the_chip_to_its_anchor(text: str, chip: str | None) -> None:
    hits = [hit for found in match_frames(view_of(text)).values() for hit in found]
    assert chip in {hit.chip.name if hit.chip else None for hit in hits if hit.rule.predicate == "chip_count"}
