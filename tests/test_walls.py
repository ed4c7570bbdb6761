"""Pages -> what stands before the article, if anything does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.records import Page
from extractor.sources.web.walls import find_wall
from tests.press import write_stories

URL = "https://news.example/news/2025/chips"
STORY = write_stories(1)[0]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY.paragraphs)


def find(html: str, url: str = URL) -> str:
    return find_wall(Page(url, html.encode(), "text/html"))


def article(head: str, body: str = PARAGRAPHS) -> str:
    return f"<!doctype html><html><head><title>Chips</title>{head}</head><body><article>{body}</article></body></html>"


def linked(data: str) -> str:
    return article(f'<script type="application/ld+json">{data}</script>')


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(linked('{"@type":"NewsArticle","isAccessibleForFree":false}'), id="bool"),
        pytest.param(linked('{"@type":"NewsArticle","isAccessibleForFree":"False"}'), id="string"),
        pytest.param(linked('{"@type":["Article","NewsArticle"],"isAccessibleForFree":"false"}'), id="types"),
        pytest.param(linked('{"@type":"NewsArticle","isAccessibleForFree":"http://schema.org/False"}'), id="iri"),
        pytest.param(linked('[{"@type":"WebSite"},{"@type":"Article","isAccessibleForFree":false}]'), id="list"),
        pytest.param(linked('{"@graph":[{"@type":"Article","isAccessibleForFree":false}]}'), id="graph"),
        pytest.param(
            linked('{"@type":"Article","hasPart":{"@type":"WebPageElement","isAccessibleForFree":"False"}}'), id="part"
        ),
        pytest.param(linked('{"@type":"Article","hasPart":[{"isAccessibleForFree":false}]}'), id="parts"),
        pytest.param(
            linked('{"@type":"WebPage","mainEntity":{"@type":"Article","isAccessibleForFree":false}}'), id="main"
        ),
        pytest.param(linked('{"@type":"Article","isAccessibleForFree":false,}'), id="trailing-comma"),
        pytest.param(linked('{"@type":"Article","headline":"a "b"","isAccessibleForFree": false'), id="broken-json"),
        pytest.param(article('<meta property="article:content_tier" content="locked">'), id="tier"),
        pytest.param(article("<META content='Locked' name='article:content_tier'>"), id="tier-in-other-dress"),
        pytest.param(article('<meta itemprop="isAccessibleForFree" content="false"/>'), id="microdata"),
    ],
)
def test_paywall_is_found(html: str) -> None:
    assert "subscribers" in find(html)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(article(""), id="says-nothing"),
        pytest.param(linked('{"@type":"NewsArticle","isAccessibleForFree":true}'), id="free"),
        pytest.param(linked('{"@type":"NewsArticle","isAccessibleForFree":"True"}'), id="free-string"),
        pytest.param(
            linked('{"@type":"Article","isAccessibleForFree":true,"hasPart":{"isAccessibleForFree":false}}'),
            id="free-with-a-part-that-is-not",
        ),
        pytest.param(
            linked('{"@type":"ItemList","itemListElement":[{"@type":"Article","isAccessibleForFree":false}]}'),
            id="another-article",
        ),
        pytest.param(
            linked('{"@type":"Article","isPartOf":{"@type":"Product","isAccessibleForFree":false}}'), id="the-newspaper"
        ),
        pytest.param(article('<meta property="article:content_tier" content="free">'), id="tier-free"),
        pytest.param(article('<meta property="article:content_tier" content="metered">'), id="tier-metered"),
        pytest.param(article('<!-- <meta property="article:content_tier" content="locked"> -->'), id="commented-out"),
        pytest.param(article("", f"{PARAGRAPHS}<p>isAccessibleForFree: false is what paywalls say.</p>"), id="in-text"),
        pytest.param(
            article("", f"{PARAGRAPHS}<p>We value your privacy. Accept all cookies? Manage preferences. Consent.</p>"),
            id="banner-below-an-article",
        ),
        pytest.param(
            article("", f"{PARAGRAPHS}<p>Many sites ask: verify you are human, solve the captcha.</p>"),
            id="article-on-captchas",
        ),
        pytest.param(
            article('<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>'),
            id="article-with-a-form-that-asks",
        ),
        pytest.param(article("<title>Just a moment in Kiel</title>", "<p>A short note on boats.</p>"), id="short-note"),
        pytest.param("", id="empty"),
    ],
)
def test_article_is_no_wall(html: str) -> None:
    assert find(html) == ""


@pytest.mark.parametrize(
    ("html", "url", "told"),
    [
        pytest.param("<p>x", "https://consent.news.example/v2/collectConsent?sessionId=1", "consent", id="host"),
        pytest.param("<p>x", "https://guce.news.example/copyConsent", "consent", id="guce"),
        pytest.param("<p>x", "https://news.example/privacy-gate?to=%2Fchips", "consent", id="path"),
        pytest.param(
            "<title>News</title><h1>Before you continue</h1><p>We and our partners use cookies. "
            "<button>Accept all</button><button>Reject all</button>",
            URL,
            "consent",
            id="page-of-consent",
        ),
        pytest.param(
            "<title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript>",
            URL,
            "machine",
            id="just-a-moment",
        ),
        pytest.param(
            "<h1>news.example</h1><p>Verify you are human by completing the action below.", URL, "machine", id="human"
        ),
        pytest.param("<title>Access Denied</title><p>You don't have permission.", URL, "machine", id="denied"),
        pytest.param(
            "<title>news.example</title><script src='https://geo.captcha-delivery.com/c.js'></script>",
            URL,
            "machine",
            id="mark-in-source",
        ),
    ],
)
def test_gate_is_found(html: str, url: str, told: str) -> None:
    assert told in find(html, url)


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/consent-decree-for-norwind",
        "https://news.example/2025/consent/chips",
        "https://consentful.example/story",
    ],
)
def test_word_in_an_address_is_no_wall(url: str) -> None:
    assert find(article(""), url) == ""


LOCKED = linked('{"@type":"NewsArticle","isAccessibleForFree":false}')


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda cut: linked('{"@type":"NewsArticle","isAccessibleForFree":false}').encode()[:cut],
            st.integers(0, 900),
        ),
    ),
    st.text(max_size=30),
)
def test_nothing_is_raised(content: bytes, link: str) -> None:
    url = f"https://{link}"
    assert isinstance(find_wall(Page(url, content, "text/html", "utf-8")), str)
