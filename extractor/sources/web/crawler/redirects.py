"""Follows redirects, each as a request of its own: the target is judged, paced and guarded as any other address."""

from __future__ import annotations

from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from w3lib.url import safe_url_string

from extractor.sources.web.crawler.endings import Refused

__all__ = ["Redirects"]

# RFC 9309 wants five at least to be followed.
_ROBOTS_LIMIT = 5
_STATUSES = frozenset({301, 302, 303, 307, 308})


class Redirects:
    """The middleware that follows redirects.

    Scrapy's own keeps the downloader's slot of the first host for a target on another one, whose delay is then not
    kept; it hands back a redirect to another scheme as if it were an answer; and it goes round loops to the last.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy wants it made."""
        return cls(crawler.settings.getint("REDIRECT_MAX_TIMES"))

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the request of the target, or the answer if it is no redirect.

        Raises:
            Refused: there is no following it.
        """
        if response.status not in _STATUSES or not response.headers.get("Location"):
            return response
        location = _decode(response.headers["Location"]).strip()
        try:
            target = urlsplit(urljoin(request.url, safe_url_string(location)))._replace(fragment="").geturl()
            parts = urlsplit(target)
            # A port that is none raises here, too.
            has_host = bool(parts.hostname) and parts.port != 0
        except ValueError:
            raise Refused(f"it redirects to what is no address: {location[:200]!r}") from None
        if parts.scheme not in ("http", "https") or not has_host:
            raise Refused(f"it redirects to no address of http or https: {target[:200]}")
        trail: tuple[str, ...] = (*request.meta.get("trail", ()), request.url)
        if target in trail:
            raise Refused(f"its redirects go round in a loop, over {target[:200]}")
        limit = _ROBOTS_LIMIT if "wish" in request.meta else self._limit
        if len(trail) > limit:
            raise Refused(f"more than {limit} redirects, the last to {target[:200]}")
        kept = {name: request.meta[name] for name in ("wish", "download_maxsize") if name in request.meta}
        return request.replace(url=target, meta={**kept, "trail": trail})


def _decode(location: bytes) -> str:
    try:
        return location.decode()
    except UnicodeDecodeError:
        return location.decode("latin-1")
