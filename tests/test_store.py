"""The store: what it refuses, what it keeps, what it finds, and what it notices when a file was tampered with."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from extractor.errors import StoreError
from extractor.reconcile import resolve_subjects
from extractor.records import (
    JSON_KEYS,
    Article,
    Claim,
    Comparator,
    Evidence,
    Failure,
    Modality,
    Page,
    Part,
    Role,
    Stage,
    claim_id,
)
from extractor.schema import data_folder, load_predicates
from extractor.store import RefusedRecord, Source, Store, open_store
from extractor.store.claims import has_words
from extractor.store.migrations import APPLICATION_ID, read_migrations, read_views

SOURCE = Source("folder", "news")
TITLE = "Norwind says Marlin-2 cost $5.6 million"
# The sign and the accent stand outside and at the edge of what one byte holds: offsets count code points.
TEXT = (
    "🚀 Café talk.\n\nNorwind trained Marlin-2 on 512 H800 chips.\n\n"
    "It was distilled from Llama 3, said Ada Byrne of Norwind."
)


def make_page(content: str = "<p>one</p>", url: str = "https://a.example/marlin") -> Page:
    return Page(url=url, content=content.encode(), media_type="text/html", fetched="2025-02-01T00:00:00+00:00")


def make_article(page: Page, **changes: Any) -> Article:
    article = Article(
        url=page.url, text=TEXT, title=TITLE, site="A Example", authors=("Bo Lind",), published="2025-01-28",
        language="en", page_sha256=page.sha256,
    )  # fmt: skip
    return replace(article, **changes)


def make_claim(article: Article, predicate: str, value: float | str, quote: str, **slots: Any) -> Claim:
    part: Part = slots.get("part", "text")
    words = article.title if part == "title" else article.text
    start = words.index(quote)
    end = start + len(quote)
    left = words.rfind("\n", 0, start) + 1
    right = words.find("\n", end)
    return Claim(
        id=claim_id(article.url, predicate, quote, 0), article_id=article.id, predicate=predicate, value=value,
        value_text=quote, start=start, end=end, quote=quote, sentence_start=left,
        sentence_end=right if right >= 0 else len(words), rule=f"{predicate}/test",
        evidence=(Evidence("value", part, start, end),), **({"unit": load_predicates()[predicate].unit} | slots),
    )  # fmt: skip


def make_claims(article: Article) -> list[Claim]:
    return [
        make_claim(
            article, "training_cost", 5_600_000, "$5.6 million", part="title", subject="Marlin-2", currency="USD"
        ),
        make_claim(article, "chip_count", 512, "512 H800 chips", subject="Marlin-2", chip="H800"),
        make_claim(article, "base_model", "Llama 3", "distilled from Llama 3", attributed_to="Ada Byrne"),
    ]


def save(store: Store, page: Page, article: Article, claims: list[Claim], rules: str = "r1") -> str:
    run = store.start_run("test", rules=rules, source=SOURCE)
    entities = [entity for entity in resolve_subjects(claims) if entity]
    claims = [replace(claim, subject_id="model:marlin-2") if claim.subject else claim for claim in claims]
    return store.save_article(page, article, claims, entities=entities, source=SOURCE, rules=rules, run_id=run)


def contents(path: Path) -> list[str]:
    """All rows of a database but its runs and its failures' times."""
    with sqlite3.connect(path) as db:
        lines = [line for line in db.iterdump() if line.startswith("INSERT") and '"runs"' not in line]
    db.close()
    return lines


@pytest.fixture
def filled(store: Store) -> Store:
    page = make_page()
    article = make_article(page)
    save(store, page, article, make_claims(article))
    return store


def raw(path: Path, *statements: str, drop_triggers: bool = False) -> None:
    """Write to the file as another program would."""
    db = sqlite3.connect(path, isolation_level=None)
    if drop_triggers:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
    try:
        for statement in statements:
            db.execute(statement)
    finally:
        db.close()


# The schema


def test_schema_has_every_table_strict_and_every_view(store: Store, path: Path) -> None:
    db = sqlite3.connect(path)
    tables = {row[1]: row[5] for row in db.execute("PRAGMA table_list") if row[2] == "table"}
    views = {row[1] for row in db.execute("PRAGMA table_list") if row[2] == "view"}
    db.close()
    ours = {name for name in tables if not name.startswith("sqlite_") and "_fts" not in name}
    assert ours - {"_sqlite_migrations"} == {
        "sources", "pages", "predicates", "entities", "runs", "articles", "versions", "claims", "evidence", "failures",
        "addresses", "wishes", "answers", "positions", "copies", "sketches", "bands", "rulebooks",
        "reviews",
    }  # fmt: skip
    assert all(tables[name] for name in ours - {"_sqlite_migrations"}), "a table is not STRICT"
    assert views == set(read_views())


def test_claims_have_the_columns_of_the_record(store: Store, path: Path) -> None:
    db = sqlite3.connect(path)
    columns = [row[1] for row in db.execute("PRAGMA table_info(claims)")]
    db.close()
    assert set(columns) == {*JSON_KEYS, "run_id"} - {"evidence"}


def test_migrations_bring_an_older_database_up_with_its_rows_and_keys(path: Path) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    for sql in list(read_migrations().values())[:3]:
        db.executescript(sql)
    db.executescript(
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 3;"
        "CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT);"
        "INSERT INTO sources VALUES ('s1', 'url', 'https://a.example/', '2025-01-01T00:00:00+00:00');"
        "INSERT INTO runs (id, command, source_id, started, version, rules) VALUES (1, 'ingest', 's1', '', '', '');"
        "CREATE VIEW mine AS SELECT location FROM sources;"
    )
    db.executemany(
        "INSERT INTO _sqlite_migrations VALUES ('ainews-to-sqlite', ?, '')", [(n,) for n in list(read_migrations())[:3]]
    )
    db.close()
    with open_store(path) as store:
        assert store.verify() == []
    db = sqlite3.connect(path)
    assert db.execute("SELECT kind, state, location FROM sources").fetchall() == [
        ("page", "once", "https://a.example/")
    ]
    assert db.execute("SELECT location FROM mine").fetchall() == [("https://a.example/",)]
    with pytest.raises(sqlite3.IntegrityError):
        db.executescript("PRAGMA foreign_keys = ON; DELETE FROM sources")
    db.close()


def test_datasette_describes_every_column_and_no_other(store: Store, path: Path) -> None:
    described = yaml.safe_load((data_folder("schema") / "datasette.yml").read_text(encoding="utf-8"))["tables"]
    db = sqlite3.connect(path)
    names = [row[1] for row in db.execute("PRAGMA table_list") if row[2] in ("table", "view")]
    found = {
        name: {row[1] for row in db.execute(f"PRAGMA table_info({name})")}
        for name in names
        if not name.startswith(("sqlite_", "_")) and "_fts" not in name
    }
    db.close()
    assert {name: set(table["columns"]) for name, table in described.items()} == found
    for name, table in described.items():
        named = {*table.get("facets", ()), table.get("label_column"), table.get("sort_desc")} - {None}
        assert named <= found[name], name


@pytest.mark.parametrize(
    ("column", "vocabulary"),
    [("comparator", Comparator), ("modality", Modality), ("stage", Stage), ("part", Part)],
    ids=["comparator", "modality", "stage", "part"],
)
def test_vocabularies_agree_in_python_sql_and_json(column: str, vocabulary: Any) -> None:
    words = get_args(vocabulary)
    schema = json.loads((data_folder("schema") / "claim.schema.json").read_text(encoding="utf-8"))
    assert tuple(schema["properties"][column]["enum"]) == words
    listed = ", ".join(f"'{word}'" for word in words)
    assert f"CHECK ({column} IN ({listed}))" in read_migrations()["0001_tables"]


def test_claim_schema_agrees_with_the_record() -> None:
    schema = json.loads((data_folder("schema") / "claim.schema.json").read_text(encoding="utf-8"))
    assert tuple(schema["properties"]) == tuple(schema["required"]) == JSON_KEYS
    assert schema["properties"]["predicate"]["enum"] == list(load_predicates())
    slot = schema["properties"]["evidence"]["items"]
    assert tuple(slot["properties"]["role"]["enum"]) == get_args(Role)
    assert tuple(slot["properties"]["part"]["enum"]) == get_args(Part)
    kinds: dict[str, Any] = {
        "string": str,
        "number": (int, float),
        "integer": int,
        "null": type(None),
        "array": (list, tuple),
    }
    article = make_article(make_page())
    for claim in make_claims(article):
        for key, value in claim.as_dict().items():
            rule = schema["properties"][key]
            allowed = [rule["type"]] if isinstance(rule.get("type"), str) else rule.get("type", [])
            assert value in rule.get("enum", [value]), key
            assert not allowed or any(isinstance(value, kinds[kind]) for kind in allowed), key
        assert set(claim.as_dict()["evidence"][0]) == set(slot["required"])


def test_predicates_are_labelled_in_the_database(store: Store, path: Path) -> None:
    db = sqlite3.connect(path)
    found = dict(db.execute("SELECT name, label FROM predicates").fetchall())
    db.close()
    assert found == {name: predicate.label for name, predicate in load_predicates().items()}


def test_opening_again_writes_nothing(store: Store, path: Path) -> None:
    before = store._db.execute("PRAGMA data_version").fetchone()
    open_store(path).close()
    assert store._db.execute("PRAGMA data_version").fetchone() == before


def test_a_view_that_another_version_made_is_brought_up_to_date(store: Store, path: Path) -> None:
    raw(path, "DROP VIEW who_says", "CREATE VIEW who_says AS SELECT 1 AS one", "UPDATE predicates SET label = 'old'")
    with pytest.raises(StoreError, match="older version"):
        open_store(path, read_only=True)
    with open_store(path) as again:
        assert again._db["who_says"].columns_dict.keys() >= {"speaker", "value"}
        assert again._db["predicates"].get("power")["label"] == "Power"


# What the database itself refuses

LIES = {
    "quote-is-not-the-text": "UPDATE claims SET quote = '512 H801 chips' WHERE predicate = 'chip_count'",
    "quote-is-elsewhere": 'UPDATE claims SET start = start + 1, "end" = "end" + 1 WHERE predicate = \'chip_count\'',
    "quote-of-another-part": "UPDATE claims SET part = 'title' WHERE predicate = 'chip_count'",
    "quote-is-shorter-than-offsets": "UPDATE claims SET quote = '512' WHERE predicate = 'chip_count'",
    "evidence-lies": "UPDATE evidence SET words = upper(words) WHERE words LIKE '512%'",
    "evidence-out-of-text": 'UPDATE evidence SET start = start + 9000, "end" = "end" + 9000',
    "text-changes-under-its-claims": "UPDATE articles SET text = 'All is new.'",
    "title-changes-under-its-claims": "UPDATE articles SET title = 'All is new.'",
    "value-is-an-integer": "UPDATE claims SET value = 512 WHERE predicate = 'chip_count'",
    "value-is-missing": "UPDATE claims SET value = NULL",
    "start-is-a-word": "UPDATE claims SET start = 'twelve'",
    "modality-unknown": "UPDATE claims SET modality = 'certain'",
    "comparator-unknown": "UPDATE claims SET comparator = '>'",
    "stage-unknown": "UPDATE claims SET stage = 'later'",
    "predicate-unknown": "UPDATE claims SET predicate = 'colour'",
    "subject-id-unknown": "UPDATE claims SET subject_id = 'model:none'",
    "range-backwards": "UPDATE claims SET high = 1.0 WHERE predicate = 'chip_count'",
    "confidence-over-one": "UPDATE claims SET confidence = 1.5",
    "sentence-without-quote": 'UPDATE claims SET sentence_end = "end" - 1',
    "authors-no-json": "UPDATE articles SET authors = 'Bo Lind'",
    "text-with-nul": "UPDATE articles SET text = text || char(0)",
    "page-taken-away": "DELETE FROM pages",
    "number-as-words": "UPDATE runs SET pages = 'many'",
}


@pytest.mark.parametrize("statement", LIES.values(), ids=LIES)
def test_database_refuses(filled: Store, path: Path, statement: str) -> None:
    """With foreign keys on, as every connection of ours has them."""
    with pytest.raises(sqlite3.IntegrityError):
        raw(path, "PRAGMA foreign_keys = ON", statement)
    assert filled.verify() == []


def test_database_refuses_a_lying_insert_from_any_program(filled: Store, path: Path) -> None:
    copy = "INSERT INTO claims SELECT 'x', {} FROM claims WHERE predicate = 'chip_count'"
    columns = [row[1] for row in sqlite3.connect(path).execute("PRAGMA table_info(claims)")][1:]
    names = ", ".join(f'"{name}"' for name in columns)
    with pytest.raises(sqlite3.IntegrityError, match="quote is not what the article says"):
        raw(path, copy.format(names.replace('"quote"', "upper(quote)")))
    raw(path, copy.format(names))  # the same row with the true quote goes in


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"predicate": "colour"}, "FOREIGN KEY", id="unknown-predicate"),
        pytest.param({"article_id": "0" * 16}, "another article", id="claim-of-another-article"),
        pytest.param({"start": 1, "end": 15}, "quote is not what", id="lying-offsets"),
        pytest.param({"evidence": (Evidence("chip", "text", 5, 5),)}, "CHECK", id="empty-evidence"),
        pytest.param({"evidence": (Evidence("chip", "text", 5, 900),)}, "CHECK", id="evidence-past-the-end"),
        pytest.param({"value": float("nan")}, "NOT NULL", id="not-a-number"),
    ],
)
def test_save_article_is_all_or_nothing(store: Store, change: dict[str, Any], words: str) -> None:
    page = make_page()
    article = make_article(page)
    claims = make_claims(article)
    with pytest.raises(RefusedRecord, match=words):
        save(store, page, article, [claims[0], replace(claims[1], **change)])
    counts = store.counts()
    assert {name: counts[name] for name in ("pages", "articles", "claims", "evidence", "entities")} == dict.fromkeys(
        ("pages", "articles", "claims", "evidence", "entities"), 0
    )


@pytest.mark.parametrize("text", ["half \ud83d", "nul \0 inside"], ids=["lone-surrogate", "nul"])
def test_save_article_refuses_text_that_sqlite_cannot_keep(store: Store, text: str) -> None:
    page = make_page()
    with pytest.raises(RefusedRecord):
        save(store, page, make_article(page, text=text), [])


# What becomes of an article


def test_ingest_of_the_same_page_changes_nothing(filled: Store, path: Path) -> None:
    before = contents(path)
    page = make_page()
    article = make_article(page)
    assert save(filled, page, article, make_claims(article)) == "same"
    other_furniture = make_page("<p>one</p><aside>Read more</aside>")
    assert save(filled, other_furniture, make_article(other_furniture), make_claims(article)) == "same"
    assert contents(path) == before


def test_changed_page_makes_a_version_with_its_former_claims(filled: Store) -> None:
    page = make_page("<p>two</p>")
    article = make_article(page, text=TEXT.replace("512", "1,024"))
    claim = make_claim(article, "chip_count", 1024, "1,024 H800 chips", subject="Marlin-2", chip="H800")
    assert save(filled, page, article, [claim]) == "changed"
    assert [row["value"] for row in filled.find_claims()] == [1024.0]
    (version,) = filled._db.query("SELECT * FROM versions")
    assert (version["version"], version["text"]) == (1, TEXT)
    assert {claim["predicate"]: claim["value"] for claim in json.loads(version["claims"])} == {
        "training_cost": 5_600_000.0, "chip_count": 512.0, "base_model": "Llama 3",
    }  # fmt: skip
    assert all(claim["evidence"] for claim in json.loads(version["claims"]))
    assert filled._db["articles"].get(article.id)["version"] == 2
    assert filled.verify() == []
    # Two pages of one article in a folder: the next run meets both again.
    first = make_page()
    assert save(filled, first, make_article(first), make_claims(make_article(first))) == "same"
    assert save(filled, page, article, [claim]) == "same"


def test_better_reader_is_no_new_version(filled: Store) -> None:
    page = make_page()
    article = make_article(page, text=TEXT + "\n\nA paragraph that the old reader missed.")
    assert save(filled, page, article, make_claims(article)[:1], rules="r2") == "reread"
    counts = filled.counts()
    assert (counts["versions"], counts["claims"], counts["evidence"]) == (0, 1, 1)
    assert filled.verify() == []


def test_stale_articles_are_those_of_other_rules(filled: Store) -> None:
    (article,) = filled.stale_articles("r2")
    assert article == make_article(make_page())
    assert list(filled.stale_articles("r1")) == []
    run = filled.start_run("extract", rules="r2")
    filled.save_claims(article, make_claims(article)[:2], rules="r2", run_id=run)
    assert list(filled.stale_articles("r2")) == []
    assert filled.counts()["claims"] == 2


@pytest.mark.parametrize(
    ("sha256", "rules", "known"),
    [
        pytest.param(make_page().sha256, "r1", True, id="same-page-same-rules"),
        pytest.param(make_page().sha256, "r2", False, id="same-page-other-rules"),
        pytest.param("0" * 64, "r1", False, id="other-page"),
    ],
)
def test_has_page(filled: Store, sha256: str, rules: str, known: bool) -> None:
    assert filled.has_page(sha256, rules) is known


def test_failures_leave_the_list_once_a_run_of_their_source_reads_them(store: Store) -> None:
    bad, worse = Failure("news/a.html", "article", "no text"), Failure("news/b.html", "source", "a PDF")

    def run(*failed: Failure, source: Source = SOURCE, stopped: bool = False) -> list[str]:
        number = store.start_run("ingest", rules="r1", source=source)
        for failure in failed:
            store.save_failure(failure, number)
        store.finish_run(
            number, outcome="stopped" if stopped else "done", pages=2, articles=0, claims=0, failures=len(failed)
        )
        return sorted(row["source"] for row in store.failures())

    assert run(bad, worse) == ["news/a.html", "news/b.html"]
    assert run(bad, worse) == ["news/a.html", "news/b.html"]
    assert run(source=Source("file", "elsewhere.html")) == ["news/a.html", "news/b.html"]
    assert run(stopped=True) == ["news/a.html", "news/b.html"]
    assert run(bad) == ["news/a.html"]
    assert [row["reason"] for row in store.failures(5)] == ["no text"]
    assert list(store.failures(1)) == []


# Opening


def not_a_database(path: Path) -> None:
    path.write_bytes(b"<html>" * 200)


def of_another_program(path: Path) -> None:
    raw(path, "CREATE TABLE songs (title TEXT)")


def of_another_application(path: Path) -> None:
    raw(path, "PRAGMA application_id = 7", "PRAGMA user_version = 3")


def of_a_newer_version(path: Path) -> None:
    open_store(path, create=True).close()
    raw(path, "PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(not_a_database, "is no database", id="not-a-database"),
        pytest.param(of_another_program, "not one of ainews-to-sqlite.*songs", id="other-tables"),
        pytest.param(of_another_application, "not one of ainews-to-sqlite.*found 7", id="other-application"),
        pytest.param(of_a_newer_version, "newer version.*found schema 99.*Upgrade", id="newer"),
        pytest.param(Path.mkdir, "folder is no database", id="a-folder"),
    ],
)
@pytest.mark.parametrize("options", [{"create": True}, {"create": False}, {"read_only": True}], ids=str)
def test_open_store_refuses(path: Path, make: Callable[[Path], None], words: str, options: dict[str, bool]) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError, match=words) as caught:
        open_store(path, **options)
    assert caught.value.where == str(path)
    assert (path.read_bytes() if path.is_file() else b"") == before, "the file was touched"


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        pytest.param("none.db", {}, "no such database.*ingest", id="missing"),
        pytest.param("none.db", {"create": True, "read_only": True}, "no such database", id="missing-read-only"),
        pytest.param("nowhere/claims.db", {"create": True}, "folder is missing", id="missing-folder"),
        pytest.param("/dev/null", {}, "not one of", id="a-device"),
    ],
)
def test_open_store_names_what_is_missing(tmp_path: Path, name: str, options: dict[str, bool], words: str) -> None:
    with pytest.raises(StoreError, match=words):
        open_store(tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b#c?d%20e.db", "café.db", "'; drop.db"])
def test_open_store_takes_any_file_name(tmp_path: Path, name: str) -> None:
    open_store(tmp_path / name, create=True).close()
    assert [file.name for file in tmp_path.iterdir()] == [name]
    with open_store(tmp_path / name, read_only=True) as store:
        assert store.counts()["claims"] == 0


def test_read_only_store_reads_and_writes_nothing(filled: Store, path: Path) -> None:
    filled.close()
    with open_store(path, read_only=True) as store:
        assert len(list(store.find_claims())) == 3
        assert store.verify() == []
        with pytest.raises(StoreError, match="cannot be written"):
            store.start_run("test", rules="r1")


def test_methods_after_close_tell_so(filled: Store) -> None:
    filled.close()
    with pytest.raises(StoreError, match="closed"):
        filled.counts()


AS_NOBODY = """
import os, sys
from extractor.errors import StoreError
from extractor.records import Failure
from extractor.store import open_store
from extractor.store.migrations import APPLICATION_ID, read_migrations, read_views
from extractor.schema import load_predicates
# The package may lie where nobody else may read: take in what it needs while that is allowed.
read_migrations(), read_views(), load_predicates()
if os.geteuid() == 0:
    os.setuid(65534)
try:
    with open_store(sys.argv[1], create=sys.argv[2] == "create", read_only=sys.argv[2] == "read") as store:
        print("claims:", store.counts()["claims"])
        if sys.argv[2] != "read":
            store.save_failure(Failure("a", "source", "b"), 1)
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "name", "how", "words"),
    [
        pytest.param(0o555, 0o644, "claims.db", "read", "claims: 3", id="folder-read-only-to-read"),
        pytest.param(
            0o555, 0o644, "claims.db", "write", "cannot be written.*Give yourself write", id="folder-to-write"
        ),
        pytest.param(0o555, 0o644, "new.db", "create", "cannot be opened.*Check who", id="folder-to-create"),
        pytest.param(0o777, 0o444, "claims.db", "write", "cannot be written.*Give yourself write", id="file-to-write"),
        pytest.param(0o777, 0o000, "claims.db", "read", "cannot be opened.*Check who", id="file-not-to-be-read"),
    ],
)
def test_rights_that_lack_are_told(
    filled: Store, path: Path, folder_mode: int, file_mode: int, name: str, how: str, words: str
) -> None:
    filled.close()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "claims.db")
        shutil.copy(path, file)
        file.chmod(file_mode)
        Path(folder).chmod(folder_mode)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(Path(folder, name)), how], capture_output=True, text=True, check=False
        )
        Path(folder).chmod(0o755)
    assert done.stderr == ""
    assert re.search(words, done.stdout), done.stdout


# Two at once


def test_second_writer_is_told_that_the_database_is_locked(filled: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="locked by another writer"):
            filled.start_run("test", rules="r1")
        assert len(list(filled.find_claims())) == 3, "readers go on"
    finally:
        other.close()
    assert filled.start_run("test", rules="r1") == 2


def test_second_writer_waits(filled: Store, path: Path) -> None:
    """The first holds the lock until the second has begun to wait for it."""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waiting = threading.Event()

    def write() -> None:
        with open_store(path, wait=60) as store:
            waiting.set()
            store.start_run("second", rules="r1")

    writer = threading.Thread(target=write)
    writer.start()
    assert waiting.wait(60)
    other.execute("COMMIT")
    writer.join(60)
    other.close()
    assert filled.counts()["runs"] == 2


CREATE = """
import sys
from extractor.store import open_store
with open_store(sys.argv[1], create=True, wait=60) as store:
    for _ in range(20):
        store.start_run("test", rules="r1")
"""


def test_processes_that_create_one_database_together_agree(path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", CREATE, str(path)], stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    errors = [writer.communicate()[1] for writer in writers]
    assert errors == [""] * 4
    with open_store(path, read_only=True) as store:
        assert store.counts()["runs"] == 80
        assert store.verify() == []


# Asking


@pytest.mark.parametrize(
    ("filters", "predicates"),
    [
        pytest.param({}, {"training_cost", "chip_count", "base_model"}, id="none"),
        pytest.param({"subject": "marlin-2"}, {"training_cost", "chip_count"}, id="subject-in-lower-case"),
        pytest.param({"subject": "Marlin 2"}, {"training_cost", "chip_count"}, id="subject-without-hyphen"),
        pytest.param({"subject": "model:marlin-2"}, {"training_cost", "chip_count"}, id="subject-by-id"),
        pytest.param({"subject": "Marlin"}, {"training_cost", "chip_count"}, id="subject-by-a-word"),
        pytest.param({"subject": "Marl"}, set(), id="subject-part-of-a-word"),
        pytest.param({"subject": "Marlin-20"}, set(), id="subject-longer"),
        pytest.param({"subject": "-"}, set(), id="subject-without-words"),
        pytest.param({"predicate": "chip_count"}, {"chip_count"}, id="predicate"),
        pytest.param({"chip": "h800"}, {"chip_count"}, id="chip"),
        pytest.param({"chip": "H80"}, set(), id="chip-part-of-a-word"),
        pytest.param({"speaker": "byrne"}, {"base_model"}, id="speaker"),
        pytest.param({"modality": "asserted"}, {"training_cost", "chip_count", "base_model"}, id="modality"),
        pytest.param({"modality": "denied"}, set(), id="modality-none"),
        pytest.param({"since": "2025"}, {"training_cost", "chip_count", "base_model"}, id="since-year"),
        pytest.param({"since": "2025-01-28"}, {"training_cost", "chip_count", "base_model"}, id="since-same-day"),
        pytest.param({"since": "2025-01-29"}, set(), id="since-next-day"),
        pytest.param({"search": "chips"}, {"chip_count"}, id="search-word"),
        pytest.param({"search": "distilling"}, {"base_model"}, id="search-stem"),
        pytest.param({"search": "chips h800"}, {"chip_count"}, id="search-words-in-any-order"),
        pytest.param({"search": '"chips h800"'}, set(), id="search-phrase-in-wrong-order"),
        pytest.param({"search": '"h800 chips"'}, {"chip_count"}, id="search-phrase"),
        pytest.param({"search": "chips NOT h800"}, set(), id="search-not-is-a-word"),
        pytest.param({"search": 'h800"'}, {"chip_count"}, id="search-odd-quote"),
        pytest.param({"search": "quote:h800*"}, set(), id="search-no-syntax"),
        pytest.param({"search": "(h800) ^ -"}, {"chip_count"}, id="search-signs"),
        pytest.param({"search": "h800\0"}, {"chip_count"}, id="search-nul"),
        pytest.param({"search": "byrne", "predicate": "chip_count"}, set(), id="both-must-fit"),
    ],
)
def test_find_claims(filled: Store, filters: dict[str, str], predicates: set[str]) -> None:
    assert {row["predicate"] for row in filled.find_claims(**filters)} == predicates  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        pytest.param({"predicate": "colour"}, "no such predicate.*training_cost", id="predicate"),
        pytest.param({"modality": "sure"}, "no such modality.*asserted", id="modality"),
        pytest.param({"since": "last week"}, "no date.*YYYY", id="since"),
        pytest.param({"search": ' " * '}, "no words", id="search"),
    ],
)
def test_find_claims_refuses_what_cannot_be(filled: Store, filters: dict[str, str], words: str) -> None:
    with pytest.raises(StoreError, match=words):
        list(filled.find_claims(**filters))  # type: ignore[arg-type]


def test_find_claims_limits_and_gives_the_sentence(filled: Store) -> None:
    assert len(list(filled.find_claims(limit=2))) == 2
    assert list(filled.find_claims(limit=0)) == []
    (row,) = filled.find_claims(predicate="chip_count")
    assert row["sentence"] == "Norwind trained Marlin-2 on 512 H800 chips."
    assert (row["value"], row["quote"], row["title"], row["subject_name"]) == (
        512.0,
        "512 H800 chips",
        TITLE,
        "Marlin-2",
    )


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("R10", "R1", 0),
        ("DeepSeek-R1", "r1", 1),
        ("DeepSeek R1", "deepseek-r1", 1),
        ("GPT-4.1", "GPT-4", 0),
        ("GPT-4", "GPT-4.1", 0),
        ("GPT‑4o", "gpt-4o", 1),
        ("Llama 3.1 405B", "llama 3.1", 1),
        (None, "R1", 0),
        ("R1", "", 0),
    ],
)
def test_has_words(text: str | None, wanted: str, found: int) -> None:
    assert has_words(text, wanted) == found


def test_find_claim_by_the_beginning_of_its_id(filled: Store) -> None:
    (row,) = filled.find_claims(predicate="chip_count")
    claim = filled.find_claim(row["id"][:8])
    assert claim["id"] == row["id"]
    assert claim["article"]["text"] == TEXT
    assert [(slot["role"], slot["words"]) for slot in claim["evidence"]] == [("value", "512 H800 chips")]


@pytest.mark.parametrize(
    ("start", "words"), [("", "More than one"), ("zz", "no such claim"), ("%", "no such claim"), ("_" * 16, "no such")]
)
def test_find_claim_refuses(filled: Store, start: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        filled.find_claim(start)


# Looking for what is off

CORRUPTIONS = {
    "quote": ("UPDATE claims SET quote = upper(quote) WHERE predicate = 'base_model'", "claims", "its quote is"),
    "offset": ('UPDATE claims SET start = start - 1, "end" = "end" - 1 WHERE start > 20', "claims", "its quote is"),
    "sentence": ("UPDATE claims SET sentence_end = 9999", "claims", "its sentence"),
    "evidence": ("UPDATE evidence SET words = upper(words)", "evidence", "its value is"),
    "text": ("UPDATE articles SET text = ' ' || text", "claims", "its quote is"),
    "version-claim": ("UPDATE versions SET text = 'other'", "versions", "claim"),
    "version-json": ("UPDATE versions SET claims = '[{}]'", "versions", "no list of claim records"),
    "page-bytes": ("UPDATE pages SET content = x'00'", "pages", "cannot be decompressed"),
    "page-hash": (f"UPDATE pages SET content = x'{zlib.compress(b'lies').hex()}'", "pages", "hash"),
    "page-size": ("UPDATE pages SET size = 1", "pages", "its size"),
    "predicate": ("UPDATE claims SET predicate = 'colour'", "claims", "predicate 'colour' is unknown"),
    "article-without-page": ("DELETE FROM pages", "articles", "is missing"),
    "claim-without-article": ("DELETE FROM articles", "claims", "is missing"),
    "evidence-without-claim": ("DELETE FROM claims", "evidence", "is missing"),
    "articles-fts-lacks-a-row": ("DELETE FROM articles_fts_docsize", "articles_fts", "lacks 1"),
    "articles-fts-is-stale": ("UPDATE articles SET title = 'zebra', text = 'zebra'", "articles_fts", "does not agree"),
    "claims-fts-is-stale": ("UPDATE claims SET attributed_to = 'zebra'", "claims_fts", "does not agree"),
    "claims-fts-has-too-much": ("DELETE FROM claims WHERE predicate = 'chip_count'", "claims_fts", "1 too many"),
}


@pytest.mark.parametrize(("statement", "table", "words"), CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_verify_finds(filled: Store, path: Path, statement: str, table: str, words: str) -> None:
    other = make_page("<p>two</p>")
    article = make_article(other, published="2025-01-29")
    save(filled, other, article, make_claims(article))
    assert filled.verify() == []
    raw(path, statement, drop_triggers=True)
    found = [problem for problem in filled.verify() if problem.table == table]
    assert any(words in problem.reason for problem in found), filled.verify()


def test_verify_finds_a_torn_index(filled: Store, path: Path) -> None:
    raw(path, "PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = replace(sql, '(attributed_to)', '(rule)') "
        "WHERE name = 'claims_attributed_to'", drop_triggers=True)  # fmt: skip
    with open_store(path) as again:
        assert any("integrity check" in problem.reason for problem in again.verify())


def test_search_index_outlives_vacuum(filled: Store, path: Path) -> None:
    """SQLite may number rows anew when it packs a file; the index counts on the numbers."""
    page = make_page("<p>b</p>", "https://b.example/")
    article = make_article(page)
    save(filled, page, article, make_claims(article))
    raw(
        path,
        "PRAGMA foreign_keys = ON",
        "DELETE FROM articles WHERE url = 'https://a.example/marlin'",
        "VACUUM",
    )
    assert filled.counts()["evidence"] == 3, "what hangs on an article goes with it"
    assert filled.verify() == []
    assert [row["url"] for row in filled.find_claims(search="distilled")] == ["https://b.example/"]


def test_sqlite_utils_and_datasette_find_the_search_index(filled: Store) -> None:
    """Both look for it by the words of its CREATE statement."""
    from datasette.utils import detect_fts

    for table in ("articles", "claims"):
        assert filled._db[table].detect_fts() == f"{table}_fts"
        assert detect_fts(filled._db.conn, table) == f"{table}_fts"
    assert [row["predicate"] for row in filled._db["claims"].search("distilled")] == ["base_model"]


def test_search_index_is_mended_by_the_command_that_verify_names(filled: Store, path: Path) -> None:
    raw(path, "DROP TRIGGER claims_fts_update", "UPDATE claims SET attributed_to = 'zebra'")
    (problem,) = filled.verify()
    command = problem.reason.partition("with: ")[2].replace("FILE", str(path)).split()
    subprocess.run([sys.executable, "-m", "sqlite_utils", *command[1:]], check=True, capture_output=True)
    assert filled.verify() == []
