"""HTML tree -> the same tree with the place of its article marked, in the words that readers of main text look for."""

from __future__ import annotations

from lxml.html import HtmlElement

from extractor.articles.furniture import load_furniture

__all__ = ["mark_place"]

LONG = 80
"""Characters: a paragraph so long is prose, if links are not most of it."""
MARK = "article-body"


def mark_place(root: HtmlElement) -> None:
    """Name the block that holds the article, in place, where the page does not.

    Long articles come in chunks, with advertisements between them, each in a wrapper of the same kind that is called
    the body of the article: then the block around all chunks is named, or else only the first would be read.
    """
    prose: dict[HtmlElement, int] = {}
    for paragraph in root.iter("p"):
        parent = paragraph.getparent()
        if parent is not None and (length := _prose_length(paragraph)):
            prose[parent] = prose.get(parent, 0) + length
    prose = {parent: length for parent, length in prose.items() if not _is_of_readers(parent)}
    if not prose:
        return
    whole = sum(prose.values())
    chunks = _find_chunks(prose)
    if len(chunks) > 1 and sum(prose[chunk] for chunk in chunks) >= 0.6 * whole:
        around = _around(chunks)
        if around.tag not in ("html", "body") and len(list(around.iter("h1"))) < 2:
            _mark(around)
    if root.find(".//article") is not None or root.xpath("boolean(.//*[@itemprop='articleBody'])"):
        return
    body = max(prose, key=lambda element: prose[element])
    if prose[body] >= 0.6 * whole and body.tag in ("div", "section", "main"):
        _mark(body)


def _mark(element: HtmlElement) -> None:
    element.set("class", f"{element.get('class', '')} {MARK}".strip())


def _find_chunks(prose: dict[HtmlElement, int]) -> list[HtmlElement]:
    """The blocks of prose that are of one kind with the longest of them, in the same ``<article>``."""
    longest = max(prose, key=lambda element: prose[element])
    kind = _kind(longest)
    return [element for element in prose if _kind(element) == kind] if kind[1] else []


def _kind(element: HtmlElement) -> tuple[str, str, HtmlElement | None]:
    return element.tag, element.get("class", ""), next(element.iterancestors("article"), None)


def _around(elements: list[HtmlElement]) -> HtmlElement:
    """The lowest element that holds all of several."""
    common = list(elements[0].iterancestors())
    for element in elements[1:]:
        above = set(element.iterancestors())
        common = [ancestor for ancestor in common if ancestor in above]
    return common[0]


def _prose_length(paragraph: HtmlElement) -> int:
    """The characters of a paragraph; none for one that is short, or mostly links."""
    length = len(" ".join(paragraph.text_content().split()))
    if length < LONG or next(paragraph.iterancestors("a"), None) is not None:
        return 0
    linked = sum(len(link.text_content()) for link in paragraph.iter("a"))
    return length if linked < length / 2 else 0


def _is_of_readers(element: HtmlElement) -> bool:
    names = (value for block in (element, *element.iterancestors()) for value in (block.get("class"), block.get("id")))
    return load_furniture().is_readers_name(*(name for name in names if name))
