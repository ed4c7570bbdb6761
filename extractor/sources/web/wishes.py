"""Wish -> what may be asked, and how often: robots.txt (RFC 9309) and TDMRep, the reservation of text and data mining.

Only reading: who asks a site for its wishes, and keeps them, is the crawler. Source of the rules of TDMRep: the final
report of the W3C's community group, "TDM Reservation Protocol", sections 3 and 4.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from extractor.sources.web.addresses import DEFAULT_PORTS
from extractor.sources.web.records import Wish

__all__ = [
    "PRODUCT",
    "ROBOTS_PATH",
    "Robots",
    "TDMREP_PATH",
    "find_origin",
    "find_reservation",
    "is_known",
    "is_reserved",
    "read_robots",
]

PRODUCT = "ainews-to-sqlite"
"""The name that robots.txt knows this program by."""

ROBOTS_PATH = "/robots.txt"
TDMREP_PATH = "/.well-known/tdmrep.json"

# RFC 9309 wants 500 KiB read at least; what stands behind is let go.
_ROBOTS_BYTES = 500 * 1024
# The head of a page is long over by then.
_HEAD_BYTES = 1_000_000
_UNRESERVED = re.compile(r"%(2[DE]|5F|7E|3\d|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])", re.IGNORECASE)


def find_origin(url: str) -> str:
    """Return scheme, host and port of a URL, the port only where it is not the scheme's own.

    >>> find_origin("https://News.Example:443/a?b")
    'https://news.example'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def is_known(wish: Wish) -> bool:
    """Whether a site told what it wishes, if only that it has no such file: any answer but 429, 5xx and none."""
    return 200 <= wish.status < 300 or (400 <= wish.status < 500 and wish.status != 429)


@dataclass(frozen=True, slots=True)
class Robots:
    """What a robots.txt says to this program.

    Attributes:
        delay: seconds between two requests that it asks for (Crawl-delay, Request-rate); 0 for none.
    """

    delay: float
    _parser: Any = None

    def allows(self, url: str) -> bool:
        """Whether a URL of this site may be asked."""
        return self._parser is None or bool(self._parser.can_fetch(url, PRODUCT))


@lru_cache(maxsize=256)
def read_robots(wish: Wish) -> Robots:
    """Read the robots.txt of a site; without one, all is allowed.

    Raises:
        ValueError: it is not known what the site wishes; see `is_known`.
    """
    from protego import Protego

    if not is_known(wish):
        raise ValueError(f"{wish.origin} did not tell its robots.txt: {wish.status}")
    if not 200 <= wish.status < 300:
        return Robots(0.0)
    # Protego 0.7 takes a byte order mark for a part of the first word.
    parser = Protego.parse(_cut(wish.content).removeprefix("\ufeff"))
    rate = parser.request_rate(PRODUCT)
    paced = rate.seconds / rate.requests if rate else 0.0
    return Robots(max(parser.crawl_delay(PRODUCT) or 0.0, paced), parser)


def _cut(text: str) -> str:
    """The beginning of a text, whole lines only: half a rule may say more, or less, than the whole one."""
    raw = text.encode()
    if len(raw) <= _ROBOTS_BYTES:
        return text
    return raw[:_ROBOTS_BYTES].decode(errors="ignore").rpartition("\n")[0]


def is_reserved(wish: Wish, url: str) -> bool:
    """Whether a site's tdmrep.json keeps a URL for itself.

    The first rule that matches counts. A file that is not what it should be says nothing, nor does a rule.
    """
    if not 200 <= wish.status < 300:
        return False
    parts = urlsplit(url)
    path = _plain(parts.path or "/") + (f"?{_plain(parts.query)}" if parts.query else "")
    return next((rule.reserved for rule in _read_rules(wish.content) if rule.matches(path)), False)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of a tdmrep.json.

    Attributes:
        parts: the beginning of a path, and what follows each ``*``, in order.
        whole: whether the path must end with the last part (``$``).
    """

    parts: tuple[str, ...]
    whole: bool
    reserved: bool

    def matches(self, path: str) -> bool:
        first, *middle = self.parts
        if not path.startswith(first):
            return False
        if not middle:
            return path == first if self.whole else True
        # Leftmost first, part by part: in linear time, whatever a site writes.
        at = len(first)
        last = middle.pop()
        for part in middle:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return len(path) - len(last) >= at and path.endswith(last) if self.whole else path.find(last, at) >= 0


@lru_cache(maxsize=256)
def _read_rules(content: str) -> tuple[_Rule, ...]:
    try:
        rules = json.loads(content.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return ()
    # One rule without its brackets is a slip whose meaning is plain.
    rules = [rules] if isinstance(rules, dict) else rules
    read = []
    for rule in rules if isinstance(rules, list) else ():
        location = rule.get("location") if isinstance(rule, dict) else None
        value = _read_value(rule.get("tdm-reservation")) if isinstance(location, str) else None
        if isinstance(location, str) and value is not None:
            body = location.removesuffix("$")
            body = body if body.startswith(("/", "*")) else f"/{body}"
            parts = tuple(_plain(part) for part in re.split(r"\*+", body))
            read.append(_Rule(parts, location.endswith("$"), value))
    return tuple(read)


def _plain(path: str) -> str:
    """One spelling of a path: letters, digits and ``-._~`` bare, all that is not ASCII percent-encoded."""
    bare = _UNRESERVED.sub(lambda match: unquote(match[0]), path)
    return re.sub("%[0-9a-f]{2}", lambda match: match[0].upper(), quote(bare, safe="/?&=:@!$'()*+,;%~[]#"))


def _read_value(value: object) -> bool | None:
    """1 and 0, as numbers or words; None for what is neither."""
    return {"1": True, "0": False}.get(str(value).strip()) if not isinstance(value, bool) else None


def find_reservation(headers: Iterable[tuple[str, str]], content: bytes, charset: str = "") -> bool | None:
    """Return what an answer itself says: True if mining it is reserved, False if it is not, None if it does not say.

    Args:
        headers: of the answer.
        content: of the answer; a ``<meta name="tdm-reservation">`` in it counts before the header.
        charset: as the answer names it.
    """
    said: bool | None = None
    for name, value in headers:
        if name.lower() == "tdm-reservation" and (read := _read_value(value)) is not None:
            said = read or bool(said)
    tagged = _read_meta(content, charset)
    return said if tagged is None else tagged


def _read_meta(content: bytes, charset: str) -> bool | None:
    encoding = "latin-1"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif charset.lower() in ("utf-16", "utf-16le", "utf-16be", "utf-16-le", "utf-16-be"):
        encoding = charset
    elif b"tdm-reservation" not in content.lower():
        # Nearly all pages end here, unread.
        return None
    reader = _MetaReader()
    reader.feed(content[:_HEAD_BYTES].decode(encoding, errors="replace"))
    return reader.said


class _MetaReader(HTMLParser):
    """Finds the reservation among the tags of a page; one in a comment or a script is none."""

    def __init__(self) -> None:
        super().__init__()
        self.said: bool | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag != "meta" or found.get("name", "").strip().lower() != "tdm-reservation":
            return
        value = _read_value(found.get("content"))
        if value is not None:
            self.said = value or bool(self.said)
