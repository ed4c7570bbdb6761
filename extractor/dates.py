"""Date strings of pages and feeds -> ``2024``, ``2024-05`` or ``2024-05-13``: what they say, and no more.

And the other way round: the one form in which records and the store write times.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

__all__ = ["MONTHS", "find_date", "is_date", "read_date", "read_moment", "timestamp"]

FIRST_YEAR = 1990
"""No news page is older than the web; 1970 and 1900 are what software writes for "no date"."""

MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>(?:19|20)\d\d)"
DAY_DATES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b{MONTH}\s+{DAY}\s*,?\s+{YEAR}\b",
        rf"(?<!\d){DAY}[\s.-]+(?:of\s+)?{MONTH}[\s,-]+{YEAR}\b",
        rf"(?<!\d){YEAR}[-/](?P<month>\d{{1,2}})[-/]{DAY}(?=[T_]|\b)",
        # with dots, day and month stand in the European order
        rf"(?<!\d){DAY}\.\s?(?P<month>\d{{1,2}})\.\s?{YEAR}(?!\w)",
    )
)
SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?!\w)")
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?\d{4,6}Z?)?")
EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
MONTH_YEAR = re.compile(rf"{MONTH}\s+{YEAR}", re.I)
YEAR_MONTH = re.compile(rf"{YEAR}(?:[-/](?P<month>\d{{1,2}}))?")
# RFC 822, before it was mended: "10 Jun 25 09:00 EST"
SHORT_YEAR = re.compile(rf"(?:[a-z]+,?\s+)?{DAY}[\s-]+{MONTH}[\s-]+(?P<year>\d\d)\s+\d\d?:\d\d.*", re.I)
# Python reads no more than six digits of a second, and no zone behind a blank.
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?", re.I)


def timestamp(moment: datetime | None = None) -> str:
    """Return a time, or now, as all records have it: ISO 8601 in UTC, to the second, so that strings sort as times do.

    >>> timestamp(datetime.fromisoformat("2025-01-28T09:30:00.5+02:00"))
    '2025-01-28T07:30:00+00:00'
    """
    return (moment.astimezone(UTC) if moment else datetime.now(UTC)).isoformat(timespec="seconds")


def is_date(text: str) -> bool:
    """Tell whether a text is a date as records have it, of any precision; users narrow things down by such.

    >>> [is_date(text) for text in ("2024", "2024-05", "2024-05-13", "2024-13", "May 2024")]
    [True, True, True, False, False]
    """
    if not re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text, re.A):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def read_date(raw: str, language: str = "") -> str:
    """Return the date that a string is, as precise as the string is; empty if it is none, or none that can be.

    A time and its zone are left out: the day is the one that the page writes. ``05/13/2024`` is read where only one
    order gives a date, or where ``language`` says which (``en-us``).

    >>> [read_date(raw) for raw in ("2024-05-13T23:30:00-05:00", "May 2024", "2024", "2032-13-45", "1970-01-01")]
    ['2024-05-13', '2024-05', '2024', '', '']
    """
    raw = raw.strip()
    if match := COMPACT.fullmatch(raw):
        return _whole(*map(int, match.groups()))
    if match := EPOCH.fullmatch(raw):
        moment = datetime.fromtimestamp(int(match[1]), UTC)
        return _whole(moment.year, moment.month, moment.day)
    if found := find_date(raw, language):
        return found
    if match := MONTH_YEAR.fullmatch(raw):
        return _whole(int(match["year"]), MONTHS[match["month"][:3].lower()], 1)[:7]
    if match := YEAR_MONTH.fullmatch(raw):
        return _whole(int(match["year"]), int(match["month"] or 1), 1)[: 7 if match["month"] else 4]
    if match := SHORT_YEAR.fullmatch(raw):
        year = int(match["year"]) + (1900 if int(match["year"]) >= FIRST_YEAR % 100 else 2000)
        return _whole(year, MONTHS[match["month"][:3].lower()], int(match["day"]))
    return ""


def read_moment(raw: str) -> str:
    """Return the time that a string tells, to the second and in UTC, so that two of them can be compared as strings.

    A time without a zone is taken for UTC. Where the string tells no time of day, the date comes out as by
    `read_date`; empty if it is none, or none that can be.

    >>> read_moment("Tue, 10 Jun 2025 09:00:00 EST"), read_moment("2025-06-10")
    ('2025-06-10T14:00:00+00:00', '2025-06-10')
    """
    raw = raw.strip()
    day = read_date(raw)
    try:
        if match := MOMENT.fullmatch(raw):
            zone = (match[3] or "Z").upper()
            moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{'Z' if zone in ('UTC', 'GMT') else zone}")
        elif re.search(r"\d:\d\d", raw):
            moment = parsedate_to_datetime(raw)
        else:
            return day
        if moment.tzinfo is None:
            # RFC 5322: "-0000", or a zone that nobody knows
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return day
    return timestamp(moment) if _whole(moment.year, moment.month, moment.day) else ""


def find_date(text: str, language: str = "") -> str:
    """Return the first whole date in a line of text, as ``2024-05-13``; empty if there is none.

    >>> find_date("Kontor Europe staff – 10 April 2025, 08:15 CET")
    '2025-04-10'
    """
    found: list[tuple[int, str]] = []
    for pattern in DAY_DATES:
        for match in pattern.finditer(text):
            month = match["month"]
            number = int(month) if month.isdecimal() else MONTHS[month[:3].lower()]
            if whole := _whole(int(match["year"]), number, int(match["day"])):
                found.append((match.start(), whole))
    for match in SLASHED.finditer(text):
        first, second, year = (int(group) for group in match.groups())
        orders = {_whole(year, first, second), _whole(year, second, first)} - {""}
        if len(orders) > 1 and language.startswith("en-"):
            orders = {_whole(year, first, second) if language == "en-us" else _whole(year, second, first)}
        if len(orders) == 1:
            found.append((match.start(), orders.pop()))
    return min(found)[1] if found else ""


def _whole(year: int, month: int, day: int) -> str:
    try:
        whole = date(year, month, day)
    except ValueError:
        # 31 February, or the 45th day of a 13th month: the page says nothing
        return ""
    # a day of grace: it may be tomorrow already where the page was written
    if year < FIRST_YEAR or whole > datetime.now(UTC).date() + timedelta(days=1):
        return ""
    return whole.isoformat()
