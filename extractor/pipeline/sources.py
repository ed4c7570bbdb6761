"""Line -> speeches without a verb of speech: sources, accounts, and the handles and headings of newsletters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from extractor.pipeline.lines import Line, find_hits
from extractor.pipeline.memory import Memory, make_referent
from extractor.pipeline.names import is_listed, name_end, name_start, speech_words
from extractor.pipeline.referents import Phrase, phrase_after, phrase_before
from extractor.pipeline.speech import Speech, ceiling_of, floor_of, low_at, make_speech, names_somebody

__all__ = ["find_cited", "find_sources"]

_NOT_CITED = frozenset({":", "", "from", "like", "to", "with", "for", "of", "and", "at"})
_HANDLE_DOES_NOT = frozenset(
    "declined declines refused refuses asks asked inquired queried seeks sought requested and or , ) ]".split()
)
_OPENS_CLAUSE = frozenset({"", ":", "-", ".", ";", ",", "while", "and", "–", "—", "'s"})
_LEADING = frozenset("source sources credit in 's ' their its his her".split())
_LONGEST_HEADING = 16
# A size behind "at" is nobody: "2T@60B"
_SIZE = re.compile(r"@\d[\d.]*[kmbt]?")
_LONGEST_ASIDE = 10  # tokens of ", minutes later and on the record:"


@cache
def _phrases(name: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """A list of ``speech.yml`` by first word, longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in speech_words(name):
        words = tuple(phrase.split(" "))
        found.setdefault(words[0], []).append(words)
    return {word: tuple(sorted(rows, key=len, reverse=True)) for word, rows in found.items()}


@cache
def _leading() -> frozenset[str]:
    """The words that lead to a source."""
    return speech_words("works") | _phrases("sources").keys() | _LEADING


def _phrase_at(line: Line, at: int, name: str) -> int | None:
    """The end of a phrase of a list that starts at a token."""
    for words in _phrases(name).get(line.tokens[at].low, ()):
        if line.words[at : at + len(words)] == words:
            return at + len(words)
    return None


def find_sources(memory: Memory, line: Line) -> Iterator[Speech]:
    """Find the sources that a sentence names: ``according to Kim``, ``by Kim's estimate``, ``a report by Kim``."""
    yield from _Finder(memory, line).of_sources()


def find_cited(memory: Memory, line: Line, found: list[Speech]) -> Iterator[Speech]:
    """Find whom a line of a newsletter is taken from, next to the speeches found: handles, and names in its heading."""
    finder = _Finder(memory, line)
    yield from finder.of_handles(found)
    yield from finder.of_heading()


class _Finder:
    def __init__(self, memory: Memory, line: Line) -> None:
        self._memory, self._line = memory, line

    def of_sources(self) -> Iterator[Speech]:
        """Read ``according to Kim``, ``by Kim's estimate``, ``a report by Kim`` and ``Kim's own figure is``."""
        line, count = self._line, len(self._line.tokens)
        sources, works = _phrases("sources"), speech_words("works")
        for at in [at for at, low in enumerate(line.words) if low in _leading()]:
            token = line.tokens[at]
            last = _phrase_at(line, at, "sources") if token.low in sources else None
            if last is None and token.low in ("source", "sources", "credit") and low_at(line, at + 1) == ":":
                last = at + 2
            if last is None and token.low in works and low_at(line, at + 1) in ("by", "from"):
                yield from self._of_work(at)
            elif last is not None and last < count:
                phrase = phrase_after(self._memory, line, last)
                if phrase is not None and (
                    token.low not in speech_words("needs_name") or names_somebody(self._line, phrase)
                ):
                    ends = count if at <= 2 else ceiling_of(line, phrase.last)
                    covers = range(floor_of(line, at), at), range(phrase.last, ends)
                    yield make_speech(self._line, phrase, token.low, phrase.last, *covers, cited=at > 2)
            elif token.low == "in" and low_at(line, at - 1) in ("", ".", ";", "-"):
                yield from self._of_place(at)
            elif token.low in ("'s", "'") and at:
                yield from self._of_figure(at)
            elif token.low in ("their", "its", "his", "her") and at:
                yield from self._of_figure(at + 1)

    def _of_place(self, at: int) -> Iterator[Speech]:
        """Read ``In the report, 900 GPUs are used``: what a clause says that opens with where it is written."""
        line = self._line
        written = next((i for i in range(at + 2, at + 5) if low_at(line, i) in speech_words("papers")), None)
        if written is not None and low_at(line, at + 1) in ("the", "its", "their"):
            phrase = phrase_after(self._memory, line, at + 1)
            if phrase is not None and phrase.last == written + 1:
                yield make_speech(line, phrase, "in", phrase.last, range(phrase.last, ceiling_of(line, phrase.last)))

    def _of_work(self, at: int) -> Iterator[Speech]:
        """Read ``figures from Kim show``, ``a report by Kim``."""
        line = self._line
        phrase = phrase_after(self._memory, line, at + 2)
        if phrase is not None and phrase.referent is not None and names_somebody(self._line, phrase):
            covers = range(floor_of(line, at), at), range(phrase.last, len(line.tokens))
            yield make_speech(self._line, phrase, "estimate", phrase.last, *covers)

    def _of_figure(self, mark: int) -> Iterator[Speech]:
        """Read what follows ``Kim's``: an estimate, a figure, a statement; and ``by Kim's count``."""
        line, count = self._line, len(self._line.tokens)
        phrase = phrase_before(self._memory, line, mark)
        if phrase is None or phrase.referent is None:
            return
        before = low_at(line, phrase.first - 1)
        for noun in range(mark + (line.tokens[mark].low in ("'s", "'") if mark < count else 0), min(count, mark + 5)):
            if before in ("by", "in", "on", "from") and (last := _phrase_at(line, noun, "counts")) is not None:
                covers = range(floor_of(line, phrase.first), phrase.first), range(last, count)
                yield make_speech(self._line, phrase, "estimate", last, *covers, cited=phrase.first > 2)
                return
            if (
                before not in ("by", "in", "on", "of", "from")
                and (last := _phrase_at(line, noun, "figures")) is not None
            ):
                yield make_speech(self._line, phrase, "estimate", last, range(last, count))
                return
            named = line.tokens[noun].mention
            if not line.tokens[noun].low[0].isalnum() or (named is not None and named.kind == "MODEL"):
                return  # "it used Meta's open Llama model": what Meta made, not what it said

    def of_heading(self) -> Iterator[Speech]:
        """Read the words before the colon of an item: ``Kim on X:``, ``Kim's arithmetic:``, ``X, per Kim:``."""
        line, count = self._line, len(self._line.tokens)
        if count < 3:
            return
        opener = line.tokens[0].mention
        if (opener is not None and opener.kind == "PERSON") or self._is_met(0):
            last = name_end(line, 0)
            aside = range(last + 1, min(count, last + _LONGEST_ASIDE)) if low_at(line, last) == "," else range(0)
            colon = next((at for at in aside if line.tokens[at].low == ":"), last)
            if low_at(line, colon) == ":" and (phrase := phrase_after(self._memory, line, 0)) is not None:
                yield make_speech(line, phrase, ":", colon, range(colon + 1, count))
        if line.kind != "item" or line.tokens[0].upper:
            return
        colon = next((at for at, token in enumerate(line.tokens[:_LONGEST_HEADING]) if token.low == ":"), 0)
        hits = {hit.first for hit in find_hits(line, "speaker") if hit.first < colon}
        if colon and (phrase := self._whose_item(colon)) is not None:
            yield make_speech(line, phrase, ":", colon, range(colon + 1, count), lasts=True)
            return
        for at in range(1, colon):
            token = line.tokens[at]
            after = low_at(line, at + 1)
            person = token.mention is not None and token.mention.kind == "PERSON"
            source = low_at(line, at - 1) in ("per", "by", "from", "via") and at + 1 == colon and token.upper
            if source or (person and (after in ("'s", "on", ":") or at + 1 in hits)):
                phrase = phrase_after(self._memory, line, name_start(line, at))
                if phrase is not None:
                    yield make_speech(self._line, phrase, ":", colon, range(colon + 1, count), lasts=True)
                    return

    def _whose_item(self, colon: int) -> Phrase | None:
        """Read whose work an item is on: ``Larkfield tech report:``, ``A new method (Larkfield):``."""
        line = self._line
        if low_at(line, colon - 1) == ")" and is_listed(line.tokens[colon - 2]):
            first = next((at for at in range(colon - 2, 0, -1) if line.tokens[at].low == "("), 0) + 1
            within = line.tokens[first : colon - 1]
            if first > 1 and all(is_listed(token) or token.low in ("/", "&", "and", ",") for token in within):
                return Phrase(first, colon - 1, make_referent(self._memory, line, first, colon - 1, "organisation"))
        if low_at(line, colon - 1) in speech_words("papers"):
            named = next((at for at in range(colon - 2, 0, -1) if is_listed(line.tokens[at])), 0)
            if named and all(not token.upper for token in line.tokens[named + 1 : colon - 1]):
                return phrase_after(self._memory, line, name_start(line, named))
        return None

    def _is_met(self, at: int) -> bool:
        """Tell whether a name of no list is that of one who was met before by a longer name."""
        token = self._line.tokens[at]
        return token.mention is None and token.upper and token.low in self._memory.people

    # newsletters -----------------------------------------------------------------------------------------------------

    def of_handles(self, found: list[Speech]) -> Iterator[Speech]:
        """Read a handle before a colon or a verb, or one that stands bare behind the words it is cited for."""
        line = self._line
        spoken = {speech.speaker.start for speech in found if speech.speaker is not None}
        floor = 0
        for at in [at for at, low in enumerate(line.words) if low[0] == "@" and len(low) > 2]:
            token = line.tokens[at]
            if _SIZE.fullmatch(token.low):
                continue
            phrase = phrase_after(self._memory, line, at)
            if phrase is None:
                continue
            follows = low_at(line, at + 1) or "."
            before = low_at(line, at - 1)
            if token.start not in spoken:
                if follows == ":":
                    yield make_speech(self._line, phrase, ":", at + 1, range(at + 2, len(line.tokens)))
                elif follows in (".", ",", ";", ")", "]") and before not in _NOT_CITED and at > floor:
                    yield make_speech(self._line, phrase, "cited", at + 1, range(floor, at), cited=True)
                elif follows[0].isalpha() and follows not in _HANDLE_DOES_NOT and before in _OPENS_CLAUSE:
                    yield make_speech(self._line, phrase, "does", at + 1, range(at + 1, len(line.tokens)))
            floor = at + 1
