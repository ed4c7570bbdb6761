"""A URL that a user names -> the sources that stand there or that it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.engine.answers import read_answer_page
from extractor.errors import SourceError
from extractor.sources.web.addresses import clean_address
from extractor.sources.web.crawler import CrawlOptions, crawl
from extractor.sources.web.records import Address, Answer, FoundKind, Wish, WishKind
from extractor.sources.web.wishes import find_origin
from extractor.store import Store

__all__ = ["FoundSource", "find_sources"]


@dataclass(frozen=True, slots=True)
class FoundSource:
    """Something that can be followed."""

    kind: FoundKind
    location: str
    title: str = ""


def find_sources(store: Store, url: str, options: CrawlOptions) -> list[FoundSource]:
    """Ask a URL what it is; what can be followed there comes out, the best first.

    A feed or a sitemap is itself. A home page leads to its feeds; without any, to the sitemaps that it or the site's
    robots.txt names; without those, it is a list of links. Any other page is itself.

    Args:
        store: where the site's wishes are kept, and looked up first.
        url: what the user named.
        options: how sites are asked.

    Raises:
        SourceError: if it is no URL, or cannot be had.
    """
    from extractor.sources.web.listings import find_kind, find_listings, find_sitemaps, read_listing

    address = clean_address(url)
    asked = _OneAddress(store, Address(address, "unknown"))
    crawl(asked, options)
    if asked.answer is None or not 200 <= asked.answer.status < 300:
        status = f"HTTP {asked.answer.status}" if asked.answer else asked.reason
        raise SourceError(
            "What stands there could not be found out", where=address, expected="a feed, a sitemap or a page",
            found=status or "no answer", fix="Name its kind with --kind to add it all the same",
        )  # fmt: skip
    page = read_answer_page(asked.answer)
    kind = find_kind(page)
    if kind in ("feed", "sitemap"):
        return [FoundSource(kind, address, read_listing(page, kind).title)]
    found = [FoundSource(other, where, title) for other, where, title in find_listings(page)]
    if kind == "list" and not found:
        wish = store.web.find_wish(find_origin(page.url), "robots")
        found = [FoundSource("sitemap", where) for where in find_sitemaps(wish.content if wish else "")]
    if kind == "list" or found:
        found.append(FoundSource("list", address, read_listing(page, "list").title))
    else:
        found.append(FoundSource("page", address))
    return found


class _OneAddress:
    """A frontier of one address, asked once."""

    def __init__(self, store: Store, address: Address) -> None:
        self._store, self._open = store, [address]
        self.answer: Answer | None = None
        self.reason = ""

    def take(self, count: int) -> Sequence[Address]:
        taken, self._open = self._open[:count], self._open[count:]
        return taken

    def wait(self) -> float | None:
        return None

    async def answered(self, answer: Answer) -> None:
        self.answer = answer

    def put_off(self, address: Address, until: str, reason: str) -> None:
        self.reason = reason

    def rest(self, host: str, until: str, reason: str) -> None:
        self.reason = self.reason or reason

    def refused(self, address: Address, reason: str) -> None:
        self.reason = reason

    def find_wish(self, origin: str, kind: WishKind) -> Wish | None:
        return self._store.web.find_wish(origin, kind)

    def save_wish(self, wish: Wish) -> Wish:
        return self._store.web.save_wish(wish)
