"""Numbers written in digits: "2,048", "1.5bn", "10^25", "24.000 GPUs", "6x12"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from extractor.quantities.lexicon import load_lexicon, spelled
from extractor.quantities.readings import Number
from extractor.quantities.words import read_scale

__all__ = ["find_convention", "read_digits"]

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
POWER = re.compile(
    r"(?:(\d{1,4}(?:[.,]\d{1,6})?)[ \xa0]{0,4}[x*·⋅][ \xa0]{0,4})?"
    r"10(?:[ \xa0]?\^[ \xa0]?\{?([+-]?\d{1,3})\}?|(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))(?!\d)"
)
# "2.1 x 1025 FLOP": the raised exponent was lost when the page was copied
FLAT_POWER = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)[ \xa0]?[x·⋅][ \xa0]?10[ \xa0]?(\d\d)(?=[ \xa0]{1,4}(?:flop|floating))")
EXPONENT = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)e([+-]?\d{1,3})(?![\d.]*\d)")
GROUPED = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)"  # lakhs and crores
    r"|\d{1,3}(?:\xa0\d{3})+(?:[.,]\d{1,2})?(?!\d)"
    r"|\d{1,3}(?: \d{3}){2,}(?!\d)|[1-9]\d{0,2} 000(?!\d)"
    r"|\d{1,3}(?:'\d{3})+(?!\d)"
    r"|\d{1,3}(?:\.\d{3}){2,}(?:,\d{1,2})?(?![\d.])"
)
COMMA = re.compile(r"\d{1,4},\d{1,2}(?![\d,])")
DOT = re.compile(r"[1-9]\d{0,2}\.\d{3}(?!\d)")
PLAIN = re.compile(r"\d{1,24}(?:\.\d{1,18})?(?!\d)|\.\d{1,18}(?!\d)")
HALVES = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
LETTERS = re.compile(r"[a-zµ]+")
HALF_MORE = re.compile(r"(?:[ \xa0]+|-)and(?:[ \xa0]+|-)a(?:[ \xa0]+|-)half\b")
TIMES = re.compile(r"[ \xa0]{0,2}[x*][ \xa0]{0,2}(?=[a-z0-9])")
PRODUCT = re.compile(r"(\d{1,6})(?:x|[ \xa0]x[ \xa0])(\d{1,6})(?![\w.]|,\d)")
# things that cannot be had in thousandths
COUNTED = re.compile(
    r"[ \xa0]{1,4}(?:(?:nvidia|amd|google|huawei|new|ai|more|different|unique)[ \xa0]{1,4}){0,2}"
    r"(?:[a-z]{0,6}gpus?|tpus?|npus?|cpus?|chips|cards|accelerators|nodes|servers|cores|processors|languages|people"
    r"|users|companies|researchers|engineers|employees|questions|examples|samples|images|problems|[a-z]{1,3}\d{2,4}[a-z]?s?)\b"
)
EUROPEAN = re.compile(r"\d\.\d{3}\.\d{3}|\d,\d{1,2}[ \xa0](?:million|billion|trillion)|[1-9]\d{0,2}\.000(?![\d.])")
ENGLISH = re.compile(r"\d,\d{3}(?!\d)")


@cache
def _scale_letter_pattern() -> re.Pattern[str]:
    # a single letter after a space is a scale only in capitals and before such nouns: "7 B parameters"
    lexicon = load_lexicon()
    letters = "|".join(letter for letter in lexicon.scale_letters if len(letter) == 1)
    return re.compile(rf"[ \xa0]({letters})(?=[ \xa0-](?:{spelled([*lexicon.nouns, 'dollars', 'usd'])})\b)")


def find_convention(text: str) -> bool:
    """Tell whether a text writes numbers the European way: 24.000 for thousands and 1,7 for a fraction."""
    return EUROPEAN.search(text) is not None and ENGLISH.search(text) is None


def read_digits(text: str, start: int, european: bool) -> Number | None:
    """Read the number whose first digit stands at ``start`` of a folded text.

    A comma before one or two digits makes a fraction where a scale word, a percent sign or the text's own
    convention says so. A dot before exactly three digits parts thousands if those are 000, if things follow that
    are counted whole ("24.000 GPUs"), or by the text's convention; never before a scale word ("3.125 million").

    Returns:
        None where the digits are no number of their own: "5G", "3D", "80s", "4th".
    """
    if text[start] in HALVES:
        return _scaled(text, start, start + 1, Decimal(HALVES[text[start]]))
    if power := FLAT_POWER.match(text, start):
        mantissa, exponent = power[1], power[2]
    elif power := POWER.match(text, start):
        mantissa, exponent = power[1] or "1", power[2] or power[3].translate(SUPERSCRIPTS)
    elif power := EXPONENT.match(text, start):
        mantissa, exponent = power[1], power[2]
    if power:
        value = Decimal(mantissa.replace(",", ".")).scaleb(int(exponent))
        return _scaled(text, start, power.end(), value)
    if product := PRODUCT.match(text, start):
        return _multiply(product)
    found = _read_plain(text, start, european)
    return _scaled(text, start, *found) if found else None


def _multiply(product: re.Match[str]) -> Number | None:
    one, other = Decimal(product[1]), Decimal(product[2])
    if one == other and one >= 32:
        return None  # the size of a picture
    return Number(product.start(), product.end(), one * other, one * other)


def _read_plain(text: str, start: int, european: bool) -> tuple[int, Decimal] | None:
    if grouped := GROUPED.match(text, start):
        digits, end = grouped[0], grouped.end()
        if digits.count(".") > 1:
            digits = digits.replace(".", "").replace(",", ".")
        elif "\xa0" in digits:
            digits = digits.replace(",", ".")
        return end, Decimal(re.sub(r"[,\xa0 ']", "", digits))
    if comma := COMMA.match(text, start):
        end = comma.end()
        if european or read_scale(text, end)[2] or text[end : end + 1] in "%kmbt" or text[end : end + 2] == " %":
            return end, Decimal(comma[0].replace(",", "."))
        return None
    if (dot := DOT.match(text, start)) and not read_scale(text, dot.end())[2].strip("hundred"):
        if european or dot[0].endswith(".000") or COUNTED.match(text, dot.end()):
            return dot.end(), Decimal(dot[0].replace(".", ""))
    elif dot and dot[0].endswith(".000"):
        return dot.end(), Decimal(dot[0].replace(".", ""))  # "519.000 million"
    if plain := PLAIN.match(text, start):
        end, value = plain.end(), Decimal(plain[0])
        if text[end : end + 1] in HALVES:
            return end + 1, value + Decimal(HALVES[text[end]])
        return end, value
    return None


def _scaled(text: str, start: int, end: int, written: Decimal) -> Number | None:
    """Read what stands right after the digits: a scale, a times sign; None if it makes them no number."""
    lexicon = load_lexicon()
    if half := HALF_MORE.match(text, end):
        written, end = written + Decimal("0.5"), half.end()
    name, factor = "", Decimal(1)
    if letters := LETTERS.match(text, end):
        name = letters[0]
        if name in lexicon.scale_letters:
            factor, end = lexicon.scale_letters[name], letters.end()
        elif times := TIMES.match(text, end):
            return Number(start, times.start(), written, written, times=True)
        elif name in ("x", "s", "fold") or name in lexicon.units:
            name = "" if name != "s" else "s"
            if name:
                return None  # the 80s
        elif name in lexicon.scale_words or name[:-1] in lexicon.scale_words:
            factor, end, name = read_scale(text, end)
        else:
            return None
    elif times := TIMES.match(text, end):
        if "*" not in times[0] or (times[0] == "*" and text[times.end()].isalpha()):
            return Number(start, end, written, written, times=True)
    elif letter := _scale_letter_pattern().match(text, end):
        name, factor, end = letter[1], lexicon.scale_letters[letter[1]], letter.end()
    else:
        factor, end, name = read_scale(text, end)
    return Number(start, end, written * factor, written, name, factor)
