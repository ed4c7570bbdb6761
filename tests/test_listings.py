"""Listings -> entries: feeds, sitemaps, lists of links, and what is none of them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import SourceError
from extractor.records import Page
from extractor.sources.web.listings import find_kind, find_listings, find_sitemaps, read_listing
from extractor.sources.web.records import AddressKind, Entry
from extractor.sources.web.starters import starter_sources
from tests.press import (
    Story,
    write_atom,
    write_home,
    write_index,
    write_json_feed,
    write_news_sitemap,
    write_rss,
    write_sitemap,
    write_stories,
)

ORIGIN = "https://news.example"
FETCHED = "2026-01-01T12:00:00+00:00"
STORIES = write_stories(20)


def make_page(
    content: str | bytes, url: str = f"{ORIGIN}/feed.xml", *, media_type: str = "text/plain", charset: str = ""
) -> Page:
    return Page(url, content.encode() if isinstance(content, str) else content, media_type, charset, FETCHED)


Write = Callable[[str, Sequence[Story]], str]


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "application/octet-stream"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("write", "kind"),
    [
        pytest.param(write_rss, "feed", id="rss"),
        pytest.param(write_atom, "feed", id="atom"),
        pytest.param(write_json_feed, "feed", id="json"),
        pytest.param(write_sitemap, "sitemap", id="sitemap"),
        pytest.param(write_news_sitemap, "sitemap", id="news"),
        pytest.param(write_home, "list", id="home"),
    ],
)
def test_listing_gives_every_story(write: Write, kind: AddressKind, packed: bool, media_type: str) -> None:
    content = write(ORIGIN, STORIES).encode()
    page = make_page(gzip.compress(content) if packed else content, f"{ORIGIN}/", media_type=media_type)
    assert find_kind(page) == kind
    listing = read_listing(page, kind)
    assert listing.kind == kind
    assert [entry.url for entry in listing.entries] == [ORIGIN + story.path for story in STORIES]
    assert listing.problems == ()
    if write is not write_sitemap:
        assert [entry.title for entry in listing.entries] == [story.title for story in STORIES]
    if write not in (write_sitemap, write_home):
        assert [entry.published for entry in listing.entries] == [story.published for story in STORIES]


def test_article_is_a_page() -> None:
    page = make_page(STORIES[0].write_page(ORIGIN), ORIGIN + STORIES[0].path)
    assert find_kind(page) == "page"


def test_index_leads_to_its_sitemaps_but_not_to_itself() -> None:
    page = make_page(write_index(ORIGIN, ["/a.xml", "/index.xml", "/b.xml.gz"]), f"{ORIGIN}/index.xml")
    listing = read_listing(page, "sitemap")
    assert listing.listings == (Entry(f"{ORIGIN}/a.xml"), Entry(f"{ORIGIN}/b.xml.gz"))
    assert listing.entries == ()


def test_page_in_place_of_a_feed_says_where_its_feeds_are() -> None:
    page = make_page(write_home(ORIGIN, STORIES), f"{ORIGIN}/")
    with pytest.raises(SourceError, match=f"Its feeds are: {ORIGIN}/feed.xml"):
        read_listing(page, "feed")


def test_home_page_leads_to_its_main_feed() -> None:
    page = make_page(write_home(ORIGIN, STORIES), f"{ORIGIN}/")
    assert find_listings(page) == [("feed", f"{ORIGIN}/feed.xml", "News")]


def test_robots_names_sitemaps() -> None:
    robots = "User-agent: *\nDisallow: /x\nsitemap:https://a.example/1.xml\r\n# Sitemap: https://a.example/2.xml\n"
    assert find_sitemaps(robots + "Sitemap: /3.xml\nSITEMAP: https://a.example/4.xml # daily\n") == [
        "https://a.example/1.xml",
        "https://a.example/4.xml",
    ]


def rss(items: str, *, head: str = '<?xml version="1.0" encoding="utf-8"?>', channel: str = "<title>T</title>") -> str:
    names = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    )
    return f'{head}<rss version="2.0" {names}><channel>{channel}{items}</channel></rss>'


def atom(entries: str, *, root: str = "", head: str = "<title>T</title>") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{root}>{head}{entries}</feed>'


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/"><title>T</title></channel>'
    '<item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link>'
    "<dc:date>2025-06-10T23:30:00-05:00</dc:date></item></rdf:RDF>"
)
LINK = "<link>https://a.example/1</link>"
ONE = "https://a.example/1"


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        pytest.param(rss(f"<item>{LINK}<title>One</title></item>"), Entry(ONE, "One"), id="rss-2"),
        pytest.param(
            f'<rss version="0.91"><channel><title>T</title><item><title>One</title>{LINK}</item></channel></rss>',
            Entry(ONE, "One"),
            id="rss-0.91",
        ),
        pytest.param(RDF, Entry(ONE, "One", published="2025-06-10"), id="rss-1"),
        pytest.param(rss("<item><link>\n https://a.example/1 \n</link></item>"), Entry(ONE), id="link-with-blanks"),
        pytest.param(rss("<item><link>/1?a=1&amp;b=2</link></item>"), Entry(f"{ORIGIN}/1?a=1&b=2"), id="relative"),
        pytest.param(rss("<item><guid>https://a.example/1</guid></item>"), Entry(ONE), id="guid-for-link"),
        pytest.param(rss(f"<item><guid>https://a.example/g</guid>{LINK}</item>"), Entry(ONE), id="link-before-guid"),
        pytest.param(rss(f"<item><guid>77</guid>{LINK}</item>"), Entry(ONE), id="guid-is-a-number"),
        pytest.param(
            rss(f"<item><link>https://count.example/x</link><feedburner:origLink>{ONE}</feedburner:origLink></item>"),
            Entry(ONE),
            id="link-behind-a-counter",
        ),
        pytest.param(rss(f"<item>{LINK}<title>AT&amp;amp;T &lt;b&gt;buys&lt;/b&gt; it</title></item>"),
            Entry(ONE, "AT&T buys it"), id="title-with-markup"),
        pytest.param(rss(f"<item>{LINK}<title><![CDATA[AT&T <i>buys</i>]]></title></item>"),
            Entry(ONE, "AT&T buys"), id="title-in-cdata"),
        pytest.param(rss(f"<item>{LINK}<title>5 &lt; 6</title></item>"), Entry(ONE, "5 < 6"), id="title-with-a-sign"),
        pytest.param(rss(f"<item>{LINK}<title>AT&T & R&eacute;my&nbsp;2</title></item>"),
            Entry(ONE, "AT&T & Rémy 2"), id="ampersands-unescaped"),
        pytest.param(rss(f"<item>{LINK}<title>It&#8217;s &#146;x&#146;</title></item>"),
            Entry(ONE, "It’s ’x’"), id="numbers-of-windows-1252"),
        pytest.param(rss(f"<item>{LINK}<description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description></item>"),
            Entry(ONE, "", "One. Two."), id="summary-with-markup"),
        pytest.param(
            rss(f"<item>{LINK}<content:encoded><![CDATA[<style>p{{}}</style><p>A<b>B</b></p><script>x</script>]]>"
                "</content:encoded></item>"),
            Entry(ONE, "", "AB"),
            id="summary-from-content",
        ),
        pytest.param(rss(f"<item>{LINK}<pubDate>Tue, 10 Jun 2025 09:00:00 GMT</pubDate></item>"),
            Entry(ONE, published="2025-06-10"), id="rfc-822"),
        pytest.param(rss(f"<item>{LINK}<pubDate>10 Jun 25 23:59 PDT</pubDate></item>"),
            Entry(ONE, published="2025-06-10"), id="rfc-822-of-old"),
        pytest.param(rss(f"<item>{LINK}<pubDate>Tue, 10 June 2025 09:00:00 Europe/Berlin</pubDate></item>"),
            Entry(ONE, published="2025-06-10"), id="odd-zone"),
        pytest.param(rss(f"<item>{LINK}<pubDate>2025-06-10 09:00</pubDate></item>"),
            Entry(ONE, published="2025-06-10"), id="iso-in-rss"),
        pytest.param(rss(f"<item>{LINK}<dc:date>2025-06-10</dc:date></item>"),
            Entry(ONE, published="2025-06-10"), id="dublin-core"),
        pytest.param(rss(f"<item>{LINK}<pubDate>yesterday</pubDate></item>"), Entry(ONE), id="no-date"),
        pytest.param(rss(f"<item>{LINK}<pubDate>09:00</pubDate></item>"), Entry(ONE), id="time-alone"),
        pytest.param(rss(f"<item>{LINK}<pubDate>--06-10</pubDate></item>"), Entry(ONE), id="date-without-year"),
        pytest.param(rss(f"<item>{LINK}<pubDate>25</pubDate></item>"), Entry(ONE), id="number-alone"),
        pytest.param(rss(f"<item>{LINK}<pubDate></pubDate></item>"), Entry(ONE), id="empty-date"),
        pytest.param(rss(f"<item>{LINK}<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>"),
            Entry(ONE), id="epoch-is-no-date"),
        pytest.param(rss(f"<item>{LINK}<pubDate>Sat, 03 Jan 2026 09:00:00 GMT</pubDate></item>"),
            Entry(ONE, published="2026-01-03"), id="two-days-ahead"),
        pytest.param(rss(f"<item>{LINK}<pubDate>Sun, 04 Jan 2026 09:00:00 GMT</pubDate></item>"),
            Entry(ONE), id="three-days-ahead"),
        pytest.param(rss(f"<item>{LINK}</item>", channel="<title>T</title><language>en_US</language>"),
            Entry(ONE, language="en-us"), id="language"),
        pytest.param(rss(f"<item>{LINK}</item>", channel="<title>T</title><language>English</language>"),
            Entry(ONE), id="no-language"),
        pytest.param(
            atom(f'<entry><title>One</title><link href="{ONE}"/><published>2025-06-10T23:30:00-05:00</published>'
                 "<updated>2025-06-11T10:00:00+02:00</updated></entry>"),
            Entry(ONE, "One", published="2025-06-10", updated="2025-06-11T08:00:00+00:00"),
            id="atom",
        ),
        pytest.param(
            atom(f'<entry><link href="{ONE}"/><updated>2025-06-11T08:00:00Z</updated></entry>'),
            Entry(ONE, updated="2025-06-11T08:00:00+00:00"),
            id="atom-says-only-when-it-changed",
        ),
        pytest.param(
            atom('<entry xml:base="sub/"><link rel="enclosure" href="p.mp3"/><link rel="self" href="s"/>'
                 '<link href="1"/></entry>', root=' xml:base="https://a.example/base/"'),
            Entry("https://a.example/base/sub/1"),
            id="atom-base",
        ),
        pytest.param(
            atom(f'<entry xml:lang="de"><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>B</b></div>'
                 f'</title><link href="{ONE}"/></entry>', root=' xml:lang="en"'),
            Entry(ONE, "A B", language="de"),
            id="atom-language-and-xhtml",
        ),
        pytest.param(atom(f'<entry><title type="text">a &lt;b> c</title><link href="{ONE}"/></entry>'),
            Entry(ONE, "a <b> c"), id="atom-text-is-no-markup"),
        pytest.param(atom(f"<entry><id>{ONE}</id></entry>"), Entry(ONE), id="atom-id-for-link"),
        pytest.param(f'\n\n {rss(f"<item>{LINK}</item>")}', Entry(ONE), id="blank-lines-first"),
        pytest.param(f'\ufeff{rss(f"<item>{LINK}</item>")}', Entry(ONE), id="byte-order-mark"),
        pytest.param(f'<br />\n<b>Warning</b>: x\n{rss(f"<item>{LINK}</item>")}', Entry(ONE), id="warning-first"),
        pytest.param(f'<!-- x -->{rss(f"<item>{LINK}</item>", head="")}', Entry(ONE), id="comment-first"),
        pytest.param(
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
            + rss(f"<item>{LINK}<title>&b;&f;</title></item>", head=""),
            Entry(ONE, "&b;&f;"),
            id="own-entities-stay-unread",
        ),
        pytest.param(
            '{"version":"https://jsonfeed.org/version/1.1","language":"en","items":[{"id":7,"url":"/1","title":"R&D",'
            '"content_html":"<p>A</p>","date_published":"2025-06-10T23:00:00-05:00","date_modified":"2025-06-11"}]}',
            Entry(f"{ORIGIN}/1", "R&D", "A", "2025-06-10", "2025-06-11", "en"),
            id="json",
        ),
        pytest.param(
            f'{{"version":"https://jsonfeed.org/version/1","items":[{{"id":"{ONE}","summary":"S","content_text":"C"}}]}}',
            Entry(ONE, "", "S"),
            id="json-id-for-link",
        ),
        pytest.param(
            '{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","external_url":"https://a.example/1"}]}',
            Entry(ONE),
            id="json-external",
        ),
    ],
)  # fmt: skip
def test_feed_gives_its_entry(feed: str, expected: Entry) -> None:
    page = make_page(feed)
    assert find_kind(page) == "feed"
    listing = read_listing(page, "feed")
    assert listing.entries == (expected,)
    assert listing.problems == ()


@pytest.mark.parametrize(
    ("feed", "urls", "told"),
    [
        pytest.param(
            rss(f"<item>{LINK}</item><item><link>{ONE}2</link><title>x")[: -len("</channel></rss>")],
            [ONE, f"{ONE}2"],
            "XML is broken (line 1: no element found)",
            id="breaks-off",
        ),
        pytest.param(rss(f"<item>{LINK}<b></item><item><link>{ONE}2</link></item>"), [ONE, f"{ONE}2"],
            "mismatched tag", id="tags-crossed"),
        pytest.param(rss(f"<item>{LINK}</item><item><guid>8</guid></item>"), [ONE],
            "no address of a web page: 1", id="guid-is-no-address"),
        pytest.param(rss(f"<item>{LINK}</item><item><guid isPermaLink='false'>{ONE}0</guid></item>"), [ONE],
            "no address of a web page: 1", id="guid-says-it-is-no-link"),
        pytest.param(rss(f"<item>{LINK}</item><item><link>mailto:a@a.example</link></item>"), [ONE],
            "no address of a web page: 1", id="mail-is-no-page"),
        pytest.param(rss(f"<item>{LINK}</item><item>{LINK}</item>"), [ONE], "", id="twice"),
        pytest.param('{"version":"https://jsonfeed.org/version/1","items":[{"url":"https://a.example/1"},{"url":"h',
            [ONE], "JSON is broken", id="json-breaks-off"),
        pytest.param(rss(""), [], "", id="empty-feed"),
    ],
)  # fmt: skip
def test_what_can_be_read_of_a_feed_is_kept(feed: str, urls: list[str], told: str) -> None:
    listing = read_listing(make_page(feed), "feed")
    assert [entry.url for entry in listing.entries] == urls
    assert len(listing.problems) == bool(told)
    assert told in "".join(listing.problems)


ACCENTS = rss(f"<item>{LINK}<title>Café – Zürich</title></item>", head="")


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        pytest.param(ACCENTS.encode(), "", id="utf-8"),
        pytest.param(ACCENTS.encode(), "iso-8859-1", id="utf-8-called-latin-1"),
        pytest.param(ACCENTS.encode("cp1252"), "iso-8859-1", id="windows-1252-called-latin-1"),
        pytest.param(ACCENTS.encode("cp1252"), "utf-8", id="windows-1252-called-utf-8"),
        pytest.param(b'<?xml version="1.0" encoding="windows-1252"?>' + ACCENTS.encode("cp1252"), "", id="declared"),
        pytest.param(b'<?xml version="1.0" encoding="utf-8"?>' + ACCENTS.encode("cp1252"), "windows-1252",
            id="transport-right-declaration-wrong"),
        pytest.param(ACCENTS.encode("utf-16"), "", id="utf-16"),
        pytest.param(ACCENTS.encode(), "no-such-set", id="unknown"),
    ],
)  # fmt: skip
def test_charset_of_a_feed_is_found(content: bytes, charset: str) -> None:
    listing = read_listing(make_page(content, charset=charset), "feed")
    assert [entry.title for entry in listing.entries] == ["Café – Zürich"]


def test_damage_in_the_middle_of_gzip_costs_what_comes_behind_it() -> None:
    stories = write_stories(400)
    packed = bytearray(gzip.compress(write_sitemap(ORIGIN, stories).encode()))
    packed[-2000:-1900] = bytes(100)
    listing = read_listing(make_page(bytes(packed)), "sitemap")
    urls = [ORIGIN + story.path for story in stories]
    assert 50 < len(listing.entries) < 400
    assert [entry.url for entry in listing.entries][:50] == urls[:50]
    assert "gzip data is damaged" in listing.problems[0]


def test_file_that_is_packed_twice_is_unpacked_twice() -> None:
    content = gzip.compress(gzip.compress(write_sitemap(ORIGIN, STORIES).encode()))
    assert find_kind(make_page(content)) == "sitemap"
    assert len(read_listing(make_page(content), "sitemap").entries) == len(STORIES)


def test_summary_is_cut_between_words() -> None:
    listing = read_listing(make_page(rss(f"<item>{LINK}<description>{'word ' * 5000}</description></item>")), "feed")
    summary = listing.entries[0].summary
    assert 900 < len(summary) <= 1001
    assert summary.endswith("word…")


NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def urlset(urls: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f"{head}<urlset {NAMESPACES}>{urls}</urlset>"


@pytest.mark.parametrize(
    ("sitemap", "expected"),
    [
        pytest.param(urlset(f"<url><loc> {ONE}\n</loc></url>"), Entry(ONE), id="blanks"),
        pytest.param(urlset(f"<url><loc>{ONE}</loc><lastmod>2025-06-10</lastmod></url>"),
            Entry(ONE, updated="2025-06-10"), id="day"),
        pytest.param(urlset(f"<url><loc>{ONE}</loc><lastmod>2025-06-10T01:00:00.123+02:00</lastmod></url>"),
            Entry(ONE, updated="2025-06-09T23:00:00+00:00"), id="moment"),
        pytest.param(urlset(f"<url><loc>{ONE}</loc><lastmod>2031-06-10</lastmod></url>"), Entry(ONE), id="future"),
        pytest.param(
            urlset(f"<url><loc>{ONE}</loc><image:image><image:loc>https://a.example/i.jpg</image:loc><image:title>No"
                   "</image:title></image:image><n:news><n:publication><n:name>Courier</n:name><n:language>en"
                   "</n:language></n:publication><n:publication_date>2025-06-10T08:00:00Z</n:publication_date>"
                   "<n:title>AT&amp;amp;T</n:title></n:news></url>"),
            Entry(ONE, "AT&T", published="2025-06-10", language="en"),
            id="news-with-another-prefix-and-a-picture",
        ),
        pytest.param(urlset("<url><loc>https://a.example/?a=1&b=2&copy=3</loc></url>"),
            Entry("https://a.example/?a=1&b=2&copy=3"), id="ampersands-unescaped"),
        pytest.param(urlset("<url><loc>https://a.example/?a=1&amp;b=2</loc></url>"),
            Entry("https://a.example/?a=1&b=2"), id="ampersands-escaped"),
        pytest.param(urlset("<url><loc><![CDATA[https://a.example/?a=1&b=2]]></loc></url>"),
            Entry("https://a.example/?a=1&b=2"), id="cdata"),
        pytest.param(urlset("<url><loc>/1</loc></url>"), Entry(f"{ORIGIN}/1"), id="relative"),
        pytest.param(f"\n\n{urlset(f'<url><loc>{ONE}</loc></url>')}", Entry(ONE), id="blank-lines-first"),
        pytest.param(f"\ufeff{urlset(f'<url><loc>{ONE}</loc></url>')}", Entry(ONE), id="byte-order-mark"),
        pytest.param(f"<b>Notice</b>: x\n{urlset(f'<url><loc>{ONE}</loc></url>')}", Entry(ONE), id="notice-first"),
        pytest.param(urlset(f"<url><loc>{ONE}</loc></url>", head=""), Entry(ONE), id="no-declaration"),
        pytest.param(f"<urlset><url><loc>{ONE}</loc></url></urlset>", Entry(ONE), id="no-namespace"),
        pytest.param(f'<s:urlset xmlns:s="x"><s:url><s:loc>{ONE}</s:loc></s:url></s:urlset>', Entry(ONE), id="prefix"),
        pytest.param(urlset(f"<url><loc>{ONE}</loc></url>" * 2), Entry(ONE), id="twice"),
        pytest.param(
            urlset(f"<url><loc>{ONE}</loc><n:news><n:title>&a;&f;</n:title></n:news></url>",
                   head='<!DOCTYPE x [<!ENTITY a "a"><!ENTITY f SYSTEM "file:///etc/hostname">]>'),
            Entry(ONE, "&a;&f;"),
            id="own-entities-stay-unread",
        ),
        pytest.param(f"{ONE}\n\n{ONE}\r\n", Entry(ONE), id="plain"),
    ],
)  # fmt: skip
def test_sitemap_gives_its_entry(sitemap: str, expected: Entry) -> None:
    page = make_page(sitemap, f"{ORIGIN}/sitemap.xml")
    assert find_kind(page) == "sitemap"
    listing = read_listing(page, "sitemap")
    assert listing.entries == (expected,)
    assert listing.problems == ()


@pytest.mark.parametrize(
    ("content", "urls", "told"),
    [
        pytest.param(urlset(f"<url><loc>{ONE}</loc></url><url><loc>{ONE}2</loc>")[: -len("</urlset>")].encode(),
            [ONE, f"{ONE}2"], "XML is broken", id="breaks-off"),
        pytest.param(urlset(f"<url><loc>{ONE}</loc><b></url><url><loc>{ONE}2</loc></url>").encode(),
            [ONE, f"{ONE}2"], "XML is broken", id="tags-crossed"),
        pytest.param(urlset(f"<url><loc>{ONE}</loc></url><url><lastmod>2025</lastmod></url>").encode(),
            [ONE], "no address of a web page: 1", id="no-loc"),
        pytest.param(f"{ONE}\n# all of them\n{ONE}2".encode(), [ONE, f"{ONE}2"], "1 of 3 lines", id="lines"),
        pytest.param(f"<urlset><url><loc>{ONE}</loc></url><url><loc>{ONE}2".encode(), [ONE],
            "XML is broken", id="cut-in-an-address"),
        pytest.param(gzip.compress(f"{ONE}\n{ONE}2\n{ONE}34".encode())[:-9], [ONE, f"{ONE}2"],
            "gzip data breaks off", id="cut-in-a-line"),
        pytest.param(gzip.compress(urlset(f"<url><loc>{ONE}</loc></url>").encode())[:-8],
            [ONE], "gzip data breaks off", id="gzip-breaks-off"),
        pytest.param(gzip.compress(urlset(f"<url><loc>{ONE}</loc></url>{' ' * (70 << 20)}").encode()),
            [ONE], "unpacks to too much", id="gzip-bomb"),
        pytest.param(urlset(f"<url><loc>{ONE}</loc><url><loc>{ONE}2</loc></url></url>").encode(),
            [ONE, f"{ONE}2"], "", id="one-in-another"),
    ],
)  # fmt: skip
def test_what_can_be_read_of_a_sitemap_is_kept(content: bytes, urls: list[str], told: str) -> None:
    listing = read_listing(make_page(content), "sitemap")
    assert [entry.url for entry in listing.entries] == urls
    assert len(listing.problems) == bool(told)
    assert told in "".join(listing.problems)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_sitemap_is_read_in_its_encoding(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    head = f'<?xml version="1.0" encoding="{name}"?>'
    text = urlset(f"<url><loc>{ONE}</loc><n:news><n:title>Café</n:title></n:news></url>" + " " * 200_000, head)
    listing = read_listing(make_page(text.encode(encoding)), "sitemap")
    assert [entry.title for entry in listing.entries] == ["Café"]


def test_references_are_whole_at_the_edge_of_a_piece() -> None:
    """A file is read in pieces of 64 KB; an entity, an address or a CDATA section may lie across two."""
    wide = "".join(
        f"<url><loc>https://a.example/{n}?a=1&b={'é' * (n % 7)}&amp;c=<![CDATA[&d]]></loc></url>" for n in range(4000)
    )
    listing = read_listing(make_page(urlset(wide)), "sitemap")
    assert [entry.url for entry in listing.entries] == [
        f"https://a.example/{n}?a=1&b={'é' * (n % 7)}&c=&d" for n in range(4000)
    ]


def test_index_says_when_its_sitemaps_changed() -> None:
    index = (
        f"<sitemapindex {NAMESPACES}><sitemap><loc>https://a.example/1.xml</loc>"
        "<lastmod>2025-06-10T10:00:00+02:00</lastmod></sitemap><sitemap><loc>https://a.example/2.xml</loc></sitemap>"
        f"<sitemap><loc>{ORIGIN}/index.xml#self</loc></sitemap></sitemapindex>"
    )
    assert read_listing(make_page(index, f"{ORIGIN}/index.xml"), "sitemap").listings == (
        Entry("https://a.example/1.xml", updated="2025-06-10T08:00:00+00:00"),
        Entry("https://a.example/2.xml"),
    )


def test_feed_of_50_000_entries_is_read_whole() -> None:
    items = "".join(f"<item><link>{ONE}{number}</link></item>" for number in range(50_000))
    listing = read_listing(make_page(rss(items)), "feed")
    assert len(listing.entries) == 50_000
    assert listing.entries[-1] == Entry(f"{ONE}49999")
    assert listing.problems == ()


@pytest.mark.parametrize("write", [write_rss, write_atom, write_json_feed, write_sitemap, write_news_sitemap])
def test_listing_ends_where_it_is_too_long(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("entries", "feeds"):
        monkeypatch.setattr(f"extractor.sources.web.{module}.MAX_ENTRIES", 8)
    listing = read_listing(make_page(write(ORIGIN, STORIES)), "unknown")
    assert [entry.url for entry in listing.entries] == [ORIGIN + story.path for story in STORIES[:8]]
    assert listing.problems == ("The listing has too many entries: only the first 8 were taken",)


@pytest.mark.parametrize("kind", ["feed", "sitemap", "list"])
def test_listing_of_another_kind_is_read_as_what_it_is(kind: AddressKind) -> None:
    assert read_listing(make_page(write_rss(ORIGIN, STORIES)), kind).kind == "feed"
    assert read_listing(make_page(write_sitemap(ORIGIN, STORIES)), kind).kind == "sitemap"


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        pytest.param("", "feed", "empty", id="empty-feed"),
        pytest.param("   \n", "feed", "empty", id="blank-feed"),
        pytest.param("", "sitemap", "found nothing", id="empty-sitemap"),
        pytest.param("", "list", "", id="empty-list"),
        pytest.param("Page not found", "feed", "found Page not found", id="text-for-feed"),
        pytest.param("Page not found", "sitemap", "found Page not found", id="text-for-sitemap"),
        pytest.param('{"error": "no such feed"}', "feed", "no JSON Feed", id="json-for-feed"),
        pytest.param('{"items": [{"url": ', "feed", "JSON is broken", id="json-without-an-item"),
        pytest.param(b"%PDF-1.7 x", "feed", "a PDF", id="pdf"),
        pytest.param(b"\x1f\x8b\x08", "sitemap", "gzip data breaks off", id="gzip-of-nothing"),
        pytest.param("<opml><body/></opml>", "sitemap", "found <opml>", id="other-xml"),
        pytest.param("<rss><channel><item", "feed", "XML is broken", id="beginning-of-a-feed"),
        pytest.param("<urlset><ur", "sitemap", "XML is broken", id="beginning-of-a-sitemap"),
        pytest.param('{"items": ' + "[" * 90_000, "feed", "nested too deeply", id="json-too-deep"),
        pytest.param("<!doctype html><h1>Gone</h1>", "feed", "names no feed", id="page-for-feed"),
        pytest.param("<!doctype html><h1>Gone</h1>", "sitemap", "an HTML page", id="page-for-sitemap"),
        pytest.param("<!doctype html><h1>Gone</h1>", "unknown", "an HTML page", id="page-for-anything"),
    ],
)
def test_what_is_no_listing_is_told(content: str | bytes, kind: AddressKind, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_listing(make_page(content), kind)
    assert told in caught.value.message
    assert caught.value.where == f"{ORIGIN}/feed.xml"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param("", "page", id="empty"),
        pytest.param("A text that mentions https://a.example/1 once.", "page", id="text"),
        pytest.param("# Notes\n\nhttps://a.example/1\n", "page", id="markdown"),
        pytest.param('{"title": "x", "text": "y"}', "page", id="json-record"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00", "page", id="picture"),
        pytest.param("<!doctype html><p>&lt;rss version='2.0'> is how feeds begin.</p>", "page", id="page-on-feeds"),
        pytest.param("<p>One</p><p>Two</p>", "page", id="piece-of-a-page"),
    ],
)
def test_other_content_is_a_page(content: str | bytes, kind: AddressKind) -> None:
    assert find_kind(make_page(content)) == kind


SAMPLES = [
    write(ORIGIN, STORIES[:2]).encode()
    for write in (write_rss, write_atom, write_json_feed, write_sitemap, write_news_sitemap, write_home)
]


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(lambda sample, cut: sample[:cut], st.sampled_from(SAMPLES), st.integers(0, 3000)),
        st.builds(lambda sample, cut: gzip.compress(sample)[:cut], st.sampled_from(SAMPLES), st.integers(0, 900)),
        st.builds(
            lambda sample, at, noise: sample[:at] + noise + sample[at:],
            st.sampled_from(SAMPLES),
            st.integers(0, 2000),
            st.binary(max_size=30),
        ),
    ),
    st.sampled_from(["feed", "sitemap", "list", "unknown", "page"]),
    st.sampled_from(["", "utf-8", "utf-16", "latin-1", "no such set", "hex"]),
)
def test_nothing_but_a_source_error_is_raised(content: bytes, kind: AddressKind, charset: str) -> None:
    page = make_page(content, charset=charset)
    assert find_kind(page) in ("feed", "sitemap", "list", "page")
    find_listings(page)
    try:
        listing = read_listing(page, kind)
    except SourceError:
        return
    assert all(entry.url.startswith(("http://", "https://")) for entry in listing.entries)


PIECES = [
    "<?xml version='1.0'?>", "<rss version='2.0'>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>",
    "</link>", "<link href='http://[x'/>", "<guid>", "http://[", ONE, "<![CDATA[", "]]>", "<!--", "-->", "&", "&amp;",
    "&#x110000;", "&#xD800;", "&nope;", "<entry>", "<urlset>", "<url>", "<loc>", "</loc>", "</url>", "<sitemap>",
    "<sitemapindex>", "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://[x'>", "<content type='xhtml'>",
    "<content type='application/octet-stream'>", "<html>", "<a href='http://[x'>", "</a>", "<p>", "<base href='http://['>",
    "<a href='/2025/06/a-b-c-d'>Four words of it", "<script type='application/ld+json'>", "[[{", "</script>", "\x00",
    "<!DOCTYPE x [", "]>", "{", '"version": "https://jsonfeed.org/version/1",', '"items": [', "]}", "<published>",
    "0000-00-00T99:99:99", "9999999999999", "+24:60", "</published>", "<dc:date>", "<svg>", "<math>", "</rss>",
    "</feed>", "<link rel='alternate' type='application/rss+xml' href='http://['>", "<enclosure url='x'/>",
    "<georss:point>1 x",
    "<media:content url='x'>", "<itunes:duration>x", "<psc:chapters>", "<width>x</width>", "<time datetime='x'>",
]  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["feed", "sitemap", "list", "unknown"]))
def test_tags_in_any_order_raise_nothing_else(pieces: list[str], kind: AddressKind) -> None:
    page = make_page("".join(pieces))
    assert find_kind(page) in ("feed", "sitemap", "list", "page")
    find_listings(page)
    try:
        read_listing(page, kind)
    except SourceError:
        return


def test_starters_are_valid_sorted_and_unique() -> None:
    starters = starter_sources()
    places = [starter.location for starter in starters]
    assert 25 <= len(places) <= 45
    assert places == sorted(set(places))
    for starter in starters:
        assert starter.kind in ("feed", "sitemap", "list")
        assert starter.location.startswith("https://")
        assert starter.title
        assert starter.tags
