"""Text -> the same text with its markup blanked out. No offsets move: both have the same length."""

from __future__ import annotations

import re

__all__ = ["blank_markup"]

# One character each, so that the text keeps its length
_SAME_LENGTH = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "‑": "-", "‐": "-", "−": "-"}
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&nbsp;": " "}

_MARKUP = re.compile(
    r"""
    (?=[&<\]\[*`~_h])(?:      # a first look, which spares most characters the rest
    (?P<entity>&(?:lt|gt|amp|quot|nbsp|\#39);)
  | (?P<block></?(?:li|ul|ol|p|br|div|tr|td|th|h[1-6]|table)\b[^<>]{0,300}>)
  | (?P<tag></?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]{0,2000})?>)
  | (?P<target>\]\((?:[^()\s]|\([^()\s]*\))*\))     # what follows the text of a Markdown link
  | (?P<url>https?://[^\s)\]>"]+)
  | (?P<mark>\*{2,4}|(?<![\d ])\*|\*(?![\d ])|`{1,3}|~~|(?<![\w])_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)|[\[\]](?!\())
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIGNS = re.compile(r"[&<`*_\[\]~]|://")


def _blank(match: re.Match[str]) -> str:
    text = match.group()
    if match.lastgroup == "entity":
        return _ENTITIES[text.lower()].ljust(len(text))
    if match.lastgroup == "block":
        return "\n".ljust(len(text))
    return " " * len(text)


def blank_markup(text: str) -> str:
    """Return ``text`` with Markdown marks, link targets, URLs and HTML tags as spaces, typographic quotes made plain.

    Offsets into the result are offsets into ``text``. A block tag becomes a line break, since it ends a sentence.

    >>> blank_markup("trained for **[some $7m](https://a.example)**")
    'trained for    some $7m                      '
    """
    if not text.isascii():
        for sign, plain in _SAME_LENGTH.items():
            text = text.replace(sign, plain)
    if not _SIGNS.search(text):
        return text
    return _MARKUP.sub(_blank, text)
