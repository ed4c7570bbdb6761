"""Text -> the same text in plain lower-case letters, code point for code point."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["GAP", "blank_spans", "fold_text"]

# between the parts of a quantity: spaces (mark-up may have been blanked out), never a line break
GAP = r"[ \xa0]{0,8}"

PLAIN = {
    # all spaces that keep digits together are one; the others are a space
    **dict.fromkeys(map(ord, "\u2007\u2009\u202f\u2008\u200a"), "\xa0"),
    **dict.fromkeys(map(ord, "\t\u2002\u2003\u2004\u2005\u2006\u200b\u3000\ufeff"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-"),
    **dict.fromkeys(map(ord, "‘’ʼ"), "'"),
    **dict.fromkeys(map(ord, "×✕✖⨉"), "x"),
    **dict.fromkeys(map(ord, "～∼〜"), "~"),
    **{ord("０") + digit: str(digit) for digit in range(10)},
    ord("，"): ",",
    ord("．"): ".",
    ord("％"): "%",
    ord("＄"): "$",
    ord("＋"): "+",
    ord("＞"): ">",
    ord("＜"): "<",
    ord("İ"): "i",  # the one letter whose lower case is two code points
}


def fold_text(text: str) -> str:
    r"""Return the text in lower case, with one kind of dash, quote, times sign and no-break space.

    No code point is added or removed, so an offset into the one is an offset into the other.

    >>> fold_text("16×H100 – 2\u202f048")
    '16xh100 - 2\xa0048'
    """
    if text.isascii():
        return text.lower().replace("\t", " ")
    return text.translate(PLAIN).lower()


def blank_spans(folded: str, spans: Iterable[tuple[int, int]]) -> str:
    """Put a sign that belongs to no quantity in place of every character of the spans."""
    characters = list(folded)
    for start, end in spans:
        characters[start:end] = "\x00" * len(characters[start:end])
    return "".join(characters)
