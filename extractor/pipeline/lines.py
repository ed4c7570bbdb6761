"""Sentence -> line: its plain words with their mentions, the cues of modifiers on it, and how far each cue reaches."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from extractor.pipeline.readings import Mention, Reading, SentenceKind
from extractor.rules.modifiers import GAPS, Cue, Modifier, load_modifiers

__all__ = ["Hit", "Line", "Token", "find_hits", "make_headline", "make_line", "measure"]

# Handles, words with inner marks, clitics apart ("they'll", "Meta's"), signs
_TOKEN = re.compile(
    r"@\s?\w+(?:-\w+)*|\b(?:[A-Za-z]\.){2,}|\d+(?:[.,]\d+)*\w*(?:-\w+)*|'(?:ll|d|s|ve|re|m)\b"
    r"|\w+(?:(?!'(?:ll|d|s|ve|re|m)\b)[-.&'](?=\w)\w+)*|[^\w\s]"
)
_YEAR = re.compile(r"(?:early-|mid-|late-|end-)?((?:19|20)\d\d)\Z")
_BARS = frozenset({";", "|", "where", "if", "but", "while"})  # no gap of a cue reaches over these
_ADVERBS = frozenset("also now then still already even first once soon later today itself themselves thus".split())
_OPENS_CLAUSE = frozenset(', ; : ( " “ ‘ - – — and or but even'.split())
_PAST = frozenset("has have had was were did".split())
_MODALS = frozenset("to will would could may might must shall should can 'll 'd not".split())
_QUOTES = frozenset("\" ' “ ” ‘ ’".split())
_JOINS = frozenset("and or that which who".split())
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
    """Cut one sentence of a reading into tokens. A headline is a heading, wherever it stands."""
    sentence = reading.sentences[index]
    after = reading.text[sentence.end : sentence.end + 2]
    opens = index == 0 and after == "\n\n" and reading.text[sentence.end - 1] not in ".!?:;,"
    is_headline = opens or reading.part == "title"
    kind: SentenceKind = "heading" if is_headline else sentence.kind
    tokens = _cut(reading.text, sentence.start, sentence.end, sentence.mentions)
    return Line(index, kind, tokens, _year(reading))


def make_headline(reading: Reading) -> Line:
    """Cut the headline that stands over a text into tokens; their offsets are those of the headline."""
    title = reading.document.title
    return Line(-1, "heading", _cut(title, 0, len(title), reading.title_names), _year(reading))


def _year(reading: Reading) -> int | None:
    year = reading.document.published[:4]
    return int(year) if year.isdigit() else None


def _cut(text: str, start: int, end: int, names: Sequence[Mention]) -> tuple[Token, ...]:
    mentions = iter(names)
    mention = next(mentions, None)
    tokens = []
    for match in _TOKEN.finditer(text, start, end):
        first, last = match.span()
        while mention is not None and mention.end <= first:
            mention = next(mentions, None)
        inside = mention if mention is not None and mention.start < last and first < mention.end else None
        word = match.group()
        tokens.append(Token(word.lower(), first, last, word[0].isupper(), word[1:] != word[1:].lower(), inside))
    return tuple(tokens)


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


def _fits(element: frozenset[str], line: Line, at: int) -> bool:
    token = line.tokens[at]
    if token.low in element:
        return True
    if "NUM" in element and token.low[0].isdigit():
        return True
    if not element & {"YEAR", "FUTURE"} or not (match := _YEAR.match(token.low)):
        return False
    if "YEAR" in element:
        return True
    if line.year is None:  # "by 2030" looks ahead, whenever it was written
        return any(before.low in ("by", "until") for before in line.tokens[max(0, at - 2) : at])
    return int(match[1]) >= line.year


def _is_adverb(token: Token) -> bool:
    """Tell whether a word, or a quotation mark, may stand inside a cue: "is now to", "was reportedly set to"."""
    if token.low in _QUOTES:
        return True
    return token.mention is None and (token.low in _ADVERBS or (len(token.low) > 4 and token.low.endswith("ly")))


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
        if i and at < len(line.tokens) and not _fits(element, line, at) and _is_adverb(line.tokens[at]):
            at += 1
        if at >= len(line.tokens) or not _fits(element, line, at):
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

    A cue whose tokens all belong to a longer one that looks the same way is spent: "not" in "not only", "would" in
    "said it would".
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
            if modifier.opens and at and line.tokens[at - 1].low not in _OPENS_CLAUSE:
                continue
            taken = _match(cue, line, at)
            if taken is not None:
                seen.add(modifier.id)
                found.append((Hit(modifier, at, taken[-1] + 1), frozenset(taken)))
    return [hit for hit, taken in found if not any(taken < other and not _apart(hit, by, other) for by, other in found)]


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
    if word == "and" and _adds_quantity(line, at):
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
    if line.tokens[at].low not in _PAST:
        return False
    before = at - 1
    while before >= 0 and _is_adverb(line.tokens[before]):
        before -= 1
    return before < 0 or line.tokens[before].low not in _MODALS


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
    if not ahead and _follows_apposition(line, between):
        outside = ()
    if any(
        line.tokens[at].low == (")" if ahead else "(") or _ends_at(line, at, ends)
        for at in outside
        if not _opens_figure(line, at, first)
    ):
        return None
    if not ahead and modifier.direction == "both" and any(_holds_number(line.tokens[at]) for at in outside):
        return None
    return len(between)


def _opens_figure(line: Line, at: int, first: int) -> bool:
    """Tell whether a colon stands right before a claim, so that what was said before it tells of it."""
    return line.tokens[at].low == ":" and 0 < first - at <= 2


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
