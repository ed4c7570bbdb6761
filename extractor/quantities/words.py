"""Numbers written in words: "six thousand one hundred and forty-four", "half a million", "thousands of"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from extractor.quantities.lexicon import load_lexicon
from extractor.quantities.readings import Number

__all__ = ["read_scale", "read_words"]

SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
SMALL |= {
    word: value
    for value, word in zip(
        range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety".split(), strict=True
    )
}
JOINED = re.compile(r"(?:[ \xa0]+|-)(and(?:[ \xa0]+|-))?([a-z]+)\b")
FIRST = re.compile(r"[a-z]+")
HALF_MORE = re.compile(r"(?:[ \xa0]+|-)and(?:[ \xa0]+|-)(?:a|one)(?:[ \xa0]+|-)half\b")
POINT = re.compile(r"[ \xa0]+point((?:[ \xa0]+(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b)+)")
ARTICLE = re.compile(r"(half[ \xa0-]+(?:of[ \xa0]+)?(?:an?[ \xa0-]+)?|an?[ \xa0]+)(?=([a-z]+))")
SINGLE = re.compile(r"a[ \xa0]+single\b")


@cache
def _vague_pattern() -> re.Pattern[str]:
    plurals = "tens|dozens|scores|" + "|".join(f"{word}s" for word in load_lexicon().scale_words)
    scales = "|".join(["dozen", *load_lexicon().scale_words])
    more = rf"(?:[ \xa0]+(?:or|and)[ \xa0]+(?:even[ \xa0]+)?(?:{plurals}))?(?:[ \xa0]+of[ \xa0]+(?:{plurals}))*"
    few = rf"(?:several|a[ \xa0]+few|few|many|multiple|a[ \xa0]+couple(?:[ \xa0]+of)?)(?:[ \xa0]+(?:{scales})\b)+"
    return re.compile(rf"(?:(?:{plurals})\b{more}|{few})")


@cache
def _scale_pattern() -> re.Pattern[str]:
    lexicon = load_lexicon()
    words = "|".join(lexicon.scale_words)
    spaced = "|".join(letter for letter in lexicon.scale_letters if len(letter) > 1)
    return re.compile(rf"(?:[ \xa0]{{0,8}}|-)({words}|{spaced})(?<!hundred)s?\b|(?:[ \xa0]{{1,4}}|-)(hundred)\b")


def read_scale(text: str, at: int) -> tuple[Decimal, int, str]:
    """Return what the scale words after a number multiply it by, where they end, and the last of them.

    ``(1, at, "")`` where there are none. Scales may follow each other: "two hundred thousand".
    """
    lexicon, factor, name = load_lexicon(), Decimal(1), ""
    while match := _scale_pattern().match(text, at):
        name = match[1] or match[2]
        factor *= lexicon.scale_words.get(name) or lexicon.scale_letters[name]
        at = match.end()
        if name not in ("hundred", "thousand", "million"):
            break
    return factor, at, name


def read_words(text: str, start: int) -> Number | None:
    """Read the number that starts with a word at ``start`` of a folded text; None if no number does.

    >>> read_words("two thousand and forty-eight chips", 0).value
    Decimal('2048')
    """
    if vague := _vague_pattern().match(text, start):
        return _read_vague(vague)
    if single := SINGLE.match(text, start):
        return Number(start, single.end(), Decimal(1), Decimal(1), form="words")
    first = Decimal(1)
    begin = start
    if article := ARTICLE.match(text, start):
        begin = article.end()
        if article[1].startswith("half"):
            first = Decimal("0.5")
        word = article[2]
        if word != "dozen" and word not in load_lexicon().scale_words:
            # "a week", "half a month": the article is the number, if a unit follows
            end = len(article[1].rstrip(" \xa0-")) + start
            return Number(start, end, first, first, form="words", bare=True)
        value, end, name, scaled = _add_up(text, begin, first)
    else:
        value, end, name, scaled = _add_up(text, begin, None)
    if end == begin:
        return None
    bare = text[start:end] == "one"
    implied = begin == start and text[start:end] in load_lexicon().scale_words
    return Number(start, end, value, value / scaled, name, scaled, "implied" if implied else "words", bare=bare)


def _read_vague(match: re.Match[str]) -> Number:
    """Give the order of size: tens of thousands are at least ten thousand."""
    value = Decimal(1)
    for word in re.findall(r"[a-z]+", match[0].split(" or ")[0].split(" and ")[0]):
        singular = word.removesuffix("s")
        size = {"ten": 10, "dozen": 12, "score": 20}.get(singular) or load_lexicon().scale_words.get(singular)
        value *= size or 1
    return Number(match.start(), match.end(), value, value, form="vague")


def _add_up(text: str, start: int, first: Decimal | None) -> tuple[Decimal, int, str, Decimal]:
    """Add up number words from ``start``: value, end, last scale word and its factor.

    ``first`` stands for an article or "half" before the first word; without it a scale word counts as one of it.
    """
    scales = load_lexicon().scale_words
    total, group, end = Decimal(0), first or Decimal(0), start
    last = Decimal("Infinity")  # each scale must be smaller than the one before
    name, scaled, joinable = "", Decimal(1), first is None
    before_and: tuple[Decimal, Decimal, int, str, Decimal] | None = None
    match = FIRST.match(text, start)
    word, linked, after = (match[0], False, match.end()) if match else ("", False, start)
    while True:
        if word in SMALL:
            number = SMALL[word]
            fits = group == 0 or (group % 100 == 0 and not joinable) or (
                joinable and 20 <= group % 100 and group % 10 == 0 and 0 < number < 10
            )
            if not fits or (linked and number == 0):
                break
            if linked:
                before_and = (total, group, end, name, scaled)
            group += number
            joinable = True
        elif linked:
            break
        elif word == "hundred":
            if not (group < 100 and group == int(group)) and end != start:
                return _back(before_and, (total + group, end, name, scaled))
            group, joinable = (group or 1) * 100, False
            name, scaled = word, Decimal(100)
        elif word in scales:
            if scales[word] >= last or (group == 0 and end != start):
                return _back(before_and, (total + group, end, name, scaled))
            last = scales[word]
            total, group, joinable = total + (group or 1) * last, Decimal(0), False
            name, scaled = word, last
        elif word == "dozen" and (group or end == start):
            return total + (group or 1) * 12, after, word, Decimal(12)
        else:
            break
        end = after
        if half := HALF_MORE.match(text, end):
            group, total, end = _add_half(group, total, scaled if joinable is False else Decimal(1)) + (half.end(),)
            factor, end, more = read_scale(text, end)
            return (total + group) * factor, end, more or name, factor if more else scaled
        if joinable and (point := POINT.match(text, end)):
            digits = "".join(str(SMALL.get(digit, 0)) for digit in point[1].split())
            factor, end, more = read_scale(text, point.end())
            return (total + group + Decimal("0." + digits)) * factor, end, more, factor
        following = JOINED.match(text, end)
        if not following:
            break
        word, linked, after = following[2], bool(following[1]), following.end()
        if linked and joinable:
            break  # "and" joins only after hundred, thousand ...: "eight and sixteen" are two numbers
    return total + group, end, name, scaled


def _add_half(group: Decimal, total: Decimal, scaled: Decimal) -> tuple[Decimal, Decimal]:
    """Add "and a half": of one, or of the scale word that stands before it ("a billion and a half")."""
    return (group + scaled / 2, total) if group else (group, total + scaled / 2)


def _back(
    before: tuple[Decimal, Decimal, int, str, Decimal] | None, now: tuple[Decimal, int, str, Decimal]
) -> tuple[Decimal, int, str, Decimal]:
    """Undo an "and" that led nowhere: "two hundred and three hundred" are two numbers."""
    if before is None:
        return now
    total, group, end, name, scaled = before
    return total + group, end, name, scaled
