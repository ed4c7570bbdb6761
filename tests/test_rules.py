"""Each rule reads its examples, leaves its near misses alone, and has no frame that none of its examples needs.

A case is named for the row that it runs: ``training_cost/cost_to_train[0]`` is the first example of that rule,
``[not-0]`` its first near miss, ``[miss-0]`` the first sentence that it is known to get wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

import extractor.rules
from extractor.errors import DataError
from extractor.evaluation import corpus_gold
from extractor.pipeline import load, read_claims, strongest_rules, winners
from extractor.pipeline.frames import find_anchors
from extractor.pipeline.readings import Reading
from extractor.pipeline.views import View
from extractor.records import Claim, Document
from extractor.rules import NO_CLAIM, Rule, load_rules, load_words
from extractor.rules.modifiers import load_modifiers
from extractor.schema import load_predicates, read_yaml

RULES = load_rules()
CLAIMING = [rule for rule in RULES if rule.predicate != NO_CLAIM]
STOPPING = [rule for rule in RULES if rule.predicate == NO_CLAIM]
COLUMNS: Mapping[str, Any] = read_yaml(files("extractor.rules") / "columns.yml")
TABLE_RULE = "/table_column"
KEYS = ("says", "match", "fields", "examples", "not", "misses", "since")
# What a row of each kind states; a title may stand in any of them
ROW_KEYS = {
    "examples": {"text", "claims"},
    "stops": {"text", "claims", "stops"},
    "not": {"text", "why"},
    "not of no_claim": {"text", "claims", "why"},
    "misses": {"text", "claims", "why"},
}
HERE = Path(__file__).parent
GOLD_FILES = [*(HERE / "gold").rglob("*.jsonl"), *(HERE.parent.parent / "shared" / "eval" / "dev").glob("*.jsonl")]

# Frames that no sentence reaches: a phrase of words.yml or a hedge swallows their words, or a stronger rule always wins
UNREACHED = {
    "no_claim/unit_price": {"_ per ..", "_ .. an hour|each|apiece"},
}
# The same of what is under unless
UNREACHED_UNLESS: dict[str, set[str]] = {}

# Conditions that change nothing: the frames ask for the same, or a rule of no_claim stops it first
UNGUARDED: dict[str, set[str]] = {}


def document(row: Mapping[str, Any]) -> Document:
    return Document(id="example", text=row["text"], title=row.get("title", ""))


def marks(name: str, row: Mapping[str, Any]) -> list[pytest.MarkDecorator]:
    """What is known to be wrong must go on being wrong until its row is moved to the examples."""
    return [pytest.mark.xfail(reason=row["why"], raises=AssertionError, strict=True)] if name == "miss-" else []


def cases(name: str, rows: Callable[[Rule], Sequence[Mapping[str, Any]]], rules: Sequence[Rule]) -> list[Any]:
    """One pytest parameter for each row of each rule."""
    return [
        pytest.param(rule, row, id=f"{rule.id}[{name}{number}]", marks=marks(name, row))
        for rule in rules
        for number, row in enumerate(rows(rule))
    ]


def check_claims(found: list[Claim], row: Mapping[str, Any]) -> None:
    """Compare number, order and every slot that the row states; a quote must stand where its claim says it does."""
    assert [claim.quote for claim in found] == [wanted["quote"] for wanted in row["claims"]]
    for claim, wanted in zip(found, row["claims"], strict=True):
        for key, value in wanted.items():
            same = pytest.approx(value, rel=1e-6) if isinstance(value, (int, float)) else value
            assert getattr(claim, key) == same, f"{key} of {claim.quote!r}"
        assert "high" in wanted or claim.high is None, f"high of {claim.quote!r}"
        assert row["title" if claim.part == "title" else "text"][claim.start : claim.end] == claim.quote


@pytest.mark.parametrize(("rule", "row"), cases("", lambda rule: rule.examples, CLAIMING))
def test_rule_reads_its_example(rule: Rule, row: dict[str, Any]) -> None:
    check_claims([claim for claim in read_claims(document(row)) if claim.rule == rule.id], row)


@pytest.mark.parametrize(("rule", "row"), cases("miss-", lambda rule: rule.misses, RULES))
def test_rule_reads_what_it_is_known_to_miss(rule: Rule, row: dict[str, Any]) -> None:
    check_claims([claim for claim in read_claims(document(row)) if claim.rule == rule.id], row)


@pytest.mark.parametrize(("rule", "row"), cases("", lambda rule: rule.examples, STOPPING))
def test_rule_stops_what_only_looks_like_a_claim(rule: Rule, row: dict[str, Any]) -> None:
    """The rule is the strongest on the words that it stops, and only what else stands there is claimed."""
    start = row["text"].index(row["stops"])
    won = strongest_rules(document(row))
    assert any(rule_id == rule.id and s <= start < e for rule_id, s, e in won), won
    check_claims(read_claims(document(row)), row)
    assert not [c for c in read_claims(document(row)) if c.part == "text" and c.start <= start < c.end]


@pytest.mark.parametrize(("rule", "row"), cases("not-", lambda rule: rule.not_examples, RULES))
def test_rule_leaves_a_near_miss_alone(rule: Rule, row: dict[str, Any]) -> None:
    """It wins none of the words; what a rule of ``no_claim`` would stop is claimed after all."""
    assert rule.id not in [rule_id for rule_id, _, _ in strongest_rules(document(row))], row["why"]
    claims = read_claims(document(row))
    assert rule.id not in [claim.rule for claim in claims], row["why"]
    if rule.predicate == NO_CLAIM:
        assert claims
        check_claims(claims, row)


def views_of(row: Mapping[str, Any]) -> tuple[Reading, dict[int, View]]:
    nlp = load()
    doc = nlp.make_doc(row["text"])
    doc._.document = document(row)
    for _, component in nlp.pipeline[:2]:
        doc = component(doc)
    return doc._.reading, doc._.views


def frames_of(rule: Rule, row: Mapping[str, Any]) -> set[str]:
    """The frames of a rule that match on the words of a text on which the rule is the strongest."""
    reading, views = views_of(row)
    used = set()
    for index, best in winners.find_winners(reading, views):
        won = {at for at, hit in best.items() if hit.rule.id == rule.id}
        used |= {frame for frame in (rule.frames if won else ()) if find_anchors(frame, rule, views[index]) & won}
    return used


def bars_of(rule: Rule, row: Mapping[str, Any]) -> set[str]:
    """The frames under ``unless`` that match where a frame of the rule does, so that they stop it."""
    barred = set()
    for view in views_of(row)[1].values():
        matched = {at for frame in rule.frames for at in find_anchors(frame, rule, view)}
        barred |= {frame for frame in (rule.unless if matched else ()) if find_anchors(frame, rule, view) & matched}
    return barred


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_frame_is_used_by_an_example(rule: Rule) -> None:
    used = {frame for row in rule.examples for frame in frames_of(rule, row)}
    assert set(rule.frames) - used == UNREACHED.get(rule.id, set())


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.unless], ids=lambda rule: rule.id)
def test_every_unless_stops_a_near_miss(rule: Rule) -> None:
    used = {frame for row in rule.not_examples for frame in bars_of(rule, row)}
    assert set(rule.unless) - used == UNREACHED_UNLESS.get(rule.id, set())


@pytest.mark.parametrize(
    ("rule", "condition"),
    [
        pytest.param(rule, name, id=f"{rule.id}-{name}")
        for rule in RULES
        for name in ("near", "also", "far", "low", "high", "scaled")
        if getattr(rule, name) not in (None, {})
    ],
)
def test_every_condition_stops_a_near_miss(rule: Rule, condition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, the rule would win words of one of its near misses."""
    loose = replace(rule, **{condition: {} if condition in ("near", "also", "far") else None})  # type: ignore[arg-type]
    for name in ("_bounds_hold", "_surroundings_hold"):
        check = getattr(winners, name)
        monkeypatch.setattr(winners, name, lambda r, at, check=check: check(loose if r.id == rule.id else r, at))
    stopped = [row for row in rule.not_examples if rule.id in [won for won, _, _ in strongest_rules(document(row))]]
    assert bool(stopped) == (condition not in UNGUARDED.get(rule.id, set()))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_example_is_matched_by_a_frame_of_its_rule(rule: Rule) -> None:
    assert [row["text"] for row in rule.examples if not frames_of(rule, row)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_file_is_whole(rule: Rule) -> None:
    keys = list(read_yaml(files("extractor.rules") / f"{rule.id}.yml"))
    assert keys == [key for key in KEYS if key in keys]
    assert rule.says.endswith(".")
    assert len(rule.examples) >= 2
    assert len(rule.not_examples) >= 2
    assert rule.since == "2026-11-24"
    assert len(set(rule.frames)) == len(rule.frames)
    texts = [row["text"] for row in (*rule.examples, *rule.not_examples, *rule.misses)]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rows_of_a_rule_state_what_they_must(rule: Rule) -> None:
    stops = rule.predicate == NO_CLAIM
    for kind, rows in (
        ("stops" if stops else "examples", rule.examples),
        ("not of no_claim" if stops else "not", rule.not_examples),
        ("misses", rule.misses),
    ):
        for row in rows:
            assert set(row) - {"title"} == ROW_KEYS[kind], row
            assert all(row.get(key, True) for key in ("text", "why", "stops")), row
            assert all({"value", "quote"} <= set(wanted) for wanted in row.get("claims", ())), row


def test_rules_cover_every_predicate() -> None:
    assert {rule.predicate for rule in RULES} - {NO_CLAIM} == set(load_predicates())


def table_cases(name: str) -> list[Any]:
    key = {"": "examples", "not-": "not", "miss-": "misses"}[name]
    return [pytest.param(row, id=f"columns[{name}{i}]", marks=marks(name, row)) for i, row in enumerate(COLUMNS[key])]


def table_claims(row: Mapping[str, Any]) -> list[Claim]:
    return [claim for claim in read_claims(document(row)) if claim.rule.endswith(TABLE_RULE)]


@pytest.mark.parametrize("row", table_cases(""))
def test_columns_read_their_example(row: dict[str, Any]) -> None:
    check_claims(table_claims(row), row)


@pytest.mark.parametrize("row", table_cases("miss-"))
def test_columns_read_what_they_are_known_to_miss(row: dict[str, Any]) -> None:
    check_claims(table_claims(row), row)


@pytest.mark.parametrize("row", table_cases("not-"))
def test_columns_leave_a_near_miss_alone(row: dict[str, Any]) -> None:
    assert table_claims(row) == [], row["why"]


def test_columns_are_whole() -> None:
    """Keys stand in their order, and every column, currency and modality is read in some example."""
    assert list(COLUMNS)[-4:] == ["examples", "not", "misses", "since"]
    claims = [claim for row in COLUMNS["examples"] for claim in row["claims"]]
    assert {column["predicate"] for column in COLUMNS["columns"]} == {claim["predicate"] for claim in claims}
    assert set(COLUMNS["currencies"].values()) <= {claim["unit"] for claim in claims}
    assert set(COLUMNS["modalities"].values()) <= {claim.get("modality") for claim in claims}
    heads = "\n".join(row["text"].split("\n")[0].lower() for row in COLUMNS["examples"])
    assert [sign for sign in COLUMNS["currencies"] if sign not in heads] == []
    assert [word for word in (*COLUMNS["modalities"], *COLUMNS["hours"]) if word not in heads] == []


def runs_of_words(text: str) -> set[str]:
    """Every seven words in a row; figures are cut at their comma or point."""
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[at : at + 7]) for at in range(len(words) - 6)}


def test_rules_hold_no_sentence_of_the_gold() -> None:
    """What judges the rules has not built them: not a sentence, nor seven words of one."""
    texts = [gold.document.text for gold in corpus_gold()]
    for path in GOLD_FILES:
        texts += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(texts) > 30
    gold = {run for text in texts for run in runs_of_words(text)}
    whole = "\n".join(texts)
    rows = [row for rule in RULES for row in (*rule.examples, *rule.not_examples, *rule.misses)]
    rows += [row for key in ("examples", "not", "misses") for row in COLUMNS[key]]
    rows += [row for cue in load_modifiers() for row in (*cue.examples, *cue.not_examples)]
    lines = [line for row in rows for line in row["text"].split("\n")]
    assert [line for line in lines if len(line.split()) > 4 and line in whole] == []
    assert [line for line in lines if runs_of_words(line) & gold] == []


def test_words_are_used_by_frames() -> None:
    used = {
        part.removeprefix("@")
        for rule in RULES
        for text in (
            *rule.frames,
            *rule.unless,
            *rule.anchor,
            *(tag for scopes in (rule.near, rule.also, rule.far) for tags in scopes.values() for tag in tags),
        )
        for element in text.split()
        for part in element.rstrip("?").split("|")
        if part.startswith("@")
    }
    assert set(load_words().values()) - used == set()


GOOD = {"says": "A sum.", "match": {"anchor": "MONEY", "frames": ["@cost _"]}}
ALLOWED = "says, match, fields, examples, not, misses, since"


def changed(**parts: Any) -> str:
    return yaml.safe_dump({**GOOD, **parts}, sort_keys=False)


def matching(**parts: Any) -> str:
    return changed(match={**GOOD["match"], **parts})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(changed(sayz="b"), ("wrong.yml", f"expected {ALLOWED}", "found sayz"), id="unknown key"),
        pytest.param(matching(lo=3), ("wrong.yml at match", "anchor, frames, unless", "found lo"), id="key of match"),
        pytest.param(changed(fields={"moda": "planned"}), ("at fields", "modality", "found moda"), id="key of fields"),
        pytest.param(matching(frames=["@cost MONEY"]), ("training_cost/wrong", "one _", "@cost MONEY"), id="no anchor"),
        pytest.param(matching(frames=["_ or _"]), ("training_cost/wrong", "one _", "_ or _"), id="two anchors"),
        pytest.param(matching(frames=["@kost _"]), ("training_cost/wrong: @kost _", "@kost"), id="class of a frame"),
        pytest.param(matching(frames=["a|@kost? _"]), ("words.yml", "found @kost"), id="class in a choice"),
        pytest.param(matching(unless=["@kost _"]), ("training_cost/wrong: @kost _", "@kost"), id="class of an unless"),
        pytest.param(matching(near={"sentence": ["@kost"]}), ("training_cost/wrong", "@kost"), id="class of a near"),
        pytest.param(matching(far={"page": ["MONEY"]}), ("training_cost/wrong", "section", "page"), id="scope"),
        pytest.param(
            "says: A sum.\nmatch: {frames: ['@cost _']}\n", ("no anchor", "wrong.yml"), id="match with no kind"
        ),
        pytest.param("says: A sum.\n", ("no anchor or no frames", "wrong.yml"), id="no match"),
        pytest.param("- says\n", ("no mapping", "wrong.yml", ALLOWED), id="a list"),
        pytest.param("", ("no mapping", "wrong.yml", ALLOWED), id="an empty file"),
        pytest.param("says: [a\n", ("no YAML", "wrong.yml", "line"), id="no YAML"),
        pytest.param(
            "match: {anchor: MONEY, frames: ['@cost _']}\n",
            ("wrong.yml", "says"),
            id="no says",
        ),
        pytest.param(
            matching(frames=["MONNEY _"]),
            ("wrong", "MONNEY"),
            id="unknown kind",
            marks=pytest.mark.xfail(
                reason="kinds of mention are not checked", raises=pytest.fail.Exception, strict=True
            ),
        ),
    ],
)
def test_wrong_rule_is_told_with_its_place(
    text: str, told: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = error_of("training_cost", text, tmp_path, monkeypatch)
    assert [part for part in told if part not in message] == [], message


def test_good_rule_of_the_same_make_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pytest.fail.Exception):
        error_of("training_cost", changed(), tmp_path, monkeypatch)


def test_rule_in_a_folder_of_no_predicate_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = error_of("training_kost", changed(), tmp_path, monkeypatch)
    assert "training_kost/wrong" in message
    assert "training_cost" in message


def error_of(folder: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said of a folder of rules that holds this one file."""
    file = tmp_path / "wrong.yml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(extractor.rules, "_rule_files", lambda: iter([(folder, file)]))
    load_rules.cache_clear()
    try:
        with pytest.raises(DataError) as raised:
            load_rules()
    finally:
        load_rules.cache_clear()
    return raised.value.message
