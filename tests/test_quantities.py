"""Sentences -> all quantities in them: kind, value, high, unit, comparator and the exact words, in order."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from extractor.quantities import Quantity, find_quantities


class Q(NamedTuple):
    """An expected quantity."""

    kind: str
    value: float
    text: str
    unit: str
    comparator: str = "eq"
    high: float | None = None


def money(value: float, text: str, comparator: str = "eq", high: float | None = None, unit: str = "USD") -> Q:
    return Q("money", value, text, unit, comparator, high)


def hours(value: float, text: str, comparator: str = "eq", high: float | None = None) -> Q:
    return Q("duration", value, text, "hours", comparator, high)


def chip_hours(value: float, text: str, comparator: str = "eq", high: float | None = None) -> Q:
    return Q("chip_hours", value, text, "chip-hours", comparator, high)


def params(value: float, text: str, comparator: str = "eq", high: float | None = None) -> Q:
    return Q("parameters", value, text, "parameters", comparator, high)


def tokens(value: float, text: str, comparator: str = "eq", high: float | None = None) -> Q:
    return Q("tokens", value, text, "tokens", comparator, high)


def flop(value: float, text: str, comparator: str = "eq", high: float | None = None) -> Q:
    return Q("compute", value, text, "FLOP", comparator, high)


def watts(value: float, text: str, comparator: str = "eq", high: float | None = None) -> Q:
    return Q("power", value, text, "watts", comparator, high)


def number(value: float, text: str, comparator: str = "eq", high: float | None = None) -> Q:
    return Q("number", value, text, "", comparator, high)


def vague(value: float, text: str) -> Q:
    return Q("vague", value, text, "")


def rate(value: float, text: str, unit: str, comparator: str = "eq") -> Q:
    return Q("rate", value, text, unit, comparator)


def size(value: float, text: str) -> Q:
    return Q("bytes", value, text, "bytes")


def percent(value: float, text: str, comparator: str = "eq", high: float | None = None) -> Q:
    return Q("percent", value, text, "percent", comparator, high)


def factor(value: float, text: str, comparator: str = "eq") -> Q:
    return Q("factor", value, text, "times", comparator)


Row = tuple[str, list[Q]]

MONEY: list[Row] = [
    ("Norwind paid $5.6m for it.", [money(5.6e6, "$5.6m")]),
    ("The bill came to US$5.576 million.", [money(5.576e6, "US$5.576 million")]),
    ("Rivals pay $10m-$100m a model.", [money(1e7, "$10m-$100m", "range", 1e8)]),
    ("It needs $10m to $100m of them.", [money(1e7, "$10m to $100m", "range", 1e8)]),
    ("Next year it wants $3bn to $4bn.", [money(3e9, "$3bn to $4bn", "range", 4e9)]),
    ("They put it between $3 billion and $4 billion.", [money(3e9, "$3 billion and $4 billion", "range", 4e9)]),
    ("A budget of $3-4 billion is set.", [money(3e9, "$3-4 billion", "range", 4e9)]),
    ("Set aside $10 to 20 million.", [money(1e7, "$10 to 20 million", "range", 2e7)]),
    ("Paris gave €1.2bn, London £225m.", [money(1.2e9, "€1.2bn", unit="EUR"), money(2.25e8, "£225m", unit="GBP")]),
    (
        "Anhai spent RMB 30 million, then CNY1.5bn.",
        [money(3e7, "RMB 30 million", unit="CNY"), money(1.5e9, "CNY1.5bn", unit="CNY")],
    ),
    ("The park costs 1bn yuan.", [money(1e9, "1bn yuan", unit="CNY")]),
    ("A sum of CZK 15 billion was named.", [money(1.5e10, "CZK 15 billion", unit="CZK")]),
    ("Brasilia adds R$ 1.8 billion.", [money(1.8e9, "R$ 1.8 billion", unit="BRL")]),
    (
        "A ₹10,372-crore mission, of which Rs. 50 lakh is spent.",
        [money(1.0372e11, "₹10,372-crore", unit="INR"), money(5e6, "Rs. 50 lakh", unit="INR")],
    ),
    ("They say $ 0.1 million suffices.", [money(1e5, "$ 0.1 million")]),
    ("It asked 0.1M Dollars.", [money(1e5, "0.1M Dollars")]),
    ("A prize of 63 million dollars", [money(6.3e7, "63 million dollars")]),
    ("It was done for around three hundred dollars.", [money(300, "three hundred dollars", "approx")]),
    ("A bill of $4000, or ~$200k with staff", [money(4000, "$4000"), money(2e5, "$200k", "approx")]),
    ("Fabs in Hsinchu cost T$452.3 billion.", [money(4.523e11, "T$452.3 billion", unit="TWD")]),
    ("Il progetto: 1,7 billion euros.", [money(1.7e9, "1,7 billion euros", unit="EUR")]),
    ("Up goes $ 500bn in steel.", [money(5e11, "$ 500bn")]),
    ("Seoul sets aside 100 billion won.", [money(1e11, "100 billion won", unit="KRW")]),
    ("Osaka pays ¥8 million.", [money(8e6, "¥8 million", unit="JPY")]),
    ("The Chinese lab paid ¥8 million.", [money(8e6, "¥8 million", unit="CNY")]),
    (
        "It wants a billion dollars, or half a trillion dollars.",
        [money(1e9, "a billion dollars"), money(5e11, "half a trillion dollars")],
    ),
    ("Soon $10bn or even $100bn a run", [money(1e10, "$10bn"), money(1e11, "$100bn")]),
    ("Fees run from $500,000 to $1 million or more.", [money(5e5, "$500,000 to $1 million", "range", 1e6)]),
    ("Worth $100 B on paper", [money(1e11, "$100 B")]),
    ("A 40-million-dollar cluster", [money(4e7, "40-million-dollar")]),
    ("5M€ or 5 million USD", [money(5e6, "5M€", unit="EUR"), money(5e6, "5 million USD")]),
    ("It cost $5 million, 300 people said.", [money(5e6, "$5 million"), number(300, "300")]),
    ("Of ten bids they won 5 won praise.", [number(10, "ten"), number(5, "5")]),
    ("Please try 5 more.", [number(5, "5")]),
]

DURATIONS: list[Row] = [
    ("The run took 80 hours.", [hours(80, "80 hours")]),
    (
        "After 19 days, two months and half a month",
        [hours(456, "19 days"), hours(1460, "two months"), hours(365, "half a month")],
    ),
    ("Give it half a month, three weeks.", [hours(365, "half a month"), hours(504, "three weeks")]),
    ("It takes two to four weeks.", [hours(336, "two to four weeks", "range", 672)]),
    ("Plan two or three weeks.", [hours(336, "two or three weeks", "range", 504)]),
    ("Trained for 90 to 100 days", [hours(2160, "90 to 100 days", "range", 2400)]),
    ("Trained between 90 and 100 days", [hours(2160, "90 and 100 days", "range", 2400)]),
    ("about two and a half months on it", [hours(1825, "two and a half months", "approx")]),
    ("A warm-up of 50 min, then 90 minutes", [hours(50 / 60, "50 min"), hours(1.5, "90 minutes")]),
    ("It ran for a day, then a week.", [hours(24, "a day"), hours(168, "a week")]),
    ("A 54-day run of 9.5 days' worth", [hours(1296, "54-day"), hours(228, "9.5 days")]),
    ("It took a bit over two days.", [hours(48, "two days", "gt")]),
    ("Ready in less than two months", [hours(1460, "two months", "lt")]),
    ("Tuning took four days or so.", [hours(96, "four days", "approx")]),
    ("It took a month and a half.", [hours(1095, "a month and a half")]),
    ("It took two days and three hours.", [hours(51, "two days and three hours")]),
    ("24h on one box, 10 hrs on two", [hours(24, "24h"), hours(10, "10 hrs"), number(2, "two")]),
    ("They trained it over 54 days.", [hours(1296, "54 days")]),
    ("It took over 54 days.", [hours(1296, "54 days", "gt")]),
    ("100+ days and counting", [hours(2400, "100+ days", "gt")]),
    ("several months, a few days, overnight, a second look", []),
]

CHIP_HOURS: list[Row] = [
    ("2.788 million H800 GPU hours", [chip_hours(2.788e6, "2.788 million H800 GPU hours")]),
    ("2.788M H800-hours", [chip_hours(2.788e6, "2.788M H800-hours")]),
    ("1.3M A100 hours for the small one", [chip_hours(1.3e6, "1.3M A100 hours")]),
    ("184k GPU hours on A100 GPUs", [chip_hours(1.84e5, "184k GPU hours")]),
    (
        "1,022,362 GPU-hours or ~7,000,000 GPU hours",
        [chip_hours(1022362, "1,022,362 GPU-hours"), chip_hours(7e6, "7,000,000 GPU hours", "approx")],
    ),
    ("6x12 H100 GPU hours", [chip_hours(72, "6x12 H100 GPU hours")]),
    ("1,920 GPU A100 80G days", [chip_hours(46080, "1,920 GPU A100 80G days")]),
    (
        "30 core-days, 40 TPU-hours, 800 GPU-days",
        [chip_hours(720, "30 core-days"), chip_hours(40, "40 TPU-hours"), chip_hours(19200, "800 GPU-days")],
    ),
    ("500 TPU v4 hours", [chip_hours(500, "500 TPU v4 hours")]),
    ("30 million accelerator hours", [chip_hours(3e7, "30 million accelerator hours")]),
    ("3.8 million hours of GPU time", [chip_hours(3.8e6, "3.8 million hours of GPU time")]),
    ("2.8 million hours in all", [hours(2.8e6, "2.8 million hours")]),
    ("5 million CPU hours", [Q("cpu_hours", 5e6, "5 million CPU hours", "cpu-hours")]),
    ("Training time (GPU hours): 7M", [chip_hours(7e6, "7M")]),
    ("GPU hours: 2.1M", [chip_hours(2.1e6, "2.1M")]),
    ("Hardware: A100; hours used: 150000.", [chip_hours(150000, "150000")]),
]

PARAMETERS: list[Row] = [
    ("671B parameters", [params(6.71e11, "671B parameters")]),
    ("a 671B-parameter net", [params(6.71e11, "671B-parameter")]),
    ("671bn parameters", [params(6.71e11, "671bn parameters")]),
    ("a trillion-parameter net", [params(1e12, "a trillion-parameter")]),
    ("trillion-parameter nets", [params(1e12, "trillion-parameter")]),
    ("multi-trillion-parameter nets", []),
    ("a 7-billion-parameter net", [params(7e9, "7-billion-parameter")]),
    ("of 2-billion parameter scale", [params(2e9, "2-billion parameter")]),
    (
        "132B total parameters, 24.9B total params",
        [params(1.32e11, "132B total parameters"), params(2.49e10, "24.9B total params")],
    ),
    ("288bn active parameters", [params(2.88e11, "288bn active parameters")]),
    ("55 billion shared attention parameters", [params(5.5e10, "55 billion shared attention parameters")]),
    ("37B active, 671B in all", [number(3.7e10, "37B"), number(6.71e11, "671B")]),
    ("(1.3B, 6B, and 175B parameters)", [params(1.3e9, "1.3B"), params(6e9, "6B"), params(1.75e11, "175B parameters")]),
    ("7B and 13B parameters", [params(7e9, "7B"), params(1.3e10, "13B parameters")]),
    ("7 or 13 billion parameters", [params(7e9, "7"), params(1.3e10, "13 billion parameters")]),
    ("8 billion and 70 billion parameters", [params(8e9, "8 billion"), params(7e10, "70 billion parameters")]),
    ("65m to 213m parameters", [params(6.5e7, "65m to 213m parameters", "range", 2.13e8)]),
    ("7-9B parameters", [params(7e9, "7-9B parameters", "range", 9e9)]),
    ("from 0.6B to 32B", [number(6e8, "0.6B to 32B", "range", 3.2e10)]),
    ("Parameters: 7B", [params(7e9, "7B")]),
    ("In 2024, 7B parameters were many.", [number(2024, "2024"), params(7e9, "7B parameters")]),
    ("512 GPUs and 7B parameters", [number(512, "512"), params(7e9, "7B parameters")]),
    ("1.8 trillion weights", [number(1.8e12, "1.8 trillion")]),
    ("`A95B` active parameters of a 6B-A1B family", [number(9.5e10, "95B"), number(6e9, "6B"), number(1e9, "1B")]),
    ("A95B active parameters", [params(9.5e10, "95B active parameters")]),
]

TOKENS: list[Row] = [
    ("14.8T tokens", [tokens(1.48e13, "14.8T tokens")]),
    ("270 billions tokens", [tokens(2.7e11, "270 billions tokens")]),
    ("9T -> 15T tokens", [tokens(9e12, "9T"), tokens(1.5e13, "15T tokens")]),
    ("It grew from 9T to 15T tokens.", [tokens(9e12, "9T"), tokens(1.5e13, "15T tokens")]),
    (
        "6.4T language tokens, 400B multimodal tokens",
        [tokens(6.4e12, "6.4T language tokens"), tokens(4e11, "400B multimodal tokens")],
    ),
    (
        "one trillion tokens, or 300 billion training tokens",
        [tokens(1e12, "one trillion tokens"), tokens(3e11, "300 billion training tokens")],
    ),
    ("more than 30 trillion tokens", [tokens(3e13, "30 trillion tokens", "gt")]),
    ("a 100B-token, then a 36 trillion-token mix", [tokens(1e11, "100B-token"), tokens(3.6e13, "36 trillion-token")]),
    ("tokens: 15T", [tokens(1.5e13, "15T")]),
    ("about   65 billion   tokens", [tokens(6.5e10, "65 billion   tokens", "approx")]),
    ("65 billion\ntokens", [number(6.5e10, "65 billion")]),
]

COMPUTE: list[Row] = [
    ("3.8e25 FLOPs", [flop(3.8e25, "3.8e25 FLOPs")]),
    ("3.8 × 10²⁵ FLOP", [flop(3.8e25, "3.8 × 10²⁵ FLOP")]),
    ("3.8 × 1025 FLOP", [flop(3.8e25, "3.8 × 1025 FLOP")]),
    ("2.1 x 10^25 FLOPS in all", [flop(2.1e25, "2.1 x 10^25 FLOPS")]),
    ("3 zettaflop (3e21)", [flop(3e21, "3 zettaflop"), number(3e21, "3e21")]),
    ("5 yottaFLOPs of work", [flop(5e24, "5 yottaFLOPs")]),
    ("~10²⁵ FLOPs", [flop(1e25, "10²⁵ FLOPs", "approx")]),
    ("10^26 floating-point operations", [flop(1e26, "10^26 floating-point operations")]),
    ("4e26 to 5e26 FLOP", [flop(4e26, "4e26 to 5e26 FLOP", "range", 5e26)]),
    ("Total flops = 1.65E24", [flop(1.65e24, "1.65E24")]),
    ("FLOPs: 1.65E24", [flop(1.65e24, "1.65E24")]),
    ("1 PFLOP/s-day", [flop(8.64e19, "1 PFLOP/s-day")]),
    ("10 petaflop/s-days", [flop(8.64e20, "10 petaflop/s-days")]),
    ("2 PF-days", [flop(1.728e20, "2 PF-days")]),
    (
        "4,614 teraflops, 42.5 exaflops, 2 petaFLOP/s",
        [
            rate(4.614e15, "4,614 teraflops", "FLOP/second"),
            rate(4.25e19, "42.5 exaflops", "FLOP/second"),
            rate(2e15, "2 petaFLOP/s", "FLOP/second"),
        ],
    ),
]

POWER: list[Row] = [
    ("150 MW, 1GW, 1.2GW", [watts(1.5e8, "150 MW"), watts(1e9, "1GW"), watts(1.2e9, "1.2GW")]),
    ("a 5-gigawatt site with 11 megawatts", [watts(5e9, "5-gigawatt"), watts(1.1e7, "11 megawatts")]),
    ("700W a chip, 130 kW a rack", [watts(700, "700W"), watts(1.3e5, "130 kW")]),
    ("a 100-MW hall", [watts(1e8, "100-MW")]),
    ("a gigawatt at last", [watts(1e9, "a gigawatt")]),
    ("gigawatt-scale sites", [watts(1e9, "gigawatt")]),
    ("multi-gigawatt sites", []),
    ("500 MW to 1 GW", [watts(5e8, "500 MW to 1 GW", "range", 1e9)]),
    ("30 MWh and 2 GWh", [Q("energy", 3e7, "30 MWh", "watt-hours"), Q("energy", 2e9, "2 GWh", "watt-hours")]),
]

OTHER_UNITS: list[Row] = [
    ("80GB, 320 GB, 24GB RAM", [size(8e10, "80GB"), size(3.2e11, "320 GB"), size(2.4e10, "24GB")]),
    ("97.5%, 30 percent, 30 per cent", [percent(97.5, "97.5%"), percent(30, "30 percent"), percent(30, "30 per cent")]),
    ("fell 30 percent to 5 million", [percent(30, "30 percent"), number(5e6, "5 million")]),
    ("30-40% of it", [percent(30, "30-40%", "range", 40)]),
    (
        "4,614 tokens/s, 3000 tokens/s/GPU",
        [rate(4614, "4,614 tokens/s", "tokens/second"), rate(3000, "3000 tokens/s/GPU", "tokens/second")],
    ),
    ("30 tokens per second", [rate(30, "30 tokens per second", "tokens/second")]),
    ("100B tokens a day", [rate(1e11, "100B tokens a day", "tokens/day")]),
    (
        "2x faster, 10 times, twentyfold, a 10-fold rise",
        [factor(2, "2x"), factor(10, "10 times"), factor(20, "twentyfold"), factor(10, "10-fold")],
    ),
    ("an 8-bit net", [Q("bits", 8, "8-bit", "bits")]),
    ("32K context, 128k context window", [number(32000, "32K"), number(128000, "128k")]),
]

NUMBERS: list[Row] = [
    ("two thousand and forty-eight", [number(2048, "two thousand and forty-eight")]),
    ("six thousand one hundred and forty-four", [number(6144, "six thousand one hundred and forty-four")]),
    ("five hundred and forty billion", [number(5.4e11, "five hundred and forty billion")]),
    ("one hundred and eighty thousand", [number(180000, "one hundred and eighty thousand")]),
    ("ten trillions, or a thousand billion", [number(1e13, "ten trillions"), number(1e12, "a thousand billion")]),
    ("two to three hundred thousand", [number(2e5, "two to three hundred thousand", "range", 3e5)]),
    ("twenty twelve, one two", [number(20, "twenty"), number(12, "twelve"), number(2, "two")]),
    ("154 RBPs", [number(154, "154")]),
    ("seventy thousand", [number(70000, "seventy thousand")]),
    ("two hundred and three hundred", [number(200, "two hundred"), number(300, "three hundred")]),
    ("eight and sixteen", [number(8, "eight"), number(16, "sixteen")]),
    ("a hundred billion", [number(1e11, "a hundred billion")]),
    ("a billion and a half", [number(1.5e9, "a billion and a half")]),
    ("half a million, half a dozen", [number(5e5, "half a million"), number(6, "half a dozen")]),
    ("three quarters of a million", [number(7.5e5, "three quarters of a million")]),
    ("two-thirds of a million", []),
    ("a dozen or two dozen", [number(12, "a dozen"), number(24, "two dozen")]),
    ("one point five billion", [number(1.5e9, "one point five billion")]),
    ("2½ and 2 and a half million", [number(2.5, "2½"), number(2.5e6, "2 and a half million")]),
    ("1\u00a0082\u202f990 in all", [number(1082990, "1\u00a0082\u202f990")]),
    ("1 082 990 in all", [number(1082990, "1 082 990")]),
    ("24.000 GPUs or 10.752 GPUs", [number(24000, "24.000"), number(10752, "10.752")]),
    ("1.024 GPUs", [number(1024, "1.024")]),
    ("a score of 1.024", [number(1.024, "1.024")]),
    ("519.000 million", [number(5.19e11, "519.000 million")]),
    ("3.125 million", [number(3.125e6, "3.125 million")]),
    ("46,7 billion and 7,1 billion", [number(4.67e10, "46,7 billion"), number(7.1e9, "7,1 billion")]),
    ("46,7 billion in 1.250 towns", [number(4.67e10, "46,7 billion"), number(1250, "1.250")]),
    ("1,00,000 or 1'000'000", [number(1e5, "1,00,000"), number(1e6, "1'000'000")]),
    (
        "10^25, 10²⁵, 2.1 x 10^25, 3.14E23",
        [number(1e25, "10^25"), number(1e25, "10²⁵"), number(2.1e25, "2.1 x 10^25"), number(3.14e23, "3.14E23")],
    ),
    ("1e25-1e26", [number(1e25, "1e25-1e26", "range", 1e26)]),
    (
        "24K, 2M, 405bn, 14.8T, 2tn",
        [
            number(24000, "24K"),
            number(2e6, "2M"),
            number(4.05e11, "405bn"),
            number(1.48e13, "14.8T"),
            number(2e12, "2tn"),
        ],
    ),
    ("2x8 of them", [number(16, "2x8")]),
    ("a single GPU, one H100, one of us", [number(1, "a single"), number(1, "one")]),
    ("tens of thousands of GPUs, millions of users", [vague(1e4, "tens of thousands"), vague(1e6, "millions")]),
    ("several hundred, a few thousand", [vague(100, "several hundred"), vague(1000, "a few thousand")]),
    ("671B/37B active", [number(6.71e11, "671B"), number(3.7e10, "37B")]),
]

NO_QUANTITIES = [
    "On January 28 and 5 November, and 3-5 May",
    "2025-01-28 or 28/01/2025 or 28.01.2025",
    "At 10:30, 9 a.m., 3pm and 5 o'clock",
    "Call 555-123-4567, (555) 123-4567 or +1 555 123 4567.",
    "v1.5, version 2.5, build 10.5.3",
    "GPT-4, GPT-4-32k, COVID-19, Qwen9-72B and Mixtral-8x7B",
    "H100, TPUv4, Q3, R1 and A100",
    "RTX 4090, Ascend 910B, Gaudi 2",
    "Page 3, Figure 2, Chapter 12, no. 5 and phase 2",
    "A Series C round led by 50 Cent",
    "https://news.example/2024/05/100-gpus-at-5m and www.news.example/7",
    "write to desk7@news.example or @user99",
    "24/7, 9/11 and 1/2 of it",
    "5G, 3D, the 80s, the 1990s, 4th and 21st",
    "a 401(k) plan",
    "as shown [12] and [3, 4], arXiv 2401.12345",
    "8x7B is a mixture",
    "First, second and third; someone, no one, the one",
    "1920x1080 pixels",
    "the season 2024-25",
    "1. Preface",
    "as in Casanova (2024b)",
]


def told(quantity: Quantity) -> Q:
    return Q(quantity.kind, quantity.value, quantity.text, quantity.unit, quantity.comparator, quantity.high)


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param(sentence, expected, id=f"{group}-{sentence[:40]}")
        for group, rows in {
            "money": MONEY,
            "duration": DURATIONS,
            "chip_hours": CHIP_HOURS,
            "parameters": PARAMETERS,
            "tokens": TOKENS,
            "compute": COMPUTE,
            "power": POWER,
            "other": OTHER_UNITS,
            "number": NUMBERS,
        }.items()
        for sentence, expected in rows
    ],
)
def test_quantities_of_a_sentence(sentence: str, expected: list[Q]) -> None:
    """Every quantity of the sentence is read, and nothing else."""
    found = find_quantities(sentence)
    close_expected = [row._replace(value=close(row.value), high=row.high and close(row.high)) for row in expected]
    assert [told(quantity) for quantity in found] == close_expected
    assert [sentence[quantity.start : quantity.end] for quantity in found] == [row.text for row in expected]


@pytest.mark.parametrize("sentence", NO_QUANTITIES)
def test_quantities_leave_dates_and_names_alone(sentence: str) -> None:
    """Digits of dates, times, versions, names and addresses are no quantities."""
    assert [q.text for q in find_quantities(sentence)] == []
