"""HTML tree -> the same tree without what stands in the middle of an article and is none of its text.

Each is known by how it is built, not by what it says: cards that are one link, what a name shows when a mouse is over
it, and the article's metadata.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from extractor.articles.furniture import load_furniture

__all__ = ["drop_insets", "unlink_text", "unwrap_posts"]

DATA = frozenset(
    {"datepublished", "datemodified", "datecreated", "dateline", "author", "creator", "publisher", "wordcount"}
)
SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)]*$")
POST = re.compile(r"\b(?:twitter-tweet|twitter-video|bluesky-embed|mastodon-embed)\b")
HOVER = re.compile(r"rollover|hover|popover|pop-?up|tool-?tip|flyout", re.I)


def drop_insets(root: HtmlElement) -> None:
    """Take insets out of a tree, in place."""
    for article in _other_articles(root):
        article.drop_tree()
    for element in list(root.iter(*TESTS)):
        if element.getparent() is not None and any(test(element) for test in TESTS[element.tag]):
            element.drop_tree()


def unwrap_posts(root: HtmlElement) -> None:
    """Take the names off posts that the article quotes and off the blocks around them, in place.

    Readers of main texts know these names for those of buttons to share a page with.
    """
    for quote in list(root.iter("blockquote")):
        if not POST.search(quote.get("class", "")):
            continue
        text = _text(quote)
        for element in (quote, *quote.iterancestors("div", "figure", "aside")):
            if _text(element) != text:
                break
            element.attrib.clear()
        for link in quote.findall(".//a"):
            link.drop_tag()


def unlink_text(root: HtmlElement) -> None:
    """Make plain text of the links in paragraphs, in place.

    Readers of main texts take a paragraph for a menu if links are most of it, whatever it says. One that is a link
    altogether stays: it is an advertisement as likely as not, unless it is a name or an address.
    """
    for paragraph in root.iter("p"):
        links = paragraph.findall(".//a")
        if len(links) == 1 and _may_be_headline(text := _text(links[0])) and text == _text(paragraph):
            continue
        for link in links:
            link.drop_tag()


def _other_articles(root: HtmlElement) -> list[HtmlElement]:
    """What follows the one ``<article>`` that has the headline, if it is an ``<article>``, too, and no longer.

    A longer one may be the body of which the first is the head.
    """
    articles = [article for article in root.iter("article") if next(article.iterancestors("article"), None) is None]
    headed = [article for article in articles if article.find(".//h1") is not None]
    if len(headed) != 1:
        return []
    others = articles[articles.index(headed[0]) + 1 :]
    return others if all(_length(other) <= _length(headed[0]) for other in others) else []


def _length(article: HtmlElement) -> int:
    return sum(len(_text(paragraph)) for paragraph in article.iter("p"))


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
    texts = [_text(item) for item in element.iter("li")]
    linked = sum(len(_text(link)) for link in element.iter("a"))
    return (
        len(texts) > 1
        and linked >= 0.9 * sum(map(len, texts))
        and sum(text.count(" ") for text in texts) >= 4 * len(texts)
    )


def _is_list_below_label(element: HtmlElement) -> bool:
    """Tell whether a list has a link in each item, and the words above it announce other articles."""
    above = element.getprevious()
    if above is None or not isinstance(above.tag, str) or not load_furniture().is_label(_text(above)):
        return False
    return all(item.find(".//a") is not None for item in element.iter("li"))


def _is_line_of_links(element: HtmlElement) -> bool:
    """Tell whether a paragraph is little more than headlines that are links; names and addresses are none."""
    links = [_text(link) for link in element.findall(".//a")]
    if not links or not _may_be_headline(max(links, key=len)):
        return False
    text = _text(element)
    # a sentence with long links in it, or before a list, ends as such
    return len(text) <= 600 and sum(map(len, links)) >= 0.7 * len(text) and not SENTENCE_END.search(text)


def _may_be_headline(text: str) -> bool:
    return len(text) >= 20 and not text.startswith(("http", "www.", "@"))


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


TESTS = {
    "a": (_is_card,),
    "span": (_is_data, _is_hover_card),
    "div": (_is_data,),
    "p": (_is_data, _is_line_of_links),
    "time": (_is_data,),
    "ul": (_is_list_of_links, _is_list_below_label),
    "ol": (_is_list_of_links, _is_list_below_label),
}
