"""Text -> sentences, each with its paragraph, its kind and the heading that it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.pipeline.readings import Sentence, SentenceKind

__all__ = ["split_sentences"]

# A full stop after one of these ends no sentence
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sen rep gov gen st jr sr inc corp co ltd llc plc vs etc approx ca est no vol fig sec eq "
    "jan feb mar apr jun jul aug sept sep oct nov dec mon tue wed thu fri sat sun calif mass wash tex ariz fla "
    "u.s u.k u.n e.u d.c a.m p.m e.g i.e al cf resp incl max min avg dept univ mio mrd".split()
)
_STOP = re.compile(r"""[.!?…]+["')\]]*(?=\s+["'(\[]*[\w~$€£¥₹@#>-])""")
_LAST_WORD = re.compile(r"[\w.]+\Z")
_ITEM = re.compile(r"\s*(?:[-*•▪‣·–—+]|\(?\d{1,2}[.)]|[a-z][.)])\s+\S")
_NUMBERED = re.compile(r"\s*\d{1,2}[.)]\s")
_HEADING_MARK = re.compile(r"\s*#{1,6}\s")
_HEADING_WORDS = 12
_LONGEST_WORD = 40  # of a longer one the end will do: it is no abbreviation


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if not match.group().startswith("."):
        return True
    following = text[match.end() :].lstrip()[:1]
    word = _LAST_WORD.search(text, max(start, match.start() - _LONGEST_WORD), match.start())
    if word is None:
        return True
    last = word.group().lower().rstrip(".")
    if last in _ABBREVIATIONS:
        return False
    if len(last) == 1 and last.isalpha() and last != "i":
        return False
    return not following.islower() or match.end() - match.start() > 1


def _line_kind(line: str) -> SentenceKind:
    """Tell what a line stands as by its own looks."""
    bare = line.strip()
    if bare.count(" | ") >= 1 or (bare.startswith("|") and bare.endswith("|")):
        return "row"
    if _HEADING_MARK.match(line):
        return "heading"
    item = bool(_ITEM.match(line))
    words = len(bare.split())
    ends = bare[-1:] in ".!?;,…" or bare[-2:] in ('."', '?"', '!"')
    if words <= _HEADING_WORDS and not ends and (not item or _NUMBERED.match(line)):
        return "heading"
    return "item" if item else "prose"


def split_sentences(text: str) -> Iterator[Sentence]:
    r"""Yield sentences in order. A line break always ends one; offsets leave out the white space around.

    A short line with no full stop is a heading; so is a short numbered line ("5. LLaMA (2023)").

    >>> text = "Sizes\n\nGrok 2 took 20,000 chips, Mr. Musk said. The next will take more."
    >>> [(s.kind, text[s.start:s.end]) for s in split_sentences(text)][1]
    ('prose', 'Grok 2 took 20,000 chips, Mr. Musk said.')
    """
    paragraph = 0
    index = 0
    section: int | None = None
    at = 0
    blank = False
    for line in text.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        if not line.strip():
            blank = True
            continue
        if blank:
            paragraph += 1
            blank = False
        kind = _line_kind(line)
        if kind == "heading":
            section = index
        begin = start
        stops = _STOP.finditer(text, start, end) if kind in ("prose", "item") else ()
        for cut in [*(stop.end() for stop in stops if _ends_sentence(text, start, stop)), end]:
            piece = text[begin:cut]
            left = begin + len(piece) - len(piece.lstrip())
            right = begin + len(piece.rstrip())
            if right > left:
                yield Sentence(left, right, paragraph, kind, section=section)
                index += 1
            begin = cut
        paragraph += kind in ("item", "row", "heading")
