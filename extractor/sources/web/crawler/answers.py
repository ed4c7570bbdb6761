"""Scrapy's response -> `Answer`."""

from __future__ import annotations

import re

from scrapy.http import Response

from extractor.sources.web.records import Address, Answer

__all__ = ["make_answer", "read_headers"]

# They told how the body was sent, and no longer hold.
_PACKING = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)


def read_headers(response: Response) -> tuple[tuple[str, str], ...]:
    """Return the headers of a response, but for those of its packing."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
        if name.decode("latin-1").lower() not in _PACKING
    )


def make_answer(address: Address, response: Response, at: str, retry_after: float | None) -> Answer:
    """Return what a site answered, with the wishes that the request was let through under."""
    headers = read_headers(response)
    first = {name.lower(): value.strip() for name, value in reversed(headers)}
    content_type = first.get("content-type", "")
    charset = _CHARSET.search(content_type)
    meta = response.request.meta
    return Answer(
        address=address,
        url=response.url,
        status=response.status,
        content=b"" if response.status == 304 else response.body,
        media_type=content_type.partition(";")[0].strip().lower(),
        charset=charset[1].lower() if charset else "",
        headers=headers,
        etag=first.get("etag", ""),
        last_modified=first.get("last-modified", ""),
        at=at,
        robots=meta.get("robots", 0),
        tdmrep=meta.get("tdmrep", 0),
        retry_after=retry_after,
    )
