"""Text, or page -> can it hold a claim? A scan of the raw string that costs far less than reading it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extractor.schema import read_yaml

__all__ = ["may_hold_claims", "may_page_hold_claims"]

_WORD = re.compile(r"[a-z]{2,}")
_CASED_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_META = re.compile(rb"<meta\b[^>]{0,4000}>", re.I)
_LINKED_DATA = re.compile(rb"<script\b[^>]{0,500}ld\+json[^>]{0,500}>(.*?)</script", re.I | re.S)
_TAG = re.compile(rb"<[^>]*>")


@cache
def _gate() -> tuple[frozenset[str], re.Pattern[str]]:
    table = read_yaml(files("extractor.rules") / "gate.yml")
    return frozenset(table["words"].split()), re.compile(table["glued"])


def may_hold_claims(*texts: str) -> bool:
    """Tell whether any of the texts holds a word without which there is no claim.

    A False is certain, as far as the gold goes (a test holds it to that); a True means no more than "read it".

    >>> may_hold_claims("The run took 54 days."), may_hold_claims("Trained for 54 days.")
    (False, True)
    """
    words, glued = _gate()
    for text in texts:
        folded = text.lower()
        if not words.isdisjoint(_WORD.findall(folded)) or glued.search(folded):
            return True
    return False


def may_page_hold_claims(content: bytes) -> bool:
    """Tell whether a page of HTML is worth reading for claims.

    That is: its text, menus and all, holds a word without which there is no claim, and names something of AI.
    The second question is what leaves out most of a press archive, where every other page speaks of a "network", a
    "model" or a "center"; it may be asked of whole pages only, as a lone sentence takes its subject for granted.

    >>> may_page_hold_claims(b"<title>Bridge to open</title><p>Crews trained for 54 days."), may_page_hold_claims(
    ...     b"<title>A new AI model</title><p>It was trained for 54 days.")
    (False, True)
    """
    if b"\x00" in content[:200] or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        # UTF-16: rare enough to be read
        return True
    # Titles that stand in attributes and in linked data are the article's as well
    said = [*_META.findall(content), *_LINKED_DATA.findall(content)]
    shown = _drop_hidden(content)
    text = _decode(b"\n".join([*said, _TAG.sub(b" ", shown)]))
    if not _topics().are_in(text):
        # a tag ends a word, unless it stands in the midst of one: <b>G</b>PUs
        text = _decode(_TAG.sub(b"", shown))
        if not _topics().are_in(text, phrases=False):
            return False
    return may_hold_claims(text)


def _drop_hidden(content: bytes) -> bytes:
    """A page without its comments, styles and scripts; more than half of one, and no reader sees them."""
    lower = content.lower()
    for begin, end in ((b"<!--", b"-->"), (b"<script", b"</script"), (b"<style", b"</style")):
        kept, place = [], 0
        while (start := lower.find(begin, place)) >= 0 and (stop := lower.find(end, start)) >= 0:
            kept.append(slice(place, start))
            place = stop + len(end)
        kept.append(slice(place, None))
        content, lower = (b" ".join(data[piece] for piece in kept) for data in (content, lower))
    return content


def _decode(shown: bytes) -> str:
    return html.unescape(shown.decode("utf-8", "ignore"))


@dataclass(frozen=True, slots=True)
class _Topics:
    """What names AI.

    Attributes:
        telling: words in lower case.
        signs: words in just these letters.
        stems: beginnings of words, in lower case.
        phrases: the first word of each, and the whole.
    """

    telling: frozenset[str]
    signs: frozenset[str]
    stems: tuple[str, ...]
    phrases: dict[str, re.Pattern[str]]

    def are_in(self, text: str, *, phrases: bool = True) -> bool:
        """Tell whether a text names AI; by phrases, too, if they are asked for."""
        cased = set(_CASED_WORD.findall(text))
        words = set(map(str.lower, cased))
        if not (self.signs.isdisjoint(cased) and self.telling.isdisjoint(words)):
            return True
        if any(word.startswith(self.stems) for word in words):
            return True
        if not phrases:
            return False
        # Few first words are in a text: to look for the rest of these few is cheap, for all of them it is not
        leads = words.intersection(self.phrases)
        folded = text.lower() if leads else ""
        return "A.I." in text or any(self.phrases[lead].search(folded) for lead in leads)


@cache
def _topics() -> _Topics:
    table = read_yaml(files("extractor.rules") / "gate.yml")
    return _Topics(
        telling=_gate()[0].difference(table["everyday"].split()),
        signs=frozenset(table["signs"].split()),
        stems=tuple(table["stems"].split()),
        phrases={lead: re.compile(rf"{lead}[\s-]+(?:{rest})") for lead, rest in table["phrases"].items()},
    )
