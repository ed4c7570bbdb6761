"""The slots of a quantity (hedge, chip, scale, what it is counted by, flags), and what holds for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import ExtractorError
from extractor.quantities import Quantity, find_quantities

HEDGES = [
    ("about 500 GPUs", "approx", "about"),
    ("around 500 GPUs", "approx", "around"),
    ("roughly 500", "approx", "roughly"),
    ("approx. 500", "approx", "approx."),
    ("circa 500", "approx", "circa"),
    ("some 500 GPUs", "approx", "some"),
    ("nearly 500", "approx", "nearly"),
    ("almost 500", "approx", "almost"),
    ("close to 500", "approx", "close to"),
    ("~500", "approx", "~"),
    ("≈ 500", "approx", "≈"),
    ("500 or so", "approx", "or so"),
    ("500-odd", "approx", "-odd"),
    ("in the region of 500", "approx", "in the region of"),
    ("something like 500", "approx", "something like"),
    ("more like 500", "approx", "more like"),
    ("an estimated 500", "eq", None),
    ("more than 500", "gt", "more than"),
    ("over 500", "gt", "over"),
    ("above 500", "gt", "above"),
    ("at least 500", "gt", "at least"),
    ("in excess of 500", "gt", "in excess of"),
    ("upwards of 500", "gt", "upwards of"),
    ("exceeding 500", "gt", "exceeding"),
    ("no fewer than 500", "gt", "no fewer than"),
    ("north of 500", "gt", "north of"),
    (">500", "gt", ">"),
    ("≥ 500", "gt", "≥"),
    ("500+", "gt", "+"),
    ("500 or more", "gt", "or more"),
    ("well over 500", "gt", "well over"),
    ("just over 500", "gt", "just over"),
    ("less than 500", "lt", "less than"),
    ("under 500", "lt", "under"),
    ("below 500", "lt", "below"),
    ("up to 500", "lt", "up to"),
    ("at most 500", "lt", "at most"),
    ("as much as 500", "lt", "as much as"),
    ("as many as 500", "lt", "as many as"),
    ("as little as 500", "lt", "as little as"),
    ("fewer than 500", "lt", "fewer than"),
    ("no more than 500", "lt", "no more than"),
    ("within 500 hours", "lt", "within"),
    ("<500", "lt", "<"),
    ("≤500", "lt", "≤"),
    ("just under 500", "lt", "just under"),
    ("a maximum of 500", "lt", "a maximum of"),
    ("sub-500", "lt", "sub-"),
    ("it passes 500", "eq", None),
    ("-> 500", "eq", None),
    ("under the 500", "eq", None),
    ("at least about 500", "gt", "at least about"),
    ("more   than\u00a0500", "gt", "more   than"),
    ("about\n500", "eq", None),
]


@pytest.mark.parametrize(("sentence", "comparator", "cue"), HEDGES, ids=[row[0] for row in HEDGES])
def test_hedge_gives_comparator_and_span(sentence: str, comparator: str, cue: str | None) -> None:
    """A hedge sets the comparator and can be pointed to; it is not part of the quantity."""
    (quantity,) = find_quantities(sentence)
    assert quantity.comparator == comparator
    if cue is None:
        assert quantity.hedge_start is None
    else:
        assert sentence[quantity.hedge_start : quantity.hedge_end] == cue
        assert cue not in quantity.text


@pytest.mark.parametrize(
    ("sentence", "per"),
    [
        ("$920M/month", "month"),
        ("$2 an hour", "hour"),
        ("$2 per GPU hour", "hour"),
        ("$2/hr", "hour"),
        ("$3 per million tokens", "token"),
        ("$0.5/1M tokens", "token"),
        ("$5m a year", "year"),
        ("$5m a year later", ""),
        ("$5m", ""),
        ("$30,000 apiece", "piece"),
        ("$30,000 per chip", "chip"),
    ],
)
def test_per_is_what_a_sum_is_counted_by(sentence: str, per: str) -> None:
    """Money by the hour, month or token says so, and the words are outside of the quantity."""
    quantity = find_quantities(sentence)[0]
    assert (quantity.kind, quantity.per) == ("money", per)
    assert quantity.text.startswith("$")
    assert " " not in quantity.text


@pytest.mark.parametrize(
    ("sentence", "chip"),
    [
        ("2.788 million H800 GPU hours", "H800"),
        ("1.3M A100 hours", "A100"),
        ("500 TPU v5p hours", "TPU v5p"),
        ("64 TPUv3 core-days", "TPUv3"),
        ("1,920 GPU A100 80G days", "A100"),
        ("300 Nvidia V100 GPU hours", "V100"),
        ("9k MI250X hours", "MI250X"),
        ("800 Ascend 910B hours", "Ascend 910B"),
        ("184k GPU hours on A100 GPUs", None),
    ],
)
def test_chip_inside_the_unit_is_pointed_to(sentence: str, chip: str | None) -> None:
    """The chip of chip-hours has a span of its own."""
    quantity = find_quantities(sentence)[0]
    assert quantity.kind == "chip_hours"
    assert (chip is None) == (quantity.chip_start is None)
    if chip:
        assert sentence[quantity.chip_start : quantity.chip_end] == chip


@pytest.mark.parametrize(
    ("sentence", "digits", "scale"),
    [
        ("$5.6m", "5.6m", "m"),
        ("671B parameters", "671B", "B"),
        ("2.788 million H800 GPU hours", "2.788 million", "million"),
        ("$10m to $100m", "10m to $100m", "m"),
        ("512 GPUs", "512", ""),
        ("7-9B parameters", "7-9B", "B"),
        ("80 hours", "80", ""),
    ],
)
def test_number_span_and_scale_are_as_written(sentence: str, digits: str, scale: str) -> None:
    """The digits with their scale have a span of their own, and the scale keeps its case."""
    (quantity,) = find_quantities(sentence)
    assert sentence[quantity.number_start : quantity.number_end] == digits
    assert quantity.scale == scale


@pytest.mark.parametrize(
    ("sentence", "flag", "expected"),
    [
        ("in 2024", "year", True),
        ("2,024 of them", "year", False),
        ("2000 H100s", "year", False),
        ("about 2000", "year", False),
        ("2048", "year", False),
        ("4x H200", "times", True),
        ("4xH200", "times", True),
        ("16×H100", "times", True),
        ("8 x A100", "times", True),
        ("8*A100", "times", True),
        ("8x GPUs", "times", True),
        ("4 H200", "times", False),
        ("2x faster", "times", False),
        ("288bn active parameters", "active", True),
        ("37B active", "active", True),
        ("100m active users", "active", False),
        ("288bn parameters", "active", False),
        ("A95B active", "active", True),
    ],
)
def test_flags(sentence: str, flag: str, expected: bool) -> None:
    """Years, multipliers and active parameters are marked."""
    assert getattr(find_quantities(sentence)[0], flag) is expected


def test_skipped_spans_hold_no_quantity() -> None:
    """A model's name can be masked: its digits are not read, and those around it are."""
    text = "Llama 3.1 405B took 30.84M H100 hours"
    assert [q.text for q in find_quantities(text, skip=[(0, 14)])] == ["30.84M H100 hours"]
    assert [q.text for q in find_quantities(text, skip=[(0, 9)])] == ["405B", "30.84M H100 hours"]
    assert [q.text for q in find_quantities(text, skip=[(0, 14), (27, 31)])] == ["30.84M"]


def test_offsets_survive_letters_that_grow_in_lower_case() -> None:
    """The capital dotted I is two code points in lower case; offsets stay those of the text."""
    text = "İİİ paid $5m in İzmir for 80 hours"
    assert [text[q.start : q.end] for q in find_quantities(text)] == ["$5m", "80 hours"]


def test_a_number_out_of_all_bounds_is_left_out() -> None:
    """A float holds no 1e999, so no quantity does."""
    assert find_quantities("1e999 FLOP and 5 hours")[0].text == "5 hours"


def test_quantity_refuses_text_that_does_not_fit() -> None:
    """The words of a quantity are those at its offsets."""
    with pytest.raises(
        ExtractorError, match=r"does not fit its offsets - \[0, 3\); expected 3 code points, found '\$5'"
    ):
        Quantity("money", 5, "USD", "eq", 0, 3, "$5", 1, 2)


PIECES = st.sampled_from(
    [
        *(
            "0",
            "1",
            "7",
            "12",
            "405",
            "2,048",
            "3.8",
            ".",
            ",",
            "-",
            "–",
            "+",
            "~",
            ">",
            "/",
            "x",
            "×",
            "^",
            "e25",
            "10²⁵",
        ),
        *(
            "½",
            "$",
            "€",
            "¥",
            "%",
            "(",
            ")",
            "[",
            "]",
            "\n",
            "\t",
            "\u00a0",
            "\u202f",
            "İ",
            "ß",
            "a",
            "an",
            "half",
            "one",
        ),
        *(
            "two",
            "hundred",
            "thousand",
            "million",
            "billion",
            "B",
            "M",
            "k",
            "T",
            "bn",
            "and",
            "to",
            "or",
            "between",
            "from",
        ),
        *(
            "about",
            "over",
            "more than",
            "hours",
            "days",
            "weeks",
            "month",
            "GPU",
            "H100",
            "GPU-hours",
            "parameters",
            "tokens",
        ),
        *(
            "FLOPs",
            "GW",
            "MWh",
            "GB",
            "per",
            "an hour",
            "/s",
            "yuan",
            "dollars",
            "CNY",
            "times",
            "fold",
            "gigawatt-scale",
        ),
        *("tens of", "quarters of", "GPU hours:", "tokens =", "or so", "May", "page", "A", "active"),
    ]
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_any_text_gives_ordered_finite_quantities_inside_it(text: str) -> None:
    """Whatever the text: no error, offsets inside it, in order, no overlap, finite values, no line break."""
    last = 0
    for quantity in find_quantities(text):
        assert last <= quantity.start <= quantity.number_start <= quantity.number_end <= quantity.end <= len(text)
        assert quantity.text == text[quantity.start : quantity.end]
        assert "\n" not in quantity.text
        assert abs(quantity.value) < float("inf")
        assert quantity.high is None or quantity.value < quantity.high < float("inf")
        assert (quantity.high is None) == (quantity.comparator != "range")
        if quantity.hedge_start is not None and quantity.hedge_end is not None:
            assert 0 <= quantity.hedge_start < quantity.hedge_end <= len(text)
        last = quantity.end


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(PIECES).map(" ".join), st.data())
def test_skipped_spans_are_never_touched(text: str, data: st.DataObject) -> None:
    """No quantity overlaps a skipped span."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start + 1, len(text) + 1))
    assert all(q.end <= start or q.start >= end for q in find_quantities(text, skip=[(start, end)]))
