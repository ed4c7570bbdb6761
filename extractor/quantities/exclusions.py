"""Digits that are no quantities: dates, times of day, versions, telephone numbers, URLs, parts of names."""

from __future__ import annotations

import re
from functools import cache

from extractor.quantities.lexicon import load_lexicon

__all__ = ["find_exclusion"]

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|march|mar\.|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
EXCLUDED = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:t[\d:.]+z?)?\b"  # ISO date
    r"|\d{1,4}/\d{1,2}/\d{2,4}(?![\w/])|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d\b"
    r"|\d{1,2}:\d{2}(?::\d{2})?(?:[ \xa0]?[ap]\.?m\b)?"  # time of day
    r"|\d{1,2}[ \xa0]?(?:[ap]\.m\.|[ap]m\b|o'clock)"
    r"|\d{1,4}(?:st|nd|rd|th)\b"
    r"|\d{3}[-. ]\d{3}[-. ]\d{4}\b|\d{3}\)[ -]?\d{3}[- ]\d{4}\b"  # telephone
    r"|\d{1,3}\([a-z]\)|\d{4}\.\d{5}\b"  # 401(k), arXiv numbers
    r"|(?:19|20)\d\d[-/]\d\d\b(?!-|[ \xa0]*(?:gpu|chip|hour|day))"  # the season 2024-25
    r"|\d{1,4}/\d{1,4}(?![\w/.,]\w|[kmbtx]|[ \xa0](?:million|billion|trillion|tokens))"  # 24/7, 1/2
    r"|\d+(?:\.\d+){2,}(?!\d)(?<!\.\d{3}\.\d{3})|\d+(?:\.\d+){3,}"  # version
)
CITATION = re.compile(r"\d{1,3}(?:[,;-][ \xa0]?\d{1,3}){0,8}\]")
DIALLED = re.compile(r"\d{1,3}(?:[ \xa0-]\(?\d{2,4}\)?){2,4}(?!\d)")  # after a plus sign
BULLET = re.compile(r"\d{1,2}[.)][ \xa0]")
CENT = re.compile(r"\d+[ \xa0]cent\b")
CITED_YEAR = re.compile(r"(?:19|20)\d\d[a-h]\b")  # "2024b"
DAY = re.compile(rf"\d{{1,2}}(?:-\d{{1,2}})?(?:[ \xa0](?:of[ \xa0])?|-)(?P<month>{MONTH})\b")
DAY_NUMBER = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?:-\d{1,2})?(?![\d.,]\d|\d|[a-z%])")
MONTH_BEFORE = re.compile(rf"(?<![a-z])(?P<month>{MONTH})\.?[ \xa0]{{1,2}}\Z")
SMALL_NUMBER = re.compile(
    r"\d{1,4}(?:\.\d+)?(?![\d.,]*\d|[a-z%]"
    r"|[ \xa0-](?:hours?|days?|weeks?|months?|years?|hundred|thousand|million|billion|trillion)\b)"
)
LINK = re.compile(r"://|www\.|@|\.(?:com|org|net|io|ai|co|gov|edu|html?|pdf)(?:/|$|[.,;)])")
LONGEST_URL = 200  # as far as a look goes, so that a text without spaces is read in linear time
# prefixes that leave a number its own: "sub-100B", "mid-2024"
PREFIXES = frozenset({"sub", "mid", "near", "pre", "post", "the", "a", "just", "only"})

# words that a slash and a number may follow: "94B active/398B total"
PARTS = ("active", "activated", "total")


@cache
def _label_pattern() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, load_lexicon().labels))
    return re.compile(rf"(?<![a-z])(?:{labels})[ \xa0]{{1,2}}#?\Z")


@cache
def _chip_line_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(load_lexicon().chip_lines)})[ \xa0]\Z")


@cache
def _words_before() -> frozenset[str]:
    """The letters that a month, a label or a line of chips before a number ends with: a first look for all three."""
    lexicon = load_lexicon()
    months = "jan feb mar apr may jun jul aug sep sept oct nov dec june july".split()
    full = "january february march april august september october november december".split()
    return frozenset([*months, *full, *map(_last_letters, (*lexicon.labels, *lexicon.chip_lines))])


def _last_letters(text: str) -> str:
    """The letters that a text ends with, but for the spaces and signs behind them."""
    bare = text.rstrip(" \xa0#.")
    at = len(bare)
    while at and bare[at - 1].isalpha():
        at -= 1
    return bare[at:]


def find_exclusion(text: str, folded: str, start: int, floor: int) -> int | None:
    """Return the end of digits at ``start`` that must not be read as a number; None if they may.

    ``folded`` is ``text`` as `folding.fold_text` gives it; a month in lower case ("may") is none. A quantity that
    ends at ``floor``, right before a dash or slash, makes that the middle of a range or list: "7B-13B", "7B/13B".
    """
    before = folded[start - 1 : start]
    if before and (before.isalnum() or before in "_#@^\\"):
        return _token_end(folded, start)
    linked = floor == start - 1 and before in ("-", "/")
    if before in ("-", ".", "'", "/", ":") and start > 1 and not linked and _belongs_to_name(folded, start, before):
        return _token_end(folded, start)
    if match := EXCLUDED.match(folded, start):
        return match.end()
    if (match := CENT.match(folded, start)) and text[match.end() - 4] == "C":
        return match.end()  # the rapper
    if before == "+" and (match := DIALLED.match(folded, start)):
        return match.end()
    if before in ("[", ",", " ", ";") and (match := CITATION.match(folded, start)):
        return match.end() if folded.rfind("[", max(0, start - 20), start) >= 0 else None
    head = folded[max(0, start - 14) : start]
    at_line_start = (start < 14 or "\n" in head) and not head.rsplit("\n", 1)[-1].strip(" \xa0")
    if at_line_start and (match := BULLET.match(folded, start)):
        return match.end()
    if _last_letters(head) not in _words_before():
        head = ""
    return _date_end(text, folded, start, head) or _label_end(folded, start, head) or _link_end(folded, start, before)


def _date_end(text: str, folded: str, start: int, head: str) -> int | None:
    if (cited := CITED_YEAR.match(text, start)) and folded[start - 1 : start] != "$":
        return cited.end()
    if (match := DAY.match(folded, start)) and text[match.start("month")].isupper():
        return match.start("month")
    if (match := MONTH_BEFORE.search(head)) and text[start - len(head) + match.start("month")].isupper():
        day = DAY_NUMBER.match(folded, start)
        return day.end() if day else None
    return None


def _label_end(folded: str, start: int, head: str) -> int | None:
    if _label_pattern().search(head) and (small := SMALL_NUMBER.match(folded, start)):
        return small.end()
    if _chip_line_pattern().search(head):
        return _token_end(folded, start)
    return None


def _link_end(folded: str, start: int, before: str) -> int | None:
    if not before or before in " \n\xa0":
        return None
    floor = max(0, start - LONGEST_URL)
    opening = max(folded.rfind(" ", floor, start), folded.rfind("\n", floor, start), floor - 1) + 1
    token = folded[opening : start + LONGEST_URL].split(maxsplit=1)[0]
    return opening + len(token) if LINK.search(token) else None


def _belongs_to_name(folded: str, start: int, before: str) -> bool:
    """Tell whether the sign before the digits ties them to a name or to other digits that are no quantity."""
    previous = folded[start - 2]
    if before == "-":
        head = start - 1
        while head > max(0, start - 12) and folded[head - 1].isalnum():
            head -= 1
        return previous.isalnum() and folded[head : start - 1] not in PREFIXES
    if before == "/":
        return previous.isalpha() and not folded.endswith(PARTS, 0, start - 1)
    if before == ":":
        return previous.isdigit()
    return previous.isalnum()


def _token_end(folded: str, start: int) -> int:
    end = start
    while end < len(folded) and (folded[end].isalnum() or (folded[end] == "." and folded[end + 1 : end + 2].isdigit())):
        end += 1
    return end
