"""Durations as people write them on a command line, and back."""

from __future__ import annotations

import re
from typing import Any

import click

__all__ = ["DURATION", "describe_duration"]

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
WORDS = ("second", "minute", "hour", "day", "week")
NAMES = {"": 1, "sec": 1, "min": 60, **UNITS}
LONGEST = 36525 * UNITS["d"]
NAMES |= {name: size for word, size in zip(WORDS, UNITS.values(), strict=True) for name in (word, f"{word}s")}


class Duration(click.ParamType):  # type: ignore[type-arg]
    """A number with a unit - 2s, 30m, 6h, 1d, 1w, 2 days - in seconds; a bare number is seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds that a duration has."""
        if isinstance(value, (int, float)):
            return float(value)
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", str(value).lower())
        if not found or found[2] not in NAMES:
            self.fail(f"{value!r} is no duration; write 30s, 30m, 6h, 1d or 1w", param, ctx)
        seconds = float(found[1]) * NAMES[found[2]]
        if seconds > LONGEST:
            self.fail(f"{value!r} is too long; a hundred years are the most", param, ctx)
        return seconds


DURATION = Duration()


def describe_duration(seconds: float) -> str:
    """Write a duration in its largest unit that goes into it.

    >>> describe_duration(21600), describe_duration(90), describe_duration(0.5)
    ('6h', '90s', '0.5s')
    """
    for unit, size in reversed(UNITS.items()):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"
