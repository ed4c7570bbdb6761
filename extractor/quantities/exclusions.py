"""Digits that are no quantities: dates, times of day, versions, telephone numbers, URLs, parts of names."""

from __future__ import annotations

import re

__all__ = ["MONTH", "find_exclusion"]

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|march|mar\.|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
EXCLUDED = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:t[\d:.]+z?)?\b"  # ISO date
    r"|\d{1,4}/\d{1,2}/\d{2,4}(?![\w/])|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d\b"
    r"|\d{1,2}:\d{2}(?::\d{2})?(?:[ \xa0]?[ap]\.?m\b)?"  # time of day
    r"|\d{1,2}[ \xa0]?(?:[ap]\.m\.|[ap]m\b|o'clock)"
    r"|\d{1,2}(?:st|nd|rd|th)\b"
    r"|\d{3}[-. ]\d{3}[-. ]\d{4}\b|\d{3}\)[ -]?\d{3}-\d{4}\b"  # telephone
    r"|\d{1,3}\([a-z]\)|\d+\]|\d{4}\.\d{5}\b(?!\d)"  # 401(k), [72], arXiv numbers
    r"|(?:19|20)\d\d-\d\d\b(?!\d|-| *(?:gpu|chip|hour|day))|(?:19|20)\d\d/\d\d\b"  # the season 2024-25
    r"|\d{1,4}/\d{1,4}(?![\w/.,]\w|[kmbtx]|[ \xa0](?:million|billion|trillion|tokens))"  # 24/7, 1/2
    r"|\d+(?:\.\d+){2,}(?!\d)(?<!\.\d{3}\.\d{3})|\d+(?:\.\d+){3,}"  # version
    r"|\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?(?=[ \xa0](?:cent)\b)"
)
DAY = re.compile(rf"\d{{1,2}}(?:-\d{{1,2}})?(?:[ \xa0](?:of[ \xa0])?|-)(?P<month>{MONTH})\b")
DAY_NUMBER = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?:-\d{1,2})?(?![\d.,]\d|\d|[a-z%])")
MONTH_BEFORE = re.compile(rf"(?<![a-z])(?P<month>{MONTH})\.?[ \xa0]{{1,2}}$")
LABEL_BEFORE = re.compile(
    r"(?<![a-z])(?:page|pages|pp?\.|figures?|fig\.|tables?|chapters?|sections?|sec\.|appendix|versions?|ver\.|v\.|nos?\.|issue"
    r"|volume|vol\.|steps?|phases?|stages?|part|levels?|round|series|grade|class|tier|episode|season|room|gate|flight"
    r"|route|highway|article|title|rule|category|equation|eq\.|footnote|note|day|week|module|unit|formula|apollo|windows"
    r"|area|catch|fortune|s&p|top|ios|android|python|cuda|rev\.)[ \xa0]{1,2}#?\d*$"
)
SMALL_NUMBER = re.compile(r"\d{1,4}(?:\.\d+)?(?![\d.,]*\d|[a-z%]|[ \xa0-](?:hours?|days?|weeks?|months?|years?|million|billion|trillion|thousand)\b)")
LINK = re.compile(r"://|www\.|@|\.(?:com|org|net|io|ai|co|gov|edu|html?|pdf)(?:/|$|[.,;)])")


def find_exclusion(text: str, folded: str, start: int) -> int | None:
    """Return the end of digits at ``start`` that must not be read as a number; None if they may.

    ``folded`` is ``text`` as `folding.fold_text` gives it; a month in lower case ("may") is none.
    """
    before = folded[start - 1 : start]
    if before and (before.isalnum() or before in "_#@^\\"):
        return _digits_end(folded, start)
    if before in ("-", ".", "'", "/", ":", ",") and start > 1 and _part_of_name(folded, start, before):
        return _digits_end(folded, start)
    if match := EXCLUDED.match(folded, start):
        if not match[0].endswith("]") or folded[start - 1 : start] in ("[", ",", " ", ";"):
            return match.end()
    if (match := DAY.match(folded, start)) and text[match.start("month")].isupper():
        return match.start("month")
    head = folded[max(0, start - 14) : start]
    if (match := MONTH_BEFORE.search(head)) and text[start - len(head) + match.start("month")].isupper():
        if day := DAY_NUMBER.match(folded, start):
            return day.end()
    if LABEL_BEFORE.search(head) and (small := SMALL_NUMBER.match(folded, start)):
        return small.end()
    if before and before not in " \n\xa0":
        opening = max(folded.rfind(" ", 0, start), folded.rfind("\n", 0, start)) + 1
        token = folded[opening : start + 60].split(maxsplit=1)[0]
        if LINK.search(token):
            return opening + len(token)
    return None


def _part_of_name(folded: str, start: int, before: str) -> bool:
    """Tell whether the sign before the digits ties them to a name or to other digits."""
    previous = folded[start - 2]
    if before == "-":
        if not previous.isalpha():
            return False
        word_start = start - 2
        while word_start > 0 and folded[word_start - 1].isalnum():
            word_start -= 1
        word = folded[word_start : start - 1]
        return not (word in ("sub", "mid", "near", "pre", "post", "the") or word[0].isdigit() and word[-1] in "kmbtnwhx%")
    if before == ".":
        return previous.isalnum()
    if before == "/":
        return previous.isalpha() and not folded[max(0, start - 4) : start - 1].lstrip("abcdefghijlnopqrsuvwxyz.")[:1].isdigit()
    if before == ":":
        return previous.isdigit()
    if before == ",":
        return previous.isdigit() and folded[start - 3 : start - 2].isdigit() is False and False
    return previous.isalnum()


def _digits_end(folded: str, start: int) -> int:
    end = start
    while end < len(folded) and (folded[end].isalnum() or folded[end] in "." and folded[end + 1 : end + 2].isdigit()):
        end += 1
    return end
