"""The records of a run over the web: how it goes about it, what keeps its answers, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from extractor.sources.web.crawler import CrawlOptions
from extractor.sources.web.records import Answer

__all__ = ["Archive", "FetchOptions", "Fetched"]


class Archive(Protocol):
    """What keeps answers as they came; `extractor.sources.archives.writing.WarcWriter` is one."""

    def write(self, answer: Answer) -> None:
        """Keep an answer."""


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How a run goes about it.

    Attributes:
        crawl: how sites are asked.
        patience: seconds that a run waits for an address that may not be asked yet; others are left to the next run.
        max_tries: after so many failures in a row, a page is given up. The own address of a source never is.
        persistence: seconds for which a page is tried at least, however often, since it was found or last answered:
            many short runs do not lose what a site that is down for a day holds.
    """

    crawl: CrawlOptions = field(default_factory=CrawlOptions)
    patience: float = 60.0
    max_tries: int = 8
    persistence: float = 3 * 86400.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far a run has come.

    Attributes:
        run_id: the run's number in the store.
        pages: answers that came, of any kind.
        listings: feeds, sitemaps and lists among them that were read.
        found: addresses that those led to and that are to be asked.
        new, changed, reread, same: what became of the articles, as `Store.save_article` names it; ``same`` counts
            all answers that brought nothing new, 304 among them.
        gone: pages of which the site says that they are.
        refused: addresses that are not asked, or not kept: by robots.txt, a reservation, a wall, or our own guard.
        put_off: addresses that could not be had in this run and are asked again later.
        unread: answers that could not be used, and addresses that were given up.
        claims: claims stored.
        waiting: addresses that were still to be asked when the run ended.
    """

    run_id: int
    pages: int = 0
    listings: int = 0
    found: int = 0
    new: int = 0
    changed: int = 0
    reread: int = 0
    same: int = 0
    gone: int = 0
    refused: int = 0
    put_off: int = 0
    unread: int = 0
    claims: int = 0
    waiting: int = 0

    @property
    def articles(self) -> int:
        """How many articles were stored or read again."""
        return self.new + self.changed + self.reread

    @property
    def failures(self) -> int:
        """How many addresses ended in the list of failures."""
        return self.gone + self.refused + self.put_off + self.unread

    def plus(self, **more: int) -> Fetched:
        """Return the counts with so many more."""
        return replace(self, **{name: getattr(self, name) + count for name, count in more.items()})
