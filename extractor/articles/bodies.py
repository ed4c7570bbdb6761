"""HTML tree -> the paragraphs of the article: its blocks, and what the readers of main text let through taken out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lxml.html import HtmlElement

from extractor.articles.blocks import Block
from extractor.articles.furniture import is_headline_like, is_same_line, line_key, load_furniture
from extractor.articles.readings import find_blocks
from extractor.articles.trees import mask_blanks, prepare_tree, unmask_blanks
from extractor.dates import MONTHS, find_date

__all__ = ["drop_calls", "drop_repeats", "is_byline", "read_paragraphs"]


def read_paragraphs(root: HtmlElement, headlines: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Return the paragraphs of a page's article, in order.

    Args:
        root: the page's tree, which is used up.
        headlines: its title, in each form that the page has; a first paragraph that repeats one is left out.
        names: its authors and its site; a line made of them and a date is left out.

    Raises:
        SourceError: if the page breaks the reader of main texts.
    """
    captions = {line_key(alt) for image in root.iter("img", "amp-img") if len(alt := image.get("alt", "")) > 15}
    mask_blanks(root)
    prepare_tree(root)
    kept = _drop_furniture([Block(block.kind, unmask_blanks(block.text)) for block in find_blocks(root)])
    paragraphs = [line for line in kept if len(line) > 1000 or line_key(line) not in captions]
    return drop_calls(drop_repeats(paragraphs, headlines, names))


def drop_calls(paragraphs: list[str]) -> list[str]:
    """Return paragraphs without those at the end, or the first, that ask something of the readers."""
    is_call = load_furniture().is_call
    start, end = 0, len(paragraphs)
    while end > 1 and is_call(paragraphs[end - 1]):
        end -= 1
    if end > 1 and is_call(paragraphs[0]):
        start = 1
    return paragraphs[start:end]


def drop_repeats(paragraphs: list[str], headlines: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Return paragraphs without a headline or byline above the first of them, and without long ones said before."""
    headlines, names = list(headlines), list(names)
    start = 0
    while start < min(4, len(paragraphs)) and (
        any(is_same_line(paragraphs[start], headline) for headline in headlines) or is_byline(paragraphs[start], names)
    ):
        start += 1
    # what is said twice is a pull quote or the page's mistake; what is said again and again, such as the question of
    # an interview with many, is meant
    times = Counter(paragraphs)
    seen: set[str] = set()
    kept = []
    for at, paragraph in enumerate(paragraphs[start:]):
        # some put a line or two above the headline
        if at < 2 and any(is_same_line(paragraph, headline) for headline in headlines):
            continue
        if len(paragraph) < 80 or paragraph not in seen or times[paragraph] > 2:
            kept.append(paragraph)
        seen.add(paragraph)
    return kept


def is_byline(line: str, names: Iterable[str]) -> bool:
    """Tell whether a line holds nothing but names, a date and the words of a byline.

    >>> is_byline("Tobias Lindqvist | 2 July 2024 | The Ledger", ["Tobias Lindqvist", "The Ledger"])
    True
    """
    if len(line) > 200:
        return False
    rest, found = line.casefold(), bool(find_date(line))
    for name in sorted(names, key=len, reverse=True):
        if name and name.casefold() in rest:
            rest, found = rest.replace(name.casefold(), " "), True
    bylines = load_furniture().bylines
    return found and all(word in bylines or word[:3] in MONTHS for word in re.findall(r"[^\W\d_]+", rest))


def _drop_furniture(blocks: list[Block]) -> list[str]:
    """The texts of the blocks that are neither furniture, nor teasers below a label."""
    furniture = load_furniture()
    kept: list[str] = []
    # how a teaser below a label may look; a label's own kind is followed by one paragraph or by list items
    expected = ""
    for block in blocks:
        if furniture.is_label(block.text):
            expected = "any"
        elif furniture.is_line(block.text):
            continue
        elif expected in ("any", block.kind) and block.kind != "head" and is_headline_like(block.text):
            expected = "item" if block.kind == "item" else ""
        else:
            expected = ""
            kept.append(block.text)
    return kept
