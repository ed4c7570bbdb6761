"""HTML page -> what it says of itself: title, site, authors, date, address and language.

Asked in this order: JSON-LD, OpenGraph, other ``<meta>``, ``<time>``, and last what a reader sees by the headline.
One thing is the other way round: a date that stands by the headline for all to see is right where metadata name
another day. Readers would have complained of the one; nobody looks at the other.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from extractor.articles.bylines import clean_authors, find_byline_authors, find_byline_date, find_masthead, spell_host
from extractor.articles.canonicals import choose_url, find_original
from extractor.articles.furniture import is_same_line
from extractor.articles.linked_data import read_linked_data
from extractor.dates import read_date

__all__ = ["Head", "clean_title", "read_head"]

SEPARATOR = re.compile(r"\s+[|–—·»›-]\s+|\s+::\s+|\s*\|\s*")
PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published",
    "article.published", "parsely-pub-date", "sailthru.date", "datepublished", "date", "pubdate", "publishdate",
    "publish-date", "publish_date", "publication_date", "publicationdate", "dc.date", "dc.date.issued",
    "dc.date.created", "dcterms.date", "dcterms.created", "dcterms.issued", "citation_publication_date",
    "citation_date", "citation_online_date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "analyticsattributes.articledate", "bt:pubdate",
)  # fmt: skip
AUTHORS = (
    "author", "parsely-author", "article:author", "article:author_name", "byl", "sailthru.author", "dc.creator",
    "dcterms.creator", "citation_author", "cxenseparse:author",
)  # fmt: skip
SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "cre", "dc.publisher")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of its article; each is empty where it says nothing.

    Attributes:
        url: the article's on this site.
        canonical: the original's, if the page says that it stands on another site.
        headlines: the title in every form that the page has.
    """

    title: str
    site: str
    authors: tuple[str, ...]
    published: str
    url: str
    canonical: str
    language: str
    headlines: tuple[str, ...]


def read_head(root: HtmlElement, page_url: str = "") -> Head:
    """Return what a page says of its article.

    Args:
        root: the page's tree, untouched.
        page_url: where the page stands; relative addresses are read against it.
    """
    meta = _read_meta(root)
    links = [link.get("href") for link in root.iter("link") if "canonical" in link.get("rel", "").lower()]
    named = [*links, *meta.get("og:url", [])]
    url, original = choose_url(named, page_url), find_original(named, page_url)
    scripts = (script.text or "" for script in root.iter("script") if "ld+json" in script.get("type", "").lower())
    data = read_linked_data(scripts, [url or page_url, original])
    url = url or choose_url([data.url], page_url) or page_url
    language = _read_language(root, [*meta.get("og:locale", []), *meta.get("content-language", []), data.language])

    page_title = next((title.text_content() for title in root.iter("title")), "")
    shown = [_line(h1.text_content()) for h1 in root.iter("h1")]
    headlines = [
        _line(raw)
        for raw in [data.title, *meta.get("og:title", []), *meta.get("twitter:title", []), *shown, page_title]
    ]
    headlines = [headline for headline in headlines if headline]
    site = _choose_site([*_of(meta, SITES[:1]), data.site, *_of(meta, SITES[1:])], page_title, headlines, root, url)
    title = _choose_title(headlines, shown, site)

    authors = clean_authors(data.authors, site) or clean_authors(_of(meta, AUTHORS), site)
    return Head(
        title=title,
        site=site,
        authors=tuple(authors or find_byline_authors(root, title, site)),
        published=_choose_date(
            [data.published, *_of(meta, PUBLISHED), *_times(root)], find_byline_date(root, title, language), language
        ),
        url=url,
        canonical=original,
        language=language,
        headlines=tuple(dict.fromkeys([title, *headlines, *(clean_title(headline, site) for headline in headlines)])),
    )


def clean_title(title: str, site: str) -> str:
    """Return a title without the site's name before or behind it.

    >>> clean_title("R1 cost $294,000 to train | The Ledger", "The Ledger")
    'R1 cost $294,000 to train'
    """
    while True:
        parts = [(match.start(), match.end()) for match in SEPARATOR.finditer(title)]
        if parts and _is_site(title[parts[-1][1] :], site):
            title = title[: parts[-1][0]]
        elif parts and _is_site(title[: parts[0][0]], site):
            title = title[parts[0][1] :]
        elif site and title.casefold().startswith(f"{site.casefold()}: "):
            title = title[len(site) + 2 :]
        else:
            return title.strip()


def _read_meta(root: HtmlElement) -> dict[str, list[str]]:
    meta: dict[str, list[str]] = {}
    for tag in root.iter("meta"):
        if content := tag.get("content", "").strip():
            for key in ("property", "name", "itemprop", "http-equiv"):
                if name := tag.get(key, "").strip().lower():
                    meta.setdefault(name, []).append(content)
    return meta


def _of(meta: dict[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from meta.get(name, [])


def _times(root: HtmlElement) -> Iterator[str]:
    """The ``<time>`` tags that are said to be that of publication; any other may belong to a teaser or a comment."""
    for tag in root.iter("time"):
        names = f"{tag.get('class', '')} {tag.get('itemprop', '')}".lower()
        if tag.get("pubdate") is not None or "publish" in names:
            yield tag.get("datetime") or tag.text_content()


def _read_language(root: HtmlElement, others: Iterable[str]) -> str:
    names = ("lang", "xml:lang", "{http://www.w3.org/XML/1998/namespace}lang")
    for raw in [*(root.get(name, "") for name in names), *others]:
        name = str(raw).strip().split(",")[0].replace("_", "-").lower()
        if LANGUAGE.fullmatch(name):
            return name
    return ""


def _choose_site(named: Iterable[str], page_title: str, headlines: list[str], root: HtmlElement, url: str) -> str:
    for raw in named:
        name = _line(raw)
        if name and not re.match(r"https?://|@|www\.", name) and len(name) <= 60:
            return name
    # what the title has more than the headline
    page_title = _line(page_title)
    for headline in headlines:
        if len(headline) > 10 and headline != page_title and headline in page_title:
            rest = page_title.replace(headline, "", 1).strip(" |–—·»›:-")
            parts = [part for part in SEPARATOR.split(rest) if part]
            if parts and len(parts[-1]) <= 40:
                return parts[-1]
    if masthead := find_masthead(root):
        return masthead
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    label = host.split(".")[0] if host.count(".") == 1 else ""
    return spell_host(root, label) or (label.upper() if len(label) <= 3 else label.capitalize())


def _choose_title(headlines: list[str], shown: list[str], site: str) -> str:
    cleaned = [clean_title(headline, site) for headline in headlines]
    title = next((headline for headline in cleaned if headline and not _is_site(headline, site)), "")
    # JSON-LD and OpenGraph cut long headlines short; the page itself does not
    stem = title.rstrip("….").strip()
    longer = [
        headline for headline in shown if len(stem) > 20 and headline.startswith(stem) and len(headline) > len(stem)
    ]
    return longer[0] if longer else title


def _choose_date(stated: Iterable[str], visible: str, language: str) -> str:
    known = next((found for raw in stated if (found := read_date(raw, language))), "")
    if not known or not visible:
        return known or visible
    if len(known) < 10 or len(visible) < 10:
        return known if len(known) >= len(visible) else visible
    # a day apart is a matter of time zones
    apart = abs((date.fromisoformat(known) - date.fromisoformat(visible)).days)
    return known if apart <= 1 else visible


def _is_site(text: str, site: str) -> bool:
    return bool(site) and (is_same_line(text, site) or is_same_line(text, re.sub(r"^the\s+", "", site, flags=re.I)))


def _line(text: str) -> str:
    # no title and no name is longer
    return re.sub(r"[ \t\r\n]+", " ", html.unescape(text[:1000])).strip()
