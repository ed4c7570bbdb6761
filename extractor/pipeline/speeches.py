"""Line -> speeches: who speaks in a sentence, and which of its words are the speaker's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from extractor.pipeline.lines import Hit, Line, find_hits
from extractor.pipeline.names import is_listed, is_plain_name, name_start, speech_words
from extractor.pipeline.referents import Memory, Phrase, Referent, is_known, phrase_after, phrase_before
from extractor.schema import read_list, spellings

__all__ = ["QUOTE", "Speech", "find_speeches", "is_judging"]

QUOTE = '"'
_DASHES = frozenset({"–", "—", "-"})
_PARTED = frozenset({",", QUOTE, ":", ")", ";"}) | _DASHES
_CLOSERS = frozenset({",", ".", ";", QUOTE, ":", "!", "?", ")", "and", "who", "but"}) | _DASHES
_NOT_CITED = frozenset({":", "", "from", "like", "to", "with", "for", "of", "and", "at"})
_BARS = frozenset(
    "and but as that which while so because if than or is are was were has have had will would could said".split()
)
_HANDLE_DOES_NOT = frozenset("declined declines refused refuses asks asked inquired queried seeks sought requested and or , ) ]".split())
_AUXILIARIES = frozenset("is are was were may might can could will would should has had have".split())
_LONGEST_ADVERBIAL = 14
_OPENS_CLAUSE = frozenset({"", ":", "-", ".", ";", ",", "while", "and", "–", "—"})
_LONGEST_HEADING = 16
_LONGEST_EDGE = 9
_LONGEST_OBJECT = 24  # tokens between "put" and "at"
_LONGEST_LEAD = 9  # tokens before the name that a sentence starts with


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


def _low(line: Line, at: int) -> str:
    return line.tokens[at].low if 0 <= at < len(line.tokens) else ""


def _floor(line: Line, at: int) -> int:
    """Where the clause before a token starts: behind the last ``;`` of prose; a newsletter's item is one clause."""
    if line.kind == "item":
        return 0
    return next((i + 1 for i in range(at - 1, -1, -1) if line.tokens[i].low == ";"), 0)


def _ceiling(line: Line, at: int) -> int:
    """Where the clause that goes on behind a token ends: the next ``;`` of prose."""
    count = len(line.tokens)
    return next((i for i in range(at, count) if line.tokens[i].low == ";" and line.kind != "item"), count)


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
        found += self._of_sources()
        found += self._of_handles(found)
        found += self._of_heading()
        yield from found

    def _make(
        self, phrase: Phrase, verb: str, last: int, *covers: range, cited: bool = False, lasts: bool = False
    ) -> Speech:
        tokens = self._line.tokens
        start = tokens[phrase.first].start
        end = max(tokens[last - 1].end, tokens[phrase.last - 1].end)
        name = phrase.referent.name if phrase.referent is not None else ""
        judges = is_judging(name) and verb not in speech_words("findings")
        return Speech(
            phrase.referent,
            min(start, tokens[last - 1].start),
            end,
            last - 1,
            covers,
            judges,
            cited,
            lasts or (name.startswith("@") and not cited),
        )

    # verbs -----------------------------------------------------------------------------------------------------------

    def _of_verb(self, hit: Hit, found: list[Speech]) -> Speech | None:
        line, memory = self._line, self._memory
        token = line.tokens[hit.first]
        verb = token.low
        if token.upper and hit.first and line.kind != "heading":
            return None  # the title of an item, or a name
        if _low(line, hit.last) == "by":
            return self._passive(hit)
        if (inverted := self._inverted(hit)) is not None:
            return inverted
        phrase = phrase_before(memory, line, hit.first)
        if phrase is None and self._joins(hit):
            return self._of_participle(hit, found)
        if phrase is None or (verb in speech_words("nouns") and not self._is_verb(hit, phrase)):
            return None
        handle = line.tokens[phrase.last - 1].low[0] == "@"
        if not handle and not self._speaks(hit, phrase):
            return None
        return self._with_scope(hit, phrase, handle=handle)

    def _joins(self, hit: Hit) -> bool:
        """Tell whether a verb has its subject in the clause before: ``..., adding that``, ``... and said that``."""
        verb, leads = self._line.tokens[hit.first].low, _low(self._line, hit.first - 1)
        if verb.endswith("ing"):
            return leads in (",", "and", ")")
        return leads in ("and", "but") and (verb.endswith("ed") or verb in ("said", "told", "wrote", "spoke"))

    def _is_verb(self, hit: Hit, phrase: Phrase) -> bool:
        """Tell a verb from the noun that is written alike: "Kim claims", "they claim", but "the French state"."""
        words = self._lows(phrase.first, phrase.last - phrase.first)
        plural = words[-1]
        if not is_known(self._memory, self._line, phrase.first, phrase.last):
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
        following = _low(line, hit.last)
        if following in speech_words("opens") or following in (QUOTE, ":"):
            return True
        if _closes(line, hit) is not None:
            return _low(line, _edge(line, phrase.first) - 1) in _PARTED
        if following == "to":
            return line.tokens[hit.first].low in speech_words("promises")
        return following in speech_words("adverbial") and "that" in self._lows(hit.last, _LONGEST_ADVERBIAL)

    def _has_paper(self, hit: Hit, phrase: Phrase) -> bool:
        """Tell whether what shows, gives or lists is a paper, or is shown or said in one."""
        line = self._line
        words = self._lows(phrase.first, phrase.last - phrase.first)
        if not speech_words("papers").isdisjoint(words) or _low(line, hit.last) in (":", "that", QUOTE):
            return True
        verb = line.tokens[hit.first].low
        if verb in speech_words("shows") and not speech_words("shown").isdisjoint(self._lows(hit.last, 3)):
            return True
        named = phrase.referent is not None and phrase.referent.kind != "paper"
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
                return self._make(phrase, verb, hit.last, range(at, count))
        if verb in speech_words("at"):
            return None
        after = range(hit.last, count)
        closes = _closes(line, hit)
        edge = _edge(line, phrase.first)
        leads = _low(line, edge - 1)
        before = range(_floor(line, phrase.first), edge)
        if edge > 1 and leads in _PARTED:
            if closes is not None:
                cited = closes >= count - 1
                return self._make(phrase, verb, hit.last, before, range(closes, _ceiling(line, closes)), cited=cited)
            if _low(line, hit.last) in speech_words("adverbial") and leads == ",":
                return self._make(phrase, verb, hit.last, before, after)  # ", it said in a paper that is to appear"
        elif closes is not None and edge > 1 and leads in ("that", "which", "as", "than", "what"):
            commas = (i + 1 for i in range(edge - 2, 0, -1) if line.tokens[i].low == ",")
            floor = 0 if leads == "as" else max(0, edge - _LONGEST_LEAD, next(commas, 0))
            return self._make(phrase, verb, hit.last, range(floor, edge - 1), range(closes, count))
        if _low(line, hit.last) in _AUXILIARIES and edge > 1:  # "a figure that Kim says is right"
            return self._make(phrase, verb, hit.last, range(max(0, edge - _LONGEST_LEAD), edge), after)
        opens = _low(line, hit.last) in ("that", QUOTE, ":")
        if (verb in speech_words("replies") and not opens) or (
            closes is not None and closes >= count - 1 and phrase.first > 0 and not handle
        ):
            return None
        return self._make(phrase, verb, hit.last, after)

    def _inverted(self, hit: Hit) -> Speech | None:
        """Read ``, said Kim`` and ``So says Kim``."""
        line, at = self._line, hit.first
        verb = line.tokens[at].low
        if at == 0 or _low(line, at - 1) not in {",", QUOTE, "so", "as"} or verb.endswith("ing"):
            return None
        if verb in speech_words("told"):
            return None
        phrase = phrase_after(self._memory, line, hit.last)
        if phrase is None:
            return None
        following = _low(line, phrase.last)
        if following and following not in _CLOSERS | speech_words("adverbial") | {"of"}:
            return None
        aside = self._lows(phrase.last + 1, 1) in (["who"], ["whose"], ["which"])
        ends = _ceiling(line, phrase.last) if aside else phrase.last
        covers = (range(_floor(line, at), at), range(ends, len(line.tokens)))
        cited = phrase.last >= len(line.tokens) - 1
        return self._make(phrase, verb, hit.last, *covers, cited=cited)

    def _passive(self, hit: Hit) -> Speech | None:
        """Read ``is put at $90m by Kim``, ``as reported by Kim``: all of the clause is Kim's."""
        line = self._line
        phrase = phrase_after(self._memory, line, hit.last + 1)
        if phrase is None or phrase.referent is None or not self._is_named(phrase):
            return None
        covers = range(_floor(line, hit.first), hit.first), range(phrase.last, len(line.tokens))
        return self._make(phrase, line.tokens[hit.first].low, phrase.last, *covers, cited=True)

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
                return self._make(phrase, token.low, hit.last, covers) if phrase is not None else None
        return None

    # sources ---------------------------------------------------------------------------------------------------------

    def _is_named(self, phrase: Phrase) -> bool:
        tokens = self._line.tokens[phrase.first : phrase.last]
        return any(t.low[0] == "@" or is_listed(t) or t.low in speech_words("papers") for t in tokens)

    def _of_sources(self) -> Iterator[Speech]:
        """Read ``according to Kim``, ``by Kim's estimate``, ``a report by Kim`` and ``Kim's own figure is``."""
        line, count = self._line, len(self._line.tokens)
        for at, token in enumerate(line.tokens):
            last = _phrase_at(line, at, "sources")
            if last is None and token.low in ("source", "sources", "credit") and _low(line, at + 1) == ":":
                last = at + 2
            if last is None and token.low in speech_words("works") and _low(line, at + 1) in ("by", "from"):
                yield from self._of_work(at)
            elif last is not None and last < count:
                phrase = phrase_after(self._memory, line, last)
                if phrase is not None and (token.low not in speech_words("needs_name") or self._is_named(phrase)):
                    ends = count if at <= 2 else _ceiling(line, phrase.last)
                    covers = range(_floor(line, at), at), range(phrase.last, ends)
                    yield self._make(phrase, token.low, phrase.last, *covers, cited=at > 2)
            elif token.low in ("'s", "'") and at:
                yield from self._of_figure(at)
            elif token.low in ("their", "its", "his", "her") and at:
                yield from self._of_figure(at + 1)

    def _of_work(self, at: int) -> Iterator[Speech]:
        """Read ``figures from Kim show``, ``a report by Kim``."""
        line = self._line
        phrase = phrase_after(self._memory, line, at + 2)
        if phrase is not None and phrase.referent is not None and self._is_named(phrase):
            covers = range(_floor(line, at), at), range(phrase.last, len(line.tokens))
            yield self._make(phrase, "estimate", phrase.last, *covers)

    def _of_figure(self, mark: int) -> Iterator[Speech]:
        """Read what follows ``Kim's``: an estimate, a figure, a statement; and ``by Kim's count``."""
        line, count = self._line, len(self._line.tokens)
        phrase = phrase_before(self._memory, line, mark)
        if phrase is None or phrase.referent is None:
            return
        before = _low(line, phrase.first - 1)
        for noun in range(mark + (line.tokens[mark].low in ("'s", "'") if mark < count else 0), min(count, mark + 5)):
            if before in ("by", "in", "on", "from") and (last := _phrase_at(line, noun, "counts")) is not None:
                covers = range(_floor(line, phrase.first), phrase.first), range(last, count)
                yield self._make(phrase, "estimate", last, *covers, cited=phrase.first > 2)
                return
            if (
                before not in ("by", "in", "on", "of", "from")
                and (last := _phrase_at(line, noun, "figures")) is not None
            ):
                yield self._make(phrase, "estimate", last, range(last, count))
                return
            named = line.tokens[noun].mention
            if not line.tokens[noun].low[0].isalnum() or (named is not None and named.kind == "MODEL"):
                return  # "it used Meta's open Llama model": what Meta made, not what it said

    def _of_heading(self) -> Iterator[Speech]:
        """Read the words before the colon of an item: ``Kim on X:``, ``Kim's arithmetic:``, ``X, per Kim:``."""
        line, count = self._line, len(self._line.tokens)
        if line.kind != "item" or count < 3 or line.tokens[0].upper:
            return
        colon = next((at for at, token in enumerate(line.tokens[:_LONGEST_HEADING]) if token.low == ":"), 0)
        hits = {hit.first for hit in find_hits(line, "speaker") if hit.first < colon}
        for at in range(1, colon):
            token = line.tokens[at]
            after = _low(line, at + 1)
            person = token.mention is not None and token.mention.kind == "PERSON"
            source = _low(line, at - 1) in ("per", "by", "from", "via") and at + 1 == colon and token.upper
            if source or (person and (after in ("'s", "on", ":") or at + 1 in hits)):
                phrase = phrase_after(self._memory, line, name_start(line, at))
                if phrase is not None:
                    yield self._make(phrase, ":", colon, range(colon + 1, count), lasts=True)
                    return

    # newsletters -----------------------------------------------------------------------------------------------------

    def _of_handles(self, found: list[Speech]) -> Iterator[Speech]:
        """Read a handle before a colon or a verb, or one that stands bare behind the words it is cited for."""
        line = self._line
        spoken = {speech.speaker.start for speech in found if speech.speaker is not None}
        floor = 0
        for at, token in enumerate(line.tokens):
            if token.low[0] != "@" or len(token.low) < 3:
                continue
            phrase = phrase_after(self._memory, line, at)
            if phrase is None:
                continue
            follows = _low(line, at + 1) or "."
            before = _low(line, at - 1)
            if token.start not in spoken:
                if follows == ":":
                    yield self._make(phrase, ":", at + 1, range(at + 2, len(line.tokens)))
                elif follows in (".", ",", ";", ")", "]") and before not in _NOT_CITED and at > floor:
                    yield self._make(phrase, "cited", at + 1, range(floor, at), cited=True)
                elif follows[0].isalpha() and follows not in _HANDLE_DOES_NOT and before in _OPENS_CLAUSE:
                    yield self._make(phrase, "does", at + 1, range(at + 1, len(line.tokens)))
            floor = at + 1
