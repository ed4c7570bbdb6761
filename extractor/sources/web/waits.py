"""How long a site is left alone: what it asks for in Retry-After, or else longer with every try."""

from __future__ import annotations

import math
import random
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from extractor.dates import timestamp

__all__ = ["LONGEST", "find_backoff", "find_pause", "is_passing", "later", "now", "read_retry_after"]

LONGEST = 7 * 86400.0
"""Seconds: no site is left alone for longer at a time, whatever it asks for."""

# Besides those of 500 and more: they may be had another time.
_PASSING = frozenset({408, 425, 429})
# By these, the whole host asks to be left alone.
_RESTING = frozenset({429, 503})
_FIRST = 60.0
_LONGEST_BACKOFF = 86400.0
_SECONDS = re.compile(r"\d{1,12}(?:\.\d+)?")


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def later(seconds: float, since: datetime | None = None) -> str:
    """Return a time so many seconds from now, ISO 8601 in UTC; a part of a second counts as a whole one.

    >>> later(1.5, datetime(2025, 1, 28, tzinfo=UTC))
    '2025-01-28T00:00:02+00:00'
    """
    moment = (now() if since is None else since) + timedelta(seconds=seconds)
    if moment.microsecond:
        moment = moment.replace(microsecond=0) + timedelta(seconds=1)
    return timestamp(moment)


def read_retry_after(value: str, since: datetime) -> float | None:
    """Return the seconds for which a header Retry-After asks to be left alone, at most `LONGEST`.

    Args:
        value: seconds, or an HTTP date in any of its three forms.
        since: now.

    Returns:
        0.0 for a date that is past; None for an empty value or one that is neither.

    >>> read_retry_after("120", datetime(2025, 1, 28, tzinfo=UTC))
    120.0
    >>> read_retry_after("Tue, 28 Jan 2025 00:01:00 GMT", datetime(2025, 1, 28, tzinfo=UTC))
    60.0
    """
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # A date of HTTP is in GMT, even where it does not say so.
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return min(max((moment - since).total_seconds(), 0.0), LONGEST)


def find_backoff(tries: int, spread: float | None = None) -> float:
    """Return the seconds to wait after a failure: a minute, doubled with each try, a day at most.

    Args:
        tries: how often in a row it had failed before this time.
        spread: from 0 to 1; where in the upper half of the wait it falls, so that what failed together does not come
            back together. By chance if None.

    >>> [find_backoff(tries, 1.0) for tries in (0, 1, 5, 99)]
    [60.0, 120.0, 1920.0, 86400.0]
    """
    whole = min(_FIRST * math.pow(2, min(tries, 30)), _LONGEST_BACKOFF)
    return whole * (0.5 + 0.5 * (random.random() if spread is None else spread))


def is_passing(status: int) -> bool:
    """Whether an answer says nothing of an address but that it is to be asked another time.

    >>> [is_passing(status) for status in (200, 304, 403, 410, 429, 500)]
    [False, False, False, False, True, True]
    """
    return status >= 500 or status in _PASSING


def find_pause(status: int, retry_after: float | None, tries: int) -> float | None:
    """Return the seconds for which a whole host is to be left alone after an answer; None if it need not.

    Args:
        status: of the answer.
        retry_after: as `read_retry_after` gives it.
        tries: how often in a row the address had failed before.
    """
    if status < 400:
        return None
    if retry_after is not None:
        return retry_after
    return find_backoff(tries) if status in _RESTING else None
