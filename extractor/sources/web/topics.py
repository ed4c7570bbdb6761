"""Topic of a user, entry of a listing -> whether the one speaks of the other.

A topic is words, with blanks or commas between them; an entry that holds any of them is on it:

    chips "data centre" -crypto

- ``chips`` is a whole word, whatever its case, in the singular or the plural: *chip* and *chips*, not *chipset*.
- ``"data centre"`` is a phrase: its words in this order, with nothing between them but blanks, hyphens and the like.
  ``GPT-5`` is one without quotes: *GPT-5*, *gpt 5*, ``/gpt-5-launch``.
- ``-crypto`` and ``-"price target"`` keep out whatever holds them, whatever else it holds. A topic that only keeps out
  lets all else in.
- An empty topic lets everything in.

Looked at are the title, the summary and the words of the URL. Scripts that part no words (Chinese, Japanese, Thai) are
compared character by character.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from extractor.errors import SourceError
from extractor.sources.web.records import Entry

__all__ = ["check_topic", "is_on_topic"]

Words = tuple[str, ...]

TERM = re.compile(r'(?P<out>-?)(?:["“”„](?P<phrase>[^"“”„]*)["“”„]|(?P<word>[^\s,;"“”„]+))')
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class _Topic:
    """The terms of a topic, each as the words that must stand in a row."""

    wanted: tuple[Words, ...]
    unwanted: tuple[Words, ...]


def is_on_topic(entry: Entry, topic: str) -> bool:
    """Tell whether an entry speaks of a topic; see the module for what a topic may be.

    >>> is_on_topic(Entry("https://a.example/chips", "Norwind buys 900 H100s"), 'H100 "data centre"')
    True
    >>> is_on_topic(Entry("https://a.example/2", "Chipset makers meet"), "chip")
    False
    """
    parsed = _parse(topic)
    if not parsed.wanted and not parsed.unwanted:
        return True
    parts = urlsplit(entry.url) if "[" not in entry.url else None
    address = unquote(f"{parts.path} {parts.query}") if parts else entry.url
    # A bar of words that no term holds, so that no phrase runs from one part into the next.
    text = f"{_fold(entry.title)}|{_fold(entry.summary)}|{_fold(address)}"
    if any(_holds(text, words) for words in parsed.unwanted):
        return False
    return not parsed.wanted or any(_holds(text, words) for words in parsed.wanted)


def check_topic(topic: str) -> None:
    """Refuse a topic that no entry can be on, or that is not what it was meant to be.

    Raises:
        SourceError: for a term without a letter or digit, a quote that is not closed, or a term that is wanted and
            kept out at once.
    """
    if len(re.findall('["“”„]', topic)) % 2:
        raise SourceError("A quote of the topic is not closed", where=topic, expected='"two words"')
    for found in TERM.finditer(topic):
        if not _split(found["phrase"] or found["word"] or ""):
            raise SourceError(
                "A term of the topic can match nothing", where=topic, expected="letters or digits", found=found[0]
            )
    parsed = _parse(topic)
    shut = [words for words in parsed.wanted if any(_holds(f" {' '.join(words)} ", out) for out in parsed.unwanted)]
    if parsed.wanted and len(shut) == len(parsed.wanted):
        raise SourceError(
            "The topic keeps out all that it lets in",
            where=topic,
            found=" ".join(shut[0]),
            fix="Leave out one of the two",
        )


@lru_cache(maxsize=256)
def _parse(topic: str) -> _Topic:
    wanted: list[Words] = []
    unwanted: list[Words] = []
    for found in TERM.finditer(topic):
        if words := _split(found["phrase"] or found["word"] or ""):
            (unwanted if found["out"] else wanted).append(words)
    return _Topic(tuple(wanted), tuple(unwanted))


def _holds(text: str, words: Words) -> bool:
    return f" {' '.join(words)} " in text


def _fold(text: str) -> str:
    return f" {' '.join(_split(text))} "


def _split(text: str) -> Words:
    """Return the words of a text in one spelling: case-folded, in the singular."""
    return tuple(_singular(word) for word in WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]
