"""The records that pass between the web, the engine and the store. Times are ISO 8601 in UTC, to the second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Address", "AddressKind", "Answer", "Entry", "FoundKind", "Listing", "Wish", "WishKind"]

FoundKind = Literal["feed", "sitemap", "list", "page"]
"""What stands at an address, and may be followed there: a listing of one of three kinds, or an article."""

AddressKind = Literal[FoundKind, "unknown"]
"""What is expected at an address; unknown is whatever is found."""

WishKind = Literal["robots", "tdmrep"]


@dataclass(frozen=True, slots=True)
class Address:
    """A URL to ask, with what is known of it from before.

    Attributes:
        url: as it is asked; also its key in the frontier.
        source_id: the source that led to it.
        tries: how often in a row it could not be had.
        etag, last_modified: validators of the answer that is stored; empty where there is none.
        delay: seconds between two requests to its host that the user asks for; the site may ask for more.
        title, published: what the listing that led here says of the article.
    """

    url: str
    kind: AddressKind = "page"
    source_id: str = ""
    tries: int = 0
    etag: str = ""
    last_modified: str = ""
    delay: float = 0.0
    title: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answered, once: any status, 304 and 404 included.

    Attributes:
        url: where it came from in the end, after redirects.
        content: the body, decompressed; empty for 304.
        media_type: of the header Content-Type, lower case, without parameters; empty where it said nothing.
        charset: of the same header; empty where it said nothing.
        headers: as they came, without those that tell how the body was packed (they no longer hold).
        at: when.
        robots, tdmrep: ids of the wishes that it was asked under; 0 where there is none.
    """

    address: Address
    url: str
    status: int
    content: bytes = b""
    media_type: str = ""
    charset: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    etag: str = ""
    last_modified: str = ""
    at: str = ""
    robots: int = 0
    tdmrep: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a site says of machines, as it was last asked: its robots.txt or its ``/.well-known/tdmrep.json``.

    Attributes:
        origin: scheme, host and port: ``https://news.example``.
        status: of the answer; 0 where there was none.
        content: its text; empty where the answer was no 200.
        checked: when it was asked last.
        id: its row in the store; 0 before it is stored.
    """

    origin: str
    kind: WishKind
    status: int
    content: str
    checked: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, a sitemap or a list: where an article is, and what the listing says of it.

    Attributes:
        url: absolute, as the listing gives it.
        published: as precisely as it says, ``2025-01-28`` at most; empty if it does not say.
        updated: of its last change; with a time of day, in UTC to the second, where it says one.
        language: BCP 47, lower case; empty if it does not say.
    """

    url: str
    title: str = ""
    summary: str = ""
    published: str = ""
    updated: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed, a sitemap or a list holds.

    Attributes:
        kind: what it is.
        title: its own name; empty if it has none.
        entries: the articles, in its order.
        listings: other listings that it leads to (of a sitemap index), each with when it changed last, if it says so.
        problems: what in it could not be read, one line each; the rest was.
    """

    kind: FoundKind
    title: str = ""
    entries: tuple[Entry, ...] = ()
    listings: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
