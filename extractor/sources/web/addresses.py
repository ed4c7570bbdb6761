"""Raw link -> the one form of a URL. A function of its words alone: no network, no database.

w3lib writes the form (RFC 3986 and the URL Standard); courlan knows the parameters that only track. Neither does it
alone: w3lib keeps every parameter, and sorts them, which some sites' scripts do not survive; courlan takes names for
tracking that only begin like it (``gallery``, ``sourceid``) and, in its strict mode, all but fourteen names.
A parameter that is wrongly dropped makes two articles one and loses the second; one that is wrongly kept makes one
article two, which are then found to be copies. So what is in doubt is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import unquote_plus, urljoin, urlsplit

from extractor.errors import SourceError
from extractor.schema import read_yaml

__all__ = ["DEFAULT_PORTS", "clean_address", "is_same_site"]

# No server or search engine takes longer ones for addresses of pages; sitemaps end at 2,048.
MAX_LENGTH = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Feeds that are escaped once too often.
AMPERSAND = re.compile(r"&(?:(?:amp|#0*38|#x26);)+", re.I)
LONE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.I)
# "openai-trains-new-model", "46893012", "c4g8d0e9e1zo": enough to tell one article from all others.
NAMES_ARTICLE = re.compile(
    r"[^\W_]+(?:[-_][^\W_]+){3,}|\d{5,}|(?<![a-z0-9])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{10,}", re.I
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What ``parameters.yml`` says of names of parameters."""

    tracking: frozenset[str]
    prefixes: tuple[str, ...]
    doubtful: frozenset[str]
    channels: frozenset[str]


def clean_address(raw: str, base: str = "") -> str:
    """Return the one form of an http or https URL, absolute; of what it returns, it returns the same again.

    Scheme and host are in lower case, the host in ASCII (IDNA), without user name, default port and final dot; dot
    segments are resolved; what needs no percent-encoding has none. The fragment is dropped unless it is a route
    (``#!/story/7``). Parameters that only track are dropped; the others stay as they are, in the site's order, and so
    do a trailing slash, ``http`` and ``www.``.

    >>> clean_address("HTTPS://News.example:443/a/../story?id=7&utm_source=rss#top")
    'https://news.example/story?id=7'
    >>> clean_address("view.php?ref=9081", "https://news.example/ai/")
    'https://news.example/ai/view.php?ref=9081'

    Args:
        raw: a link as a page or feed gives it, or as a user types it.
        base: the URL of the page or feed that gives it; needed where the link is relative.

    Raises:
        SourceError: if it is no URL of a web page.
    """
    try:
        return _clean(raw, base)
    except ValueError as error:
        # UnicodeError is one, too: a lone surrogate.
        raise SourceError("This is no URL", where=_shown(raw), found=_shown(str(error))) from error


def is_same_site(a: str, b: str) -> bool:
    """Tell whether two URLs are of one registered domain, whatever the host and port; an IP address is its own.

    >>> is_same_site("https://www.bbc.co.uk/news", "https://feeds.bbc.co.uk/rss")
    True
    >>> is_same_site("https://one.co.uk/", "https://two.co.uk/")
    False
    """
    first = _registered_domain(_host(a))
    return first != "" and first == _registered_domain(_host(b))


def _clean(raw: str, base: str) -> str:
    link, mark, rest = _cut(AMPERSAND.sub("&", raw.strip()))
    # Browsers take the one slash for the other, and so does whoever wrote such a link.
    link = link.replace("\\", "/") + mark + rest
    url = urljoin(base, link) if base else link
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS:
        found = f"{parts.scheme}:" if parts.scheme else ("no scheme" if url else "nothing")
        raise SourceError(
            "This is no address of a web page", where=_shown(raw), expected="http:// or https://", found=found
        )
    netloc = _clean_host(parts.hostname or "", raw)
    if parts.port is not None and parts.port != DEFAULT_PORTS[parts.scheme]:
        netloc = f"{netloc}:{parts.port}"
    path = _clean_path(parts.path)
    query = _clean_query(parts.query, path)
    fragment = _escape(parts.fragment) if parts.fragment.startswith("!") else ""
    cleaned = f"{parts.scheme}://{netloc}{path}{'?' if query else ''}{query}{'#' if fragment else ''}{fragment}"
    if len(cleaned) > MAX_LENGTH:
        raise SourceError(
            "This URL is too long",
            where=_shown(raw),
            expected=f"at most {MAX_LENGTH:,} characters",
            found=f"{len(cleaned):,}",
        )
    return cleaned


def _cut(url: str) -> tuple[str, str, str]:
    """Cut a URL before its query or fragment."""
    places = [place for place in (url.find("?"), url.find("#")) if place >= 0]
    at = min(places, default=len(url))
    return url[:at], url[at : at + 1], url[at + 1 :]


def _clean_host(host: str, raw: str) -> str:
    if ":" in host:
        address = ip_address(host)
        if not isinstance(address, IPv6Address) or address.scope_id:
            raise ValueError(f"the host is {host}")
        return f"[{address.compressed}]"
    from w3lib.url import canonicalize_url

    ascii_host = urlsplit(canonicalize_url(f"http://{host}/")).netloc.removesuffix(".") if host else ""
    if len(ascii_host) > 253 or not all(LABEL.fullmatch(label) for label in ascii_host.split(".")):
        raise SourceError("This URL names no host", where=_shown(raw), found=_shown(repr(host)))
    return ascii_host


def _clean_path(path: str) -> str:
    from w3lib.url import canonicalize_url, safe_url_string

    # On a host of one letter: a path that begins with two slashes is one, too.
    url = "http://h" + LONE_PERCENT.sub("%25", SESSION.sub("", path) or "/")
    return safe_url_string(canonicalize_url(url)).removeprefix("http://h") or "/"


def _clean_query(query: str, path: str) -> str:
    pieces = _escape(query).split("&") if query else []
    return "&".join(piece for piece in pieces if piece and not _is_tracking(piece, path))


def _escape(words: str) -> str:
    """Return a query or fragment in the normal form of percent-encoding."""
    from w3lib.url import safe_url_string

    escaped = safe_url_string("http://h/?" + LONE_PERCENT.sub("%25", words).replace("#", "%23"))
    return ESCAPE.sub(_normal_escape, escaped.removeprefix("http://h/?"))


def _normal_escape(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code in UNRESERVED else found[0].upper()


def _is_tracking(piece: str, path: str) -> bool:
    """Tell whether a parameter only says where the reader came from."""
    name, _, value = piece.partition("=")
    verdict = _judge(unquote_plus(name).lower())
    if verdict != "doubtful":
        return verdict == "tracking"
    value = unquote_plus(value).lower()
    if not value or set(filter(None, re.split(r"[\W_]+", value))) & _parameters().channels:
        return True
    return not value.isdigit() and NAMES_ARTICLE.search(path.rstrip("/").rpartition("/")[2]) is not None


@lru_cache(maxsize=4096)
def _judge(name: str) -> str:
    """Return what a name says by itself: ``tracking``, ``doubtful`` or ``real``."""
    known = _parameters()
    if name in known.tracking or name.startswith(known.prefixes):
        return "tracking"
    parts = re.split(r"[\W_]+", name)
    if name in known.doubtful:
        return "doubtful"
    if not _is_courlan_tracker(name):
        return "real"
    if not known.doubtful.isdisjoint(parts):
        return "doubtful"
    # courlan looks at how a word begins: "gallery" for its "ga". What it still drops without such words is tracking.
    rest = "_".join("x" if any(_is_glued(part, short) for short in known.doubtful) else part for part in parts)
    return "tracking" if _is_courlan_tracker(rest) else "real"


def _is_glued(part: str, short: str) -> bool:
    return part.startswith(short) and len(part) > len(short)


def _is_courlan_tracker(name: str) -> bool:
    from courlan.clean import clean_query

    return clean_query(f"{name}=1") == "" if re.fullmatch(r"[\w.-]+", name, re.A) else False


@cache
def _parameters() -> Parameters:
    table: dict[str, Any] = read_yaml(files("extractor.sources.web") / "parameters.yml")
    return Parameters(
        tracking=frozenset(table["tracking"]),
        prefixes=tuple(table["prefixes"]),
        doubtful=frozenset(table["doubtful"]),
        channels=frozenset(table["channels"]),
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").removesuffix(".")
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def _registered_domain(host: str) -> str:
    from tld import get_fld

    if not host or ":" in host:
        return host
    found = get_fld(f"http://{host}/", fail_silently=True, search_private=True)
    if found:
        return str(found)
    labels = host.split(".")
    # Top-level domains that no list has: .example, .local, .internal. Numbers are an IP address.
    return host if labels[-1].isdigit() else ".".join(labels[-2:])


def _shown(words: str) -> str:
    """Return the beginning of what was given, fit for a terminal."""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)
    return line if len(line) <= 200 else line[:200] + "..."
