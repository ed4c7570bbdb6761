"""What a listing says of an article, in its own words and markup -> the plain words, days and URLs of an `Entry`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urljoin, urlsplit

from extractor import dates
from extractor.encodings import clean_characters
from extractor.sources.web.records import Entry

__all__ = [
    "ABSOLUTE",
    "INLINE",
    "MAX_ENTRIES",
    "MAX_SUMMARY",
    "MAX_TITLE",
    "NO_TEXT",
    "TAG",
    "clean_words",
    "drop_repeats",
    "make_absolute",
    "read_day",
    "read_language",
    "read_moment",
    "strip_markup",
]

MAX_ENTRIES = 50_000
"""Of one listing: the most that the protocol of sitemaps allows."""

MAX_TITLE, MAX_SUMMARY = 300, 1000
"""Characters that are kept of what a listing, or a page, says of itself or of an article."""

# No more of an article that a feed holds whole is looked at than may fill a summary, however much of it is markup.
MAX_MARKUP = 20_000
GRACE = timedelta(days=2)
"""A day may have begun where a page was written that has not begun here; a date further ahead is a mistake."""

# Each alternative takes all up to its end or the end of the text, so that no text takes more than one pass.
NO_TEXT = re.compile(r"<!--(?:(?!-->).)*+(?:-->|$)|<(script|style)\b(?:(?!</\1\b).)*+(?:</\1[^>]*>|$)", re.I | re.S)
INLINE = re.compile(r"</?(?:a|abbr|b|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|u|wbr)\b[^<>]*>", re.I)
TAG = re.compile(r"<[/!?]?[a-z][^<>]*(?:>|$)", re.I)
ABSOLUTE = re.compile(r"https?://[^/?#\s]", re.I)
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")


def strip_markup(markup: str, limit: int = MAX_SUMMARY) -> str:
    """Return the words of some HTML on one line, cut before the word that would exceed a limit.

    >>> strip_markup("<p>Trained on <b>2,048</b> H800s &amp; more</p><script>var a</script>")
    'Trained on 2,048 H800s & more'
    """
    if "<" in markup:
        markup = TAG.sub(" ", INLINE.sub("", NO_TEXT.sub(" ", markup[:MAX_MARKUP])))
    return clean_words(html.unescape(markup[:MAX_MARKUP]), limit)


def clean_words(text: str, limit: int = MAX_SUMMARY) -> str:
    """Return plain text on one line, cut before the word that would exceed a limit."""
    line = " ".join(clean_characters(text[:MAX_MARKUP]).split())
    if len(line) <= limit:
        return line
    cut, space, _ = line[:limit].rpartition(" ")
    return f"{cut if space else line[: limit - 1]}…"


def make_absolute(link: str, base: str) -> str:
    """Return a link as an absolute http or https URL, else as the listing gives it; empty if it is none."""
    link = "".join(link.split("\n")).strip()
    try:
        url = link if ABSOLUTE.match(link) else urljoin(base, link)
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def read_day(raw: str, fetched: str, language: str = "") -> str:
    """Return the day that a listing gives, as precisely as it gives it; empty if it is none, or yet to come.

    >>> read_day("Thu, 18 Sep 25 23:30:00 EST", "2025-09-20T00:00:00+00:00")
    '2025-09-18'
    """
    day = dates.read_date(raw.strip()[:100], language)
    return "" if day and _is_ahead(day, fetched) else day


def read_moment(raw: str, fetched: str) -> str:
    """Return the time that a listing gives, in UTC to the second, or only the day where it gives no more.

    >>> read_moment("2025-01-28T09:30:00+02:00", "2025-09-20T00:00:00+00:00")
    '2025-01-28T07:30:00+00:00'
    """
    moment = dates.read_moment(raw.strip()[:100])
    return "" if moment and _is_ahead(moment[:10], fetched) else moment


def _is_ahead(day: str, fetched: str) -> bool:
    """Tell whether a date, of any precision, begins more than the grace after a page was fetched."""
    try:
        until = (datetime.fromisoformat(fetched) + GRACE).date().isoformat()
    except (ValueError, OverflowError):
        # Nobody said when it was fetched: `read_date` has compared it with today.
        return False
    return day > until[: len(day)]


def read_language(raw: object) -> str:
    """Return a language tag in lower case; empty if it is none.

    >>> read_language("en_US"), read_language("English")
    ('en-us', '')
    """
    tag = str(raw or "").strip().lower().replace("_", "-")
    return tag if LANGUAGE.fullmatch(tag) else ""


def drop_repeats(entries: Iterable[Entry], own: str, problems: list[str]) -> tuple[Entry, ...]:
    """Return the entries that have a URL, each URL once: the first that names it.

    Args:
        entries: of a listing.
        own: the listing's URL; what leads back to it is left out.
        problems: is told of entries without one, and of more entries than there may be.
    """
    seen: dict[str, Entry] = {}
    own, nowhere = urldefrag(own).url, 0
    for entry in entries:
        if not entry.url:
            nowhere += 1
        elif entry.url in seen or urldefrag(entry.url).url == own:
            continue
        elif len(seen) < MAX_ENTRIES:
            seen[entry.url] = entry
        else:
            problems.append(f"The listing has too many entries: only the first {MAX_ENTRIES:,} were taken")
            break
    if nowhere:
        problems.append(f"Entries of the listing that give no address of a web page: {nowhere:,}")
    return tuple(seen.values())
