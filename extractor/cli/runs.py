"""Runs of the engine on a database, with their progress, their failures and their summary on stderr.

Imported by the commands that need it: it brings in spaCy and sqlite-utils.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from extractor.articles import read_article
from extractor.cli.output import list_failures
from extractor.cli.progress import show_progress
from extractor.engine import ingest, reread
from extractor.gate import may_page_hold_claims
from extractor.pipeline import read_claims
from extractor.records import Failure, Page
from extractor.rules import rules_hash
from extractor.sources import (
    Position,
    Selection,
    corpus_files,
    corpus_pages,
    fetch_marked_pages,
    find_files,
    is_archive,
)
from extractor.store import Source, Store, open_store

__all__ = ["CORPUS", "ingest_sources", "reread_articles"]

CORPUS = "\0corpus"
"""Names the packaged articles among sources: no file can be called so."""


def ingest_sources(
    db: str, sources: tuple[str, ...], max_bytes: int, selection: Selection, *, all_pages: bool = False
) -> int:
    """Read sources into a database, tell on stderr what came of it, and return how many pages failed.

    Args:
        db: made if it is missing.
        sources: files, folders, globs, ``-``, or `CORPUS` for the packaged articles. Each is a run of its own.
        max_bytes: cap for one page.
        selection: which pages of web archives the user wants.
        all_pages: read also those that the gate would leave out.
    """
    places = [_place(source) for source in sources]
    rules = rules_hash()
    pages = articles = claims = same = filtered = gated = 0
    failed: list[tuple[str, str]] = []
    gate = None if all_pages else may_page_hold_claims
    with open_store(db, create=True) as store:
        wanted = replace(selection, gate=gate, rules=rules, find_position=store.find_position)
        for place in places:
            with show_progress("Reading", partial(_count_pages, place)) as show:
                done = ingest(
                    store, _pages(place, wanted, max_bytes),
                    source=place, read=read_article, extract=read_claims, rules=rules, progress=show,
                )  # fmt: skip
            pages, articles = pages + done.pages, articles + done.articles
            claims, same = claims + done.claims, same + done.same
            filtered, gated = filtered + done.filtered, gated + done.gated
            if done.failures:
                failed += _failures(store, done.run_id)
    list_failures(failed, rest=f"all of them: ainews-to-sqlite failures {db}")
    click.echo(
        f"{db}: {_many(pages, 'page')} -> {_many(articles, 'article')} stored, {_many(claims, 'claim')}; "
        f"{same:,} known already, {_many(len(failed), 'failure')}.{_left_out(filtered, gated)}",
        err=True,
    )
    return len(failed)


def reread_articles(db: str) -> int:
    """Read the stale articles of a database again, tell on stderr what came of it, and return how many failed."""
    rules = rules_hash()
    with open_store(db) as store:
        passed = store.pass_unconcerned(rules)
        stale = store.count_stale(rules)
        with show_progress("Reading again", lambda: stale) as show:
            done = reread(store, extract=read_claims, rules=rules, progress=show)
        failed = _failures(store, done.run_id) if done.failures else []
        known = store.counts()["articles"] - stale
    list_failures(failed, rest=f"all of them: ainews-to-sqlite failures {db}")
    click.echo(
        f"{db}: {_many(done.articles, 'article')} read again, {_many(done.claims, 'claim')}; "
        f"{known - passed:,} up to date already, {passed:,} that hold nothing of what has changed in the rules, "
        f"{_many(len(failed), 'failure')}.",
        err=True,
    )
    return len(failed)


def _failures(store: Store, run_id: int) -> list[tuple[str, str]]:
    return [(row["stage"], row["reason"]) for row in reversed(list(store.failures(run_id)))]


def _left_out(filtered: int, gated: int) -> str:
    """A sentence on the pages of archives that were not read; empty where there are none."""
    reasons = []
    if filtered:
        reasons.append(f"{filtered:,} by the filters")
    if gated:
        reasons.append(f"{gated:,} that name nothing of AI (--all-pages reads them)")
    return f" Left out unread: {', '.join(reasons)}." if reasons else ""


def _place(source: str) -> Source:
    if source == CORPUS:
        return Source("corpus", "corpus")
    if source == "-":
        return Source("stdin", source)
    if Path(source).is_dir():
        return Source("folder", source)
    if is_archive(source) and Path(source).exists():
        return Source("warc", source)
    glob = not Path(source).exists() and set("*?[") & set(source)
    return Source("glob" if glob else "file", source)


def _pages(place: Source, selection: Selection, max_bytes: int) -> Iterator[Page | Failure | Position]:
    if place.kind == "corpus":
        return corpus_pages(max_bytes=max_bytes)
    return fetch_marked_pages([place.location], selection, max_bytes=max_bytes)


def _count_pages(place: Source) -> int | None:
    """Count the pages to come; None where a file holds any number of them."""
    if place.kind == "corpus":
        return len(corpus_files())
    if place.kind == "stdin":
        return None
    names = [str(found) for found in find_files(place.location) if isinstance(found, Path)]
    return None if any(".jsonl" in name.lower() or is_archive(name) for name in names) else len(names)


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
