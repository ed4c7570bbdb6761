"""Noun phrase beside a verb of speech -> who is meant: a name, or what a pronoun or "the company" points back to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractor.pipeline.lines import Line, Token
from extractor.pipeline.memory import Kind, Memory, Referent, is_known, make_referent
from extractor.pipeline.names import (
    NO_NAMES,
    is_listed,
    is_name,
    name_end,
    name_start,
    speech_words,
    strip_titles,
)

__all__ = ["Phrase", "phrase_after", "phrase_before"]

_PERSON = frozenset({"he", "she", "his", "her"})
_ORGANISATION = frozenset({"it", "its"})
_GROUP = frozenset({"they", "their"})
_DETERMINERS = frozenset({"the", "its", "their", "a", "an", "this", "that", "his", "her", "our", "these", "those"})
_COUNTS = frozenset(["one", "two", "three", "four", "five", "several", "some", "many", "most", "few", "both", "other"])
_OWNERS = frozenset({"its", "their", "'s"})
_OF = frozenset({"at", "of", "from", "for", "with", "by", "in", "on", "about", "to"})
_LONGEST_APPOSITION = 16
_ANYBODYS = frozenset(
    "report filing article study story complaint lawsuit letter document documents thread affidavit "
    "testimony deposition declaration submission".split()
)
_PUBLISHED = frozenset("filing paper study prospectus preprint patent permit".split())
_FIRMS = frozenset("annual technical tech quarterly company official".split())
_STARTS_CLAUSE = frozenset({",", '"', ":", ";", "-", "that", "both", "as"})
_PREPOSITIONS = _OF | {"to", "into", "over", "under", "behind", "near", "than", "between"}
_NUMERALS = frozenset({"two", "three"})
_NO_NOUNS = frozenset(
    "is are was were be been alone as this that which what whole same matter and or of in could might should "
    "must can may".split()
)
_LEADS_TO = frozenset("preferred prefers wanted likes liked used on came chose rushed hastened".split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase of tokens ``first`` to ``last``, half-open; ``referent`` is None for one who stays unnamed."""

    first: int
    last: int
    referent: Referent | None


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
    return Phrase(first, last, make_referent(memory, line, bare, last, kind))


def _owner(memory: Memory, line: Line, noun: int) -> tuple[int, Referent | None] | None:
    """Find whose a noun is: "Meta's engineers", "its report"."""
    for at in range(noun - 1, max(-1, noun - 5), -1):
        low = line.tokens[at].low
        if low == "'s" and at > 0 and is_name(line.tokens[at - 1]):
            first = name_start(line, at - 1)
            return first, _named(memory, line, first, at).referent
        if low == "'s" and at > 0 and line.tokens[at - 1].low in speech_words("companies"):
            return _start_of_phrase(line, at - 1), memory.resolve("organisation", line, at)
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
        return Phrase(
            first, noun + 1, make_referent(memory, line, first, noun + 1, "group") if modified or owner else None
        )
    if low in speech_words("authors") and (owner or plain):
        if owner:
            written = line.tokens[owner[0]].low not in _OWNERS
            told = owner[1] if not written else None
            return Phrase(
                first, noun + 1, told or make_referent(memory, line, first + (not written), noun + 1, "group")
            )
        return Phrase(first, noun + 1, memory.author or make_referent(memory, line, first, noun + 1, "group"))
    if low in speech_words("companies") and not owner and not plain and modified and is_name(line.tokens[noun - 1]):
        start = name_start(line, noun - 1)
        return Phrase(first, noun + 1, make_referent(memory, line, start, noun + 1, "group"))  # "a Stanford team"
    if low in speech_words("companies") and (owner or plain):
        firm = memory.resolve("organisation", line, first)
        return Phrase(first, noun + 1, firm or make_referent(memory, line, first, noun + 1, "group"))
    if low in speech_words("papers"):
        if not (owner or plain):
            return Phrase(first, noun + 1, None)
        author = owner[1] if owner else _author(memory, line, first, noun)
        if author is None and low in ("table", "page", "website", "site", "notes"):
            return Phrase(first, noun + 1, None)
        return Phrase(first, noun + 1, author or make_referent(memory, line, first + plain, noun + 1, "paper"))
    if low in speech_words("people") and (owner or plain):
        person = memory.resolve("person", line, first)
        return Phrase(first, noun + 1, person or make_referent(memory, line, first, noun + 1, "person"))
    if low in speech_words("anonymous"):
        before = line.tokens[noun - 1] if noun else None
        start = name_start(line, noun - 1) if before is not None and before.upper else 0
        if before is not None and before.upper and before.low not in NO_NAMES | speech_words("anonymous"):
            return Phrase(start, noun + 1, make_referent(memory, line, start, noun + 1, "group"))
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
    while start > 2 and (
        line.tokens[start - 1].low in speech_words("companies") or line.tokens[start - 1].low == "the"
    ):
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
            return Phrase(first, phrase.last, make_referent(memory, line, first, phrase.last, "group"))
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
        return Phrase(at, at + 1, memory.resolve("person", line, at) or memory.last_speaker(line))
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
        aside = next((i for i in range(at - 1, max(0, at - _LONGEST_APPOSITION), -1) if _low(line, i) == ","), 0)
        relates = _low(line, aside + 1) in ("who", "which", "whose")  # "Kim, who works at Corvid, said"
        inner = _at(memory, line, at - 1) if at > 2 and not relates and is_name(line.tokens[at - 1]) else None
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
        first = name_start(line, at) if is_name(token) or token.mention is None else line.at(token.mention.start)
        first = _first_of_pair(line, first)
        return _with_affiliation(memory, line, _named(memory, line, first, at + 1))
    first = _start_of_phrase(line, at)
    if (
        line.tokens[first].low == "the"
        and first < at <= first + 3
        and not token.upper
        and all(map(_can_speak, line.tokens[first + 1 : at + 1]))
    ):
        group = Phrase(first, at + 1, make_referent(memory, line, first, at + 1, "group"))
        wide = _with_affiliation(memory, line, group)
        return replace(wide, referent=None) if wide is group and _low(line, first - 1) in _PREPOSITIONS else wide
    first = at - 1 if first == at and at and line.tokens[at - 1].low in _COUNTS else first
    return Phrase(first, at + 1, None) if first < at and _can_speak(token) else None


def _first_of_pair(line: Line, first: int) -> int:
    """Where the first of two names stands that speak together: "Larkfield and Corvid said"."""
    if first < 2 or line.tokens[first - 1].low not in ("and", "&") or not is_name(line.tokens[first - 2]):
        return first
    start = name_start(line, first - 2)
    return start if start == 0 or line.tokens[start - 1].low in _STARTS_CLAUSE | _OF else first


def _is_site(line: Line, at: int) -> bool:
    """Tell whether a cluster's name stands as a firm's that opens a sentence or a clause: ", Start Campus says"."""
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
    if (phrase := _in_apposition(memory, line, at)) is not None:
        return phrase
    if (phrase := _pronoun(memory, line, at)) is not None:
        return phrase
    for place in _names_from(line, at):
        last = name_end(line, place)
        following = _low(line, last)
        if following in speech_words("titles") and last + 1 < len(line.tokens) and is_name(line.tokens[last + 1]):
            place, last = last + 1, name_end(line, last + 1)  # "Nvidia boss Kim Lee"
        elif following in speech_words("anonymous") - speech_words("staff"):
            return Phrase(at, last + 1, None)  # "U.S. competitors"
        elif following in speech_words("staff") | speech_words("companies"):
            return Phrase(at, last + 1, make_referent(memory, line, place, last + 1, "group"))  # "the Larkfield team"
        owned = line.tokens[last].low == "'s" if last < len(line.tokens) else False
        if owned:
            for noun in range(last + 1, min(len(line.tokens), last + 4)):
                if line.tokens[noun].low in speech_words("authors") or line.tokens[noun].low in speech_words("staff"):
                    return Phrase(at, noun + 1, make_referent(memory, line, place, noun + 1, "group"))
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


def _in_apposition(memory: Memory, line: Line, at: int) -> Phrase | None:
    """Read the name of two words or more that follows a role and a comma: "its director, Kim Lee"."""
    comma = next((i for i in range(at + 2, at + 6) if _low(line, i) == ","), len(line.tokens) - 1)
    if line.tokens[at].low not in _DETERMINERS or line.tokens[comma - 1].low not in speech_words("people"):
        return None
    named = comma + 1 < len(line.tokens) and is_name(line.tokens[comma + 1])
    last = name_end(line, comma + 1) if named else 0
    return replace(_named(memory, line, comma + 1, last), first=at) if last - comma > 2 else None


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
        return Phrase(at, noun + 1, make_referent(memory, line, at + 1, noun + 1, "paper"))
    return Phrase(at, noun + 1, phrase.referent if phrase is not None else None)
