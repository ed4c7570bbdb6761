"""Noun phrase beside a verb of speech -> who is meant: a name, or what a pronoun or "the company" points back to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from extractor.pipeline.lines import Line
from extractor.pipeline.names import (
    NO_NAMES,
    is_listed,
    is_name,
    is_plain_name,
    name_end,
    name_start,
    owns,
    speech_words,
    strip_titles,
)
from extractor.pipeline.readings import Mention, Reading

__all__ = ["Memory", "Phrase", "Referent", "phrase_after", "phrase_before"]

Kind = Literal["person", "organisation", "group", "paper"]

_PERSON = frozenset({"he", "she"})
_ORGANISATION = frozenset({"it"})
_GROUP = frozenset({"they"})
_DETERMINERS = frozenset({"the", "its", "their", "a", "an", "this", "that", "his", "her", "our", "these", "those"})
_COUNTS = frozenset(["one", "two", "three", "four", "five", "several", "some", "many", "most", "few", "both", "other"])
_OWNERS = frozenset({"its", "their", "'s"})
_OF = frozenset({"at", "of", "from", "for", "with", "by"})
_RECENT = 2  # sentences that "they" looks back over
_FORMS_OF_ADDRESS = frozenset({"mr", "mrs", "ms", "dr", "prof", "professor", "sir", "dame"})
_LONGEST_APPOSITION = 16


@dataclass(frozen=True, slots=True)
class Referent:
    """Somebody who can speak: the name as written, without titles, and where it stands."""

    name: str
    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase of tokens ``first`` to ``last``, half-open; ``referent`` is None for one who stays unnamed."""

    first: int
    last: int
    referent: Referent | None


@dataclass(slots=True)
class Memory:
    """Who was named last, of each kind, so that "she" and "the company" can be resolved.

    Attributes:
        seen: the last one of each kind.
        speaker: who spoke last, and in which sentence.
        author: whose paper was last spoken of.
    """

    reading: Reading
    seen: dict[Kind, Referent] = field(default_factory=dict)
    speaker: Referent | None = None
    spoke_in: int = -1
    author: Referent | None = None
    staff: tuple[int, Referent] | None = None

    def learn(self, line: Line) -> None:
        """Take in the people and organisations of a sentence: its last person, its first organisation."""
        fresh = True
        for mention in self.reading.sentences[line.sentence].mentions:
            if mention.kind == "PERSON":
                self._see(mention, "person")
            elif mention.kind == "ORG" and fresh and not self._stands_aside(mention, line):
                fresh = False
                self._see(mention, "organisation")
        last = name_end(line, 0) if line.tokens and is_plain_name(line.tokens[0]) else 0
        if last in (2, 3) and last < len(line.tokens) and line.tokens[last].low in speech_words("leads"):
            self.seen["person"] = _referent(self, line, 0, last, "person")
        for at, token in enumerate(line.tokens):
            if token.low[0] == "@" and at + 1 < len(line.tokens) and line.tokens[at + 1].low.isalpha():
                self.seen["person"] = _referent(self, line, at, at + 1, "person")
            elif at == 1 and token.low in speech_words("authors") and line.tokens[0].low == "the":
                self.staff = line.sentence, self.author or _referent(self, line, 0, 2, "group")
            elif token.low in speech_words("titles") and not token.acronym:
                self._meet(line, at)
            elif token.low in speech_words("staff") and at + 2 < len(line.tokens) and line.tokens[at + 1].low in _OF:
                phrase = phrase_after(self, line, at + 2)
                if phrase is not None and phrase.referent is not None:
                    self.staff = line.sentence, phrase.referent

    def _stands_aside(self, mention: Mention, line: Line) -> bool:
        """Tell whether an organisation is only whose thing it is ("it used Meta's Llama"), or whom somebody told."""
        owner = self.reading.text.startswith("'s", mention.end)
        return mention.detail == "media" or (owner and mention.start > self.reading.sentences[line.sentence].start)

    def _see(self, mention: Mention, kind: Kind) -> None:
        self.seen[kind] = Referent(self.text(mention.start, mention.end), kind, mention.start, mention.end)

    def _meet(self, line: Line, title: int) -> None:
        """Take in a person of no list whom a title introduces: "founder Kim Tae-yoon", two of them as a group."""
        first = title + 1 + (title + 1 < len(line.tokens) and line.tokens[title + 1].low == ".")
        if first >= len(line.tokens) or not is_plain_name(line.tokens[first]):
            return
        last = name_end(line, first)
        if last - first < 2 and line.tokens[title].low not in _FORMS_OF_ADDRESS:
            return
        person = _referent(self, line, first, last, "person")
        self.seen["person"] = person
        if last + 2 < len(line.tokens) and line.tokens[last].low == "and" and is_plain_name(line.tokens[last + 1]):
            end = name_end(line, last + 1)
            self.staff = line.sentence, _referent(self, line, first, end, "group")

    def hear(self, speaker: Referent, line: Line) -> None:
        """Take in who spoke in a sentence."""
        self.seen[speaker.kind] = speaker
        self.speaker, self.spoke_in = speaker, line.sentence
        if speaker.kind != "person" and any(token.low in speech_words("papers") for token in line.tokens):
            self.author = speaker

    def text(self, start: int, end: int) -> str:
        """The words of the document itself, as one line."""
        return " ".join(self.reading.source[start:end].split())

    def resolve(self, kind: Kind, line: Line, at: int) -> Referent | None:
        """Find the last one of a kind before a token."""
        wanted = "PERSON" if kind == "person" else "ORG"
        found = None
        for mention in self.reading.sentences[line.sentence].mentions:
            if at < len(line.tokens) and mention.start >= line.tokens[at].start:
                break
            if (mention.kind == wanted or (kind != "person" and owns(self.reading, mention))) and (
                found is None or kind == "person"
            ):
                found = mention
        if found is not None:
            return Referent(self.text(found.start, found.end), kind, found.start, found.end)
        return self.seen.get(kind)

    def group(self, line: Line) -> Referent | None:
        """Find whom "they" means: who spoke just now, or whose staff was named."""
        if self.staff is not None and line.sentence - self.staff[0] <= _RECENT and self.staff[0] >= self.spoke_in:
            return self.staff[1]
        recent = self.speaker is not None and line.sentence - self.spoke_in <= _RECENT
        return self.speaker if recent and self.speaker is not None and self.speaker.kind != "person" else None


def _span(line: Line, first: int, last: int) -> tuple[int, int]:
    return line.tokens[first].start, line.tokens[last - 1].end


def _referent(memory: Memory, line: Line, first: int, last: int, kind: Kind) -> Referent:
    start, end = _span(line, first, last)
    return Referent(memory.text(start, end), kind, start, end)


def _known(memory: Memory, line: Line, first: int, last: int) -> bool:
    """Tell whether a capital that opens a sentence is a name's: it is written so elsewhere, too."""
    token = line.tokens[first]
    if last - first > 1 or token.mention is not None or first > 0 or token.low[0] == "@":
        return True
    written = memory.reading.text[token.start : token.end]
    if not written[1:].islower():
        return True
    text = memory.reading.text
    at = text.find(written)
    while at >= 0:
        before = text[max(0, at - 2) : at]
        if (
            before[-1:] == " "
            and before[:1].isalnum()
            and not text[at + len(written) : at + len(written) + 1].isalnum()
        ):
            return True
        at = text.find(written, at + 1)
    return False


def _named(memory: Memory, line: Line, first: int, last: int) -> Phrase:
    """Make a phrase of a name; a lone word that only opens a sentence has no referent."""
    if not _known(memory, line, first, last):
        return Phrase(first, last, None)
    bare = strip_titles(line, first, last)
    mention = line.tokens[last - 1].mention
    kind: Kind = "person"
    if mention is not None and mention.kind in ("ORG", "MODEL"):
        kind = "organisation"
    elif line.tokens[bare].low[0] != "@" and last - bare == 1 and first == bare and mention is None:
        kind = "organisation" if memory.seen.get("person") is None else "person"
    return Phrase(first, last, _referent(memory, line, bare, last, kind))


def _owner(memory: Memory, line: Line, noun: int) -> tuple[int, Referent | None] | None:
    """Find whose a noun is: "Meta's engineers", "its report"."""
    for at in range(noun - 1, max(-1, noun - 5), -1):
        low = line.tokens[at].low
        if low == "'s" and at > 0 and is_name(line.tokens[at - 1]):
            first = name_start(line, at - 1)
            return first, _named(memory, line, first, at).referent
        if low in ("its", "their"):
            return at, memory.resolve("organisation", line, at)
        if low in _DETERMINERS or not low[0].isalnum():
            break
    return None


def _start_of_phrase(line: Line, noun: int) -> int:
    """The determiner of a noun, or the noun itself."""
    for at in range(noun - 1, max(-1, noun - 6), -1):
        if line.tokens[at].low in _DETERMINERS:
            return at
        if not line.tokens[at].low[0].isalnum() and line.tokens[at].low != "'s":
            break
    return noun


def _of_noun(memory: Memory, line: Line, noun: int) -> Phrase | None:
    """Read a phrase by its noun: "the company", "the authors", "its paper", "an analyst"."""
    low = line.tokens[noun].low
    owner = _owner(memory, line, noun)
    first = owner[0] if owner else _start_of_phrase(line, noun)
    plain = line.tokens[first].low in ("the", "this", "that")
    modified = noun > first + 1 and any(t.upper for t in line.tokens[first + 1 : noun])
    if low in speech_words("spokespeople"):
        return Phrase(first, noun + 1, _referent(memory, line, first, noun + 1, "group") if modified or owner else None)
    if low in speech_words("authors") and (owner or plain):
        if owner:
            written = line.tokens[owner[0]].low not in _OWNERS
            told = owner[1] if not written else None
            return Phrase(first, noun + 1, told or _referent(memory, line, first + (not written), noun + 1, "group"))
        return Phrase(first, noun + 1, memory.author or _referent(memory, line, first, noun + 1, "group"))
    if low in speech_words("companies") and (owner or plain):
        return Phrase(first, noun + 1, memory.resolve("organisation", line, first))
    if low in speech_words("papers") and (owner or plain):
        author = owner[1] if owner else memory.resolve("organisation", line, first)
        return Phrase(first, noun + 1, author or _referent(memory, line, first + plain, noun + 1, "paper"))
    if low in speech_words("people") and (owner or plain):
        person = memory.resolve("person", line, first)
        return Phrase(first, noun + 1, person or _referent(memory, line, first, noun + 1, "person"))
    if low in speech_words("anonymous"):
        before = line.tokens[noun - 1] if noun else None
        if before is not None and before.upper and noun > 1 - before.upper and before.low not in NO_NAMES:
            start = name_start(line, noun - 1)
            return Phrase(start, noun + 1, _referent(memory, line, start, noun + 1, "group"))
        return Phrase(first, noun + 1, None)
    if low in speech_words("staff") or low in speech_words("people"):
        return Phrase(first, noun + 1, None)
    return None


def _with_affiliation(memory: Memory, line: Line, phrase: Phrase) -> Phrase:
    """Widen "Raymond James" to "analysts at Raymond James", "Meta" to "the head of Meta"."""
    if phrase.first < 2 or line.tokens[phrase.first - 1].low not in _OF:
        return phrase
    for noun in range(phrase.first - 2, max(-1, phrase.first - 8), -1):
        low = line.tokens[noun].low
        if low in speech_words("staff"):
            return replace(phrase, first=_start_of_phrase(line, noun))
        if low in speech_words("spokespeople"):
            first = _start_of_phrase(line, noun)
            return Phrase(first, phrase.last, _referent(memory, line, first, phrase.last, "group"))
        if low in speech_words("people") or low in speech_words("titles"):
            first = _start_of_phrase(line, noun)
            return Phrase(first, phrase.last, memory.resolve("person", line, first) or phrase.referent)
        if low in speech_words("anonymous"):
            return Phrase(_start_of_phrase(line, noun), phrase.last, None)
        if line.tokens[noun].upper and low not in NO_NAMES:
            first = name_start(line, noun)
            return _named(memory, line, first, noun + 1)
        if not low[0].isalnum():
            break
    return phrase


def _pronoun(memory: Memory, line: Line, at: int) -> Phrase | None:
    low = line.tokens[at].low
    if low in _PERSON:
        return Phrase(at, at + 1, memory.resolve("person", line, at))
    if low in _ORGANISATION:
        return Phrase(at, at + 1, memory.resolve("organisation", line, at))
    if low in _GROUP:
        return Phrase(at, at + 1, memory.group(line))
    return None


def phrase_before(memory: Memory, line: Line, verb: int) -> Phrase | None:
    """Read the subject of a verb, which stands before it. None where there is none, or where the verb is negated."""
    at = verb - 1
    relative = False
    while at >= 0:
        low = line.tokens[at].low
        if low in ("not", "never"):
            return None
        if low == "who":
            relative = True
        elif low not in speech_words("between") and not (low.endswith("ly") and not line.tokens[at].upper):
            break
        at -= 1
    if at < 0:
        return None
    low = line.tokens[at].low
    if low == ",":
        if relative:
            return _at(memory, line, at - 1)
        inner = line.tokens[at - 1].mention if at > 1 else None
        if inner is not None and inner.kind == "PERSON":
            return _at(memory, line, at - 1)  # "its chief executive, Kim Lee, said"
        for comma in range(at - 1, max(0, at - _LONGEST_APPOSITION), -1):
            if line.tokens[comma].low == ",":
                phrase = _at(memory, line, comma - 1)
                return phrase if phrase is not None and phrase.referent is not None else None
        return None
    if low == ")":
        opened = next((i for i in range(at - 1, max(-1, at - 12), -1) if line.tokens[i].low == "("), None)
        if opened is None or opened == 0:
            return None
        at = opened - 1
    return _at(memory, line, at)


def _at(memory: Memory, line: Line, at: int) -> Phrase | None:
    """Read the noun phrase that ends at a token."""
    if at < 0:
        return None
    token = line.tokens[at]
    if token.low == "'s" or not (token.low[0].isalnum() or token.low[0] == "@"):
        return None
    if (phrase := _pronoun(memory, line, at)) is not None:
        return phrase
    if not is_listed(token) and (phrase := _of_noun(memory, line, at)) is not None:
        return _with_affiliation(memory, line, phrase)
    if is_name(token):
        first = name_start(line, at)
        return _with_affiliation(memory, line, _named(memory, line, first, at + 1))
    first = _start_of_phrase(line, at)
    first = at - 1 if first == at and at and line.tokens[at - 1].low in _COUNTS else first
    return Phrase(first, at + 1, None) if first < at and token.low not in NO_NAMES else None


def _names_from(line: Line, at: int) -> Iterator[int]:
    """Yield the places right of a token at which a name may start: past articles, titles and "analysts at"."""
    for place in range(at, min(len(line.tokens), at + 6)):
        token = line.tokens[place]
        if is_name(token):
            yield place
            return
        known = token.low in _DETERMINERS or token.low in speech_words("titles") or token.low in speech_words("staff")
        if not (known or token.low in _OF or token.low in speech_words("people") or token.low == "."):
            return


def phrase_after(memory: Memory, line: Line, at: int) -> Phrase | None:
    """Read the noun phrase that starts at a token: of "according to ..." or ", said ..."."""
    if at >= len(line.tokens):
        return None
    if (phrase := _pronoun(memory, line, at)) is not None:
        return phrase
    for place in _names_from(line, at):
        last = name_end(line, place)
        owned = line.tokens[last].low == "'s" if last < len(line.tokens) else False
        if owned:
            for noun in range(last + 1, min(len(line.tokens), last + 4)):
                if line.tokens[noun].low in speech_words("authors") or line.tokens[noun].low in speech_words("staff"):
                    return Phrase(at, noun + 1, _referent(memory, line, place, noun + 1, "group"))
            if last + 1 < len(line.tokens) and is_listed(line.tokens[last + 1]):
                place, last = last + 1, name_end(line, last + 1)  # "Stanford's AI Index"
        return Phrase(at, last, _named(memory, line, place, last).referent)
    for noun in range(at, min(len(line.tokens), at + 5)):
        low = line.tokens[noun].low
        if low in speech_words("papers"):
            return _paper_after(memory, line, at, noun)
        phrase = _of_noun(memory, line, noun)
        if phrase is not None:
            return Phrase(at, phrase.last, phrase.referent)
        if not low[0].isalnum():
            break
    return None


def _paper_after(memory: Memory, line: Line, at: int, noun: int) -> Phrase:
    """Read "the report, by Corvid" as Corvid, "its paper" as the firm, "the technical report" as written."""
    after = noun + 1
    if after < len(line.tokens) and line.tokens[after].low == ",":
        after += 1
    if after < len(line.tokens) and line.tokens[after].low in ("by", "from"):
        phrase = phrase_after(memory, line, after + 1)
        if phrase is not None and phrase.referent is not None:
            return replace(phrase, first=at)
    first = at + (line.tokens[at].low in _DETERMINERS)
    if line.tokens[at].low in ("its", "their"):
        return Phrase(at, noun + 1, memory.resolve("organisation", line, at))
    return Phrase(at, noun + 1, _referent(memory, line, first, noun + 1, "paper"))
