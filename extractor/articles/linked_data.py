"""JSON-LD of a page -> what its article node says of title, site, authors, date and address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

__all__ = ["LinkedData", "read_linked_data"]

ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting|Review)$")
PUBLISHER_TYPE = re.compile(r"(?:Organization|WebSite)$")
TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")

Node = dict[str, Any]


class LinkedData:
    """The nodes of all JSON-LD scripts of one page."""

    def __init__(self, nodes: list[Node], page_urls: Sequence[str] = ()) -> None:
        self._by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
        articles = [node for node in nodes if _has_type(node, ARTICLE_TYPE)]
        # lists of related articles are articles too: prefer the one that says that it is this page
        own = (node for url in page_urls for node in articles if url in _addresses(node))
        self._article: Node = next(own, articles[0] if articles else {})
        self._publishers = [node for node in nodes if _has_type(node, PUBLISHER_TYPE)]

    @property
    def title(self) -> str:
        """The headline as written, possibly cut short; empty if there is none."""
        return next(_strings(self._article.get("headline") or self._article.get("name")), "")

    @property
    def published(self) -> str:
        """The raw date string; empty if there is none."""
        return next(_strings(self._article.get("datePublished")), "")

    @property
    def url(self) -> str:
        """The address that the article node gives for itself."""
        return next(iter(_addresses(self._article)), "")

    @property
    def language(self) -> str:
        """The language that the article node names."""
        return next(_strings(self._article.get("inLanguage")), "")

    @property
    def site(self) -> str:
        """The publisher's name; that of the only organisation or site, if the article names no publisher."""
        for node in self._resolved(self._article.get("publisher")):
            if name := next(_strings(node if isinstance(node, str) else node.get("name")), ""):
                return name
        names = {name for node in self._publishers for name in _strings(node.get("name"))}
        return names.pop() if len(names) == 1 else ""

    @property
    def authors(self) -> list[str]:
        """The names of persons who are given as authors, in order."""
        names: list[str] = []
        for node in self._resolved(self._article.get("author") or self._article.get("creator")):
            if isinstance(node, str):
                names.append(node)
            elif not _has_type(node, PUBLISHER_TYPE):
                names += _strings(node.get("name"))
        return names

    def _resolved(self, value: object) -> Iterator[Node | str]:
        """The nodes or strings of a value, with references to other nodes followed."""
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                name = part.get("@id")
                yield self._by_id.get(name, part) if isinstance(name, str) and "name" not in part else part
            elif isinstance(part, str):
                yield part


def read_linked_data(scripts: Iterable[str], page_urls: Sequence[str] = ()) -> LinkedData:
    """Read JSON-LD scripts; one that is broken says nothing, the other sources of the page still do.

    Args:
        scripts: what stands in them, in the order of the page.
        page_urls: where the article stands, by what else the page says; the first that a node has is believed.
    """
    nodes: list[Node] = []
    for script in scripts:
        waiting: list[Any] = [_parse(script)]
        # only the top, lists and graphs: an article inside another node is one that this page links to
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting.extend(reversed(value))
            elif isinstance(value, dict):
                nodes.append(value)
                waiting += [value.get("mainEntity"), value.get("@graph")]
    return LinkedData(nodes, page_urls)


def _parse(script: str) -> object:
    script = script.strip().removeprefix("<!--").removesuffix("-->").strip()
    script = script.removeprefix("//<![CDATA[").removeprefix("<![CDATA[").removesuffix("//]]>").removesuffix("]]>")
    for text in (script, TRAILING_COMMA.sub("", script)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _has_type(node: Node, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(name) for name in _strings(node.get("@type")))


def _addresses(node: Node) -> list[str]:
    """Where a node says that it stands, the plainest statement first."""
    found: list[str] = []
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        found += _strings(value.get("@id") or value.get("url") if isinstance(value, dict) else value)
    return [address for address in found if address.startswith(("http://", "https://"))]


def _strings(value: object) -> Iterator[str]:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, str) and part.strip():
            yield part.strip()
