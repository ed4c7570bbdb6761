"""The made database that the pages are measured on is a sound one, with what was asked for, and the same each time."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from benchmarks.large_database import make_database
from benchmarks.made_news import make_news
from benchmarks.page_addresses import list_pages
from extractor.schema import load_predicates
from extractor.store import open_store


def ask(path: Path, sql: str) -> Any:
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchone()[0]
    finally:
        db.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "made.db"
    make_database(path, articles=300, claims=3000, seed=1)
    return path


def test_made_database_is_sound(made: Path) -> None:
    """Quotes, evidence, hashes, keys and search, as doctor checks them; only the sketches of copies are not made."""
    with open_store(made, read_only=True) as store:
        assert store.verify() == []


def test_made_database_has_what_was_asked_for(made: Path) -> None:
    assert ask(made, "SELECT count(*) FROM articles") == 300
    assert ask(made, "SELECT count(*) FROM claims") == 3000
    assert ask(made, "SELECT count(*) FROM copies") > 5
    assert ask(made, "SELECT count(DISTINCT predicate) FROM claims") == len(load_predicates())
    assert ask(made, "SELECT count(*) FROM evidence") > 6000
    assert ask(made, "SELECT count(*) FROM claims WHERE part = 'title'") > 5


def test_same_seed_makes_the_same_news() -> None:
    first, again, other = (list(make_news(40, 300, seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


@pytest.mark.parametrize(("articles", "claims"), [(1, 0), (1, 9), (7, 3), (150, 150)])
def test_counts_are_exact(articles: int, claims: int) -> None:
    made = list(make_news(articles, claims))
    assert len(made) == articles
    assert sum(len(found.claims) for found in made) == claims
    assert len({claim.id for found in made for claim in found.claims}) == claims


def test_copies_say_what_their_originals_say() -> None:
    made = {found.article.id: found for found in make_news(300, 2000)}
    copies = [found for found in made.values() if found.copy_of]
    assert copies
    for found in copies:
        original = made[found.copy_of]
        assert not original.copy_of
        assert [claim.quote for claim in found.claims] == [claim.quote for claim in original.claims]
        assert found.article.url != original.article.url


def test_pages_are_listed(made: Path) -> None:
    found = list_pages(made, each=2)
    kinds = {page.kind for page in found}
    assert {"instance", "database", "table-claims_flat", "query-latest_claims", "article", "row-claims"} <= kinds
    assert len({page.path for page in found}) == len(found)


def test_newest_claims_come_from_an_index(made: Path) -> None:
    """Not all claims are read and sorted to show a hundred: so it is only with what SQLite knows of its indexes."""
    db = sqlite3.connect(made)
    sql = "EXPLAIN QUERY PLAN SELECT * FROM claims_flat ORDER BY published DESC LIMIT 101"
    try:
        plan = [row[3] for row in db.execute(sql)]
    finally:
        db.close()
    assert "SCAN articles USING INDEX articles_published" in plan
    assert "SCAN claims" not in plan
