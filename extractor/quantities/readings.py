"""The records that pass between the readers of this package: Number, Unit, Reading, Quantity."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from extractor.errors import ExtractorError
from extractor.records import Comparator

__all__ = ["Amount", "Kind", "Measure", "Number", "Quantity", "Reading", "Unit"]

Kind = Literal[
    "bits", "bytes", "chip_hours", "compute", "cpu_hours", "duration", "energy", "factor", "money", "number",
    "parameters", "percent", "power", "rate", "tokens", "vague",
    # of everyday news only
    "area", "count", "length", "mass", "measure", "share", "speed", "temperature", "volume",
]  # fmt: skip

YEARS = range(1990, 2036)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a text gives, with its unit. Offsets are half-open and count code points of that text.

    Attributes:
        kind: what it measures. ``number`` has no unit; ``vague`` ("thousands of") has an order of size only.
        value: in the canonical unit; the lower end of a range.
        high: the upper end of a range, else None.
        unit: ISO 4217 code for money, else ``hours``, ``chip-hours``, ``parameters``, ``tokens``, ``FLOP``,
            ``watts``, ``watt-hours``, ``percent``, ``bytes``, ``bits``, ``times``, for a rate such as
            ``tokens/second``, and empty for a number.
        comparator: ``eq``, ``approx``, ``gt``, ``lt``, or ``range``.
        text: the words of ``[start, end)``: number and unit, without the hedge.
        number_start, number_end: digits and scale only, of both ends of a range.
        hedge_start, hedge_end: the words that make the comparator ("about", "or more"); None where there are none.
        scale: the multiplier as written ("billion", "B", "k"), else empty.
        per: what the quantity is counted by ("$2 an hour": ``hour``), else empty. Those words are not in ``text``.
        chip_start, chip_end: a chip's name inside the unit ("H800" in "2.8 million H800 GPU hours").
        active: the text calls these parameters active.
        times: the number multiplies what follows it ("4x H200").
        year: the number may as well be a calendar year.
    """

    kind: Kind
    value: float
    unit: str
    comparator: Comparator
    start: int
    end: int
    text: str
    number_start: int
    number_end: int
    high: float | None = None
    hedge_start: int | None = None
    hedge_end: int | None = None
    scale: str = ""
    per: str = ""
    chip_start: int | None = None
    chip_end: int | None = None
    active: bool = False
    times: bool = False
    year: bool = False

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.text) or not self.text:
            raise ExtractorError(
                "A quantity's text does not fit its offsets",
                where=f"[{self.start}, {self.end})",
                expected=f"{self.end - self.start} code points",
                found=repr(self.text),
            )


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that measures or counts, in the unit that the text itself names. Offsets are as a Quantity's.

    Attributes:
        value: with its scale and sign; the lower end of a range.
        unit: in the singular: ``percent``, ``mile``, ``degree Celsius``, an ISO 4217 code for money, or the noun that
            is counted ("36 people": ``people``); empty for a bare number and for a share ("a third of").
        kind: what it measures.
        text: the words of ``[start, end)``: number and unit, without the hedge.
        high: the upper end of a range, in the same unit.
        comparator: ``eq``, ``approx``, ``gt``, ``lt``, or ``range``.
        per: what it is counted by ("$82 a barrel": ``barrel``), else empty.
    """

    value: float
    unit: str
    kind: Kind
    start: int
    end: int
    text: str
    high: float | None = None
    comparator: Comparator = "eq"
    per: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as ``schema/units.yml`` knows it.

    Attributes:
        name: of the canonical unit, of which ``factor`` make one of this.
        article: "a week" counts as one of it.
        written: the unit that the text names, in the singular ("week"); empty if it is the canonical one.
    """

    kind: Kind
    name: str
    factor: Decimal
    article: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, without any unit.

    Attributes:
        value: with its scale.
        written: without its scale: 2.5 in "2.5 million".
        scale: the multiplier as the text writes it, and ``scaled`` what it multiplies by.
        form: ``digits``, ``words``, ``implied`` (no number, as in "gigawatt-scale") or ``vague``.
        times: a multiplication sign follows.
        bare: the word "one" or an article, that counts something only if a unit follows.
    """

    start: int
    end: int
    value: Decimal
    written: Decimal
    scale: str = ""
    scaled: Decimal = Decimal(1)
    form: Literal["digits", "words", "implied", "vague"] = "digits"
    times: bool = False
    bare: bool = False

    @property
    def could_be_year(self) -> bool:
        """Tell whether it is written as the years 1990 to 2035 are: four digits and nothing else."""
        return self.form == "digits" and self.end - self.start == 4 and self.value in YEARS


@dataclass(frozen=True, slots=True)
class Measure:
    """The words that give a number its unit, before or after it."""

    unit: Unit
    start: int
    end: int
    chip: tuple[int, int] | None = None
    active: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A number, or the two ends of a range, with its unit: a Quantity in the making.

    Attributes:
        start, end: of number and unit; ``tail`` is where the words on "per hour" end too.
        cue: a hedge that was met on the way ("between", "+").
        comparator: what that hedge means.
    """

    number: Number
    start: int
    end: int
    tail: int
    unit: Unit | None = None
    high: Number | None = None
    high_unit: Unit | None = None
    chip: tuple[int, int] | None = None
    active: bool = False
    per: str = ""
    comparator: Comparator = "eq"
    cue: tuple[int, int] | None = None

    @property
    def is_year(self) -> bool:
        """Tell whether the number, alone, could be a calendar year."""
        return self.number.could_be_year and self.unit is None
