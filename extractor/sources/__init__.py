"""Source -> Page. Files, folders, globs and standard input today; the only door to what lies outside."""

from __future__ import annotations

from extractor.sources.files import MAX_BYTES, corpus_files, corpus_pages, fetch_pages, find_files, stdin_pages
from extractor.sources.json_lines import parse_object

__all__ = ["MAX_BYTES", "corpus_files", "corpus_pages", "fetch_pages", "find_files", "parse_object", "stdin_pages"]
