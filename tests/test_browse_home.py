"""The home page: what a database holds, its newest claims, its charts; and what its search finds."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from extractor.articles import read_article
from extractor.browse import drawings
from extractor.browse.charts import load_charts
from extractor.engine import ingest
from extractor.pipeline import read_claims
from extractor.rules import rules_hash
from extractor.sources import corpus_pages
from extractor.store import Source, open_store
from tests.browsing import TITLE, Site, make_articles, one, save


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("hand") / "hand.db", make_articles())


@pytest.fixture(scope="module")
def corpus_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    with open_store(path, create=True) as store:
        source = Source("corpus", "corpus")
        ingest(store, corpus_pages(), source=source, read=read_article, extract=read_claims, rules=rules_hash())
    return path


@pytest.fixture(scope="module")
def corpus(runner: asyncio.Runner, corpus_path: Path) -> Site:
    return Site(runner, corpus_path)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted does not hang on how busy the machine is."""
    monkeypatch.setattr(drawings, "PATIENCE", 60_000)


# The home page


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, hand: Path) -> Site:
    return Site(runner, hand)


HOMES = pytest.mark.parametrize("path", ["/-/ainews/{0}", "/{0}"], ids=["home", "database"])


@HOMES
def test_home_tells_what_the_database_holds(corpus: Site, corpus_path: Path, path: str) -> None:
    words = " ".join(one(corpus.page(path.format("corpus")), ".ainews-lead").get_text().split())
    with sqlite3.connect(corpus_path) as database:
        (sites, days) = database.execute(
            "SELECT count(DISTINCT site), count(DISTINCT nullif(published, '')) FROM articles WHERE site <> ''"
        ).fetchone()
        (claims,) = database.execute("SELECT count(*) FROM claims").fetchone()
        (models,) = database.execute(
            "SELECT count(DISTINCT subject_id) FROM claims WHERE subject_id LIKE 'model:%'"
        ).fetchone()
    assert f"30 articles from {sites} sites of {days} days, " in words
    assert f" {claims} claims on {models} models and" in words


@HOMES
def test_home_has_the_newest_claims_with_their_quotes(corpus: Site, corpus_path: Path, path: str) -> None:
    items = one(corpus.page(path.format("corpus")), ".ainews-quoted").select("li")
    assert len(items) == 8
    with sqlite3.connect(corpus_path) as database:
        (newest,) = database.execute(
            "SELECT max(published) FROM articles JOIN claims ON article_id = articles.id"
        ).fetchone()
        quotes = {quote for (quote,) in database.execute("SELECT quote FROM claims")}
    days = [item.select("p")[-1].get_text().split(" · ")[-1] for item in items]
    assert days[0] == newest
    assert days == sorted(days, reverse=True)
    for item in items:
        assert one(item, ".ainews-words").get_text().strip("“”") in quotes
        for link in item.select("a[href]"):
            corpus.get(str(link["href"]))
    articles = [str(one(item, ".ainews-words")["href"]).split("#")[0] for item in items]
    assert max(articles.count(address) for address in articles) == 2


@HOMES
@pytest.mark.usefixtures("patient")
def test_home_has_the_charts_and_their_scripts(corpus: Site, path: str) -> None:
    page = corpus.page(path.format("corpus"))
    assert len(page.select("table.ainews-chart")) == len(load_charts())
    scripts = [str(script["src"]) for script in page.select("script[src*='ainews-to-sqlite']")]
    assert [script.split("ainews-to-sqlite/")[1].split("?")[0] for script in scripts] == [
        "vendor/d3.min.js", "vendor/plot.umd.min.js", "charts.js",
    ]  # fmt: skip
    for script in [*scripts, scripts[-1].replace("charts.js", "chart_files.js")]:
        assert "javascript" in corpus.get(script).headers["content-type"]


@pytest.mark.usefixtures("patient")
def test_home_of_a_database_without_articles(runner: asyncio.Runner, tmp_path: Path) -> None:
    page = Site(runner, save(tmp_path / "none.db", [])).page("/-/ainews/none")
    assert "0 articles from 0 sites, with 0 claims on 0 models" in " ".join(page.get_text().split())
    assert not page.select("table, .ainews-quoted")


# The search


def test_search_finds_entities_claims_and_articles(site: Site) -> None:
    page = site.page("/-/ainews/hand/search?q=marlin")
    sections = page.select(".ainews-wide section")
    assert [one(section, "h2").get_text() for section in sections] == [
        "Models, organisations, clusters and chips", "Claims", "Articles",
    ]  # fmt: skip
    assert "Marlin-2" in sections[0].get_text()
    assert any("“$5.6 million”" in item.get_text() for item in sections[1].select("li"))
    assert [item.select("a")[0].get_text() for item in sections[2].select("li")] == [TITLE]
    for link in page.select(".ainews-wide section a[href]"):
        site.get(str(link["href"]))


def test_search_knows_a_model_by_its_other_names(corpus: Site) -> None:
    first = corpus.page("/-/ainews/corpus/search?q=R1").select(".ainews-wide section")[0].select("li a")[0]
    assert first.get_text().split() == ["DeepSeek-R1", "model"]


ODD = [
    '"', "'", "*", "(", "AND", "NOT x", "a NEAR/", "title:", "title:cost", "^cost", "-", "{a}", "a AND (b OR", "%", "_",
    "\\", "\x00", "a\x00b", "\ud7ff", "日本", "½", "<script>alert(1)</script>", '" OR 1=1 --', "a" * 5000, "",
    "a " * 2000, " ", "\u202e", "{{ 7 * 7 }}", "+", "cost*", '""', "😀",
]  # fmt: skip


@pytest.mark.parametrize("asked", ODD, ids=range(len(ODD)))
def test_search_that_is_no_syntax_never_fails(site: Site, asked: str) -> None:
    page = site.page(f"/-/ainews/hand/search?{urlencode({'q': asked})}")
    assert one(page, "#ainews-q")["value"] == asked.strip()[:200]
    assert "could not be searched" not in page.get_text()
    assert not page.select(".ainews-wide script, .ainews-wide img, .ainews-wide svg")


WORDS = [
    ("chips 512", True), ("512 chips nothing", False), ("CHIPS", True), ("chip", True), ("Norw", True), ("5.6", True),
    ("chips OR nothing", False), ("NOT chips", False),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "found"), WORDS, ids=[asked for asked, _ in WORDS])
def test_search_is_for_all_words(site: Site, asked: str, found: bool) -> None:
    """None of them is an operator; the last one may be the beginning of a word."""
    articles = site.page(f"/-/ainews/hand/search?{urlencode({'q': asked})}").select(".ainews-wide section")[2]
    assert (TITLE in articles.get_text()) is found


@pytest.mark.parametrize(("asked", "found"), [("%", 0), ("_arlin-2", 0), ("arlin-2", 1)], ids=["%", "_", "middle"])
def test_signs_of_a_name_are_no_wildcards(site: Site, asked: str, found: int) -> None:
    sections = site.page(f"/-/ainews/hand/search?{urlencode({'q': asked})}").select(".ainews-wide section")
    assert len(sections[0].select("li") if sections else []) == found


def test_search_keeps_what_is_private(runner: asyncio.Runner, hand: Path) -> None:
    hidden = {"databases": {"hand": {"tables": {"entities": {"allow": False}}}}}
    page = Site(runner, hand, metadata=hidden).page("/-/ainews/hand/search?q=marlin")
    assert not page.select(".ainews-wide section")[0].select("li")
    hidden = {"databases": {"hand": {"tables": {"claims": {"allow": False}}}}}
    Site(runner, hand, metadata=hidden).get("/-/ainews/hand/search?q=marlin", status=403)


def test_search_leads_to_all_that_it_found(corpus: Site) -> None:
    links = corpus.page("/-/ainews/corpus/search?q=DeepSeek").select(".ainews-wide section > p > a")
    assert {link.get_text() for link in links} >= {"All claims with these words"}
    for link in links:
        corpus.get(str(link["href"]))
