"""Tree of a main text -> its blocks: paragraphs, headings, items of lists, in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

__all__ = ["Block", "read_html_blocks", "read_trafilatura_blocks"]

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
})  # fmt: skip

# Text of a tree is in one line here: nothing of the page is equal to this mark of where an element ends.
END = "\n\n"
BLANKS = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with the kind of element that it comes from: ``head``, ``item`` or ``p``."""

    kind: str
    text: str


def read_html_blocks(root: HtmlElement) -> Iterator[Block]:
    """Yield the blocks of an HTML tree, all of it."""
    pieces: list[str] = []
    kind = "p"
    # a stack, since pages nest as deeply as they like; a string on it is text
    waiting: list[HtmlElement | str] = [root]
    while waiting:
        node = waiting.pop()
        if node == END:
            yield from _lines(kind, "".join(pieces))
            pieces, kind = [], "p"
            continue
        if isinstance(node, str):
            pieces.append(node)
            continue
        if not isinstance(node.tag, str) or node.tag in ("head", "script", "style"):
            continue
        if node.tag == "br":
            pieces.append("\n")
        elif node.tag not in INLINE:
            yield from _lines(kind, "".join(pieces))
            pieces = []
            kind = "head" if node.tag in HEADINGS else "item" if node.tag == "li" else "p"
            waiting.append(END)
        for child in reversed(node):
            if child.tail:
                waiting.append(BLANKS.sub(" ", child.tail))
            waiting.append(child)
        if node.text:
            waiting.append(BLANKS.sub(" ", node.text))
    yield from _lines(kind, "".join(pieces))


def read_trafilatura_blocks(body: HtmlElement) -> Iterator[Block]:
    """Yield the blocks of a tree in trafilatura's words; a list item with paragraphs of its own gives each."""
    if body.text and body.text.strip():
        yield from _lines("p", body.text)
    for element in body:
        if element.tag == "list":
            for item in element:
                yield from _item(item)
        elif element.tag == "table":
            for row in element.iter("row"):
                cells = [" ".join("".join(cell.itertext()).split()) for cell in row.iter("cell")]
                if any(cells):
                    yield Block("p", " | ".join(cells))
        elif element.tag in ("quote", "div") and len(element) and any(child.tag in ("p", "list") for child in element):
            yield from read_trafilatura_blocks(element)
        else:
            yield from _lines("head" if element.tag == "head" else "p", _text(element))
        if element.tail and element.tail.strip():
            yield from _lines("p", element.tail)


def _item(item: HtmlElement) -> Iterator[Block]:
    inner: list[str] = [item.text or ""]
    for child in item:
        if child.tag == "p" and "".join(inner).strip():
            inner.append("\n\n")
        if child.tag == "list":
            yield from _lines("item", "".join(inner))
            inner = []
            for nested in child:
                yield from _item(nested)
        else:
            inner.append(_text(child))
        inner.append(child.tail or "")
    yield from _lines("item", "".join(inner))


def _text(element: HtmlElement) -> str:
    r"""The text of an element, a line break as ``\n``."""
    parts = [element.text or ""]
    for child in element:
        parts += ["\n" if child.tag == "lb" else _text(child), child.tail or ""]
    return "".join(parts)


def _lines(kind: str, text: str) -> Iterator[Block]:
    for paragraph in re.split(r"\n\s*\n", text):
        lines = (re.sub(r"[ \t\f]+", " ", line).strip() for line in paragraph.split("\n"))
        if joined := "\n".join(line for line in lines if line):
            yield Block(kind, joined)
