"""The addresses that a page names for its article, and its own -> the article's URL, and that of its original.

A page may say whatever it likes of its address. It is believed where it names another page of its own site: so do AMP
and print twins. A front page is no article, and templates name it on every page; taken at its word, all articles of
such a site would be one. And a page that names another site is a copy of what stands there, not that article itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

from extractor.sources.web.addresses import is_same_site

__all__ = ["choose_url", "find_original"]

# A cache shows the publisher's page under its own name, with the publisher's address behind.
CACHE = re.compile(
    r"https?://(?:(?:[a-z0-9-]+\.)?cdn\.ampproject\.org/[acv]|www\.google\.[a-z.]+/amp)/(?:s/)?([^/]+\..+)", re.I
)
FRONT_PAGE = re.compile(r"/?(?:index\.[a-z]+)?", re.I)


def choose_url(named: Iterable[object], page_url: str) -> str:
    """Return the URL of the article among those that its page names; empty if none of them is.

    >>> choose_url(["https://news.example/story"], "https://amp.news.example/story")
    'https://news.example/story'

    Args:
        named: what the page says, what is trusted most first; relative addresses and broken ones are no harm.
        page_url: where the page stands. If that is not on the web, as with a saved file, any site's URL is believed,
            and a front page's if there is no other.
    """
    found = list(_read_all(named, page_url))
    if _is_on_web(page_url):
        own = _publishers_own(page_url)
        if not _is_front_page(own):
            found = [url for url in found if not _is_front_page(url)]
        found = [url for url in found if is_same_site(url, own)]
    return min(found, key=_is_front_page, default="")


def find_original(named: Iterable[object], page_url: str) -> str:
    """Return the URL on another site that a page on the web names as that of its article; empty if there is none.

    >>> find_original(["https://wire.example/story"], "https://daily.example/from-the-wire/story")
    'https://wire.example/story'

    Args:
        named: what the page says; only the first that may be an article's counts.
        page_url: where the page stands.
    """
    if not _is_on_web(page_url):
        return ""
    first = next((url for url in _read_all(named, page_url) if not _is_front_page(url)), "")
    return "" if is_same_site(first, _publishers_own(page_url)) else first


def _read_all(named: Iterable[object], page_url: str) -> Iterator[str]:
    for address in named:
        if not isinstance(address, str) or not address.strip():
            continue
        try:
            whole = urljoin(page_url if _is_on_web(page_url) else "", address.strip())
            parts = urlsplit(whole)
        except ValueError:
            # "http://[" is no address: the next may be one
            continue
        if parts.scheme in ("http", "https") and parts.hostname and not re.search(r"\s", whole):
            yield whole


def _is_on_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.query and FRONT_PAGE.fullmatch(parts.path) is not None


def _publishers_own(page_url: str) -> str:
    cached = CACHE.match(page_url)
    return f"https://{cached[1]}" if cached else page_url
