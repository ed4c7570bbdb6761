"""Sentence -> line: its plain words with their mentions, the cues of modifiers on it, and how far each cue reaches."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from extractor.pipeline.readings import Mention, Reading, SentenceKind
from extractor.rules.modifiers import GAPS, KINDS_OF_TOKEN, Modifier, load_modifiers

__all__ = ["Hit", "Line", "Token", "find_hits", "make_headline", "make_line", "measure"]

# Handles, words with inner marks, clitics apart ("they'll", "Meta's"), signs
_TOKEN = re.compile(
    r"@\s?\w+(?:-\w+)*|\b(?:[A-Za-z]\.){2,}|\d+(?:[.,]\d+)*\w*(?:-\w+)*|'(?:ll|d|s|ve|re|m)\b"
    r"|\w+(?:(?!'(?:ll|d|s|ve|re|m)\b)[-.&'](?=\w)\w+)*|[^\w\s]"
)
_END = attrgetter("end")
_YEAR = re.compile(r"(?:early-|mid-|late-|end-)?((?:19|20)\d\d)\Z")
_BARS = frozenset({";", "|", "where", "if", "but", "while"})  # no gap of a cue reaches over these
_ADVERBS = frozenset("also now then still already even first once soon later today itself themselves thus".split())
_OPENS_CLAUSE = frozenset(', ; : ( " “ ‘ - – — and or but even'.split())
_PASTS = frozenset("built bought spent used took ran made got put gave found drew grew paid saw".split())
_PAST = frozenset("has have had was were did".split())
_MODALS = frozenset("to will would could may might must shall should can 'll 'd not".split())
_QUOTES = frozenset("\" ' “ ” ‘ ’".split())
_TIES = frozenset("on with across using over in for at of".split())
_JOINS = frozenset("and or that which who".split())
# Cues with which a sentence may open right before a name: "If Larkfield rents 900 GPUs"
_NEVER_NAMES = frozenset("if unless should had were would could might not no neither nor by under once".split())
_OPENERS = frozenset({"which", "who", "whose", "where", "whom", "when"})


class Token(NamedTuple):
    """One plain word or sign: lower case, offsets, the mention that it belongs to.

    Attributes:
        upper: whether it starts with a capital.
        acronym: whether it has capitals inside: "SFT", "QLoRA".
    """

    low: str
    start: int
    end: int
    upper: bool
    acronym: bool = False
    mention: Mention | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The tokens of one sentence, and their words in lower case."""

    sentence: int
    kind: SentenceKind
    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    year: int | None = None

    def at(self, offset: int) -> int:
        """The token that an offset stands in, or the first one behind it."""
        return min(bisect_right(self.tokens, offset, key=_END), max(0, len(self.tokens) - 1))


class Hit(NamedTuple):
    """A cue found: tokens ``first`` to ``last``, half-open."""

    modifier: Modifier
    first: int
    last: int


def make_line(reading: Reading, index: int) -> Line:
    """Cut one sentence of a reading into tokens. A headline is a heading, wherever it stands."""
    sentence = reading.sentences[index]
    after = reading.text[sentence.end : sentence.end + 2]
    opens = index == 0 and after == "\n\n" and reading.text[sentence.end - 1] not in ".!?:;,"
    is_headline = opens or reading.part == "title"
    kind: SentenceKind = "heading" if is_headline else sentence.kind
    tokens = _cut(reading.text, sentence.start, sentence.end, sentence.mentions)
    return _line(index, kind, tokens, reading)


def make_headline(reading: Reading) -> Line:
    """Cut the headline that stands over a text into tokens; their offsets are those of the headline."""
    title = reading.document.title
    return _line(-1, "heading", _cut(title, 0, len(title), reading.title_names), reading)


def _line(index: int, kind: SentenceKind, tokens: tuple[Token, ...], reading: Reading) -> Line:
    year = reading.document.published[:4]
    return Line(index, kind, tokens, tuple([token.low for token in tokens]), int(year) if year.isdigit() else None)


def _cut(text: str, start: int, end: int, names: Sequence[Mention]) -> tuple[Token, ...]:
    mentions = iter(names)
    mention = next(mentions, None)
    tokens: list[Token] = []
    make = tuple.__new__  # what Token() does, without the call in between
    for match in _TOKEN.finditer(text, start, end):
        first, last = match.span()
        while mention is not None and mention.end <= first:
            mention = next(mentions, None)
        inside = mention if mention is not None and mention.start < last and first < mention.end else None
        word = match.group()
        low = word.lower()
        capitals = (False, False) if low == word else (word[0].isupper(), word[1:] != word[1:].lower())
        tokens.append(make(Token, (low, first, last, *capitals, inside)))
    return tuple(tokens)


class _Step(NamedTuple):
    """An element of a cue: a gap of so many tokens, or the words and the kinds of token that may stand there."""

    gap: int
    words: frozenset[str]
    kinds: frozenset[str]


class _Entry(NamedTuple):
    """What follows the first word of a cue, and whose cue it is."""

    steps: tuple[_Step, ...]
    modifier: Modifier


class _Shelf(NamedTuple):
    """The cues that start with one word, longest first: all of them, and those that a certain word may follow.

    ``others`` are those that need no certain word behind the first.
    """

    every: tuple[_Entry, ...]
    by_next: Mapping[str, tuple[_Entry, ...]]
    others: tuple[_Entry, ...]

    def before(self, token: Token | None) -> tuple[_Entry, ...]:
        """The cues that may go on with a token; past an adverb, any may."""
        if token is None:
            return self.others
        return self.every if _is_adverb(token) else self.by_next.get(token.low, self.others)


def _step(element: frozenset[str]) -> _Step:
    gap = next((GAPS[word] for word in element if word in GAPS), 0)
    return _Step(gap, element - KINDS_OF_TOKEN, element & KINDS_OF_TOKEN)


def _second_words(entry: _Entry) -> frozenset[str]:
    """The words of which one must come second in a cue; empty where a gap, a number or nothing may."""
    second = entry.steps[0] if entry.steps else None
    return frozenset() if second is None or second.gap or second.kinds else second.words


def _shelf(entries: list[_Entry]) -> _Shelf:
    """Sort cues by their second word; those that need none stand under every word."""
    entries.sort(key=lambda entry: -len(entry.steps))
    seconds = [_second_words(entry) for entry in entries]
    return _Shelf(
        tuple(entries),
        {
            word: tuple(e for e, words in zip(entries, seconds, strict=True) if not words or word in words)
            for word in frozenset().union(*seconds)
        },
        tuple(e for e, words in zip(entries, seconds, strict=True) if not words),
    )


@cache
def _book(slot: str) -> Mapping[str, _Shelf]:
    """The cues of a slot by their first word."""
    book: dict[str, list[_Entry]] = defaultdict(list)
    for modifier in load_modifiers():
        if modifier.slot == slot:
            for cue in modifier.cues:
                entry = _Entry(tuple(map(_step, cue[1:])), modifier)
                for word in cue[0]:
                    book[word].append(entry)
    return {word: _shelf(entries) for word, entries in book.items()}


def _fits(step: _Step, line: Line, at: int) -> bool:
    word = line.words[at]
    if word in step.words:
        return True
    if not step.kinds:
        return False
    if "NUM" in step.kinds and word[0].isdigit():
        return True
    if step.kinds <= {"NUM"} or not (match := _YEAR.match(word)):
        return False
    if "YEAR" in step.kinds:
        return True
    if line.year is None:  # "by 2030" looks ahead, whenever it was written
        return any(before in ("by", "until") for before in line.words[max(0, at - 2) : at])
    return int(match[1]) >= line.year


def _is_adverb(token: Token) -> bool:
    """Tell whether a word, or a quotation mark, may stand inside a cue: "is now to", "was reportedly set to"."""
    if token.low in _QUOTES:
        return True
    return token.mention is None and (token.low in _ADVERBS or (len(token.low) > 4 and token.low.endswith("ly")))


def _match(steps: tuple[_Step, ...], line: Line, at: int, *, behind_gap: bool = False) -> tuple[int, ...] | None:
    """Match the rest of a cue at a token; return the tokens it took. A gap takes few of them, and no new clause."""
    taken: list[int] = []
    count = len(line.words)
    for i, step in enumerate(steps):
        if step.gap:
            for place in range(at, min(at + step.gap, count) + 1):
                if place > at and line.words[place - 1] in _BARS:
                    return None
                rest = _match(steps[i + 1 :], line, place, behind_gap=True)
                if rest is not None:
                    return (*taken, *rest)
            return None
        fits = at < count and _fits(step, line, at)
        if not fits and (i or not behind_gap) and at + 1 < count and _is_adverb(line.tokens[at]):
            at += 1
            fits = _fits(step, line, at)
        if not fits:
            return None
        taken.append(at)
        at += 1
    return tuple(taken)


def _is_name(line: Line, at: int) -> bool:
    """Tell whether a capital makes a would-be cue a name ("Will Smith", "in May"); headings capitalise all."""
    token = line.tokens[at]
    if not token.upper or token.acronym or line.kind in ("heading", "row"):
        return False
    if at == 0:
        following = line.tokens[1] if len(line.tokens) > 1 and token.low not in _NEVER_NAMES else None
        return following is not None and following.upper and not following.acronym and following.mention is None
    return line.kind == "prose" and line.tokens[at - 1].low not in ('"', ":", "(", "]", "-", "–", "•", "—")


def find_hits(line: Line, slot: str) -> list[Hit]:
    """Find the cues of a slot on a line: of each modifier the longest at a token.

    A cue whose tokens all belong to a longer one that looks the same way is spent: "not" in "not only", "would" in
    "said it would".
    """
    book, words = _book(slot), line.words
    if book.keys().isdisjoint(words):
        return []
    found: list[tuple[Hit, frozenset[int]]] = []
    for at, shelf in [(at, book[word]) for at, word in enumerate(words) if word in book]:
        entries = shelf.before(line.tokens[at + 1] if at + 1 < len(words) else None)
        if not entries or _is_name(line, at):
            continue
        seen: set[str] = set()
        for steps, modifier in entries:
            if modifier.id in seen or (modifier.where and line.kind not in modifier.where):
                continue
            if modifier.opens and at and words[at - 1] not in _OPENS_CLAUSE:
                continue
            taken = _match(steps, line, at + 1)
            if taken is not None:
                seen.add(modifier.id)
                found.append((Hit(modifier, at, taken[-1] + 1 if taken else at + 1), frozenset((at, *taken))))
    longer = [(by, other) for by, other in found if len(other) > 1]
    return [
        hit for hit, taken in found if not any(taken < other and not _apart(hit, by, other) for by, other in longer)
    ]


def _apart(hit: Hit, by: Hit, taken: frozenset[int]) -> bool:
    """Tell whether a longer cue leaves a shorter one its say.

    It does where it says the same without a gap, so that both may look their own way ("are slated to"), and where it
    speaks of the sentence before alone.
    """
    if by.modifier.direction == "previous":
        return True
    same = hit.modifier.value == by.modifier.value and hit.modifier.direction != by.modifier.direction
    return same and len(taken) == by.last - by.first


def _ends_at(line: Line, at: int, ends: tuple[tuple[str, ...], ...]) -> bool:
    word = line.tokens[at].low
    if word == "and" and not _is_past(line, at) and _adds_quantity(line, at):
        return False
    if word == "today" and line.words[at + 1 : at + 2] == ("'s",):
        return False
    return any(_is_past(line, at) if end[0] == "PAST" else word == end[0] and _spelled(line, at, end) for end in ends)


def _adds_quantity(line: Line, at: int) -> bool:
    """Tell whether an "and" joins another figure or chip, so that one verb holds for both: "900 GPUs and 20 MW"."""
    following = line.tokens[at + 1 : at + 5]
    return any(
        (t.mention is not None and t.mention.quantity is not None)
        or (i == 0 and t.mention is not None and t.mention.kind == "CHIP")
        for i, t in enumerate(following)
    )


def _is_past(line: Line, at: int) -> bool:
    """Tell whether a verb sets its clause in the past: "has" of "and has used", not of "will have used"."""
    if line.words[at] == "and" and at + 1 < len(line.words):
        following = line.tokens[at + 1]
        return following.mention is None and (following.low in _PASTS or following.low.endswith("ed"))
    if line.words[at] not in _PAST:
        return False
    before = at - 1
    while before >= 0 and _is_adverb(line.tokens[before]):
        before -= 1
    return before < 0 or line.tokens[before].low not in _MODALS


def _spelled(line: Line, at: int, end: tuple[str, ...]) -> bool:
    return len(end) == 1 or line.words[at : at + len(end)] == end


def _is_embedded(line: Line, at: int) -> bool:
    """Tell whether a token stands in a relative clause that a comma opened: its cue ends at the next comma."""
    for i in range(at - 1, 0, -1):
        if line.tokens[i].low in (",", ";"):
            return False
        if line.tokens[i].low in _OPENERS:
            return line.tokens[i].low == "where" or line.tokens[i - 1].low == ","
    return False


def measure(line: Line, hit: Hit, first: int, last: int) -> int | None:
    """Tell how many tokens stand between a cue and the claim of tokens ``first`` to ``last``.

    Returns:
        0 where they overlap; None where the cue's scope does not reach the claim.
    """
    modifier = hit.modifier
    if hit.first < last and first < hit.last:
        return 0
    if modifier.direction in ("self", "previous"):
        return None
    ahead = hit.last <= first
    if modifier.direction == ("backward" if ahead else "forward"):
        return None
    between = range(hit.last, first) if ahead else range(last, hit.first)
    ends = modifier.ends
    if _is_embedded(line, hit.first) or (not ahead and modifier.direction == "both"):
        # a cue for both sides is tied less to what stands before it: "9T tokens for pretraining, and ..."
        ends = (*ends, (",",))
    outside = _outside_brackets(line, between)
    if not ahead and modifier.value != "hypothetical" and _follows_apposition(line, between):
        outside = ()
    elif modifier.reach is not None and len(between) > modifier.reach:
        return None
    ends = (*ends, (")" if ahead else "(",))
    closers = {end[0] for end in ends} | _PAST  # a first look, which spares most tokens the rest
    if any(
        line.words[at] in closers and _ends_at(line, at, ends) and not _opens_figure(line, at, hit, first)
        for at in outside
    ):
        return None
    if not ahead and modifier.direction == "both" and any(_starts_number(line, at) for at in outside):
        return None
    return len(between)


def _opens_figure(line: Line, at: int, hit: Hit, first: int) -> bool:
    """Tell whether a colon stands right before a claim, or right behind a cue: "is going to build: a hall of 90 MW"."""
    return line.tokens[at].low == ":" and (0 < first - at <= 2 or 0 < at - hit.last <= 1)


def _follows_apposition(line: Line, between: range) -> bool:
    """Tell whether all that parts a claim from the verb behind it stands between commas, or is the comma behind it.

    "A second hall for 900 GPUs, with 20 MW of its own, has been ordered"; "Half of it, $85m, is earmarked".
    """
    commas = [at for at in between if line.tokens[at].low == ","]
    if not commas or commas[-1] != between.stop - 1 or any(line.tokens[at].low in _BARS for at in between):
        return False
    if len(commas) == 1:
        before = range(max(0, between.start - 8), between.start)
        return len(between) <= 4 and any(line.tokens[at].low == "," for at in before)
    return len(commas) == 2 and not any(line.tokens[at].low in _JOINS for at in range(between.start, commas[0]))


def _starts_number(line: Line, at: int) -> bool:
    """Tell whether another figure starts at a token, and not one that is tied to what went before: "on 32 A100s"."""
    mention = line.tokens[at].mention
    if mention is None or mention.quantity is None or line.tokens[at].start > mention.start:
        return False
    return at == 0 or line.tokens[at - 1].low not in _TIES


def _outside_brackets(line: Line, between: range) -> Sequence[int]:
    """Leave out what stands in brackets that both open and close on the way."""
    words = line.words[between.start : between.stop]
    if "(" not in words:
        return between
    found, at = [], 0
    while at < len(words):
        if words[at] == "(" and ")" in words[at:]:
            at = words.index(")", at) + 1
        else:
            found.append(between.start + at)
            at += 1
    return found
