"""Sources added, and visits to those that are due, told on stderr. Imported by the commands that need it."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from extractor.articles import read_article
from extractor.cli.output import list_failures
from extractor.cli.progress import show_progress
from extractor.dates import timestamp
from extractor.engine.discovery import FoundSource, find_sources
from extractor.engine.fetching import fetch
from extractor.engine.records import Fetched, FetchOptions
from extractor.errors import ExtractorError, SourceError, StoreError
from extractor.pipeline import read_claims
from extractor.rules import rules_hash
from extractor.sources.web.addresses import clean_address
from extractor.sources.web.crawler import CrawlOptions
from extractor.sources.web.guard import EVERYWHERE
from extractor.sources.web.records import FoundKind
from extractor.sources.web.starters import Starter, starter_sources
from extractor.sources.web.topics import check_topic
from extractor.store import Source, Store, open_store
from extractor.store.locks import hold_lock

__all__ = ["Settings", "Visit", "add_sources", "ending_on_sigterm", "fetch_due", "fetch_urls", "watch"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How sources are to be followed: the options of ``sources add``; times in seconds."""

    kind: FoundKind | None
    every: float
    delay: float
    tags: tuple[str, ...]
    topic: str
    since: str
    starter: bool
    contact: str
    allow_private: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """How a visit goes about it: the options of ``fetch``; times in seconds."""

    warc: str | None = None
    retry: bool = False
    recheck: float | None = None
    proxy: bool = False
    contact: str = ""
    allow_private: bool = False

    def options(self) -> CrawlOptions:
        """How sites are asked."""
        return _options(self.contact, self.allow_private, use_proxy=self.proxy)


def add_sources(db: str, urls: tuple[str, ...], settings: Settings) -> int:
    """Follow what stands at some URLs, tell on stderr what that is, and return how many could not be added."""
    failed = 0
    check_topic(settings.topic)
    with open_store(db, create=True) as store:
        if settings.starter:
            starters = starter_sources()
            new = sum(store.web.follow(_source(found, settings, found.tags)) for found in starters)
            click.echo(
                f"{db}: {new:,} sources of the starter list added, {len(starters) - new:,} known already.", err=True
            )
        for url in urls:
            try:
                found, others = _find(store, url, settings)
            except SourceError as error:
                failed += 1
                click.echo(f"Error: {error.message}", err=True)
                continue
            for source in found:
                new = store.web.follow(_source(source, settings))
                title = f" ({source.title})" if source.title else ""
                told = "added" if new else "known already; its settings are those given now"
                click.echo(f"{source.kind} {source.location}{title}: {told}.", err=True)
            for source in others:
                click.echo(f"  not added: {source.kind} {source.location} {source.title}".rstrip(), err=True)
    return failed


def _find(store: Store, url: str, settings: Settings) -> tuple[list[FoundSource], list[FoundSource]]:
    """What is to be added for a URL, and what else is there."""
    if settings.kind is not None:
        return [FoundSource(settings.kind, clean_address(url))], []
    with hold_lock(store.path, "sources add"):
        found = find_sources(store, url, _options(settings.contact, settings.allow_private))
    return found[:1], found[1:]


def _options(contact: str, allow_private: bool, *, use_proxy: bool = False) -> CrawlOptions:
    return CrawlOptions(contact=contact, allowed_networks=EVERYWHERE if allow_private else (), use_proxy=use_proxy)


def _source(found: FoundSource | Starter, settings: Settings, tags: tuple[str, ...] = ()) -> Source:
    return Source(
        found.kind, found.location, title=found.title, tags=(*tags, *settings.tags), topic=settings.topic,
        since=settings.since, every=round(settings.every), delay=settings.delay,
    )  # fmt: skip


def fetch_due(db: str, visit: Visit) -> int:
    """Visit the sources that are due, tell on stderr what came of it, and return how much of it went wrong."""
    with open_store(db) as store, hold_lock(db, "fetch"):
        if visit.retry:
            store.web.requeue(("refused", "failed"))
        if visit.recheck is not None:
            before = datetime.now(UTC) - timedelta(seconds=visit.recheck)
            store.web.requeue(("done", "gone"), timestamp(before))
        if not any(True for _ in store.web.sources()) and not store.web.count_waiting():
            raise StoreError(
                "There are no sources to visit", where=db, expected="one or more that are followed", found="none",
                fix=f"Add some with: ainews-to-sqlite sources add {db} URL (or --starter)",
            )  # fmt: skip
        done = _fetch(db, store, visit)
        # What a site refuses or has taken down is as it should be; it is listed all the same
        return done.put_off + done.unread


def fetch_urls(db: str, urls: Sequence[str], visit: Visit) -> int:
    """Read what stands at some URLs, once, and what it leads to; how much of it was not had comes out."""
    with ending_on_sigterm(), open_store(db, create=True) as store, hold_lock(db, "ingest"):
        return _fetch(db, store, visit, urls=urls, command="ingest").failures


def watch(db: str, visit: Visit, every: float) -> None:
    """Visit the sources that are due, again and again, until SIGINT or SIGTERM; each time told on stderr."""
    # One that cannot be opened now is a slip of the user's; later, a full disk or another run is no reason to end
    open_store(db).close()
    try:
        while True:
            began = datetime.now(UTC)
            try:
                fetch_due(db, visit)
            except ExtractorError as error:
                click.echo(f"Error: {error.message}", err=True)
            due = max(began + timedelta(seconds=every), datetime.now(UTC))
            click.echo(f"Next look at {due.strftime('%Y-%m-%d %H:%M:%S')} UTC; Ctrl-C ends.", err=True)
            time.sleep((due - datetime.now(UTC)).total_seconds() if due > datetime.now(UTC) else 0.0)
    except KeyboardInterrupt:
        click.echo("Stopped. What was finished is stored.", err=True)


@contextmanager
def ending_on_sigterm() -> Iterator[None]:
    """Take SIGTERM, by which a service is told to end, for Ctrl-C."""
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _fetch(db: str, store: Store, visit: Visit, **more: Any) -> Fetched:
    done = _run(store, visit, **more)
    told = [(row["stage"], f"{row['source']}: {row['reason']}") for row in reversed(list(store.failures(done.run_id)))]
    list_failures(told, rest=f"all of them: ainews-to-sqlite failures {db}")
    click.echo(f"{db}: {describe(done)}{_next(store)}", err=True)
    return done


def _next(store: Store) -> str:
    """Say when the first address that waits for a later run may be asked."""
    ready, later = store.web.next_times(timestamp(), ())
    return f" The first of them may be asked from {later[:16].replace('T', ' ')} UTC on." if later and not ready else ""


def _run(store: Store, visit: Visit, **more: Any) -> Fetched:
    with ExitStack() as stack:
        archive = None
        if visit.warc is not None:
            from extractor.sources.archives.writing import WarcWriter

            archive = stack.enter_context(WarcWriter(visit.warc))
            if archive.notice:
                click.echo(archive.notice, err=True)
        show = stack.enter_context(show_progress("Fetching", lambda: None))
        return fetch(
            store, read=read_article, extract=read_claims, rules=rules_hash(),
            options=FetchOptions(crawl=visit.options()), archive=archive, progress=show, **more,
        )  # fmt: skip


def describe(done: Fetched) -> str:
    """Say what came of a run in one line."""
    parts = [
        f"{done.pages:,} answers -> {done.articles:,} articles stored, {done.claims:,} claims; {done.same:,} unchanged"
    ]
    for count, name in (
        (done.gone, "gone"), (done.refused, "refused"), (done.put_off, "put off"), (done.unread, "unread"),
    ):  # fmt: skip
        if count:
            parts.append(f"{count:,} {name}")
    waiting = f"; {done.waiting:,} addresses wait for a later run" if done.waiting else ""
    return f"{', '.join(parts)}{waiting}."
