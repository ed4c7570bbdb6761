"""The things that a number counts: "36 people", "two dozen ships", "a 27-nation bloc". English has no list of them.

A counted noun is the last plural among the few words after the number, before a word that cannot stand inside a noun
phrase; after a hyphen, and after "one", it is a singular.
"""

from __future__ import annotations

import re

from extractor.quantities.everyday import load_everyday
from extractor.quantities.readings import Number

__all__ = ["read_noun"]

WORD = re.compile(r"(?:[ \xa0]{1,3})(?P<quote>[\"“'‘]?)(?P<word>[a-z][\w'’.&-]*)")
HYPHENED = re.compile(r"-(?P<word>[a-z]{2,})(?!\w)")
PRENOMINAL = re.compile(r".+(?:an|ish|ese|al|ous|ive|ic|ary|ful|less|able|ible|ing|ed|ent|ant|er|est)\Z")
SHORT = frozenset(
    "new old big more other young small large further extra good bad main key top local single last next first".split()
)
NO_UNIT = frozenset("old off to on in way handed sided plus odd ish something strong".split())
LINKED = re.compile(r"(?:[ \xa0][a-z-]+){0,2}[ \xa0][a-z-]{3,}s\b")  # "1,000 maintenance and cleaning workers"
MOST_WORDS = 6
CAPITALS = ("US", "IT")  # "13,000 US troops"


def read_noun(text: str, folded: str, number: Number, at: int) -> tuple[str, int]:
    """Return the singular of the noun that is counted, and where it ends; ``("", at)`` where none is.

    Args:
        text: a text.
        folded: the same as `folding.fold_text` gives it.
        number: the number, the upper one of a range.
        at: where it ends.

    >>> from decimal import Decimal
    >>> read_noun("36 young people in all", "36 young people in all", Number(0, 2, Decimal(36), Decimal(36)), 2)
    ('people', 15)
    """
    if hyphened := HYPHENED.match(folded, at):
        word = hyphened["word"]
        if word not in NO_UNIT:
            return word, hyphened.end()
        at = hyphened.end()
    return _read_singular(folded, at) if number.value == 1 else _read_plural(text, folded, at)


def _read_plural(text: str, folded: str, at: int) -> tuple[str, int]:
    found, end, cursor = "", at, at
    for _ in range(MOST_WORDS):
        match = WORD.match(folded, cursor)
        if not match:
            break
        word = match["word"].rstrip(".-&")
        if word in ("and", "or") and not found and cursor > at and LINKED.match(folded, match.end()):
            cursor = match.end()
            continue
        stripped = word.removesuffix("'s").removesuffix("’s").rstrip("'’")
        if stripped in load_everyday().stops and text[match.start("word") :][:2] not in CAPITALS:
            break
        owner = stripped != word
        if not owner and (singular := _singular(word)):
            found, end = singular, match.start("word") + len(word)
        elif found:
            break
        cursor = match.end()
        if word != match["word"]:
            break
    return found, end


def _read_singular(folded: str, at: int) -> tuple[str, int]:
    cursor = at
    for _ in range(3):
        match = WORD.match(folded, cursor)
        if not match:
            break
        word = match["word"].rstrip(".-&")
        if word in load_everyday().stops or "'" in word:
            break
        if word not in SHORT and not PRENOMINAL.match(word):
            return word, match.start("word") + len(word)
        following = WORD.match(folded, match.end())
        if not following or following["word"] in load_everyday().stops or following["word"].rstrip(".").endswith("ed"):
            return (word, match.end()) if word not in SHORT else ("", at)
        cursor = match.end()
    return "", at


def _singular(word: str) -> str:
    """Return the singular of a word that looks like a plural noun, else nothing."""
    everyday = load_everyday()
    last = word.rpartition("-")[2]
    if last in everyday.plurals:
        return everyday.plurals[last]
    if last.endswith("men") and len(last) > 4:
        return f"{last[:-3]}man"
    if (
        len(last) < 4
        or not last.endswith("s")
        or last.endswith(("ss", "us", "is", "ous"))
        or last in everyday.no_plurals
    ):
        return ""
    if last.endswith("ies") and len(last) > 4:
        return f"{last[:-3]}y"
    if last.endswith(("sses", "ches", "shes", "xes", "zes", "oes")) and last not in ("shoes", "toes", "aches"):
        return last[:-2]
    return last[:-1]
