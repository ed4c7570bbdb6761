"""Who was named and who spoke: what pronouns and "the company" point back to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Literal

from extractor.pipeline.lines import Line
from extractor.pipeline.names import is_name, is_plain_name, name_end, owns, speech_words
from extractor.pipeline.readings import Mention, Reading

__all__ = ["Kind", "Memory", "Referent", "is_known", "make_referent"]

Kind = Literal["person", "organisation", "group", "paper"]

_OF = frozenset({"at", "of", "from", "for", "with", "by", "in", "on", "about"})
_RECENT = 2  # sentences that "they" looks back over
_OF_AUTHORS = frozenset("paper report study article preprint supplement post filing letter document".split())
_OF_ONE = frozenset("affidavit testimony deposition declaration memo".split())  # what one person writes
_FORMS_OF_ADDRESS = frozenset({"mr", "mrs", "ms", "dr", "prof", "professor", "sir", "dame"})
_LOWER = re.compile(r"(?:(?:^|\W)[a-z][\w'-]*|[^\w\s])\s*\Z|\A\Z")
_REMEMBERED = 6  # sentences for which one who acts is not displaced by one who is merely mentioned
_LONG_AGO = 1000
_NEAR_START = 3
_LONGEST_APPOSITION = 14
_ACTS = frozenset(
    "has had have is was will would can could did does plans wants says said began built trained released launched "
    "announced 's hopes expects intends aims bought rents rented hired".split()
)
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


@dataclass(slots=True)
class Memory:
    """Who was named last, of each kind, so that "she" and "the company" can be resolved.

    Attributes:
        seen: the last one of each kind.
        speaker: who spoke last, and in which sentence.
        author: whose paper was last spoken of.
        people: the words of the names of all people met.
    """

    reading: Reading
    seen: dict[Kind, Referent] = field(default_factory=dict)
    speaker: Referent | None = None
    spoke_in: int = -1
    author: Referent | None = None
    staff: tuple[int, Referent] | None = None
    surnames: dict[str, bool] = field(default_factory=dict)
    named_in: int = -_LONG_AGO
    people: set[str] = field(default_factory=set)

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
            self.seen["organisation"] = make_referent(self, line, 0, last, "organisation")
            self.named_in = line.sentence
        self._meet_by_surname(line)
        last = name_end(line, 0) if line.tokens and is_plain_name(line.tokens[0]) else 0
        leads = last < len(line.tokens) and line.tokens[last].low in speech_words("leads")
        if last in (2, 3) and (leads or self._is_taken_up(line)):
            self.seen["person"] = make_referent(self, line, 0, last, "person")
        authors, titles, staff = speech_words("authors"), speech_words("titles"), speech_words("staff")
        if "person" in self.seen:
            self.people.update(self.seen["person"].name.lower().split())
        for at in [at for at, low in enumerate(line.words) if low in _introducing() or low[0] == "@"]:
            token = line.tokens[at]
            if token.low[0] == "@" and at + 1 < len(line.tokens) and line.tokens[at + 1].low.isalpha():
                self.seen["person"] = make_referent(self, line, at, at + 1, "person")
            elif at == 1 and token.low in authors and line.tokens[0].low == "the":
                self.staff = line.sentence, self.author or make_referent(self, line, 0, 2, "group")
            elif token.low in titles and not token.acronym:
                self._meet(line, at)
            elif token.low in staff and self._names_firm(line, at):
                last = name_end(line, at + 2)
                self.staff = line.sentence, make_referent(self, line, at + 2, last, "group")

    def _is_taken_up(self, line: Line) -> bool:
        """Tell whether the next sentence goes on with "he" or "she" about one whom no list knows."""
        if any(token.mention is not None and token.mention.kind == "PERSON" for token in line.tokens):
            return False
        after = line.sentence + 1
        sentences = self.reading.sentences
        if after >= len(sentences) or sentences[after].paragraph != sentences[line.sentence].paragraph:
            return False
        return self.reading.text[sentences[after].start : sentences[after].end].lower().startswith(("he ", "she "))

    def _names_firm(self, line: Line, at: int) -> bool:
        """Tell whether a name follows "analysts at"."""
        return at + 2 < len(line.tokens) and line.tokens[at + 1].low in _OF and is_name(line.tokens[at + 2])

    def is_titled(self, mention: Mention, line: Line) -> bool:
        """Tell whether what looks like a firm is somebody with a title: "Beth Arlington, a lawyer for the company"."""
        if mention.kind != "ORG" or mention.found != "text":
            return False
        last = line.at(mention.end - 1) + 1
        after = [token.low for token in line.tokens[last : last + 4]]
        return after[:1] == [","] and any(low in speech_words("people") for low in after)

    def _meet_by_surname(self, line: Line) -> None:
        """Take in one of two or three names whom the text calls by the last of them elsewhere."""
        last = 0
        for at in [at for at, token in enumerate(line.tokens) if token.upper and token.mention is None]:
            if at < last or not is_plain_name(line.tokens[at]):
                continue
            last = name_end(line, at)
            around = [token.low for token in line.tokens[max(0, at - 1) : at] + line.tokens[last : last + 5]]
            titled = not speech_words("people").isdisjoint(around)
            if (
                last - at in (2, 3)
                and line.tokens[last - 1].low.isalpha()
                and (titled or self._is_surname(line, last - 1))
            ):
                self.seen["person"] = make_referent(self, line, at, last, "person")

    def _is_surname(self, line: Line, at: int) -> bool:
        text, token = self.reading.text, line.tokens[at]
        surname = text[token.start : token.end]
        if surname not in self.surnames:
            self.surnames[surname] = self._stands_alone(surname, token.start)
        return self.surnames[surname]

    def _stands_alone(self, surname: str, start: int) -> bool:
        """Tell whether a name stands elsewhere with no other name before it."""
        text = self.reading.text
        at = text.find(surname)
        while at >= 0:
            around = text[max(0, at - 1) : at] + text[at + len(surname) : at + len(surname) + 1]
            whole = at != start and not any(c.isalnum() or c == "_" for c in around)
            if whole and _LOWER.search(text, max(0, at - 30), at) is not None:
                return True
            at = text.find(surname, at + 1)
        return False

    def _acts(self, line: Line) -> int:
        """The end of a name of no list that a sentence starts with as one who acts: "Halyard has not broken ground"."""
        if len(line.tokens) < 2 or line.kind == "heading":
            return 0
        mention = line.tokens[0].mention
        invented = mention is not None and mention.kind == "MODEL" and mention.found == "text"
        if (invented or mention is None) and self._is_introduced(line, end := name_end(line, 0)):
            return end
        if mention is not None and invented:
            last = line.at(mention.end - 1) + 1  # a firm that was taken for its model
            follows = line.tokens[last].low if last < len(line.tokens) and not _has_digit(mention.name) else ""
            return last if follows in _ACTS_AS_FIRM else 0
        last = name_end(line, 0)
        if mention is not None or not is_plain_name(line.tokens[0]) or last > 2 or last >= len(line.tokens):
            return 0
        person = self.seen.get("person")
        if person is not None and any(t.low in person.name.lower().split() for t in line.tokens[:last]):
            return 0
        known = line.tokens[last].low == "'s" or is_known(self, line, 0, last)
        verb = last
        if line.tokens[last].low in ("of", "in") and last + 1 < len(line.tokens) and is_name(line.tokens[last + 1]):
            verb = min(name_end(line, last + 1), len(line.tokens) - 1)  # "Halyard of Oslo has"
        return last if known and line.tokens[verb].low in _ACTS else 0

    def _is_introduced(self, line: Line, last: int) -> bool:
        """Tell whether an apposition says that the name before it is a firm's: "Halyard, a French start-up, has"."""
        words = [token.low for token in line.tokens[last : last + _LONGEST_APPOSITION]]
        if not line.tokens[0].upper:
            return False
        if words[:1] != [","] or words[1:2] not in (["a"], ["an"], ["the"]) or "," not in words[1:]:
            return False
        return words[words.index(",", 1) - 1] in speech_words("companies") or any(
            low in speech_words("companies") and following in _OF for low, following in pairwise(words)
        )

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
        person = make_referent(self, line, first, last, "person")
        self.seen["person"] = person
        if last + 2 < len(line.tokens) and line.tokens[last].low == "and" and is_plain_name(line.tokens[last + 1]):
            end = name_end(line, last + 1)
            self.staff = line.sentence, make_referent(self, line, first, end, "group")

    def hear(self, speaker: Referent, line: Line) -> None:
        """Take in who spoke in a sentence."""
        self.seen[speaker.kind] = speaker
        self.speaker, self.spoke_in = speaker, line.sentence
        papers = _OF_AUTHORS if speaker.kind != "person" else _OF_ONE
        if any(token.low in papers for token in line.tokens):
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

    def last_speaker(self, line: Line) -> Referent | None:
        """Who spoke in the sentence before or in this one, if no list says that it is no person."""
        recent = self.speaker is not None and line.sentence - self.spoke_in <= 1
        return self.speaker if recent else None

    def group(self, line: Line) -> Referent | None:
        """Find whom "they" means: who spoke just now, or whose staff was named."""
        if self.staff is not None and line.sentence - self.staff[0] <= _RECENT and self.staff[0] >= self.spoke_in:
            return self.staff[1]
        recent = self.speaker is not None and line.sentence - self.spoke_in <= _RECENT
        if recent and self.speaker is not None and self.speaker.kind != "person":
            return self.speaker
        return self.seen.get("organisation") if line.sentence - self.named_in <= _RECENT else None


@cache
def _introducing() -> frozenset[str]:
    """Words beside which somebody may be named who is in no list."""
    return speech_words("authors") | speech_words("titles") | speech_words("staff")


def _has_digit(name: str) -> bool:
    return any(c.isdigit() for c in name)


def _span(line: Line, first: int, last: int) -> tuple[int, int]:
    return line.tokens[first].start, line.tokens[last - 1].end


def make_referent(memory: Memory, line: Line, first: int, last: int, kind: Kind) -> Referent:
    """Make a referent of the tokens ``first`` to ``last``, as the document writes them."""
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
