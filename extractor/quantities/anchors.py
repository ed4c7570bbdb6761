"""Folded text -> the places where a quantity may start: digits, number words, "a week", "half a"."""

from __future__ import annotations

import re
from functools import cache

from extractor.quantities.lexicon import load_lexicon
from extractor.quantities.words import SMALL

__all__ = ["find_anchors"]

DIGIT = re.compile(r"[0-9½¼¾]+")


@cache
def _word_pattern() -> re.Pattern[str]:
    """Compile an alternation that starts with letters, so that `re` can skip to them by their first character."""
    lexicon = load_lexicon()
    scales = list(lexicon.scale_words)
    units = sorted({word for word, unit in lexicon.units.items() if unit.article})
    counted = "|".join(["single", "dozen", "few", "couple", "quarter", *scales, *units])
    article = rf"an?[ \xa0]{{1,4}}(?:{counted})"
    half = rf"half[ \xa0-]{{1,4}}(?:of[ \xa0])?(?:an?[ \xa0-]{{1,4}})?(?:{counted})"
    plurals = ["tens", "dozens", "scores", *(f"{word}s" for word in scales)]
    watts = [word for word, unit in lexicon.units.items() if unit.kind == "power" and unit.article]
    folds = [f"{word}fold" for word in [*SMALL, *scales]]
    words = sorted([*SMALL, *plurals, *scales, *watts, *folds, "several", "few", "dozen"], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join([article, half, *words])})\b")


def find_anchors(folded: str) -> list[int]:
    """Return the offsets of a folded text where a number may start, in order.

    >>> find_anchors("it took a week on two gpus, 16 in all")
    [8, 18, 28]
    """
    found = [match.start() for match in DIGIT.finditer(folded)]
    found += [
        match.start()
        for match in _word_pattern().finditer(folded)
        if not match.start() or not (folded[match.start() - 1].isalnum() or folded[match.start() - 1] in "-_$€£'/.@")
    ]
    return sorted(found)
