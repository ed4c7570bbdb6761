"""Runs of the engine against publishers on loopback, as the tests of fetching want them: fast, and on no other host.

As a program, ``python -m tests.fetching DB URL``, it visits one feed until all of it is had, for tests that kill it.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

from extractor.articles import read_article
from extractor.engine.fetching import fetch
from extractor.engine.records import Fetched, FetchOptions
from extractor.pipeline import read_claims
from extractor.rules import rules_hash
from extractor.sources.web.crawler import CrawlOptions
from extractor.store import Source, SourceKind, Store, open_store

__all__ = ["LOOPBACK", "follow", "rows", "run"]

LOOPBACK = ("127.0.0.1/32", "::1/128")


def follow(store: Store, url: str, kind: SourceKind = "feed", **settings: Any) -> Source:
    """Add a source that is due at once, and due again a second after each visit unless told otherwise."""
    source = Source(kind, url, **{"every": 1, **settings})
    store.web.follow(source)
    return source


def run(
    store: Store,
    *,
    patience: float = 0.0,
    max_tries: int = 8,
    persistence: float = 0.0,
    delay: float = 0.0,
    networks: tuple[str, ...] = LOOPBACK,
    timeout: float = 10.0,
    **more: Any,
) -> Fetched:
    """Visit what is due."""
    crawl = CrawlOptions(delay=delay, allowed_networks=networks, timeout=timeout, contact="tests@press.example")
    options = FetchOptions(crawl=crawl, patience=patience, max_tries=max_tries, persistence=persistence)
    return fetch(store, read=read_article, extract=read_claims, rules=rules_hash(), options=options, **more)


def rows(store: Store, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What another program sees in the file."""
    db = sqlite3.connect(store.path)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


def main(db: str, url: str) -> None:
    with open_store(Path(db), create=True) as store:
        follow(store, url)
        print("begun", flush=True)
        run(store, delay=0.02, patience=5.0)
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
