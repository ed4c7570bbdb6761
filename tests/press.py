"""What the publisher of the tests writes: articles that each hold one claim, and the listings that lead to them.

    with Publisher() as site:
        stories = publish(site, 20)      # pages, robots.txt, a home page, and a listing of every kind

All of it is invented here, in any number; no two articles share more than their shape, so that none is another's copy.
"""

from __future__ import annotations

import datetime
import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from functools import cached_property

from tests.publisher import Publisher, Response

__all__ = [
    "Story",
    "publish",
    "write_atom",
    "write_home",
    "write_index",
    "write_json_feed",
    "write_news_sitemap",
    "write_rss",
    "write_sitemap",
    "write_stories",
]

FIRMS = "Norwind Halvex Quillon Tarsera Ombrix Veldane Kestrion Lumaro".split()
NAMES = "Marlin Heron Sable Osprey Pike Tern Lynx Egret".split()
NOUNS = (
    "harbour engineer orchard ledger valley committee furnace library pilot supplier quarter contract engine winter"
    " archive tender village reactor journal surveyor warehouse treaty pipeline classroom laboratory railway budget"
    " festival glacier inspector"
).split()
ADJECTIVES = (
    "patient northern careful empty curious narrow steady foreign modest brittle crowded silent recent wooden distant"
    " generous stubborn public hollow early"
).split()
VERBS = (
    "visited repaired welcomed ignored measured praised moved counted sold described borrowed opened painted followed"
    " questioned replaced studied guarded"
).split()


@dataclass(frozen=True)
class Story:
    """One article of the press.

    Attributes:
        number: from 1; the rest follows from it, always the same.
    """

    number: int

    @property
    def path(self) -> str:
        return f"/news/{self.published}/{self.model.lower()}"

    @property
    def firm(self) -> str:
        return FIRMS[self.number % len(FIRMS)]

    @property
    def model(self) -> str:
        return f"{NAMES[self.number % len(NAMES)]}-{self.number + 1}"

    @property
    def chips(self) -> int:
        return 504 + 8 * self.number

    @property
    def cost(self) -> float:
        """In US dollars."""
        return round((5.0 + self.number / 10) * 1e6)

    @property
    def published(self) -> str:
        return (datetime.date(2025, 1, 1) + datetime.timedelta(days=self.number % 300)).isoformat()

    @property
    def changed(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.published + "T09:30:00+00:00")

    @property
    def title(self) -> str:
        return f"{self.firm} shows {self.model} at the {self._words[0]} {self._words[1]}"

    @property
    def claim(self) -> str:
        """The sentence that holds the story's claims: a number of chips and a cost."""
        return f"{self.firm} trained {self.model} on {self.chips} H800 chips for ${self.cost / 1e6:.1f} million."

    @cached_property
    def paragraphs(self) -> list[str]:
        """Five, of which the second begins with the claim."""
        words = iter(self._words)

        def sentence() -> str:
            return (
                f"The {next(words)} {next(words)} {next(words)} the {next(words)} of the {next(words)} {next(words)}"
                f" while the {next(words)} {next(words)} one {next(words)} {next(words)}."
            )

        paragraphs = [" ".join(sentence() for _ in range(4)) for _ in range(5)]
        paragraphs[1] = f"{self.claim} {paragraphs[1]}"
        return paragraphs

    @cached_property
    def _words(self) -> list[str]:
        chance = random.Random(self.number)
        sentence = (ADJECTIVES, NOUNS, VERBS, NOUNS, ADJECTIVES, NOUNS, NOUNS, VERBS, ADJECTIVES, NOUNS)
        return [chance.choice(kind) for _ in range(20) for kind in sentence]

    def write_page(self, origin: str, *, more: str = "", head: str = "") -> str:
        """The article as HTML; `more` is a paragraph at its end, for a page that changes, `head` more of its head."""
        paragraphs = "\n".join(f"<p>{text}</p>" for text in [*self.paragraphs, *([more] if more else [])])
        return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{self.title}</title>
<link rel="canonical" href="{origin}{self.path}">
<meta property="article:published_time" content="{self.changed.isoformat()}">{head}
</head><body><header><a href="/">Front page</a></header>
<article><h1>{self.title}</h1>
{paragraphs}
</article></body></html>
"""

    def make_response(self, origin: str, *, more: str = "", head: str = "") -> Response:
        """The page with validators that change when it does."""
        page = self.write_page(origin, more=more, head=head)
        changed = self.changed + datetime.timedelta(hours=1 if more else 0)
        return Response(page, etag=f'"{self.number}-{len(page)}"', last_modified=_http_date(changed))


def write_stories(count: int, first: int = 1) -> list[Story]:
    """So many stories, from a number on."""
    return [Story(number) for number in range(first, first + count)]


def _http_date(when: datetime.datetime) -> str:
    return format_datetime(when, usegmt=True)


def write_rss(origin: str, stories: Sequence[Story]) -> str:
    """RSS 2.0."""
    items = "\n".join(
        f"<item><title>{story.title}</title><link>{origin}{story.path}</link>"
        f"<description>{story.paragraphs[0]}</description><pubDate>{_http_date(story.changed)}</pubDate></item>"
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>The Loopback Courier</title>'
        f"<link>{origin}/</link><description>News</description>\n{items}\n</channel></rss>\n"
    )


def write_atom(origin: str, stories: Sequence[Story]) -> str:
    """Atom 1.0."""
    entries = "\n".join(
        f'<entry><title>{story.title}</title><link href="{origin}{story.path}"/><id>{origin}{story.path}</id>'
        f"<published>{story.changed.isoformat()}</published><updated>{story.changed.isoformat()}</updated>"
        f"<summary>{story.paragraphs[0]}</summary></entry>"
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>The Loopback Courier</title><id>{origin}/</id><updated>2025-12-01T00:00:00Z</updated>\n"
        f"{entries}\n</feed>\n"
    )


def write_json_feed(origin: str, stories: Sequence[Story]) -> str:
    """JSON Feed 1.1."""
    items = [
        {
            "id": f"{origin}{story.path}",
            "url": f"{origin}{story.path}",
            "title": story.title,
            "summary": story.paragraphs[0],
            "date_published": story.changed.isoformat(),
        }
        for story in stories
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "The Loopback Courier", "items": items}
    return json.dumps({**feed, "home_page_url": f"{origin}/"})


def write_sitemap(origin: str, stories: Sequence[Story]) -> str:
    """A sitemap of pages with the times of their last change."""
    urls = "\n".join(
        f"<url><loc>{origin}{story.path}</loc><lastmod>{story.changed.isoformat()}</lastmod></url>" for story in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n'
    )


def write_news_sitemap(origin: str, stories: Sequence[Story]) -> str:
    """A Google News sitemap: titles and dates."""
    urls = "\n".join(
        f"<url><loc>{origin}{story.path}</loc><news:news><news:publication><news:name>The Loopback Courier</news:name>"
        "<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{story.changed.isoformat()}</news:publication_date>"
        f"<news:title>{story.title}</news:title></news:news></url>"
        for story in stories
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}\n</urlset>\n'
    )


def write_index(origin: str, paths: Sequence[str]) -> str:
    """A sitemap index that leads to these sitemaps."""
    sitemaps = "\n".join(f"<sitemap><loc>{origin}{path}</loc></sitemap>" for path in paths)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{sitemaps}\n</sitemapindex>\n'
    )


def write_home(origin: str, stories: Sequence[Story]) -> str:
    """A front page: links to the stories, and to the feeds in its head."""
    links = "\n".join(f'<li><a href="{story.path}">{story.title}</a></li>' for story in stories)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The Loopback Courier</title>
<link rel="alternate" type="application/rss+xml" title="News" href="/feed.xml">
<link rel="alternate" type="application/atom+xml" title="News (Atom)" href="{origin}/atom.xml">
<link rel="alternate" type="application/feed+json" title="News (JSON)" href="/feed.json">
</head><body><nav><a href="/about">About us</a></nav><main><ul>
{links}
</ul></main></body></html>
"""


def publish(site: Publisher, count: int, *, robots: str = "User-agent: *\nAllow: /\n") -> list[Story]:
    """Put so many stories on a site, with a front page and listings of every kind that lead to all of them.

    They stand at /, /feed.xml, /atom.xml, /feed.json, /news.xml, /sitemap.xml, /sitemap.xml.gz and /index.xml; the
    index leads to /sitemap.xml.gz, and robots.txt, after the given text, to the index.
    """
    stories = write_stories(count)
    for story in stories:
        site.serve(story.path, story.make_response(site.url))
    sitemap = write_sitemap(site.url, stories)
    listings: dict[str, tuple[str | bytes, str]] = {
        "/": (write_home(site.url, stories), "text/html; charset=utf-8"),
        "/feed.xml": (write_rss(site.url, stories), "application/rss+xml"),
        "/atom.xml": (write_atom(site.url, stories), "application/atom+xml"),
        "/feed.json": (write_json_feed(site.url, stories), "application/feed+json"),
        "/news.xml": (write_news_sitemap(site.url, stories), "application/xml"),
        "/sitemap.xml": (sitemap, "application/xml"),
        "/sitemap.xml.gz": (gzip.compress(sitemap.encode(), mtime=0), "application/gzip"),
        "/index.xml": (write_index(site.url, ["/sitemap.xml.gz"]), "application/xml"),
    }
    for path, (body, media_type) in listings.items():
        site.serve(path, Response(body, media_type=media_type, etag=f'"{count}-{len(body)}"'))
    site.serve_robots(f"{robots}\nSitemap: {site.url}/index.xml\n")
    return stories
