"""What a speech is: who speaks, and which words of a sentence are the speaker's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from extractor.pipeline.lines import Line
from extractor.pipeline.memory import Referent
from extractor.pipeline.names import is_listed, speech_words
from extractor.pipeline.referents import Phrase
from extractor.schema import read_list, spellings

__all__ = ["QUOTE", "Speech", "ceiling_of", "floor_of", "is_judging", "low_at", "make_speech", "names_somebody"]

QUOTE = '"'
_GOES_ON = frozenset({"it", "he", "she", "they", "its", "that", "this"})


@dataclass(frozen=True, slots=True)
class Speech:
    """One act of speech in a sentence.

    Attributes:
        speaker: who speaks; None for one who stays unnamed.
        start, end: offsets of the words that tell of it.
        at: the token of its verb.
        covers: the ranges of tokens that it puts into the speaker's mouth.
        judges: whether the speaker judges others' figures for a living, and did not just pass one on.
        lasts: whether it goes on in the sentences that follow in the same item of a newsletter.
        cited: whether it stands behind what it covers, as a source does: ``per Kim``, ``(@kim)``, ``, Kim said``.
    """

    speaker: Referent | None
    start: int
    end: int
    at: int
    covers: tuple[range, ...]
    judges: bool = False
    cited: bool = False
    lasts: bool = False

    def distance(self, first: int) -> int | None:
        """The number of tokens between the verb and a covered claim at token ``first``; None if not covered."""
        return abs(first - self.at) if any(first in covered for covered in self.covers) else None


@cache
def _judging() -> frozenset[str]:
    """Names of the organisations that estimate what others build."""
    builders = {name for row in read_list("models") for name in row["organisation"].split("|")}
    names: set[str] = set()
    for row in read_list("organisations"):
        if row["kind"] in ("research", "investor") and row["name"] not in builders:
            names.update(name.lower() for name in spellings(row))
    return frozenset(names)


def is_judging(name: str) -> bool:
    """Tell whether a name is that of an organisation that estimates what others build."""
    return name.lower() in _judging()


def make_speech(
    line: Line, phrase: Phrase, verb: str, last: int, *covers: range, cited: bool = False, lasts: bool = False
) -> Speech:
    """Make the speech of a noun phrase whose verb, or what stands for one, ends before token ``last``."""
    start, end = line.tokens[phrase.first].start, line.tokens[phrase.last - 1].end
    first, stop = min(start, line.tokens[last - 1].start), max(end, line.tokens[last - 1].end)
    name = phrase.referent.name if phrase.referent is not None else ""
    judges = is_judging(name) and verb not in speech_words("findings")
    lasts = lasts or (name.startswith("@") and not cited)
    return Speech(phrase.referent, first, stop, last - 1, covers, judges, cited, lasts)


def names_somebody(line: Line, phrase: Phrase) -> bool:
    """Tell whether a phrase holds a name of our lists, a handle, or a paper."""
    tokens = line.tokens[phrase.first : phrase.last]
    return any(t.low[0] == "@" or is_listed(t) or t.low in speech_words("papers") for t in tokens)


def low_at(line: Line, at: int) -> str:
    """The word at a token, lower case; empty outside of the sentence."""
    return line.tokens[at].low if 0 <= at < len(line.tokens) else ""


def floor_of(line: Line, at: int) -> int:
    """Where the clause before a token starts: behind the last ``;`` of prose; a newsletter's item is one clause."""
    if line.kind == "item":
        return 0
    return next((i + 1 for i in range(at - 1, -1, -1) if line.tokens[i].low == ";"), 0)


def ceiling_of(line: Line, at: int) -> int:
    """Where the clause that goes on behind a token ends: the next ``;`` of prose."""
    count = len(line.tokens)
    if line.kind == "item":
        return count
    stops = (i for i in range(at, count) if line.tokens[i].low == ";" and low_at(line, i + 1) not in _GOES_ON)
    return next(stops, count)
