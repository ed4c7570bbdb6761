"""Page -> what kind of listing it is, and what it holds or leads to.

Content alone counts: the types that headers give are often wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from extractor.encodings import decode_content
from extractor.errors import SourceError
from extractor.records import Page
from extractor.sources.kinds import find_binary
from extractor.sources.web.addresses import is_same_site
from extractor.sources.web.entries import MAX_TITLE, clean_words, make_absolute
from extractor.sources.web.feeds import is_json_feed, read_feed
from extractor.sources.web.records import AddressKind, FoundKind, Listing
from extractor.sources.web.sitemaps import is_list_of_urls, read_sitemap
from extractor.sources.web.unpacking import peek

__all__ = ["find_kind", "find_listings", "find_sitemaps", "read_listing"]

Link = tuple[FoundKind, str, str]

ROOTS: dict[str, FoundKind] = {
    "rss": "feed", "rdf": "feed", "feed": "feed", "channel": "feed", "urlset": "sitemap", "sitemapindex": "sitemap",
}  # fmt: skip
# Each alternative goes on to its end or to the end of the text: one pass, whatever stands there.
PROLOGUE = re.compile(
    r"(?:\s+|<\?(?:(?!\?>).)*+(?:\?>|$)|<!--(?:(?!-->).)*+(?:-->|$)|<!doctype(?:[^<>\[]|\[[^\]]*+(?:\]|$))*+(?:>|$))*+",
    re.I | re.S,
)
ROOT = re.compile(r"<(?:[\w.-]+:)?([a-z][\w.-]*)", re.I)
HTML_TAG = re.compile(
    r"head|body|title|meta|link|base|script|style|div|p|a|ul|ol|table|main|article|section|h[1-6]|header", re.I
)
# Control characters alone do not make a feed a program.
XML_START = re.compile(rb"<(?:\?xml|rss|rdf:RDF|feed|urlset|sitemapindex)[\s>]", re.I)
LATE_ROOT = re.compile(r"<(rss|rdf:RDF|feed|urlset|sitemapindex)\s[^<>]*(?:xmlns|version)\b")
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
VAGUE_TYPES = ("application/json", "application/xml", "text/xml")
FEED_HOST = re.compile(r"https?://feeds?\.", re.I)
FEED_WORD = re.compile(r"\b(?:rss|atom|feeds?)\b", re.I)
FEED_PATH = re.compile(
    r"/(?:rss|feed|feeds|atom|index)(?:\.xml|\.rss|\.atom|\.json)?/?$|\.(?:rss|atom)$|^https?://feeds?\.", re.I
)
MAIN_PATH = re.compile(r"/(?:rss|feed|feeds|atom|index|rss2)(?:/rss|\.xml|\.rss|\.atom|\.json)?/?", re.I)
COMMENTS = re.compile(r"comment|komm?entar|coment|replies|комментари|コメント|评论|評論|댓글|reacties|yorum", re.I)
FORMAT = re.compile(r"\b(?:rss|atom|json|xml|rdf|feeds?|[12]\.[01]|\d\.\d+)\b|[\W_]+", re.I)
SITEMAP_LINE = re.compile(r"^\ufeff?[ \t]*site-?map[ \t]*:[ \t]*(\S+)", re.I | re.M)


def find_kind(page: Page) -> FoundKind:
    """Return what a page is: a feed, a sitemap, a list of links to articles, or a page of its own.

    Never raises: what nobody can read is a page, whose reader will say so.
    """
    if (kind := _sniff(page)) != "html":
        return kind
    from extractor.sources.web.fronts import is_list
    from extractor.sources.web.html_pages import read_tree

    try:
        return "list" if is_list(read_tree(page), page) else "page"
    except SourceError:
        return "page"


def read_listing(page: Page, kind: AddressKind) -> Listing:
    """Return what a feed, a sitemap or a list of links holds.

    Args:
        page: its bytes.
        kind: what is expected; a feed where a sitemap was expected, or the other way round, is read as what it is.

    Raises:
        SourceError: if it is no listing, saying what it is instead.
    """
    found = _sniff(page)
    if found == "feed":
        return read_feed(page)
    if found == "sitemap":
        return read_sitemap(page)
    if binary := find_binary(peek(page.content)):
        raise SourceError("This is no listing", where=page.url, expected=_expected(kind), found=binary)
    if found == "html" and (kind == "list" or (kind == "unknown" and find_kind(page) == "list")):
        return _read_links(page)
    if found == "html":
        raise SourceError(
            f"This is no {_expected(kind)}", where=page.url, found="an HTML page", fix=_tell_listings(page)
        )
    # Not even its root is there; its reader says what is.
    return read_sitemap(page) if kind == "sitemap" else read_feed(page)


def find_listings(page: Page) -> list[Link]:
    """Return the feeds and sitemaps that an HTML page leads to: kind, absolute URL and title, the main feed first.

    Feeds of comments are left out, and so is the same feed in a second format.
    """
    if _sniff(page) != "html":
        return []
    from extractor.sources.web.fronts import is_list
    from extractor.sources.web.html_pages import read_tree

    try:
        tree = read_tree(page)
    except SourceError:
        return []
    feeds = _drop_twins(_find_feed_links(tree, page.url))
    # Sorting keeps the page's order otherwise: the first that it names is mostly the main one.
    feeds.sort(key=lambda feed: not (MAIN_PATH.fullmatch(urlsplit(feed[1]).path) and is_same_site(feed[1], page.url)))
    if len(feeds) > 1 and not is_list(tree, page):
        # Of an article, the feed below its own address is that of its comments, in whatever language.
        feeds = [feed for feed in feeds if not feed[1].startswith(f"{page.url.rstrip('/')}/feed")]
    return feeds + _drop_same(_find_sitemap_links(tree, page.url))


def find_sitemaps(robots: str) -> list[str]:
    r"""Return the sitemaps that a robots.txt names, absolute.

    >>> find_sitemaps("User-agent: *\nDisallow:\nSitemap: https://a.example/news.xml # daily")
    ['https://a.example/news.xml']
    """
    urls = (make_absolute(found, "") for found in SITEMAP_LINE.findall(robots))
    return list(dict.fromkeys(filter(None, urls)))


def _sniff(page: Page) -> FoundKind | Literal["html"]:
    """Return ``feed``, ``sitemap``, ``html`` or ``page``, by the first element or character."""
    start = peek(page.content)
    if find_binary(start) and not XML_START.search(start[:4096]):
        return "page"
    try:
        # The end may be the half of a character.
        text = decode_content(start, page.charset, markup=True)
    except SourceError:
        return "page"
    body = text[PROLOGUE.match(text).end() :]  # type: ignore[union-attr]
    if body.startswith("{"):
        return "feed" if is_json_feed(body) else "page"
    root = ROOT.match(body)
    if root and (kind := ROOTS.get(root[1].lower())):
        return kind
    if root and root[1].lower() == "html":
        return "html"
    if late := LATE_ROOT.search(text[:4096]):
        # Something was printed before it: a warning of the site's own software, mostly.
        return ROOTS[late[1].lower().removesuffix(":rdf")]
    if is_list_of_urls(body):
        return "sitemap"
    if (root and HTML_TAG.fullmatch(root[1])) or (page.media_type == "text/html" and not body.startswith("<?")):
        return "html"
    return "page"


def _expected(kind: AddressKind) -> str:
    return {"feed": "feed", "sitemap": "sitemap", "list": "HTML page of links"}.get(kind, "feed, sitemap or list")


def _tell_listings(page: Page) -> str:
    found = [url for _, url, _ in find_listings(page)]
    if not found:
        return "It names no feed; name one, or follow its links with --kind list"
    return f"Its feeds are: {', '.join(found[:5])}"


def _read_links(page: Page) -> Listing:
    from extractor.sources.web.html_pages import find_title, read_tree
    from extractor.sources.web.links import find_article_links

    tree = read_tree(page)
    entries = tuple(find_article_links(tree, page))
    problems = () if entries else ("The page leads to no articles of its site that could be told from its other links",)
    return Listing("list", find_title(tree), entries, problems=problems)


def _find_feed_links(tree: object, url: str) -> Iterator[tuple[Link, str]]:
    """Yield the feeds of a page, each with its format; those of its links where its head names none."""
    from extractor.sources.web.html_pages import find_base

    base = find_base(tree, url)
    seen: set[str] = set()
    for link in tree.iter("link"):  # type: ignore[attr-defined]
        relations = link.get("rel", "").lower().split()
        if "alternate" not in relations and "feed" not in relations:
            continue
        said = link.get("type", "").partition(";")[0].strip().lower()
        href, title = link.get("href") or "", clean_words(link.get("title") or "", MAX_TITLE)
        vague = said in VAGUE_TYPES and FEED_WORD.search(f"{title} {href}") is not None
        if (said in FEED_TYPES or vague or "feed" in relations) and not COMMENTS.search(f"{title} {href}"):
            target = make_absolute(href, base) if href else ""
            if target and target not in seen:
                seen.add(target)
                yield ("feed", target, title), said
    if seen:
        return
    for link in tree.iter("a"):  # type: ignore[attr-defined]
        target = make_absolute(link.get("href") or "", base) if link.get("href") else ""
        if not target or target in seen or COMMENTS.search(target) or not FEED_PATH.search(target.partition("?")[0]):
            continue
        if is_same_site(target, url) or FEED_HOST.match(target):
            title = clean_words(link.text_content(), MAX_TITLE)
            if re.search(r"/index[./]", target) and not FEED_WORD.search(title):
                continue
            seen.add(target)
            yield ("feed", target, title), ""


def _find_sitemap_links(tree: object, url: str) -> Iterator[Link]:
    from extractor.sources.web.html_pages import find_base

    base = find_base(tree, url)
    for link in tree.iter("link"):  # type: ignore[attr-defined]
        if "sitemap" in link.get("rel", "").lower().split() and link.get("href"):
            # A sitemap for readers is a page, and has the type of one.
            target = make_absolute(link.get("href"), base)
            if target and link.get("type", "").lower() != "text/html":
                yield "sitemap", target, clean_words(link.get("title") or "", MAX_TITLE)


def _drop_twins(links: Iterator[tuple[Link, str]]) -> list[Link]:
    """Return feeds without those that differ from one before by their format alone."""
    kept: list[Link] = []
    formats: dict[str, set[str]] = {}
    for link, said in links:
        name = FORMAT.sub(" ", link[2]).strip().casefold() or FORMAT.sub(" ", link[1]).strip().casefold()
        known = formats.setdefault(name, set())
        if known and said not in known:
            continue
        known.add(said)
        kept.append(link)
    return kept


def _drop_same(links: Iterator[Link]) -> list[Link]:
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link[1], link)
    return list(found.values())
