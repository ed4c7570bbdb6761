"""Rows of a table, a view or a saved query -> an Atom feed of them, so that a feed reader tells what is new.

What has a key keeps its id whatever else changes; an entry's time is the date of its article, or when it was stored.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from datasette import Response

from extractor.browse.cells import is_web_address, link_article, link_row, unwrap
from extractor.browse.databases import our_tables
from extractor.browse.labels import label_database
from extractor.browse.queries import load_queries
from extractor.figures import write_value

__all__ = ["can_write_feed", "write_feed"]

ATOM = "http://www.w3.org/2005/Atom"
# Every entry must have a time. One without a date has this: that of the visit would make it new at each.
NO_TIME = "1970-01-01T00:00:00Z"
# What tells when a row came to be or changed, the most telling first.
TIMES = ("stored", "replaced_at", "changed", "published", "read_at", "at", "asked", "found", "started", "added", "seen")
TITLES = ("title", "model", "name", "subject", "speaker", "location", "source", "url", "label", "reason")
KEYED = {"claims": "claim", "claims_flat": "claim", "claims_once": "claim", "articles": "article"}
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?)?)?")
# XML 1.0 has no place for these, not even escaped.
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def can_write_feed(datasette: Any, database: str) -> bool:
    """Tell whether the rows of a page can be had as a feed: those of a database of ours can."""
    return bool(our_tables(datasette, database))


def write_feed(
    datasette: Any, request: Any, database: str, table: str | None, query_name: str | None, columns: Sequence[str],
    rows: Iterable[Any],
) -> Any:  # fmt: skip
    """Answer the address of a page with ``.atom``: its rows, in its order, as a feed of Atom 1.0 (RFC 4287).

    Returns:
        A response; one that says 404 for a database that is none of ours.
    """
    if not can_write_feed(datasette, database):
        return Response.text("There is no feed of this database", status=404)
    feed = ElementTree.Element("feed", xmlns=ATOM)
    here = datasette.absolute_url(request, request.full_path)
    _add(feed, "id", here)
    _add(feed, "title", _find_title(datasette, database, table, query_name))
    ElementTree.SubElement(feed, "link", rel="self", href=_clean(here))
    ElementTree.SubElement(ElementTree.SubElement(feed, "author"), "name").text = "ainews-to-sqlite"
    entries = [_make_entry({c: unwrap(row[c]) for c in columns}, datasette, request, database, table) for row in rows]
    _add(feed, "updated", max((time for time, _ in entries), default=NO_TIME))
    # An id may stand once in a feed: of rows that are the same claim, the first.
    known: set[str | None] = set()
    for _, entry in entries:
        name = entry.findtext("id")
        if name not in known:
            known.add(name)
            feed.append(entry)
    body = ElementTree.tostring(feed, encoding="unicode")
    return Response(
        '<?xml version="1.0" encoding="utf-8"?>\n' + body, content_type="application/atom+xml; charset=utf-8"
    )


def _make_entry(
    row: Mapping[str, Any], datasette: Any, request: Any, database: str, table: str | None
) -> tuple[str, ElementTree.Element]:
    kind = KEYED.get(table or "", "")
    claim = _read(row, "claim_id") or (_read(row, "id") if kind == "claim" else "")
    article = _read(row, "article_id") or (_read(row, "id") if kind == "article" else "")
    entry, time = ElementTree.Element("entry"), _find_time(row)
    _add(entry, "id", _name_row(row, table, claim, article))
    _add(entry, "title", _title_row(row, claim))
    _add(entry, "updated", time)
    address = ""
    if article:
        address = link_article(datasette, database, article, claim)
    elif claim:
        address = link_row(datasette, database, "claims", claim)
    link = datasette.absolute_url(request, address or request.path)
    ElementTree.SubElement(entry, "link", rel="alternate", href=_clean(link))
    if is_web_address(_read(row, "url")):
        ElementTree.SubElement(entry, "link", rel="related", href=_clean(_read(row, "url")))
    lines = [f"{column}: {_write(value)}" for column, value in row.items() if value not in (None, "")]
    _add(entry, "content", "\n".join(lines)).set("type", "text")
    return time, entry


def _name_row(row: Mapping[str, Any], table: str | None, claim: str, article: str) -> str:
    # Rows of evidence name their claim, too, but are many of one.
    if claim and "quote" in row:
        return f"urn:ainews:claim:{claim}"
    if article and table == "articles":
        return f"urn:ainews:article:{article}"
    told = json.dumps([table, {column: _write(value) for column, value in row.items()}], ensure_ascii=True)
    return f"urn:ainews:row:{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _title_row(row: Mapping[str, Any], claim: str) -> str:
    subject = _read(row, "model") or _read(row, "subject_name") or _read(row, "subject")
    what = _read(row, "predicate_label") or _read(row, "predicate")
    if claim and what and row.get("value") is not None:
        value = row["value"]
        high = row.get("high") if isinstance(row.get("high"), (int, float)) else None
        if isinstance(value, (int, float, str)):
            value = write_value(value, high, _read(row, "unit"), _read(row, "comparator") or "eq")
        return f"{subject or 'Unnamed'}: {what.lower()} {value}"
    found = next((words for name in TITLES if (words := _read(row, name).strip())), "")
    return found or next((_write(value) for value in row.values() if value not in (None, "")), "A row")


def _find_title(datasette: Any, database: str, table: str | None, query_name: str | None) -> str:
    if query_name:
        titles = {query.name: query.title for query in load_queries()}
        return f"{titles.get(query_name, query_name)} ({database})"
    labels = label_database(our_tables(datasette, database), table)["tables"].get(table or "", {})
    return f"{labels.get('title', table or 'A query')} ({database})"


def _find_time(row: Mapping[str, Any]) -> str:
    """Return the time of a row by RFC 3339; the first of what a date leaves open."""
    for column in TIMES:
        found = _DATE.match(_read(row, column))
        if found and "01" <= (found[2] or "01") <= "12" and "01" <= (found[3] or "01") <= "31":
            time = found[4] or "00:00:00"
            return f"{found[1]}-{found[2] or '01'}-{found[3] or '01'}T{time if len(time) == 8 else time + ':00'}Z"
    return NO_TIME


def _read(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return value if isinstance(value, str) else ""


def _write(value: Any) -> str:
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)


def _clean(words: str) -> str:
    return _NO_XML.sub("\ufffd", words)


def _add(parent: ElementTree.Element, name: str, words: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = _clean(words)
    return element
