"""The saved queries: each finds what it says that it finds, heeds its parameters, and keeps what is typed as words."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from extractor.articles import read_article
from extractor.browse.charts import load_charts
from extractor.browse.queries import load_queries, read_query
from extractor.engine import ingest
from extractor.errors import DataError
from extractor.pipeline import read_claims
from extractor.records import Article
from extractor.rules import rules_hash
from extractor.sources import corpus_pages
from extractor.store import Source, open_store
from tests.browsing import GOOD_URL, Site, make_articles, make_claim, one, save

QUERIES = {query.name: query for query in load_queries()}
# What these tell of, the corpus has not: pages that changed, reprints, sites that were asked.
OF_FETCHING = {"claims_that_changed", "failing_sources", "pages_refused", "printed_more_than_once"}
Row = dict[str, Any]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def corpus(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    with open_store(path, create=True) as store:
        source = Source("corpus", "corpus")
        ingest(store, corpus_pages(), source=source, read=read_article, extract=read_claims, rules=rules_hash())
    return Site(runner, path)


@pytest.fixture(scope="module")
def followed(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A database that has followed the news: a page has changed, a report was printed again, sites have refused."""
    path = tmp_path_factory.mktemp("followed") / "hand.db"
    original, evil = make_articles()
    reprints = [replace(original[0], url=f"https://{n}.example/", site=f"Paper {n}", canonical=GOOD_URL) for n in "ab"]
    save(path, [original, evil, *((reprint, []) for reprint in reprints)])
    later = replace(original[0], title="Marlin-2 cost $6.2 million")
    costs = make_claim(
        later, "training_cost", "$6.2 million", 6.2e6, "USD", part="title", subject="Marlin-2", currency="USD"
    )
    save(path, [(later, [costs, *original[1][1:]])])
    doubt = Article(
        "https://doubt.example/", "Kell doubts the $6.2 million that Marlin-2 is said to cost.", "Doubts", "Doubter",
        (), "2025-03-01", "en",
    )  # fmt: skip
    denied = make_claim(
        doubt, "training_cost", "$6.2 million", 6.2e6, "USD", subject="Marlin-2", currency="USD", modality="disputed",
        attributed_to="Kell",
    )  # fmt: skip
    save(path, [(doubt, [denied])])
    with sqlite3.connect(path) as connection:
        connection.executescript("""
            INSERT INTO sources (id, kind, location, added, state, failing_since, failure_reason) VALUES
                ('a', 'feed', 'https://gone.example/feed', '2026-01-01', 'followed', '2026-02-01', 'No answer'),
                ('b', 'feed', 'https://fine.example/feed', '2026-01-01', 'followed', '', ''),
                ('c', 'list', 'https://old.example/', '2026-01-01', 'removed', '2026-01-05T10:00:00', 'No answer');
            INSERT INTO addresses (url, host, kind, source_id, state, found, reason) VALUES
                ('https://no.example/1', 'no.example', 'page', 'b', 'refused', '2026-02-01', 'robots.txt'),
                ('https://no.example/2', 'no.example', 'page', 'b', 'refused', '2026-02-01', 'robots.txt'),
                ('https://pay.example/', 'pay.example', 'page', 'b', 'refused', '2026-02-01', 'A paywall'),
                ('https://slow.example/', 'slow.example', 'page', 'b', 'failed', '2026-02-01', 'No answer'),
                ('https://fine.example/', 'fine.example', 'page', 'b', 'done', '2026-02-01', '');
        """)
    connection.close()
    return Site(runner, path)


def test_there_are_enough_saved_queries(corpus: Site) -> None:
    """Datasette 1.0 lists five of them, and the others on the page that it links to."""
    assert len(QUERIES) >= 15
    listed = {link.get_text() for link in corpus.page("/corpus").select("#queries + ul a")}
    assert len(listed) >= 5
    assert listed <= {query.title for query in (*QUERIES.values(), *(chart.query for chart in load_charts()))}


@pytest.mark.parametrize("name", QUERIES)
def test_saved_query_finds_rows_with_its_defaults(corpus: Site, followed: Site, name: str) -> None:
    site, database = (followed, "hand") if name in OF_FETCHING else (corpus, "corpus")
    rows = site.rows(f"/{database}/{name}.json")
    assert rows
    page = site.page(f"/{database}/{name}")
    assert len(page.select("table tbody tr")) == len(rows)
    assert QUERIES[name].title in one(page, "h1").get_text()
    assert QUERIES[name].question in one(page, ".metadata-description").get_text()
    assert {str(field["name"]) for field in page.select("form input[type=text]")} == set(QUERIES[name].parameters)


@pytest.mark.parametrize("name", sorted(OF_FETCHING))
def test_what_the_corpus_has_not_is_no_error(corpus: Site, name: str) -> None:
    assert corpus.rows(f"/corpus/{name}.json") == []


NARROWED: list[tuple[str, Callable[[Row], bool]]] = [
    ("training_cost_by_model?model=GPT-4", lambda row: "GPT-4" in row["model"]),
    ("biggest_clusters?least=200000", lambda row: max(row["chips"] or 0, row["chips_planned"] or 0) >= 200000),
    ("biggest_clusters?chip=h100", lambda row: "H100" in row["chip"]),
    ("models_by_chip?chip=A100", lambda row: row["chip_name"] == "A100"),
    ("chips_made_for_export?rows=3", lambda row: row["chip_name"] in ("H800", "H20", "A800")),
    ("who_says_what?model=R1&speaker=deepseek", lambda row: "R1" in row["subject"] and row["speaker"] == "DeepSeek"),
    ("who_disputes_whom?model=GPT", lambda row: "GPT" in row["subject"]),
    ("disputed_or_denied?model=deepseek", lambda row: "deepseek" in row["subject"].lower()),
    ("built_from?base=llama", lambda row: "llama" in row["built_from"].lower()),
    ("distilled_from?teacher=nemotron", lambda row: "nemotron" in row["distilled_from"].lower()),
    ("first_mention_of_techniques?technique=distill", lambda row: row["technique"] == "distillation"),
    ("latest_claims?predicate=power", lambda row: row["predicate_label"] == "Power"),
    ("reports_that_differ?ratio=4", lambda row: row["ratio"] >= 4 and row["highest"] >= 4 * row["lowest"]),
    ("cost_per_chip_hour?model=llama", lambda row: "llama" in row["model"].lower()),
    ("claims_by_site?since=2025-06", lambda row: row["first_article"] >= "2025-06"),
    ("announced_power?owner=anthropic", lambda row: "anthropic" in row["subject"].lower()),
    ("new_since?rows=7", lambda row: row["stored"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "fits"), NARROWED, ids=[path for path, _ in NARROWED])
def test_saved_query_heeds_its_parameters(corpus: Site, path: str, fits: Callable[[Row], bool]) -> None:
    every = corpus.rows(f"/corpus/{path.split('?')[0]}.json")
    rows = corpus.rows(f"/corpus/{path.replace('?', '.json?')}")
    assert rows
    assert all(map(fits, rows))
    assert not all(map(fits, every)) or len(rows) < len(every)


def test_chips_of_several_names(corpus: Site) -> None:
    chips = {row["chip_name"] for row in corpus.rows("/corpus/models_by_chip.json?chip=H800,+V100")}
    assert chips == {"H800", "V100"}
    every = {row["chip_name"] for row in corpus.rows("/corpus/models_by_chip.json?chip=%25")}
    assert chips < every


def test_cost_of_a_chip_hour_is_the_quotient(corpus: Site) -> None:
    for row in corpus.rows("/corpus/cost_per_chip_hour.json"):
        assert row["cost_per_chip_hour"] == round(row["training_cost"] / row["chip_hours"], 2)


def test_costs_agree_with_the_view_of_models(corpus: Site) -> None:
    view = {
        row["subject_id"]: row for row in corpus.rows("/corpus/model_facts.json?training_cost__notnull=1&_size=max")
    }
    rows = {row["subject_id"]: row for row in corpus.rows("/corpus/training_cost_by_model.json")}
    assert len(view) > 10
    for name, row in view.items():
        assert (rows[name]["lowest_cost"], rows[name]["highest_cost"]) == (
            row["training_cost_low"],
            row["training_cost_high"],
        )


def test_clusters_agree_with_the_view_of_clusters(corpus: Site) -> None:
    view = {row["subject_id"]: row for row in corpus.rows("/corpus/cluster_facts.json?_size=max")}
    rows = corpus.rows("/corpus/biggest_clusters.json")
    assert len(rows) > 10
    for row in rows:
        assert (row["chips"], row["chips_planned"]) == (
            view[row["subject_id"]]["chips"],
            view[row["subject_id"]]["chips_planned"],
        )
    with_chips = [row for row in view.values() if row["chips"] or row["chips_planned"]]
    assert {row["subject_id"] for row in rows} == {row["subject_id"] for row in with_chips}


# What has been followed


def test_claims_that_changed_tell_before_and_after(followed: Site) -> None:
    (row,) = followed.rows("/hand/claims_that_changed.json")
    assert (row["subject"], row["quote_before"], row["quotes_now"]) == ("Marlin-2", "$5.6 million", "$6.2 million")
    assert followed.rows("/hand/claims_that_changed.json?since=2999") == []


def test_reprints_are_told_once_with_who_printed_them(followed: Site) -> None:
    (row,) = followed.rows("/hand/printed_more_than_once.json")
    assert (row["copies"], row["printed_again_by"], row["claims"]) == (2, "Paper a, Paper b", 10)


def test_who_disputes_has_whom(followed: Site) -> None:
    row = followed.rows("/hand/who_disputes_whom.json")[0]
    assert (row["who"], row["whom"], row["value"]) == ("Kell", "News & Co", 6.2e6)


def test_track_record_counts_what_is_doubted(followed: Site) -> None:
    rows = {row["site"]: row for row in followed.rows("/hand/track_record_of_sites.json")}
    assert (rows["News & Co"]["disputed_or_denied"], rows["News & Co"]["articles_changed"]) == (1, 1)


def test_sources_that_fail(followed: Site) -> None:
    """One that does well, and one that is followed no more, are none of them."""
    rows = followed.rows("/hand/failing_sources.json")
    assert [(row["location"], row["failure_reason"]) for row in rows] == [("https://gone.example/feed", "No answer")]
    assert followed.rows("/hand/failing_sources.json?kind=sitemap") == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", [("no.example", "robots.txt", 2), ("pay.example", "A paywall", 1)]),
        ("?host=pay", [("pay.example", "A paywall", 1)]),
        ("?state=failed", [("slow.example", "No answer", 1)]),
        ("?state=gone", []),
    ],
)
def test_pages_that_were_refused(followed: Site, asked: str, found: list[tuple[str, str, int]]) -> None:
    rows = followed.rows(f"/hand/pages_refused.json{asked}")
    assert [(row["host"], row["reason"], row["pages"]) for row in rows] == found


def test_new_since_goes_by_when_it_was_stored(followed: Site) -> None:
    """The last run has stored one claim; of the articles' own dates, all are older than the day asked for."""
    assert [row["quote"] for row in followed.rows("/hand/new_since.json")] == ["$6.2 million"]
    assert len(followed.rows("/hand/new_since.json?since=2026-01-01")) > 10
    assert followed.rows("/hand/new_since.json?since=2999") == []


# What is typed, and what is written wrongly

TYPED = ["' OR 1=1 --", '"', "\\", '"], "a', "%", "_", "[", "'", "1e999", "-1", "\u2028", "x" * 5000]


@pytest.mark.parametrize("words", TYPED, ids=[repr(words[:12]) for words in TYPED])
def test_what_is_typed_stays_words(corpus: Site, words: str) -> None:
    """Whatever stands in a field, the query answers."""
    for query in QUERIES.values():
        fields = {name: words for name in query.parameters if name not in ("rows", "articles")}
        url = corpus.datasette.urls.path(f"/corpus/{query.name}.json")
        response = corpus.runner.run(corpus.datasette.client.get(url, params={**fields, "_shape": "array"}))
        assert response.status_code == 200, (query.name, response.text[:300])
    assert corpus.rows("/corpus/training_cost_by_model.json?model='+OR+1=1+--") == []


BAD_QUERIES = [
    ("-- title: A\nSELECT 1", "title, question, and its SQL"),
    ("-- title: A\n-- question: B?\nSELECT :x", ":x"),
    ("-- title: A\n-- question: B?\n-- :x: what\nSELECT 1", ":x"),
    ("-- title: A\n-- title: B\nSELECT 1", "each key once"),
    ("-- title: A\n-- question: B?\n", "its SQL"),
    ("-- nothing\nSELECT 1", "each key once"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), BAD_QUERIES, ids=[repr(text[:30]) for text, _ in BAD_QUERIES])
def test_bad_query_file_is_told(text: str, words: str) -> None:
    with pytest.raises(DataError, match=re.escape(words)) as caught:
        read_query("a", text)
    assert caught.value.where == "a.sql"


def test_tables_of_a_query_are_those_of_the_database() -> None:
    sql = "WITH RECURSIVE a AS (SELECT 1 FROM b),\nc (x) AS (SELECT 1 FROM json_each('')),\nd AS MATERIALIZED (SELECT)"
    query = read_query("a", f"-- title: A\n-- question: B?\n{sql}\nSELECT 1 FROM a JOIN c JOIN d JOIN e")
    assert query.tables == {"b", "e"}
