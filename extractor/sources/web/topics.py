"""Topic of a user, entry of a listing -> whether the one speaks of the other.

A topic is words, with blanks or commas between them; an entry that holds any of them is on it:

    chips "data centre" -crypto

- ``chip`` is a whole word, whatever its case, with its plural: *chip* and *chips*, not *chipset*. ``chips`` finds the
  singular, too; short words that end in s do not (``news`` is no plural of *new*), unless as ``GPUs`` does.
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

TERM = re.compile(r'(?P<out>-?)(?:["“”„](?P<phrase>[^"“”„]*)["“”„]|(?P<word>[^\s,;"“”„]+))')
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class _Topic:
    """The terms of a topic: each as it finds itself in a text that `_fold` has made, and as it is written itself."""

    wanted: tuple[tuple[re.Pattern[str], str], ...]
    unwanted: tuple[tuple[re.Pattern[str], str], ...]


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
    # A bar between them, so that no phrase runs from one part into the next.
    text = f"{_fold(entry.title)}|{_fold(entry.summary)}|{_fold(address)}"
    if any(term.search(text) for term, _ in parsed.unwanted):
        return False
    return not parsed.wanted or any(term.search(text) for term, _ in parsed.wanted)


def check_topic(topic: str) -> None:
    """Refuse a topic that no entry can be on, or that is not what it was meant to be.

    Raises:
        SourceError: for a term without a letter or digit, a quote that is not closed, or a term that is wanted and
            kept out at once.
    """
    if len(re.findall('["“”„]', topic)) % 2:
        raise SourceError("A quote of the topic is not closed", where=topic, expected='"two words"')
    for found in TERM.finditer(topic):
        if not WORD.search(_term_words(found)):
            raise SourceError(
                "A term of the topic can match nothing", where=topic, expected="letters or digits", found=found[0]
            )
    parsed = _parse(topic)
    shut = [words for _, words in parsed.wanted if any(out.search(words) for out, _ in parsed.unwanted)]
    if parsed.wanted and len(shut) == len(parsed.wanted):
        raise SourceError(
            "The topic keeps out all that it lets in",
            where=topic,
            found=" ".join(shut[0]),
            fix="Leave out one of the two",
        )


@lru_cache(maxsize=256)
def _parse(topic: str) -> _Topic:
    wanted: list[tuple[re.Pattern[str], str]] = []
    unwanted: list[tuple[re.Pattern[str], str]] = []
    for found in TERM.finditer(topic):
        if words := WORD.findall(_term_words(found)):
            row = " ".join(f"(?:{'|'.join(map(re.escape, sorted(_forms(word))))})" for word in words)
            term = re.compile(f"(?<= ){row}(?= )")
            (unwanted if found["out"] else wanted).append((term, _fold(" ".join(words))))
    return _Topic(tuple(wanted), tuple(unwanted))


def _term_words(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found["phrase"] or found["word"] or "")


def _fold(text: str) -> str:
    """Return the words of a text, case-folded, each between two blanks."""
    return f" {' '.join(WORD.findall(unicodedata.normalize('NFKC', text).casefold()))} "


def _forms(word: str) -> set[str]:
    """Return the singular and the plural of a word, whichever it is, case-folded.

    >>> sorted(_forms("factory")), sorted(_forms("GPUs"))
    (['factories', 'factory', 'factorys'], ['gpu', 'gpus', 'gpuses', 'gpuss'])
    """
    folded = word.casefold()
    forms = {folded, f"{folded}s"}
    if folded.endswith(("s", "x", "z", "ch", "sh")):
        forms.add(f"{folded}es")
    if re.search(r"[^aeiou]y$", folded):
        forms.add(f"{folded[:-1]}ies")
    if re.search(r"[A-Z0-9]s$", word):
        forms.add(folded[:-1])
    elif len(folded) >= 5 and folded.endswith("s") and not folded.endswith(("ss", "us", "is")):
        forms.add(folded[:-1])
        if folded.endswith("ies"):
            forms.add(f"{folded[:-3]}y")
        if folded.endswith(("sses", "xes", "ches", "shes")):
            forms.add(folded[:-2])
    return forms
