"""Drafts -> drafts with modality, stage and speaker, in the manner of ConText.

The words that do it are data, in ``extractor/rules/modifiers``. Of the modifiers whose scope reaches a claim the
strongest fills its slot, of equals the nearest; the cue is kept as the slot's evidence.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

from extractor.pipeline.lines import Hit, Line, find_hits, make_headline, make_line, measure
from extractor.pipeline.readings import Draft, Reading
from extractor.pipeline.speakers import Speakers
from extractor.schema import read_list

__all__ = ["apply_context"]

# How many sentences behind a claim may hold the answer to it
_ANSWERED_WITHIN = 3
# A phase that opens a sentence on methods beats the names of the methods
_TOPIC = 20
_SHORT_INTRODUCTION = 7  # tokens of "Some of its figures:", for which the sentence before speaks
_NEGATIONS = frozenset("not never nor neither nobody didn't doesn't don't hasn't haven't".split())
_GOES_ON = frozenset("it this that first then".split())
_LEADS = frozenset("in during for at the a its their our".split())
_LISTERS = frozenset({",", "and", "or", "/", "through", "to", "&", "+"})
_DEFAULTS = {"modality": "asserted", "stage": ""}


class _Lines:
    """The lines of a reading, each cut once, with the hits of each slot."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lines: dict[int, Line] = {}
        self._hits: dict[tuple[int, str], list[Hit]] = {}

    @cached_property
    def title(self) -> Line:
        return make_headline(self._reading)

    def line(self, index: int) -> Line:
        if index not in self._lines:
            self._lines[index] = make_line(self._reading, index)
        return self._lines[index]

    def hits(self, index: int, slot: str) -> list[Hit]:
        key = (index, slot)
        if key not in self._hits:
            self._hits[key] = find_hits(self.line(index), slot)
        return self._hits[key]


def _place(line: Line, draft: Draft) -> tuple[int, int]:
    """The tokens of a draft's value, half-open."""
    return line.at(draft.value_start), line.at(max(draft.value_start, draft.value_end - 1)) + 1


def _best(lines: _Lines, draft: Draft, slot: str) -> tuple[Hit, Line] | None:
    """Choose the modifier of a slot that holds for a draft: the strongest one, of equals the nearest."""
    line = lines.line(draft.sentence)
    first, last = _place(line, draft)
    best: tuple[tuple[int, int], Hit] | None = None
    hits = lines.hits(draft.sentence, slot)
    for hit in hits:
        if slot == "modality" and hit.modifier.value == _DEFAULTS[slot]:
            continue
        if not hit.modifier.touches_predicate(draft.predicate):
            continue
        distance = measure(line, hit, first, last)
        if distance is None or (slot == "stage" and distance and _in_list(line, hit, hits)):
            continue
        rank = hit.modifier.strength + _TOPIC * _is_topic(line, hit, draft), -distance
        if best is None or rank > best[0]:
            best = rank, hit
    if best is None or (slot == "stage" and best[0][1] < 0 and _is_built_in(draft)):
        return None
    return best[1], line


@cache
def _built_in() -> frozenset[str]:
    return frozenset(row["name"] for row in read_list("techniques") if row["kind"] in ("architecture", "minor"))


def _is_built_in(draft: Draft) -> bool:
    """Tell whether a technique is of the model's design, so that it belongs to no phase: mixture of experts."""
    return draft.predicate == "technique" and draft.value in _built_in()


def _is_topic(line: Line, hit: Hit, draft: Draft) -> bool:
    """Tell whether a sentence on methods starts with the phase that all of them belong to."""
    return draft.predicate == "technique" and hit.modifier.slot == "stage" and _opens_line(line, hit)


def _opens_line(line: Line, hit: Hit) -> bool:
    """Tell whether a cue is the first thing that a sentence says: "In the post-training stage", "- Alignment"."""
    first = int(line.kind == "item")
    while first < len(line.tokens) and line.tokens[first].low in _LEADS:
        first += 1
    return hit.first <= first


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
    """Take over the phase of the sentence before: for bare figures, for "it took", and for a list of methods."""
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
    goes_on = line.tokens[0].low in _GOES_ON
    for hit in reversed(lines.hits(before, "stage")):
        if hit.modifier.direction == "self" or not hit.modifier.touches_predicate(draft.predicate):
            continue
        listed = draft.predicate == "technique" and _is_topic(lines.line(before), hit, draft)
        told_of = bare or (goes_on and _opens_line(lines.line(before), hit))
        if listed or (told_of and draft.value_start < _first_stop(line)):
            return hit, lines.line(before)
    return None


def _first_stop(line: Line) -> int:
    return next((token.start for token in line.tokens if token.low == ";"), line.tokens[-1].end)


def _carried_over(lines: _Lines, reading: Reading, draft: Draft) -> tuple[Hit, Line] | None:
    """Take over what the sentence above a list says of all its items: "would have cost, at cloud rates:"."""
    index = draft.sentence
    if reading.sentences[index].kind != "item":
        return _carried_on(lines, reading, draft)
    while index >= 0 and reading.sentences[index].kind == "item":
        index -= 1
    if index < 0 or not reading.text[: reading.sentences[index].end].endswith(":"):
        return None
    short = len(lines.line(index).tokens) <= _SHORT_INTRODUCTION
    for above in (index, index - 1) if short else (index,):
        if above < 0 or reading.sentences[above].paragraph != reading.sentences[index].paragraph:
            return None
        if (hit := _reaches_end(lines, above)) is not None:
            return hit, lines.line(above)
    return None


def _reaches_end(lines: _Lines, index: int) -> Hit | None:
    """The strongest modifier of a sentence that still holds where it ends."""
    line = lines.line(index)
    end = len(line.tokens)
    reaching = [
        hit
        for hit in lines.hits(index, "modality")
        if hit.modifier.value != _DEFAULTS["modality"] and measure(line, hit, end, end) is not None
    ]
    return max(reaching, key=lambda hit: (hit.modifier.strength, hit.first), default=None)


def _carried_on(lines: _Lines, reading: Reading, draft: Draft) -> tuple[Hit, Line] | None:
    """Take over what a question asks of its answer, and what a correction takes back with "It also"."""
    before = draft.sentence - 1
    if before < 0 or reading.sentences[before].paragraph != reading.sentences[draft.sentence].paragraph:
        return None
    above = lines.line(before)
    if reading.text[reading.sentences[before].end - 1] in "?:" and len(above.tokens) <= _SHORT_INTRODUCTION:
        hit = _reaches_end(lines, before)
        return (hit, above) if hit is not None and hit.modifier.value == "planned" else None
    if "also" not in lines.line(draft.sentence).words[:3]:
        return None
    hits = lines.hits(before, "modality")
    wrong = next((hit for hit in hits if hit.modifier.id == "correction" and _opens_line(above, hit)), None)
    return (wrong, above) if wrong is not None else None


def _is_told(lines: _Lines, draft: Draft) -> bool:
    """Tell whether words of accusation, or a question, make a claim somebody's say-so, which others may deny."""
    line = lines.line(draft.sentence)
    first, last = _place(line, draft)
    return line.tokens[-1].low == "?" or any(
        hit.modifier.value == _DEFAULTS["modality"] and measure(line, hit, first, last) is not None
        for hit in lines.hits(draft.sentence, "modality")
        if hit.modifier.direction == "forward"
    )


def _denied_behind(lines: _Lines, reading: Reading, draft: Draft) -> tuple[Hit, Line] | None:
    """Find a cue behind that answers what was told: in the paragraph, or at the start of the next one."""
    paragraph = reading.sentences[draft.sentence].paragraph
    for after in range(draft.sentence, min(draft.sentence + 1 + _ANSWERED_WITHIN, len(reading.sentences))):
        step = reading.sentences[after].paragraph - paragraph
        if step > 1 or (step and reading.sentences[after].kind != "prose"):
            return None
        line = lines.line(after)
        last = _place(line, draft)[1] if after == draft.sentence else 0
        for hit in lines.hits(after, "modality"):
            if hit.modifier.direction == "previous" and hit.first >= last and not _is_negated(line, hit):
                return None if _stands_between(reading, draft, line.tokens[hit.first].start) else (hit, line)
        if step:
            return None
    return None


def _stands_between(reading: Reading, draft: Draft, answer: int) -> bool:
    """Tell whether another claim stands nearer to an answer, in a later sentence, so that the answer is to that one."""
    return any(d.sentence > draft.sentence and d.value_end <= answer for d in reading.drafts)


def _is_negated(line: Line, hit: Hit) -> bool:
    """Tell whether a denial is denied itself: "did not dispute the figure"."""
    return any(token.low in _NEGATIONS for token in line.tokens[max(0, hit.first - 2) : hit.first])


def _title_doubts(lines: _Lines, reading: Reading, draft: Draft, told: bool) -> bool:
    """Tell whether the headline says that what somebody tells of this very thing is doubted or denied."""
    title = lines.title
    doubts = [
        h for h in find_hits(title, "modality") if h.modifier.direction == "previous" or h.modifier.id == "dispute"
    ]
    if not doubts:
        return False
    if told:
        return True
    named = reading.text[draft.value_start : draft.value_end].lower()
    return (
        isinstance(draft.value, str) and named in reading.document.title[title.tokens[doubts[0].last - 1].end :].lower()
    )


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
    corrected: list[Draft] = []
    for draft in reading.drafts:
        speech = speakers.speech_of(draft)
        if speech is not None and speech.speaker is not None:
            draft.speaker = speech.speaker.name
            draft.cues["speaker"] = (speech.speaker.start, speech.speaker.end)
        if draft.modality == "asserted":
            found = _best(lines, draft, "modality") or _carried_over(lines, reading, draft)
            told = _is_told(lines, draft)
            if told or speech is not None:
                answer = _denied_behind(lines, reading, draft)
                if answer and (not found or answer[0].modifier.strength > found[0].modifier.strength):
                    found = answer
            _fill(draft, "modality", found)
            figure = not isinstance(draft.value, str)
            if found is not None and figure and found[0].modifier.id.startswith("correction"):
                corrected.append(draft)
            if found is None and (told or speech is not None) and _title_doubts(lines, reading, draft, told):
                draft.modality = "disputed"
                draft.cues["modality"] = (draft.value_start, draft.value_end)
            elif found is None and speech is not None and speech.judges:
                draft.modality = "estimated"
                draft.cues["modality"] = (speech.start, speech.end)
        if not draft.stage:
            _fill(draft, "stage", _best(lines, draft, "stage") or _carried_stage(lines, reading, draft))
    _take_back(reading, corrected)
    _tell_openings(reading)


def _take_back(reading: Reading, corrected: list[Draft]) -> None:
    """Deny a figure wherever it stands that an erratum of the same text says is wrong."""
    for wrong in corrected:
        for draft in reading.drafts:
            same = (draft.predicate, draft.value) == (wrong.predicate, wrong.value)
            if same and draft.sentence < wrong.sentence and draft.modality == "asserted":
                draft.modality, draft.cues["modality"] = wrong.modality, wrong.cues["modality"]


def _tell_openings(reading: Reading) -> None:
    """Give a claim of the headline or the first paragraph the speaker whom the text names for the same fact."""
    lead = next((sentence.paragraph for sentence in reading.sentences if sentence.kind == "prose"), 0)
    told = {(draft.predicate, draft.value): draft for draft in reversed(reading.drafts) if draft.speaker}
    for draft in reading.drafts:
        sentence = reading.sentences[draft.sentence]
        teller = told.get((draft.predicate, draft.value))
        if teller is not None and not draft.speaker and (sentence.kind == "heading" or sentence.paragraph == lead):
            draft.speaker, draft.cues["speaker"] = teller.speaker, teller.cues["speaker"]
