"""Prepared tree -> the blocks of its main text: trafilatura's reading, or another's where that is in the wrong place.

Three readers look at a page in their own ways. trafilatura's precision mode is right most often, and decides.
resiliparse is so fast that it is always asked, and takes too much rather than too little. Where it has more than twice
the text, trafilatura's balanced mode is asked, too; and readability, if resiliparse would have read something else.
"""

from __future__ import annotations

import logging
import re
from collections import Counter

from lxml.html import HtmlElement, tostring

from extractor.articles.blocks import Block, read_html_blocks, read_trafilatura_blocks
from extractor.errors import SourceError

__all__ = ["find_blocks"]

ENOUGH = 250
"""Characters: a page with less main text than that by a reader that takes too much is no article's."""

Shingles = Counter[tuple[str, ...]]


def find_blocks(root: HtmlElement) -> list[Block]:
    """Return the blocks of a page's main text.

    Args:
        root: the page's tree, prepared; it is used up.

    Raises:
        SourceError: if the page breaks the reader of main texts.
    """
    html = tostring(root, encoding="unicode")
    try:
        first = _read_by_trafilatura(root, precision=True)
    except Exception as error:
        # whatever a broken page does to the library, the run goes on and the page is listed
        raise SourceError("The page's main text cannot be found", found=f"{type(error).__name__}: {error}") from error
    wide = _read_by_resiliparse(html)
    length = sum(len(block.text) for block in first)
    if len(wide) < ENOUGH or 2 * length >= len(wide):
        return first
    return _read_again(html, first, _shingles(wide))


def _read_again(html: str, first: list[Block], wide: Shingles) -> list[Block]:
    """The best of several readings by what a wide one has.

    A reading of the right place is only left for one that has much more, all of it in the wide one.
    """
    try:
        balanced = _read_by_trafilatura(html, precision=False)
    except Exception:
        # a second opinion is not needed so much that a page could fail for it
        balanced = []
    ours, others = _shingles_of(first), _shingles_of(balanced)
    if first and _share(ours, wide) >= 0.5:
        return balanced if others.total() >= 1.4 * ours.total() and _share(others, wide) > 0.8 else first
    readings = [first, balanced, _read_by_readability(html)]
    return max(readings, key=lambda blocks: _likeness(_shingles_of(blocks), wide))


def _read_by_trafilatura(page: HtmlElement | str, *, precision: bool) -> list[Block]:
    import trafilatura

    # fast: what it took is not compared with readability's and jusText's, which take lists of links for articles
    document = trafilatura.bare_extraction(
        page, include_comments=False, favor_precision=precision, include_tables=True, fast=True
    )
    return [] if document is None or document.body is None else list(read_trafilatura_blocks(document.body))


def _read_by_resiliparse(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    try:
        return str(extract_plain_text(html, main_content=True, alt_texts=False, comments=False, post_meta=False))
    except (RuntimeError, TypeError, ValueError):
        return ""


def _read_by_readability(html: str) -> list[Block]:
    # half a second to import, and few pages need it
    from lxml.html import document_fromstring
    from readability import Document

    # it prints tracebacks where nobody listens
    logging.getLogger("readability").addHandler(logging.NullHandler())
    try:
        return list(read_html_blocks(document_fromstring(Document(html).summary())))
    except Exception:
        return []


def _shingles(text: str) -> Shingles:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)) if words)


def _shingles_of(blocks: list[Block]) -> Shingles:
    return _shingles(" ".join(block.text for block in blocks))


def _share(part: Shingles, whole: Shingles) -> float:
    """How much of one reading is in another."""
    return (part & whole).total() / max(1, part.total())


def _likeness(one: Shingles, other: Shingles) -> float:
    """How much two readings have in common, from 0 to 1."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())
