"""HTML page of links -> the articles, feeds and sitemaps that it leads to; and whether a page is one of that kind.

What tells a link to an article: it stays on the site, does not stand in navigation, and its address or its text names
one story. No rule here is about one site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from extractor.encodings import decode_content
from extractor.errors import SourceError
from extractor.records import Page
from extractor.schema import read_yaml
from extractor.sources.web.addresses import is_same_site
from extractor.sources.web.entries import MAX_TITLE, clean_words, make_absolute, read_day
from extractor.sources.web.records import Entry
from extractor.sources.web.unpacking import unpack

__all__ = ["find_article_links", "find_base", "find_title", "is_list", "read_tree"]

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
DATED = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b", re.I)
SLUG = re.compile(r"[^\W_]+(?:[-_][^\W_]+){2,}")
NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)|(?<![a-z0-9])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{10,}", re.I)
STORY_PARAMETERS = frozenset({"id", "p", "article", "articleid", "story", "storyid", "aid", "nid", "newsid", "a"})
HOME = re.compile(r"/?(?:index\.\w+|home/?)?|/[a-z]{2}(?:[-_][a-z]{2})?/?", re.I)
ARTICLE_TYPE = re.compile(
    rb'"@type"\s*:\s*\[?\s*"(?:News|Analysis|Opinion|Blog|Reportage|Scholarly|Tech)?(?:Article|Posting)"'
)
LIST_TYPE = re.compile(rb'"@type"\s*:\s*\[?\s*"(?:CollectionPage|ItemList|SearchResultsPage|Blog)"')
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
PHRASES = frozenset("abbr b big br cite code em font i img mark q s small span strong sub sup u".split())
NO_PROSE = frozenset("a button head noscript option script select style template textarea title".split())
MIN_LINKS, MIN_PROSE, MIN_PARAGRAPH = 5, 600, 60
"""A list has so many links to articles, and less text than that in one place; shorter paragraphs are not counted."""


@dataclass(frozen=True, slots=True)
class _Words:
    places: frozenset[str]
    paths: frozenset[str]
    prefixes: tuple[str, ...]
    endings: frozenset[str]
    texts: frozenset[str]


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


def find_article_links(tree: HtmlElement, page: Page) -> list[Entry]:
    """Return the articles that a page links to, in its order, each with the best title that a link to it bears.

    Args:
        tree: its elements.
        page: its bytes, and where they are from.
    """
    url = page.url
    base = find_base(tree, url)
    own = {urldefrag(url)[0].rstrip("/"), urldefrag(base)[0].rstrip("/")}
    places = _find_places(tree)
    best: dict[str, tuple[int, str, str]] = {}
    for link in tree.iter("a"):
        href = (link.get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        target = urldefrag(make_absolute(href, base))[0]
        if not target or target.rstrip("/") in own or not is_same_site(target, url):
            continue
        if _is_refused(target) or any(parent in places for parent in link.iterancestors()):
            continue
        rank, title = _find_link_title(link)
        told = _tells_story(target)
        if not told and not (rank >= 1 and _is_deep(target)):
            continue
        known = best.get(target)
        if known is None or (rank, len(title)) > (known[0], len(known[1])):
            date = (known[2] if known else "") or _find_date(link)
            best[target] = (rank, title, date)
    return [Entry(target, title, published=read_day(date, page.fetched)) for target, (_, title, date) in best.items()]


def is_list(tree: HtmlElement, page: Page) -> bool:
    """Tell whether a page is one of links to articles, and no article itself."""
    links = find_article_links(tree, page)
    parts = urlsplit(page.url)
    if HOME.fullmatch(parts.path) and not parts.query:
        return bool(links) or any(_is_feed_link(link) for link in tree.iter("link"))
    if _says_article(tree):
        return False
    return len(links) >= MIN_LINKS and _longest_prose(tree) < MIN_PROSE


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
    scripts = [
        (script.text or "").encode() for script in tree.iter("script") if "ld+json" in script.get("type", "").lower()
    ]
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


def _find_places(tree: HtmlElement) -> set[HtmlElement]:
    """Return the elements whose links lead around the site."""
    words = _words().places
    found: set[HtmlElement] = set()
    for element in tree.iter():
        tag = element.tag
        if not isinstance(tag, str) or tag in ("html", "body", "main", "article", "a"):
            continue
        named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if (
            tag in ("nav", "footer", "form", "button", "select")
            or element.get("role", "").lower() in ("navigation", "menu", "menubar", "contentinfo", "search")
            or (named.strip() and not words.isdisjoint(re.split(r"[\s_-]+", named)))
        ):
            found.add(element)
    return found


def _is_refused(url: str) -> bool:
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    if not segments:
        return not any(name.lower() in STORY_PARAMETERS for name, _ in parse_qsl(parts.query))
    words, last = _words(), segments[-1]
    ending = last.rpartition(".")[2] if "." in last else ""
    return (
        not words.paths.isdisjoint(segments)
        or last.partition(".")[0] in words.paths
        or last.startswith(words.prefixes)
        or ending in words.endings
    )


def _tells_story(url: str) -> bool:
    """Tell whether an address by itself names one story: by a date, a slug of three words or a number."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    last = path.rpartition("/")[2]
    if DATED.search(path) and not re.fullmatch(r"\d{1,4}", last):
        return True
    if SLUG.search(last) or NUMBER.search(last):
        return True
    return any(name.lower() in STORY_PARAMETERS and value for name, value in parse_qsl(parts.query))


def _is_deep(url: str) -> bool:
    """Tell whether an address may be that of a story: below a section, or of at least two words."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    return len(segments) >= 2 or bool(segments and re.search(r"[-_]|\.html?$", segments[-1]))


def _find_link_title(link: HtmlElement) -> tuple[int, str]:
    """Return the text of a link, and how good a title it is: 2 of a heading, 1 of several words, 0 of fewer."""
    heading = next((child for child in link.iter(*HEADINGS)), None)
    if heading is not None:
        title, rank = clean_words(heading.text_content(), MAX_TITLE), 2
    else:
        title = clean_words(link.text_content(), MAX_TITLE)
        rank = 2 if any(parent.tag in HEADINGS for parent in _near(link)) else 0
    if not title:
        # A picture that is a link: what it says of itself.
        said = [link.get("aria-label"), link.get("title"), *(image.get("alt") for image in link.iter("img"))]
        title, rank = clean_words(next(filter(None, said), ""), MAX_TITLE), 0
    if title.lower().strip(" .…>»→›") in _words().texts:
        return 0, ""
    if rank == 0 and (len(title.split()) >= 4 or len(WIDE.findall(title)) >= 8):
        rank = 1
    return rank, title


def _near(link: HtmlElement) -> Iterator[HtmlElement]:
    for number, parent in enumerate(link.iterancestors()):
        if number == 3:
            return
        yield parent


def _find_date(link: HtmlElement) -> str:
    """Return the date that stands beside a link, within the nearest element that holds a date at all."""
    for number, parent in enumerate(link.iterancestors()):
        if number == 4 or parent.tag in ("body", "main", "ul", "ol", "table"):
            return ""
        times = [time.get("datetime") for time in _first(parent.iter("time"), 2)]
        if times:
            return times[0] or "" if len(times) == 1 else ""
    return ""


def _first(elements: Iterable[HtmlElement], count: int) -> list[HtmlElement]:
    found = []
    for element in elements:
        found.append(element)
        if len(found) == count:
            break
    return found


@cache
def _words() -> _Words:
    table: dict[str, Any] = read_yaml(files("extractor.sources.web") / "links.yml")
    return _Words(
        places=frozenset(table["places"]),
        paths=frozenset(table["paths"]),
        prefixes=tuple(table["prefixes"]),
        endings=frozenset(table["endings"]),
        texts=frozenset(table["texts"]),
    )
