"""Sentence -> view: its words with each mention, hedge included, merged into one token that carries its kind.

Rules are matched on views, never on raw words: a frame says MONEY where the text may say "some US$5.576 million".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.pipeline.readings import Mention, Reading, Sentence
from extractor.rules import load_words

__all__ = ["View", "Word", "make_view"]

_WORD = re.compile(r"[^\W_]+(?:[-'.&][^\W_]+)*|[^\w\s]")
_LONGEST_PHRASE = 6
# Number formats and lesser techniques have rules of their own
_TAG_OF_DETAIL = {"numeric": "NUMERIC", "minor": "MINOR", "optimiser": "MINOR"}


@dataclass(frozen=True, slots=True)
class Word:
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
        tags: the classes and kinds that stand in the sentence.
    """

    words: tuple[Word, ...]
    tags: frozenset[str]


def _plain_words(text: str, start: int, end: int) -> list[Word]:
    """Cut the text between two mentions into words, phrases of ``words.yml`` first."""
    table = load_words()
    raw = [(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text, start, end)]
    words: list[Word] = []
    at = 0
    while at < len(raw):
        for length in range(min(_LONGEST_PHRASE, len(raw) - at), 0, -1):
            phrase = " ".join(word for word, _, _ in raw[at : at + length])
            if length == 1 or phrase in table:
                tag = table.get(phrase) or (phrase if phrase in ";|" else "")
                words.append(Word(phrase, tag, raw[at][1], raw[at + length - 1][2]))
                at += length
                break
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
    return View(tuple(words), frozenset(word.tag for word in words))
