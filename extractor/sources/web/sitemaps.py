"""Page of a sitemap -> its entries: urlset, sitemapindex, Google News, and plain text of one URL a line.

The XML is read as it comes, a URL at a time, so that a file of 50 MB takes no more memory than what is kept of it.
Nothing is loaded from elsewhere, and no entity is expanded: none is left when the text comes to the parser.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from extractor.encodings import decode_content, find_encoding
from extractor.errors import SourceError
from extractor.records import Page
from extractor.sources.web.entries import (
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

__all__ = ["is_list_of_urls", "read_sitemap"]

# The mark of UTF-32 begins with that of UTF-16.
WIDE_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([-\w]{2,40})[\"']", re.I)
START = re.compile(r"<\?xml\b|<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.I)
RECORDS = ("url", "sitemap")
OPEN_LOC = re.compile(r"<(?:\w+:)?loc\b(?!.*</(?:\w+:)?loc\b)", re.I | re.S)
MAX_LOC = 8192
URL_LINE = re.compile(r"https?://\S+", re.I)


def is_list_of_urls(text: str) -> bool:
    """Tell whether the lines of a text, nearly all of them, are URLs."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if not lines or not URL_LINE.fullmatch(lines[0]):
        return False
    # The last may be cut off where only a beginning was looked at.
    return sum(URL_LINE.fullmatch(line) is not None for line in lines) * 10 >= len(lines) * 9 - 1


def read_sitemap(page: Page) -> Listing:
    """Read a sitemap or a sitemap index; the sitemaps of an index come out as ``listings``.

    What is broken is passed over and told of in ``problems``.

    Raises:
        SourceError: if it is no sitemap, or nothing of it can be read.
    """
    reading = _Reading(page)
    start = next(_pieces(page, []), b"").lstrip()
    if not start.startswith((b"<", *WIDE_MARKS)):
        return _read_lines(page)
    listing = reading.read()
    if listing is None:
        raise SourceError(
            "This is no sitemap",
            where=page.url,
            expected="urlset, sitemapindex, or one URL a line",
            found="; ".join(reading.problems) or (f"<{reading.root}>" if reading.root else "nothing"),
        )
    return listing


def _pieces(page: Page, problems: list[str]) -> Iterator[bytes]:
    """Yield the body, unpacked, without what stands before its first tag or word; where it breaks off is a problem."""
    begun = False
    pieces = unpack(page.content, page.url)
    while True:
        try:
            piece = next(pieces, None)
        except SourceError as error:
            problems.append(f"{error.message}; what came before it was read")
            return
        if piece is None:
            return
        if not begun:
            piece = piece.removeprefix(codecs.BOM_UTF8).lstrip()
        if piece:
            begun = True
            yield piece


def _read_lines(page: Page) -> Listing:
    problems: list[str] = []
    text = decode_content(b"".join(_pieces(page, problems)), page.charset)
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if problems:
        # It breaks off in the middle of a line.
        del lines[-1:]
    urls = [url for line in lines if (url := _read_line(line))]
    if not urls:
        found = clean_words(lines[0], 60) if lines else "; ".join(problems) or "nothing"
        raise SourceError("This is no sitemap", where=page.url, expected="XML, or one URL a line", found=found)
    if len(urls) < len(lines):
        wrong = next(line for line in lines if not _read_line(line))
        told = f"{len(lines) - len(urls):,} of {len(lines):,} lines of the sitemap are no URL"
        problems.append(f"{told}, the first of them {clean_words(wrong, 60)!r}")
    entries = drop_repeats(map(Entry, urls), page.url, problems)
    return Listing("sitemap", entries=entries, problems=tuple(problems))


def _read_line(line: str) -> str:
    return make_absolute(line, "") if URL_LINE.fullmatch(line) else ""


def _find_encoding(page: Page) -> str:
    """Return the encoding of an XML file: its mark's; UTF-8 where all of it is; what the transport or the file says."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    declared = ""
    try:
        for number, piece in enumerate(_pieces(page, [])):
            if number == 0:
                if piece.startswith(WIDE_MARKS):
                    return "utf-32" if piece.startswith(WIDE_MARKS[:2]) else "utf-16"
                found = DECLARED.match(piece)
                declared = found[1].decode("ascii") if found else ""
            decoder.decode(piece)
    except UnicodeDecodeError:
        return find_encoding(page.charset) or find_encoding(declared) or "cp1252"
    return "utf-8"


def _decode(pieces: Iterator[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for number, piece in enumerate(pieces):
        text = decoder.decode(piece)
        if number == 0 and (found := START.search(text, 0, 8192)):
            # Something was printed before it: a warning of the site's own software, mostly.
            text = text[found.start() :]
        yield text


class _Reading:
    """The reading of one XML sitemap.

    Attributes:
        root: the local name of its first element; empty before it was read.
        problems: of the reading, so far.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self.root = ""
        self.problems: list[str] = []
        self._tail = ""
        # The fields of the record that is being read; None between two.
        self._row: dict[str, str] | None = None

    def read(self) -> Listing | None:
        """Return what the sitemap holds; None if it is none."""
        told: list[str] = []
        found = drop_repeats(self._read_entries(), self._page.url, told)
        if self.problems and not found and not told:
            # Broken before the first entry.
            return None
        self.problems += told
        if self.root == "urlset":
            return Listing("sitemap", entries=found, problems=tuple(self.problems))
        if self.root != "sitemapindex":
            return None
        return Listing("sitemap", listings=found, problems=tuple(self.problems))

    def _read_entries(self) -> Iterator[Entry]:
        from lxml import etree

        parser = etree.XMLPullParser(
            events=("start", "end"), recover=True, resolve_entities=False, no_network=True, load_dtd=False,
            remove_comments=True, remove_pis=True, encoding="utf-8",
        )  # fmt: skip
        pieces = _decode(_pieces(self._page, self.problems), _find_encoding(self._page))
        try:
            for piece in mend_references(pieces):
                parser.feed(piece.encode("utf-8", "replace"))
                self._tail = (self._tail + piece)[-MAX_LOC:]
                yield from self._take(parser.read_events())
            parser.close()
        except etree.XMLSyntaxError as error:
            # What can be mended has its limits.
            self.problems.append(f"The sitemap's XML breaks off ({error.msg}); what came before it was read")
        last = list(self._take(parser.read_events()))
        last += self._end_record()
        # An address that the end of the file cuts is none.
        yield from last[:-1] if OPEN_LOC.search(self._tail) else last
        errors = [error for error in parser.feed_error_log if error.level >= etree.ErrorLevels.ERROR]
        if errors and not self.problems:
            told = f"line {errors[0].line}: {errors[0].message}"
            self.problems.append(f"The sitemap's XML is broken ({told}); what could be read of it was")

    def _take(self, events: Any) -> Iterator[Entry]:
        for event, element in events:
            name = _local(element)
            is_record = name in RECORDS
            if event == "start":
                self.root = self.root or name
                if is_record:
                    # One before that was left open ends here, or its fields would be taken for this one's.
                    yield from self._end_record()
                    self._row = {}
                continue
            if self._row is not None and (text := (element.text or "").strip()) and _is_known(element):
                self._row.setdefault(name, text)
            if is_record:
                yield from self._end_record()
                # What was read is let go, or all of it would be kept until the end.
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]

    def _end_record(self) -> Iterator[Entry]:
        said, self._row = self._row, None
        if said is None:
            return
        language, fetched = read_language(said.get("language")), self._page.fetched
        yield Entry(
            make_absolute(said.get("loc", ""), self._page.url) if "loc" in said else "",
            # Titles are often escaped twice.
            strip_markup(said.get("title", ""), MAX_TITLE),
            published=read_day(said.get("publication_date", ""), fetched, language),
            updated=read_moment(said.get("lastmod", ""), fetched),
            language=language,
        )


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _is_known(element: Any) -> bool:
    """Tell whether an element is of the sitemap itself or of its news; images and videos have titles, too."""
    tag = str(element.tag)
    namespace, colon, _ = tag.rpartition("}" if "}" in tag else ":")
    return not colon or ("image" not in namespace and "video" not in namespace)
