"""The gate: accuracy does not fall. What was reached on each gold is pinned in floors.json, with the gold's digest.

AINEWS_MOVE_FLOORS=1 raises the floors to what is measured now and pins the run, against which a later failure prints
what was gained and lost, claim by claim. It lowers a floor only with AINEWS_ALLOW_REGRESSION=1 or --allow-regression,
and that needs a reason in the commit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest

from extractor import rules
from extractor.cli.measuring import describe_changes
from extractor.evaluation import (
    Gold,
    Report,
    calibrate,
    compare,
    corpus_gold,
    digest_gold,
    find_changes,
    half_of,
    read_gold,
    read_pin,
    write_pin,
)  # fmt: skip
from extractor.pipeline import read_claims

HERE = Path(__file__).parent
FLOORS = HERE / "floors.json"
SHARED = HERE.parent.parent / "shared"
OWN = HERE / "gold"
# What no rule was made for, and what the last rules were made on
OWN_SETS = (
    *("newsletter", "notes", "news-written", "articles-written", "letters-written", "nothing"),
    *("read/news", "read/articles", "read/newsletter", "read/notes"),
)
# A measure may fall by so much while others rise
SLACK = 0.003
SETS: dict[str, Callable[[], Iterator[Gold]]] = {
    "packaged corpus": corpus_gold,
    **{name: partial(read_gold, OWN / f"{name}.jsonl") for name in OWN_SETS},
    **{name: partial(read_gold, SHARED / "eval" / "dev" / f"{name}.jsonl") for name in ("news", "ainews", "epoch")},
}
NOT_EVERYWHERE = ("news", "ainews", "epoch")


@cache
def read_set(name: str) -> tuple[list[Gold], Report]:
    if name in NOT_EVERYWHERE and not SHARED.is_dir():
        pytest.skip("the development sets are not here")
    golds = list(SETS[name]())
    return golds, compare(golds, read_claims)


def pin_of(name: str) -> Path:
    if name == "packaged corpus":
        return HERE.parent / "corpus" / "pinned.jsonl"
    return HERE / "pins" / f"{name.replace('/', '-')}.jsonl"


def measures(report: Report) -> dict[str, float]:
    """Return the shares that a floor holds: what the gold says of claims, or how many texts without any stay so."""
    total, (kept, empty) = report.total, report.empty
    if not total.gold:
        return {"kept_empty": round(kept / empty, 4)}
    names = ("recall", "precision", "fact_f1", "tuple_f1") if total.listed else ("recall",)
    return {name: round(getattr(total, name), 4) for name in names}


def raise_floor(old: dict[str, float], reached: dict[str, float], *, same: bool, regression: bool) -> dict[str, float]:
    """Return the new floor: what is reached, or what stood there where that is higher by less than the slack."""
    fallen = {key: (old[key], value) for key, value in reached.items() if value < old.get(key, 0) - SLACK}
    if fallen and not regression:
        pytest.fail(f"a floor would fall: {fallen}; --allow-regression, with a reason in the commit", pytrace=False)
    if regression or not same:
        return reached
    return {key: max(value, old.get(key, 0)) for key, value in reached.items()}


@pytest.mark.parametrize("name", SETS)
def test_accuracy_does_not_fall(name: str, pytestconfig: pytest.Config) -> None:
    golds, report = read_set(name)
    reached = measures(report)
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    floor = dict(floors.get(name, {}))
    digest = floor.pop("gold", "")
    if os.environ.get("AINEWS_MOVE_FLOORS"):
        regression = bool(os.environ.get("AINEWS_ALLOW_REGRESSION") or pytestconfig.getoption("--allow-regression"))
        moved = raise_floor(floor, reached, same=digest == digest_gold(golds), regression=regression)
        floors[name] = {"gold": digest_gold(golds), **moved}
        FLOORS.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        write_pin(pin_of(name), report.outcomes)
        return
    if digest != digest_gold(golds):
        pytest.fail("the gold has changed: pin its floors anew with AINEWS_MOVE_FLOORS=1", pytrace=False)
    fallen = {key: (value, reached[key]) for key, value in floor.items() if reached[key] < value - SLACK}
    if fallen:
        changes = find_changes(golds, read_pin(pin_of(name)), report.outcomes)
        pytest.fail("\n".join([f"{name}: {fallen}", *describe_changes(changes, golds)]), pytrace=False)


@pytest.mark.parametrize(
    ("old", "reached", "same", "floor"),
    [
        ({"recall": 0.5}, {"recall": 0.6}, True, {"recall": 0.6}),
        ({"recall": 0.5}, {"recall": 0.499}, True, {"recall": 0.5}),
        ({"recall": 0.5}, {"recall": 0.4}, True, None),
        ({"recall": 0.5}, {"recall": 0.4}, False, None),
        ({"recall": 0.5}, {"recall": 0.499}, False, {"recall": 0.499}),
        ({}, {"recall": 0.4, "precision": 0.3}, False, {"recall": 0.4, "precision": 0.3}),
    ],
)
def test_floors_only_rise(
    old: dict[str, float], reached: dict[str, float], same: bool, floor: dict[str, float] | None
) -> None:
    if floor is None:
        with pytest.raises(pytest.fail.Exception, match="a floor would fall"):
            raise_floor(old, reached, same=same, regression=False)
        assert raise_floor(old, reached, same=same, regression=True) == reached
    else:
        assert raise_floor(old, reached, same=same, regression=False) == floor


@pytest.mark.parametrize("name", SETS)
def test_pins_are_of_the_gold_that_the_floors_are_of(name: str) -> None:
    golds, _ = read_set(name)
    pinned = {outcome.document: outcome.gold for outcome in read_pin(pin_of(name))}
    assert pinned == {gold.document.id: digest_gold([gold]) for gold in golds}


def test_pins_quote_no_text() -> None:
    """The development sets may not be copied: a pin names the claims of the gold by number, and reads of ours."""
    for file in sorted((HERE / "pins").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            assert not {"text", "quote", "title", "value_text"} & set(json.loads(line)), file


def test_confidence_is_about_what_calibrating_gives_now() -> None:
    """Rules change daily, so that only a rule that is measured well and is far off makes this fail."""
    unread = [
        gold for name in ("packaged corpus", "newsletter", "news", "ainews") for gold in read_set(name)[0]
        if half_of(gold) == "look"
    ]  # fmt: skip
    now = calibrate(compare(unread, read_claims))
    written = rules.load_confidence()
    assert all(map(rules.find_says, written)), "a rule is gone: evaluate --calibrate"
    off = {
        rule: (written[rule].precision, row["precision"])
        for rule, row in now.items()
        if row["of"] >= 20 and rule in written and abs(written[rule].precision - row["precision"]) > 0.1
    }
    assert not off, "evaluate --calibrate"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the seed article is not here")
def test_seed_article_is_read_whole_and_nothing_else() -> None:
    total = compare(read_gold(SHARED / "eval" / "dev" / "seed.jsonl"), read_claims).total
    assert (total.precision, total.recall) == (1.0, 1.0)
