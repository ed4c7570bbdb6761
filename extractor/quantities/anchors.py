"""Folded text -> the places where a quantity may start: digits, number words, "a week", "half a"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from extractor.quantities.lexicon import load_lexicon
from extractor.quantities.words import SMALL

__all__ = ["find_anchors"]

DIGIT = re.compile(r"[0-9½¼¾]+")


def _either(words: Iterable[str]) -> str:
    """Return a regex that matches any of the words, longest first, told apart by their first letters."""
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=len, reverse=True):
        by_letter[word[0]].append(word[1:])
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in by_letter.items())


@cache
def _word_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    scales = list(lexicon.scale_words)
    units = sorted({word for word, unit in lexicon.units.items() if unit.article})
    counted = _either(["single", "dozen", "few", "couple", "quarter", *scales, *units])
    article = rf"an?[ \xa0]{{1,4}}(?:{counted})"
    half = rf"half[ \xa0-]{{1,4}}(?:of[ \xa0])?(?:an?[ \xa0-]{{1,4}})?(?:{counted})"
    plurals = ["tens", "dozens", "scores", *(f"{word}s" for word in scales)]
    watts = [word for word, unit in lexicon.units.items() if unit.kind == "power" and unit.article]
    folds = [f"{word}fold" for word in [*SMALL, *scales]]
    words = _either([*SMALL, *plurals, *scales, *watts, *folds, "several", "few", "dozen"])
    return re.compile(rf"(?<![\w$€£'/.@-])(?:{article}|{half}|{words})\b")


def find_anchors(folded: str) -> list[int]:
    """Return the offsets of a folded text where a number may start, in order.

    >>> find_anchors("it took a week on two gpus, 16 in all")
    [8, 18, 28]
    """
    return sorted(match.start() for pattern in (DIGIT, _word_pattern()) for match in pattern.finditer(folded))
