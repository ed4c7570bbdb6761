"""Noun phrase beside a verb of speech -> who is meant: a name, or what a pronoun or "the company" points back to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from extractor.pipeline.lines import Line, Token
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

__all__ = ["Memory", "Phrase", "Referent", "is_known", "phrase_after", "phrase_before"]

Kind = Literal["person", "organisation", "group", "paper"]

_PERSON = frozenset({"he", "she", "his", "her"})
_ORGANISATION = frozenset({"it", "its"})
_GROUP = frozenset({"they", "their"})
_DETERMINERS = frozenset({"the", "its", "their", "a", "an", "this", "that", "his", "her", "our", "these", "those"})
_COUNTS = frozenset(["one", "two", "three", "four", "five", "several", "some", "many", "most", "few", "both", "other"])
_OWNERS = frozenset({"its", "their", "'s"})
_OF = frozenset({"at", "of", "from", "for", "with", "by", "in", "on", "about"})
_RECENT = 2  # sentences that "they" looks back over
_OF_AUTHORS = frozenset("paper report study article preprint supplement post filing letter document".split())
_FORMS_OF_ADDRESS = frozenset({"mr", "mrs", "ms", "dr", "prof", "professor", "sir", "dame"})
_LONGEST_APPOSITION = 16
_REMEMBERED = 6  # sentences for which one who acts is not displaced by one who is merely mentioned
_LONG_AGO = 1000
_NEAR_START = 3
_ACTS = frozenset(
    "has had have is was will would can could did does plans wants says said began built trained released launched "
    "announced 's hopes expects intends aims bought rents rented hired".split()
)
_ANYBODYS = frozenset("report filing article study story complaint lawsuit letter document documents thread".split())
_PUBLISHED = frozenset("filing paper study prospectus preprint patent permit".split())
_FIRMS = frozenset("annual technical tech quarterly company official".split())
_PREPOSITIONS = _OF | {"to", "into", "over", "under", "behind", "near", "than", "between"}
_NUMERALS = frozenset({"two", "three"})
_NO_NOUNS = frozenset("is are was were be been alone as this that which what whole same matter and or of in".split())
_LEADS_TO = frozenset("preferred prefers wanted likes liked used on came chose rushed hastened".split())
_ACTS_AS_FIRM = frozenset("did says said denies denied declined plans wants hopes refused admits admitted".split())
_GOODS = frozenset(
    "chip chips gpu gpus cloud processors accelerators hardware wafers servers racks systems cards weights models "
    "machines".split()
)
_PLACES = frozenset(
    "by from with on at to in like than of for via told about against and or behind under including".split()
)


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
    named_in: int = -_LONG_AGO

    def learn(self, line: Line) -> None:
        """Take in the people and organisations of a sentence: its last person, its first organisation."""
        fresh = True
        for mention in self.reading.sentences[line.sentence].mentions:
            if mention.kind == "PERSON" or self.is_titled(mention, line):
                self._see(mention, "person")
            elif mention.kind == "ORG" and fresh and not self._stands_aside(mention, line):
                fresh = False
                self._see(mention, "organisation")
                self.named_in = line.sentence
        if fresh and (last := self._acts(line)):
            self.seen["organisation"] = _referent(self, line, 0, last, "organisation")
            self.named_in = line.sentence
        self._meet_by_surname(line)
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

    def is_titled(self, mention: Mention, line: Line) -> bool:
        """Tell whether what looks like a firm is somebody with a title: "Beth Arlington, a lawyer for the company"."""
        if mention.kind != "ORG" or mention.found != "text":
            return False
        last = line.at(mention.end - 1) + 1
        after = [token.low for token in line.tokens[last : last + 4]]
        return after[:1] == [","] and any(low in speech_words("people") for low in after)

    def _meet_by_surname(self, line: Line) -> None:
        """Take in one of two or three names whom the text calls by the last of them elsewhere."""
        at = 0
        while at < len(line.tokens):
            if not is_plain_name(line.tokens[at]) or line.tokens[at].mention is not None:
                at += 1
                continue
            last = name_end(line, at)
            around = [token.low for token in line.tokens[max(0, at - 1) : at] + line.tokens[last : last + 5]]
            titled = not speech_words("people").isdisjoint(around)
            if (
                last - at in (2, 3)
                and line.tokens[last - 1].low.isalpha()
                and (titled or self._is_surname(line, last - 1))
            ):
                self.seen["person"] = _referent(self, line, at, last, "person")
            at = last

    def _is_surname(self, line: Line, at: int) -> bool:
        text, token = self.reading.text, line.tokens[at]
        surname = text[token.start : token.end]
        return any(
            not text[: match.start()].rstrip()[-1:].isalpha() or text[: match.start()].split()[-1][:1].islower()
            for match in re.finditer(rf"\b{re.escape(surname)}\b", text)
            if match.start() != token.start
        )

    def _acts(self, line: Line) -> int:
        """The end of a name of no list that a sentence starts with as one who acts: "Halyard has not broken ground"."""
        if len(line.tokens) < 2 or line.kind == "heading" or not is_plain_name(line.tokens[0]):
            return 0
        last = name_end(line, 0)
        mention = line.tokens[0].mention
        named = mention is None and last <= 2 and last < len(line.tokens)
        if mention is not None and mention.kind == "MODEL" and mention.found == "text" and not _has_digit(mention.name):
            last = line.at(mention.end - 1) + 1
            return last if last < len(line.tokens) and line.tokens[last].low in _ACTS_AS_FIRM else 0
        named = named and (line.tokens[last].low == "'s" or is_known(self, line, 0, last))
        person = self.seen.get("person")
        if person is not None and any(t.low in person.name.lower().split() for t in line.tokens[:last]):
            return 0
        return last if named and line.tokens[last].low in _ACTS else 0

    def _stands_aside(self, mention: Mention, line: Line) -> bool:
        """Tell whether an organisation is only whose thing something is, or where: "Meta's Llama", "on GitHub"."""
        owner = self.reading.text.startswith("'s", mention.end)
        first = line.at(mention.start)
        last = line.at(mention.end - 1) + 1
        if mention.detail == "media" or (owner and first > int(line.kind == "item")):
            return True
        if first > 0 and line.tokens[first - 1].low == "on":
            return True  # a platform: "on Hugging Face"
        following = line.tokens[last] if last < len(line.tokens) else None
        if following is not None and (
            following.low in _GOODS or (following.mention is not None and following.mention.kind in ("CHIP", "MODEL"))
        ):
            return True
        if "organisation" not in self.seen or line.sentence - self.named_in > _REMEMBERED:
            return False
        acts = following is not None and (following.low in _ACTS or following.low.endswith("ed"))
        acts = acts or (first > 0 and line.tokens[first - 1].low in speech_words("companies"))
        leads = [token.low for token in line.tokens[max(0, first - 5) : first]]
        return not _PLACES.isdisjoint(leads) or not (acts or first < _NEAR_START)

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
        if speaker.kind != "person" and any(token.low in _OF_AUTHORS for token in line.tokens):
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
            if kind == "person" and mention.kind == wanted:
                found = mention
            elif kind != "person" and found is None and (mention.kind == wanted or owns(self.reading, mention)):
                found = None if mention.kind == wanted and self._stands_aside(mention, line) else mention
        spoke = self.spoke_in == line.sentence and self.speaker is not None and self.speaker.kind == kind
        if found is not None and not spoke:
            return Referent(self.text(found.start, found.end), kind, found.start, found.end)
        return self.seen.get(kind)

    def group(self, line: Line) -> Referent | None:
        """Find whom "they" means: who spoke just now, or whose staff was named."""
        if self.staff is not None and line.sentence - self.staff[0] <= _RECENT and self.staff[0] >= self.spoke_in:
            return self.staff[1]
        recent = self.speaker is not None and line.sentence - self.spoke_in <= _RECENT
        if recent and self.speaker is not None and self.speaker.kind != "person":
            return self.speaker
        return self.seen.get("organisation") if line.sentence - self.named_in <= _RECENT else None


def _has_digit(name: str) -> bool:
    return any(c.isdigit() for c in name)


def _span(line: Line, first: int, last: int) -> tuple[int, int]:
    return line.tokens[first].start, line.tokens[last - 1].end


def _referent(memory: Memory, line: Line, first: int, last: int, kind: Kind) -> Referent:
    start, end = _span(line, first, last)
    return Referent(memory.text(start, end), kind, start, end)


def is_known(memory: Memory, line: Line, first: int, last: int) -> bool:
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
    """Make a phrase of a name; a plural that only opens a sentence has no referent: "Analysts said"."""
    low = line.tokens[first].low
    if not is_known(memory, line, first, last) and (low.endswith("s") or low in speech_words("anonymous")):
        return Phrase(first, last, None)
    bare = strip_titles(line, first, last)
    mention = line.tokens[last - 1].mention
    kind: Kind = "person"
    if mention is not None and mention.kind in ("ORG", "MODEL") and not memory.is_titled(mention, line):
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
    if low in speech_words("papers"):
        if not (owner or plain):
            return Phrase(first, noun + 1, None)
        author = owner[1] if owner else _author(memory, line, first, noun)
        if author is None and low in ("table", "page", "website", "site", "notes"):
            return Phrase(first, noun + 1, None)
        return Phrase(first, noun + 1, author or _referent(memory, line, first + plain, noun + 1, "paper"))
    if low in speech_words("people") and (owner or plain):
        person = memory.resolve("person", line, first)
        return Phrase(first, noun + 1, person or _referent(memory, line, first, noun + 1, "person"))
    if low in speech_words("anonymous"):
        before = line.tokens[noun - 1] if noun else None
        start = name_start(line, noun - 1) if before is not None and before.upper else 0
        if before is not None and before.upper and before.low not in NO_NAMES | speech_words("anonymous"):
            return Phrase(start, noun + 1, _referent(memory, line, start, noun + 1, "group"))
        return Phrase(first, noun + 1, None)
    if low in speech_words("staff") or low in speech_words("people"):
        return Phrase(first, noun + 1, owner[1] if owner else None)
    return None


def _author(memory: Memory, line: Line, first: int, noun: int) -> Referent | None:
    """Find whose a paper is: an annual report or a model card is the firm's; a report may be anybody's."""
    if memory.author is not None:
        return memory.author
    anybodys = line.tokens[noun].low in _ANYBODYS and line.tokens[noun - 1].low not in _FIRMS and line.kind != "item"
    return None if anybodys else memory.resolve("organisation", line, first)


def _with_affiliation(memory: Memory, line: Line, phrase: Phrase) -> Phrase:
    """Widen "Raymond James" to "analysts at Raymond James", "Meta" to "the head of Meta"."""
    start = phrase.first
    while start > 2 and (line.tokens[start - 1].low in speech_words("companies") or line.tokens[start - 1].low == "the"):
        start -= 1 + line.tokens[start - 2].upper  # "about the French company Larkfield"
    if start < 2 or line.tokens[start - 1].low not in _OF:
        return phrase
    for noun in range(start - 2, max(-1, phrase.first - 8), -1):
        low = line.tokens[noun].low
        named = is_name(line.tokens[phrase.last - 1])
        if low in speech_words("staff"):
            return replace(phrase, first=_start_of_phrase(line, noun), referent=phrase.referent if named else None)
        if low in speech_words("papers") or low in speech_words("works"):
            by = line.tokens[start - 1].low in ("by", "from", "of")
            return replace(phrase, first=_start_of_phrase(line, noun), referent=phrase.referent if by else None)
        if low in speech_words("spokespeople"):
            first = _start_of_phrase(line, noun)
            return Phrase(first, phrase.last, _referent(memory, line, first, phrase.last, "group"))
        if low in speech_words("people") or low in speech_words("titles"):
            first = _start_of_phrase(line, noun)
            if line.tokens[first].low in ("a", "an") or line.tokens[first - 1].low in _COUNTS:
                return replace(phrase, first=first, referent=phrase.referent if named else None)
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
        if low in ("who", "which"):
            relative = True
        elif low == "to" and at > 1 and line.tokens[at - 1].low in _LEADS_TO:
            at -= 1 + (line.tokens[at - 1].low == "on")  # "preferred to say", "went on to say"
        elif low not in speech_words("between") and not (low.endswith("ly") and not line.tokens[at].upper):
            break
        at -= 1
    if at < 0:
        return None
    low = line.tokens[at].low
    if low == ",":
        if relative:
            return _at(memory, line, at - 1)
        inner = _at(memory, line, at - 1) if at > 2 and is_name(line.tokens[at - 1]) else None
        if inner is not None and inner.referent is not None and _is_person(line, inner):
            return inner  # "its chief executive, Kim Lee, said"
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


def _is_person(line: Line, phrase: Phrase) -> bool:
    """Tell whether a name between commas is a person's: one of our list, or of two words or more."""
    mention = line.tokens[phrase.first].mention
    if mention is not None:
        return mention.kind == "PERSON"
    if line.tokens[phrase.first].low[0] == "@":
        return True
    return line.tokens[phrase.first].upper and name_end(line, phrase.first) - phrase.first > 1


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
    if is_name(token) or _is_site(line, at):
        first = name_start(line, at)
        return _with_affiliation(memory, line, _named(memory, line, first, at + 1))
    first = _start_of_phrase(line, at)
    if (
        line.tokens[first].low == "the"
        and first < at <= first + 3
        and not token.upper
        and all(map(_can_speak, line.tokens[first + 1 : at + 1]))
    ):
        group = Phrase(first, at + 1, _referent(memory, line, first, at + 1, "group"))
        wide = _with_affiliation(memory, line, group)
        return replace(wide, referent=None) if wide is group and _low(line, first - 1) in _PREPOSITIONS else wide
    first = at - 1 if first == at and at and line.tokens[at - 1].low in _COUNTS else first
    return Phrase(first, at + 1, None) if first < at and _can_speak(token) else None


def _is_site(line: Line, at: int) -> bool:
    """Tell whether a cluster's name stands as a firm's that a sentence or a clause opens with: ", Start Campus says"."""
    mention = line.tokens[at].mention
    if mention is None or mention.kind != "CLUSTER":
        return False
    first = line.at(mention.start)
    return first == 0 or line.tokens[first - 1].low == ","


def _can_speak(token: Token) -> bool:
    """Tell whether a noun of no list may be somebody's: "the novelists" are, "the cluster" is not."""
    no_noun = token.low in speech_words("things") or token.low in speech_words("between") or token.low in _NO_NOUNS
    known = token.mention is not None and token.mention.kind != "NUMBER"
    return not known and token.low.isalpha() and not no_noun and token.low not in NO_NAMES - _NUMERALS


def _low(line: Line, at: int) -> str:
    return line.tokens[at].low if 0 <= at < len(line.tokens) else ""


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
        if (
            last + 1 < len(line.tokens)
            and line.tokens[last].low in speech_words("titles")
            and is_name(line.tokens[last + 1])
        ):
            place, last = last + 1, name_end(line, last + 1)  # "Nvidia boss Kim Lee"
        elif last < len(line.tokens) and line.tokens[last].low in speech_words("staff") | speech_words("companies"):
            return Phrase(at, last + 1, _referent(memory, line, place, last + 1, "group"))  # "the Larkfield team"
        owned = line.tokens[last].low == "'s" if last < len(line.tokens) else False
        if owned:
            for noun in range(last + 1, min(len(line.tokens), last + 4)):
                if line.tokens[noun].low in speech_words("authors") or line.tokens[noun].low in speech_words("staff"):
                    return Phrase(at, noun + 1, _referent(memory, line, place, noun + 1, "group"))
                if line.tokens[noun].low in speech_words("papers") | speech_words("figures"):
                    return Phrase(at, noun + 1, _named(memory, line, place, last).referent)
            if last + 1 < len(line.tokens) and is_listed(line.tokens[last + 1]):
                place, last = last + 1, name_end(line, last + 1)  # "Stanford's AI Index"
        return Phrase(at, last, _named(memory, line, place, last).referent)
    for noun in range(at, min(len(line.tokens), at + 5)):
        low = line.tokens[noun].low
        if low in speech_words("papers"):
            return _paper_after(memory, line, at, noun)
        phrase = _of_noun(memory, line, noun)
        if phrase is not None:
            follows = noun + 1 < len(line.tokens) and line.tokens[noun + 1].low in speech_words("papers")
            return Phrase(at, phrase.last + follows, phrase.referent)
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
    phrase = _of_noun(memory, line, noun)
    if line.tokens[at].low in ("a", "an") and line.tokens[noun].low in _PUBLISHED:
        return Phrase(at, noun + 1, _referent(memory, line, at + 1, noun + 1, "paper"))
    return Phrase(at, noun + 1, phrase.referent if phrase is not None else None)
