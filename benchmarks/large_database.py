"""Made articles -> a database as large as one wants, to see how the pages bear it.

Run ``python -m benchmarks.large_database OUT.db --articles 100000 --claims 1000000`` at the root of a checkout. The
same numbers and seed give the same rows. All triggers of the schema are on, so that every quote and every word of
evidence is checked as it is stored. What only `fetch` writes (addresses, answers) and the sketches of copies are left
out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.made_news import MadeArticle, make_news
from extractor.records import JSON_KEYS
from extractor.rules import rules_hash
from extractor.store import Source, open_store

__all__ = ["main", "make_database"]

CLAIM_COLUMNS = (*(key for key in JSON_KEYS if key != "evidence"), "run_id")
INSERT_CLAIM = "INSERT INTO claims ({}) VALUES ({})".format(
    ", ".join(f'"{column}"' for column in CLAIM_COLUMNS), ", ".join("?" * len(CLAIM_COLUMNS))
)
BATCH = 1000
AT = "2026-01-01T00:00:00Z"


def main() -> None:
    """Make the database that the command line asks for."""
    parser = argparse.ArgumentParser(description="Make a large database of articles and claims that nobody wrote.")
    parser.add_argument("path", metavar="OUT.db", type=Path)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if asked.path.exists():
        parser.error(f"{asked.path} is there already")
    if asked.articles < 1 or asked.claims < 0:
        parser.error("--articles must be at least 1, and --claims at least 0")
    began = time.monotonic()
    make_database(asked.path, articles=asked.articles, claims=asked.claims, seed=asked.seed)
    size = asked.path.stat().st_size / 1e6
    print(f"{asked.path}: {size:,.0f} MB in {time.monotonic() - began:,.0f} s", file=sys.stderr)


def make_database(path: Path, *, articles: int, claims: int, seed: int = 0) -> None:
    """Fill a new database; see `benchmarks.made_news.make_news` for what stands in it."""
    source = Source("feed", "https://made.example/feed.xml", "Made news")
    runs = []
    with open_store(path, create=True) as store:
        for _ in range(0, articles, BATCH):
            runs.append(store.start_run("fetch", rules=rules_hash(), source=source))
    db = sqlite3.connect(path, isolation_level=None)
    # Made for one use and made again if the power fails: nothing is waited for.
    db.executescript("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;")
    try:
        news = make_news(articles, claims, seed)
        for run in runs:
            db.execute("BEGIN")
            _save(db, list(islice(news, BATCH)), source.id, run)
            db.execute("COMMIT")
        for table in ("articles_fts", "claims_fts"):
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        # As the store does at the end of a run
        db.executescript("PRAGMA analysis_limit = 400; ANALYZE; PRAGMA journal_mode = WAL;")
    finally:
        db.close()


def _save(db: sqlite3.Connection, news: list[MadeArticle], source: str, run: int) -> None:
    rules = rules_hash()
    pages = [_page(made) for made in news]
    db.executemany(
        "INSERT INTO pages (sha256, url, media_type, charset, fetched, size, content) "
        f"VALUES (?, ?, 'text/html', 'utf-8', '{AT}', ?, ?)",
        pages,
    )
    db.executemany(
        "INSERT INTO articles (id, url, title, site, authors, published, language, text, page_sha256, source_id, "
        f"version, rules, read_at, run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, '{AT}', ?)",
        [
            (
                found.id, found.url, found.title, found.site, json.dumps(found.authors, ensure_ascii=False),
                found.published, found.language, found.text, page[0], source, rules, run,
            )
            for found, page in zip((made.article for made in news), pages, strict=True)
        ],
    )  # fmt: skip
    db.executemany(
        "INSERT INTO entities (id, kind, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        {entity.id: (entity.id, entity.kind, entity.name) for made in news for entity in made.entities}.values(),
    )
    db.executemany(INSERT_CLAIM, _claim_rows(news, run))
    db.executemany(
        'INSERT INTO evidence (claim_id, role, part, start, "end", words) VALUES (?, ?, ?, ?, ?, ?)',
        _evidence_rows(news),
    )
    db.executemany(
        "INSERT INTO copies (article_id, original_id, how, similarity) VALUES (?, ?, 'near-duplicate', 0.95)",
        [(made.article.id, made.copy_of) for made in news if made.copy_of],
    )
    db.executemany(
        "INSERT INTO failures (run_id, source, stage, reason, at) VALUES (?, ?, 'article', ?, ?)",
        [(run, f"{made.article.url}/gone", _reason(number), AT) for number, made in enumerate(news[::50])],
    )
    db.execute(
        "UPDATE runs SET outcome = 'done', ended = ?, pages = ?, articles = ?, claims = ? WHERE id = ?",
        [AT, len(news), len(news), sum(len(made.claims) for made in news), run],
    )


def _reason(number: int) -> str:
    return ("No article text was found", "It is behind a paywall", "The page asks for consent first")[number % 3]


def _page(made: MadeArticle) -> tuple[str, str, int, bytes]:
    article = made.article
    content = f"<title>{article.title}</title><link rel=canonical href={article.url}><p>{article.text}".encode()
    return hashlib.sha256(content).hexdigest(), article.url, len(content), zlib.compress(content, 1)


def _claim_rows(news: Iterable[MadeArticle], run: int) -> Iterator[tuple[object, ...]]:
    for made in news:
        for claim in made.claims:
            yield (*(getattr(claim, column) for column in CLAIM_COLUMNS[:-1]), run)


def _evidence_rows(news: Iterable[MadeArticle]) -> Iterator[tuple[object, ...]]:
    for made in news:
        for claim in made.claims:
            for slot in claim.evidence:
                words = getattr(made.article, slot.part)[slot.start : slot.end]
                yield claim.id, slot.role, slot.part, slot.start, slot.end, words


if __name__ == "__main__":
    main()
