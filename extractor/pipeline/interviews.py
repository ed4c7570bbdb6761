"""Sentences -> whose answers they are, in an interview that is printed as questions and answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from extractor.pipeline.lines import Line
from extractor.pipeline.memory import Referent
from extractor.pipeline.names import is_plain_name, name_end, speech_words
from extractor.pipeline.readings import Reading, Sentence
from extractor.pipeline.speech import QUOTE, Speech

__all__ = ["find_answers"]

_LABELS = {"q": False, "question": False, "a": True, "answer": True}
_TURN = re.compile(r"\W{0,3}(?:\w[^:.!?]{0,40}:|[QA]\.)")
_LONGEST_QUESTION = 30
_FEWEST_QUESTIONS = 3


def find_answers(reading: Reading, line_of: Callable[[int], Line]) -> Mapping[int, Speech]:
    """Find the sentences that somebody answers with: after "Q:" and "A:", after a name and a colon, after questions."""
    found: dict[int, Speech] = {}
    paragraphs: dict[int, list[int]] = {}
    for index, sentence in enumerate(reading.sentences):
        paragraphs.setdefault(sentence.paragraph, []).append(index)
    turns = {
        i: label for i, s in enumerate(reading.sentences) if _is_turn(reading, s) and (label := _label(line_of(i)))
    }
    labels = Counter(turns.values())
    asked = [rows[0] for rows in paragraphs.values() if _asks(reading, rows, line_of)]
    start = asked[0] if len(asked) >= _FEWEST_QUESTIONS else None
    if start is None and not any(label in _LABELS or count > 1 for label, count in labels.items()):
        return found
    guest: Referent | None = None
    told = False
    for index in range(len(reading.sentences)):
        line = line_of(index)
        label = turns.get(index, "")
        if label in _LABELS:
            told, guest = _LABELS[label], guest or _guest(reading, line_of, index)
        elif label and labels[label] > 1:
            end = next(i for i, token in enumerate(line.tokens) if token.low == ":")
            told, guest = True, _referent(reading, line, 0, end)
        elif index == start:
            told, guest = True, _guest(reading, line_of, index)
        elif line.kind == "heading" and start is None:
            told = False
        if told and guest is not None:
            found[index] = Speech(guest, guest.start, guest.end, 0, (range(len(line.tokens)),))
    return found


def _is_turn(reading: Reading, sentence: Sentence) -> bool:
    """Tell, cheaply, whether a sentence can start with a name and a colon."""
    return sentence.kind == "prose" and _TURN.match(reading.text, sentence.start, sentence.end) is not None


def _label(line: Line) -> str:
    """The words before the colon that a turn starts with."""
    for at, token in enumerate(line.tokens[:4]):
        if at and (token.low == ":" or (at == 1 and token.low == "." and line.tokens[0].low in _LABELS)):
            first = line.tokens[0]
            named = first.low in _LABELS or (is_plain_name(first) and name_end(line, 0) == at)
            return " ".join(t.low for t in line.tokens[:at]) if named else ""
    return ""


def _asks(reading: Reading, rows: list[int], line_of: Callable[[int], Line]) -> bool:
    """Tell whether a paragraph is an interviewer's: short, unquoted, a question at its end."""
    last = reading.sentences[rows[-1]]
    if reading.text[last.end - 1] != "?" or reading.sentences[rows[0]].kind in ("item", "row"):
        return False
    words = sum(len(line_of(index).tokens) for index in rows)
    return words <= _LONGEST_QUESTION and all(t.low != QUOTE for i in rows for t in line_of(i).tokens)


def _referent(reading: Reading, line: Line, first: int, last: int) -> Referent:
    start, end = line.tokens[first].start, line.tokens[last - 1].end
    return Referent(" ".join(reading.source[start:end].split()), "person", start, end)


def _guest(reading: Reading, line_of: Callable[[int], Line], stop: int) -> Referent | None:
    """Find who is interviewed: the first one above the questions with a name of two words, or of our list."""
    for listed in (False, True):
        for index in range(stop):
            line = line_of(index)
            if line.kind == "heading" and not listed:
                continue
            for first, last in _names(line):
                return _referent(reading, line, first, last)
    return None


def _names(line: Line) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(line.tokens):
        if is_plain_name(line.tokens[at]):
            last = name_end(line, at)
            first = at
            while first < last - 1 and (
                line.tokens[first].low in speech_words("titles") or line.tokens[first].low == "."
            ):
                first += 1
            mention = line.tokens[first].mention
            if last - first in (2, 3) or mention is not None:
                yield first, last
            at = last
        else:
            at += 1
