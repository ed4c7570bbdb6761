"""Record of an archive -> Page, if it is a page of HTML that is wanted."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from fastwarc.warc import WarcRecord

from extractor.dates import timestamp
from extractor.errors import SourceError
from extractor.records import Page
from extractor.sources.archives.bodies import unchunk_body, unpack_body
from extractor.sources.archives.digests import find_mismatch
from extractor.sources.archives.records import RawRecord
from extractor.sources.archives.selections import Selection
from extractor.sources.kinds import HTML_TYPES, find_binary, kind_of_content, read_content_type
from extractor.sources.streams import TooLarge

__all__ = ["LeftOut", "read_response"]

_LENGTH = re.compile(rb"^content-length:[^\n]*\n", re.I | re.M)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record of which no page is made.

    Attributes:
        why: it is no page of HTML (``other``), or a ``filter`` or the ``gate`` leaves it out.
        kind: the WARC-Type of the record.
    """

    why: Literal["other", "filter", "gate"]
    kind: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """The HTTP answer in a record; for one without HTTP, the content as it is."""

    body: bytes
    media_type: str
    charset: str
    languages: Sequence[str]
    transfer: str = ""
    packing: str = ""


def read_response(raw: RawRecord, selection: Selection, max_bytes: int) -> Page | LeftOut:
    """Return the page that a record holds, or why there is none.

    A page is an answer with status 200, or a ``resource``, of HTML or XHTML from an http(s) address. One that the
    archive cut (WARC-Truncated) is read as far as it goes.

    Raises:
        SourceError: if it is a page that is wanted and cannot be read: it is damaged, too large or no text.
    """
    record = _parse(raw)
    headers = record.headers
    kind = (headers.get("WARC-Type") or "").strip().lower()
    url = (headers.get("WARC-Target-URI") or "").strip().strip("<>")
    if kind not in ("response", "resource") or not re.match(r"https?://[^\s/]", url, re.I):
        return LeftOut("other", kind)
    date = (headers.get("WARC-Date") or "").strip()
    if not selection.takes_url(url) or not selection.takes_date(date):
        return LeftOut("filter", kind)
    try:
        # before anything is believed of it: a damaged status or type would make it no page
        _check_block(record, raw)
        answer = _find_answer(record, raw)
        if answer is None:
            return LeftOut("other", kind)
        if raw.length > len(raw.block):
            raise TooLarge
        unchunked = unchunk_body(answer.body, answer.transfer)
        _check_payload(record, [answer.body, unchunked])
        content = unpack_body(unchunked, answer.packing, max_bytes)
    except TooLarge as error:
        raise SourceError(
            "The page is too large", where=url, expected=f"at most {max_bytes:,} bytes", found="more",
            fix="Raise the cap with --max-bytes if the page is meant to be that large",
        ) from error  # fmt: skip
    except SourceError as error:
        raise SourceError(error.what, where=url, expected=error.expected, found=error.found, fix=error.fix) from error
    if not content.strip() or (not answer.media_type and kind_of_content(content) != "text/html"):
        return LeftOut("other", kind)
    if not selection.takes_language(answer.languages, content):
        return LeftOut("filter", kind)
    if selection.gate is not None and not selection.gate(content):
        return LeftOut("gate", kind)
    if binary := find_binary(content):
        raise SourceError("The record is no page", where=url, expected="HTML", found=binary)
    return Page(url=url, content=content, media_type="text/html", charset=answer.charset, fetched=_read_date(date))


def _parse(raw: RawRecord) -> WarcRecord:
    """The record as the library sees it.

    Raises:
        SourceError: if it makes no sense of it.
    """
    head = raw.head
    if raw.length > len(raw.block):
        # what was kept is whole for the library: of a page too large only the beginning is looked at
        head = _LENGTH.sub(b"Content-Length: %d\r\n" % len(raw.block), head)
    try:
        return WarcRecord.from_reader(io.BytesIO(head + raw.block + b"\r\n\r\n"), quirks_mode=True)
    except OSError as error:
        raise SourceError("The record's headers are broken", expected="headers of WARC", found=str(error)) from error


def _find_answer(record: WarcRecord, raw: RawRecord) -> _Answer | None:
    """The answer in a record; None if it is no page of HTML with status 200."""
    media_type, charset = read_content_type(record.headers.get("Content-Type") or "")
    if media_type != "application/http":
        # A resource is its own content; a response without HTTP is none of the web
        if record.headers.get("WARC-Type") == "resource" and media_type in HTML_TYPES:
            return _Answer(raw.block, media_type, charset, ())
        return None
    record.parse_http(quirks_mode=True)
    http = record.http_headers
    if http is None or http.status_code != 200:
        return None
    media_type, charset = read_content_type(http.get("Content-Type") or "")
    if media_type and media_type not in HTML_TYPES:
        return None
    return _Answer(
        bytes(record.reader.read()), media_type, charset, http.get_multiple("Content-Language"),
        ",".join(http.get_multiple("Transfer-Encoding")), ",".join(http.get_multiple("Content-Encoding")),
    )  # fmt: skip


def _check_block(record: WarcRecord, raw: RawRecord) -> None:
    """Raise a SourceError if a record's content is not what its digest says: evidence must be certain."""
    if raw.length == len(raw.block):
        _check_digest(record.headers.get("WARC-Block-Digest"), [raw.block])


def _check_payload(record: WarcRecord, bodies: Sequence[bytes]) -> None:
    """The same for the body alone, of records without a digest of the whole; a page in parts is none, either."""
    if record.headers.get("WARC-Segment-Number"):
        raise SourceError("The page is split into segments", expected="a whole page in one record", found="a part")
    if not record.headers.get("WARC-Block-Digest"):
        _check_digest(record.headers.get("WARC-Payload-Digest"), bodies)


def _check_digest(stated: str | None, contents: Sequence[bytes]) -> None:
    if mismatch := find_mismatch(stated, contents):
        raise SourceError(
            "The record is damaged", expected=mismatch[0], found=mismatch[1],
            fix="It was left out: get the archive again",
        )  # fmt: skip


def _read_date(date: str) -> str:
    """A WARC-Date as ISO 8601 in UTC, to the second; empty if it is none."""
    try:
        read = datetime.fromisoformat(date)
    except ValueError:
        return ""
    return timestamp(read.replace(tzinfo=read.tzinfo or UTC))
