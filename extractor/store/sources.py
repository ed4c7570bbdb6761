"""The record of a place that articles come from, as the store keeps it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

__all__ = ["Source", "SourceKind", "save_source"]

SourceKind = Literal[
    "file", "folder", "glob", "stdin", "corpus", "warc", "page", "feed", "sitemap", "list"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A place that articles come from.

    Attributes:
        kind: what it is.
        location: the path or URL as the user gave it; ``-`` for standard input, ``corpus`` for the packaged articles.
    """

    kind: SourceKind
    location: str

    @property
    def id(self) -> str:
        """A short stable name: the first 16 hexadecimal digits of the location's SHA-256."""
        return hashlib.sha256(self.location.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def save_source(db: Database, source: Source, at: str) -> None:
    """Note a source, once; the caller holds the transaction."""
    db.conn.execute(
        "INSERT INTO sources (id, kind, location, added) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (source.id, source.kind, source.location.encode("utf-8", "backslashreplace").decode(), at),
    )
