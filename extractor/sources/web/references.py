"""XML as publishers write it -> XML whose references (``&...;``) are all ones that XML knows by itself.

Many forget to escape an ampersand, and a parser then drops half of an address; many use names that only HTML knows.
Names that a document declares for itself stay unread, whatever they stand for: they are how a small file becomes a
huge one, or asks for others.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from html.entities import html5
from xml.sax.saxutils import escape

from extractor.encodings import clean_characters

__all__ = ["mend_references"]

REFERENCE = re.compile(r"&(?:#(?P<number>x[0-9a-f]{1,6}|\d{1,7});|(?P<name>[a-z][a-z0-9]{0,31});)?", re.I)
XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
OPEN, CLOSE = "<![CDATA[", "]]>"
LONGEST = 40
"""No reference is longer: one that the end of a piece cuts is looked for no further back."""


def mend_references(pieces: Iterable[str]) -> Iterator[str]:
    r"""Yield a document again, piece by piece; its CDATA sections are left as they are.

    >>> "".join(mend_references(["<a>AT&T&nbsp;&amp; R&eacu", "te;my &bomb; <![CDATA[?a=1&b=2]]></a>"]))
    '<a>AT&amp;T\xa0&amp; Rémy &amp;bomb; <![CDATA[?a=1&b=2]]></a>'
    """
    waiting, inside = "", False
    for piece in pieces:
        waiting += piece
        done = []
        while (at := waiting.find(CLOSE if inside else OPEN)) >= 0:
            part, waiting = waiting[:at], waiting[at:]
            done.append(part if inside else _mend(part))
            inside = not inside
        cut = _find_cut(waiting, inside)
        part, waiting = waiting[:cut], waiting[cut:]
        done.append(part if inside else _mend(part))
        yield "".join(done)
    yield waiting if inside else _mend(waiting)


def _find_cut(waiting: str, inside: bool) -> int:
    """Return where to cut a text so that no mark or reference that may go on is cut in two."""
    if inside:
        return max(0, len(waiting) - len(CLOSE) + 1)
    places = (
        waiting.rfind("&", max(0, len(waiting) - LONGEST)),
        waiting.rfind("<", max(0, len(waiting) - len(OPEN) + 1)),
    )
    return min((place for place in places if place >= 0), default=len(waiting))


def _mend(text: str) -> str:
    return REFERENCE.sub(_mend_one, text) if "&" in text else text


def _mend_one(found: re.Match[str]) -> str:
    name, number = found["name"], found["number"]
    if name in XML_NAMES:
        return found[0]
    if name:
        known = html5.get(f"{name};")
        return escape(known) if known else f"&amp;{name};"
    # Numbers of windows-1252 and of no character at all, as browsers and our texts take them.
    return escape(clean_characters(html.unescape(found[0])).replace("\ufffd", "")) if number else "&amp;"
