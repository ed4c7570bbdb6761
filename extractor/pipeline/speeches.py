"""Line -> speeches: who speaks in a sentence, and which of its words are the speaker's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from extractor.pipeline.lines import Hit, Line, find_hits
from extractor.pipeline.memory import Memory, is_known
from extractor.pipeline.names import is_listed, is_plain_name, speech_words
from extractor.pipeline.referents import Phrase, phrase_after, phrase_before
from extractor.pipeline.sources import find_cited, find_sources
from extractor.pipeline.speech import (
    QUOTE,
    Speech,
    ceiling_of,
    floor_of,
    is_judging,
    low_at,
    make_speech,
    names_somebody,
)

__all__ = ["find_speeches"]

_DASHES = frozenset({"–", "—", "-"})
_PARTED = frozenset({",", QUOTE, ":", ")", ";"}) | _DASHES
_CLOSERS = frozenset({",", ".", ";", QUOTE, ":", "!", "?", ")", "and", "who", "but"}) | _DASHES
_BARS = frozenset(
    "and but as that which while so because if than or is are was were has have had will would could said".split()
)
_AUXILIARIES = frozenset("is are was were may might can could will would should has had have".split())
_MADE_BY = frozenset({"written", "given", "shown", "told", "read", "posted"})
_LONGEST_ADVERBIAL = 14
_LONGEST_EDGE = 9
_LONGEST_OBJECT = 24  # tokens between "put" and "at"
_LONGEST_LEAD = 9  # tokens before the name that a sentence starts with


def _edge(line: Line, first: int) -> int:
    """Where a noun phrase starts whose name starts at a token: "attorney Kim", "the then head of research, Kim"."""
    for at in range(first, max(-1, first - _LONGEST_EDGE), -1):
        if at == 0 or line.tokens[at - 1].low in _PARTED:
            return at
        token = line.tokens[at - 1]
        if not (token.low[0].isalpha() or token.low == "'s") or token.low in _BARS or token.low.endswith(("ed", "ing")):
            return first
    return first


def _closes(line: Line, hit: Hit) -> int | None:
    """Tell where a clause of speech closes that goes before or amid what is said; None where this follows it."""
    at, count = hit.last, len(line.tokens)
    if at >= count or line.tokens[at].low in _CLOSERS:
        return at
    told = line.tokens[hit.first].low in speech_words("told")
    if not told and line.tokens[at].low not in speech_words("adverbial"):
        return None
    for place in range(at, min(count, at + _LONGEST_ADVERBIAL)):
        low = line.tokens[place].low
        if low in ("that", "how", "what") or (place > at and low in ("it", "he", "she", "they")):
            return None
        if low == "of" and told and not line.tokens[place - 1].upper:
            return None
        if low in _CLOSERS and low not in (")", "and"):
            return place
    return count if at + _LONGEST_ADVERBIAL >= count else None


def find_speeches(memory: Memory, line: Line) -> list[Speech]:
    """Find the speeches of a sentence: by verbs, by sources and accounts, by the handles of a newsletter."""
    return list(_Finder(memory, line).find())


class _Finder:
    def __init__(self, memory: Memory, line: Line) -> None:
        self._memory, self._line = memory, line

    def find(self) -> Iterator[Speech]:
        found: list[Speech] = []
        for hit in find_hits(self._line, "speaker"):
            if any(speech.at >= hit.first for speech in found):
                continue
            speech = self._of_verb(hit, found)
            if speech is not None:
                found.append(speech)
                if speech.speaker is not None:
                    self._memory.hear(speech.speaker, self._line)
        found += find_sources(self._memory, self._line)
        found += find_cited(self._memory, self._line, found)
        yield from found

    def _of_verb(self, hit: Hit, found: list[Speech]) -> Speech | None:
        line, memory = self._line, self._memory
        token = line.tokens[hit.first]
        verb = token.low
        if token.upper and hit.first and line.kind != "heading":
            return None  # the title of an item, or a name
        if low_at(line, hit.last) == "by":
            return self._passive(hit) if verb not in _MADE_BY else None
        if (inverted := self._inverted(hit)) is not None:
            return inverted
        phrase = phrase_before(memory, line, hit.first)
        if phrase is None and self._joins(hit):
            return self._of_participle(hit, found)
        if line.kind == "heading" and phrase is not None and not names_somebody(line, phrase):
            return None  # where all words have capitals, a name must be one of ours
        if phrase is None or (verb in speech_words("nouns") and not self._is_verb(hit, phrase)):
            return None
        handle = line.tokens[phrase.last - 1].low[0] == "@"
        if not handle and not self._speaks(hit, phrase):
            return None
        return self._with_scope(hit, phrase, handle=handle)

    def _joins(self, hit: Hit) -> bool:
        """Tell whether a verb has its subject in the clause before: ``..., adding that``, ``... and said that``."""
        verb, leads = self._line.tokens[hit.first].low, low_at(self._line, hit.first - 1)
        if verb.endswith("ing"):
            return leads in (",", "and", ")")
        return leads in ("and", "but") and (verb.endswith("ed") or verb in ("said", "told", "wrote", "spoke"))

    def _is_verb(self, hit: Hit, phrase: Phrase) -> bool:
        """Tell a verb from the noun that is written alike: "Kim claims", "they claim", but "the French state"."""
        words = self._lows(phrase.first, phrase.last - phrase.first)
        plural = words[-1]
        opener = is_plain_name(self._line.tokens[phrase.first])
        if opener and not is_known(self._memory, self._line, phrase.first, phrase.last):
            return False  # "Honourable mentions"
        if not (speech_words("staff") | speech_words("anonymous")).isdisjoint(words):
            return phrase.referent is not None
        bare = not self._line.tokens[hit.first].low.endswith("s") and phrase.last == hit.first
        return phrase.referent is not None and not (bare and plural not in ("they", "we", "both") and plural[-1] != "s")

    def _speaks(self, hit: Hit, phrase: Phrase) -> bool:
        """Tell whether a verb that does other work as well tells of speech here."""
        if hit.modifier.id == "speech_clause":
            return self._has_clause(hit, phrase)
        if hit.modifier.id == "speech_show":
            return self._has_paper(hit, phrase) or self._behind(hit, "as") is not None
        return True

    def _has_clause(self, hit: Hit, phrase: Phrase) -> bool:
        """Tell whether a clause or a quotation follows, at once or behind "in June", or the speech stands apart."""
        line = self._line
        following = low_at(line, hit.last)
        if following in speech_words("opens") or following in (QUOTE, ":"):
            return True
        if _closes(line, hit) is not None:
            return low_at(line, _edge(line, phrase.first) - 1) in _PARTED
        if following == "to":
            return line.tokens[hit.first].low in speech_words("promises")
        return following in speech_words("adverbial") and "that" in self._lows(hit.last, _LONGEST_ADVERBIAL)

    def _has_paper(self, hit: Hit, phrase: Phrase) -> bool:
        """Tell whether what shows, gives or lists is a paper, or is shown or said in one."""
        line = self._line
        words = self._lows(phrase.first, phrase.last - phrase.first)
        if not speech_words("papers").isdisjoint(words) or low_at(line, hit.last) in (":", "that", QUOTE):
            return True
        verb = line.tokens[hit.first].low
        if verb in speech_words("shows") and not speech_words("shown").isdisjoint(self._lows(hit.last, 3)):
            return True
        named = phrase.referent is not None and phrase.referent.kind != "paper"
        if phrase.referent is not None and is_judging(phrase.referent.name):
            return True
        if line.kind == "item" and named and verb in speech_words("newsletter"):
            return True
        lead = self._lows(0, phrase.first)
        return lead[:1] == ["in"] and not speech_words("papers").isdisjoint(lead)

    def _behind(self, hit: Hit, name: str) -> int | None:
        """Find the "at" of "put the cost at", the "as" of "describe it as"; None where there is none."""
        if self._line.tokens[hit.first].low not in speech_words(name):
            return None
        stop = min(len(self._line.tokens), hit.last + _LONGEST_OBJECT)
        if name == "at" and QUOTE in self._lows(hit.last, 4):
            return hit.last  # 'puts the bill "under $2m"'
        return next((at for at in range(hit.last, stop) if self._line.tokens[at].low == name), None)

    def _lows(self, first: int, count: int) -> list[str]:
        return [token.low for token in self._line.tokens[first : first + count]]

    def _with_scope(self, hit: Hit, phrase: Phrase, *, handle: bool) -> Speech | None:
        """Tell which words a verb and its subject cover: what follows, or what went before ``, Kim said on Monday``."""
        line, count = self._line, len(self._line.tokens)
        verb = line.tokens[hit.first].low
        for name in ("at", "as"):
            if (at := self._behind(hit, name)) is not None:
                return make_speech(line, phrase, verb, hit.last, range(at, count))
        if verb in speech_words("at") and hit.last - hit.first == 1:
            return None
        after = range(hit.last, self._end_of_quotation(hit.last))
        closes = _closes(line, hit)
        edge = _edge(line, phrase.first)
        leads = low_at(line, edge - 1)
        before = range(self._floor(edge, closes), edge)
        if edge > 1 and leads in _PARTED:
            if closes is not None:
                cited = closes >= count - 1
                return make_speech(
                    line, phrase, verb, hit.last, before, range(closes, ceiling_of(line, closes)), cited=cited
                )
            if low_at(line, hit.last) in speech_words("adverbial") and leads == ",":
                return make_speech(
                    line, phrase, verb, hit.last, before, after
                )  # ", it said in a paper that is to appear"
        elif closes is not None and edge > 1 and leads in ("that", "which", "as", "than", "what"):
            commas = (i + 1 for i in range(edge - 2, 0, -1) if line.tokens[i].low == ",")
            floor = 0 if leads == "as" else max(0, edge - _LONGEST_LEAD, next(commas, 0))
            return make_speech(line, phrase, verb, hit.last, range(floor, edge - 1), range(closes, count))
        if low_at(line, hit.last) in _AUXILIARIES and edge > 1:  # "a figure that Kim says is right"
            return make_speech(line, phrase, verb, hit.last, range(max(0, edge - _LONGEST_LEAD), edge), after)
        opens = low_at(line, hit.last) in ("that", QUOTE, ":")
        if (verb in speech_words("replies") and not opens) or (
            closes is not None and closes >= count - 1 and edge > 0 and not handle
        ):
            return None
        return make_speech(line, phrase, verb, hit.last, after)

    def _floor(self, edge: int, closes: int | None) -> int:
        """Where the words start that go before a speech: a word that joins clauses starts them, if it stands next."""
        line = self._line
        if low_at(line, edge - 1) == "," and low_at(line, edge - 2) in ("yet", "but", "and", "while", "although"):
            return edge - 2
        return 0 if closes is not None and closes >= len(line.tokens) - 1 else floor_of(line, edge)

    def _end_of_quotation(self, at: int) -> int:
        """Where the quotation ends that a token stands in: what is told in it goes no further."""
        marks = [i for i, token in enumerate(self._line.tokens) if token.low == QUOTE]
        inside = sum(mark < at for mark in marks) % 2 == 1
        return (
            next((mark for mark in marks if mark >= at), len(self._line.tokens)) if inside else len(self._line.tokens)
        )

    def _inverted(self, hit: Hit) -> Speech | None:
        """Read ``, said Kim`` and ``So says Kim``."""
        line, at = self._line, hit.first
        verb = line.tokens[at].low
        if at == 0 or low_at(line, at - 1) not in {",", QUOTE, "so", "as"} or verb.endswith("ing"):
            return None
        if verb in speech_words("told"):
            return None
        phrase = phrase_after(self._memory, line, hit.last)
        if phrase is None:
            return None
        following = low_at(line, phrase.last)
        if following and following not in _CLOSERS | speech_words("adverbial") | {"of"}:
            return None
        aside = self._lows(phrase.last + 1, 1) in (["who"], ["whose"], ["which"])
        ends = ceiling_of(line, phrase.last) if aside else phrase.last
        covers = (range(floor_of(line, at), at), range(ends, len(line.tokens)))
        cited = phrase.last >= len(line.tokens) - 1
        return make_speech(line, phrase, verb, hit.last, *covers, cited=cited)

    def _passive(self, hit: Hit) -> Speech | None:
        """Read ``is put at $90m by Kim``, ``as reported by Kim``: all of the clause is Kim's."""
        line = self._line
        phrase = phrase_after(self._memory, line, hit.last + 1)
        if phrase is None or phrase.referent is None:
            return None
        if not (names_somebody(line, phrase) or line.tokens[phrase.last - 1].upper):
            return None
        covers = range(floor_of(line, hit.first), hit.first), range(phrase.last, len(line.tokens))
        return make_speech(line, phrase, line.tokens[hit.first].low, phrase.last, *covers, cited=True)

    def _of_participle(self, hit: Hit, found: list[Speech]) -> Speech | None:
        """Read ``..., adding that``: the speaker is that of the clause before, or whom the sentence starts with."""
        line = self._line
        covers = range(hit.last, len(line.tokens))
        if found:
            start, end = line.tokens[hit.first].start, line.tokens[hit.last - 1].end
            return replace(found[-1], start=start, end=end, at=hit.first, covers=(covers,), cited=False)
        opens = next((i + 1 for i in range(hit.first) if line.tokens[i].low == ":"), 0)
        for at, token in enumerate(line.tokens[opens : min(hit.first, opens + _LONGEST_LEAD)], opens):
            if token.low in speech_words("anonymous"):
                return None
            if is_listed(token) or token.low[0] == "@" or is_plain_name(token):
                phrase = phrase_after(self._memory, line, at)
                return make_speech(line, phrase, token.low, hit.last, covers) if phrase is not None else None
        return None
