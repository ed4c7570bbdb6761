"""A change of the rules: which articles it concerns, and that the others keep the claims that reading would give."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import extractor
from extractor.errors import DataError
from extractor.evaluation import corpus_gold
from extractor.pipeline import strongest_rules
from extractor.pipeline.sieves import make_sieve
from extractor.rules import Rule, load_rules
from extractor.rules.books import KnownRule, Rulebook, find_changes, load_rulebook, parse_rulebook

ROOT = Path(extractor.__file__).parent.parent
COST = KnownRule("d", ("MONEY",), ("@train .. @cost .. _", "_ .. to train"))
FLEET = KnownRule("d", ("NUMBER",), ("_ CHIP",))
NEAR = KnownRule("d", ("NUMBER",), ("_ of them",), (("@chips",),))


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.id)
def test_no_text_that_a_rule_matches_falls_through_its_sieve(rule: Rule) -> None:
    may_match = make_sieve([load_rulebook().rules[rule.id]])
    for row in rule.examples:
        assert may_match(row.get("title", ""), row["text"]), row["text"]


def test_no_article_of_the_corpus_falls_through_the_sieve_of_a_rule_that_wins_in_it() -> None:
    sieves = {key: make_sieve([rule]) for key, rule in load_rulebook().rules.items()}
    told = 0
    for document in [gold.document for gold in corpus_gold()]:
        won = {key for key, _, _ in strongest_rules(document)}
        told += len(won)
        assert [key for key in sorted(won) if not sieves[key](document.title, document.text)] == []
    assert told > 200


@pytest.mark.parametrize(
    ("rule", "text", "may"),
    [
        pytest.param(COST, "Training it cost $5m.", True, id="all of it"),
        pytest.param(COST, "It took $5m to train.", True, id="by the other frame"),
        pytest.param(COST, "It took 5 million dollars to pre-train.", True, id="a part of a compound"),
        pytest.param(COST, "It took five years to train.", False, id="no money"),
        pytest.param(COST, "It cost $5m.\nTraining took a year.", False, id="on two lines"),
        pytest.param(COST, "The team met twice.", False, id="none of it"),
        pytest.param(FLEET, "They bought 900 H100s.", True, id="a chip"),
        pytest.param(FLEET, "They bought 900 lorries.", False, id="no chip"),
        pytest.param(NEAR, "It has 900 of them.\nAll are GPUs.", True, id="what must stand around is elsewhere"),
        pytest.param(NEAR, "It has 900 of them.", False, id="what must stand around is nowhere"),
    ],
)
def test_a_sieve_lets_through_what_holds_all_that_a_frame_asks_for(rule: KnownRule, text: str, may: bool) -> None:
    assert make_sieve([rule])("", text) is may


def test_nothing_changed_lets_nothing_through() -> None:
    assert not make_sieve([])("Training it cost $5m.")


def test_changes_are_told_rule_by_rule() -> None:
    old = Rulebook("s", {"a": COST, "b": FLEET})
    new = Rulebook("s", {"a": replace(COST, digest="e"), "c": FLEET})
    assert find_changes(old, old) == []
    assert find_changes(old, new) == [COST, replace(COST, digest="e"), FLEET, FLEET]
    assert find_changes(old, replace(old, shared="t")) is None


def test_a_rulebook_is_kept_as_it_is() -> None:
    assert parse_rulebook(load_rulebook().to_json()) == load_rulebook()
    for damaged in ("", "[]", '{"shared": "s"}', '{"shared": "s", "rules": {"a": ["d"]}}'):
        with pytest.raises(DataError, match="rulebook cannot be read"):
            parse_rulebook(damaged)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package whose rules a test may change."""
    for name in ("extractor", "schema", "corpus"):
        ignored = shutil.ignore_patterns("__pycache__", "vendor")
        shutil.copytree(ROOT / name, tmp_path / "checkout" / name, ignore=ignored)
    return tmp_path / "checkout"


def run(checkout: Path, *arguments: str) -> str:
    """Run the command line of a copy; return what it says."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", "from extractor.cli import main; main()", *arguments]
    done = subprocess.run(command, env=environment, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def claims(path: Path) -> list[tuple[object, ...]]:
    db = sqlite3.connect(path)
    found = db.execute("SELECT id, rule, value, subject_id, modality, confidence FROM claims ORDER BY id").fetchall()
    rules = {row[0] for row in db.execute("SELECT rules FROM articles")}
    db.close()
    assert len(rules) == 1
    return found


def test_a_changed_rule_is_read_again_only_where_it_can_match(checkout: Path, tmp_path: Path) -> None:
    db, anew = tmp_path / "claims.db", tmp_path / "anew.db"
    run(checkout, "ingest", str(db))
    before = claims(db)

    (checkout / "extractor" / "rules" / "power" / "site_power.yml").unlink()
    told = run(checkout, "extract", str(db))
    again, passed = (int(told.split(words)[0].split()[-1]) for words in (" articles read again", " that hold nothing"))
    assert again + passed == 30
    assert 0 < again < 15
    run(checkout, "ingest", str(anew))
    assert claims(db) == claims(anew) != before

    sample = checkout / "extractor" / "rules" / "power" / "in_context.yml"
    sample.write_text(sample.read_text(encoding="utf-8").replace("since:", "since:  "), encoding="utf-8")
    assert "0 articles read again" in run(checkout, "extract", str(db))

    words = checkout / "extractor" / "rules" / "words.yml"
    words.write_text(words.read_text(encoding="utf-8") + "\n# A word\n", encoding="utf-8")
    assert "30 articles read again" in run(checkout, "extract", str(db))
