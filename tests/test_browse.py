"""The plugin for Datasette: what its pages show, that they show it exactly, and that hostile words stay words.

Nothing here is special to one line of Datasette: `test_next_line` runs this file, and all others of the name
``test_browse*.py``, under the pre-release of 1.0.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup, Tag
from datasette.app import Datasette
from markupsafe import Markup

from extractor.articles import read_article
from extractor.browse import home
from extractor.browse.cards import read_authors
from extractor.browse.cells import is_web_address, link_out, shorten
from extractor.browse.databases import find_databases, our_databases
from extractor.browse.labels import label_database
from extractor.engine import ingest
from extractor.figures import write_exact, write_figure, write_value
from extractor.highlights import Mark, cut_paragraphs, cut_text
from extractor.pipeline import read_claims
from extractor.records import Article, Claim
from extractor.rules import rules_hash
from extractor.schema import load_predicates
from extractor.sources import corpus_pages
from extractor.store import Source, open_store
from tests.browsing import GOOD_URL, TEXT, TITLE, Site, article_address, make_articles, one, save, text_of


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("hand") / "hand.db", make_articles())


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, hand: Path) -> Site:
    return Site(runner, hand)


@pytest.fixture(scope="module")
def corpus(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    with open_store(path, create=True) as store:
        source = Source("corpus", "corpus")
        ingest(store, corpus_pages(), source=source, read=read_article, extract=read_claims, rules=rules_hash())
    return Site(runner, path)


GOOD, EVIL = (article for article, _ in make_articles())
CASES = [(article, claim) for article, claims in make_articles() for claim in claims]
CASE_IDS = [f"{'good' if article is CASES[0][0] else 'evil'}-{claim.predicate}" for article, claim in CASES]


# The article page


@pytest.mark.parametrize(("article", "claim"), CASES, ids=CASE_IDS)
def test_article_page_marks_the_exact_words(site: Site, article: Article, claim: Claim) -> None:
    page = site.page(article_address(article))
    part = one(page, ".ainews-title" if claim.part == "title" else ".ainews-text")
    assert text_of(part, "data-claims", claim.id) == claim.quote
    other = one(page, ".ainews-text" if claim.part == "title" else ".ainews-title")
    assert text_of(other, "data-claims", claim.id) == ""


@pytest.mark.parametrize("article", [GOOD, EVIL], ids=["good", "evil"])
def test_article_page_has_the_whole_text_and_no_other(site: Site, article: Article) -> None:
    page = site.page(article_address(article))
    assert one(page, ".ainews-text").get_text() == article.text
    assert one(page, ".ainews-title").get_text() == article.title


@pytest.mark.parametrize(("article", "claim"), CASES, ids=CASE_IDS)
def test_article_page_ties_words_and_claim_together(site: Site, article: Article, claim: Claim) -> None:
    """The number in the text leads to the claim, the claim's quote back to the text, and a link to its row."""
    page = site.page(article_address(article))
    card = one(page, f"#claim-{claim.id}")
    assert one(page, f"#quote-{claim.id}").find_parent("mark")
    number = one(page, f'a.ainews-number[href="#claim-{claim.id}"]')
    assert number["data-number"] == one(card, ".ainews-badge").get_text()
    assert one(card, ".ainews-quote a")["href"] == f"#quote-{claim.id}"
    assert claim.quote in one(card, ".ainews-quote").get_text()
    row = one(card, ".ainews-more a")["href"]
    assert claim.id in one(site.page(str(row)), "h1").get_text()


def test_claims_in_the_same_place_are_all_numbered(site: Site) -> None:
    page = site.page(article_address(GOOD))
    mark = next(mark for mark in page.select("mark") if mark.get_text() == "Llama 3")
    assert len(str(mark["data-claims"]).split()) == 3
    assert len(mark.select("a.ainews-number")) == 3
    assert "ainews-overlap" in mark["class"]


def test_shortest_claim_gives_the_colour(site: Site) -> None:
    marks = {mark.get_text(): mark["data-predicate"] for mark in site.page(article_address(GOOD)).select("mark")}
    assert (marks["512 "], marks["H800"], marks["distilled"]) == ("chip_count", "chip_model", "technique")
    assert marks[" from "] == "base_model"


def test_claims_of_the_title_come_first(site: Site) -> None:
    assert CASES[10][1].start > CASES[11][1].start
    cards = site.page(article_address(EVIL)).select(".ainews-card")
    assert [str(card["id"]) for card in cards] == [f"claim-{claim.id}" for _, claim in CASES[10:]]
    assert [one(card, ".ainews-badge").get_text() for card in cards] == ["1", "2", "3"]


def test_marks_never_nest(site: Site) -> None:
    assert not site.page(article_address(GOOD)).select("mark mark")


FACTS = [
    ("training_cost", {"Value": "5,600,000 USD", "Subject": "Marlin-2", "Said by": "the article"}),
    ("chip_count", {"Value": "512 chips", "Chip": "H800", "Said by": "Norwind", "Rule": "chip_count/stated"}),
    ("training_tokens", {"Value": "14.8 trillion tokens 14,800,000,000,000", "Stage": "pretraining"}),
    ("training_time", {"Value": "80 hours (3.3 days)", "Modality": "disputed", "Comparator": "eq"}),
    ("power", {"Value": "1 GW to 2 GW 1,000,000,000 to 2,000,000,000", "Confidence": "88%", "Comparator": "range"}),
    ("technique", {"Value": "distillation", "As written": "distilled", "Confidence": "not measured"}),
    ("parameters", {"Value": "about 7.1 billion parameters 7,100,000,000", "Comparator": "approx"}),
    ("training_compute", {"Value": "at least 3.8 × 10²⁵ FLOP"}),
]  # fmt: skip


@pytest.mark.parametrize(("predicate", "facts"), FACTS, ids=[predicate for predicate, _ in FACTS])
def test_article_page_tells_each_slot(site: Site, predicate: str, facts: dict[str, str]) -> None:
    claim = next(claim for article, claim in CASES if article.url == GOOD_URL and claim.predicate == predicate)
    card = one(site.page(article_address(GOOD)), f"#claim-{claim.id}")
    told = {
        one(pair, "dt").get_text(): " ".join(one(pair, "dd").get_text().split())
        for pair in card.select(".ainews-facts div")
    }
    assert {key: told.get(key) for key in facts} == facts
    assert one(card, ".ainews-kind b").get_text() == load_predicates()[predicate].label


def test_article_page_names_its_source(site: Site) -> None:
    article = one(site.page(article_address(GOOD)), "article.ainews-article")
    assert article["lang"] == "en"
    byline = one(article, ".ainews-byline")
    assert [span.get_text() for span in byline.select(":scope > span")][:3] == [
        "News & Co",
        "Bo Lind, Cy Oh",
        "2025-01-28",
    ]
    out = one(byline, "a.ainews-out")
    assert out["href"] == GOOD_URL
    assert {"noopener", "noreferrer"} <= set(out["rel"])


@pytest.fixture(scope="module")
def printed(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A report that others print again, the hostile article among them."""
    original, evil = make_articles()
    copies = [replace(original[0], url=f"https://{n}.example/", canonical=GOOD_URL) for n in range(6)]
    copies.append(replace(evil[0], canonical=GOOD_URL))
    return Site(
        runner, save(tmp_path_factory.mktemp("printed") / "hand.db", [original, *((article, []) for article in copies)])
    )


def test_article_page_leads_from_a_copy_to_its_original(printed: Site) -> None:
    note = one(printed.page(article_address(EVIL)), ".ainews-copy")
    assert note.get_text() == f"A copy of {TITLE} (News & Co): the two count as one report."
    assert one(note, "a")["href"] == article_address(GOOD)


def test_article_page_leads_from_an_original_to_its_copies(printed: Site) -> None:
    note = one(printed.page(article_address(GOOD)), ".ainews-copy")
    assert note.get_text().endswith(" and 2 more: all of them count as one report.")
    assert len(note.select("a")) == 5
    assert {str(link["href"]) for link in note.select("a")} < {
        f"/-/ainews/hand/article/{name}" for name in copies_of(printed)
    }


def copies_of(site: Site) -> set[str]:
    return {str(row["article_id"]) for row in site.rows("/hand/copies.json")}


def test_article_page_tells_no_copies_where_there_are_none(site: Site) -> None:
    assert not site.page(article_address(GOOD)).select(".ainews-copy")


def test_private_copies_are_not_led_to(runner: asyncio.Runner, printed: Site) -> None:
    hidden = {"databases": {"hand": {"tables": {"copies": {"allow": {"id": "root"}}}}}}
    path = Path(str(printed.datasette.get_database("hand").path))
    assert not Site(runner, path, metadata=hidden).page(article_address(GOOD)).select(".ainews-copy")


def test_article_page_has_a_legend_of_what_is_on_it(site: Site) -> None:
    page = site.page(article_address(EVIL))
    told = {one(item, ".ainews-swatch").get_text() for item in page.select(".ainews-legend li")}
    assert told == {"Training cost", "Number of chips", "Technique"}
    for mark in page.select("mark.ainews-mark"):
        hue = next(name for name in mark["class"] if name.startswith("ainews-hue-"))
        assert page.select(f".ainews-legend .{hue}")


@pytest.mark.parametrize(
    "path", ["/-/ainews/hand/article/none", "/-/ainews/none/article/none", "/-/ainews/_memory/article/x"]
)
def test_article_page_that_is_not_there(site: Site, path: str) -> None:
    site.get(path, 404)


# Hostile words

PAGES = {
    "article": article_address(EVIL),
    "articles": "/hand/articles",
    "row of the article": f"/hand/articles/{EVIL.id}",
    "claims": "/hand/claims",
    "claims_flat": "/hand/claims_flat",
    "row of a title claim": f"/hand/claims/{CASES[10][1].id}",
    "row of a text claim": f"/hand/claims/{CASES[11][1].id}",
    "row of a named claim": f"/hand/claims/{CASES[12][1].id}",
    "evidence": "/hand/evidence",
    "entities": "/hand/entities",
    "latest claims": "/hand/latest_claims",
    "costs": "/hand/training_cost_by_model",
    "custom sql": "/hand?sql=select+*+from+claims_flat",
    "database": "/hand",
}  # fmt: skip


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_hostile_words_stay_words(site: Site, path: str) -> None:
    soup = site.page(path)
    for script in soup.select("script"):
        # Datasette 1.0 puts rows into a script of its own, as JSON in which no tag can stand.
        assert "alert(" not in script.get_text() or "<script" not in script.get_text().replace("\\u003c", "")
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") and tag[name] != "openColumnChooser()"], tag
        for name in ("href", "src", "action"):
            assert not str(tag.get(name, "")).strip().lower().startswith(("javascript:", "data:", "vbscript:")), tag
    assert not soup.select("img, svg[onload], i[onclick], b[onmouseover], u, [autofocus]")
    assert str(7919 * 7919) not in soup.get_text()


@pytest.mark.parametrize("path", [*PAGES.values(), article_address(GOOD)], ids=[*PAGES, "good article"])
def test_pages_load_nothing_from_elsewhere(site: Site, path: str) -> None:
    soup = site.page(path)
    # Datasette names the JSON of a page by its whole address, on the host that was asked.
    elsewhere = re.compile(r"(?:\w+:)?//(?!localhost/)")
    tags = soup.find_all(["link", "script", "img", "iframe", "source", "object", "embed"])
    loads = [str(tag[name]) for tag in tags for name in ("href", "src", "data") if tag.get(name)]
    assert [url for url in loads if elsewhere.match(url)] == []
    leads = {str(tag["href"]) for tag in soup.select("a[href]") if elsewhere.match(str(tag["href"]))}
    assert leads <= {GOOD_URL, "https://datasette.io/"}


def test_stylesheet_is_served_and_alone(site: Site) -> None:
    css = site.get("/-/static-plugins/ainews-to-sqlite/browse.css").text
    assert "ainews-mark" in css
    assert not re.search(r"@import|url\(|https?:", css)
    sheets = [str(tag["href"]) for tag in site.page(article_address(GOOD)).select("link[rel=stylesheet]")]
    assert any("/-/static-plugins/ainews-to-sqlite/browse.css" in sheet for sheet in sheets)


ADDRESSES = [
    ("https://a.example/1", True), ("http://a.example", True), ("HTTPS://A.example/x?y=1", True),
    ("javascript:alert(1)", False), ("java\nscript:alert(1)", False), (" https://a.example", False),
    ("https://a.example/\n", False), ("//a.example", False), ("https:", False), ("https://[", False),
    ("data:text/html,x", False), ("file:///etc/passwd", False), ("", False), ("\x01javascript:alert(1)", False),
]  # fmt: skip


@pytest.mark.parametrize(("url", "good"), ADDRESSES, ids=[repr(url) for url, _ in ADDRESSES])
def test_only_web_addresses_are_linked(url: str, good: bool) -> None:
    assert is_web_address(url) is good
    assert ("href" in link_out(url)) is good


# The page of a claim's row


def test_claim_row_marks_the_evidence(site: Site) -> None:
    claim = next(claim for _, claim in CASES if claim.predicate == "chip_count")
    panel = one(site.page(f"/hand/claims/{claim.id}"), ".ainews-claim")
    sentence = one(panel, ".ainews-sentence")
    assert sentence.get_text() == TEXT[claim.sentence_start : claim.sentence_end]
    for role, words in (("quote", claim.quote), ("value", claim.quote), ("chip", "H800"), ("speaker", "Norwind")):
        assert text_of(sentence, "data-roles", role) == words
    # The subject stands in the title alone.
    assert text_of(one(panel, ".ainews-elsewhere"), "data-roles", "subject") == "Marlin-2"
    assert article_address(GOOD) + f"#claim-{claim.id}" in {str(link["href"]) for link in panel.select("a")}
    assert "chip_count/stated" in panel.get_text()


@pytest.mark.parametrize(("article", "claim"), CASES, ids=CASE_IDS)
def test_claim_row_marks_the_quote_in_its_sentence(site: Site, article: Article, claim: Claim) -> None:
    sentence = one(site.page(f"/hand/claims/{claim.id}"), ".ainews-sentence")
    whole = article.title if claim.part == "title" else article.text
    assert sentence.get_text() == whole[claim.sentence_start : claim.sentence_end]
    assert text_of(sentence, "data-roles", "quote") == text_of(sentence, "data-roles", "value") == claim.quote


def test_claim_row_tells_what_its_rule_says(corpus: Site) -> None:
    row = corpus.rows("/corpus/claims.json?rule=training_cost/cost_to_train&_size=1")[0]
    panel = one(corpus.page(f"/corpus/claims/{row['id']}"), ".ainews-claim")
    assert one(panel, ".ainews-says").get_text(strip=True).startswith("The rule: ")


def test_article_row_leads_to_the_article_page(site: Site) -> None:
    lead = one(site.page(f"/hand/articles/{GOOD.id}"), ".ainews-lead a")
    assert lead["href"] == article_address(GOOD)


@pytest.mark.parametrize("table", ["entities", "predicates", "sources", "runs"])
def test_other_rows_are_as_datasette_has_them(site: Site, table: str) -> None:
    key = site.runner.run(site.datasette.get_database("hand").execute(f"SELECT * FROM {table}")).first()[0]
    path = site.datasette.urls.table("hand", table)
    from datasette.utils import tilde_encode

    assert not site.page(f"{path}/{tilde_encode(str(key))}").select(".ainews-claim, .ainews-lead")


def test_words_that_are_gone_are_not_marked(runner: asyncio.Runner, tmp_path: Path) -> None:
    """A database changed by another program, without its triggers: the claim is told, and no other words are marked."""
    path = save(tmp_path / "hand.db", make_articles())
    claim = next(claim for _, claim in CASES if claim.predicate == "training_time")
    with sqlite3.connect(path) as connection:
        for name in [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute('UPDATE claims SET start = start + 1, "end" = "end" + 1 WHERE id = ?', [claim.id])
    connection.close()
    page = Site(runner, path).page(article_address(GOOD))
    assert text_of(one(page, ".ainews-text"), "data-claims", claim.id) == ""
    assert "does not have these words" in one(page, f"#claim-{claim.id}").get_text()


# Cells


def cells(site: Site, path: str, column: str) -> list[Tag]:
    return site.page(path).select(f"td.col-{column}")


CELLS = [
    ("/hand/claims_flat?predicate=training_cost&subject=Marlin-2", "value", "5,600,000 USD"),
    ("/hand/claims_flat?predicate=training_tokens", "value", "14.8 trillion tokens 14,800,000,000,000"),
    ("/hand/claims_flat?predicate=power", "high", "2 GW 2,000,000,000"),
    ("/hand/claims_flat?predicate=base_model", "value", "Llama 3"),
    ("/hand/model_facts?subject_id=model:marlin-2", "training_cost", "5,600,000 USD"),
    ("/hand/model_facts?subject_id=model:marlin-2", "training_tokens", "14.8 trillion tokens 14,800,000,000,000"),
    ("/hand/who_says?speaker=Ada+Byrne", "value", "1 GW 1,000,000,000"),
    ("/hand?sql=select+power_planned+from+cluster_facts+where+name='Norwind'", "power_planned", "1.5 GW 1,500,000,000"),
    ("/hand?sql=select+2+as+value,+'chips'+as+unit", "value", "2 chips"),
    ("/hand?sql=select+2+as+value", "value", "2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "column", "shown"), CELLS, ids=[f"{path[1:40]}-{column}" for path, column, _ in CELLS]
)
def test_numbers_are_shown_with_their_unit(site: Site, path: str, column: str, shown: str) -> None:
    assert [" ".join(cell.get_text().split()) for cell in cells(site, path, column)] == [shown]


def test_json_keeps_the_bare_value(site: Site) -> None:
    row = site.rows("/hand/claims_flat.json?predicate=training_tokens")[0]
    assert (row["value"], row["quote"], row["article_id"]) == (1.48e13, "14.8 trillion tokens\nfor 80", GOOD.id)


LINKS = [
    ("/hand/claims_flat?predicate=power", "id", "/-/ainews/hand/claim/{claim}"),
    ("/hand/claims_flat?predicate=power", "quote", "{article}#claim-{claim}"),
    ("/hand/claims_flat?predicate=power", "title", "{article}#claim-{claim}"),
    ("/hand/claims_flat?predicate=power", "article_id", "{article}"),
    ("/hand/claims_flat?predicate=power", "url", GOOD_URL),
    ("/hand/claims_flat?predicate=power", "subject_id", "/-/ainews/hand/subject/{subject}"),
    ("/hand/claims?predicate=power", "article_id", "{article}"),
    ("/hand/claims?predicate=power", "quote", "{article}#claim-{claim}"),
    ("/hand/who_says?speaker=Ada+Byrne", "claim_id", "/-/ainews/hand/claim/{claim}"),
    ("/hand/who_says?speaker=Ada+Byrne", "quote", "{article}#claim-{claim}"),
    ("/hand/latest_claims?predicate=power", "claim_id", "/-/ainews/hand/claim/{claim}"),
    ("/hand/articles?site=News+%26+Co", "title", "{article}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "column", "address"), LINKS, ids=[f"{path.split('?')[0][1:]}-{column}" for path, column, _ in LINKS]
)
def test_cells_lead_on(site: Site, path: str, column: str, address: str) -> None:
    claim = next(claim for _, claim in CASES if claim.predicate == "power")
    wanted = address.format(claim=claim.id, article=article_address(GOOD), subject=claim.subject_id.replace(":", "~3A"))
    (cell,) = cells(site, path, column)
    assert one(cell, "a")["href"] == wanted
    if wanted.startswith("/"):
        site.get(wanted)


def test_foreign_keys_show_the_label_of_their_article(site: Site) -> None:
    """Datasette hands a dictionary to the plugin where it has looked the label up."""
    (cell,) = cells(site, "/hand/claims?predicate=power", "article_id")
    assert cell.get_text() == TITLE


def test_long_words_are_cut_and_whole_in_the_tip() -> None:
    words = "so many words " * 20
    shown = BeautifulSoup(shorten(words), "html.parser").span
    assert shown is not None
    assert shown["title"] == words
    assert len(shown.get_text()) < 110
    assert shown.get_text().removesuffix(" …") in words
    assert shorten("<b>short</b>") == Markup("&lt;b&gt;short&lt;/b&gt;")


OTHER_USES = [
    "select count(article_id) as article_id, count(*) as claim_id from claims",
    "select 1.5 as article_id, 'q' as quote, 't' as title, 2 as claim_id",
    "select null as article_id, null as claim_id, 'q' as quote, 't' as title",
    "select x'00ff' as article_id, x'00ff' as claim_id, 'q' as quote, 't' as title",
    "select 1e999 as value, 2 as unit, -1e999 as high, 'x' as training_cost",
    "select 1 as url, 2 as location, 3 as quote, 4 as sentence, 5 as subject_id, 6 as authors, 7 as text",
    "select 1 as article_id, 2 as article_id",
]


@pytest.mark.parametrize("sql", OTHER_USES)
def test_names_of_ours_that_a_query_uses_otherwise(site: Site, sql: str) -> None:
    page = site.page(f"/hand?{urlencode({'sql': sql})}")
    assert len(page.select("table tbody tr")) == 1
    assert not page.select("tbody a[href*='/-/ainews/'], tbody a[href*='/claims/']")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("claims_flat", "id"), ("claims_flat", "article_id"), ("claims_flat", "unit"), ("who_says", "claim_id"),
        ("who_says", "article_id"), ("claims", "article_id"), ("claims", "unit"), ("articles", "title"),
    ],
)  # fmt: skip
def test_hidden_columns_do_no_harm(site: Site, table: str, column: str) -> None:
    """A key that the row lacks makes no link; what else it has is shown."""
    page = site.page(f"/hand/{table}?_nocol={column}")
    assert page.select("table tbody tr")
    assert not page.select(f"td.col-{column}")


def test_list_of_articles_opens_each_and_leads_on(corpus: Site) -> None:
    row = corpus.rows("/corpus/articles.json?_size=1")[0]
    assert len(row["text"]) > 1000
    (cell,) = cells(corpus, "/corpus/articles?_size=1", "text")
    link = one(cell, "a").extract()
    assert link["href"] == f"/-/ainews/corpus/article/{row['id']}"
    opening = cell.get_text().strip().removesuffix("…").strip()
    assert 200 < len(opening) < 300
    assert row["text"].startswith(opening)


def test_list_of_articles_has_names_and_no_json(site: Site) -> None:
    shown = {cell.get_text().strip() for cell in cells(site, "/hand/articles", "authors")}
    assert shown == {"Bo Lind, Cy Oh", '"><script>alert(7)</script>'}


# Labels, facets, search


def test_tables_have_titles_descriptions_and_units(site: Site) -> None:
    page = site.page("/hand/model_facts")
    assert "Models, side by side" in one(page, "h1").get_text()
    assert "Where reports differ, the median" in one(page, ".metadata-description").get_text()
    assert "(USD)" in one(page, ".column-descriptions").get_text()
    assert "(USD)" in str(one(page, 'th[data-column="training_cost"]')["data-column-description"])


def test_claims_have_their_facets(site: Site) -> None:
    facets = site.get("/hand/claims_flat.json?_extra=facet_results").json()["facet_results"]
    results = facets.get("results", facets)
    assert set(results) == {"predicate_label", "chip", "modality", "site"}
    counts = {row["value"]: row["count"] for row in results["predicate_label"]["results"]}
    assert counts["Training cost"] == 2


@pytest.mark.parametrize(
    ("path", "column", "found"),
    [
        ("/hand/claims_flat.json?_search=distilled", "predicate", {"base_model", "technique"}),
        ("/hand/claims.json?_search=byrne", "predicate", {"power"}),
        ("/hand/articles.json?_search=rocketry", "url", set()),
        ("/hand/articles.json?_search=chip+norwind", "url", {GOOD_URL}),
    ],
    ids=["view", "table", "nothing", "article"],
)
def test_search_finds_words(site: Site, path: str, column: str, found: set[str]) -> None:
    assert {row[column] for row in site.rows(path)} == found


def test_search_has_a_box(site: Site) -> None:
    for table in ("articles", "claims", "claims_flat"):
        assert site.page(f"/hand/{table}").select("input[name=_search]")


def test_newest_comes_first(corpus: Site) -> None:
    dates = [row["published"] for row in corpus.rows("/corpus/claims_flat.json?_size=max")]
    assert dates == sorted(dates, reverse=True)
    assert len(set(dates)) > 5


def test_helper_tables_are_hidden(site: Site) -> None:
    shown = {link.get_text() for link in site.page("/hand").select(".db-table h3 a")}
    assert {"articles", "claims", "evidence", "entities", "predicates"} <= shown
    assert not {name for name in shown if "_fts" in name or name.startswith("_")}


def test_database_page_counts(site: Site, corpus: Site) -> None:
    lead = one(site.page("/hand"), ".ainews-lead")
    assert "2 articles" in lead.get_text()
    assert "13 claims" in lead.get_text()
    assert "not news" not in lead.get_text()
    assert "written examples of invented outlets" in one(corpus.page("/corpus"), ".ainews-lead").get_text()
    for link in lead.select("a[href^='/']"):
        site.get(str(link["href"]))
    assert [link.get_text() for link in lead.select(".ainews-views a")] == [
        "Charts",
        "Claims",
        "Models, side by side",
        "Clusters and their owners",
        "Who says what",
        "Where reports disagree",
        "Saved queries",
    ]


def test_labels_name_only_what_is_there() -> None:
    assert set(label_database(frozenset({"claims", "other"}))["tables"]) == {"claims"}
    first, second = (label_database(frozenset({"claims"})) for _ in range(2))
    first["tables"]["claims"]["columns"].clear()
    assert second["tables"]["claims"]["columns"]


# Beside other databases, and other ways of serving


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A database of somebody else that happens to have tables of these names."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, value REAL, unit TEXT);"
            "CREATE TABLE claims (id INTEGER PRIMARY KEY, article_id INTEGER REFERENCES articles (id), quote TEXT);"
            "INSERT INTO articles VALUES (1, 'Theirs', 14800000000000, 'tokens');"
            f"INSERT INTO claims VALUES (1, 1, '{'long ' * 100}');"
        )
    connection.close()
    return path


def test_other_databases_are_left_alone(runner: asyncio.Runner, hand: Path, other: Path) -> None:
    site = Site(runner, other, hand)
    assert "14.8 trillion" not in site.get("/other/articles").text
    for path in (
        "/other",
        "/other/articles",
        "/other/claims",
        "/other/claims/1",
        "/other?sql=select+1+as+value,'chips'+as+unit",
    ):
        page = site.page(path)
        assert not page.select("link[href*=ainews], [class*=ainews], a[href*=ainews]")
    assert not site.page("/other").select("#queries")
    site.get("/-/ainews/other/article/1", 404)
    site.get(article_address(GOOD))
    assert site.get("/").status_code == 200


def test_virtual_table_without_its_module_does_no_harm(runner: asyncio.Runner, hand: Path, tmp_path: Path) -> None:
    """Datasette 1.0 does not start beside one, with or without us; 0.65 does, and must with us."""
    path = tmp_path / "odd.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "INSERT INTO sqlite_master VALUES "
            "('table', 'articles', 'articles', 0, 'CREATE VIRTUAL TABLE articles USING no_such_module (title)')"
        )
    connection.close()
    datasette = Datasette([str(path), str(hand)])
    runner.run(find_databases(datasette))
    assert our_databases(datasette) == ["hand"]


def test_plain_datasette_without_a_database_of_ours(runner: asyncio.Runner, other: Path) -> None:
    site = Site(runner, other)
    site.get("/")
    site.get("/other/claims_flat", 404)


def test_two_databases_do_not_mix(runner: asyncio.Runner, hand: Path, tmp_path: Path) -> None:
    odd = save(tmp_path / "odd name.1.db", make_articles()[:1])
    site = Site(runner, hand, odd)
    route = str(site.datasette.urls.database("odd name.1"))
    (cell,) = cells(site, f"{route}/claims_flat?predicate=power", "quote")
    address = str(one(cell, "a")["href"])
    assert address.startswith("/-/ainews/odd")
    assert one(site.page(address.split("#")[0]), ".ainews-text").get_text() == TEXT
    assert "1 article" in one(site.page(route), ".ainews-lead").get_text()
    site.get(f"/-/ainews{route}/article/{EVIL.id}", 404)


def test_immutable_database(runner: asyncio.Runner, hand: Path) -> None:
    site = Site(runner, immutables=[str(hand)])
    assert (
        text_of(one(site.page(article_address(GOOD)), ".ainews-title"), "data-claims", CASES[0][1].id) == "$5.6 million"
    )
    assert site.rows("/hand/claims_flat.json?_search=distilled")
    assert site.rows("/hand/latest_claims.json")


def test_base_url_goes_before_every_address(runner: asyncio.Runner, hand: Path) -> None:
    site = Site(runner, hand, settings={"base_url": "/news/"})
    page = site.page(article_address(GOOD))
    inside = [str(tag["href"]) for tag in page.select("[href^='/']")]
    assert inside
    assert all(address.startswith("/news/") for address in inside)


def test_private_tables_stay_private(runner: asyncio.Runner, hand: Path) -> None:
    hidden = {"databases": {"hand": {"tables": {"articles": {"allow": {"id": "root"}}}}}}
    site = Site(runner, hand, metadata=hidden)
    site.get(article_address(GOOD), 403)
    page = site.page(f"/hand/claims/{CASES[0][1].id}")
    assert not page.select(".ainews-claim")
    assert not site.page("/hand").select(".ainews-lead")


def test_private_view_is_not_led_to(runner: asyncio.Runner, hand: Path) -> None:
    hidden = {"databases": {"hand": {"tables": {"model_facts": {"allow": {"id": "root"}}}}}}
    links = Site(runner, hand, metadata=hidden).page("/hand").select(".ainews-views a")
    assert [link.get_text() for link in links if "Models" in link.get_text()] == []
    assert len(links) == 6


def test_saved_queries_answer_where_sql_is_switched_off(runner: asyncio.Runner, hand: Path) -> None:
    site = Site(runner, hand, settings={"default_allow_sql": False})
    assert site.rows("/hand/latest_claims.json")
    site.get("/hand.json?sql=select+1", 403)


def test_database_page_stands_where_counting_takes_too_long(
    runner: asyncio.Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Datasette stops a query after its time limit; the page then has no counts and all the rest."""
    site = Site(runner, save(tmp_path / "hand.db", make_articles()))
    assert site.page("/hand").select(".ainews-lead")
    slow = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    monkeypatch.setattr(home, "COUNTS", slow)
    page = site.page("/hand")
    assert not page.select(".ainews-lead")
    assert page.select("#queries")


def test_labels_of_the_user_win(runner: asyncio.Runner, hand: Path) -> None:
    own = {
        "databases": {
            "hand": {
                "title": "My news",
                "tables": {"claims_flat": {"title": "My claims", "facets": ["stage"], "sort": "subject"}},
                "queries": {"latest_claims": {"sql": "select 42 as answer", "title": "Mine"}},
            }
        }
    }
    # What 0.65 reads from its metadata, 1.0 reads in part from its configuration.
    queries = {"databases": {"hand": {"queries": own["databases"]["hand"]["queries"]}}}
    newer = int(version("datasette").split(".")[0]) >= 1
    site = Site(runner, hand, metadata=own, **({"config": queries} if newer else {}))
    assert "My news" in one(site.page("/hand"), "h1").get_text()
    page = site.page("/hand/claims_flat")
    assert "My claims" in one(page, "h1").get_text()
    assert "Every claim in one row" in one(page, ".metadata-description").get_text()
    subjects = [row["subject"] for row in site.rows("/hand/claims_flat.json")]
    assert subjects == sorted(subjects)
    assert site.rows("/hand/latest_claims.json") == [{"answer": 42}]
    assert site.rows("/hand/claims_by_site.json")


def test_plugin_is_found_by_its_entry_point(site: Site) -> None:
    (found,) = entry_points(group="datasette", name="ainews_to_sqlite")
    assert found.value == "extractor.browse"
    names = {plugin["name"] for plugin in site.get("/-/plugins.json").json()}
    assert "ainews-to-sqlite" in names


# The parts


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (294000.0, "USD", "294,000 USD"), (5576000.0, "USD", "5,576,000 USD"), (1.6e9, "USD", "1.6 billion USD"),
        (1e9, "CNY", "1 billion CNY"), (0.0, "USD", "0 USD"), (2.5, "USD", "2.5 USD"), (-3e9, "USD", "-3 billion USD"),
        (512.0, "chips", "512 chips"), (1e6, "chips", "1,000,000 chips"),
        (2788000.0, "chip-hours", "2,788,000 chip-hours"),
        (80.0, "hours", "80 hours (3.3 days)"), (24.0, "hours", "24 hours"),
        (1460.0, "hours", "1,460 hours (60.8 days)"),
        (124e6, "parameters", "124 million parameters"), (6.71e11, "parameters", "671 billion parameters"),
        (1.5e13, "tokens", "15 trillion tokens"), (1.5e8, "watts", "150 MW"), (2.2e9, "watts", "2.2 GW"),
        (700.0, "watts", "700 watts"),
        (3.8e25, "FLOP", "3.8 × 10²⁵ FLOP"), (1e21, "FLOP", "1 × 10²¹ FLOP"), (9.9999999e24, "FLOP", "1 × 10²⁵ FLOP"),
        (1234567891234.0, "tokens", "1.23457 trillion tokens"), (float("inf"), "USD", "inf USD"), (7, "", "7"),
    ],
)  # fmt: skip
def test_figures_are_read_at_a_glance(value: float, unit: str, words: str) -> None:
    assert write_figure(value, unit) == words


def test_exact_number_is_exact() -> None:
    for value in (1.0, 14.8e12, 2.85, 671e9, 123456789.0, 0.125):
        assert float(write_exact(value).replace(",", "")) == value


@pytest.mark.parametrize(
    ("value", "high", "unit", "comparator", "words"),
    [
        (1e9, 2e9, "watts", "range", "1 GW to 2 GW"), ("LoRA", None, "name", "eq", "LoRA"),
        (50000.0, None, "chips", "approx", "about 50,000 chips"), (1e5, None, "chips", "gt", "at least 100,000 chips"),
        (29.0, None, "USD", "lt", "at most 29 USD"),
    ],
)  # fmt: skip
def test_values_are_written_in_words(value: Any, high: float | None, unit: str, comparator: str, words: str) -> None:
    assert write_value(value, high, unit, comparator) == words


SPANS = [
    [(0, 3)], [(0, 20)], [(2, 5), (3, 4)], [(2, 6), (4, 9)], [(2, 6), (6, 9)], [(2, 6), (2, 6), (2, 6)],
    [(0, 1), (19, 20)], [(5, 15)], [], [(1, 9), (1, 4), (3, 9), (2, 3)], [(5, 99)], [(4, 4)],
]  # fmt: skip


@pytest.mark.parametrize("spans", SPANS, ids=[str(spans) for spans in SPANS])
def test_cutting_loses_nothing(spans: list[tuple[int, int]]) -> None:
    text = "ab 🚀 de\n\nfg hi\n\n\njk"
    marks = [Mark(start, end, str(number)) for number, (start, end) in enumerate(spans)]
    pieces = list(cut_text(text, marks))
    assert "".join(piece.text for piece in pieces) == text
    paragraphs = cut_paragraphs(text, marks)
    assert "".join("".join(p.text for p in paragraph.pieces) + paragraph.after for paragraph in paragraphs) == text
    assert [paragraph.after for paragraph in paragraphs] == ["\n\n", "\n\n\n", ""]
    for mark in marks:
        whole = text[mark.start : mark.end] if mark.end <= len(text) else ""
        assert "".join(piece.text for piece in pieces if mark in piece.marks) == whole
        assert (
            sum(mark in piece.begins for piece in pieces) == sum(mark in piece.ends for piece in pieces) == bool(whole)
        )


def test_every_way_to_lay_two_spans() -> None:
    text = "abcdef"
    spans = [(a, b) for a, b in itertools.combinations(range(7), 2)]
    for first, second in itertools.product(spans, spans):
        marks = [Mark(*first, "a"), Mark(*second, "b")]
        pieces = list(cut_text(text, marks))
        for mark in marks:
            assert "".join(p.text for p in pieces if mark in p.marks) == text[mark.start : mark.end]


@pytest.mark.parametrize(
    ("stored", "names"),
    [
        ('["A", "B"]', ["A", "B"]),
        ("[]", []),
        ("", []),
        ("Jo Doe", ["Jo Doe"]),
        ('{"a": 1}', ['{"a": 1}']),
        ("[1]", ["1"]),
    ],
)
def test_byline_is_read(stored: str, names: list[str]) -> None:
    assert read_authors(stored) == names


@pytest.mark.slow
def test_next_line(tmp_path: Path) -> None:
    """All of the above under the newest pre-release of Datasette 1.0, laid over the packages that run this."""
    overlay = tmp_path / "next"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--pre", "--target", str(overlay), "datasette>=1.0a0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"pip cannot reach a registry that has Datasette 1.0: {done.stderr.strip()[-200:]}")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(overlay), str(Path(__file__).parents[1])])}
    which = [sys.executable, "-c", "import datasette; print(datasette.__version__)"]
    found = subprocess.run(which, capture_output=True, text=True, check=True, env=environment).stdout
    assert found.startswith("1."), found
    paths = sorted(str(path) for path in Path(__file__).parent.glob("test_browse*.py"))
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-m", "not slow", *paths]
    run = subprocess.run(
        tests, capture_output=True, text=True, check=False, env=environment, cwd=Path(__file__).parents[1]
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
