"""Article records, one JSON object a line: each line a page of its own."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from extractor.errors import SourceError
from extractor.records import Failure, Page

__all__ = ["parse_object", "read_records"]

KEYS = "url or id, title, text (required), site, authors, published, language"


def read_records(content: io.BufferedReader, source: str, base: str, max_bytes: int) -> Iterator[Page | Failure]:
    """Yield a page for each line that is an article record, and a `Failure` for each that is not.

    Args:
        content: the lines; blank ones are skipped.
        source: what failures name, with the line's number: ``FILE:LINE``.
        base: the URI of the file; a record without a URL of its own gets ``base#L<line>``.
        max_bytes: the cap for one line. What follows a line above it is not read: it may be a bomb.

    Raises:
        OSError, EOFError: if the content is broken gzip.
    """
    number, records = 0, 0
    while line := content.readline(max_bytes + 1):
        number += 1
        where = f"{source}:{number}"
        if len(line) > max_bytes:
            error = SourceError(
                "The line is too large", where=where, expected=f"at most {max_bytes:,} bytes", found="more",
                fix="Raise the cap with --max-bytes; the lines after it were not read",
            )  # fmt: skip
            yield Failure(where, "source", error.message)
            return
        line = line.rstrip(b"\r\n")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        records += 1
        try:
            record = _parse_record(line, where)
        except SourceError as error:
            yield Failure(where, "source", error.message)
            continue
        yield Page(url=_record_url(record, line, base, number), content=line, media_type="application/json")
    if not records:
        yield Failure(
            source, "source", SourceError("The file is empty", where=source, expected="a JSON object a line").message
        )


def parse_object(line: bytes, where: str, what: str) -> dict[str, Any]:
    """Return the object that a line of JSON holds.

    Args:
        line: one JSON object in UTF-8.
        where: names the line in errors; its column is added.
        what: what the object should be, for errors: ``article record``.

    Raises:
        SourceError: if the line is no such object.
    """
    fix = "Mend the line, or leave it out"
    # an error behind the last character must not be told as one of the next line
    line = line.rstrip(b"\r\n")
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SourceError(
            "The line is not UTF-8", where=f"{where}, column {error.start + 1}",
            expected="JSON in UTF-8", found=f"byte 0x{line[error.start]:02x}", fix=fix,
        ) from error  # fmt: skip
    except json.JSONDecodeError as error:
        rest = line.decode("utf-8")[error.pos : error.pos + 20].strip()
        near = f"at {rest!r}" if rest else "at the end of the line"
        raise SourceError(
            "The line is broken JSON", where=f"{where}, column {error.colno}", expected="one whole JSON object",
            found=f"{error.msg[0].lower()}{error.msg[1:]} {near}", fix=fix,
        ) from error  # fmt: skip
    except (RecursionError, ValueError) as error:
        found = "a number with too many digits" if isinstance(error, ValueError) else "too many nested brackets"
        raise SourceError(
            "The line is broken JSON", where=f"{where}, column 1", expected="one whole JSON object", found=found,
            fix=fix,
        ) from error  # fmt: skip
    if not isinstance(row, dict):
        raise SourceError(
            f"The line is no {what}", where=f"{where}, column 1", expected="a JSON object", found=_json_type(row),
            fix=fix,
        )  # fmt: skip
    return row


def _parse_record(line: bytes, where: str) -> dict[str, Any]:
    record = parse_object(line, where, "article record")
    if not isinstance(record.get("text"), str) or not record["text"].strip():
        found = _json_type(record["text"]) if "text" in record else "no such key"
        raise SourceError(
            "The record holds no text", where=f"{where}, key text", expected=f"a record with {KEYS}", found=found
        )
    return record


def _record_url(record: dict[str, Any], line: bytes, base: str, number: int) -> str:
    url = record.get("url") or record.get("id")
    if isinstance(url, str) and re.fullmatch(r"\s*https?://[^\s\ud800-\udfff]+\s*", url, re.I):
        return url.strip()
    if base == "stdin:":
        return f"stdin:{hashlib.sha256(line).hexdigest()[:16]}"
    return f"{base}#L{number}"


def _json_type(value: object) -> str:
    if isinstance(value, str):
        return "empty text" if not value.strip() else "text"
    names = {
        dict: "an object",
        list: "a list",
        bool: "true or false",
        int: "a number",
        float: "a number",
        type(None): "null",
    }
    return names[type(value)]
