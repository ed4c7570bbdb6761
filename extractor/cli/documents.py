"""A line of JSON -> a document to annotate."""

from __future__ import annotations

import json
from typing import Any

from extractor.errors import SourceError
from extractor.records import Document

__all__ = ["parse_document"]

KEYS = "id, text, and as you have them title, context, published"


def parse_document(line: bytes, where: str) -> tuple[str | int, Document]:
    """Return the id as it stands in a line, and the document.

    Args:
        line: one JSON object in UTF-8.
        where: names the line in errors; its column is added.

    Raises:
        SourceError: if the line is no such object.
    """
    row = _parse_object(line, where)
    name = row.get("id")
    if isinstance(name, bool) or not isinstance(name, (str, int)):
        raise SourceError(
            "The document has no id", where=f"{where}, column 1",
            expected=f"an object with {KEYS}", found=_type(row, "id"),
        )  # fmt: skip
    texts = {}
    for key in ("text", "title", "context", "published"):
        value = row.get(key)
        if value is None and key != "text":
            value = ""
        if not isinstance(value, str):
            raise SourceError(
                f"The document's {key} is no text", where=f"{where}, column 1",
                expected=f"an object with {KEYS}", found=_type(row, key),
            )  # fmt: skip
        texts[key] = value
    return name, Document(id=str(name), **texts)


def _parse_object(line: bytes, where: str) -> dict[str, Any]:
    fix = "Mend the line, or leave it out"
    try:
        row = json.loads(line.decode("utf-8").rstrip("\r\n"))
    except UnicodeDecodeError as error:
        raise SourceError(
            "The line is not UTF-8", where=f"{where}, column {error.start + 1}",
            expected="JSON in UTF-8", found=f"byte 0x{line[error.start]:02x}", fix=fix,
        ) from error  # fmt: skip
    except json.JSONDecodeError as error:
        raise SourceError(
            "The line is broken JSON", where=f"{where}, column {error.colno}",
            expected="one whole JSON object", found=f"{error.msg[0].lower()}{error.msg[1:]}", fix=fix,
        ) from error  # fmt: skip
    except (RecursionError, ValueError) as error:
        found = "too many nested brackets" if isinstance(error, RecursionError) else "a number with too many digits"
        raise SourceError(
            "The line is broken JSON", where=f"{where}, column 1", expected="one JSON object", found=found, fix=fix
        ) from error
    if not isinstance(row, dict):
        raise SourceError(
            "The line is no document", where=f"{where}, column 1",
            expected=f"an object with {KEYS}", found=type(row).__name__, fix=fix,
        )  # fmt: skip
    return row


def _type(row: dict[str, Any], key: str) -> str:
    return f"no key {key!r}" if key not in row else "null" if row[key] is None else type(row[key]).__name__
