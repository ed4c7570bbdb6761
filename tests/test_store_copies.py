"""Families of copies in the store: whoever comes first or later, one original, and every report counted once."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import StoreError
from extractor.reconcile import Entity
from extractor.records import Article, Claim, Page, claim_id
from extractor.store import Outcome, Source, Store, open_store

GOLD = Path(__file__).parent / "gold" / "copies.jsonl"
TEXTS = {row["id"]: row["text"] for row in map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())}
SOURCE = Source("folder", "news")
# Sentences that share no words; six in a row are an article. Two that share four of them are copies, two that share two
# are not.
SENTENCES = [
    " ".join(f"{'abcdefghijklmnop'[number]}{chr(97 + word // 26)}{chr(97 + word % 26)}" for word in range(12)) + "."
    for number in range(16)
]


def window(start: int) -> str:
    return " ".join(SENTENCES[start : start + 6])


def save(store: Store, name: str, text: str, published: str = "", canonical: str = "", **more: Any) -> Outcome:
    """Store an article at https://NAME.example/."""
    url = f"https://{name}.example/"
    page = Page(url, f"{text}|{published}|{canonical}".encode(), "text/html")
    article = Article(url, text, name, published=published, canonical=canonical, page_sha256=page.sha256)
    found = [claim(article, *said) for said in more.get("claims", ())]
    entities = [Entity("model:marlin-2", "model", "Marlin-2")]
    return store.save_article(page, article, found, entities=entities, source=SOURCE, rules="r1", run_id=run(store))


def claim(article: Article, predicate: str, quote: str, value: float, speaker: str = "") -> Claim:
    start = article.text.index(quote)
    return Claim(
        id=claim_id(article.url, predicate, quote, 0), article_id=article.id, predicate=predicate, value=value,
        unit="USD" if predicate == "training_cost" else "chips", value_text=quote, start=start, end=start + len(quote),
        quote=quote, sentence_start=start, sentence_end=start + len(quote), rule="r", subject="Marlin-2",
        subject_id="model:marlin-2", attributed_to=speaker,
    )  # fmt: skip


def run(store: Store) -> int:
    found = store._db.execute("SELECT max(id) FROM runs").fetchone()[0]
    return int(found) if found else store.start_run("test", rules="r1", source=SOURCE)


def name_of(store: Store, article_id: str) -> str:
    return str(store._db.execute("SELECT title FROM articles WHERE id = ?", [article_id]).fetchone()[0])


def links(store: Store) -> dict[str, str]:
    """Return each copy with its original, by name."""
    rows = store._db.query("SELECT article_id, original_id FROM copies")
    return {name_of(store, row["article_id"]): name_of(store, row["original_id"]) for row in rows}


def test_reprint_is_linked_to_what_was_printed_first(store: Store) -> None:
    save(store, "wire", TEXTS["bill-wire"], "2025-09-18")
    save(store, "cut", TEXTS["bill-reprint-cut"], "2025-09-19")
    save(store, "edited", TEXTS["bill-reprint-edited"], "2025-09-19")
    assert links(store) == {"cut": "wire", "edited": "wire"}
    (row, _) = store._db.query("SELECT * FROM copies ORDER BY similarity")
    assert row["how"] == "near-duplicate"
    assert 0.3 < row["similarity"] < 0.9
    assert store.verify() == []


@pytest.mark.parametrize("other", ["bill-daily", "bill-trade", "bill-followup", "quarter-q2", "brief-a"])
def test_another_report_is_no_copy(store: Store, other: str) -> None:
    save(store, "wire", TEXTS["bill-wire"], "2025-09-18")
    save(store, "other", TEXTS[other], "2025-09-18")
    assert links(store) == {}


@pytest.mark.parametrize(
    ("first", "second", "original"),
    [
        pytest.param("2025-09-18", "2025-09-19", "one", id="first-is-earlier"),
        pytest.param("2025-09-19", "2025-09-18", "two", id="second-is-earlier"),
        pytest.param("2025-09-18", "2025-09-18", "one", id="one-day-first-stored"),
        pytest.param("", "2025-09-18", "two", id="no-date-is-latest"),
        pytest.param("2025", "2025-09-18", "two", id="a-year-is-no-early-date"),
        pytest.param("2025-09", "2025", "one", id="a-month-before-its-year"),
        pytest.param("2024", "2025-09-18", "one", id="an-earlier-year"),
        pytest.param("", "", "one", id="no-dates-first-stored"),
    ],
)
def test_original_is_the_earliest_and_then_the_first(store: Store, first: str, second: str, original: str) -> None:
    save(store, "one", TEXTS["bill-wire"], first)
    save(store, "two", TEXTS["bill-reprint-cut"], second)
    assert links(store) == {({"one", "two"} - {original}).pop(): original}


def test_later_original_takes_over_the_family(store: Store) -> None:
    save(store, "cut", TEXTS["bill-reprint-cut"], "2025-09-19")
    save(store, "edited", TEXTS["bill-reprint-edited"], "2025-09-20")
    assert links(store) == {"edited": "cut"}
    save(store, "wire", TEXTS["bill-wire"], "2025-09-18")
    assert links(store) == {"cut": "wire", "edited": "wire"}


def test_corrected_date_changes_the_original(store: Store) -> None:
    save(store, "one", TEXTS["bill-wire"], "2025-09-19")
    save(store, "two", TEXTS["bill-reprint-cut"], "2025-09-20")
    save(store, "two", TEXTS["bill-reprint-cut"], "2025-09-18")
    assert links(store) == {"one": "two"}


def test_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    """A chain of four, each a copy of the next only, and dates that are not in its order."""
    dated = {"a": (0, "2025-03"), "b": (2, "2025-01-02"), "c": (4, "2025-01-01"), "d": (6, "2025-02-01")}
    for number, order in enumerate(permutations(dated)):
        with open_store(tmp_path / f"{number}.db", create=True) as store:
            for name in order:
                start, published = dated[name]
                save(store, name, window(start), published)
            assert links(store) == {"a": "c", "b": "c", "d": "c"}, order
            assert store.verify() == []


def test_article_that_changes_is_compared_anew(store: Store) -> None:
    for name, start in (("a", 0), ("b", 2), ("c", 4)):
        save(store, name, window(start))
    assert links(store) == {"b": "a", "c": "a"}
    assert save(store, "b", TEXTS["bill-daily"]) == "changed"
    assert links(store) == {}, "what held the two together is gone"
    assert save(store, "b", TEXTS["bill-trade"]) == "changed"
    assert save(store, "c", window(2)) == "changed"
    assert links(store) == {"c": "a"}
    assert store.verify() == []


def test_family_stays_when_its_original_changes(store: Store) -> None:
    save(store, "wire", TEXTS["bill-wire"], "2025-09-18")
    save(store, "late", TEXTS["bill-reprint-edited"], "2025-09-20")
    save(store, "cut", TEXTS["bill-reprint-cut"], "2025-09-19")
    save(store, "wire", TEXTS["campus-wire"], "2025-09-18")
    assert links(store) == {"late": "cut"}
    save(store, "more", TEXTS["campus-reprint-short"], "2025-09-21")
    assert links(store) == {"late": "cut", "more": "wire"}


def test_copy_that_joins_two_families_makes_them_one(store: Store) -> None:
    for name, start in (("a", 0), ("b", 0), ("c", 4), ("d", 4)):
        save(store, name, window(start))
    assert links(store) == {"b": "a", "d": "c"}
    save(store, "bridge", window(2))
    assert links(store) == {"b": "a", "bridge": "a", "c": "a", "d": "a"}


def test_furniture_of_a_site_hides_no_copy(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of a site share bands with more pages than are looked at; the copy shares others."""
    monkeypatch.setattr("extractor.store.copies.MAX_IN_BAND", 3)
    monkeypatch.setattr("extractor.store.copies.MAX_COMPARED", 3)
    furniture = " ".join(f"menu{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(30))
    texts = [
        " ".join(f"{chr(97 + n // 26)}{chr(97 + n % 26)}{sentence}" for sentence in window(n % 9).split())
        for n in range(60)
    ]
    for number, text in enumerate(texts):
        save(store, f"page{number}", f"{text} {furniture}")
    assert links(store) == {}
    save(store, "reprint", f"{texts[3]} {furniture}")
    assert links(store) == {"reprint": "page3"}


@pytest.mark.parametrize("order", [("origin", "twin"), ("twin", "origin")], ids=" then ".join)
def test_page_that_names_its_original_is_a_copy_whatever_it_says(store: Store, order: tuple[str, str]) -> None:
    """Even where it is dated earlier, and even if the original comes later."""
    for name in order:
        if name == "origin":
            save(store, "origin", TEXTS["bill-wire"], "2025-09-18")
        else:
            save(store, "twin", TEXTS["campus-wire"], "2025-09-17", canonical="https://origin.example/")
    assert links(store) == {"twin": "origin"}
    (row,) = store._db.query("SELECT how, similarity FROM copies")
    assert row == {"how": "canonical", "similarity": 1.0}


def test_original_that_is_no_longer_named_is_let_go(store: Store) -> None:
    save(store, "origin", TEXTS["bill-wire"])
    save(store, "twin", TEXTS["campus-wire"], canonical="https://origin.example/")
    assert save(store, "twin", TEXTS["campus-wire"]) == "reread"
    assert links(store) == {}
    assert save(store, "twin", TEXTS["campus-wire"], canonical="https://origin.example/") == "reread"
    assert links(store) == {"twin": "origin"}


def test_pages_that_name_each_other_have_one_original(store: Store) -> None:
    save(store, "one", TEXTS["bill-wire"], "2025-09-19", canonical="https://two.example/")
    save(store, "two", TEXTS["campus-wire"], "2025-09-18", canonical="https://one.example/")
    save(store, "three", TEXTS["open-wire"], "2025-09-17", canonical="https://three.example/")
    assert links(store) == {"one": "two"}


def test_deleted_original_leaves_its_place_to_the_next(store: Store, path: Path) -> None:
    for name, key, day in (("wire", "wire", 18), ("late", "reprint-edited", 20), ("cut", "reprint-cut", 19)):
        save(store, name, TEXTS[f"bill-{key}"], f"2025-09-{day}")
    delete(path, "wire")
    assert links(store) == {"late": "cut"}
    assert store.verify() == []
    delete(path, "cut")
    assert links(store) == {}
    assert store.verify() == []
    counts = {name: store._db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("sketches", "bands")}
    assert counts == {"sketches": 1, "bands": 48}


def delete(path: Path, name: str) -> None:
    """Delete an article as a user would, by another program."""
    raw(path, "PRAGMA foreign_keys = ON", f"DELETE FROM articles WHERE title = '{name}'")


def raw(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_nothing_is_written_for_an_article_that_stays(store: Store) -> None:
    save(store, "wire", TEXTS["bill-wire"])
    save(store, "cut", TEXTS["bill-reprint-cut"])
    before = store._db.conn.total_changes
    assert save(store, "cut", TEXTS["bill-reprint-cut"]) == "same"
    assert store._db.conn.total_changes - before <= 1, "the source's row at most"


def test_refused_article_leaves_no_sketch(store: Store) -> None:
    text = TEXTS["bill-wire"]
    page = Page("https://a.example/", b"x", "text/html")
    article = Article(page.url, text, "a", page_sha256=page.sha256)
    wrong = replace(claim(article, "training_cost", "$294,000", 294000.0), article_id="0" * 16)
    with pytest.raises(StoreError):
        store.save_article(page, article, [wrong], source=SOURCE, rules="r1", run_id=run(store))
    assert list(store._db.query("SELECT * FROM sketches")) == []


def test_articles_of_an_older_version_are_compared_later(store: Store, path: Path) -> None:
    for name, key in (("wire", "wire"), ("cut", "reprint-cut"), ("daily", "daily")):
        save(store, name, TEXTS[f"bill-{key}"], "2025-09-18")
    raw(path, "PRAGMA foreign_keys = ON", "DELETE FROM sketches", "DELETE FROM copies")
    save(store, "edited", TEXTS["bill-reprint-edited"], "2025-09-18")
    assert links(store) == {}
    assert store.sketch_articles() == 3
    assert store.sketch_articles() == 0
    # What has no date is ordered by when it was sketched: the one that was stored since was the first.
    assert links(store) == {"cut": "edited", "wire": "edited"}
    assert store.verify() == []


def test_sketch_of_another_version_is_made_anew(store: Store, path: Path) -> None:
    save(store, "wire", TEXTS["bill-wire"])
    raw(
        path,
        "UPDATE sketches SET sketch = CAST(x'00' || substr(sketch, 2) AS BLOB)",
        "DELETE FROM bands WHERE band > 3",
    )
    assert store.verify() == [], "it is only old"
    save(store, "cut", TEXTS["bill-reprint-cut"])
    assert links(store) == {}
    assert store.sketch_articles() == 1
    assert links(store) == {"cut": "wire"}


@pytest.mark.parametrize(
    ("statement", "table", "words"),
    [
        pytest.param("UPDATE sketches SET text_sha256 = ''", "sketches", "another text", id="text"),
        pytest.param("UPDATE sketches SET sketch = CAST(sketch || x'00' AS BLOB)", "sketches", "not the", id="more"),
        pytest.param("UPDATE sketches SET sketch = substr(sketch, 1, 9)", "sketches", "not the sketch", id="shorter"),
        pytest.param("DELETE FROM bands WHERE band = 7", "bands", "47 stand for it, not 48", id="bands"),
        pytest.param(
            "INSERT INTO copies SELECT original_id, id, how, 0 FROM copies JOIN articles ON title = 'daily'",
            "copies", "is a copy itself", id="chain",
        ),
        pytest.param("DELETE FROM sketches", "bands", "points to a row of sketches that is missing", id="no-sketch"),
    ],
)  # fmt: skip
def test_verify_finds(store: Store, path: Path, statement: str, table: str, words: str) -> None:
    for name, key in (("wire", "wire"), ("cut", "reprint-cut"), ("daily", "daily")):
        save(store, name, TEXTS[f"bill-{key}"])
    assert store.verify() == []
    raw(path, statement)
    assert any(problem.table == table and words in problem.reason for problem in store.verify()), store.verify()


# What readers count

COST, CHIPS = ("training_cost", "$294,000", 294000.0, "Wei Lantao"), ("chip_count", "512", 512.0)


@pytest.fixture
def printed(store: Store) -> Store:
    """One wire story, a reprint that says it again and something of its own, and one report by another."""
    save(store, "wire", TEXTS["bill-wire"], "2025-09-18", claims=[COST])
    save(store, "cut", TEXTS["bill-reprint-cut"], "2025-09-19", claims=[COST, CHIPS])
    save(store, "edited", TEXTS["bill-reprint-edited"], "2025-09-19", claims=[COST, CHIPS])
    save(store, "trade", TEXTS["bill-trade"], "2025-09-18", claims=[("training_cost", "$294k", 310000.0)])
    return store


def test_claims_once_leaves_out_what_a_copy_repeats(printed: Store) -> None:
    rows = printed._db.query("SELECT article_id, report_id, predicate FROM claims_once")
    found = [
        (name_of(printed, row["article_id"]), name_of(printed, row["report_id"]), row["predicate"]) for row in rows
    ]
    (reprint,) = [row for row in found if row[2] == "chip_count"]
    assert reprint[0] in ("cut", "edited")
    assert sorted(found) == sorted(
        [("wire", "wire", "training_cost"), ("trade", "trade", "training_cost"), (reprint[0], "wire", "chip_count")]
    )


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param(
            "SELECT reports, articles, training_cost, chips FROM model_facts", (3, 2, 302000, 512), id="model"
        ),
        pytest.param("SELECT reports, articles, lowest FROM disagreements", (2, 2, 294000), id="disagreements"),
        pytest.param("SELECT count(*) FROM who_says", (1,), id="who-says"),
        pytest.param("SELECT count(*), count(copy_of) FROM claims_flat", (6, 4), id="all-claims"),
    ],
)
def test_family_counts_as_one(printed: Store, sql: str, expected: tuple[float, ...]) -> None:
    assert printed._db.execute(sql).fetchall() == [expected]


def test_claims_flat_names_the_original(printed: Store) -> None:
    rows = printed._db.query("SELECT DISTINCT title, copy_of FROM claims_flat ORDER BY title")
    found = {row["title"]: row["copy_of"] and name_of(printed, row["copy_of"]) for row in rows}
    assert found == {"cut": "wire", "edited": "wire", "trade": None, "wire": None}


def test_who_says_keeps_a_speaker_whom_the_original_leaves_out(store: Store) -> None:
    save(store, "wire", TEXTS["bill-wire"], "2025-09-18", claims=[COST[:3]])
    save(store, "cut", TEXTS["bill-reprint-cut"], "2025-09-19", claims=[COST])
    save(store, "edited", TEXTS["bill-reprint-edited"], "2025-09-19", claims=[COST])
    assert store._db.execute("SELECT speaker, count(*) FROM who_says GROUP BY 1").fetchall() == [("Wei Lantao", 1)]
