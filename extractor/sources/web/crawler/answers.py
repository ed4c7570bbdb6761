"""Scrapy's response -> `Answer`."""

from __future__ import annotations

from datetime import datetime

from scrapy.http import Response

from extractor.sources.kinds import read_content_type
from extractor.sources.web.records import Address, Answer
from extractor.sources.web.waits import read_retry_after

__all__ = ["find_retry_after", "make_answer"]

# They told how the body was sent, and no longer hold.
_PACKING = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def find_retry_after(response: Response, at: datetime) -> float | None:
    """Return the seconds for which a response asks to be left alone; None if it does not.

    Args:
        response: any.
        at: when it came.
    """
    return read_retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), at)


def make_answer(address: Address, response: Response, at: str) -> Answer:
    """Return what a site answered, with the wishes that the request was let through under."""
    headers = _read_headers(response)
    first = {name.lower(): value.strip() for name, value in reversed(headers)}
    media_type, charset = read_content_type(first.get("content-type", ""))
    meta = response.request.meta
    return Answer(
        address=address,
        url=response.url,
        status=response.status,
        content=b"" if response.status == 304 else response.body,
        media_type=media_type,
        charset=charset,
        headers=headers,
        etag=first.get("etag", ""),
        last_modified=first.get("last-modified", ""),
        at=at,
        robots=meta.get("robots", 0),
        tdmrep=meta.get("tdmrep", 0),
    )


def _read_headers(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
        if name.decode("latin-1").lower() not in _PACKING
    )
