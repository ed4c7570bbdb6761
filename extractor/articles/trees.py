"""HTML text -> a tree that is ready for a reader of main texts: furniture out, every paragraph an element of its own.

Pages write paragraphs in many ways. Here ``<br><br>`` becomes paragraphs, a table of layout becomes plain blocks, and
a table of data one paragraph a row, so that no later step has to know of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from extractor.articles.furniture import load_furniture
from extractor.articles.insets import drop_insets, unlink_text, unwrap_posts
from extractor.articles.places import mark_place
from extractor.errors import SourceError

__all__ = ["mask_blanks", "parse_html", "prepare_tree", "unmask_blanks"]

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
CELL = " | "
"""Between the cells of a row, in the paragraph that the row becomes."""

# Blanks that must not break a line carry meaning ("1 082 990"), but readers of main text turn them into plain ones.
BLANKS = {"\u00a0": "\u237d", "\u202f": "\u2422", "\u2009": "\u2420"}
BLANK = re.compile(r"(?<=\S)[\u00a0\u202f\u2009](?=\S)")
TEXTS_WITH_BLANKS = etree.XPath("|".join(f"//text()[contains(., '{blank}')]" for blank in BLANKS))


def parse_html(text: str) -> HtmlElement:
    """Return the root of a page's tree.

    Raises:
        SourceError: if there is no element in it.
    """
    try:
        return document_fromstring(text, parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise SourceError("The page is no HTML", expected="elements with text", found=str(error)) from error


def mask_blanks(root: HtmlElement) -> None:
    """Change the no-break and thin blanks between letters of a tree into signs that no page uses, in place."""
    for text in TEXTS_WITH_BLANKS(root):
        element = text.getparent()
        masked = BLANK.sub(lambda match: BLANKS[match[0]], text)
        if text.is_tail:
            element.tail = masked
        else:
            element.text = masked


def unmask_blanks(text: str) -> str:
    """Return a text with its blanks again."""
    for blank, sign in BLANKS.items():
        text = text.replace(sign, blank)
    return text


def prepare_tree(root: HtmlElement) -> None:
    """Change a tree for a reader of main texts, in place."""
    for element in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        _drop(element)
    drop_insets(root)
    unwrap_posts(root)
    _drop_furniture(root)
    # from the inside out, so that a table in a cell of layout is settled before the layout is
    for table in reversed(list(root.iter("table"))):
        _settle_table(table)
    for parent in list(dict.fromkeys(br.getparent() for br in root.iter("br"))):
        _wrap_paragraphs(parent)
    _tag_headings(root)
    mark_place(root)
    unlink_text(root)


def _drop(element: HtmlElement) -> None:
    """Take an element out and leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _drop_furniture(root: HtmlElement) -> None:
    furniture = load_furniture()
    whole = len(root.text_content())
    for element in list(root.iter("div", "section", "aside", "p", "span", "ul", "ol", "table", "form", "nav")):
        names = [element.get(key, "") for key in ("class", "id", "data-testid", "data-component")]
        # a block with the headline, or with a good part of the page, holds the article whatever it is called
        if (
            (element.tag == "nav" or furniture.is_block_name(*names))
            and element.getparent() is not None
            and not _is_drop_cap(element)
            and element.find(".//h1") is None
            and (element.tag == "nav" or len(element.text_content()) < 0.3 * whole)
        ):
            _drop(element)


def _tag_headings(root: HtmlElement) -> None:
    """Make headings of blocks that are called so, and hold one short line."""
    named = load_furniture().is_heading_name
    for element in root.iter("div", "p"):
        if (
            named(element.get("class", ""))
            and len(element.text_content()) <= 100
            and not any(child.tag in BLOCKS for child in element)
        ):
            element.tag = "h3"


def _is_drop_cap(element: HtmlElement) -> bool:
    """Tell whether an element is the first letter of a paragraph in large type: its name says "cap" as well."""
    return element.tag == "span" and len(element.text_content().strip()) in (1, 2)


def _settle_table(table: HtmlElement) -> None:
    rows = [row for row in table.iter("tr") if row.iterancestors("table").__next__() is table]
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    texts = [[" ".join(cell.text_content().split()) for cell in row] for row in cells]
    if _is_inset(table, texts):
        _drop(table)
    elif _is_layout(table, texts):
        for element in [table, *table.iter("tbody", "thead", "tfoot", "tr", "td", "th")]:
            element.tag = "div"
    elif texts and {text.lower() for text in texts[0]} <= load_furniture().prices:
        _drop(table)
    else:
        tail = table.tail
        caption = table.find("caption")
        table.clear()
        table.tag, table.tail = "div", tail
        if caption is not None and caption.text_content().strip():
            etree.SubElement(table, "p").text = caption.text_content().strip()
        for row in texts:
            if any(row):
                etree.SubElement(table, "p").text = CELL.join(row)


def _is_inset(table: HtmlElement, texts: list[list[str]]) -> bool:
    """A small table that floats beside the text: a picture with its caption, or a link to another article."""
    return table.get("align", "") in ("left", "right") and len(texts) == 1 and len(" ".join(texts[0])) < 300


def _is_layout(table: HtmlElement, texts: list[list[str]]) -> bool:
    longest = max((len(text) for row in texts for text in row), default=0)
    return (
        table.find(".//h1") is not None
        or longest > 400
        or all(len(row) < 2 for row in texts)
        or (longest > 200 and next(table.iter("h2", "p", "div", "ul", "ol", "form", "article"), None) is not None)
    )


def _wrap_paragraphs(parent: HtmlElement) -> None:
    """Make paragraphs of what stands between runs of two or more ``<br>`` in an element."""
    if not any(_ends_paragraph(child) for child in parent):
        return
    pieces = list(_pieces(parent))
    groups: list[list[HtmlElement | str] | HtmlElement] = [[]]
    for piece in pieces:
        if piece is None:
            groups.append([])
        elif isinstance(piece, str) or piece.tag not in BLOCKS:
            if not isinstance(groups[-1], list):
                groups.append([])
            last = groups[-1]
            if isinstance(last, list):
                last.append(piece)
        else:
            groups += [piece, []]
    for child in list(parent):
        parent.remove(child)
    parent.text = None
    if parent.tag not in BLOCKS or parent.tag == "p":
        parent.tag = "div"
    for group in groups:
        if not isinstance(group, list):
            parent.append(group)
            continue
        paragraph = etree.SubElement(parent, "p")
        for piece in group:
            if not isinstance(piece, str):
                paragraph.append(piece)
            elif len(paragraph):
                paragraph[-1].tail = (paragraph[-1].tail or "") + piece
            else:
                paragraph.text = (paragraph.text or "") + piece
        if not paragraph.text_content().strip() and paragraph.find(".//img") is None:
            parent.remove(paragraph)


def _ends_paragraph(child: HtmlElement) -> bool:
    """Tell whether an element is a ``<br>`` with nothing but another ``<br>`` behind it."""
    following = child.getnext()
    return child.tag == "br" and not (child.tail or "").strip() and following is not None and following.tag == "br"


def _pieces(parent: HtmlElement) -> Iterator[HtmlElement | str | None]:
    """The content of an element in order: texts, elements without their tails, and None for a run of ``<br>``."""
    if parent.text:
        yield parent.text
    in_run = False
    for child in parent:
        tail = child.tail
        if in_run or _ends_paragraph(child):
            # the last of a run carries the text behind it
            if not in_run:
                yield None
            in_run = _ends_paragraph(child)
        else:
            child.tail = None
            yield child
        if tail and not in_run:
            yield tail
