"""Page -> its elements, and what they say of the page as a whole."""

from __future__ import annotations

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from extractor.encodings import decode_content
from extractor.errors import SourceError
from extractor.records import Page
from extractor.sources.web.entries import MAX_TITLE, clean_words, make_absolute
from extractor.sources.web.unpacking import unpack

__all__ = ["find_base", "find_title", "read_tree"]


def read_tree(page: Page) -> HtmlElement:
    """Return the elements of an HTML page.

    Raises:
        SourceError: if it has none, or is text in no encoding.
    """
    # Half of a page is a page, too.
    pieces: list[bytes] = []
    try:
        pieces.extend(unpack(page.content, page.url))
    except SourceError:
        if not pieces:
            raise
    text = decode_content(b"".join(pieces), page.charset, markup=True)
    try:
        tree = document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError) as error:
        raise SourceError("There is no HTML in this page", where=page.url, found=clean_words(text, 60)) from error
    return tree


def find_base(tree: HtmlElement, url: str) -> str:
    """Return what relative links of a page are relative to."""
    for base in tree.iter("base"):
        if base.get("href"):
            return make_absolute(base.get("href"), url) or url
    return url


def find_title(tree: HtmlElement) -> str:
    """Return what a page calls its site or itself."""
    for meta in tree.iter("meta"):
        if meta.get("property", "").lower() == "og:site_name" and meta.get("content", "").strip():
            return clean_words(meta.get("content"), MAX_TITLE)
    title = next(iter(tree.iter("title")), None)
    return clean_words(title.text_content(), MAX_TITLE) if title is not None else ""
