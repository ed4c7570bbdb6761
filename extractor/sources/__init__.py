"""Source -> Page. Files, folders, globs, web archives and standard input; the only door to what lies outside."""

from __future__ import annotations

from extractor.sources.archives.positions import Position
from extractor.sources.archives.selections import Selection
from extractor.sources.files import (
    MAX_BYTES,
    corpus_files,
    corpus_pages,
    fetch_marked_pages,
    fetch_pages,
    find_files,
    stdin_pages,
)
from extractor.sources.json_lines import parse_object
from extractor.sources.kinds import is_archive

__all__ = [
    "MAX_BYTES",
    "Position",
    "Selection",
    "corpus_files",
    "corpus_pages",
    "fetch_marked_pages",
    "fetch_pages",
    "find_files",
    "is_archive",
    "parse_object",
    "stdin_pages",
]
