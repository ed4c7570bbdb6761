"""The views' numbers, on a handful of claims written out below; each row of SAID is one article with one claim."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extractor.reconcile import Entity
from extractor.records import Article, Claim, Failure, Page, claim_id
from extractor.schema import data_folder, load_predicates
from extractor.store import Source, Store, open_store

SOURCE = Source("folder", "news")
ENTITIES = {
    "Marlin-2": Entity("model:marlin-2", "model", "Marlin-2"),
    "Tarn": Entity("other:tarn", "other", "Tarn"),
    "Norwind": Entity("organisation:norwind", "organisation", "Norwind"),
    "Fjord": Entity("cluster:fjord", "cluster", "Fjord"),
    "Skerry": Entity("other:skerry", "other", "Skerry"),
}

# subject, predicate, value, other slots
SAID: list[tuple[str, str, float | str, dict[str, Any]]] = [
    ("Marlin-2", "training_cost", 5e6, {"attributed_to": "Norwind"}),
    ("Marlin-2", "training_cost", 6e6, {"modality": "estimated", "attributed_to": "Ada Byrne"}),
    ("Marlin-2", "training_cost", 8e6, {"high": 12e6, "comparator": "range"}),
    ("Marlin-2", "training_cost", 9e9, {"modality": "denied", "attributed_to": "Norwind"}),
    ("Marlin-2", "training_cost", 7e9, {"modality": "hypothetical"}),
    ("Marlin-2", "training_cost", 4e7, {"unit": "CNY", "currency": "CNY"}),
    ("Marlin-2", "training_cost", 3.0, {"stage": "preparation"}),
    ("Marlin-2", "chip_count", 512.0, {"chip": "H800"}),
    ("Marlin-2", "chip_count", 520.0, {"chip": "H800"}),  # within 2 %: no disagreement
    ("Marlin-2", "chip_count", 64.0, {"chip": "A100", "stage": "preparation"}),
    ("Marlin-2", "chip_model", "H20", {}),
    ("Marlin-2", "training_time", 80.0, {}),
    ("Marlin-2", "parameters", 671e9, {}),
    ("Marlin-2", "parameters", 600e9, {"comparator": "gt"}),  # "more than 600B" agrees with 671B
    ("Marlin-2", "training_tokens", 14e12, {}),
    ("Marlin-2", "training_tokens", 15e12, {"comparator": "approx"}),  # "about 15 trillion" agrees with 14
    ("Marlin-2", "training_compute", 1e24, {}),
    ("Marlin-2", "training_compute", 2e24, {"comparator": "gt"}),  # "more than 2e24" does not agree with 1e24
    ("Marlin-2", "base_model", "Llama 3", {}),
    ("Marlin-2", "technique", "distillation", {}),
    ("Marlin-2", "technique", "FP8", {"modality": "denied"}),
    ("Tarn", "parameters", 7e9, {}),
    ("Tarn", "chip_count", 8.0, {}),
    ("Fjord", "chip_count", 1000.0, {"chip": "H100"}),
    ("Fjord", "chip_count", 3000.0, {"chip": "H100"}),
    ("Fjord", "chip_count", 99999.0, {"chip": "B200", "modality": "planned"}),
    ("Fjord", "power", 150e6, {"modality": "planned"}),
    ("Norwind", "hardware_cost", 5e8, {"attributed_to": "Norwind"}),
    ("Norwind", "power", 1.0, {"modality": "denied"}),
    ("Skerry", "power", 2e6, {}),
    ("", "chip_count", 77.0, {"attributed_to": "Bo Lind"}),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("views") / "claims.db"
    with open_store(path, create=True) as store:
        run = store.start_run("test", rules="r1", source=SOURCE)
        for number, (subject, predicate, value, slots) in enumerate(SAID):
            quote = f"told {number}"
            text = f"Before. It is {quote} here. After."
            page = Page(f"https://a.example/{number:02}", f"{number}".encode(), "text/html")
            article = Article(page.url, text, f"Story {number}", "A", published="2025", page_sha256=page.sha256)
            start = text.index(quote)
            claim = Claim(
                id=claim_id(page.url, predicate, quote, 0), article_id=article.id, predicate=predicate, value=value,
                value_text=quote, start=start, end=start + len(quote), quote=quote, sentence_start=8,
                sentence_end=text.index(" After"), rule="r", subject=subject,
                subject_id=ENTITIES[subject].id if subject else "",
                **({"unit": load_predicates()[predicate].unit} | slots),
            )  # fmt: skip
            entities = [ENTITIES[subject]] if subject else []
            store.save_article(page, article, [claim], entities=entities, source=SOURCE, rules="r1", run_id=run)
        for source, reason in (("a.html", "no text"), ("b.html", "no text"), ("c.pdf", "a PDF")):
            store.save_failure(Failure(source, "source", reason), run)
        yield store


def rows(store: Store, view: str, key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in store._db.query(f"SELECT * FROM {view}")}


def test_claims_flat_has_every_claim_with_its_sentence(store: Store) -> None:
    found = list(store._db.query("SELECT * FROM claims_flat"))
    assert len(found) == len(SAID)
    assert {row["sentence"] for row in found} == {f"It is told {number} here." for number in range(len(SAID))}
    (row,) = (row for row in found if row["value"] == 77.0)
    assert (row["predicate_label"], row["subject_name"], row["title"]) == ("Number of chips", None, "Story 30")


@pytest.mark.parametrize(
    ("model", "column", "value"),
    [
        pytest.param("Marlin-2", "training_cost", 6e6, id="median-of-5-6-and-the-middle-of-8-to-12"),
        pytest.param("Marlin-2", "training_cost_low", 5e6, id="lowest-without-preparation"),
        pytest.param("Marlin-2", "training_cost_high", 12e6, id="highest-without-denied-hypothetical-and-yuan"),
        pytest.param("Marlin-2", "chips", 516.0, id="median-of-two-without-preparation"),
        pytest.param("Marlin-2", "chip", "H20, H800", id="chips-by-count-and-by-name"),
        pytest.param("Marlin-2", "training_hours", 80.0, id="hours"),
        pytest.param("Marlin-2", "chip_hours", None, id="not-told"),
        pytest.param("Marlin-2", "training_tokens", 14.5e12, id="tokens"),
        pytest.param("Marlin-2", "base_models", "Llama 3", id="base-model"),
        pytest.param("Marlin-2", "techniques", "distillation", id="techniques-without-denied"),
        pytest.param("Marlin-2", "reports", 16, id="reports-without-denied-hypothetical-preparation"),
        pytest.param("Marlin-2", "articles", 16, id="articles"),
        pytest.param("Tarn", "parameters", 7e9, id="unlisted-name-with-a-size"),
    ],
)
def test_model_facts(store: Store, model: str, column: str, value: float | str | None) -> None:
    assert rows(store, "model_facts", "model")[model][column] == value


def test_model_facts_has_models_only(store: Store) -> None:
    assert set(rows(store, "model_facts", "model")) == {"Marlin-2", "Tarn"}


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        pytest.param("Fjord", "chips", 2000.0, id="median"),
        pytest.param("Fjord", "chips_planned", 99999.0, id="planned-apart"),
        pytest.param("Fjord", "power", None, id="planned-power-is-not-there"),
        pytest.param("Fjord", "power_planned", 150e6, id="planned-power"),
        pytest.param("Fjord", "chip", "B200, H100", id="chips"),
        pytest.param("Norwind", "hardware_cost", 5e8, id="cost"),
        pytest.param("Norwind", "power", None, id="denied"),
        pytest.param("Norwind", "reports", 1, id="reports-without-denied"),
        pytest.param("Skerry", "power", 2e6, id="unlisted-name"),
    ],
)
def test_cluster_facts(store: Store, name: str, column: str, value: float | str | None) -> None:
    assert rows(store, "cluster_facts", "name")[name][column] == value


def test_cluster_facts_has_no_models(store: Store) -> None:
    assert set(rows(store, "cluster_facts", "name")) == {"Fjord", "Norwind", "Skerry"}


def test_who_says_has_the_claims_with_a_speaker(store: Store) -> None:
    found = [
        (row["speaker"], row["subject"], row["predicate"], row["value"], row["modality"])
        for row in store._db.query("SELECT * FROM who_says")
    ]
    assert sorted(found) == [
        ("Ada Byrne", "Marlin-2", "training_cost", 6e6, "estimated"),
        ("Bo Lind", "", "chip_count", 77.0, "asserted"),
        ("Norwind", "Marlin-2", "training_cost", 5e6, "asserted"),
        ("Norwind", "Marlin-2", "training_cost", 9e9, "denied"),
        ("Norwind", "Norwind", "hardware_cost", 5e8, "asserted"),
    ]


def test_disagreements_are_those_that_no_one_value_fits(store: Store) -> None:
    found = {
        (row["subject"], row["predicate"], row["unit"]): (row["lowest"], row["highest"], row["reports"])
        for row in store._db.query("SELECT * FROM disagreements")
    }
    assert found == {
        ("Marlin-2", "training_cost", "USD"): (5e6, 12e6, 2),
        ("Marlin-2", "training_compute", "FLOP"): (1e24, 2e24, 2),
        ("Fjord", "chip_count", "chips"): (1000.0, 3000.0, 2),
    }


def test_disagreements_tell_who_said_what(store: Store) -> None:
    found = {row["predicate"]: row["told"] for row in store._db.query("SELECT * FROM disagreements")}
    assert found["training_cost"] == "told 0 (Norwind); told 2 (A)"


def test_failures_by_reason_counts_the_most_common_first(store: Store) -> None:
    found = [
        (row["reason"], row["failures"], row["example"]) for row in store._db.query("SELECT * FROM failures_by_reason")
    ]
    assert found == [("no text", 2, "a.html"), ("a PDF", 1, "c.pdf")]


@pytest.mark.parametrize(
    "file", sorted(file.name for file in (data_folder("schema") / "views").iterdir() if file.name.endswith(".sql"))
)
def test_view_file_says_on_top_which_question_it_answers(file: str) -> None:
    first = (data_folder("schema") / "views" / file).read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("-- ")
    assert first.endswith("?")
