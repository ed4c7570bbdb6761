"""A published file: what is in it, what is not, that it is right, and that nothing else is written over."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from extractor.articles import read_article
from extractor.cli import main
from extractor.engine import ingest
from extractor.errors import StoreError
from extractor.pipeline import read_claims
from extractor.rules import rules_hash
from extractor.schema import data_folder, read_yaml
from extractor.sources import corpus_pages
from extractor.store import Notice, Source, is_published, open_store
from extractor.store.migrations import read_views
from extractor.store.passages import GAP, choose_passages, cut_excerpt, find_clause, merge_spans

NOTICE = Notice("Claims of the desk", "What it read.", "CC BY 4.0", "https://licence.example/by", "desk@desk.example")
SECRET = "https://key:s3cret@feeds.example/private.xml"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def rows(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus, in a database that also holds what is nobody's business."""
    path = tmp_path_factory.mktemp("whole") / "claims.db"
    with open_store(path, create=True) as store:
        source = Source("corpus", "corpus")
        ingest(store, corpus_pages(), source=source, read=read_article, extract=read_claims, rules=rules_hash())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO sources (id, kind, location, added, tags) VALUES ('s9', 'feed', ?, '', '[\"mine\"]')", [SECRET]
        )
        db.execute("UPDATE articles SET source_id = 's9' WHERE id = (SELECT min(id) FROM articles)")
        db.execute(
            "UPDATE articles SET url = 'file:///srv/private/a.html', canonical = 'file:///srv/private/b.html' "
            "WHERE id = (SELECT max(id) FROM articles)"
        )
        db.execute("UPDATE pages SET url = 'file:///srv/private/page.html'")
        db.execute("INSERT INTO failures VALUES (1, 1, '/srv/private/no.html', 'source', 'private reason', '')")
        db.execute(
            "INSERT INTO versions SELECT id, 1, page_sha256, title, 'A former text. ' || text, published, '[]', '' "
            "FROM articles"
        )
        db.execute("UPDATE articles SET version = 2")
    with open_store(path) as store:
        first, second, third = (row["id"] for row in itertools.islice(store.find_claims(predicate="chip_count"), 3))
        store.reviews.save(first, "rejected", by="Ada of the staff")
        store.reviews.save(first, "confirmed", by="Bo of the staff", note="a word to the wise")
        store.reviews.save(
            second, "corrected", by="Ada of the staff", correction={"value": "77", "subject": "Marlin-9"}
        )
        store.reviews.save(third, "rejected", by="Ada of the staff")
        store.reviews.undo(third)
    return path


@pytest.fixture(scope="module")
def public(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(whole, tmp_path_factory.mktemp("public") / "public.db")


def publish(whole: Path, target: Path, share: float = 0.1) -> Path:
    with open_store(whole, read_only=True) as store:
        store.publish(target, NOTICE, share=share)
    return target


# What is left of a text


@pytest.mark.parametrize(
    ("text", "words", "clause"),
    [
        ("Last year, it took 512 chips, they said.", "512 chips", "it took 512 chips"),
        ("It took 2,048 chips and 3.5 days.", "2,048 chips", "It took 2,048 chips and 3.5 days"),
        ("The run – on 512 chips – was short.", "512 chips", "on 512 chips"),
        ("The run (on 512 chips) was short.", "512 chips", "on 512 chips"),
        ("A heading\nIt took 512 chips", "512 chips", "It took 512 chips"),
        ("“It took 512 chips.” So they said.", "512 chips", "“It took 512 chips"),
        ("512 chips", "512 chips", "512 chips"),
        ("A well-known 512-chip run", "512-chip", "A well-known 512-chip run"),
    ],
    ids=["commas", "in-a-number", "dashes", "brackets", "line", "full-stop", "nothing-else", "hyphens"],
)
def test_clause_ends_at_its_punctuation(text: str, words: str, clause: str) -> None:
    at = text.index(words)
    start, end = find_clause(text, (at, at + len(words)), (0, len(text)))
    assert text[start:end] == clause


def test_clause_stays_in_its_sentence() -> None:
    text = "One thing It took 512 chips Another thing"
    assert find_clause(text, (18, 27), (10, 28)) == (10, 27)


# Two claims: a clause, quote and evidence, the quote, the value, nothing.
LONG = [[(0, 60)], [(20, 40), (50, 55)], [(20, 40)], [(20, 26)], []]
SHORT = [[(100, 130)], [(110, 130)], [(110, 120)], [(110, 120)], []]


@pytest.mark.parametrize(
    ("most", "passages"),
    [
        (90, [(0, 60), (100, 130)]),
        (89, [(20, 40), (50, 55), (100, 130)]),
        (54, [(20, 40), (50, 55), (110, 130)]),
        (44, [(20, 40), (110, 130)]),
        (39, [(20, 40), (50, 55), (110, 120)]),
        (34, [(20, 40), (110, 120)]),
        (29, [(20, 26), (110, 130)]),
        (19, [(20, 26), (110, 120)]),
        (15, [(20, 26)]),
        (9, [(20, 26)]),
        (0, []),
    ],
)  # fmt: skip
def test_longest_context_goes_first_and_value_last(most: int, passages: list[tuple[int, int]]) -> None:
    assert choose_passages([LONG, SHORT], most) == passages


def test_words_that_another_passage_holds_cost_nothing() -> None:
    inside = [[(0, 300)], [(22, 25)], [(22, 25)], [(22, 25)], []]
    assert choose_passages([LONG, inside], 60) == [(0, 60)]


def test_spans_of_no_claims_are_none() -> None:
    assert choose_passages([], 10) == []
    assert merge_spans([]) == []


def test_excerpt_tells_where_its_passages_stood() -> None:
    text = "One claim here.\n\nThen, far below, another 🚀 claim.\n\nThe end."
    spans = [(4, 9), (text.index("another"), text.index("claim.")), (text.index("end"), text.index("end") + 3)]
    excerpt = cut_excerpt(text, spans)
    assert excerpt.text == f"{GAP} claim {GAP}\n\nanother 🚀  {GAP}\n\nend {GAP}"
    for span in spans:
        placed = excerpt.place(span)
        assert placed is not None
        assert excerpt.text[slice(*placed)] == text[slice(*span)]
    assert excerpt.place((0, 5)) is None
    assert excerpt.place((8, 10)) is None
    for span in ((0, 3), (3, 6), (8, 12), (len(text) - 1, len(text))):
        assert excerpt.text[slice(*excerpt.find_sign(span))] == GAP


# What is in the file


def test_published_file_passes_the_doctor_and_agrees_with_the_articles(whole: Path, public: Path) -> None:
    done = run("doctor", public, "--with", whole)
    assert done.exit_code == 0, done.output
    assert "30 articles compared, 0 there in another version only, 0 not there." in done.stderr


def test_no_more_than_the_share_of_any_article(whole: Path, public: Path) -> None:
    texts = dict(rows(whole, "SELECT id, text FROM articles"))
    for article, sha256, length, published in rows(public, "SELECT * FROM source_texts"):
        assert sha256 == hashlib.sha256(texts[article].encode()).hexdigest()
        assert length == len(texts[article])
        spans = rows(public, "SELECT source_start, source_end FROM passages WHERE article_id = ?", article)
        assert len({at for span in spans for at in range(*span)}) == published <= length / 10
    assert rows(public, "SELECT count(*) FROM source_texts") == [(30,)]


def test_nothing_beyond_the_passages_is_in_the_bytes(whole: Path, public: Path) -> None:
    """No 24 characters in a row of a text are in the file unless they stand in its title, a passage or a name."""
    content = public.read_bytes()
    names = "\n".join(
        str(value) for row in rows(public, "SELECT subject, attributed_to, chip, value FROM claims") for value in row
    )
    seen = 0
    for article, title, text in rows(whole, "SELECT id, title, text FROM articles"):
        spans = rows(public, "SELECT source_start, source_end FROM passages WHERE article_id = ?", article)
        for start in range(len(text) - 24):
            window = text[start : start + 24]
            if window in title or window in names or any(a <= start and start + 24 <= b for a, b in spans):
                continue
            seen += 1
            if window.encode() in content:
                # It may be a passage of another article: the packaged corpus has copies
                assert rows(public, "SELECT 1 FROM articles WHERE instr(text, ?) OR instr(title, ?)", window, window), (
                    window
                )
    assert seen > 50_000


@pytest.mark.parametrize(
    "words", [SECRET, "s3cret", "private", "mine", "A former text", "/srv/", "of the staff", "to the wise"]
)
def test_what_is_nobodys_business_is_not_in_the_bytes(words: str, whole: Path, public: Path) -> None:
    assert words.encode() in whole.read_bytes()
    assert words.encode() not in public.read_bytes()


def test_search_index_holds_no_word_beyond_the_passages(public: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(public, copy)
    with closing(sqlite3.connect(copy)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, 'articles_fts', 'row')")
        found = {row[0] for row in db.execute("SELECT term FROM temp.words")}
        db.execute("CREATE VIRTUAL TABLE temp.texts USING fts5(title, text, tokenize='porter unicode61')")
        db.execute("INSERT INTO temp.texts SELECT title, text FROM articles")
        db.execute("CREATE VIRTUAL TABLE temp.others USING fts5vocab(temp, 'texts', 'row')")
        assert found == {row[0] for row in db.execute("SELECT term FROM temp.others")}


EMPTY = read_yaml(data_folder("schema") / "publication.yml")["left_out"]
FILLED = {
    "articles", "claims", "copies", "entities", "evidence", "pages", "passages", "predicates", "publication", "reviews",
    "runs", "source_texts", "sources",
}  # fmt: skip


def test_each_table_is_published_or_left_out(public: Path) -> None:
    """A table that is new in the schema must be decided about."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
    names = {name for (name,) in rows(public, sql) if "_fts" not in name and not name.startswith("sqlite_")}
    assert names == FILLED | set(EMPTY)
    assert {name for name in EMPTY if rows(public, f"SELECT 1 FROM {name} LIMIT 1")} == set()


# The words of a value are not always those of the article: `told` gathers them.
@pytest.mark.parametrize("view", sorted(set(read_views()) - {"failures_by_reason"}))
def test_views_give_the_same_figures(view: str, whole: Path, public: Path) -> None:
    words = {
        "quote", "sentence", "value_text", "told", "url", "start", "end", "sentence_start", "sentence_end",
        "search_id",
    }  # fmt: skip
    names = [row[1] for row in rows(whole, f"PRAGMA table_info({view})") if row[1] not in words]
    columns = ", ".join(f'"{name}"' for name in names)
    sql = f"SELECT {columns} FROM {view}"
    assert sorted(map(repr, rows(public, sql))) == sorted(map(repr, rows(whole, sql))) != []


def test_flat_view_holds_only_what_may_be_published(public: Path) -> None:
    texts = dict(rows(public, "SELECT id, text FROM articles"))
    sql = "SELECT article_id, part, quote, sentence, title FROM claims_flat"
    for article, part, quote, sentence, title in rows(public, sql):
        assert quote in sentence
        assert sentence in (title if part == "title" else texts[article])
        assert GAP not in sentence or sentence == quote == GAP


def test_withheld_words_stand_nowhere_and_their_figures_stay(whole: Path, tmp_path: Path) -> None:
    public = publish(whole, tmp_path / "public.db", share=0)
    assert rows(public, "SELECT count(*) FROM passages") == [(0,)]
    assert rows(public, "SELECT DISTINCT quote FROM claims WHERE part = 'text'") == [(GAP,)]
    assert rows(public, "SELECT DISTINCT text FROM articles") == [(GAP,)]
    assert rows(public, "SELECT value_text FROM claims_flat WHERE part = 'text' AND value = 24576") == [
        ("24,576 chips",)
    ]
    assert rows(public, "SELECT count(*) FROM claims_in_source WHERE part = 'text'") == [(0,)]
    with open_store(public, read_only=True) as store:
        assert store.verify() == []


def test_whole_share_keeps_every_quote_and_its_evidence(whole: Path, tmp_path: Path) -> None:
    public = publish(whole, tmp_path / "public.db", share=1)
    for table, columns in (("claims", "id, quote, value_text"), ("evidence", "claim_id, role, words")):
        sql = f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3"
        assert rows(public, sql) == rows(whole, sql)
    sql = 'SELECT claim_id, part, quote, start, "end" FROM claims_in_source ORDER BY 1'
    assert rows(public, sql) == rows(whole, 'SELECT id, part, quote, start, "end" FROM claims ORDER BY 1')


def test_what_is_left_out_is_counted_and_told(whole: Path, public: Path, tmp_path: Path) -> None:
    done = run("publish", whole, tmp_path / "public.db")
    counts = dict(
        zip(
            [row[1] for row in rows(public, "PRAGMA table_info(publication)")],
            rows(public, "SELECT * FROM publication")[0],
            strict=True,
        )
    )
    withheld = rows(public, "SELECT count(*) FROM claims WHERE quote = ?", GAP)[0][0]
    assert counts["quotes_withheld"] == withheld > 0
    assert f"{withheld:,} quotes are withheld, their figures are not." in done.stderr
    before = dict(rows(whole, "SELECT id, quote FROM claims"))
    cut = [1 for key, quote in rows(public, "SELECT id, quote FROM claims") if quote not in (before[key], GAP)]
    assert counts["quotes_cut"] == len(cut) > 0
    total, left = (rows(path, "SELECT count(*) FROM evidence")[0][0] for path in (whole, public))
    assert counts["evidence_left_out"] == total - left > 0
    assert counts["addresses_withheld"] == 1
    assert "1 articles have no address on the web, and get none." in done.stderr
    assert "It names no licence" in done.stderr
    assert done.stdout == ""


def test_notice_is_in_the_file(public: Path) -> None:
    sql = "SELECT title, about, licence, licence_url, contact, share FROM publication"
    assert rows(public, sql) == [
        ("Claims of the desk", "What it read.", "CC BY 4.0", "https://licence.example/by", "desk@desk.example", 0.1)
    ]


def test_file_is_one_to_copy(public: Path, whole: Path, tmp_path: Path) -> None:
    """Nothing stands beside it, and the same database gives the same bytes."""
    assert [file.name for file in public.parent.iterdir()] == [public.name]
    assert rows(public, "PRAGMA journal_mode") == [("delete",)]
    assert rows(public, "PRAGMA freelist_count") == [(0,)]
    again = publish(whole, tmp_path / "again.db")
    assert again.read_bytes() == public.read_bytes()
    assert again.stat().st_mode & 0o777 == 0o666 & ~current_umask()


def current_umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def test_publication_describes_every_column_and_no_other(public: Path) -> None:
    described = yaml.safe_load((data_folder("schema") / "publication.yml").read_text(encoding="utf-8"))
    for name, table in described["tables"].items():
        assert set(table["columns"]) == {row[1] for row in rows(public, f"PRAGMA table_info({name})")}
    for name, table in described["instead"].items():
        assert set(table.get("columns", ())) <= {row[1] for row in rows(public, f"PRAGMA table_info({name})")}


def test_verdicts_that_count_are_published_without_names(whole: Path, public: Path, tmp_path: Path) -> None:
    sql = "SELECT verdict, state, reviewer, note, value, subject FROM reviews WHERE verdict = 'corrected'"
    assert rows(public, sql) == [("corrected", "counts", "", "", 77.0, "Marlin-9")]
    assert rows(public, "SELECT verdict FROM reviews ORDER BY 1") == [("confirmed",), ("corrected",)]
    for quote, sentence, told in rows(
        public, "SELECT reviews.quote, reviews.sentence, claims.quote FROM reviews JOIN claims ON claims.id = claim_id"
    ):
        assert quote == told
        assert told in sentence
    sql = "SELECT status, count(*) FROM claims_flat GROUP BY 1"
    assert rows(public, sql) == rows(whole, sql)
    assert run("publish", whole, tmp_path / "named.db", "--reviewers").exit_code == 0
    names = [("Ada of the staff",), ("Bo of the staff",)]
    assert rows(tmp_path / "named.db", "SELECT reviewer FROM reviews ORDER BY 1") == names


# It is read, and only read


def test_commands_read_it(public: Path) -> None:
    listed = run("claims", public, "--predicate", "training_cost", "--csv", "-c", "id", "-c", "quote")
    assert listed.exit_code == 0
    claim = next(line.split(",")[0] for line in listed.stdout.splitlines()[1:] if GAP not in line)
    assert run("why", public, claim).exit_code == 0
    assert run("failures", public, "--json").stdout.strip() == "[]"


@pytest.mark.parametrize("command", ["ingest", "extract", "fetch"])
def test_commands_that_write_leave_it_alone(command: str, public: Path) -> None:
    before = public.read_bytes()
    done = run(command, public)
    assert done.exit_code == 1
    assert "A published file is only read" in done.stderr
    assert public.read_bytes() == before


def test_published_file_is_published_no_more(public: Path, tmp_path: Path) -> None:
    done = run("publish", public, tmp_path / "again.db")
    assert done.exit_code == 1
    assert "A published file cannot be published" in done.stderr
    assert list(tmp_path.iterdir()) == []


# What stands at the place


def test_published_file_is_replaced(whole: Path, tmp_path: Path) -> None:
    target = publish(whole, tmp_path / "public.db", share=0)
    assert run("publish", whole, target, "--title", "New").exit_code == 0
    assert rows(target, "SELECT title, share FROM publication") == [("New", 0.1)]
    assert [file.name for file in tmp_path.iterdir()] == ["public.db"]


@pytest.mark.parametrize("kind", ["database", "text", "empty", "folder", "itself"])
def test_anything_else_is_left_alone(kind: str, whole: Path, tmp_path: Path) -> None:
    target = tmp_path / "public.db"
    if kind == "database":
        with closing(sqlite3.connect(target)) as db:
            db.execute("CREATE TABLE mine (a)")
    elif kind == "folder":
        target.mkdir()
    elif kind == "itself":
        target = tmp_path / "claims.db"
        shutil.copy(whole, target)
    else:
        target.write_text("mine" if kind == "text" else "")
    before = None if kind == "folder" else target.read_bytes()
    done = run("publish", target if kind == "itself" else whole, target)
    assert done.exit_code == 1
    assert "Something else stands where the file is to be published" in done.stderr
    assert before is None or target.read_bytes() == before


def test_file_that_is_being_written_to_is_left_alone(whole: Path, tmp_path: Path) -> None:
    target = publish(whole, tmp_path / "public.db")
    (tmp_path / "public.db-journal").write_bytes(b"something")
    with open_store(whole, read_only=True) as store, pytest.raises(StoreError, match="A program is writing"):
        store.publish(target)


def test_missing_folder_is_told(whole: Path, tmp_path: Path) -> None:
    done = run("publish", whole, tmp_path / "none" / "public.db")
    assert (done.exit_code, "The file's folder is missing" in done.stderr) == (1, True)


def test_nothing_is_published_of_a_database_that_is_off(whole: Path, tmp_path: Path) -> None:
    """The quotes of the new file are held against the texts by the file itself."""
    off = tmp_path / "off.db"
    shutil.copy(whole, off)
    with closing(sqlite3.connect(off)) as db, db:
        db.execute("DROP TRIGGER evidence_words_on_update")
        db.execute("UPDATE evidence SET words = upper(words) WHERE part = 'text' AND role = 'value'")
    target = publish(whole, tmp_path / "public.db")
    before = target.read_bytes()
    done = run("publish", off, target)
    assert done.exit_code == 1
    assert "not what the article says" in done.stderr
    assert target.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if not file.name.startswith("off.db")] == ["public.db"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--share", "1.5"], "not in the range"),
        (["--share", "nan"], "is no share"),
        (["--share", "a tenth"], "not a valid float"),
        (["--licence-url", "desk@desk.example"], "is no URL"),
        (["--licence-url", "javascript:alert(1)"], "is no URL"),
        (["--contact", "me"], "is no URL and no mail address"),
        (["--contact", "https://"], "is no URL"),
    ],
    ids=["more-than-all", "no-number", "words", "mail-as-licence", "script", "contact", "no-host"],
)  # fmt: skip
def test_slips_are_usage(options: list[str], says: str, whole: Path, tmp_path: Path) -> None:
    done = run("publish", whole, tmp_path / "public.db", *options)
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert says in done.stderr


# A holder of the articles checks the file

FORGERIES = {
    "passage": (
        "UPDATE passages SET source_start = source_start + 1, source_end = source_end + 1 WHERE article_id = "
        "(SELECT min(article_id) FROM passages)",
        "passages", "is published, but the article says",
    ),
    "length": ("UPDATE source_texts SET length = length + 1", "source_texts", "the whole text has"),
    "quote": (
        "DROP TRIGGER claims_quote_on_update; DROP TRIGGER articles_keep_quotes; UPDATE articles SET text = "
        "replace(text, '24,576', '24,577'); UPDATE claims SET quote = replace(quote, '24,576', '24,577');",
        "claims", "24,577",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORGERIES)
def test_forged_file_is_found_out(kind: str, whole: Path, public: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.db"
    shutil.copy(public, forged)
    sql, table, says = FORGERIES[kind]
    with closing(sqlite3.connect(forged)) as db, db:
        db.executescript(sql)
    done = run("doctor", forged, "--with", whole, "--csv")
    assert done.exit_code == 1
    assert any(line.startswith(f"{table},") and says in line for line in done.stdout.splitlines()), done.stdout


def test_file_that_holds_more_than_its_share_is_found_out(public: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.db"
    shutil.copy(public, forged)
    with closing(sqlite3.connect(forged)) as db, db:
        db.execute("UPDATE publication SET share = 0.05")
    done = run("doctor", forged, "--csv")
    assert done.exit_code == 1
    assert "more than its share of 0.05" in done.stdout


def test_articles_in_another_version_or_missing_are_counted(whole: Path, public: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    shutil.copy(whole, other)
    with closing(sqlite3.connect(other)) as db, db:
        db.execute("PRAGMA foreign_keys = ON")
        first, second, third = (row[0] for row in db.execute("SELECT id FROM articles ORDER BY id LIMIT 3"))
        db.execute("DELETE FROM articles WHERE id = ?", [first])
        db.execute("UPDATE articles SET text = text || ' More.' WHERE id IN (?, ?)", [second, third])
        db.execute(
            "UPDATE versions SET text = (SELECT substr(text, 1, length(text) - 6) FROM articles WHERE id = ?) "
            "WHERE article_id = ?",
            [third, third],
        )
    done = run("doctor", public, "--with", other)
    assert done.exit_code == 0
    assert "28 articles compared, 1 there in another version only, 1 not there." in done.stderr


def test_only_a_published_file_is_held_against_articles(whole: Path, public: Path) -> None:
    for one, other in ((whole, whole), (public, public)):
        done = run("doctor", one, "--with", other)
        assert done.exit_code == 1
        assert "A published file is held against a database with articles in full" in done.stderr


def test_published_file_is_known_by_its_header(whole: Path, public: Path, tmp_path: Path) -> None:
    assert is_published(public)
    assert not is_published(whole)
    assert not is_published(tmp_path / "none.db")
    assert not is_published(Path(__file__))
