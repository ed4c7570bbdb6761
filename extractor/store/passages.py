"""An article's text and its claims -> the passages that may be published, and the offsets in what is left.

No database. All offsets are half-open and count code points; a *span* is a pair of them.

The share of an article is what stands in all its published passages together, each code point once, by the length of
its whole text. Its headline is no part of either.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

__all__ = [
    "Excerpt", "GAP", "choose_passages", "count_allowed", "count_span", "cut_excerpt", "find_clause", "find_value",
    "list_steps", "merge_spans",
]  # fmt: skip

Span = tuple[int, int]

GAP = "[…]"
"""What stands in a published text for all that is left out between two passages."""

# Spans this near to each other are one passage: the sign for what is left out would be as long as the words.
_NEAR = 3
_CLAUSE_END = re.compile(r"""[,;:.!?]+["'”’)\]]*(?=\s|\Z)|\s+[-–—]+\s+|—|\n+|[()]""")


def count_allowed(length: int, share: float) -> int:
    """Return how many code points of a text of this length a share of it is; never more than the share.

    >>> count_allowed(299, 0.1), count_allowed(100, 0.29), count_allowed(7, 1)
    (29, 29, 7)
    """
    # By decimal places: 0.29 * 100 is 28.999999999999996
    return int(Decimal(str(share)) * length)


def find_clause(text: str, span: Span, sentence: Span) -> Span:
    """Return the span widened to the next comma, dash, bracket or the like on both sides, within its sentence.

    >>> text = "Last year, the lab said it used 512 H800 chips, two people said."
    >>> text[slice(*find_clause(text, (32, 46), (0, 64)))]
    'the lab said it used 512 H800 chips'
    """
    start, end = sentence[0], sentence[1]
    # Up to the first of its characters, or what stands before it would look like the end of the text
    ends = [found.end() for found in _CLAUSE_END.finditer(text, sentence[0], span[0] + 1)]
    start = max([start, *(at for at in ends if at <= span[0])])
    if after := _CLAUSE_END.search(text, span[1], sentence[1]):
        end = after.start()
    while start < span[0] and text[start].isspace():
        start += 1
    while end > span[1] and text[end - 1].isspace():
        end -= 1
    return start, end


def list_steps(text: str, claim: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]) -> list[list[Span]]:
    """Return what to publish of the text for one claim, from the most to nothing; five lists of spans.

    The clause with quote and evidence; the quote and the words of evidence; the quote; the words of the value;
    nothing. What stands in the headline asks for nothing.
    """
    words = [(row["start"], row["end"]) for row in evidence if row["part"] == "text"]
    if claim["part"] != "text":
        return [words, words, [], [], []]
    quote, sentence = (claim["start"], claim["end"]), (claim["sentence_start"], claim["sentence_end"])
    near = [quote, *(span for span in words if sentence[0] <= span[0] and span[1] <= sentence[1])]
    hull = min(start for start, _ in near), max(end for _, end in near)
    apart = [span for span in words if span not in near]
    return [[find_clause(text, hull, sentence), *apart], [quote, *words], [quote], [find_value(claim, evidence)], []]


def find_value(claim: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]) -> Span:
    """Return the words of the value within the quote of a claim; the whole quote if evidence does not tell them."""
    start, end = claim["start"], claim["end"]
    inside = [
        (row["start"], row["end"])
        for row in evidence
        if row["role"] == "value" and row["part"] == claim["part"] and start <= row["start"] and row["end"] <= end
    ]
    return (min(a for a, _ in inside), max(b for _, b in inside)) if inside else (start, end)


def choose_passages(steps: Sequence[Sequence[Sequence[Span]]], most: int) -> list[Span]:
    """Choose what is published of a text for its claims.

    All begin with the most that they ask for. While that is too much together, the longest among those that have
    the most goes one step down: every clause is cut before any evidence, and all evidence before any quote. Then what
    there is room for, or what costs nothing because another claim's passage holds it, goes up again.

    Args:
        steps: of each claim, what `list_steps` returns.
        most: code points that may be published.

    Returns:
        The passages, in order, none touching another.
    """
    now = [0] * len(steps)

    def chosen() -> list[Span]:
        return merge_spans(span for claim, step in zip(steps, now, strict=True) for span in claim[step])

    while count_span(chosen()) > most:
        first = min(now)
        longest = max(
            (i for i, step in enumerate(now) if step == first), key=lambda i: (count_span(steps[i][first]), i)
        )
        now[longest] += 1
    rising = any(now)
    while rising:
        rising = False
        for i in sorted(range(len(steps)), key=lambda i: (-now[i], count_span(steps[i][max(now[i] - 1, 0)]), i)):
            if now[i] == 0:
                continue
            now[i] -= 1
            if count_span(chosen()) > most:
                now[i] += 1
            else:
                rising = True
    return chosen()


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that overlap or nearly touch as one.

    >>> merge_spans([(20, 30), (0, 5), (7, 9), (25, 40)])
    [(0, 9), (20, 40)]
    """
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + _NEAR:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def count_span(spans: Iterable[Span]) -> int:
    """Return how many code points the spans hold."""
    return sum(end - start for start, end in spans)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The published part of a text, and where its passages stand in the whole.

    Attributes:
        text: the passages in order, with a sign for all that is left out.
        starts: where each passage begins in it.
        passages: where each stands in the whole text.
        gaps: of each stretch that is left out, where it begins in the whole text, and its sign in ``text``.
    """

    text: str
    starts: tuple[int, ...]
    passages: tuple[Span, ...]
    gaps: tuple[tuple[int, Span], ...]

    def place(self, span: Span) -> Span | None:
        """Return where a span of the whole text stands in the excerpt; None if not all of it does."""
        i = bisect_right(self.passages, span[0], key=lambda passage: passage[0]) - 1
        if i < 0 or span[1] > self.passages[i][1]:
            return None
        by = self.starts[i] - self.passages[i][0]
        return span[0] + by, span[1] + by

    def place_within(self, span: Span, around: Span) -> Span:
        """Return where the passage that holds a span stands in the excerpt, cut at the ends of what is around it."""
        i = bisect_right(self.passages, span[0], key=lambda passage: passage[0]) - 1
        start, end = max(self.passages[i][0], around[0]), min(self.passages[i][1], around[1])
        by = self.starts[i] - self.passages[i][0]
        return start + by, end + by

    def find_sign(self, span: Span) -> Span:
        """Return where the sign stands for what is left out of a span of the whole text.

        Raises:
            IndexError: if nothing of the span is left out.
        """
        inside = [sign for start, sign in self.gaps if span[0] <= start < span[1]]
        before = [sign for start, sign in self.gaps if start <= span[0]]
        at = self.place((span[0], span[0] + 1))
        return before[-1] if at is None else inside[0]


def cut_excerpt(text: str, passages: Sequence[Span]) -> Excerpt:
    """Return what is left of a text of which only these passages may stand.

    Args:
        text: the whole text.
        passages: spans of it, in order, none touching another.

    >>> cut_excerpt("It took 512 chips. They ran for 80 hours.", [(8, 17), (32, 40)]).text
    '[…] 512 chips […] 80 hours […]'
    """
    out, starts, gaps, at = "", [], [], 0
    for start, end in [*passages, (len(text), len(text))]:
        if start > at:
            gaps.append((at, (len(out) + bool(out), len(out) + bool(out) + len(GAP))))
            out += f" {GAP}" if out else GAP
            if end > start:
                # A passage of another paragraph begins one here, too
                out += "\n\n" if "\n\n" in text[at:start] else " "
        if end > start:
            starts.append(len(out))
            out += text[start:end]
        at = end
    return Excerpt(out, tuple(starts), tuple(passages), tuple(gaps))
