"""Drafts -> drafts with modality, stage and speaker, in the manner of ConText.

The words that do it are data, in ``extractor/rules/modifiers``. Of the modifiers whose scope reaches a claim the
strongest fills its slot, of equals the nearest; the cue is kept as the slot's evidence.
"""

from __future__ import annotations

import re
from typing import Any

from extractor.pipeline.lines import Hit, Line, find_hits, make_line, measure
from extractor.pipeline.readings import Draft, Reading
from extractor.pipeline.speakers import Speakers

__all__ = ["apply_context"]

_DOUBTED = re.compile(
    r"\b(?:rejects?|den(?:y|ies|ied)|disputes?|dismiss(?:es)?|doubts?|questions?|rebuts?)\b[^.:]{0,20}"
    r"\b(?:claims?|reports?|allegations?|accusations?|rumou?rs?)\b",
    re.IGNORECASE,
)
# A phase that opens a sentence on methods beats the names of the methods
_TOPIC = 20
_LISTERS = frozenset({",", "and", "or", "/", "through", "to", "&", "+"})
_DEFAULTS = {"modality": "asserted", "stage": ""}


class _Lines:
    """The lines of a reading, each cut once, with the hits of each slot."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lines: dict[int, Line] = {}
        self._hits: dict[tuple[int, str], list[Hit]] = {}

    def line(self, index: int) -> Line:
        if index not in self._lines:
            self._lines[index] = make_line(self._reading, index)
        return self._lines[index]

    def hits(self, index: int, slot: str) -> list[Hit]:
        key = (index, slot)
        if key not in self._hits:
            self._hits[key] = find_hits(self.line(index), slot)
        return self._hits[key]


def _best(lines: _Lines, draft: Draft, slot: str) -> tuple[Hit, Line] | None:
    """Choose the modifier of a slot that holds for a draft: the strongest one, of equals the nearest."""
    line = lines.line(draft.sentence)
    first, last = line.at(draft.value_start), line.at(max(draft.value_start, draft.value_end - 1)) + 1
    best: tuple[tuple[int, int], Hit] | None = None
    hits = lines.hits(draft.sentence, slot)
    for hit in hits:
        if slot == "modality" and hit.modifier.value == _DEFAULTS[slot]:
            continue
        if not hit.modifier.touches_predicate(draft.predicate):
            continue
        distance = measure(line, hit, first, last)
        if distance is None:
            continue
        rank = hit.modifier.strength + _TOPIC * _is_topic(line, hit, draft), -distance
        if best is None or rank > best[0]:
            best = rank, hit
    if best is None or (slot == "stage" and best[0][1] < 0 and _in_list(line, best[1], hits)):
        return None
    return best[1], line


def _is_topic(line: Line, hit: Hit, draft: Draft) -> bool:
    """Tell whether a sentence on methods starts with the phase that all of them belong to."""
    return draft.predicate == "technique" and hit.modifier.slot == "stage" and hit.first <= int(line.kind == "item")


def _in_list(line: Line, hit: Hit, hits: list[Hit]) -> bool:
    """Tell whether a phase is one of a list of phases, so that what is said holds for all of them together."""
    for other in hits:
        if other.modifier.value in ("", hit.modifier.value):
            continue
        low, high = (other.last, hit.first) if other.last <= hit.first else (hit.last, other.first)
        if low < high and all(token.low in _LISTERS for token in line.tokens[low:high]):
            return True
    return False


def _carried_stage(lines: _Lines, reading: Reading, draft: Draft) -> tuple[Hit, Line] | None:
    """Take over the phase of the sentence before: for bare figures, and for a list of methods that goes on."""
    before = draft.sentence - 1
    line = lines.line(draft.sentence)
    if (
        before < 0
        or not line.tokens
        or reading.sentences[before].paragraph != reading.sentences[draft.sentence].paragraph
    ):
        return None
    opens = line.tokens[0].mention
    bare = opens is not None and opens.quantity is not None
    for hit in reversed(lines.hits(before, "stage")):
        if hit.modifier.direction == "self" or not hit.modifier.touches_predicate(draft.predicate):
            continue
        listed = draft.predicate == "technique" and _is_topic(lines.line(before), hit, draft)
        if listed or (bare and draft.value_start < _first_stop(line)):
            return hit, lines.line(before)
    return None


def _first_stop(line: Line) -> int:
    return next((token.start for token in line.tokens if token.low == ";"), line.tokens[-1].end)


def _title_doubts(reading: Reading, draft: Draft) -> bool:
    """Tell whether the headline says that what somebody tells of this very thing is doubted or denied."""
    if not isinstance(draft.value, str):
        return False
    title = reading.document.title
    doubt = _DOUBTED.search(title)
    return (
        doubt is not None and reading.text[draft.value_start : draft.value_end].lower() in title[doubt.end() :].lower()
    )


def _next_denies(lines: _Lines, reading: Reading, draft: Draft) -> tuple[Hit, Line] | None:
    """Find a cue in the next sentence of the paragraph that speaks of the sentence before it."""
    after = draft.sentence + 1
    if (
        after >= len(reading.sentences)
        or reading.sentences[after].paragraph != reading.sentences[draft.sentence].paragraph
    ):
        return None
    for hit in lines.hits(after, "modality"):
        if hit.modifier.direction == "previous":
            return hit, lines.line(after)
    return None


def _fill(draft: Draft, slot: str, found: tuple[Hit, Line] | None) -> None:
    if found is None:
        return
    hit, line = found
    value: Any = hit.modifier.value
    setattr(draft, slot, value)
    if value != _DEFAULTS[slot]:
        draft.cues[slot] = (line.tokens[hit.first].start, line.tokens[hit.last - 1].end)


def apply_context(reading: Reading) -> None:
    """Fill modality, stage and speaker of each draft that a rule has not filled, with the words that say so."""
    if not reading.drafts:
        return
    lines = _Lines(reading)
    speakers = Speakers(reading, lines.line)
    for draft in reading.drafts:
        speech = speakers.speech_of(draft)
        if speech is not None and speech.speaker is not None:
            draft.speaker = speech.speaker.name
            draft.cues["speaker"] = (speech.speaker.start, speech.speaker.end)
        if draft.modality == "asserted":
            found = _best(lines, draft, "modality")
            if speech is not None and found is None:
                found = _next_denies(lines, reading, draft)
            _fill(draft, "modality", found)
            if found is None and speech is not None and _title_doubts(reading, draft):
                draft.modality = "disputed"
                draft.cues["modality"] = (speech.start, speech.end)
            elif found is None and speech is not None and speech.judges:
                draft.modality = "estimated"
                draft.cues["modality"] = (speech.start, speech.end)
        if not draft.stage:
            _fill(draft, "stage", _best(lines, draft, "stage") or _carried_stage(lines, reading, draft))
