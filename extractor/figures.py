"""Numbers and units -> words that a person reads at a glance, and the exact number beside them."""

from __future__ import annotations

import math

__all__ = ["COMPARATORS", "write_exact", "write_figure", "write_value"]

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SCALES = ((1e15, "quadrillion"), (1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_WATTS = ((1e12, "TW"), (1e9, "GW"), (1e6, "MW"), (1e3, "kW"))
# Counted in millions and billions by all who write of them; a sum of money below a billion is read in full.
_SCALED_FROM = {"parameters": 1e6, "tokens": 1e6}
# "gt" is said of "more than" and of "at least", "lt" of "less than" and of "up to": what is true of both is written.
COMPARATORS = {"approx": "about ", "gt": "at least ", "lt": "at most "}


def write_figure(value: float, unit: str) -> str:
    """Write a number with its unit in the form that is read most easily.

    >>> write_figure(5576000, "USD"), write_figure(1.48e13, "tokens"), write_figure(1.5e8, "watts")
    ('5,576,000 USD', '14.8 trillion tokens', '150 MW')
    >>> write_figure(3.8e25, "FLOP"), write_figure(456, "hours"), write_figure(7.1e9, "parameters")
    ('3.8 × 10²⁵ FLOP', '456 hours (19 days)', '7.1 billion parameters')
    """
    if unit == "watts":
        for size, symbol in _WATTS:
            if abs(value) >= size:
                return f"{_short(value / size)} {symbol}"
    if unit == "FLOP" or abs(value) >= 1e18:
        return f"{_power_of_ten(value)} {unit}".rstrip()
    for size, word in _SCALES:
        if abs(value) >= size and abs(value) >= _SCALED_FROM.get(unit, 1e9):
            return f"{_short(value / size)} {word} {unit}".rstrip()
    days = f" ({_short(round(value / 24, 1))} days)" if unit == "hours" and value >= 72 else ""
    return f"{write_exact(value)} {unit}".rstrip() + days


def write_exact(value: float) -> str:
    """Write a number with all its digits, in groups of three; beyond what a float holds, as a power of ten.

    >>> write_exact(14800000000000.0), write_exact(2.85), write_exact(3.8e25)
    ('14,800,000,000,000', '2.85', '3.8 × 10²⁵')
    """
    if not math.isfinite(value) or abs(value) >= 1e18:
        return _power_of_ten(value)
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.15g}" if abs(value) >= 1e-4 else _power_of_ten(value)


def write_value(value: object, high: float | None, unit: str, comparator: str = "eq") -> str:
    """Write what a claim says: a name as it is; a number or a range with its unit, and "about" where it is so told.

    >>> write_value(1e9, 2e9, "watts"), write_value(1e5, None, "chips", "gt"), write_value("LoRA", None, "name")
    ('1 GW to 2 GW', 'at least 100,000 chips', 'LoRA')
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    words = write_figure(value, unit)
    if high is not None:
        words += f" to {write_figure(high, unit)}"
    return COMPARATORS.get(comparator, "") + words


def _short(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _power_of_ten(value: float) -> str:
    if not math.isfinite(value) or value == 0:
        return str(value)
    digits, _, exponent = f"{value:.5e}".partition("e")
    mantissa = f"{float(digits):g}"
    return f"{mantissa} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}"
