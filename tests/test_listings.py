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
