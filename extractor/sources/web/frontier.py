"""What the crawler wants of its caller: what to ask next, what became of it, and what sites have said of machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from extractor.sources.web.records import Address, Answer, Wish, WishKind

__all__ = ["Frontier"]


class Frontier(Protocol):
    """The addresses to ask, kept where no kill can lose them.

    An address is open until `answered`, `put_off` or `refused` has returned for it; one that never gets there is
    handed out again by the next run. Every method is called in the thread of the event loop.
    """

    def take(self, count: int) -> Sequence[Address]:
        """Return at most so many addresses that may be asked now and were not handed out before.

        One that was `put_off` is handed out again once its time has come.
        """

    def wait(self) -> float | None:
        """Return the seconds until `take` will have more; None if nothing is worth waiting for in this run."""

    async def answered(self, answer: Answer) -> None:
        """Keep what came: an article, a listing with the addresses that it leads to, a 304, a 404 or a 410."""

    def put_off(self, address: Address, until: str, reason: str) -> None:
        """Note that an address is to be asked again, not before a time: after 429, 5xx, a timeout, no robots.txt.

        Whether it was tried too often is the caller's to judge.
        """

    def rest(self, host: str, until: str, reason: str) -> None:
        """Note that a whole host is to be left alone until a time: after 429, 503, or failures in a row.

        Its addresses, those that were handed out and not ended among them, are handed out again after that time. None
        of them was tried, so no try is counted. One that is under way may still be ended before.

        Args:
            host: as a URL gives it (``netloc``), with its port.
            until: ISO 8601 in UTC.
            reason: for a reader.
        """

    def refused(self, address: Address, reason: str) -> None:
        """Note that an address is not asked again: forbidden, private, not to be had. The reason is for a reader."""

    def find_wish(self, origin: str, kind: WishKind) -> Wish | None:
        """Return what a site said last, however old; None if it was never asked."""

    def save_wish(self, wish: Wish) -> Wish:
        """Keep what a site says, and return it with its id."""
