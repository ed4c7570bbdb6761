"""Lists of names -> where they stand in a text.

A name is looked up as a chain of runs of letters and of digits, so that "TPUv4", "TPU-v4" and "TPU v4" are one entry
and a name is found whatever tokenizer a pipeline uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

__all__ = ["Entry", "Hit", "Lexicon", "Runs", "split_runs"]

# The x of "4xH200" and the v of "TPUv4" are runs of their own; in brackets, so that a split keeps what is between them
_RUN = re.compile(r"([xX](?<=\d.)(?=[A-Z])|[^\W\d_](?:[^\W\d_vV]+|[vV](?!\d))*|\d+)")
_THOUSANDS = re.compile(r",\d{3}(?!\d)")
# What may stand between two runs of one name: "GPT-4", "Gemini 1.5", "A.X K1", "Meta's"; never a line break
_JOINT = re.compile(r"[-. \u00a0/'&+]{0,3}\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One spelling of a name.

    Attributes:
        kind: the kind of mention: CHIP, MODEL, ORG, PERSON, CLUSTER, TECHNIQUE.
        name: the canonical name.
        spelling: this spelling, in its own case.
        needs: words of which one must stand within three words of it; empty where the name is safe alone.
        any_case: whether "llama" is as good as "Llama".
        data: the row of the list that it comes from.
    """

    kind: str
    name: str
    spelling: str
    needs: frozenset[str] = frozenset()
    any_case: bool = False
    data: dict[str, str] = field(default_factory=dict, hash=False, compare=False)


class Hit(NamedTuple):
    """A spelling found, at the offsets ``start`` to ``end``.

    Attributes:
        sure: whether the name is safe alone, or has a word that it needs beside it.
    """

    entry: Entry
    start: int
    end: int
    sure: bool


class Runs(NamedTuple):
    """The runs of letters or of digits of a text: their words in lower case, and their offsets."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def split_runs(text: str) -> Runs:
    """Cut a text into its runs of letters and digits, with offsets into ``text``.

    >>> split_runs("4xH200, TPUv4").words
    ['4', 'x', 'h', '200', 'tpu', 'v', '4']
    """
    pieces = _RUN.split(text)
    borders = list(accumulate(map(len, pieces)))
    return Runs(list(map(str.lower, pieces[1::2])), borders[:-1:2], borders[1::2])


class Lexicon:
    """A trie of entries over runs."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._root: dict[str, Any] = {}
        for entry in entries:
            node = self._root
            for word in split_runs(entry.spelling).words:
                node = node.setdefault(word, {})
            node.setdefault("", []).append(entry)

    def find(self, text: str, runs: Runs) -> Iterator[Hit]:
        """Yield the longest name at each place, left to right, not overlapping."""
        words, starts, ends = runs
        count, root = len(words), self._root
        floor = 0
        for at in [at for at, word in enumerate(words) if word in root]:
            if at < floor:
                continue
            node = root[words[at]]
            best: Hit | None = None
            best_last = last = at
            while True:
                for entry in node.get("", ()):
                    if self._stands(entry, text, runs, at, last):
                        sure = self._is_sure(entry, words, at, last)
                        if best is None or best_last < last or (sure and not best.sure):
                            best, best_last = Hit(entry, starts[at], ends[last], sure), last
                        if sure:
                            break
                last += 1
                if last >= count:
                    break
                node = node.get(words[last])
                if node is None or not _JOINT.match(text, ends[last - 1], starts[last]):
                    break
            if best is not None:
                yield best
            floor = best_last + 1

    @staticmethod
    def _stands(entry: Entry, text: str, runs: Runs, first: int, last: int) -> bool:
        """Tell whether an entry's case and borders fit."""
        start, end = runs.starts[first], runs.ends[last]
        if (
            start
            and text[start - 1].isalnum()
            and not (text[start - 1] in "xX" and text[start - 2 : start - 1].isdigit())
        ):
            return False
        if first < last and runs.words[last].isdigit() and _THOUSANDS.match(text, end):
            return False  # "a 100,000-chip cluster" is no A100
        if end < len(text) and text[end].isalnum() and not _plural(text, end):
            # A version may be glued to a family's name: "Qwen3.7"
            return entry.kind == "MODEL" and text[end].isdigit()
        if not entry.any_case:
            written = text[start:end]
            if len(entry.spelling) <= 5 and not entry.spelling[1:].islower() and written != entry.spelling:
                return False
            if written[0] != entry.spelling[0] and not (written[0].isdigit()):
                return False
        return True

    @staticmethod
    def _is_sure(entry: Entry, words: list[str], first: int, last: int) -> bool:
        """Tell whether a name that needs a word has it beside it, or in itself."""
        if not entry.needs:
            return True
        return not entry.needs.isdisjoint(words[max(0, first - 5) : last + 4])


def _plural(text: str, end: int) -> bool:
    """Tell whether a bare plural s ends the word here, as in "H100s"."""
    return text[end] == "s" and (end + 1 == len(text) or not text[end + 1].isalnum())
