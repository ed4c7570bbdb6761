"""Each rule reads its examples, and leaves its near misses alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import extractor.rules
from extractor.errors import DataError
from extractor.evaluation import corpus_gold
from extractor.pipeline import read_claims, strongest_rules
from extractor.records import Claim, Document
from extractor.rules import NO_CLAIM, Rule, load_rules, load_words
from extractor.schema import load_predicates

RULES = load_rules()
DEV = Path(__file__).parent.parent.parent / "shared" / "eval" / "dev"
KEYS = ("says", "match", "fields", "examples", "not", "misses", "since")


def claims_of(rule: Rule, text: str) -> list[Claim]:
    return [claim for claim in read_claims(Document(id="example", text=text)) if claim.rule == rule.id]


def cases(kind: str) -> Iterator[Any]:
    for rule in RULES:
        rows = {"": rule.examples, "not-": rule.not_examples, "miss-": rule.misses}[kind]
        for number, row in enumerate(rows):
            marks = [pytest.mark.xfail(reason=row.get("why", ""), strict=True)] if kind == "miss-" else []
            yield pytest.param(rule, row, id=f"{rule.id}[{kind}{number}]", marks=marks)


def check_claims(rule: Rule, row: dict[str, Any]) -> None:
    found = claims_of(rule, row["text"])
    assert len(found) == len(row["claims"]), [c.quote for c in found]
    for claim, wanted in zip(found, row["claims"], strict=True):
        for key, value in wanted.items():
            got = getattr(claim, key)
            assert got == (pytest.approx(value, rel=1e-6) if isinstance(value, (int, float)) else value), key


@pytest.mark.parametrize(("rule", "row"), [p for p in cases("") if p.values[0].predicate != NO_CLAIM])
def test_rule_reads_its_example(rule: Rule, row: dict[str, Any]) -> None:
    check_claims(rule, row)


@pytest.mark.parametrize(("rule", "row"), [p for p in cases("miss-") if p.values[0].predicate != NO_CLAIM])
def test_rule_reads_what_it_is_known_to_miss(rule: Rule, row: dict[str, Any]) -> None:
    check_claims(rule, row)


@pytest.mark.parametrize(("rule", "row"), [p for p in cases("") if p.values[0].predicate == NO_CLAIM])
def test_rule_stops_what_only_looks_like_a_claim(rule: Rule, row: dict[str, Any]) -> None:
    """The rule is the strongest on the words that it stops, and nothing is claimed of them."""
    start = row["text"].index(row["stops"])
    won = strongest_rules(Document(id="example", text=row["text"]))
    assert any(rule_id == rule.id and s <= start < e for rule_id, s, e in won), won
    assert not [c for c in read_claims(Document(id="example", text=row["text"])) if c.start <= start < c.end]


@pytest.mark.parametrize(("rule", "row"), list(cases("not-")))
def test_rule_leaves_a_near_miss_alone(rule: Rule, row: dict[str, Any]) -> None:
    won = [rule_id for rule_id, _, _ in strongest_rules(Document(id="example", text=row["text"]))]
    assert rule.id not in won, row["why"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_file_is_whole(rule: Rule) -> None:
    text = Path(str(extractor.rules.__file__)).parent.joinpath(f"{rule.id}.yml").read_text(encoding="utf-8")
    keys = list(yaml.safe_load(text))
    assert keys == [key for key in KEYS if key in keys]
    assert rule.says.endswith(".")
    assert len(rule.examples) >= 2
    assert rule.not_examples
    assert all(row["why"] for row in (*rule.not_examples, *rule.misses))
    assert rule.since


def test_rules_cover_every_predicate() -> None:
    assert {rule.predicate for rule in RULES} - {NO_CLAIM} == set(load_predicates())


def test_rules_hold_no_sentence_of_the_gold() -> None:
    texts = [gold.document.text for gold in corpus_gold()]
    for path in sorted(DEV.glob("*.jsonl")):
        texts += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    whole = "\n".join(texts)
    sentences = [row["text"] for rule in RULES for row in (*rule.examples, *rule.not_examples, *rule.misses)]
    assert [sentence for sentence in sentences if len(sentence.split()) > 4 and sentence in whole] == []


def test_words_are_used_by_frames() -> None:
    used = {
        part.removeprefix("@")
        for rule in RULES
        for text in (
            *rule.frames,
            *rule.unless,
            *rule.anchor,
            *(t for tags in (rule.near, rule.far) for v in tags.values() for t in v),
        )
        for element in text.split()
        for part in element.rstrip("?").split("|")
        if part.startswith("@")
    }
    assert set(load_words().values()) - used == set()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("says: a\nmatch: {anchor: MONEY, frames: ['@cost _']}\nsayz: b\n", "sayz"),
        ("says: a\nmatch: {anchor: MONEY, frames: ['@cost _'], lo: 3}\n", "lo"),
        ("says: a\nmatch: {anchor: MONEY, frames: ['@cost MONEY']}\n", "anchor once"),
        ("says: a\nmatch: {anchor: MONEY, frames: ['@kost _']}\n", "@kost"),
        ("says: a\nmatch: {frames: ['@cost _']}\n", "no anchor"),
        ("says: [a\n", "no YAML"),
    ],
)
def test_wrong_rule_is_told_with_its_place(
    text: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "wrong.yml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(extractor.rules, "_rule_files", lambda: iter([("training_cost", file)]))
    load_rules.cache_clear()
    try:
        with pytest.raises(DataError) as raised:
            load_rules()
    finally:
        load_rules.cache_clear()
    assert says in raised.value.message
    assert "wrong" in raised.value.message
