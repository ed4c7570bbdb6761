"""Sentence -> line: its plain words with their mentions, the cues of modifiers on it, and how far each cue reaches."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from extractor.pipeline.readings import Mention, Reading, SentenceKind
from extractor.rules.modifiers import GAPS, Cue, Modifier, load_modifiers

__all__ = ["Hit", "Line", "Token", "find_hits", "make_line", "measure"]

# Handles, words with inner marks, clitics apart ("they'll", "Meta's"), signs
_TOKEN = re.compile(
    r"@\s?\w+(?:-\w+)*|\b(?:[A-Za-z]\.){2,}|\d+(?:[.,]\d+)*\w*(?:-\w+)*|'(?:ll|d|s|ve|re|m)\b"
    r"|\w+(?:(?!'(?:ll|d|s|ve|re|m)\b)[-.&'](?=\w)\w+)*|[^\w\s]"
)
_YEAR = re.compile(r"(?:early-|mid-|late-|end-)?((?:19|20)\d\d)\Z")
_BARS = frozenset({";", "|", "where", "if", "but", "while"})  # no gap of a cue reaches over these
_OPENERS = frozenset({"which", "who", "whose", "where", "whom", "when"})


@dataclass(frozen=True, slots=True)
class Token:
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
    """The tokens of one sentence."""

    sentence: int
    kind: SentenceKind
    tokens: tuple[Token, ...]
    year: int | None = None

    def at(self, offset: int) -> int:
        """The token that an offset stands in, or the first one behind it."""
        for i, token in enumerate(self.tokens):
            if offset < token.end:
                return i
        return max(0, len(self.tokens) - 1)


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found: tokens ``first`` to ``last``, half-open."""

    modifier: Modifier
    first: int
    last: int


def make_line(reading: Reading, index: int) -> Line:
    """Cut one sentence of a reading into tokens."""
    sentence = reading.sentences[index]
    mentions = iter(sentence.mentions)
    mention = next(mentions, None)
    tokens = []
    for match in _TOKEN.finditer(reading.text, sentence.start, sentence.end):
        start, end = match.span()
        while mention is not None and mention.end <= start:
            mention = next(mentions, None)
        inside = mention if mention is not None and mention.start < end and start < mention.end else None
        text = match.group()
        tokens.append(Token(text.lower(), start, end, text[0].isupper(), text[1:] != text[1:].lower(), inside))
    year = reading.document.published[:4]
    return Line(index, sentence.kind, tuple(tokens), int(year) if year.isdigit() else None)


@cache
def _book(slot: str) -> Mapping[str, tuple[tuple[Cue, Modifier], ...]]:
    """The cues of a slot by their first word, longest first."""
    book: dict[str, list[tuple[Cue, Modifier]]] = defaultdict(list)
    for modifier in load_modifiers():
        if modifier.slot == slot:
            for cue in modifier.cues:
                for word in cue[0]:
                    book[word].append((cue, modifier))
    return {word: tuple(sorted(cues, key=lambda pair: -len(pair[0]))) for word, cues in book.items()}


def _fits(element: frozenset[str], token: Token, line: Line) -> bool:
    if token.low in element:
        return True
    if "NUM" in element and token.low[0].isdigit():
        return True
    if "YEAR" in element or "FUTURE" in element:
        match = _YEAR.match(token.low)
        return bool(match) and ("YEAR" in element or (line.year is not None and int(match[1]) >= line.year))  # type: ignore[index]
    return False


def _match(cue: Cue, line: Line, at: int) -> tuple[int, ...] | None:
    """Match a cue at a token; return the tokens it took. A gap takes as few as it can, and no new clause."""
    taken: list[int] = []
    for i, element in enumerate(cue):
        gap = next((GAPS[g] for g in element if g in GAPS), None)
        if gap is not None:
            for skipped in range(gap + 1):
                if at + skipped > len(line.tokens) or any(t.low in _BARS for t in line.tokens[at : at + skipped]):
                    return None
                rest = _match(cue[i + 1 :], line, at + skipped)
                if rest is not None:
                    return (*taken, *rest)
            return None
        if at >= len(line.tokens) or not _fits(element, line.tokens[at], line):
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
        following = line.tokens[1] if len(line.tokens) > 1 else token
        return len(line.tokens) > 1 and following.upper and not following.acronym and following.mention is None
    return line.kind == "prose" and line.tokens[at - 1].low not in ('"', ":", "(", "-", "–", "•", "—")


def find_hits(line: Line, slot: str) -> list[Hit]:
    """Find the cues of a slot on a line: of each modifier the longest at a token.

    A cue whose tokens all belong to a longer one is spent: "not" in "not only", "would" in "said it would".
    """
    book = _book(slot)
    found: list[tuple[Hit, frozenset[int]]] = []
    for at, token in enumerate(line.tokens):
        if token.low not in book or _is_name(line, at):
            continue
        seen: set[str] = set()
        for cue, modifier in book[token.low]:
            if modifier.id in seen or (modifier.where and line.kind not in modifier.where):
                continue
            taken = _match(cue, line, at)
            if taken is not None:
                seen.add(modifier.id)
                found.append((Hit(modifier, at, taken[-1] + 1), frozenset(taken)))
    return [hit for hit, taken in found if not any(taken < other and not _same(hit, by, other) for by, other in found)]


def _same(hit: Hit, by: Hit, taken: frozenset[int]) -> bool:
    """Tell whether a longer cue without a gap says the same, so that both may look their own way: "are slated to"."""
    return hit.modifier.value == by.modifier.value and len(taken) == by.last - by.first


def _ends_at(line: Line, at: int, ends: tuple[tuple[str, ...], ...]) -> bool:
    return any(line.tokens[at].low == end[0] and _spelled(line, at, end) for end in ends)


def _spelled(line: Line, at: int, end: tuple[str, ...]) -> bool:
    return len(end) == 1 or tuple(t.low for t in line.tokens[at : at + len(end)]) == end


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
    if modifier.reach is not None and len(between) > modifier.reach:
        return None
    ends = modifier.ends
    if _is_embedded(line, hit.first) or (not ahead and modifier.direction == "both"):
        # a cue for both sides is tied less to what stands before it: "9T tokens for pretraining, and ..."
        ends = (*ends, (",",))
    outside = tuple(_outside_brackets(line, between))
    if any(line.tokens[at].low == (")" if ahead else "(") or _ends_at(line, at, ends) for at in outside):
        return None
    if not ahead and modifier.direction == "both" and any(_holds_number(line.tokens[at]) for at in outside):
        return None
    return len(between)


def _holds_number(token: Token) -> bool:
    return token.mention is not None and token.mention.quantity is not None


def _outside_brackets(line: Line, between: range) -> Iterator[int]:
    """Leave out what stands in brackets that both open and close on the way."""
    at = between.start
    while at < between.stop:
        if line.tokens[at].low == "(":
            close = next((i for i in range(at, between.stop) if line.tokens[i].low == ")"), None)
            if close is not None:
                at = close + 1
                continue
        yield at
        at += 1
