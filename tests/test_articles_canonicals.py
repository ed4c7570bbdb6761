"""What a page says of its address -> the article's URL and its original's. The sites are invented."""

from __future__ import annotations

import pytest

from extractor.articles import read_article
from extractor.records import Page

TEXT = "<p>The model was trained on 1,024 chips for six weeks, and nobody has checked the figure so far.</p>" * 3
OWN = "https://www.daily.example/ai/story"


def canonical(href: str) -> str:
    return f'<link rel="canonical" href="{href}">'


def og_url(href: str) -> str:
    return f'<meta property="og:url" content="{href}">'


def data(url: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "url": "{url}"}}</script>'


# where the page stands, its head, the article's URL, the original's
CASES = {
    "none": (OWN, "", OWN, ""),
    "itself": (OWN, canonical(OWN), OWN, ""),
    "amp-twin": ("https://amp.daily.example/ai/story", canonical(OWN), OWN, ""),
    "print-twin": (OWN + "?print=1", canonical(OWN), OWN, ""),
    "relative": (OWN + "?page=2", canonical("/ai/story"), OWN, ""),
    "front-page-for-a-deeper-page": (OWN, canonical("https://www.daily.example/"), OWN, ""),
    "front-page-of-no-slash": (OWN, canonical("https://www.daily.example"), OWN, ""),
    "front-page-by-file-name": (OWN, canonical("/index.html"), OWN, ""),
    "front-page-for-a-query": ("https://daily.example/?p=71", canonical("https://daily.example/"),
                               "https://daily.example/?p=71", ""),
    "front-page-for-itself": ("https://daily.example/?", canonical("https://daily.example/"),
                              "https://daily.example/", ""),
    "no-front-page-but-an-index-of-a-folder": (OWN, canonical("https://daily.example/ai/index.html"),
                                              "https://daily.example/ai/index.html", ""),
    "front-page-then-og": (OWN + "?x=1", canonical("/") + og_url(OWN), OWN, ""),
    "another-site": (OWN, canonical("https://wire.example/9"), OWN, "https://wire.example/9"),
    "another-site-under-one-suffix": ("https://daily.co.uk/a", canonical("https://wire.co.uk/9"),
                                      "https://daily.co.uk/a", "https://wire.co.uk/9"),
    "another-site-then-og": (OWN + "?x=1", canonical("https://wire.example/9") + og_url(OWN), OWN,
                             "https://wire.example/9"),
    "itself-then-another-site-by-og": (OWN, canonical(OWN) + og_url("https://wire.example/9"), OWN, ""),
    "another-site-by-og": (OWN, og_url("https://wire.example/9"), OWN, "https://wire.example/9"),
    "front-page-of-another-site": (OWN, canonical("https://wire.example/"), OWN, ""),
    "data": (OWN + "?x=1", data(OWN), OWN, ""),
    "data-of-another-site": (OWN, data("https://wire.example/9"), OWN, ""),
    "data-of-front-page": (OWN, data("https://daily.example/"), OWN, ""),
    "broken": (OWN, canonical("http://[bad"), OWN, ""),
    "script": (OWN, canonical("javascript:void(0)"), OWN, ""),
    "amp-cache": ("https://www-daily-example.cdn.ampproject.org/c/s/www.daily.example/ai/story.amp", canonical(OWN),
                  OWN, ""),
    "amp-cache-of-a-copy": ("https://www-daily-example.cdn.ampproject.org/v/s/www.daily.example/ai/story.amp",
                            canonical("https://wire.example/9"),
                            "https://www-daily-example.cdn.ampproject.org/v/s/www.daily.example/ai/story.amp",
                            "https://wire.example/9"),
    "amp-viewer": ("https://www.google.com/amp/s/www.daily.example/ai/story.amp", canonical(OWN), OWN, ""),
    "loopback": ("http://127.0.0.1:8001/amp/1", canonical("http://127.0.0.1:8001/1"), "http://127.0.0.1:8001/1", ""),
    "saved-file": ("file:///story.html", canonical(OWN), OWN, ""),
    "saved-file-of-front-page": ("file:///story.html", canonical("https://daily.example/"), "https://daily.example/",
                                 ""),
    "saved-file-relative": ("file:///story.html", canonical("/ai/story"), "file:///story.html", ""),
}  # fmt: skip


@pytest.mark.parametrize(("where", "head", "url", "original"), CASES.values(), ids=CASES.keys())
def test_page_is_believed_of_its_own_site_only(where: str, head: str, url: str, original: str) -> None:
    content = f"<html><head>{head}</head><body><h1>It cost $5m</h1>{TEXT}</body></html>"
    article = read_article(Page(where, content.encode(), "text/html"))
    assert (article.url, article.canonical) == (url, original)


def test_copy_takes_what_is_said_of_its_original() -> None:
    """The data of a reprint are those of the wire's page; the first node here is of a teaser."""
    teaser = '<script type="application/ld+json">{"@type": "NewsArticle", "url": "/b", "headline": "Teaser"}</script>'
    whole = data("https://wire.example/9").replace('"url"', '"headline": "The bill", "url"')
    head = canonical("https://wire.example/9") + teaser + whole
    article = read_article(Page(OWN, f"<html><head>{head}</head><body>{TEXT}</body></html>".encode(), "text/html"))
    assert article.title == "The bill"


def test_matter_of_a_text_is_believed_alike() -> None:
    text = f"---\ncanonical_url: https://wire.example/9\nurl: {OWN}\n---\nThe model cost $5m.\n"
    on_web = read_article(Page(OWN + "?raw=1", text.encode(), "text/markdown"))
    assert (on_web.url, on_web.canonical) == (OWN, "https://wire.example/9")
    saved = read_article(Page("file:///story.md", text.encode(), "text/markdown"))
    assert (saved.url, saved.canonical) == ("https://wire.example/9", "")
