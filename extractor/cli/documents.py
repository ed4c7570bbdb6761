"""A line of JSON -> a document to annotate."""

from __future__ import annotations

from typing import Any

from extractor.errors import SourceError
from extractor.records import Document
from extractor.sources import parse_object

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
    row = parse_object(line, where, "document")
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


def _type(row: dict[str, Any], key: str) -> str:
    return f"no key {key!r}" if key not in row else "null" if row[key] is None else type(row[key]).__name__
