"""Numbers written in words: "six thousand one hundred and forty-four", "half a million", "thousands of"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from extractor.quantities.lexicon import load_lexicon
from extractor.quantities.readings import Number

__all__ = ["read_scale", "read_words"]

SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
JOINED = re.compile(r"(?:[ \xa0]+|-)(and(?:[ \xa0]+|-))?([a-z]+)\b")
FIRST = re.compile(r"[a-z]+")
HALF_MORE = re.compile(r"(?:[ \xa0]+|-)and(?:[ \xa0]+|-)(?:a|one)(?:[ \xa0]+|-)half\b")
POINT = re.compile(r"[ \xa0]+point((?:[ \xa0]+(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b)+)")
SHARE_OF = re.compile(r"(?:thirds?|quarters?|fifths?|tenths?)[ \xa0]of[ \xa0]\Z")
QUARTERS = re.compile(r"(a|one|three)[ \xa0-]quarters?[ \xa0]of[ \xa0]an?[ \xa0](?=[a-z]+illion\b)")
# a unit that is a size by itself: "gigawatt-scale"
SIZED = re.compile(r"[a-z]+watt(?=[ \xa0-](?:scale|class|size|sized|level|plus)\b)")
ARTICLE = re.compile(r"(half[ \xa0-]+(?:of[ \xa0]+)?(?:an?[ \xa0-]+)?|an?[ \xa0]+)(?=([a-z]+))")
SINGLE = re.compile(r"a[ \xa0]+single\b")
FOLD = re.compile(r"([a-z]+)(?=fold\b)")
# ordinals and shares that start like a number: "two-thirds", "one-off"
NO_NUMBER_AFTER = re.compile(
    r"-(?:thirds?|quarters?|fifths?|tenths?|half|halves|time|way|sided|on-one|to-one|handed|off|stop|man)\b"
    r"|[ \xa0](?:thirds?|quarters?|fifths?|tenths?)\b"
)


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
    return re.compile(rf"(?:[ \xa0]{{0,8}}|-)({words}|{spaced})s?(?![a-z])")


def read_scale(text: str, at: int) -> tuple[Decimal, int, str]:
    """Return what the scale words after a number multiply it by, where they end, and the last of them.

    ``(1, at, "")`` where there are none. Scales may follow each other: "two hundred thousand".
    """
    lexicon, factor, name = load_lexicon(), Decimal(1), ""
    while match := _scale_pattern().match(text, at):
        name = match[1]
        factor *= lexicon.scale_words.get(name) or lexicon.scale_letters[name]
        at = match.end()
        if factor > 10**6:
            break
    return factor, at, name


def read_words(text: str, start: int) -> Number | None:
    """Read the number that starts with a word at ``start`` of a folded text; None if no number does.

    >>> read_words("two thousand and forty-eight chips", 0).value
    Decimal('2048')
    """
    if vague := _vague_pattern().match(text, start):
        return _read_vague(vague)
    if fold := FOLD.match(text, start):
        value = Decimal(SMALL.get(fold[1], 0)) or load_lexicon().scale_words.get(fold[1])
        return Number(start, fold.end(), value, value, form="words") if value else None
    if single := SINGLE.match(text, start):
        return Number(start, single.end(), Decimal(1), Decimal(1), form="words")
    if SIZED.match(text, start):
        return Number(start, start, Decimal(1), Decimal(1), form="implied")
    first: Decimal | None = None
    begin = start
    if quarters := QUARTERS.match(text, start):
        begin, first = quarters.end(), Decimal("0.75" if quarters[1] == "three" else "0.25")
    elif SHARE_OF.search(text, max(0, start - 12), start):
        return None  # "two-thirds of a million"
    elif article := ARTICLE.match(text, start):
        begin, first = article.end(), Decimal("0.5" if article[1].startswith("half") else 1)
        word = article[2]
        if word != "dozen" and word not in load_lexicon().scale_words:
            # "a week", "half a month": the article is the number, if a unit follows
            end = len(article[1].rstrip(" \xa0-")) + start
            return Number(start, end, first, first, form="words", bare=True)
    value, end, name, scaled = _add_up(text, begin, first)
    if end == begin or NO_NUMBER_AFTER.match(text, end):
        return None
    bare = text[start:end] == "one"
    implied = begin == start and text[start:end] in load_lexicon().scale_words
    return Number(start, end, value, value / scaled, name, scaled, "implied" if implied else "words", bare=bare)


def _read_vague(match: re.Match[str]) -> Number:
    """Give the order of size: tens of thousands are at least ten thousand."""
    value = Decimal(1)
    for word in re.findall(r"[a-z]+", match[0].split(" or ")[0].split(" and ")[0]):
        singular = word.removesuffix("s")
        small = {"ten": 10, "dozen": 12, "score": 20}.get(singular, 1)
        value *= load_lexicon().scale_words.get(singular, Decimal(small))
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
            unit_after_ten = joinable and group % 100 >= 20 and group % 10 == 0 and 0 < number < 10
            fits = group == 0 or (group % 100 == 0 and not joinable) or unit_after_ten
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
            group, joinable = (group or Decimal(1)) * 100, False
            name, scaled = word, Decimal(100)
        elif word in scales:
            if scales[word] >= last or (group == 0 and end != start):
                return _back(before_and, (total + group, end, name, scaled))
            last = scales[word]
            total, group, joinable = total + (group or Decimal(1)) * last, Decimal(0), False
            name, scaled = word, last
        elif word == "dozen" and (group or end == start):
            return total + (group or 1) * 12, after, word, Decimal(12)
        else:
            break
        end = after
        if half := HALF_MORE.match(text, end):
            # of one, or of the scale word that stands before it: "a billion and a half"
            total += (Decimal(1) if joinable else scaled) / 2
            factor, end, more = read_scale(text, half.end())
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


def _back(
    before: tuple[Decimal, Decimal, int, str, Decimal] | None, now: tuple[Decimal, int, str, Decimal]
) -> tuple[Decimal, int, str, Decimal]:
    """Undo an "and" that led nowhere: "two hundred and three hundred" are two numbers."""
    if before is None:
        return now
    total, group, end, name, scaled = before
    return total + group, end, name, scaled
