"""A text and spans of it -> the text in pieces, each with the spans that it belongs to. Nothing of the text is lost.

Spans may nest, overlap, or be the same: the text is cut wherever one begins or ends, so that no mark has to stand
inside another.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["Mark", "Paragraph", "Piece", "cut_paragraphs", "cut_text"]

_BREAK = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a text that is to be shown: ``text[start:end]``, in code points, and the key of what it stands for."""

    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in which no mark begins or ends.

    Attributes:
        marks: those that cover it, the shortest first: that is the one a reader points at.
        begins, ends: those of them that begin, or end, with it.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    begins: tuple[Mark, ...] = ()
    ends: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The pieces of a paragraph, and the blank lines that follow it."""

    pieces: tuple[Piece, ...]
    after: str


def cut_text(text: str, marks: Iterable[Mark], breaks: Iterable[int] = ()) -> Iterator[Piece]:
    """Yield the pieces of a text, in order; joined, they are the text again.

    Args:
        text: what is cut.
        marks: spans of it; what reaches beyond its end, or is empty, is left out.
        breaks: where to cut as well.

    >>> [(p.text, [m.key for m in p.marks]) for p in cut_text("on 512 H800s", [Mark(3, 12, "a"), Mark(7, 12, "b")])]
    [('on ', []), ('512 ', ['a']), ('H800s', ['b', 'a'])]
    """
    begins: dict[int, list[Mark]] = defaultdict(list)
    edges = {0, len(text), *breaks}
    for mark in marks:
        if 0 <= mark.start < mark.end <= len(text):
            begins[mark.start].append(mark)
            edges |= {mark.start, mark.end}
    now: list[Mark] = []
    for start, end in itertools.pairwise(sorted(edges)):
        now = [mark for mark in now if mark.end > start] + begins[start]
        now.sort(key=lambda mark: (mark.end - mark.start, mark.start))
        yield Piece(
            text[start:end],
            tuple(now),
            tuple(mark for mark in now if mark.start == start),
            tuple(mark for mark in now if mark.end == end),
        )


def cut_paragraphs(text: str, marks: Iterable[Mark]) -> list[Paragraph]:
    """Return the paragraphs of a text, which blank lines part; a mark may go on into the next.

    All pieces and what stands after each paragraph, joined, are the text again. An empty text has no paragraph.
    """
    if not text:
        return []
    bounds = []
    at = 0
    for gap in _BREAK.finditer(text):
        bounds.append((at, *gap.span()))
        at = gap.end()
    bounds.append((at, len(text), len(text)))
    pieces = cut_text(text, marks, itertools.chain.from_iterable(bounds))
    return [
        Paragraph(tuple(_take(pieces, end - start)), "".join(piece.text for piece in _take(pieces, after - end)))
        for start, end, after in bounds
    ]


def _take(pieces: Iterator[Piece], length: int) -> Iterator[Piece]:
    """Yield the next pieces, as many as make up so many code points."""
    while length > 0:
        piece = next(pieces)
        length -= len(piece.text)
        yield piece
