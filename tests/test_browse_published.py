"""Every page of the plugin on a published file: it opens, says what the file is, and shows quotes for the text."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from extractor.articles import read_article
from extractor.browse.notices import label_notice
from extractor.browse.queries import load_queries
from extractor.engine import ingest
from extractor.pipeline import read_claims
from extractor.rules import rules_hash
from extractor.schema import data_folder, read_yaml
from extractor.sources import corpus_pages
from extractor.store import Notice, Source, open_store
from extractor.store.passages import GAP
from tests.browsing import Site, one

NOTICE = Notice("Claims of the desk", "What it read.", "CC BY 4.0", "https://licence.example/by", "desk@desk.example")


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    with open_store(folder / "claims.db", create=True) as store:
        source = Source("corpus", "corpus")
        ingest(store, corpus_pages(), source=source, read=read_article, extract=read_claims, rules=rules_hash())
        store.publish(folder / "public.db", NOTICE)
    return folder / "public.db"


@pytest.fixture(scope="module")
def site(public: Path) -> Iterator[Site]:
    with asyncio.Runner() as runner:
        yield Site(runner, public)


def ask(public: Path, sql: str) -> list[str]:
    with closing(sqlite3.connect(public)) as db:
        return [row[0] for row in db.execute(sql)]


def test_home_says_who_publishes_it_under_which_licence(site: Site) -> None:
    page = site.page("/public")
    assert "Claims of the desk" in one(page, "h1").get_text()
    assert "What it read." in page.get_text()
    links = {link.get_text().strip(): link["href"] for link in page.select("a")}
    assert links["CC BY 4.0"] == "https://licence.example/by"
    assert links["desk@desk.example"] == "mailto:desk@desk.example"
    assert "not news" in page.get_text()


def test_home_hides_what_is_empty_by_design(site: Site) -> None:
    tables = {table["name"]: table["hidden"] for table in site.get("/public.json").json()["tables"]}
    left_out = read_yaml(data_folder("schema") / "publication.yml")["left_out"]
    assert {name for name in left_out if not tables[name]} == set()
    assert not any(tables[name] for name in ("publication", "source_texts", "passages", "claims", "articles"))


def test_article_page_shows_the_quotes_in_order(site: Site, public: Path) -> None:
    for article in ask(public, "SELECT id FROM articles ORDER BY id"):
        page = site.page(f"/-/ainews/public/article/{article}")
        text = one(page, ".ainews-text").get_text()
        assert [text] == ask(public, f"SELECT text FROM articles WHERE id = '{article}'")
        assert GAP in text
        claims = ask(public, f"SELECT id FROM claims WHERE article_id = '{article}'")
        assert {str(card["id"]) for card in page.select(".ainews-card")} == {f"claim-{claim}" for claim in claims}
        assert "does not have these words" not in page.get_text()
        sha256 = one(page, ".ainews-published code").get_text()
        assert [sha256] == ask(public, f"SELECT sha256 FROM source_texts WHERE article_id = '{article}'")


def test_every_table_view_and_query_opens(site: Site, public: Path) -> None:
    found = site.get("/public.json").json()
    for table in found["tables"]:
        site.get(f"/public/{table['name']}")
    for view in ask(public, "SELECT name FROM sqlite_master WHERE type = 'view'"):
        site.get(f"/public/{view}")
    # Datasette 1.0 names only the first of its queries there
    assert found["queries"]
    for query in load_queries():
        site.get(f"/public/{query.name}")


def test_claim_pages_open_withheld_ones_too(site: Site, public: Path) -> None:
    withheld = ask(public, f"SELECT id FROM claims WHERE quote = '{GAP}' LIMIT 3")
    assert withheld
    for claim in [*withheld, *ask(public, "SELECT id FROM claims ORDER BY id LIMIT 10")]:
        assert site.get(f"/-/ainews/public/claim/{claim}")
        assert site.get(f"/public/claims/{claim}")


def test_search_finds_published_words_and_no_others(site: Site) -> None:
    found = site.rows("/public/claims_flat.json?_search=trillion+tokens")
    assert found
    assert all("trillion" in row["quote"] for row in found)


@pytest.mark.parametrize(
    ("notice", "labels"),
    [
        (None, {}),
        ({"title": "", "contact": ""}, {}),
        (
            {"licence_url": "https://licence.example/"},
            {"license": "https://licence.example/", "license_url": "https://licence.example/"},
        ),
        (
            {"contact": "https://desk.example/"},
            {"about": "https://desk.example/", "about_url": "https://desk.example/"},
        ),
        ({"contact": "javascript:alert(1)"}, {"about": "javascript:alert(1)"}),
        ({"contact": 'a@b?c="><'}, {"about": 'a@b?c="><', "about_url": "mailto:a@b%3Fc%3D%22%3E%3C"}),
    ],
    ids=["no-file", "empty", "url-alone", "url", "script", "hostile-mail"],
)
def test_notice_is_metadata_and_links_nothing_odd(notice: dict[str, str] | None, labels: dict[str, str]) -> None:
    assert label_notice(notice) == labels
