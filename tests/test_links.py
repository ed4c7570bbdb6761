"""Which links of a page lead to articles, and which feeds and sitemaps a page names."""

from __future__ import annotations

import pytest

from extractor.records import Page
from extractor.sources.web.listings import find_kind, find_listings, read_listing
from extractor.sources.web.records import AddressKind, Entry

URL = "https://www.wire.example/ai/"


def page(html: str, url: str = URL) -> Page:
    return Page(url, html.encode(), "text/html")


def links(body: str) -> list[str]:
    listing = read_listing(page(f"<!doctype html><title>AI - The Wire</title><body>{body}"), "list")
    return [entry.url for entry in listing.entries]


HEADLINE = "Chipmaker opens a plant in Ohio"
# what stands in the body, and whether its one link is taken for one to an article
LINKS = {
    "list of headlines": (f'<ul><li><a href="/news/chip-plant-in-ohio">{HEADLINE}</a></li></ul>', True),
    "heading": (f'<h3><a href="/news/ohio">{HEADLINE}</a></h3>', True),
    "heading in a link": (f'<a href="/news/ohio"><h3>{HEADLINE}</h3><p>Later.</p></a>', True),
    "short headline at a dated address": ('<h2><a href="/2025/06/10/ohio">Ohio</a></h2>', True),
    "card": (f'<div class="card"><a href="/news/ohio"><div>{HEADLINE}</div></a></div>', True),
    "sister host": (f'<li><a href="https://tech.wire.example/news/ohio">{HEADLINE}</a></li>', True),
    "number in the query": (f'<li><a href="/view.php?id=90812">{HEADLINE}</a></li>', True),
    "number in the query of the site itself": (f'<li><a href="/?p=9081">{HEADLINE}</a></li>', True),
    "line with its day": (f'<p>10 June: <a href="/news/ohio">{HEADLINE}</a></p>', True),
    "lines parted by breaks": (
        f"<div>{'They met in the city on Monday, and nobody was surprised by what they said. ' * 2}<br>"
        f'<a href="/news/chip-plant-in-ohio">{HEADLINE}</a><br></div>',
        True,
    ),
    "header of a card": (f'<article><header><a href="/news/plant-in-ohio">{HEADLINE}</a></header></article>', True),
    "headline in a header": (f'<header><h2><a href="/news/chip-plant-in-ohio">{HEADLINE}</a></h2></header>', True),
    "site in a form": (f'<form><li><a href="/news/chip-plant-in-ohio">{HEADLINE}</a></li></form>', True),
    "old essay": ('<table><tr><td><a href="greatwork.html">How to Do Great Work</a></td></tr></table>', True),
    "menu": (f'<nav><ul><li><a href="/news/chip-plant-in-ohio">{HEADLINE}</a></li></ul></nav>', False),
    "menu by role": (f'<div role="navigation"><a href="/news/chip-plant-in-ohio">{HEADLINE}</a></div>', False),
    "menu in the main part": (f'<main><nav><a href="/news/chip-plant-in-ohio">{HEADLINE}</a></nav></main>', False),
    "foot": (f'<footer><a href="/news/chip-plant-in-ohio">{HEADLINE}</a></footer>', False),
    "head of the page": (f'<header><a href="/news/chip-plant-in-ohio">{HEADLINE}</a></header>', False),
    "another site": (f'<li><a href="https://other.example/news/chip-plant-in-ohio">{HEADLINE}</a></li>', False),
    "the page itself": (f'<li><a href="#top">{HEADLINE}</a></li>', False),
    "running text": (
        "<p>The firm, which said in May that it would build nothing, <a href='/news/chip-plant-in-ohio'>now opens a"
        " plant in Ohio</a>, and its rivals wonder what has made it change its mind in so short a time.</p>",
        False,
    ),
    "running text in a box": (
        "<div>The firm, which said in May that it would build nothing, <a href='/news/chip-plant-in-ohio'>now opens a"
        " plant in Ohio</a>, and its rivals wonder.</div>",
        False,
    ),
    "section": ('<li><a href="/business">Business</a></li>', False),
    "tag": ('<li><a href="/tag/large-language-models-and-chips">Large language models and chips</a></li>', False),
    "author": ('<li><a href="/author/ann-b-clark-jones">Ann B. Clark Jones</a></li>', False),
    "next page": ('<a href="/ai/page/2">Older stories of this section</a>', False),
    "next page in the query": ('<a href="/ai/?page=12">See all the older stories</a>', False),
    "month of an archive": ('<li><a href="/2025/06/">All stories of June 2025</a></li>', False),
    "privacy": ('<li><a href="/privacy">How we handle your personal data</a></li>', False),
    "account": ('<li><a href="/account/delivery-address-change">Change your delivery address here</a></li>', False),
    "picture": ('<li><a href="/news/chip-plant-in-ohio.jpg">A picture of the plant in Ohio</a></li>', False),
    "mail": ('<li><a href="mailto:desk@wire.example">Write to our news desk now</a></li>', False),
    "script": ('<li><a href="javascript:more()">Show more of these stories now</a></li>', False),
    "no address": (f"<li><a>{HEADLINE}</a></li>", False),
    "few words at the address of a story": ('<li><a href="/news/chip-plant-in-ohio">Read more</a></li>', True),
    "few words at another": ('<li><a href="/news/ohio">Read more</a></li>', False),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), LINKS.values(), ids=LINKS)
def test_link(body: str, expected: bool) -> None:
    assert len(links(body)) == int(expected)


def test_card_gives_title_teaser_and_day() -> None:
    teaser = "The plant will employ two thousand people, the firm said on Tuesday."
    body = (
        f'<article><a href="/news/ohio"><img src="x.jpg" alt="A plant"></a><h3><a href="/news/ohio">{HEADLINE}</a></h3>'
        f'<time datetime="2025-06-10T09:00:00Z">today</time><p>{teaser}</p><a href="/news/ohio#more">Read more</a>'
        '<a href="/tag/ohio">Ohio</a></article>'
        '<article><h3><a href="/news/texas">Another firm opens another plant</a></h3></article>'
    )
    listing = read_listing(page(f'<html lang="en"><title>x</title><body>{body}'), "list")
    assert listing.entries == (
        Entry("https://www.wire.example/news/ohio", HEADLINE, teaser, "2025-06-10", language="en"),
        Entry("https://www.wire.example/news/texas", "Another firm opens another plant", language="en"),
    )


def test_headline_stands_above_a_longer_teaser_for_the_title() -> None:
    body = f'<h3><a href="/n/ohio">{HEADLINE}</a></h3><a href="/n/ohio">{HEADLINE}, it said, and more to come</a>'
    assert read_listing(page(f"<title>x</title>{body}"), "list").entries[0].title == HEADLINE


def test_day_of_a_card_of_two_articles_is_nobodys() -> None:
    body = (
        '<li><time datetime="2025-06-10">10 June</time><a href="/news/ohio">The first plant in Ohio opens</a>'
        '<a href="/news/texas">The second plant in Texas opens</a></li>'
    )
    listing = read_listing(page(f"<title>x</title>{body}"), "list")
    assert [entry.published for entry in listing.entries] == ["", ""]


def test_links_are_relative_to_the_base() -> None:
    listing = read_listing(page(f'<base href="/en/"><li><a href="news/ohio">{HEADLINE}</a></li>'), "list")
    assert [entry.url for entry in listing.entries] == ["https://www.wire.example/en/news/ohio"]


def test_page_without_articles_says_so() -> None:
    listing = read_listing(page("<title>x</title><p>Nothing here.</p>"), "list")
    assert listing.problems == ("The page leads to no articles of its site that could be told from its other links",)


STORY = (
    "<p>The firm trained its model on 2,048 chips for six weeks, and nobody has checked the figure so far, it said. "
    "Its rivals have asked to see how the sum was reached, and were told that the papers would be shown in the autumn."
) * 8
MANY = "".join(f'<li><a href="/news/story-number-{n}-of-many">Story number {n} of the many</a></li>' for n in range(8))
KINDS: dict[str, tuple[str, str, AddressKind]] = {
    "front page": ("https://wire.example/", f"<main>{MANY}</main>", "list"),
    "front page with long teasers": ("https://wire.example", f"<main>{MANY}{STORY}</main>", "list"),
    "front page of scripts that names a feed": (
        "https://wire.example/",
        '<link rel="alternate" type="application/rss+xml" href="/feed"><div id="app"></div>',
        "list",
    ),
    "front page of nothing": ("https://wire.example/", "<p>Soon.</p>", "page"),
    "section": (URL, f"<main>{MANY}</main>", "list"),
    "article": ("https://wire.example/news/a", f"<main>{STORY}</main><ul>{MANY}</ul>", "page"),
    "short article by its word": (
        "https://wire.example/news/a",
        f'<meta property="og:type" content="article"><p>It opened.</p><ul>{MANY}</ul>',
        "page",
    ),
    "short article by its node": (
        "https://wire.example/news/a",
        f'<script type="application/ld+json">{{"@type": "NewsArticle"}}</script><p>It opened.</p><ul>{MANY}</ul>',
        "page",
    ),
    "short article with links beside it": (
        "https://wire.example/news/plant-opens-in-ohio",
        f"<p>It opened on Monday. {'Nobody was surprised by what they said. ' * 4}</p><ul>{MANY}</ul>",
        "page",
    ),
    "page of little": ("https://wire.example/news/a", "<p>It opened.</p>", "page"),
}


@pytest.mark.parametrize(("url", "html", "expected"), KINDS.values(), ids=KINDS)
def test_kind_of_a_page(url: str, html: str, expected: AddressKind) -> None:
    assert find_kind(page(f"<!doctype html><html>{html}</html>", url)) == expected


HEADS: dict[str, tuple[str, list[tuple[AddressKind, str, str]]]] = {
    "RSS": (
        '<link rel="alternate" type="application/rss+xml" title="The  Wire" href="/feed">',
        [("feed", "https://www.wire.example/feed", "The Wire")],
    ),
    "all kinds": (
        '<link rel="sitemap" type="application/xml" href="/sitemap.xml">'
        '<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="atom.xml">'
        "<link rel=alternate type=application/feed+json href=https://cdn.example/feed.json>"
        '<link rel="feed" href="/other">',
        [
            ("feed", "https://www.wire.example/ai/atom.xml", ""),
            ("feed", "https://cdn.example/feed.json", ""),
            ("feed", "https://www.wire.example/other", ""),
            ("sitemap", "https://www.wire.example/sitemap.xml", ""),
        ],
    ),
    "main feed after a plug-in's": (
        '<link rel="alternate" type="application/rss+xml" title="Board" href="/wp-content/plugins/board/rss.php">'
        '<link rel="alternate" type="application/rss+xml" title="The Wire" href="/feed/">',
        [
            ("feed", "https://www.wire.example/feed/", "The Wire"),
            ("feed", "https://www.wire.example/wp-content/plugins/board/rss.php", "Board"),
        ],
    ),
    "comments": (
        '<link rel="alternate" type="application/rss+xml" title="The Wire &raquo; Comments Feed" href="/x/feed">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/">',
        [],
    ),
    "one feed in three formats": (
        '<link rel="alternate" type="application/rss+xml" title="News" href="/feed">'
        '<link rel="alternate" type="application/atom+xml" title="News (Atom)" href="/atom">'
        '<link rel="alternate" type="application/feed+json" title="News (JSON)" href="/json">',
        [("feed", "https://www.wire.example/feed", "News")],
    ),
    "two feeds of one format": (
        '<link rel="alternate" type="application/rss+xml" title="News" href="/feed">'
        '<link rel="alternate" type="application/rss+xml" title="News on chips" href="/chips/feed">',
        [
            ("feed", "https://www.wire.example/feed", "News"),
            ("feed", "https://www.wire.example/chips/feed", "News on chips"),
        ],
    ),
    "twice": (
        '<link rel="alternate" type="application/rss+xml" href="/feed">' * 2,
        [("feed", "https://www.wire.example/feed", "")],
    ),
    "wrong type": (
        '<link rel="alternate" type="text/xml" href="/rss.xml">',
        [("feed", "https://www.wire.example/rss.xml", "")],
    ),
    "languages": ('<link rel="alternate" hreflang="de" href="/de/">', []),
    "oEmbed and the site's machinery": (
        '<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">'
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">'
        '<link rel="stylesheet" href="/feed.css">',
        [],
    ),
    "broken": ('<link rel="alternate" type="application/rss+xml" href="http://[">', []),
    "only links": (
        '<a href="/feed/">RSS</a><a href="/comments/feed">x</a><a href="https://other.example/feed">x</a>'
        '<a href="/feedback">x</a><a href="/news/rss.xml">News</a><a href="/feeding-the-models">x</a>',
        [("feed", "https://www.wire.example/feed/", "RSS"), ("feed", "https://www.wire.example/news/rss.xml", "News")],
    ),
    "links beside the head": (
        '<link rel="alternate" type="application/rss+xml" href="/feed"><a href="/news/rss.xml">News</a>',
        [("feed", "https://www.wire.example/feed", "")],
    ),
    "nothing": ("", []),
}  # fmt: skip


@pytest.mark.parametrize(("head", "expected"), HEADS.values(), ids=HEADS)
def test_listings_that_a_page_names(head: str, expected: list[tuple[AddressKind, str, str]]) -> None:
    assert find_listings(page(f"<!doctype html><html><head>{head}</head><body><p>x</p>")) == expected


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [("/news/plant", f"<main>{STORY}</main>", 1), ("/chips/", f"<main>{MANY}</main>", 2)],
    ids=["article", "section"],
)
def test_feed_below_an_article_is_that_of_its_comments(path: str, body: str, expected: int) -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" title="The Wire" href="/feed/">'
        f'<link rel="alternate" type="application/rss+xml" title="Umpan Balasan" href="{path.rstrip("/")}/feed/">'
    )
    found = find_listings(page(f"<html><head>{head}</head><body>{body}", f"https://wire.example{path}"))
    assert len(found) == expected
    assert found[0] == ("feed", "https://wire.example/feed/", "The Wire")


def test_no_listings_are_named_by_what_is_no_page() -> None:
    assert find_listings(page("<rss version='2.0'><channel><link>/feed</link></channel></rss>")) == []
    assert find_listings(page("")) == []
