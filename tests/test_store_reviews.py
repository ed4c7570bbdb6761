"""Verdicts of readers: which counts, what it changes in the views, what it outlives, and the gold that comes of it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import StoreError
from extractor.evaluation import compare, read_gold
from extractor.reconcile import resolve_claims
from extractor.records import Article, Claim, Page, claim_id
from extractor.store import Source, Store, open_store
from extractor.store.reviews import Verdict

SOURCE = Source("folder", "news")
FIRST, REPRINT, OTHER = (f"https://{host}.example/marlin" for host in ("a", "b", "c"))
TEXT = "Norwind said training Marlin-2 cost $5.6 million.\n\nIt used 512 H800 chips, or so Ada Byrne says."
WORDS = {"training_cost": "$5.6 million", "chip_count": "512 H800 chips"}


def make_claims(article: Article, **changes: dict[str, Any]) -> list[Claim]:
    slots: dict[str, dict[str, Any]] = {
        "training_cost": {"value": 5.6e6, "unit": "USD", "currency": "USD", "subject": "Marlin-2"},
        "chip_count": {"value": 512.0, "unit": "chips", "chip": "H800", "subject": "Marlin-2", "attributed_to": "Ada"},
    }
    made = []
    for predicate, quote in WORDS.items():
        if quote not in article.text:
            continue
        start = article.text.index(quote)
        more = slots[predicate] | {"value_text": quote} | changes.get(predicate, {})
        made.append(
            Claim(
                id=claim_id(article.url, predicate, quote, 0), article_id=article.id, predicate=predicate, quote=quote,
                start=start, end=start + len(quote), sentence_start=article.text.rfind("\n", 0, start) + 1,
                sentence_end=start + len(quote), rule=f"{predicate}/r", **more,
            )
        )  # fmt: skip
    return made


def save(store: Store, url: str = FIRST, text: str = TEXT, canonical: str = "", **changes: dict[str, Any]) -> None:
    rules = json.dumps(changes, sort_keys=True)
    run = store.start_run("test", rules=rules, source=SOURCE)
    page = Page(url, text.encode(), "text/plain")
    article = Article(url, text, "Marlin-2 is out", page_sha256=page.sha256, published="2025-02", canonical=canonical)
    claims, entities = resolve_claims(make_claims(article, **changes))
    store.save_article(page, article, claims, entities=entities, source=SOURCE, rules=rules, run_id=run)


def name(predicate: str, url: str = FIRST) -> str:
    return claim_id(url, predicate, WORDS[predicate], 0)


COST, CHIPS = name("training_cost"), name("chip_count")


@pytest.fixture
def filled(store: Store) -> Store:
    save(store)
    return store


def ask(store: Store, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = store._db.execute(sql, values).fetchall()
    return found


def statuses(store: Store) -> dict[str, str]:
    return dict(ask(store, "SELECT predicate, status FROM claims_flat"))


def test_claims_begin_unreviewed(filled: Store) -> None:
    assert statuses(filled) == {"training_cost": "unreviewed", "chip_count": "unreviewed"}


def test_review_can_be_read_alone(filled: Store) -> None:
    row = filled.reviews.save(CHIPS, "corrected", by=" Bo  Lind ", note="see\nline 3", correction={"value": "1,024"})
    assert {key: row[key] for key in ("verdict", "state", "reviewer", "note", "url", "predicate", "quote")} == {
        "verdict": "corrected", "state": "counts", "reviewer": "Bo Lind", "note": "see line 3", "url": FIRST,
        "predicate": "chip_count", "quote": "512 H800 chips",
    }  # fmt: skip
    assert row["sentence"] == "It used 512 H800 chips"
    assert (row["value"], row["correction"], row["read_as"]) == (1024.0, '{"value": 1024.0}', '{"value": 512.0}')
    assert row["at"].startswith("20")


def test_newest_verdict_counts_and_undo_takes_it_back(filled: Store) -> None:
    seen = []
    filled.reviews.save(COST, "confirmed", by="a")
    filled.reviews.save(COST, "rejected", by="b")
    filled.reviews.save(COST, "corrected", by="a", correction={"modality": "denied"})
    for _ in range(3):
        seen.append(statuses(filled)["training_cost"])
        filled.reviews.undo(COST)
    assert seen == ["corrected", "rejected", "confirmed"]
    assert statuses(filled)["training_cost"] == "unreviewed"
    assert [row["state"] for row in filled.reviews.verdicts(everything=True)] == ["undone"] * 3
    with pytest.raises(StoreError, match="no verdict to take back"):
        filled.reviews.undo(COST)


def test_undo_skips_what_was_undone_before(filled: Store) -> None:
    filled.reviews.save(COST, "confirmed", by="a")
    filled.reviews.save(COST, "rejected", by="a")
    filled.reviews.undo(COST)
    filled.reviews.save(COST, "rejected", by="b")
    filled.reviews.undo(COST)
    assert statuses(filled)["training_cost"] == "confirmed"
    assert filled.verify() == []


def test_verdicts_are_listed_the_newest_first(filled: Store) -> None:
    filled.reviews.save(COST, "confirmed", by="a")
    filled.reviews.save(CHIPS, "rejected", by="b")
    filled.reviews.save(COST, "rejected", by="b")
    assert [(row["claim_id"], row["verdict"]) for row in filled.reviews.verdicts()] == [
        (COST, "rejected"), (CHIPS, "rejected"),
    ]  # fmt: skip
    assert [row["reviewer"] for row in filled.reviews.verdicts(everything=True)] == ["b", "b", "a"]
    assert [row["state"] for row in filled.reviews.verdicts(everything=True, reviewer="a")] == ["replaced"]


def test_correction_counts_in_every_view(filled: Store) -> None:
    """A reader's value, subject and speaker stand where the rules' stood, and a search finds them there."""
    right = {"value": "600 million", "subject": "Tarn-9", "attributed_to": "Norwind", "unit": "EUR"}
    filled.reviews.save(COST, "corrected", by="a", correction=right)
    flat = ask(
        filled, "SELECT id, value, unit, currency, subject_name FROM claims_flat WHERE subject_id = 'model:tarn-9'"
    )
    assert flat == [(COST, 6e8, "EUR", "EUR", "Tarn-9")]
    once = ask(filled, "SELECT id, value, status FROM claims_once WHERE subject_id = 'model:tarn-9'")
    assert once == [(COST, 6e8, "corrected")]
    assert ask(filled, "SELECT subject, value FROM who_says WHERE speaker = 'Norwind'") == [("Tarn-9", 6e8)]
    assert [row["id"] for row in filled.find_claims(subject="Tarn-9", speaker="Norwind")] == [COST]
    assert [row["id"] for row in filled.find_claims(subject="Marlin-2")] == [CHIPS]
    assert ask(filled, "SELECT value, unit, subject FROM claims WHERE id = ?", COST) == [(5.6e6, "USD", "Marlin-2")]


def test_correction_counts_in_model_facts(filled: Store) -> None:
    filled.reviews.save(COST, "corrected", by="a", correction={"value": 7e6})
    filled.reviews.save(CHIPS, "confirmed", by="a")
    assert ask(filled, "SELECT model, training_cost, chips, reports FROM model_facts") == [("Marlin-2", 7e6, 512.0, 2)]


def test_correction_ends_a_disagreement(filled: Store) -> None:
    save(filled, OTHER, TEXT.replace("Norwind", "Somebody"), training_cost={"value": 5.6e9})
    assert [row[0] for row in ask(filled, "SELECT predicate FROM disagreements")] == ["training_cost"]
    filled.reviews.save(name("training_cost", OTHER), "corrected", by="a", correction={"value": 5.6e6})
    assert ask(filled, "SELECT predicate FROM disagreements") == []


def test_rejected_claims_count_nowhere_but_are_shown(filled: Store) -> None:
    for claim in (COST, CHIPS):
        filled.reviews.save(claim, "rejected", by="a")
    assert statuses(filled) == {"training_cost": "rejected", "chip_count": "rejected"}
    for view in ("claims_once", "model_facts", "cluster_facts", "disagreements", "who_says"):
        assert ask(filled, f"SELECT * FROM {view}") == [], view


def test_rejected_claim_does_not_come_back_in_a_reprint(filled: Store) -> None:
    save(filled, REPRINT, canonical=FIRST)
    assert len(ask(filled, "SELECT id FROM claims_once")) == 2
    filled.reviews.save(COST, "rejected", by="a")
    assert ask(filled, "SELECT id FROM claims_once") == [(CHIPS,)]


def test_verdict_on_a_reprint_is_no_report_of_its_own(filled: Store) -> None:
    save(filled, REPRINT, canonical=FIRST)
    filled.reviews.save(name("training_cost", REPRINT), "confirmed", by="a")
    assert {row[0] for row in ask(filled, "SELECT id FROM claims_once")} == {COST, CHIPS}


@pytest.mark.parametrize("status", ["unreviewed", "confirmed", "corrected", "rejected"])
def test_claims_are_found_by_status(filled: Store, status: str) -> None:
    filled.reviews.save(COST, "confirmed", by="a")
    expected = {"unreviewed": [CHIPS], "confirmed": [COST]}
    assert [row["id"] for row in filled.find_claims(status=status)] == expected.get(status, [])


def test_unknown_status_is_refused(filled: Store) -> None:
    with pytest.raises(StoreError, match=r"no such status.*unreviewed \| confirmed"):
        list(filled.find_claims(status="right"))


def test_verdict_outlives_a_new_reading(filled: Store) -> None:
    """What the reader saw and confirmed stands, whatever later rules read."""
    filled.reviews.save(COST, "confirmed", by="a")
    filled.reviews.save(CHIPS, "rejected", by="a")
    save(filled, training_cost={"value": 5.6e9})
    assert statuses(filled) == {"training_cost": "confirmed", "chip_count": "rejected"}
    assert ask(filled, "SELECT value FROM claims WHERE id = ?", COST) == [(5.6e9,)]
    assert ask(filled, "SELECT value FROM claims_once") == [(5.6e6,)]
    assert filled.verify() == []


def test_verdict_outlives_a_new_version_and_its_claim(filled: Store) -> None:
    filled.reviews.save(COST, "confirmed", by="a")
    filled.reviews.save(CHIPS, "confirmed", by="a")
    save(filled, text=f"An update.\n\n{TEXT.split(chr(10))[0]}")
    assert statuses(filled) == {"training_cost": "confirmed"}
    assert {row["claim_id"]: row["is_read"] for row in filled.reviews.verdicts()} == {COST: 1, CHIPS: 0}
    assert filled.verify() == []
    save(filled, text=f"{TEXT}\n\nOnce more.")
    assert statuses(filled) == {"training_cost": "confirmed", "chip_count": "confirmed"}


def test_confirming_a_correction_keeps_it(filled: Store) -> None:
    filled.reviews.save(COST, "corrected", by="a", correction={"value": 7e6})
    row = filled.reviews.save(COST, "confirmed", by="b")
    assert (row["verdict"], row["value"], row["read_as"]) == ("corrected", 7e6, '{"value": 5600000.0}')


def test_correction_back_to_what_was_read_is_a_mistake(filled: Store) -> None:
    filled.reviews.save(COST, "corrected", by="a", correction={"value": 7e6})
    with pytest.raises(StoreError, match="changes nothing"):
        filled.reviews.save(COST, "corrected", by="a", correction={"value": 5.6e6})


CORRECTIONS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("number", {"value": "7,000,000"}, {"value": 7e6, "comparator": "eq"}),
    ("scaled", {"value": "7.5 Million"}, {"value": 7.5e6}),
    ("upper end", {"high": "6 million"}, {"value": 5.6e6, "high": 6e6, "comparator": "range"}),
    ("subject", {"subject": " Marlin-2  Pro "}, {"subject": "Marlin-2 Pro", "subject_id": "model:marlin-2-pro"}),
    ("no subject", {"subject": ""}, {"subject": "", "subject_id": None}),
    ("vocabulary", {"modality": "estimated", "stage": "rl"}, {"modality": "estimated", "stage": "rl"}),
]


@pytest.mark.parametrize(("correction", "slots"), [row[1:] for row in CORRECTIONS], ids=[row[0] for row in CORRECTIONS])
def test_correction_is_read(filled: Store, correction: dict[str, Any], slots: dict[str, Any]) -> None:
    row = filled.reviews.save(COST, "corrected", by="a", correction=correction)
    assert {key: row[key] for key in slots} == slots
    assert filled.verify() == []


def test_range_can_be_put_right_to_one_number(store: Store) -> None:
    save(store, training_cost={"high": 6e6, "comparator": "range"})
    row = store.reviews.save(COST, "corrected", by="a", correction={"high": ""})
    assert (row["high"], row["comparator"]) == (None, "eq")


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("no number", {"value": "much"}, "The value is no number"),
    ("not finite", {"value": "inf"}, "The value is no number"),
    ("truth", {"value": True}, "The value is no number"),
    ("other scale", {"value": "5 dozen"}, "The value is no number"),
    ("ends crossed", {"high": "1"}, "below its lower end"),
    ("range of one end", {"comparator": "range"}, "two ends"),
    ("slot", {"quote": "x"}, "no slot"),
    ("predicate", {"predicate": "power"}, "no slot"),
    ("vocabulary", {"modality": "sure"}, "no such modality"),
    ("currency", {"unit": "dollars"}, "no currency"),
    ("control characters", {"subject": "a\x1b[2J"}, "This is no subject"),
    ("long", {"subject": "a" * 1000}, "This is no subject"),
    ("nothing", {}, "changes nothing"),
    ("same", {"value": 5.6e6}, "changes nothing"),
]


@pytest.mark.parametrize(("correction", "words"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_correction_is_refused_and_leaves_nothing(filled: Store, correction: dict[str, Any], words: str) -> None:
    with pytest.raises(StoreError, match=words):
        filled.reviews.save(COST, "corrected", by="a", correction=correction)
    assert list(filled.reviews.verdicts(everything=True)) == []


def test_fixed_unit_is_refused(filled: Store) -> None:
    with pytest.raises(StoreError, match="unit is fixed"):
        filled.reviews.save(CHIPS, "corrected", by="a", correction={"unit": "racks"})


@pytest.mark.parametrize(
    ("claim", "verdict", "by", "words"),
    [
        ("0" * 16, "confirmed", "a", "no such claim"),
        (COST, "perhaps", "a", "no such verdict"),
        (COST, "confirmed", " ", "needs a reader"),
    ],
    ids=["claim", "verdict", "nobody"],
)
def test_bad_verdict_is_refused(filled: Store, claim: str, verdict: Verdict, by: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        filled.reviews.save(claim, verdict, by=by)


def test_database_itself_lets_the_newest_count(filled: Store, path: Path) -> None:
    """A verdict that another program writes replaces the one before, and two can never count."""
    filled.reviews.save(COST, "confirmed", by="a")
    filled.reviews.save(COST, "rejected", by="a")
    db = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("UPDATE reviews SET state = 'counts'")
    db.rollback()
    columns = ", ".join(row[1] for row in db.execute("PRAGMA table_info(reviews)") if row[1] not in ("id", "state"))
    with db:
        db.execute(f"INSERT INTO reviews ({columns}) SELECT {columns} FROM reviews WHERE verdict = 'confirmed'")
    assert db.execute("SELECT state FROM reviews ORDER BY id").fetchall() == [("replaced",), ("replaced",), ("counts",)]
    db.close()


TAMPERED = {
    "newest does not count": ("UPDATE reviews SET state = 'replaced'", "newest verdict on claim"),
    "another quote": ("UPDATE reviews SET quote = 'x'", "another predicate, quote or article"),
    "another article": ("UPDATE reviews SET url = 'x'", "another predicate, quote or article"),
    "missing entity": ("UPDATE reviews SET subject_id = 'model:none'", "a row of entities that is missing"),
}


@pytest.mark.parametrize(("statement", "words"), TAMPERED.values(), ids=TAMPERED)
def test_verify_notices_tampered_verdicts(filled: Store, path: Path, statement: str, words: str) -> None:
    filled.reviews.save(COST, "confirmed", by="a")
    assert filled.verify() == []
    with sqlite3.connect(path) as db:
        db.execute(statement)
    db.close()
    problems = filled.verify()
    assert [problem.table for problem in problems] == ["reviews"]
    assert words in problems[0].reason


# Gold


@pytest.fixture
def judged(filled: Store) -> Store:
    filled.reviews.save(COST, "corrected", by="a", correction={"value": 7e6})
    return filled


def exported(store: Store, folder: Path, *, whole: bool = False) -> Path:
    file = folder / "gold.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in store.reviews.golds(whole=whole)), encoding="utf-8")
    return file


def test_gold_has_what_was_judged_and_nothing_else(judged: Store) -> None:
    (gold,) = judged.reviews.golds()
    assert gold["text"] == TEXT
    (fact,) = gold["facts"]
    assert (fact["predicate"], fact["value"], TEXT[fact["start"] : fact["end"]]) == (
        "training_cost",
        7e6,
        "$5.6 million",
    )
    assert [(wrong["predicate"], wrong["value"]) for wrong in gold["wrong"]] == [("training_cost", 5.6e6)]
    judged.reviews.save(CHIPS, "rejected", by="a")
    (gold,) = judged.reviews.golds()
    assert [wrong["predicate"] for wrong in gold["wrong"]] == ["training_cost", "chip_count"]
    assert len(gold["facts"]) == 1


def test_gold_is_whole_once_every_claim_is_judged(judged: Store) -> None:
    assert [sorted({"claims", "facts"} & set(gold)) for gold in judged.reviews.golds(whole=True)] == [["facts"]]
    judged.reviews.save(CHIPS, "confirmed", by="a")
    assert [sorted({"claims", "facts"} & set(gold)) for gold in judged.reviews.golds(whole=True)] == [["claims"]]
    assert [sorted({"claims", "facts"} & set(gold)) for gold in judged.reviews.golds()] == [["facts"]]


def test_gold_keeps_a_claim_that_is_read_no_more(filled: Store) -> None:
    """What new rules miss is what the next test must tell; what the article says no more is left out."""
    filled.reviews.save(COST, "confirmed", by="a")
    filled.reviews.save(CHIPS, "confirmed", by="a")
    filled.save_claims(
        Article(FIRST, TEXT, "Marlin-2 is out"), [], rules="none", run_id=filled.start_run("test", rules="none")
    )
    (gold,) = filled.reviews.golds()
    assert [TEXT[fact["start"] : fact["end"]] for fact in gold["facts"]] == list(WORDS.values())
    save(filled, text=f"An update.\n\n{TEXT.split(chr(10))[0]}")
    (gold,) = filled.reviews.golds()
    assert [fact["predicate"] for fact in gold["facts"]] == ["training_cost"]


def test_evaluate_counts_only_what_was_judged(filled: Store, tmp_path: Path) -> None:
    """Found again: what was confirmed is right, what was rejected is wrong, and what nobody judged is neither."""
    save(filled, OTHER, TEXT.replace("Norwind", "Somebody"))
    filled.reviews.save(COST, "confirmed", by="a")
    filled.reviews.save(name("chip_count", OTHER), "rejected", by="a")
    golds = list(read_gold(exported(filled, tmp_path)))
    claims = {
        url: make_claims(Article(url, TEXT.replace("Norwind", w)))
        for url, w in ((FIRST, "Norwind"), (OTHER, "Somebody"))
    }
    read = {Article(url, "").id: found for url, found in claims.items()}
    report = compare(golds, lambda document: read[document.id])
    assert (report.total.gold, report.total.facts, report.total.predicted, report.total.right) == (1, 1, 2, 1)
    assert [(document, claim["predicate"]) for document, claim in report.spurious] == [
        (Article(OTHER, "").id, "chip_count")
    ]


def test_evaluate_takes_a_whole_article_for_whole(filled: Store, tmp_path: Path) -> None:
    filled.reviews.save(COST, "confirmed", by="a")
    filled.reviews.save(CHIPS, "rejected", by="a")
    (gold,) = read_gold(exported(filled, tmp_path, whole=True))
    assert gold.exhaustive
    report = compare([gold], lambda document: make_claims(Article(FIRST, document.text)))
    assert (report.total.predicted, report.total.right) == (2, 1)


def test_older_database_gets_the_table(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with open_store(path, create=True) as store:
        save(store)
    db = sqlite3.connect(path)
    views = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    db.executescript("".join(f"DROP VIEW {view};" for view in views) + "DROP TABLE reviews; PRAGMA user_version = 6;")
    db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '0007%'")
    db.commit()
    db.close()
    with open_store(path) as store:
        store.reviews.save(COST, "confirmed", by="a")
        assert store.verify() == []
