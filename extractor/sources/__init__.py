"""Source -> Page. Files, folders, globs and standard input today; the only door to what lies outside."""

from __future__ import annotations

from extractor.sources.files import MAX_BYTES, corpus_pages, fetch_pages, find_files, stdin_pages

__all__ = ["MAX_BYTES", "corpus_pages", "fetch_pages", "find_files", "stdin_pages"]
