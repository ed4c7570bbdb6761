"""Numbers written in words: "six thousand one hundred and forty-four", "half a million", "thousands of"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from extractor.quantities.lexicon import load_lexicon
from extractor.quantities.readings import Number

__all__ = ["SMALL", "read_scale", "read_words"]

SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
JOINED = re.compile(r"(?:[ \xa0]+|-)(?P<and>and(?:[ \xa0]+|-))?(?P<word>[a-z]+)\b")
FIRST = re.compile(r"(?P<word>[a-z]+)\b")
LONGEST_RUN = 16  # words; no real number has more
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


class _Word(NamedTuple):
    """A word of a number, where it ends, and whether "and" ties it to the one before."""

    text: str
    end: int
    linked: bool


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
    return re.compile(
        rf"(?:[ \xa0]{{0,8}}|-)({words}|{spaced})s?(?![a-z])(?:\.(?=[ \xa0](?:euro|dollar|frank|fran|us)))?"
    )


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
    if SHARE_OF.search(text, max(0, start - 12), start):
        return None  # "two-thirds of a million"
    if quarters := QUARTERS.match(text, start):
        return _read_run(text, start, quarters.end(), Decimal("0.75" if quarters[1] == "three" else "0.25"))
    if article := ARTICLE.match(text, start):
        first = Decimal("0.5" if article[1].startswith("half") else 1)
        if article[2] == "dozen" or article[2] in load_lexicon().scale_words:
            return _read_run(text, start, article.end(), first)
        # "a week", "half a month": the article is the number, if a unit follows
        end = start + len(article[1].rstrip(" \xa0-"))
        return Number(start, end, first, first, form="words", bare=True)
    return _read_run(text, start, start, None)


def _read_vague(match: re.Match[str]) -> Number:
    """Give the order of size: tens of thousands are at least ten thousand."""
    value = Decimal(1)
    for word in re.findall(r"[a-z]+", match[0].split(" or ")[0].split(" and ")[0]):
        singular = word.removesuffix("s")
        small = {"ten": 10, "dozen": 12, "score": 20}.get(singular, 1)
        value *= load_lexicon().scale_words.get(singular, Decimal(small))
    return Number(match.start(), match.end(), value, value, form="vague")


def _read_run(text: str, start: int, begin: int, first: Decimal | None) -> Number | None:
    """Read the longest run of number words from ``begin`` that makes one number.

    ``first`` is what an article or "half" before the run counts; the number starts with that at ``start``.
    """
    run = _split_run(text, begin)
    size = _longest_number(run, first)
    if not size or NO_NUMBER_AFTER.match(text, run[size - 1].end):
        return None
    words, end = run[:size], run[size - 1].end
    value = _add_up(words, first)
    if value is None:
        return None
    name, scaled = _trailing_scale(words)
    if half := HALF_MORE.match(text, end):
        # of one, or of the scale word that stands before it: "a billion and a half"
        factor, end, more = read_scale(text, half.end())
        value = (value + scaled / 2) * factor
        name, scaled = (more, factor) if more else (name, scaled)
    elif not name and (point := POINT.match(text, end)):
        digits = "".join(str(SMALL.get(digit, 0)) for digit in point[1].split())
        scaled, end, name = read_scale(text, point.end())
        value = (value + Decimal("0." + digits)) * scaled
    implied = first is None and text[start:end] in load_lexicon().scale_words
    bare = text[start:end] == "one"
    return Number(start, end, value, value / scaled, name, scaled, "implied" if implied else "words", bare=bare)


def _split_run(text: str, begin: int) -> list[_Word]:
    scales = load_lexicon().scale_words
    run: list[_Word] = []
    match = FIRST.match(text, begin)
    while match and len(run) < LONGEST_RUN:
        word = match["word"]
        if run and word.removesuffix("s") in scales:
            word = word.removesuffix("s")  # "ten trillions"
        if word not in SMALL and word not in scales and word != "dozen":
            break
        run.append(_Word(word, match.end(), bool(run) and match.groupdict().get("and") is not None))
        match = JOINED.match(text, match.end())
    return run


def _longest_number(run: list[_Word], first: Decimal | None) -> int:
    """Count the words from the start of a run that make one number: two of "two hundred and three hundred"."""
    scales = load_lexicon().scale_words
    for size in range(len(run), 0, -1):
        cuts_a_number = size < len(run) and run[size].text in scales
        if not cuts_a_number and _add_up(run[:size], first) is not None:
            return size
    return 0


def _add_up(words: list[_Word], first: Decimal | None) -> Decimal | None:
    """Add up number words; None if they are not one number ("eight and sixteen", "twenty twelve")."""
    scales = load_lexicon().scale_words
    total, group, last = Decimal(0), first or Decimal(0), Decimal("Infinity")
    previous = ""
    for word in words:
        if word.text in SMALL:
            number, tens = SMALL[word.text], group % 100
            after_ten = tens >= 20 and tens % 10 == 0 and 0 < number < 10 and not word.linked
            if (tens and not after_ten) or previous == "zero" or (word.linked and previous not in scales):
                return None
            group += number
        elif word.linked or previous == "dozen":
            return None
        elif word.text == "dozen":
            group = (group or 1) * Decimal(12)
        elif word.text == "hundred":
            if group >= 100 or (previous and not group):
                return None
            group = (group or 1) * Decimal(100)
        elif group or not previous:
            if scales[word.text] >= last:
                return None
            last = scales[word.text]
            total, group = total + (group or 1) * last, Decimal(0)
        elif previous in scales:
            total *= scales[word.text]  # "a thousand billion"
        else:
            return None
        previous = word.text
    return total + group


def _trailing_scale(words: list[_Word]) -> tuple[str, Decimal]:
    """Return the last word if it is a scale, and what the scale words at the end multiply by."""
    scales = load_lexicon().scale_words
    factor = Decimal(1)
    for word in reversed(words):
        if word.text not in scales:
            break
        factor *= scales[word.text]
    return (words[-1].text if factor > 1 else ""), factor
