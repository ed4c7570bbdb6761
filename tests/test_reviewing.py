"""The commands review and reviews, on a real database that is read back."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from extractor.cli import main
from extractor.cli.filters import STATUSES
from extractor.store import STATUSES as STORED

TEXT = (
    "Marlin-2 is out\n\nThe laboratory Norwind said that training Marlin-2 cost $5.6 million.\n\n"
    "Norwind trained Marlin-2 on 512 H800 GPUs for 19 days. The model has 12 billion parameters.\n"
)


def run(*args: str | Path, given: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=given)


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(db)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("made")
    (folder / "marlin.txt").write_text(TEXT, encoding="utf-8")
    assert run("ingest", folder / "made.db", folder / "marlin.txt").exit_code == 0
    assert len(rows(folder / "made.db", "select id from claims")) >= 4
    return (folder / "made.db").read_bytes()


@pytest.fixture
def db(tmp_path: Path, made: bytes) -> Path:
    (tmp_path / "claims.db").write_bytes(made)
    return tmp_path / "claims.db"


def review(db: Path, *lines: str, options: tuple[str, ...] = ("--by", "Ada")) -> Result:
    done = run("review", db, *options, given="".join(f"{line}\n" for line in lines))
    assert done.exit_code == 0, done.output
    return done


def verdicts(db: Path) -> list[tuple[Any, ...]]:
    return rows(db, "select predicate, verdict, state, note from reviews order by id")


def order(db: Path) -> list[str]:
    return [row["predicate"] for row in json.loads(run("claims", db, "--json").stdout)]


def test_words_for_the_status_are_those_of_the_store() -> None:
    assert STATUSES == STORED


def test_review_shows_each_claim_as_why_does(db: Path) -> None:
    shown = review(db, "q").stdout
    first = rows(db, "select id from claims_flat order by start")[0][0]
    assert run("why", db, first).stdout in shown
    assert re.search(r"\[value \$5\.6 million\]", shown)
    assert verdicts(db) == []


def test_review_keeps_each_verdict_with_its_reader_and_note(db: Path) -> None:
    done = review(db, "y", "n not a count", "s", "c value=13 billion; note=see the card", "q")
    names = order(db)
    assert (
        verdicts(db)
        == [
            (names[0], "confirmed", "counts", ""),
            (names[1], "rejected", "counts", "not a count"),
            (names[3], "corrected", "counts", "see the card"),
        ]
        or len(names) < 4
    )
    assert rows(db, "select distinct reviewer from reviews") == [("Ada",)]
    assert "1 confirmed, 1 corrected, 1 rejected" in done.stderr


def test_review_asks_for_what_is_right_behind_c(db: Path) -> None:
    review(db, "c", "value=7 million;subject=Marlin-3", "q")
    assert rows(db, "select value, subject, subject_id from reviews") == [(7e6, "Marlin-3", "model:marlin-3")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("c value=lots", "The value is no number"),
        ("c colour=red", "no slot that can be put right"),
        ("c value=5.6 million", "The correction changes nothing"),
        ("x", "There is no key 'x'"),
        ("", "Press one of the keys"),
        ("\x1b[A", "Press one of the keys"),
    ],
    ids=["number", "slot", "same", "key", "nothing", "arrow"],
)
def test_review_asks_again_after_a_slip(db: Path, line: str, told: str) -> None:
    done = review(db, line, "y", "q")
    assert told in done.stdout
    assert [row[:2] for row in verdicts(db)] == [("training_cost", "confirmed")]


def test_review_takes_verdicts_back_one_after_another(db: Path) -> None:
    done = review(db, "y", "n", "u", "u", "u", "n", "q")
    first, second = order(db)[:2]
    assert [row[:3] for row in verdicts(db)] == [
        (first, "confirmed", "undone"), (second, "rejected", "undone"), (first, "rejected", "counts"),
    ]  # fmt: skip
    assert "No verdict of this session is left" in done.stdout
    assert "0 confirmed, 0 corrected, 1 rejected" in done.stderr


def test_review_goes_on_where_it_ended(db: Path) -> None:
    """Input that ends is a reader who leaves: what was said is kept, and the rest comes next time."""
    review(db, "y", "y")
    done = review(db, *"y" * 20)
    assert len(verdicts(db)) == len(order(db))
    assert f"{len(order(db)) - 2} claims" in done.stderr
    assert "No claim is left to review." in review(db).stderr


def test_review_again_shows_the_judged_behind_the_others(db: Path) -> None:
    review(db, "n", "q")
    done = review(db, *"y" * 20, options=("--by", "Bo", "--again"))
    assert verdicts(db)[0][2] == "replaced"
    assert verdicts(db)[-1][:2] == ("training_cost", "confirmed")
    assert re.search(r"readers +rejected", done.stdout)


def test_review_takes_the_filters_of_claims(db: Path) -> None:
    done = review(db, *"y" * 20, options=("--by", "Ada", "--predicate", "chip_count", "--limit", "1"))
    assert [row[0] for row in verdicts(db)] == ["chip_count"]
    assert "1 of 1" in done.stdout


def test_review_without_a_name_uses_the_login(db: Path) -> None:
    review(db, "y", "q", options=())
    assert rows(db, "select count(*) from reviews where reviewer <> ''") == [(1,)]


def test_review_works_in_a_pipe(db: Path) -> None:
    code = "import sys; from extractor.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "review", str(db), "--by", "Ada"]
    done = subprocess.run(command, input="y\nq\n", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [row[1] for row in verdicts(db)] == ["confirmed"]


def test_claims_and_why_tell_the_status(db: Path) -> None:
    review(db, "n", "q")
    (row,) = json.loads(run("claims", db, "--status", "rejected", "--json").stdout)
    assert (row["predicate"], row["status"]) == ("training_cost", "rejected")
    assert re.search(r"^readers +rejected$", run("why", db, row["id"]).stdout, re.MULTILINE)
    assert len(json.loads(run("claims", db, "--status", "unreviewed", "--json").stdout)) == len(order(db)) - 1
    assert run("claims", db, "--status", "right").exit_code == 2


def test_reviews_are_listed(db: Path) -> None:
    assert "No verdicts" in run("reviews", "list", db, "--table").stderr
    review(db, "y", "n", "u", "q")
    (row,) = json.loads(run("reviews", "list", db, "--json").stdout)
    assert (row["verdict"], row["reviewer"], row["is_read"]) == ("confirmed", "Ada", 1)
    assert len(json.loads(run("reviews", "list", db, "--json", "--all").stdout)) == 2
    assert json.loads(run("reviews", "list", db, "--json", "--by", "Bo").stdout) == []
    assert "rejected (undone)" in run("reviews", "list", db, "--table", "--all").stdout


def test_reviews_are_taken_back_by_the_beginning_of_the_id(db: Path) -> None:
    review(db, "y", "q")
    ((claim,),) = rows(db, "select claim_id from reviews")
    assert run("reviews", "undo", db, claim[:6]).exit_code == 0
    assert [row[2] for row in verdicts(db)] == ["undone"]
    again = run("reviews", "undo", db, claim)
    assert again.exit_code == 1
    assert "no verdict to take back" in again.stderr


def test_reviews_are_exported_as_gold_that_evaluate_reads(db: Path, tmp_path: Path) -> None:
    review(db, "y", "n", "q")
    done = run("reviews", "export", db)
    assert "1 articles, 1 claims that are right, 1 that are wrong." in done.stderr
    gold = tmp_path / "gold.jsonl"
    gold.write_text(done.stdout, encoding="utf-8")
    measured = run("evaluate", gold)
    assert measured.exit_code == 0, measured.output
    assert "precision: 0.500" in measured.output
    assert "recall: 1.000" in measured.output


def test_reviews_of_a_whole_article_are_exported_as_exhaustive(db: Path) -> None:
    review(db, "y", "q")
    assert "claims" not in json.loads(run("reviews", "export", db, "--whole").stdout)
    review(db, *"y" * 20)
    assert len(json.loads(run("reviews", "export", db, "--whole").stdout)["claims"]) == len(order(db))


def test_verdicts_outlive_a_new_reading(db: Path) -> None:
    review(db, "y", "n", "q")
    with sqlite3.connect(db) as connection:
        connection.execute("update articles set rules = 'older'")
    connection.close()
    assert run("extract", db).exit_code == 0
    assert rows(db, "select status, count(*) from claims_flat where status <> 'unreviewed' group by 1") == [
        ("confirmed", 1), ("rejected", 1),
    ]  # fmt: skip
    assert run("doctor", db).exit_code == 0


def test_review_of_a_database_that_is_none(tmp_path: Path) -> None:
    done = run("review", tmp_path / "none.db")
    assert done.exit_code == 1
    assert "no such database" in done.stderr
