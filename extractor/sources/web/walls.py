"""Page -> why it is not the article: a paywall, a question for consent, a test for machines. No way round is tried."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from extractor.encodings import decode_content
from extractor.errors import SourceError
from extractor.records import Page
from extractor.schema import read_yaml
from extractor.sources.web.entries import INLINE, NO_TEXT, TAG

__all__ = ["find_wall"]

MAX_CHALLENGE = 1200
"""A page of more characters is no test for machines: it may be an article on them."""
MAX_BARE = 300
"""The same for a page that has no words of such a test, but names one in its source."""
MAX_OTHER = 400
"""A page that has more characters besides the lines that speak of consent shows something behind them."""
MIN_CONSENT = 3
"""So many phrases of consent make a question of it."""

SCRIPT_COMMENT = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$")
TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
LOCKED = re.compile(r"\"isAccessibleForFree\"\s*:\s*\"?(?:https?://schema\.org/)?false\b", re.I)
SIGNS = (b"isaccessibleforfree", b"content_tier")
MAIN_TYPES = re.compile(r"(?:Article|Posting|CreativeWork|WebPage|Report|Review|Dataset)$")


@dataclass(frozen=True, slots=True)
class _Signs:
    consent_hosts: tuple[str, ...]
    consent_paths: frozenset[str]
    consent_words: tuple[str, ...]
    challenge_titles: frozenset[str]
    challenge_words: tuple[str, ...]
    challenge_marks: tuple[str, ...]


def find_wall(page: Page) -> str:
    """Return why a page is not what was asked for, for a reader; empty if nothing stands before it.

    Its URL tells, too: many sites send a reader elsewhere to be asked.
    """
    if _asks_consent(page.url):
        return "The site asks for consent first"
    try:
        text = decode_content(page.content, page.charset, markup=page.media_type == "text/html")
    except SourceError:
        return ""
    low = page.content.lower()
    if any(sign in low for sign in SIGNS) and (reason := _find_paywall(text)):
        return reason
    return _find_gate(text)


def _asks_consent(url: str) -> bool:
    try:
        parts = urlsplit(url.lower())
        host = parts.hostname or ""
    except ValueError:
        return False
    signs = _signs()
    path = parts.path.strip("/")
    return (
        host.startswith(signs.consent_hosts)
        or path in ("consent", "consent.html")
        or not signs.consent_paths.isdisjoint(path.split("/"))
    )


def _find_paywall(text: str) -> str:
    soup = _read_head(text)
    for meta in soup.find_all("meta"):
        content = _attribute(meta, "content")
        if "article:content_tier" in (_attribute(meta, "property"), _attribute(meta, "name")) and content == "locked":
            return "The article is for subscribers: the page says so (article:content_tier locked)"
        if _attribute(meta, "itemprop") == "isaccessibleforfree" and content == "false":
            return "The article is for subscribers: the page says so (isAccessibleForFree false)"
    for script in soup.find_all("script"):
        if "ld+json" not in _attribute(script, "type"):
            continue
        written = script.get_text()
        try:
            data = json.loads(TRAILING_COMMA.sub("", SCRIPT_COMMENT.sub("", written)), strict=False)
            locked = any(_is_locked(node) for node in _main_nodes(data))
        except (ValueError, RecursionError):
            # Broken in a place that may have nothing to do with it.
            locked = LOCKED.search(written) is not None
        if locked:
            return "The article is for subscribers: the page says so (isAccessibleForFree false)"
    return ""


def _read_head(text: str) -> BeautifulSoup:
    """What a page says of itself, and nothing of its body."""
    return BeautifulSoup(text, "lxml", parse_only=SoupStrainer(["meta", "script", "title"]))


def _attribute(tag: Tag, name: str) -> str:
    return str(tag.get(name) or "").strip().lower()


def _main_nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Yield what a page says of itself; what it says of others that it lists is left out."""
    nodes = data if isinstance(data, list) else [data]
    for node in nodes:
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("@graph"), list):
            yield from (each for each in node["@graph"] if isinstance(each, dict) and _is_main(each))
        if _is_main(node):
            yield node
        main = node.get("mainEntity")
        if isinstance(main, dict) and _is_main(main):
            yield main


def _is_main(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and MAIN_TYPES.search(kind) for kind in kinds)


def _is_locked(node: dict[str, Any]) -> bool:
    said = _read_bool(node.get("isAccessibleForFree"))
    if said is not None:
        return not said
    parts = node.get("hasPart")
    parts = parts if isinstance(parts, list) else [parts]
    return any(isinstance(part, dict) and _read_bool(part.get("isAccessibleForFree")) is False for part in parts)


def _read_bool(value: object) -> bool | None:
    if isinstance(value, list) and value:
        value = value[0]
    word = str(value).strip().lower().rpartition("/")[2]
    return {"true": True, "false": False}.get(word)


def _find_gate(text: str) -> str:
    """Return why a page with hardly any text is none, by what it says."""
    bare = TAG.sub("\n", INLINE.sub("", NO_TEXT.sub(" ", text)))
    lines = [" ".join(line.split()) for line in unescape(bare).lower().replace("’", "'").splitlines()]
    whole = " ".join(filter(None, lines))
    signs = _signs()
    if len(whole) <= MAX_CHALLENGE:
        found = _read_head(text).title
        title = " ".join(found.get_text().split()).lower() if found else ""
        source = text.lower() if len(whole) <= MAX_BARE else ""
        if (
            title in signs.challenge_titles
            or any(phrase in whole for phrase in signs.challenge_words)
            or any(mark in source for mark in signs.challenge_marks)
        ):
            return "The site tests whether the reader is a machine"
    spoken = [line for line in lines if any(phrase in line for phrase in signs.consent_words)]
    phrases = sum(any(phrase in line for line in spoken) for phrase in signs.consent_words)
    other = len(whole) - sum(len(line) + 1 for line in spoken)
    if phrases >= MIN_CONSENT and other <= MAX_OTHER and not _says_article(text):
        return "The site asks for consent first"
    return ""


def _says_article(text: str) -> bool:
    metas = _read_head(text).find_all("meta")
    return any(_attribute(meta, "property") == "og:type" and _attribute(meta, "content") == "article" for meta in metas)


@cache
def _signs() -> _Signs:
    table: dict[str, Any] = read_yaml(files("extractor.sources.web") / "walls.yml")
    return _Signs(
        consent_hosts=tuple(table["consent_hosts"]),
        consent_paths=frozenset(table["consent_paths"]),
        consent_words=tuple(table["consent_words"]),
        challenge_titles=frozenset(table["challenge_titles"]),
        challenge_words=tuple(table["challenge_words"]),
        challenge_marks=tuple(table["challenge_marks"]),
    )
