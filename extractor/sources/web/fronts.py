"""HTML page -> whether it is a front of links to articles, or an article itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from extractor.records import Page
from extractor.sources.web.links import find_article_links, tells_story

__all__ = ["is_list"]

HOME = re.compile(r"/?(?:index\.\w+|home/?)?|/[a-z]{2}(?:[-_][a-z]{2})?/?", re.I)
ARTICLE_TYPE = re.compile(
    r'"@type"\s*:\s*\[?\s*"(?:News|Analysis|Opinion|Blog|Reportage|Scholarly|Tech)?(?:Article|Posting)"'
)
LIST_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:CollectionPage|ItemList|SearchResultsPage|Blog)"')
PHRASES = frozenset("abbr b big br cite code em font i img mark q s small span strong sub sup u".split())
NO_PROSE = frozenset("a button head noscript option script select style template textarea title".split())
MIN_LINKS, MIN_LINKS_OF_STORY = 5, 25
"""A front has so many links to articles; more where its own address looks like that of a story."""
MIN_PROSE, PROSE_PER_LINK, MIN_PARAGRAPH = 600, 40, 60
"""It has less text than that in one place, in all and for each link; shorter paragraphs are not counted."""


def is_list(tree: HtmlElement, page: Page) -> bool:
    """Tell whether a page is one of links to articles, and no article itself."""
    links = find_article_links(tree, page)
    parts = urlsplit(page.url)
    if HOME.fullmatch(parts.path) and not parts.query:
        return bool(links) or any(_is_feed_link(link) for link in tree.iter("link"))
    if _says_article(tree):
        return False
    wanted = MIN_LINKS_OF_STORY if tells_story(page.url) else MIN_LINKS
    return len(links) >= wanted and _longest_prose(tree) < min(MIN_PROSE, PROSE_PER_LINK * len(links))


def _is_feed_link(link: HtmlElement) -> bool:
    return "alternate" in link.get("rel", "").lower().split() and link.get("type", "").lower().endswith(
        ("rss+xml", "atom+xml", "feed+json")
    )


def _says_article(tree: HtmlElement) -> bool:
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").lower()
        if name == "og:type":
            if (content := meta.get("content", "").lower()) == "article":
                return True
            if content in ("website", "blog"):
                return False
        if name == "article:published_time":
            return True
    scripts = [script.text or "" for script in tree.iter("script") if "ld+json" in script.get("type", "").lower()]
    return any(map(ARTICLE_TYPE.search, scripts)) and not any(map(LIST_TYPE.search, scripts))


def _longest_prose(tree: HtmlElement) -> int:
    """Return how many characters of text stand together: many in an article, few in a list of teasers."""
    blocks: dict[HtmlElement, int] = {}
    for element in tree.iter():
        for words, place in ((element.text, element), (element.tail, element.getparent())):
            if words and not words.isspace() and (block := _find_block(place)) is not None:
                blocks[block] = blocks.get(block, 0) + len(words.strip())
    together: dict[HtmlElement, int] = {}
    for block, length in blocks.items():
        # The paragraphs of an article stand in one element; each of a list's, mostly, in one of its own.
        owner = block.getparent() if block.tag == "p" else block
        if length >= MIN_PARAGRAPH and owner is not None:
            together[owner] = together.get(owner, 0) + length
    return max(together.values(), default=0)


def _find_block(element: HtmlElement | None) -> HtmlElement | None:
    """Return the block whose text an element is part of; None for links, and for what nobody reads."""
    while element is not None and element.tag in PHRASES:
        element = element.getparent()
    return element if element is not None and isinstance(element.tag, str) and element.tag not in NO_PROSE else None
