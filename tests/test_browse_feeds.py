"""Atom feeds of tables, views and saved queries: well-formed, of stable ids and times, leading to the web only."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from extractor.browse.queries import load_queries
from tests.browsing import GOOD_URL, Site, article_address, make_articles, save

NS = {"a": "http://www.w3.org/2005/Atom"}
GOOD = make_articles()[0][0]
POWER = next(claim for claim in make_articles()[0][1] if claim.predicate == "power")


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(runner, save(tmp_path_factory.mktemp("hand") / "hand.db", make_articles()))


def read_feed(site: Site, path: str) -> ElementTree.Element:
    response = site.get(path)
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.text)
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    return feed


TABLES = ["claims", "claims_flat", "claims_once", "articles", "entities", "evidence", "pages", "runs", "sources",
          "predicates", "model_facts", "cluster_facts", "who_says", "disagreements", "versions"]  # fmt: skip


@pytest.mark.parametrize("name", [*TABLES, *(query.name for query in load_queries())])
def test_everything_has_a_feed(site: Site, name: str) -> None:
    """As many entries as JSON has rows, each with what RFC 4287 asks for, and none twice."""
    feed = read_feed(site, f"/hand/{name}.atom")
    entries = feed.findall("a:entry", NS)
    assert len(entries) == len(site.rows(f"/hand/{name}.json"))
    ids = [entry.findtext("a:id", "", NS) for entry in entries]
    assert len(set(ids)) == len(ids)
    for element in (feed, *entries):
        assert element.findtext("a:title", "", NS)
        assert len(element.findtext("a:updated", "", NS)) == len("2025-01-28T00:00:00Z")
        for link in element.findall("a:link", NS):
            assert link.attrib["href"].startswith(("http://localhost/", "https://news.example/"))


@pytest.mark.parametrize("path", ["/hand/claims_flat.atom?predicate=power", "/hand/latest_claims.atom?predicate=power"])
def test_entry_of_a_claim(site: Site, path: str) -> None:
    (entry,) = read_feed(site, path).findall("a:entry", NS)
    assert entry.findtext("a:id", "", NS) == f"urn:ainews:claim:{POWER.id}"
    assert entry.findtext("a:title", "", NS) == "Norwind: power 1 GW to 2 GW"
    assert entry.findtext("a:updated", "", NS) == "2025-01-28T00:00:00Z"
    links = {link.attrib["rel"]: link.attrib["href"] for link in entry.findall("a:link", NS)}
    assert links["alternate"] == f"http://localhost{article_address(GOOD)}#claim-{POWER.id}"
    assert "between 1 and 2 GW" in entry.findtext("a:content", "", NS)


def test_entry_of_an_article_leads_to_its_page_and_to_where_it_was_published(site: Site) -> None:
    (entry,) = read_feed(site, "/hand/articles.atom?site=News+%26+Co&_labels=on").findall("a:entry", NS)
    links = {link.attrib["rel"]: link.attrib["href"] for link in entry.findall("a:link", NS)}
    assert links == {"alternate": f"http://localhost{article_address(GOOD)}", "related": GOOD_URL}


def test_feed_without_rows_is_one(site: Site) -> None:
    feed = read_feed(site, "/hand/claims.atom?predicate=none")
    assert feed.findtext("a:updated", "", NS) == "1970-01-01T00:00:00Z"
    assert feed.findtext("a:title", "", NS) == "Claims, as stored (hand)"


def test_ids_and_times_are_those_of_the_last_visit(site: Site) -> None:
    first, second = (site.get("/hand/claims_flat.atom").text for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select '<script>alert(1)</script>' as title", "<script>alert(1)</script>"),
        ("select 'a' || char(1) || char(65535) || 'b' as title", "a\ufffd\ufffdb"),
        ("select ']]>&amp;' as title", "]]>&amp;"),
        ("select x'00ff' as data", "2 bytes"),
        ("select 1e999 as value, 'x' as claim_id, 'power' as predicate", "Unnamed: power inf"),
        ("select null as a", "A row"),
    ],
)
def test_words_stay_words(site: Site, sql: str, words: str) -> None:
    response = site.get(f"/hand.atom?sql={sql.replace(' ', '+').replace('&', '%26').replace('||', '%7C%7C')}")
    (entry,) = ElementTree.fromstring(response.text).findall("a:entry", NS)
    assert entry.findtext("a:title", "", NS) == words
    assert "<script" not in response.text


@pytest.mark.parametrize(
    ("told", "time"),
    [
        ("2025", "2025-01-01T00:00:00Z"), ("2025-03", "2025-03-01T00:00:00Z"), ("2025-13", "1970-01-01T00:00:00Z"),
        ("2025-03-04T05:06:07+00:00", "2025-03-04T05:06:07Z"), ("soon", "1970-01-01T00:00:00Z"),
        ("2025-03-04 05:06", "2025-03-04T05:06:00Z"),
    ],
)  # fmt: skip
def test_times_are_whole(site: Site, told: str, time: str) -> None:
    feed = read_feed(site, f"/hand.atom?sql=select+'{told.replace('+', '%2B').replace(' ', '+')}'+as+published")
    assert feed.findtext("a:entry/a:updated", "", NS) == time


def test_page_leads_to_its_feed(site: Site) -> None:
    page = site.page("/hand/claims_flat")
    assert any(".atom" in str(link["href"]) for link in page.select("p.export-links a"))
    page = site.page("/hand/latest_claims")
    assert any(".atom" in str(link["href"]) for link in page.select("p.export-links a"))


def test_databases_of_others_have_none(runner: asyncio.Runner, site: Site, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY)")
    connection.close()
    other = Site(runner, tmp_path / "other.db")
    other.get("/other/things.atom", 404)
    soup = BeautifulSoup(other.get("/other/things").text, "html.parser")
    assert not [link for link in soup.select("a") if ".atom" in str(link.get("href", ""))]
