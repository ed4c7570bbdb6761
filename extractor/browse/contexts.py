"""An article, a claim and its evidence -> the claim's sentence with what stands before and after it. No database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extractor.highlights import Mark, Piece, cut_text

__all__ = ["Context", "find_context"]

# What is shown on either side of the sentence, and of a sentence on either side of the quote; in characters.
AROUND = 420
_END = re.compile(r"""(?<=[.!?…])["')\]”’]*\s+|\n+""")


@dataclass(frozen=True, slots=True)
class Context:
    """Stretches of a text that follow each other, cut at the quote (key ``quote``) and the evidence (key: its role).

    Attributes:
        start, end: where the whole of it stands in its part of the article.
        opens, closes: whether the part begins and ends with it.
    """

    before: list[Piece]
    sentence: list[Piece]
    after: list[Piece]
    start: int
    end: int
    opens: bool
    closes: bool

    def holds(self, row: Mapping[str, Any], part: str) -> bool:
        """Tell whether a row of evidence stands in it."""
        return bool(row["part"] == part and self.start <= row["start"] and row["end"] <= self.end)


def find_context(
    article: Mapping[str, Any], claim: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]
) -> Context:
    """Return the sentence of a claim and a few before and after it, as far as some hundred characters reach.

    Where a sentence is of no sensible length, such as a text without a full stop, it is cut around the quote.
    """
    text = article["title" if claim["part"] == "title" else "text"]
    first = max(claim["sentence_start"], claim["start"] - 2 * AROUND)
    last = min(claim["sentence_end"], claim["end"] + 2 * AROUND)
    start = _find_start(text, first) if first == claim["sentence_start"] else first
    end = _find_end(text, last) if last == claim["sentence_end"] else last
    spans = {(claim["start"], claim["end"], "quote")}
    if text[claim["start"] : claim["end"]] != claim["quote"]:
        spans = set()  # what the claim points to is not what it quotes
    spans |= {(row["start"], row["end"], row["role"]) for row in evidence if row["part"] == claim["part"]}

    def cut(begin: int, finish: int) -> list[Piece]:
        marks = [Mark(max(a, begin) - begin, min(b, finish) - begin, key) for a, b, key in sorted(spans)]
        return list(cut_text(text[begin:finish], marks))

    return Context(
        before=cut(start, first), sentence=cut(first, last), after=cut(last, end),
        start=start, end=end, opens=start == 0, closes=end >= len(text),
    )  # fmt: skip


def _find_start(text: str, at: int) -> int:
    """Return where the earliest sentence begins that stands whole within reach before a place."""
    reach = max(0, at - AROUND)
    if reach == 0:
        return 0
    ends = [match.end() for match in _END.finditer(text, reach, at)]
    return ends[0] if ends else reach


def _find_end(text: str, at: int) -> int:
    """Return where the last sentence ends that stands whole within reach after a place."""
    reach = min(len(text), at + AROUND)
    if reach == len(text):
        return reach
    starts = [match.start() for match in _END.finditer(text, at, reach) if match.start() > at]
    return starts[-1] if starts else reach
