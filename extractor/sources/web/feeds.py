"""Page of a feed -> its entries: RSS 0.9 to 2.0 and Atom by feedparser, JSON Feed by the standard library.

feedparser asks nothing of the network here: it gets bytes, in UTF-8. What it makes of dates is passed over, since some
of its readers fill in today for what is missing; the days come from the feed's own words.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any

from extractor.encodings import decode_content
from extractor.errors import SourceError
from extractor.records import Page
from extractor.sources.kinds import HTML_TYPES
from extractor.sources.web.entries import (
    ABSOLUTE,
    MAX_ENTRIES,
    MAX_SUMMARY,
    MAX_TITLE,
    clean_words,
    drop_repeats,
    make_absolute,
    read_day,
    read_language,
    read_moment,
    strip_markup,
)
from extractor.sources.web.records import Entry, Listing
from extractor.sources.web.references import mend_references
from extractor.sources.web.unpacking import unpack

__all__ = ["is_json_feed", "read_feed"]

JSON_FEED = re.compile(
    r'\s*\{(?=.{0,4096}"(?:version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org|items"\s*:\s*\[))', re.S
)
ITEMS = re.compile(r'"items"\s*:\s*\[')
START = re.compile(r"<\?xml\b|<(?:rss|rdf:RDF|feed|channel)[\s>]|<[\w-]+:(?:rss|feed)\s")
END = re.compile(r"</(?:\w+:)?(item|entry)\s*>", re.I)
NO_ARTICLE = frozenset({"self", "edit", "enclosure", "replies", "hub", "next", "previous", "license", "related", "via"})


def is_json_feed(start: str) -> bool:
    """Tell whether a text that begins so is a JSON Feed."""
    return JSON_FEED.match(start) is not None


def read_feed(page: Page) -> Listing:
    """Read a feed of any kind.

    Entries without an address are told of in ``problems``, and so is broken XML or JSON of which a part could be read.

    Raises:
        SourceError: if it is no feed, or nothing of it can be read.
    """
    problems: list[str] = []
    pieces: list[bytes] = []
    try:
        pieces.extend(unpack(page.content, page.url))
    except SourceError as error:
        problems.append(f"{error.message}; what came before it was read")
    text = decode_content(b"".join(pieces), page.charset, markup=True).lstrip()
    if not text:
        raise SourceError("The feed is empty", where=page.url, found="; ".join(problems) or "nothing")
    listing = _read_json(page, text, problems) if text.startswith("{") else _read_xml(page, text, problems)
    if not listing.entries and problems:
        raise SourceError(
            "The feed cannot be read",
            where=page.url,
            expected="RSS, Atom or JSON Feed",
            found=problems[0].partition(";")[0],
        )
    return listing


def _read_xml(page: Page, text: str, problems: list[str]) -> Listing:
    import feedparser

    text = _cut_entries("".join(mend_references([_cut_start(text)])))
    # The address of the feed is not told: feedparser would make addresses of ids as well.
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found = feedparser.parse(
            io.BytesIO(text.encode()), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except Exception as error:
        # Its reader of broken XML is not made for everything that can be broken.
        raise SourceError(
            "The feed cannot be read", where=page.url, expected="RSS or Atom", found=type(error).__name__
        ) from error
    version = str(found.get("version") or "")
    if not found.entries and not version:
        shown = clean_words(text, 60)
        raise SourceError(
            "This is no feed", where=page.url, expected="RSS, Atom or JSON Feed", found=shown or "nothing"
        )
    if found.bozo:
        problems.append(f"The feed's XML is broken ({_tell(found.bozo_exception, text)}); what could be read of it was")
    language = read_language(found.feed.get("language"))
    entries = [_read_entry(entry, page, language, version) for entry in found.entries]
    title = _read_text(dict(found.feed), "title", MAX_TITLE)
    return _finish(page, title, entries, problems)


def _finish(page: Page, title: str, entries: list[Entry], problems: list[str]) -> Listing:
    told: list[str] = []
    kept = drop_repeats(entries, page.url, told)
    return Listing("feed", title, kept, problems=(*problems, *told))


def _cut_start(text: str) -> str:
    """Cut what was printed before a feed: warnings of the site's own software, mostly."""
    found = START.search(text, 0, 8192)
    return text[found.start() :] if found else text


def _cut_entries(text: str) -> str:
    """Cut a feed behind its last entry but the one that is too many, so that the rest need not be parsed."""
    ends = END.finditer(text)
    last = next((end for number, end in enumerate(ends, 1) if number > MAX_ENTRIES), None)
    if last is None:
        return text
    closing = {"item": "</channel></rss>", "entry": "</feed>"}[last[1].lower()]
    return text[: last.end()] + ("</rdf:RDF>" if "</rdf:RDF>" in text[-200:] else closing)


def _tell(error: Any, text: str) -> str:
    message = str(getattr(error, "getMessage", lambda: error)())
    line = getattr(error, "getLineNumber", lambda: None)()
    if line is None:
        return message
    # feedparser puts a line before a feed that has no XML declaration.
    return f"line {line if text.startswith('<?xml') else max(1, line - 1)}: {message}"


def _read_entry(entry: Any, page: Page, language: str, version: str) -> Entry:
    # A plain dict: feedparser's own gives one date for another that is missing.
    said: dict[str, Any] = dict(entry)
    url = _find_url(said, page.url)
    language = read_language((said.get("title_detail") or {}).get("language")) or language
    published, updated = (str(said.get(key) or "") for key in ("published", "updated"))
    if version.startswith("rss") and not published:
        # RSS knows one date; dc:date is called a change only by feedparser.
        published, updated = updated, ""
    return Entry(
        url,
        _read_text(said, "title", MAX_TITLE),
        _read_text(said, "summary") or _read_content(said),
        read_day(published, page.fetched, language),
        read_moment(updated, page.fetched),
        language,
    )


def _find_url(entry: dict[str, Any], base: str) -> str:
    others = [link for link in entry.get("links") or () if link.get("rel", "alternate") not in NO_ARTICLE]
    pages = [link.get("href") for link in others if link.get("type", "text/html") in HTML_TYPES]
    permanent = str(entry.get("id") or "")
    # An id that is no address would become one of the feed's folder; feedparser takes any for a link.
    links = [*pages, entry.get("link"), *(link.get("href") for link in others)]
    if entry.get("guidislink") and not ABSOLUTE.match(permanent.strip()):
        links = [link for link in links if link != permanent]
    if ABSOLUTE.match(permanent.strip()) and entry.get("guidislink", True):
        links.append(permanent)
    # The article itself comes first, where the link goes by way of a counter.
    for link in (entry.get("feedburner_origlink"), *links):
        if link and (url := make_absolute(str(link), base)):
            return url
    return ""


def _read_text(said: dict[str, Any], key: str, limit: int = MAX_SUMMARY) -> str:
    value, detail = str(said.get(key) or ""), said.get(f"{key}_detail") or {}
    return clean_words(value, limit) if detail.get("type") == "text/plain" else strip_markup(value, limit)


def _read_content(said: dict[str, Any]) -> str:
    contents = said.get("content") or [{}]
    return strip_markup(str(contents[0].get("value") or ""))


def _read_json(page: Page, text: str, problems: list[str]) -> Listing:
    feed: Any
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        told = "it is nested too deeply" if isinstance(error, RecursionError) else error
        problems.append(f"The feed's JSON is broken ({told}); what could be read of it was")
        feed = {"items": list(_salvage(text))}
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise SourceError(
            "This is no JSON Feed",
            where=page.url,
            expected='an object with a list "items"',
            found=clean_words(text, 60),
        )
    language = read_language(feed.get("language"))
    entries = [_read_item(item, page, language) if isinstance(item, dict) else Entry("") for item in items]
    return _finish(page, clean_words(_string(feed, "title"), MAX_TITLE), entries, problems)


def _salvage(text: str) -> Iterator[Any]:
    """Yield the items before the place where a JSON Feed breaks off."""
    found = ITEMS.search(text)
    decoder, at = json.JSONDecoder(), found.end() if found else len(text)
    while at < len(text):
        at += len(text[at : at + 1000]) - len(text[at : at + 1000].lstrip(" \t\r\n,"))
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield item


def _read_item(item: dict[str, Any], page: Page, language: str) -> Entry:
    links = (make_absolute(link, page.url) for key in ("url", "external_url") if (link := _string(item, key)))
    permanent = _string(item, "id")
    url = next(filter(None, links), "") or (permanent if make_absolute(permanent, "") else "")
    language = read_language(item.get("language")) or language
    summary = clean_words(_string(item, "summary")) or clean_words(_string(item, "content_text"))
    return Entry(
        url,
        strip_markup(_string(item, "title"), MAX_TITLE),
        summary or strip_markup(_string(item, "content_html")),
        read_day(_string(item, "date_published"), page.fetched, language),
        read_moment(_string(item, "date_modified"), page.fetched),
        language,
    )


def _string(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    # Feeds of version 1 exist whose ids are numbers.
    return value if isinstance(value, str) else ""
