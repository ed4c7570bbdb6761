"""Numbers written in digits: "2,048", "1.5bn", "10^25", "24.000 GPUs", "6x12"."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from functools import cache

from extractor.quantities.lexicon import load_lexicon, spelled
from extractor.quantities.readings import Number
from extractor.quantities.words import read_scale

__all__ = ["find_convention", "read_digits"]

DEVICES = (
    r"[a-z]{0,8}gpus?|[a-z]{0,4}tpus?|npus?|cpus?|chips?|cards?|accelerators?|nodes?|servers?|nvidia|amd|google|huawei"
    r"|rtx|gtx|geforce|quadro|tesla|titan|radeon|instinct|ascend|gaudi|trainium|ironwood"
)
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "twelfth": 12, "fifteenth": 15, "eighteenth": 18, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
POWER = re.compile(
    r"(?:(\d{1,4}(?:[.,]\d{1,6})?)[ \xa0]{0,4}[x*·⋅][ \xa0]{0,4})?"
    r"10(?:[ \xa0]?(?:\^|\*\*)[ \xa0]?\{?([+-]?\d{1,3})\}?|(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))(?!\d)"
)
# "2.1 x 1025 FLOP": the raised exponent was lost when the page was copied
FLAT_POWER = re.compile(
    r"(\d{1,3}(?:[.,]\d{1,4})?)[ \xa0]?[x·⋅][ \xa0]?10[ \xa0]?(\d\d)(?=[ \xa0]{1,4}(?:flop|floating))"
)
# "6.74 times ten to the 24th", "3.8 times 10 to the power of 25"
SPOKEN_POWER = re.compile(
    r"(\d{1,4}(?:[.,]\d{1,6})?)[ \xa0](?:times|x)[ \xa0](?:ten|10)[ \xa0]to[ \xa0]the[ \xa0]"
    r"(?:power[ \xa0](?:of[ \xa0])?)?"
    rf"(?:(\d\d?)(?:st|nd|rd|th)?|(?:(twenty|thirty)[ \xa0-]?)?({'|'.join(ORDINALS)}))(?!\w)(?:[ \xa0]power)?"
)
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
# a maker's name may be masked: "8x Nvidia H100"
TIMES = re.compile(
    rf"[ \xa0]{{0,2}}[x*][ \xa0]{{0,2}}(?=[a-z0-9]|\x00+[ \xa0](?:[a-z]{{1,3}}\d{{2,4}}|{DEVICES})(?![a-z]))"
)
# "2x faster", "10x the compute" against "4x H200", "8x GPUs"
FACTOR = re.compile(rf"x(?:[ \xa0]{{1,2}}(?!(?:{DEVICES})\b)[a-z]+\b(?!\d)|[ \xa0]+\()")
MIXTURE = re.compile(r"x\d+(?:\.\d+)?[bm]\b")  # 8x7B is a name, not 56B
# letters that may stand right behind digits besides a scale letter and a unit: "5million", "2x", "10fold", "80GB/s"
ATTACHED = re.compile(
    r"(?:x|fold|(?:hundred|thousand|million|billion|trillion)s?)(?![a-z0-9])|[kmgtpe]?(?:b|w|wh|bps|flops?)/"
)
PRODUCT = re.compile(r"(\d{1,6})(?:x|[ \xa0]x[ \xa0])(\d{1,6})(?![\w.]|,\d)")
# things that cannot be had in thousandths
COUNTED = re.compile(
    r"[ \xa0]{1,4}(?:(?:nvidia|amd|google|huawei|new|ai|more|different|unique)[ \xa0]{1,4}){0,2}"
    r"(?:[a-z]{0,6}gpus?|tpus?|npus?|cpus?|chips|cards|accelerators|nodes|servers|cores|processors|languages|people"
    r"|users|companies|researchers|engineers|employees|questions|examples|samples|images|problems|[a-z]{1,3}\d{2,4}[a-z]?s?)\b"
)
EUROPEAN = re.compile(
    r"\d(?:\.\d{3}\.\d{3}|,\d{1,2}[ \xa0](?:million|billion|trillion)|(?<=[1-9])\d{0,2}\.000(?![\d.]))"
)
ENGLISH = re.compile(r"\d,\d{3}(?!\d)")


@cache
def _scale_letter_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # a single letter after a space is a scale before such nouns ("7 B parameters") or in a sum ("$100 B")
    lexicon = load_lexicon()
    letters = "|".join(letter for letter in lexicon.scale_letters if len(letter) == 1)
    nouns = spelled([*lexicon.nouns, "total", "active", "dollars", "usd"])
    return re.compile(rf"[ \xa0]({letters})(?=[ \xa0-](?:{nouns})\b)"), re.compile(rf"[ \xa0]({letters})\b(?!')")


def find_convention(text: str) -> bool:
    """Tell whether a text writes numbers the European way: 24.000 for thousands and 1,7 for a fraction."""
    return EUROPEAN.search(text) is not None and ENGLISH.search(text) is None


def read_digits(text: str, start: int, european: bool, units: Collection[str]) -> Number | None:
    """Read the number whose first digit stands at ``start`` of a folded text.

    A comma before one or two digits makes a fraction where a scale word, a percent sign or the text's own
    convention says so. A dot before exactly three digits parts thousands if those are 000, if things follow that
    are counted whole ("24.000 GPUs"), or by the text's convention; never before a scale word ("3.125 million").

    Args:
        text: a folded text.
        start: where the first digit stands.
        european: what `find_convention` says of the text.
        units: the letters that may stand right behind digits as their unit.

    Returns:
        None where the digits are no number of their own: "5G", "3D", "80s", "4th".
    """
    money = text[max(0, start - 2) : start].strip(" \xa0")[-1:] in ("$", "€", "£")
    if text[start] in HALVES:
        return _scaled(text, start, start + 1, Decimal(HALVES[text[start]]), units, money=money)
    if power := FLAT_POWER.match(text, start):
        mantissa, exponent = power[1], power[2]
    elif power := POWER.match(text, start):
        mantissa, exponent = power[1] or "1", power[2] or power[3].translate(SUPERSCRIPTS)
    elif power := SPOKEN_POWER.match(text, start):
        mantissa = power[1]
        exponent = power[2] or str({"twenty": 20, "thirty": 30}.get(power[3], 0) + ORDINALS[power[4]])
    elif power := EXPONENT.match(text, start):
        mantissa, exponent = power[1], power[2]
    if power:
        value = Decimal(mantissa.replace(",", ".")).scaleb(int(exponent))
        return _scaled(text, start, power.end(), value, units, money=money)
    if product := PRODUCT.match(text, start):
        return _multiply(product)
    found = _read_plain(text, start, european)
    return _scaled(text, start, *found, units, money=money) if found else None


def _multiply(product: re.Match[str]) -> Number | None:
    one, other = Decimal(product[1]), Decimal(product[2])
    if min(one, other) >= 100:
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
    if (dot := DOT.match(text, start)) and (
        dot[0].endswith(".000")  # also "519.000 million": no one writes a fraction of noughts
        or (not read_scale(text, dot.end())[2] and (european or COUNTED.match(text, dot.end())))
    ):
        return dot.end(), Decimal(dot[0].replace(".", ""))
    if plain := PLAIN.match(text, start):
        end, value = plain.end(), Decimal(plain[0])
        if text[end : end + 1] in HALVES:
            return end + 1, value + Decimal(HALVES[text[end]])
        return end, value
    return None


def _scaled(text: str, start: int, end: int, written: Decimal, units: Collection[str], *, money: bool) -> Number | None:
    """Read what stands right after the digits: a scale, a times sign; None if it makes them no number."""
    lexicon = load_lexicon()
    if half := HALF_MORE.match(text, end):
        written, end = written + Decimal("0.5"), half.end()
    letters = LETTERS.match(text, end)
    name = letters[0] if letters else ""
    if letters and name in lexicon.scale_letters:
        factor = lexicon.scale_letters[name]
        return Number(start, letters.end(), written * factor, written, name, factor)
    if MIXTURE.match(text, end):
        return None
    if times := TIMES.match(text, end):
        if FACTOR.match(text, end):
            return Number(start, end, written, written)  # "2x faster"
        if "*" not in times[0] or (times[0] == "*" and text[times.end()].isalpha()):
            return Number(start, end, written, written, times=True)
    if letters and name not in units and not ATTACHED.match(text, end):
        return None
    factor, after, name = read_scale(text, end)
    if not name and (letter := _scale_letter_patterns()[money].match(text, end)):
        name, factor, after = letter[1], lexicon.scale_letters[letter[1]], letter.end()
    return Number(start, after, written * factor, written, name, factor)
