"""HTML tree -> the same tree without what stands in the middle of an article and is none of its text.

Each is known by how it is built, not by what it says: cards that are one link, what a name shows when a mouse is over
it, and the article's metadata.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

__all__ = ["drop_insets"]

DATA = frozenset(
    {"datepublished", "datemodified", "datecreated", "dateline", "author", "creator", "publisher", "wordcount"}
)
HOVER = re.compile(r"rollover|hover|popover|pop-?up|tool-?tip|flyout", re.I)


def drop_insets(root: HtmlElement) -> None:
    """Take insets out of a tree, in place."""
    for element in list(root.iter(*TESTS)):
        if element.getparent() is not None and any(test(element) for test in TESTS[element.tag]):
            element.drop_tree()


def _is_card(element: HtmlElement) -> bool:
    """Tell whether an element is a link around a whole paragraph: inside an article, links are around words."""
    return element.tag == "a" and any(len(paragraph.text_content().split()) > 8 for paragraph in element.iter("p"))


def _is_data(element: HtmlElement) -> bool:
    """Tell whether an element is a byline or a date by what it says of itself, and holds nothing more."""
    return element.get("itemprop", "").lower() in DATA and len(element.text_content().split()) <= 12


def _is_hover_card(element: HtmlElement) -> bool:
    """Tell whether an element is what shows when a mouse is over the name before it: a list of links, most often."""
    if element.tag != "span" or not HOVER.search(element.get("class", "")) or len(element.findall(".//a")) < 2:
        return False
    # the wrapper around the name and its card is named after the card
    return not any(HOVER.search(child.get("class", "")) and len(child.findall(".//a")) > 1 for child in element)


def _is_list_of_links(element: HtmlElement) -> bool:
    """Tell whether a list has nothing but headlines that are links: items of a list in an article say more."""
    texts = [" ".join(item.text_content().split()) for item in element.iter("li")]
    linked = sum(len(" ".join(link.text_content().split())) for link in element.iter("a"))
    return (
        len(texts) > 1
        and linked >= 0.9 * sum(map(len, texts))
        and sum(text.count(" ") for text in texts) >= 4 * len(texts)
    )


TESTS = {
    "a": (_is_card,),
    "span": (_is_data, _is_hover_card),
    "div": (_is_data,),
    "p": (_is_data,),
    "time": (_is_data,),
    "ul": (_is_list_of_links,),
    "ol": (_is_list_of_links,),
}
