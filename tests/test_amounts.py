"""Plain English sentences -> the numbers that measure or count, with the unit that the sentence names."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import DataError
from extractor.quantities import Amount, everyday, read_amounts

Pair = tuple[float | tuple[float, float], str]

UNITS: list[tuple[str, list[Pair]]] = [
    ("Prices rose 3.2%, or 0.4 percentage points more than in May.", [(3.2, "percent"), (0.4, "percentage point")]),
    ("The rate went up 25 basis points to 4.75 per cent.", [(25, "basis point"), (4.75, "percent")]),
    ("It cost 10 million Swiss francs, then Sw Fr 2bn.", [(1e7, "CHF"), (2e9, "CHF")]),
    ("They owe Rs 500 crore and 300 Pakistani rupees.", [(5e9, "INR"), (300, "PKR")]),
    ("A share costs 36 cents here and 34p there.", [(36, "cent"), (34, "penny")]),
    ("Britain paid 3 million pounds for 20 pounds of gold.", [(3e6, "GBP"), (20, "pound")]),
    ("The box weighs 30 pounds, or 13.6 kg.", [(30, "pound"), (13.6, "kilogram")]),
    ("The tower is 350m high and cost £350m.", [(350, "metre"), (3.5e8, "GBP")]),
    ("He ran the 100m final and the 5,000m.", [(100, "metre"), (5000, "metre")]),
    ("It fell to -22 degrees Celsius, minus 8 degrees and 90F.",
     [(-22, "degree Celsius"), (-8, "degree"), (90, "degree Fahrenheit")]),
    ("The car did 75 miles per hour, the train 350 km/h.", [(75, "mile/hour"), (350, "kilometre/hour")]),
    ("A 12-year-old walked a 40-mile road.", [(12, "year"), (40, "mile")]),
    ("The fossil is 66 million years old.", [(6.6e7, "year")]),
    ("It burned 48,000 acres, or 190 square kilometres.", [(48000, "acre"), (190, "square kilometre")]),
    ("It stores 129 MWh and makes 1.4 gigawatts.", [(129, "megawatt-hour"), (1.4, "gigawatt")]),
    ("OPEC cut 1.2 million barrels a day.", [(1.2e6, "barrel")]),
    ("It holds 20 terabytes and sends 450 megabits per second.", [(20, "terabyte"), (450, "megabit/second")]),
    ("It took two hours, four minutes and 11 seconds.", [(2.06972, "hour")]),
    ("It lasts 30 minutes to 2 hours.", [((30, 120), "minute")]),
    ("A magnitude 6.4 quake and a 5.8-magnitude one", [(6.4, "magnitude"), (5.8, "magnitude")]),
]  # fmt: skip

COUNTS: list[tuple[str, list[Pair]]] = [
    ("36 people died when two dozen ships sank.", [(36, "people"), (24, "ship")]),
    ("The 27-nation bloc met for a four-match series.", [(27, "nation"), (4, "match")]),
    ("One person died; no one else was hurt.", [(1, "person")]),
    ("Nineteen soldiers and one civilian died.", [(19, "soldier"), (1, "civilian")]),
    ("They lost 1,000 maintenance and cleaning workers.", [(1000, "worker")]),
    ("Some 13,000 US troops and 14 gunmen", [(13000, "troop"), (14, "gunman")]),
    ("It has 8 million-plus users and a 1,000-strong crew.", [(8e6, "user"), (1000, "crew")]),
    ("It repaid 1.5 billion euros in March and another 6.7 billion.", [(1.5e9, "EUR"), (6.7e9, "EUR")]),
    ("It rose 3% to 1.2 billion from 1 billion shares.", [(3, "percent"), (1.2e9, ""), (1e9, "share")]),
    ("A 6-foot-2, 220-pound player batted .312.", [(6, "foot"), (220, "pound"), (0.312, "")]),
    ("They won 43 of the 120 seats.", [(43, ""), (120, "seat")]),
    ("Smith, 45, led a crowd of 54,000.", [(45, ""), (54000, "")]),
    ("It plans 30 to 40 stores and 10-15 kiosks.", [((30, 40), "store"), ((10, 15), "kiosk")]),
]

SHARES: list[tuple[str, list[Pair]]] = [
    ("Two-thirds of them lost a third of it.", [(2 / 3, ""), (1 / 3, "")]),
    ("More than half want half a million dollars.", [(0.5, ""), (5e5, "USD")]),
    ("One and a half million tonnes in three-and-a-half years", [(1.5e6, "tonne"), (3.5, "year")]),
    ("He met her twice; prices rose tenfold, then 4.5 times.", [(2, "time"), (10, "time"), (4.5, "time")]),
    ("Missed by two hundredths of a second.", [(0.02, "")]),
    ("Gold rose $14 to $2,021, oil fell 3 to 4 percent.", [(14, "USD"), (2021, "USD"), ((3, 4), "percent")]),
    ("The third man won in the second half of the fourth quarter.", []),
]

NOTHING = [
    "It was signed on March 3, 2015, and ended in 1999.",
    "The 2019 elections came between 1914 and 1918, or in 1939-45.",
    "City won 3-1, 2-2 and 6-4 on the 5th.",
    "Call 1-800-555-0142 at 7 p.m. or 10:30, or 911 at 0900 GMT.",
    "The Group of 20, Article 50, Boeing 737, the Nikkei 225 and Highway 41",
    "It plays 5G and 4K on an Xbox One.",
    "Thousands of people waited a week for an hour or two.",
    "The two met at odds of 2-to-1 in their 60s.",
]


def pairs(amounts: list[Amount]) -> list[Pair]:
    return [(a.value if a.high is None else (a.value, a.high), a.unit) for a in amounts]


@pytest.mark.parametrize(("sentence", "expected"), [*UNITS, *COUNTS, *SHARES, *((text, []) for text in NOTHING)])
def test_amounts_are_read(sentence: str, expected: list[Pair]) -> None:
    found = pairs(read_amounts(sentence))
    assert [unit for _, unit in found] == [unit for _, unit in expected]
    assert [value for value, _ in found] == [pytest.approx(value, rel=1e-4) for value, _ in expected]


@pytest.mark.parametrize(
    ("sentence", "comparator", "per"),
    [
        ("About 20 miles", "approx", ""),
        ("At least 20 people", "gt", ""),
        ("Up to 20 percent", "lt", ""),
        ("$82 a barrel", "eq", "barrel"),
        ("43 cents a share", "eq", "share"),
        ("$82 a friend", "eq", ""),
        ("$2 per gallon", "eq", "gallon"),
        ("3 to 4 percent", "range", ""),
    ],
)
def test_amounts_keep_their_hedge_and_what_they_are_counted_by(sentence: str, comparator: str, per: str) -> None:
    (amount,) = read_amounts(sentence)
    assert (amount.comparator, amount.per) == (comparator, per)
    assert sentence[amount.start : amount.end] == amount.text


PIECES = st.sampled_from(
    "0 1 12 1,200 3.5 . , - $ € % m bn one two a half third dozen million and to of from people cents C ° US".split()
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_any_text_can_be_read(text: str) -> None:
    """Amounts stand in order, each with the words of its offsets, and none overlaps another."""
    end = 0
    for amount in read_amounts(text):
        assert end <= amount.start < amount.end
        assert text[amount.start : amount.end] == amount.text
        assert math.isfinite(amount.value)
        end = amount.end


def sentences(half: str) -> Iterator[dict[str, Any]]:
    for line in (Path(__file__).parent / "gold" / "quantities.jsonl").read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        if row["half"] == half:
            yield row


def is_same(amount: Amount, gold: dict[str, Any]) -> bool:
    high = gold.get("high")
    same = math.isclose(amount.value, gold["value"], rel_tol=1e-3)
    return same and (amount.high is None) == (high is None) and math.isclose(amount.high or 0, high or 0, rel_tol=1e-3)


def f1(half: str) -> tuple[float, float]:
    """Return F1 of the values, and of values with their units."""
    gold = found = values = units = 0
    for row in sentences(half):
        rest = read_amounts(row["text"])
        gold, found = gold + len(row["quantities"]), found + len(rest)
        for wanted in row["quantities"]:
            names = (wanted["unit"], wanted.get("or", wanted["unit"]))
            same = sorted((a for a in rest if is_same(a, wanted)), key=lambda a: a.unit not in names)
            if same:
                rest.remove(same[0])
                values += 1
                units += same[0].unit in names
    return 2 * values / (gold + found), 2 * units / (gold + found)


@pytest.mark.parametrize(("half", "value", "unit"), [("tune", 0.99, 0.99), ("look", 0.97, 0.97)])
def test_amounts_of_plain_news_are_read_as_well_as_they_were(half: str, value: float, unit: float) -> None:
    """The reader was made on tune; look was measured once, when it was done."""
    of_values, of_units = f1(half)
    assert of_values >= value
    assert of_units >= unit


@pytest.mark.parametrize("data", [{}, {"units": [{"kind": "length", "words": ["Mile"]}]}])
def test_everyday_units_that_cannot_be_read_are_named(data: object, monkeypatch: pytest.MonkeyPatch) -> None:
    everyday.load_everyday.cache_clear()
    monkeypatch.setattr(everyday, "read_yaml", lambda file: data)
    with pytest.raises(DataError, match=r"everyday\.yml"):
        everyday.load_everyday()
    everyday.load_everyday.cache_clear()
