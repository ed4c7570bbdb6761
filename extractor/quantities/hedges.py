"""The words around a quantity that make it approximate, a floor or a ceiling."""

from __future__ import annotations

import re
from functools import cache

from extractor.quantities.folding import GAP
from extractor.quantities.lexicon import load_lexicon
from extractor.records import Comparator

__all__ = ["read_hedge_after", "read_hedge_before"]

# "over" before a time means "more than" after these; elsewhere "in the course of" ("trained over 54 days")
OVER_IS_MORE = re.compile(
    r"(?:^|[(,;:\n]|\b(?:for|took|takes?|taking|taken|last(?:s|ed|ing)?|with|of|in|after|to|than|just|well|slightly"
    r"|little|bit|need(?:s|ed)?|requir(?:e|es|ed|ing)|spent|spend|is|was|were|be|been|at|or|and|by|from|used|uses?"
    r"|using|consum\w+|cost|total\w*|has|had|have|that's))[ \xa0]*\Z"
)


# "three epochs over 6 tokens", "the budget goes up to $5bn", "it adds up to $5bn": no bounds
_PLAIN_BEFORE = {
    "over": re.compile(r"\b(?:epochs?|pass|passes|iterations?|moe|model)[ \xa0]*\Z"),
    "up to": re.compile(
        r"\b(?:go|goes|went|gone|rise|rises|rose|risen|raised|raises|moves|moved|bumped|grew|grows"
        r"|adds?|added|adding|sums?|summed|totted)[ \xa0]*\Z"
    ),
}


@cache
def _before_pattern() -> re.Pattern[str]:
    cues = sorted(load_lexicon().hedges, key=len, reverse=True)
    space = r"[\"”]?[ \xa0]{1,4}"
    words = "|".join(re.escape(cue).replace(r"\ ", space) for cue in cues if cue[0].isalpha())
    signs = "|".join(re.escape(cue).replace(r"\ ", space) for cue in cues if not cue[0].isalpha())
    article = r"(?:[ \xa0]{1,4}(?:an?|another))?"
    return re.compile(rf"(?P<cue>(?<![\w-])(?:{words})|{signs}){article}[\"”]?[ \xa0]{{0,8}}[\"“]?\Z")


@cache
def _last_words() -> tuple[frozenset[str], frozenset[str]]:
    """The words that a hedge before a quantity can end with, and the signs."""
    last = {cue.split(" ")[-1].rstrip(".") for cue in load_lexicon().hedges}
    return frozenset({"a", "an", "another", *last}), frozenset(word[-1] for word in last if not word[-1].isalpha())


def _may_end_hedge(before: str) -> bool:
    """Tell whether the words before a quantity may end with a hedge: a first look that costs less than the pattern."""
    words, signs = _last_words()
    bare = before.rstrip(' \xa0"“”')
    if bare[-1:] in signs:
        return True
    bare = bare.rstrip(".")
    at = len(bare)
    while at and bare[at - 1].isalpha():
        at -= 1
    return bare[at:] in words


@cache
def _after_pattern() -> re.Pattern[str]:
    words = sorted(load_lexicon().trailing, key=len, reverse=True)
    spelled = "|".join(re.escape(word).replace(r"\ ", r"[ \xa0]{1,4}") for word in words)
    # a number right behind has the hedge for itself: "80 hours, at least 40"
    return re.compile(rf"{GAP}(?P<cue>{spelled})(?!\w|[ \xa0]*[\d$€£¥])")


def _plain(cue: str) -> str:
    return " ".join(re.sub(r"[\"”\xa0]", " ", cue).split())


def read_hedge_before(text: str, start: int, floor: int, *, timed: bool) -> tuple[Comparator, int, int] | None:
    """Read the hedge that ends where a quantity starts: what it means, and its span.

    Args:
        text: a folded text.
        start: where the quantity starts.
        floor: where the quantity before it ends.
        timed: the quantity is a time, so that "over" may mean "during".
    """
    low = max(floor, start - 36)
    if not _may_end_hedge(text[low:start]) or not (match := _before_pattern().search(text, low, start)):
        return None
    cue = _plain(match["cue"])
    begin = match.start("cue")
    if cue == "over" and timed and not OVER_IS_MORE.search(text, max(0, begin - 16), begin):
        return None
    if cue in ("over", "up to") and _PLAIN_BEFORE[cue].search(text, max(0, begin - 16), begin):
        return None
    if cue in (">", "~", "<") and text[begin - 1 : begin] in "-=<>" and begin:
        return None  # an arrow
    sense = load_lexicon().hedges[cue]
    # "well over about": the hedge further out decides if it says more than that the number is round
    if sense == "approx" and (outer := _before_pattern().search(text, max(floor, begin - 36), begin)):
        wider = load_lexicon().hedges[_plain(outer["cue"])]
        if wider != "approx":
            return wider, outer.start("cue"), match.end("cue")
    return sense, begin, match.end("cue")


def read_hedge_after(text: str, ends: tuple[int, ...]) -> tuple[Comparator, int, int] | None:
    """Read a hedge that starts at one of the places where a number or its unit ends."""
    for end in ends:
        if match := _after_pattern().match(text, end):
            return load_lexicon().trailing[_plain(match["cue"])], match.start("cue"), match.end("cue")
    return None
