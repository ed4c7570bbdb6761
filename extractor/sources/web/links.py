"""HTML page -> the articles that it links to, with what it says of them.

What tells a link to an article: it stays on the site, does not stand in navigation, and its address or its text names
one story. No rule here is about one site.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlsplit

from lxml.html import HtmlElement

from extractor.records import Page
from extractor.schema import read_yaml
from extractor.sources.web.addresses import is_same_site
from extractor.sources.web.entries import MAX_TITLE, clean_words, make_absolute, read_day, read_language
from extractor.sources.web.html_pages import find_base
from extractor.sources.web.records import Entry

__all__ = ["find_article_links", "tells_story"]

BODIES = ("article", "section", "main")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
DATED = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b", re.I)
DATE_PART = re.compile(r"(?:19|20)\d\d|\d{1,2}|(?:19|20)\d\d-\d\d?(?:-\d\d?)?|[a-z]{3}", re.I)
SLUG = re.compile(r"[^\W_]+(?:[-_][^\W_]+){2,}")
NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)|(?<![a-z0-9])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{10,}", re.I)
STORY_PARAMETERS = frozenset({"id", "p", "article", "articleid", "story", "storyid", "aid", "nid", "newsid", "a"})
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
MIN_BEFORE = 25
"""Characters before a link, in the same line, from which on it stands in a sentence; a day or a section is shorter."""
MAX_CARD = 6
"""Elements around a link, at most, that may be its card."""
MIN_SUMMARY = 40


@dataclass(frozen=True, slots=True)
class _Words:
    places: frozenset[str]
    paths: frozenset[str]
    prefixes: tuple[str, ...]
    endings: frozenset[str]
    texts: frozenset[str]


def find_article_links(tree: HtmlElement, page: Page) -> list[Entry]:
    """Return the articles that a page links to, in its order, each with what the links to it and its card say.

    Args:
        tree: its elements.
        page: its bytes, and where they are from.
    """
    best: dict[str, tuple[int, str]] = {}
    links: list[tuple[str, HtmlElement]] = []
    for link, target, rank, title in _find_candidates(tree, page.url):
        links.append((target, link))
        known = best.get(target)
        if known is None or (rank, len(title)) > (known[0], len(known[1])):
            best[target] = (rank, title)
    cards = _find_cards(links)
    language = read_language(tree.getroottree().getroot().get("lang"))
    return [
        Entry(
            target,
            title,
            next(filter(None, (_find_summary(card, title) for card in cards[target])), ""),
            next(filter(None, (read_day(_find_date(card), page.fetched, language) for card in cards[target])), ""),
            language=language,
        )
        for target, (_, title) in best.items()
    ]


def _find_candidates(tree: HtmlElement, url: str) -> Iterator[tuple[HtmlElement, str, int, str]]:
    """Yield each link to an article: itself, where it leads, how good a title it bears, and the title."""
    base = find_base(tree, url)
    own = {urldefrag(url).url.rstrip("/"), urldefrag(base).url.rstrip("/")}
    places, heads = _find_places(tree)
    for link in tree.iter("a"):
        href = (link.get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        target = urldefrag(make_absolute(href, base)).url
        if not target or target.rstrip("/") in own or not is_same_site(target, url) or _is_refused(target):
            continue
        rank, title = _find_link_title(link)
        if any(parent in places or (rank < 2 and parent in heads) for parent in link.iterancestors()):
            continue
        if rank < 2 and _is_in_a_sentence(link):
            continue
        if tells_story(target) or (rank >= 1 and _is_deep(target)):
            yield link, target, rank, title


def _is_in_a_sentence(link: HtmlElement) -> bool:
    """Tell whether a link stands within running text: it leads to what the text speaks of."""
    before = link.getprevious()
    words = before.tail if before is not None else link.getparent().text
    return len((words or "").strip()) >= MIN_BEFORE


def _find_cards(links: list[tuple[str, HtmlElement]]) -> dict[str, list[HtmlElement]]:
    """Return, for each article, the largest elements that hold a link to it and to no other."""
    led: dict[HtmlElement, set[str]] = {}
    for target, link in links:
        for parent in islice(link.iterancestors(), MAX_CARD):
            led.setdefault(parent, set()).add(target)
    cards: dict[str, list[HtmlElement]] = {}
    for target, link in links:
        own = [parent for parent in islice(link.iterancestors(), MAX_CARD) if len(led[parent]) == 1]
        found = cards.setdefault(target, [])
        if own and own[-1].tag not in ("body", "main", "html"):
            found.append(own[-1])
    return cards


def _find_summary(card: HtmlElement, title: str) -> str:
    """Return the first paragraph of a card that is more than its title."""
    for paragraph in card.iter("p"):
        words = clean_words(paragraph.text_content())
        if len(words) >= MIN_SUMMARY and words != title:
            return words
    return ""


def _find_date(card: HtmlElement) -> str:
    """Return the one date that a card gives; empty if it gives none, or several."""
    dates = {time.get("datetime", "").strip() for time in card.iter("time")} - {""}
    return dates.pop() if len(dates) == 1 else ""


def _find_places(tree: HtmlElement) -> tuple[set[HtmlElement], set[HtmlElement]]:
    """Return the elements whose links lead around the site, and the heads of the page, whose headlines do not."""
    words = _words().places
    places: set[HtmlElement] = set()
    heads: set[HtmlElement] = set()
    for element in tree.iter():
        tag = element.tag
        if not isinstance(tag, str) or tag in ("html", "body", "main", "article", "a"):
            continue
        named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if (
            tag in ("nav", "footer", "button", "select")
            or element.get("role", "").lower() in ("navigation", "menu", "menubar", "contentinfo", "search")
            or (named.strip() and not words.isdisjoint(re.split(r"[\s_-]+", named)))
        ):
            places.add(element)
        elif tag == "header" and not any(
            parent.tag in ("article", "section", "main") for parent in element.iterancestors()
        ):
            heads.add(element)
    return places, heads


def _is_refused(url: str) -> bool:
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    if not segments:
        return not any(name.lower() in STORY_PARAMETERS for name, _ in parse_qsl(parts.query))
    words, last = _words(), segments[-1]
    ending = last.rpartition(".")[2] if "." in last else ""
    return (
        # The archive of a year, a month or a day.
        all(map(DATE_PART.fullmatch, segments))
        or not words.paths.isdisjoint(segments)
        or last.partition(".")[0] in words.paths
        or last.startswith(words.prefixes)
        or ending in words.endings
    )


def tells_story(url: str) -> bool:
    """Tell whether an address by itself names one story: by a date, a slug of three words or a number."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    last = path.rpartition("/")[2]
    if DATED.search(path) and not DATE_PART.fullmatch(last):
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
