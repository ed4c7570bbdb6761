"""Sentences -> who says what: the speeches of a document, with the words that each of them covers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from extractor.pipeline.lines import Hit, Line, find_hits
from extractor.pipeline.names import is_listed, speech_words
from extractor.pipeline.readings import Draft, Reading
from extractor.pipeline.referents import Memory, Phrase, Referent, phrase_after, phrase_before
from extractor.schema import read_list, spellings

__all__ = ["Speakers", "Speech"]

_QUOTE = '"'
_PARTED = frozenset({",", _QUOTE, "–", "—", "-", ":", ")"})
_CLOSERS = frozenset({",", ".", ";", "–", "—", _QUOTE, ":", "!", "?", ")", "and", "who"})
_CITED = "cited"
_NOT_CITED = frozenset({"(", ":", "", "from", "like", "to", "with", "for", "of", "and", "at"})
_LONGEST_ADVERBIAL = 12
_LONGEST_LEAD = 9  # tokens before the name that a sentence starts with
_REPORTED = frozenset({"would", "could", "reportedly"})
_GOES_ON = frozenset({"it", "they", "its", "the", "this", "both"})


@dataclass(frozen=True, slots=True)
class Speech:
    """One act of speech in a sentence.

    Attributes:
        speaker: who speaks; None for one who stays unnamed.
        start, end: offsets of the words that tell of it.
        at: the token of its verb.
        covers: the ranges of tokens that it puts into the speaker's mouth.
        rank: what wins where several cover a claim: 0 a handle that speaks, 1 one that is cited, 2 all else.
        judges: whether the speaker judges others' figures for a living, and did not just pass one on.
    """

    speaker: Referent | None
    start: int
    end: int
    at: int
    covers: tuple[range, ...]
    judges: bool = False
    rank: int = 2

    def distance(self, first: int) -> int | None:
        """The number of tokens between the verb and a covered claim at token ``first``; None if not covered."""
        return abs(first - self.at) if any(first in covered for covered in self.covers) else None


@cache
def _judging() -> frozenset[str]:
    """Names of the organisations that estimate what others build."""
    builders = {name for row in read_list("models") for name in row["organisation"].split("|")}
    names = set()
    for row in read_list("organisations"):
        if row["kind"] in ("research", "investor") and row["name"] not in builders:
            names.update(spellings(row))
    return frozenset(names)


@cache
def _phrases(name: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """A list of ``speech.yml`` by first word, longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in speech_words(name):
        words = tuple(phrase.split(" "))
        found.setdefault(words[0], []).append(words)
    return {word: tuple(sorted(rows, key=len, reverse=True)) for word, rows in found.items()}


def _phrase_at(line: Line, at: int, name: str) -> int | None:
    """The end of a phrase of a list that starts at a token."""
    for words in _phrases(name).get(line.tokens[at].low, ()):
        if tuple(t.low for t in line.tokens[at : at + len(words)]) == words:
            return at + len(words)
    return None


def _closes(line: Line, at: int) -> int | None:
    """Tell where a clause of speech closes whose verb stands before ``at``; None where another clause follows."""
    count = len(line.tokens)
    if at >= count or line.tokens[at].low in _CLOSERS:
        return at
    if line.tokens[at].low not in speech_words("adverbial") and not line.tokens[at - 1].low.startswith("t"):
        return None
    for place in range(at, min(count, at + _LONGEST_ADVERBIAL)):
        low = line.tokens[place].low
        if low in ("that", "how", "it", "he", "she", "they"):
            return None
        if low in _CLOSERS and low != ")":
            return place
    return count if at + _LONGEST_ADVERBIAL >= count else None


def _floor(line: Line, at: int) -> int:
    """Where the clause before a token starts: behind the last ``;``."""
    return next((i + 1 for i in range(at - 1, -1, -1) if line.tokens[i].low == ";"), 0)


def _rank(speech: Speech, others: list[Speech]) -> int:
    """Rank a speech; a cited account of one who speaks in the sentence is no other speaker ("@OpenAINewsroom")."""
    if speech.rank == 1 and speech.speaker is not None:
        account = speech.speaker.name.lstrip("@ ").lower()
        names = [o.speaker.name.replace(" ", "").lower() for o in others if o.speaker is not None and o is not speech]
        if any(account.startswith(name) or name.startswith(account) for name in names):
            return 3
    return speech.rank


class _Interview:
    """Follows the turns of an interview that is printed as ``Q: ... A: ...``: the answers are the last person's."""

    def __init__(self) -> None:
        self._guest: Referent | None = None
        self._answering = False

    def read(self, line: Line, memory: Memory) -> Speech | None:
        """Return the speech of an answer's sentence."""
        marks = [token.low for token in line.tokens[:2]]
        if marks[1:] == [":"] and marks[0] in ("q", "a"):
            self._answering = marks[0] == "a"
            self._guest = self._guest or memory.seen.get("person")
        elif line.kind == "heading":
            self._answering = False
        if not self._answering or self._guest is None:
            return None
        return Speech(self._guest, self._guest.start, self._guest.end, 0, (range(len(line.tokens)),))


class Speakers:
    """All speeches of a reading, found sentence by sentence as far as there are drafts."""

    def __init__(self, reading: Reading, line_of: Callable[[int], Line]) -> None:
        self._reading, self._line_of = reading, line_of
        self._speeches: list[list[Speech]] = []
        self._memory = Memory(reading)
        self._answers: dict[int, Speech] = {}
        self._quotes: list[bool] = []
        self._read(min(len(reading.sentences), max(draft.sentence for draft in reading.drafts) + 2))

    def _read(self, stop: int) -> None:
        paragraph, inside = -1, False
        interview = _Interview()
        for index in range(stop):
            line = self._line_of(index)
            if (speech := interview.read(line, self._memory)) is not None:
                self._answers[index] = speech
            if self._reading.sentences[index].paragraph != paragraph:
                paragraph, inside = self._reading.sentences[index].paragraph, False
            self._quotes.append(inside)
            inside ^= sum(token.low == _QUOTE for token in line.tokens) % 2 == 1
            speeches = list(self._find(line))
            self._speeches.append(speeches)
            self._memory.learn(line)
            for speech in speeches:
                if speech.speaker is not None:
                    self._memory.hear(speech.speaker, line)

    # finding ---------------------------------------------------------------------------------------------------------

    def _find(self, line: Line) -> Iterator[Speech]:
        found: list[Speech] = []
        for hit in find_hits(line, "speaker"):
            speech = self._of_verb(line, hit, found)
            if speech is not None:
                found.append(speech)
        found += self._of_sources(line)
        found += self._of_handles(line, found)
        yield from found

    def _make(self, line: Line, phrase: Phrase, verb: str, last: int, *covers: range) -> Speech:
        start = line.tokens[phrase.first].start
        end = max(line.tokens[last - 1].end, line.tokens[phrase.last - 1].end)
        name = phrase.referent.name if phrase.referent is not None else ""
        judges = name in _judging() and verb not in speech_words("findings")
        rank = 2 if not name.startswith("@") else int(verb == _CITED)
        return Speech(phrase.referent, min(start, line.tokens[last - 1].start), end, last - 1, covers, judges, rank)

    def _of_verb(self, line: Line, hit: Hit, found: list[Speech]) -> Speech | None:
        verb = line.tokens[hit.first].low
        if line.tokens[hit.first].upper and hit.first and line.kind != "heading":
            return None  # the title of an item, or a name
        if (inverted := self._inverted(line, hit)) is not None:
            return inverted
        phrase = phrase_before(self._memory, line, hit.first)
        if phrase is None and verb.endswith("ing") and hit.first and line.tokens[hit.first - 1].low in (",", "and"):
            return self._of_participle(line, hit, found)
        if phrase is None or (verb in speech_words("nouns") and (phrase.last != hit.first or phrase.referent is None)):
            return None
        handle = line.tokens[phrase.last - 1].low[0] == "@"
        that = hit.last < len(line.tokens) and line.tokens[hit.last].low == "that"
        if verb in speech_words("newsletter") and not (handle or that or line.kind == "item"):
            return None
        return self._with_scope(line, hit, phrase, handle=handle)

    def _with_scope(self, line: Line, hit: Hit, phrase: Phrase, *, handle: bool) -> Speech | None:
        """Tell which words a verb and its subject cover: what follows, or what went before ``, Kim said on Monday``."""
        verb = line.tokens[hit.first].low
        count = len(line.tokens)
        for name in ("at", "as"):
            if verb in speech_words(name):
                stop = min(count, hit.last + 24)
                at = next((i for i in range(hit.last, stop) if line.tokens[i].low == name), None)
                return self._make(line, phrase, verb, hit.last, range(at, count)) if at is not None else None
        closes = _closes(line, hit.last)
        parted = phrase.first > 1 and line.tokens[phrase.first - 1].low in _PARTED
        if parted and closes is not None:
            before = range(_floor(line, phrase.first), phrase.first)
            return self._make(line, phrase, verb, hit.last, before, range(closes, count))
        if closes is not None and phrase.first > 1 and line.tokens[phrase.first - 1].low in ("that", "which"):
            return self._make(
                line, phrase, verb, hit.last, range(max(0, phrase.first - _LONGEST_LEAD), phrase.first - 1)
            )
        that = hit.last < count and line.tokens[hit.last].low == "that"
        if (verb in speech_words("replies") and not that) or (
            closes is not None and closes >= count - 1 and phrase.first > 0 and not handle
        ):
            return None
        return self._make(line, phrase, verb, hit.last, range(hit.last, count))

    def _inverted(self, line: Line, hit: Hit) -> Speech | None:
        """Read ``, said Kim`` and ``So says Kim``."""
        at = hit.first
        if (
            at == 0
            or line.tokens[at].low not in speech_words("inverts")
            or line.tokens[at - 1].low not in {",", _QUOTE, "so"}
        ):
            return None
        phrase = phrase_after(self._memory, line, hit.last)
        if phrase is None:
            return None
        if phrase.last < len(line.tokens) and line.tokens[phrase.last].low not in _CLOSERS | speech_words(
            "adverbial"
        ) | {"of"}:
            return None
        covers = (range(_floor(line, at), at), range(phrase.last, len(line.tokens)))
        return self._make(line, phrase, line.tokens[at].low, hit.last, *covers)

    def _of_participle(self, line: Line, hit: Hit, found: list[Speech]) -> Speech | None:
        """Read ``..., adding that``: the speaker is that of the clause before, or whom the sentence starts with."""
        covers = range(hit.last, len(line.tokens))
        verb = line.tokens[hit.first].low
        if found:
            judges = found[-1].judges
            return Speech(
                found[-1].speaker,
                line.tokens[hit.first].start,
                line.tokens[hit.last - 1].end,
                hit.first,
                (covers,),
                judges,
            )
        for at, token in enumerate(line.tokens[: min(hit.first, _LONGEST_LEAD)]):
            if is_listed(token) or token.low[0] == "@" or (token.upper and token.mention is None):
                phrase = phrase_after(self._memory, line, at)
                return self._make(line, phrase, verb, hit.last, covers) if phrase is not None else None
        return None

    def _of_sources(self, line: Line) -> Iterator[Speech]:
        """Read ``according to Kim``, ``by Kim's estimate`` and ``Kim's own figure is``."""
        count = len(line.tokens)
        for at, token in enumerate(line.tokens):
            last = _phrase_at(line, at, "sources")
            if last is not None and last < count:
                phrase = phrase_after(self._memory, line, last)
                named = phrase is not None and any(
                    t.low[0] == "@" or is_listed(t) for t in line.tokens[phrase.first : phrase.last]
                )
                if phrase is not None and (named or token.low not in speech_words("needs_name")):
                    covers = range(_floor(line, at), at), range(phrase.last, count)
                    yield self._make(line, phrase, token.low, phrase.last, *covers)
            elif token.low == "'s" and at:
                yield from self._of_figure(line, at)
            elif token.low == "the" and at and line.tokens[at - 1].low == "by":
                plural = next((i for i in range(at + 1, min(count - 1, at + 4)) if line.tokens[i].low == "'"), None)
                if plural is not None:
                    yield from self._of_count(line, at, plural)

    def _of_figure(self, line: Line, mark: int) -> Iterator[Speech]:
        """Read what follows ``Kim's``: an estimate, a figure, a statement."""
        phrase = phrase_before(self._memory, line, mark)
        if phrase is None or phrase.referent is None:
            return
        before = line.tokens[phrase.first - 1].low if phrase.first else ""
        for noun in range(mark + 1, min(len(line.tokens), mark + 5)):
            if (last := _phrase_at(line, noun, "counts")) is not None and before in ("by", "in", "on"):
                covers = range(_floor(line, phrase.first), phrase.first)
                if phrase.first <= 2:
                    covers = range(last, len(line.tokens))
                yield self._make(line, phrase, "estimate", last, covers)
                return
            if (last := _phrase_at(line, noun, "figures")) is not None and before not in ("by", "in", "on", "of"):
                yield self._make(line, phrase, "estimate", last, range(last, len(line.tokens)))
                return
            named = line.tokens[noun].mention
            if not line.tokens[noun].low[0].isalnum() or (named is not None and named.kind == "MODEL"):
                return  # "it used Meta's open Llama model": what Meta made, not what it said

    def _of_count(self, line: Line, at: int, mark: int) -> Iterator[Speech]:
        """Read ``by the authors' count``, whose mark of possession is a bare apostrophe."""
        for noun in range(mark + 1, min(len(line.tokens), mark + 3)):
            last = _phrase_at(line, noun, "counts")
            phrase = phrase_before(self._memory, line, mark) if last is not None else None
            if last is not None and phrase is not None and phrase.referent is not None:
                covers = range(_floor(line, at), at - 1), range(last, len(line.tokens))
                yield self._make(line, phrase, "account", last, *covers)
                return

    def _of_handles(self, line: Line, found: list[Speech]) -> Iterator[Speech]:
        """Read a handle before a colon, or one that stands bare behind the words it is cited for.

        A handle in brackets or behind a colon is where the news was found, not who tells it.
        """
        spoken = {speech.speaker.start for speech in found if speech.speaker is not None}
        floor = 0
        for at, token in enumerate(line.tokens):
            if token.low[0] != "@" or len(token.low) < 3:
                continue
            phrase = phrase_after(self._memory, line, at)
            if phrase is None:
                continue
            follows = line.tokens[at + 1].low if at + 1 < len(line.tokens) else "."
            before = line.tokens[at - 1].low if at else ""
            if token.start not in spoken and follows == ":":
                yield self._make(line, phrase, ":", at + 1, range(at + 2, len(line.tokens)))
            elif token.start not in spoken and follows in (".", ",", ";") and before not in _NOT_CITED and at > floor:
                yield self._make(line, phrase, _CITED, at + 1, range(floor, at))
            floor = at + 1

    # asking ----------------------------------------------------------------------------------------------------------

    def speech_of(self, draft: Draft) -> Speech | None:
        """Find the speech that a draft's value stands in: in its sentence, or one that reaches over to it."""
        line = self._line_of(draft.sentence)
        first = line.at(draft.value_start)
        speeches = self._speeches[draft.sentence]
        own = [(d, speech) for speech in speeches if (d := speech.distance(first)) is not None]
        if own:
            return min(own, key=lambda pair: (_rank(pair[1], speeches), pair[0]))[1]
        if line.kind == "row":
            return self._of_table(draft)
        if draft.sentence in self._answers:
            return self._answers[draft.sentence]
        return None if speeches else self._carried(draft, line, first)

    def _of_table(self, draft: Draft) -> Speech | None:
        """Take the estimates of a table for those of the first one named above it who estimates for a living."""
        if draft.modality != "estimated":
            return None
        for sentence in self._reading.sentences[: draft.sentence]:
            for mention in sentence.mentions:
                name = self._memory.text(mention.start, mention.end)
                if mention.kind == "ORG" and name in _judging():
                    return Speech(
                        Referent(name, "organisation", mention.start, mention.end), mention.start, mention.end, 0, ()
                    )
        return None

    def _carried(self, draft: Draft, line: Line, first: int) -> Speech | None:
        """Find a speech of the paragraph that goes on in a sentence with none of its own."""
        quoted = self._quotes[draft.sentence] ^ (sum(t.low == _QUOTE for t in line.tokens[:first]) % 2 == 1)
        if quoted and (speech := self._beside(draft.sentence, after=True)) is not None:
            return speech
        before = self._beside(draft.sentence, after=False)
        if before is None or not line.tokens:
            return None
        words = [token.low for token in line.tokens[:first]]
        if not _REPORTED.isdisjoint(words) or " said to " in " ".join(words):
            return before
        if line.kind == "item" and before.speaker is not None and before.speaker.name.startswith("@"):
            return before if line.tokens[0].low in _GOES_ON else None
        return None

    def _beside(self, index: int, *, after: bool) -> Speech | None:
        """The speech of the sentence before, or of the one after, in the same paragraph."""
        paragraph = self._reading.sentences[index].paragraph
        for other in (index - 1, index + 1) if after else (index - 1,):
            same = 0 <= other < len(self._speeches) and self._reading.sentences[other].paragraph == paragraph
            if same and self._speeches[other]:
                return self._speeches[other][-1]
        return None
