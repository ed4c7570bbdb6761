"""Sentence -> view: its words with each mention, hedge included, merged into one token that carries its kind.

Rules are matched on views, never on raw words: a frame says MONEY where the text may say "some US$5.576 million".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from extractor.pipeline.readings import Mention, Reading, Sentence
from extractor.rules import load_words

__all__ = ["View", "Word", "make_view"]

_WORD = re.compile(r"[^\W_]+(?:[-'.&][^\W_]+)*|[^\w\s]")
# Number formats and lesser techniques have rules of their own
_TAG_OF_DETAIL = {"numeric": "NUMERIC", "minor": "MINOR", "optimiser": "MINOR"}


class Word(NamedTuple):
    """One merged token: its class or kind, its offsets, and the mention that it is, if any."""

    text: str
    tag: str
    start: int
    end: int
    mention: Mention | None = None


@dataclass(frozen=True, slots=True)
class View:
    """The merged tokens of a sentence.

    Attributes:
        lows: the text of each word in lower case.
        tags: the classes and kinds that stand in the sentence.
    """

    words: tuple[Word, ...]
    lows: tuple[str, ...]
    tags: frozenset[str]


@cache
def _tags() -> Mapping[str, str]:
    """The class of each word and phrase, and the signs that no gap reaches over."""
    return {";": ";", "|": "|"} | load_words()


@cache
def _phrase_lengths() -> Mapping[str, tuple[int, ...]]:
    """How many words the phrases of ``words.yml`` have, by their first word; the longest first."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for phrase in load_words():
        first, *more = phrase.split(" ")
        if more:
            lengths[first].add(1 + len(more))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


def _plain_words(text: str, start: int, end: int) -> list[Word]:
    """Cut the text between two mentions into words, phrases of ``words.yml`` first."""
    tags, lengths = _tags(), _phrase_lengths()
    matches = list(_WORD.finditer(text, start, end))
    plain = [match.group().lower() for match in matches]
    words: list[Word] = []
    make = tuple.__new__  # what Word() does, without the call in between
    last = 0
    for at, (word, match) in enumerate(zip(plain, matches, strict=True)):
        if at < last:
            continue
        begin, stop = match.span()
        if word in lengths:
            for length in lengths[word]:
                phrase = " ".join(plain[at : at + length])
                if phrase in tags:
                    last = min(at + length, len(plain))
                    word, stop = phrase, matches[last - 1].end()
                    break
        words.append(make(Word, (word, tags.get(word, ""), begin, stop, None)))
    return words


def _extent(mention: Mention) -> tuple[int, int]:
    """Where a mention's token starts and ends: a quantity takes its hedge in."""
    start, end, quantity = mention.start, mention.end, mention.quantity
    if quantity is not None and quantity.hedge_start is not None and quantity.hedge_end is not None:
        start, end = min(start, quantity.hedge_start), max(end, quantity.hedge_end)
    return start, end


def make_view(reading: Reading, sentence: Sentence) -> View:
    """Merge a sentence's mentions; a technique whose words are a class of words ("fine-tuned") bears that class."""
    table = load_words()
    text = reading.text
    words: list[Word] = []
    at = sentence.start
    for mention in sentence.mentions:
        start, end = _extent(mention)
        start = max(start, at)
        words += _plain_words(text, at, start)
        tag = mention.kind
        if mention.kind == "TECHNIQUE":
            tag = _TAG_OF_DETAIL.get(mention.detail) or table.get(text[mention.start : mention.end].lower(), tag)
        words.append(Word(text[start:end], tag, start, end, mention))
        at = end
    words += _plain_words(text, at, sentence.end)
    lows = tuple([word.text if word.mention is None else word.text.lower() for word in words])
    return View(tuple(words), lows, frozenset([word.tag for word in words]))
