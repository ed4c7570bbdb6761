"""How often each host may be asked, and which are to be left alone for a while."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from extractor.dates import timestamp
from extractor.sources.web.crawler.endings import Resting
from extractor.sources.web.waits import later

__all__ = ["Hosts", "LONG_DELAY"]

LONG_DELAY = 60.0
"""Seconds: a host that wants more than this between two requests is not waited for, but put off after each."""

_FAILURES = 3


class Hosts:
    """What one crawl knows of the hosts that it asks.

    The pace counts for a host name, whatever the port: it is one machine, or one owner at least. A rest counts for a
    name with its port, as the frontier sees hosts.
    """

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._delays: dict[str, float] = {}
        self._long_delays: dict[str, float] = {}
        self._rests: dict[str, tuple[str, str]] = {}
        self._failures: dict[str, int] = {}

    def find_delay(self, name: str) -> float:
        """Return the seconds between two requests to a host, but for a pause so long that it is a rest."""
        return max(self._delay, self._delays.get(name, 0.0))

    def find_long_delay(self, name: str) -> float:
        """Return the seconds for which a host rests after each request; 0 if it need not."""
        return self._long_delays.get(name, 0.0)

    def slow_down(self, downloader: Any, name: str, seconds: float) -> None:
        """Ask a host no more often than this, from its next request on."""
        if seconds > LONG_DELAY:
            self._long_delays[name] = max(seconds, self._long_delays.get(name, 0.0))
            return
        if seconds <= self._delays.get(name, 0.0):
            return
        self._delays[name] = seconds
        delay = self.find_delay(name)
        # Scrapy makes a slot at the first request of a host, and anew after a minute without any.
        downloader.per_slot_settings[name] = {"delay": delay}
        if name in downloader.slots:
            slot = downloader.slots[name]
            slot.delay = max(slot.delay, delay)

    def rest(self, url: str, seconds: float, reason: str) -> str:
        """Leave the host of a URL alone, and return until when."""
        host = urlsplit(url).netloc
        until = max(later(seconds), self._rests.get(host, ("", ""))[0])
        self._rests[host] = (until, reason)
        return until

    def check(self, url: str) -> None:
        """Let a request pass.

        Raises:
            Resting: its host is to be left alone.
        """
        rest = self.find_rest(url)
        if rest is not None:
            raise Resting(rest[1], rest[0])

    def find_rest(self, url: str) -> tuple[str, str] | None:
        """Return until when the host of a URL is to be left alone and why; None if it may be asked."""
        host = urlsplit(url).netloc
        rest = self._rests.get(host)
        if rest is not None and rest[0] <= timestamp():
            del self._rests[host]
            return None
        return rest

    def note_failure(self, url: str) -> bool:
        """Count a time that a host did not answer, and tell whether it has done so too often in a row."""
        host = urlsplit(url).netloc
        self._failures[host] = self._failures.get(host, 0) + 1
        if self._failures[host] < _FAILURES:
            return False
        del self._failures[host]
        return True

    def note_answer(self, url: str) -> None:
        """Note that a host answers."""
        self._failures.pop(urlsplit(url).netloc, None)
