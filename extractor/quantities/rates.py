"""What a quantity is counted by: "$2 an hour", "$920M/month", "30 tokens per second"."""

from __future__ import annotations

import re

__all__ = ["read_per"]

TIME = r"seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|mo|years?|yrs?|annum"
# "GPU hour", "H100-hour": counted by the hour
CHIP_TIME = r"[a-z]{1,9}\d{0,4}[ \xa0-](?:hours?|hrs?|days?)"
CHIP = "(?:gpu|tpu|chip|card)"
MANY = r"(?:(?:single|one|a|\d[\d,.]*[km]?|hundred|thousand|million|billion|m)[ \xa0]{0,2})"
NOT_LATER = r"(?![ \xa0-](?:later|ago|earlier|before|after|old|on\b|and\b|long\b))"
PER = re.compile(
    rf"[ \xa0]{{0,2}}/[ \xa0]?{MANY}?(?P<slash>{CHIP_TIME}|{TIME}|tokens?|{CHIP}(?:s|/(?:hour|hr|h|s))?)(?![a-z])"
    r"(?:/gpu\b)?"
    rf"|[ \xa0]{{1,4}}(?:per|every)[ \xa0]{{1,4}}{MANY}{{0,3}}(?P<word>{CHIP_TIME}|[a-z]+)\b"
    r"|[ \xa0]{1,4}(?:an?|each)[ \xa0]{1,4}"
    rf"(?P<article>second|minute|hour|day|week|month|year|gpu[ \xa0-]hour)\b{NOT_LATER}"
    r"|[ \xa0]{1,4}(?P<adverb>annually|monthly|hourly|apiece)\b"
)
LONG = {
    "s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "mo": "month", "yr": "year",
    "annum": "year", "annually": "year", "monthly": "month", "hourly": "hour", "apiece": "piece",
}  # fmt: skip


def read_per(folded: str, at: int) -> tuple[str, int]:
    """Return what a quantity that ends at ``at`` is counted by, and where those words end; ``("", at)`` if nothing.

    The last word, in the singular, stands for all: "per GPU hour" gives ``hour``, "per million tokens" ``token``.

    >>> read_per("$2 per gpu hour", 2)
    ('hour', 15)
    """
    match = PER.match(folded, at)
    if not match:
        return "", at
    words = match["slash"] or match["word"] or match["article"] or match["adverb"]
    word = re.split(r"[ \xa0/-]+", words)[-1]
    if len(word) > 2:
        word = word.removesuffix("s")
    return LONG.get(word, word), match.end()
