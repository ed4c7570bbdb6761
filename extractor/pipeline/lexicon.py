"""Lists of names -> where they stand in a text.

A name is looked up as a chain of runs of letters and of digits, so that "TPUv4", "TPU-v4" and "TPU v4" are one entry
and a name is found whatever tokenizer a pipeline uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Entry", "Hit", "Lexicon", "Run", "split_runs"]

# The x of "4xH200" and the v of "TPUv4" are runs of their own
_RUN = re.compile(r"(?<=\d)[xX](?=[A-Z])|[^\W\d_]+?(?=[vV]\d)|[^\W\d_]+|\d+")
# What may stand between two runs of one name: "GPT-4", "Gemini 1.5", "A.X K1", "Meta's"; never a line break
_THOUSANDS = re.compile(r",\d{3}(?!\d)")
_JOINT = re.compile(r"[-. \u00a0/'&+]{0,3}\Z")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of letters or of digits: lower case, and its offsets."""

    text: str
    start: int
    end: int


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


@dataclass(frozen=True, slots=True)
class Hit:
    """A spelling found, at the offsets ``start`` to ``end``.

    Attributes:
        sure: whether the name is safe alone, or has a word that it needs beside it.
    """

    entry: Entry
    start: int
    end: int
    sure: bool


def split_runs(text: str) -> list[Run]:
    """Cut a text into its runs of letters and digits, with offsets into ``text``.

    >>> [run.text for run in split_runs("4xH200, TPUv4")]
    ['4', 'x', 'h', '200', 'tpu', 'v', '4']
    """
    return [Run(m.group().lower(), m.start(), m.end()) for m in _RUN.finditer(text)]


class Lexicon:
    """A trie of entries over runs."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._root: dict[str, Any] = {}
        for entry in entries:
            node = self._root
            for run in split_runs(entry.spelling):
                node = node.setdefault(run.text, {})
            node.setdefault("", []).append(entry)

    def find(self, text: str, runs: list[Run]) -> Iterator[Hit]:
        """Yield the longest name at each place, left to right, not overlapping."""
        at, count, root = 0, len(runs), self._root
        while at < count:
            node = root.get(runs[at].text)
            if node is None:
                at += 1
                continue
            best: Hit | None = None
            best_last = last = at
            while True:
                for entry in node.get("", ()):
                    if self._stands(entry, text, runs, at, last):
                        sure = self._is_sure(entry, runs, at, last)
                        if best is None or best_last < last or (sure and not best.sure):
                            best, best_last = Hit(entry, runs[at].start, runs[last].end, sure), last
                        if sure:
                            break
                last += 1
                if last >= count or not _JOINT.match(text, runs[last - 1].end, runs[last].start):
                    break
                node = node.get(runs[last].text)
                if node is None:
                    break
            if best is not None:
                yield best
            at = best_last + 1

    @staticmethod
    def _stands(entry: Entry, text: str, runs: list[Run], first: int, last: int) -> bool:
        """Tell whether an entry's case and borders fit."""
        start, end = runs[first].start, runs[last].end
        if (
            start
            and text[start - 1].isalnum()
            and not (text[start - 1] in "xX" and text[start - 2 : start - 1].isdigit())
        ):
            return False
        if first < last and runs[last].text.isdigit() and _THOUSANDS.match(text, end):
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
    def _is_sure(entry: Entry, runs: list[Run], first: int, last: int) -> bool:
        """Tell whether a name that needs a word has it beside it, or in itself."""
        if not entry.needs:
            return True
        around = {run.text for run in runs[max(0, first - 5) : last + 4]}
        return not entry.needs.isdisjoint(around)


def _plural(text: str, end: int) -> bool:
    """Tell whether a bare plural s ends the word here, as in "H100s"."""
    return text[end] == "s" and (end + 1 == len(text) or not text[end + 1].isalnum())
