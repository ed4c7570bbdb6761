"""Store -> a second file that may be published: every claim and figure, of the articles' words only a share.

The tables and views are those of every database of ours, so that Datasette, sqlite-utils, our commands and pages need
to know nothing of it. ``articles.text`` holds the published passages, ``claims`` and ``evidence`` point into that, and
the triggers that hold quotes against texts stand and are what writes the file right. Where each passage stands in the
whole text, the hash of that, and what was left out is told in tables of its own (``schema/publication.sql``).
Tables that say how the maker of the file works are empty: the frontier, answers, failures, former versions.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from extractor.errors import StoreError
from extractor.figures import write_value
from extractor.schema import data_folder
from extractor.store.articles import CLAIM_COLUMNS, INSERT_CLAIM
from extractor.store.connections import connect, explaining, writing
from extractor.store.migrations import PUBLISHED_ID, migrate
from extractor.store.passages import (
    GAP,
    Excerpt,
    choose_passages,
    count_allowed,
    count_span,
    cut_excerpt,
    find_value,
    list_steps,
)  # fmt: skip
from extractor.store.publications import Notice, Published, find_all_problems, is_published
from extractor.store.verdicts import read_verdicts

__all__ = ["publish"]

CLAIMS = 'SELECT * FROM claims WHERE article_id = ? ORDER BY part DESC, start, "end", id'
EVIDENCE = """
    SELECT evidence.* FROM evidence JOIN claims ON claims.id = claim_id WHERE article_id = ?
    ORDER BY claim_id, evidence.part DESC, evidence.start, evidence."end", role
"""
SOURCES = "SELECT id, kind, location, added FROM sources WHERE id IN (SELECT source_id FROM articles) ORDER BY id"
# A run of which no article or claim is left tells only how its maker works.
RUNS = """
    SELECT id, command, source_id, started, ended, outcome, version, rules, pages, articles, claims, failures
    FROM runs WHERE id IN (SELECT run_id FROM articles UNION SELECT run_id FROM claims) ORDER BY id
"""
ENTITIES = """
    SELECT id, kind, name FROM entities WHERE id IN (
        SELECT subject_id FROM claims UNION SELECT subject_id FROM reviews WHERE state = 'counts'
    ) ORDER BY id
"""
PAGES = """
    SELECT pages.sha256, min(articles.url) AS url, pages.media_type, pages.charset, pages.fetched, pages.size
    FROM pages JOIN articles ON articles.page_sha256 = pages.sha256 GROUP BY pages.sha256 ORDER BY pages.sha256
"""
COPIES = "SELECT article_id, original_id, how, similarity FROM copies ORDER BY article_id"


def publish(db: Database, path: Path, target: Path, notice: Notice, *, share: float, reviewers: bool) -> Published:
    """Write a published file in the place of the one before it, whole or not at all; see `Store.publish`."""
    if is_published(path):
        raise StoreError(
            "A published file cannot be published", where=str(path), expected="a database with articles in full",
            found="what the command publish has written", fix="Copy it, or name the database that it is made from",
        )  # fmt: skip
    _check_target(path, target)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
        made = Path(folder) / target.name
        public = connect(made, create=True, read_only=False, wait=0)
        try:
            with explaining(made):
                counts = _write(db, public, made, notice, share=share, reviewers=reviewers)
                problems = find_all_problems(public, read_only=False)
                _seal(public)
        finally:
            public.close()
        if problems:
            raise StoreError(
                "The file would not be right, and is not published",
                where=str(target), expected="quotes that the articles say, within the share", found=str(problems[0]),
                fix=f"Look for what is off with: ainews-to-sqlite doctor {path}",
            )  # fmt: skip
        os.replace(made, target)
    return counts


def _check_target(path: Path, target: Path) -> None:
    """Refuse to write over anything but a published file that nobody writes to.

    Raises:
        StoreError: if something else stands there, or the folder is missing.
    """
    if not target.parent.is_dir():
        fix = "Make the folder first, or name another"
        raise StoreError("The file's folder is missing", where=str(target.parent), expected="a folder", fix=fix)
    if not target.exists() and not target.is_symlink():
        return
    if not is_published(target):
        same = target.exists() and target.samefile(path)
        raise StoreError(
            "Something else stands where the file is to be published",
            where=str(target),
            expected="no file, or one that the command publish has written",
            found="the database itself" if same else "a folder" if target.is_dir() else "another file",
            fix="Name another file; this one is left as it is",
        )
    for log in (target.with_name(f"{target.name}{end}") for end in ("-wal", "-journal")):
        if log.exists():
            raise StoreError(
                "A program is writing to the published file", where=str(target), found=str(log),
                fix="Stop it, open the file once with sqlite3, and run this again",
            )  # fmt: skip


def _write(db: Database, public: Database, path: Path, notice: Notice, *, share: float, reviewers: bool) -> Published:
    migrate(public, path, create=True)
    public.conn.execute("PRAGMA synchronous = OFF")
    public.conn.execute("DROP TABLE _sqlite_migrations")
    public.executescript((data_folder("schema") / "publication.sql").read_text(encoding="utf-8"))
    public.conn.execute(f"PRAGMA application_id = {PUBLISHED_ID}")
    counts: Counter[str] = Counter()
    # One reading transaction: another program may store articles meanwhile
    db.conn.execute("BEGIN")
    try:
        with writing(public):
            _copy_provenance(db, public)
            for article in db.query("SELECT * FROM articles ORDER BY id"):
                _publish_article(db, public, article, share, counts)
            _insert(public, "copies", db.query(COPIES))
            _insert(public, "reviews", read_verdicts(db, public, reviewers=reviewers))
            told = Published(**{field.name: counts[field.name] for field in fields(Published)})
            row = {**asdict(notice), "share": share, "version": version("ainews-to-sqlite"), **asdict(told)}
            _insert(public, "publication", [row])
    finally:
        db.conn.execute("ROLLBACK")
    return told


def _seal(public: Database) -> None:
    """Make of the database a file to copy: no log beside it, nothing in it that was ever deleted."""
    public.conn.execute("PRAGMA journal_mode = DELETE")
    public.conn.execute("PRAGMA synchronous = FULL")
    for table in ("articles", "claims"):
        public.conn.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('optimize')")
    # Of the rows that are there now; the limit is that of every run
    public.conn.execute("PRAGMA analysis_limit = 400")
    public.conn.execute("ANALYZE")
    public.conn.execute("VACUUM")


def _copy_provenance(db: Database, public: Database) -> None:
    """Write sources, runs, pages and entities: what the articles refer to, and nothing of how the maker works."""
    sources = list(db.query(SOURCES))
    # A feed's address may hold a key, a folder's the name of a user.
    _insert(
        public,
        "sources",
        ({**row, "location": row["location"] if row["kind"] == "corpus" else row["id"]} for row in sources),
    )
    known = {row["id"] for row in sources}
    _insert(
        public,
        "runs",
        ({**row, "source_id": row["source_id"] if row["source_id"] in known else None} for row in db.query(RUNS)),
    )
    _insert(public, "pages", ({**row, "url": _public_url(row["url"]), "content": b""} for row in db.query(PAGES)))
    _insert(public, "entities", db.query(ENTITIES))


def _publish_article(
    db: Database, public: Database, article: Mapping[str, Any], share: float, counts: Counter[str]
) -> None:
    text = article["text"]
    claims = list(db.query(CLAIMS, [article["id"]]))
    evidence: dict[str, list[dict[str, Any]]] = {claim["id"]: [] for claim in claims}
    for row in db.query(EVIDENCE, [article["id"]]):
        evidence[row["claim_id"]].append(row)
    steps = [list_steps(text, claim, evidence[claim["id"]]) for claim in claims]
    passages = choose_passages(steps, count_allowed(len(text), share))
    excerpt = cut_excerpt(text, passages)
    counts["contexts_cut"] += sum(
        claim["part"] == "text" and excerpt.place(step[0][0]) is None for claim, step in zip(claims, steps, strict=True)
    )
    url = _public_url(article["url"]) or f"article:{article['id']}"
    counts["addresses_withheld"] += url != article["url"]
    kept = {
        **{key: article[key] for key in (
            "id", "title", "site", "authors", "published", "language", "page_sha256", "source_id", "version", "rules",
            "read_at", "run_id", "gone",
        )},
        "url": url, "canonical": _public_url(article["canonical"]), "text": excerpt.text,
    }  # fmt: skip
    _insert(public, "articles", [kept])
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    held = count_span(passages)
    _insert(
        public, "source_texts", [{"article_id": kept["id"], "sha256": sha256, "length": len(text), "published": held}]
    )
    _insert(
        public,
        "passages",
        (
            {"article_id": kept["id"], "start": at, "end": at + end - start, "source_start": start, "source_end": end}
            for at, (start, end) in zip(excerpt.starts, passages, strict=True)
        ),
    )
    counts["articles"] += 1
    for claim in claims:
        rows = evidence[claim["id"]]
        placed = _place_claim(claim, rows, excerpt, article, counts)
        public.conn.execute(INSERT_CLAIM, [placed[column] for column in CLAIM_COLUMNS])
        told = [row for row in (_place_evidence(row, excerpt) for row in rows) if row]
        _insert(public, "evidence", told)
        counts["claims"] += 1
        counts["evidence"] += len(told)
        counts["evidence_left_out"] += len(rows) - len(told)


def _place_claim(
    claim: dict[str, Any], evidence: Sequence[Mapping[str, Any]], excerpt: Excerpt, article: Mapping[str, Any],
    counts: Counter[str],
) -> dict[str, Any]:  # fmt: skip
    """Return a claim as it points into the published text: with its quote, the value's words of it, or the sign."""
    words = excerpt.text if claim["part"] == "text" else article["title"]
    if claim["part"] == "text":
        quote, around = (claim["start"], claim["end"]), (claim["sentence_start"], claim["sentence_end"])
        value = find_value(claim, evidence)
        if excerpt.place(quote) is None and excerpt.place(value) is not None:
            counts["quotes_cut"] += 1
            quote = value
        placed = excerpt.place(quote)
        if placed is None:
            counts["quotes_withheld"] += 1
            placed = sentence = excerpt.find_sign(quote)
        else:
            sentence = excerpt.place_within(quote, around)
        claim = {
            **claim, "start": placed[0], "end": placed[1], "quote": words[slice(*placed)],
            "sentence_start": sentence[0], "sentence_end": sentence[1],
        }  # fmt: skip
    if claim["quote"] == GAP or (claim["value_text"] not in words and claim["value_text"] not in article["title"]):
        counts["values_rewritten"] += 1
        claim = {**claim, "value_text": write_value(claim["value"], claim["high"], claim["unit"], claim["comparator"])}
    return claim


def _place_evidence(row: Mapping[str, Any], excerpt: Excerpt) -> dict[str, Any] | None:
    if row["part"] != "text":
        return dict(row)
    placed = excerpt.place((row["start"], row["end"]))
    return None if placed is None else {**row, "start": placed[0], "end": placed[1]}


def _public_url(url: str) -> str:
    """Return an address that a reader can follow; empty for one of the maker's machine."""
    return url if url.startswith(("http://", "https://")) else ""


def _insert(db: Database, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        names, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        db.conn.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))
