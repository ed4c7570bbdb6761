"""A frontier that is kept in memory, for the tests of the crawler: it does what the protocol says, and notes it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from extractor.sources.web.records import Address, Answer, Wish, WishKind

__all__ = ["MemoryFrontier", "seconds_until"]


def seconds_until(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()


@dataclass
class MemoryFrontier:
    """Addresses in the order in which they were added.

    Attributes:
        patience: seconds; what is to be asked later than that is not waited for.
        per_host: how many of one host are handed out at a time.
        answers, refusals, delays, rests: what the crawler told, in order.
        most: how many were handed out and not ended at the most.
        made: when the frontier was.
    """

    patience: float = 0.0
    per_host: int = 64
    answers: list[Answer] = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)
    delays: list[tuple[str, str, str]] = field(default_factory=list)
    rests: list[tuple[str, str, str]] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    waiting: dict[str, Address] = field(default_factory=dict)
    not_before: dict[str, str] = field(default_factory=dict)
    in_hand: dict[str, Address] = field(default_factory=dict)
    given_back: set[str] = field(default_factory=set)
    most: int = 0
    made: datetime = field(default_factory=lambda: datetime.now(UTC))

    def add(self, *addresses: str | Address) -> None:
        for each in addresses:
            address = Address(each) if isinstance(each, str) else each
            self.waiting[address.url] = address

    def is_ahead(self, moment: str, least: float, most: float | None = None) -> bool:
        """Whether a time lies so many seconds ahead of when the crawler told it: since the frontier was made.

        However slow the machine is, that holds; times are kept to the second.
        """
        earliest = self.made + timedelta(seconds=least - 1)
        latest = datetime.now(UTC) + timedelta(seconds=(least if most is None else most) + 1)
        return earliest <= datetime.fromisoformat(moment) <= latest

    def take(self, count: int) -> Sequence[Address]:
        held: dict[str, int] = {}
        for url in self.in_hand:
            held[urlsplit(url).netloc] = held.get(urlsplit(url).netloc, 0) + 1
        taken: list[Address] = []
        for url, address in self.waiting.items():
            host = urlsplit(url).netloc
            if url in self.in_hand or held.get(host, 0) >= self.per_host or len(taken) == count:
                continue
            if seconds_until(self.not_before.get(url, "1970-01-01T00:00:00+00:00")) <= 0:
                taken.append(address)
                held[host] = held.get(host, 0) + 1
        self.in_hand |= {address.url: address for address in taken}
        self.most = max(self.most, len(self.in_hand))
        return taken

    def wait(self) -> float | None:
        times = [
            max(seconds_until(self.not_before.get(url, "1970-01-01T00:00:00+00:00")), 0.0)
            for url in self.waiting
            if url not in self.in_hand
        ]
        soonest = min(times, default=None)
        return soonest if soonest is not None and soonest <= self.patience else None

    async def answered(self, answer: Answer) -> None:
        self._end(answer.address)
        self.answers.append(answer)
        del self.waiting[answer.address.url]

    def put_off(self, address: Address, until: str, reason: str) -> None:
        self._end(address)
        self.delays.append((address.url, until, reason))
        self.not_before[address.url] = until
        self.waiting[address.url] = replace(address, tries=address.tries + 1)

    def rest(self, host: str, until: str, reason: str) -> None:
        self.rests.append((host, until, reason))
        for url in self.waiting:
            if urlsplit(url).netloc == host:
                self.not_before[url] = max(until, self.not_before.get(url, ""))
                if self.in_hand.pop(url, None):
                    self.given_back.add(url)

    def refused(self, address: Address, reason: str) -> None:
        self._end(address)
        self.refusals.append((address.url, reason))
        del self.waiting[address.url]

    def find_wish(self, origin: str, kind: WishKind) -> Wish | None:
        found = [wish for wish in self.wishes if (wish.origin, wish.kind) == (origin, kind)]
        return found[-1] if found else None

    def save_wish(self, wish: Wish) -> Wish:
        self.wishes.append(replace(wish, id=len(self.wishes) + 1))
        return self.wishes[-1]

    def _end(self, address: Address) -> None:
        """Every address ends once only, and none that was not handed out."""
        assert address.url in self.in_hand or address.url in self.given_back, f"{address.url} ended, not in hand"
        self.in_hand.pop(address.url, None)
        self.given_back.discard(address.url)
