"""Frontier -> answers: asks the sites of the press, politely, and hands each answer to whoever keeps the frontier.

    crawl(frontier, CrawlOptions(contact="https://me.example/bot"))

Scrapy does the asking, one request at a time to a host. What is to be asked, and what came of it, is the caller's
`Frontier`; what a site wishes is asked first and obeyed; how often it is asked follows from the user's delay, the
site's Crawl-delay, its Retry-After, and how long it takes to answer.

| module | what it does |
| --- | --- |
| `running` | the event loop that outlives a crawl, signals, the end |
| `settings` | Scrapy's settings: nothing is on that is not named there |
| `spiders` | takes addresses from the frontier and ends each of them, once |
| `queues` | Scrapy's scheduler: a queue in memory for each host |
| `judges` | asks robots.txt and tdmrep.json, and obeys them |
| `redirects`, `packing` | follows redirects; unpacks bodies |
| `handlers` | the connection: who may be asked, when the last answer came |
| `hosts`, `throttles` | the pace of each host, and which rest |
| `endings` | what an error means for an address |
| `answers` | Scrapy's response as an `Answer`, and its Retry-After |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from extractor.sources.web.frontier import Frontier
from extractor.sources.web.wishes import PRODUCT

__all__ = ["CrawlOptions", "crawl"]

_HOME = "https://pypi.org/project/ainews-to-sqlite/"


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How to ask.

    Attributes:
        contact: a URL or an address of mail that a site can complain to; it stands in the User-Agent.
        delay: seconds between two requests to a host, at least; an address or a site may ask for more, never for less.
        timeout: seconds for one request, from the look-up of the name to the last byte.
        max_bytes: of a page, unpacked.
        max_listing_bytes: the same of a feed, a sitemap, a list, and of what may be one.
        max_redirects: one after the other.
        allowed_networks: networks to ask although they are not public; ``("0.0.0.0/0", "::/0")`` for all.
        use_proxy: ask through the proxies that the environment names; they are ignored otherwise.
        concurrency: how many hosts are asked at the same time.
        ahead: how many addresses are taken from the frontier before they can be asked.
        grace: seconds that requests under way are given when the crawl is told to stop.
    """

    contact: str = ""
    delay: float = 1.0
    timeout: float = 30.0
    max_bytes: int = 5_000_000
    max_listing_bytes: int = 50_000_000
    max_redirects: int = 5
    allowed_networks: Sequence[str] = ()
    use_proxy: bool = False
    concurrency: int = 16
    ahead: int = 64
    grace: float = 5.0

    @property
    def user_agent(self) -> str:
        """Who asks, honestly: ``ainews-to-sqlite/0.1.0 (+https://me.example/bot)``."""
        return f"{PRODUCT}/{version(PRODUCT)} (+{self.contact or _HOME})"


def crawl(frontier: Frontier, options: CrawlOptions | None = None) -> None:
    """Ask all that a frontier has, in the calling thread, until it has no more that is worth waiting for.

    It may be called again, as often as you like, but not from two threads at once. SIGINT and SIGTERM end it cleanly
    where it runs in the main thread: nothing new is asked, what is under way is given `CrawlOptions.grace`, and what
    was not ended stays open in the frontier; a second one ends it at once. Then the handler that stood there before is
    called, which raises `KeyboardInterrupt` for SIGINT unless the program has its own.

    Raises:
        KeyboardInterrupt: SIGINT came, and nobody else handles it.
        SystemExit: SIGTERM came, and nobody else handles it; its code is 143.
        Exception: whatever the frontier raised; nothing was asked any more after it.
    """
    from extractor.sources.web.crawler.running import run_crawl

    run_crawl(frontier, options or CrawlOptions())
