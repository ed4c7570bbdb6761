"""One form of each URL: what is one page has one, what is two keeps two. Hosts are invented, the forms are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import SourceError
from extractor.schema import read_yaml
from extractor.sources.web.addresses import clean_address, is_same_site

BASE = "https://news.example/ai/story.html?id=1"

# raw, cleaned
FORMS = [
    # scheme, host, port, user
    ("HTTPS://News.Example/Story", "https://news.example/Story"),
    ("https://news.example", "https://news.example/"),
    ("https://news.example:443/a", "https://news.example/a"),
    ("http://news.example:80/a", "http://news.example/a"),
    ("http://news.example:443/a", "http://news.example:443/a"),
    ("https://news.example:8443/a", "https://news.example:8443/a"),
    ("https://news.example:/a", "https://news.example/a"),
    ("https://news.example./a", "https://news.example/a"),
    ("https://ada:secret@news.example/a", "https://news.example/a"),
    ("https://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://XN--BCHER-KVA.example/a", "https://xn--bcher-kva.example/a"),
    ("http://[2001:DB8:0:0::1]:80/a", "http://[2001:db8::1]/a"),
    ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a"),
    ("http://localhost/a", "http://localhost/a"),
    # path
    ("https://news.example/a/./b/../c", "https://news.example/a/c"),
    ("https://news.example/../../a", "https://news.example/a"),
    ("https://news.example/%2e%2e/a", "https://news.example/a"),
    ("https://news.example/%7eada/%41i", "https://news.example/~ada/Ai"),
    ("https://news.example/a%2fb%3fc", "https://news.example/a%2Fb%3Fc"),
    ("https://news.example/100%-pure", "https://news.example/100%25-pure"),
    ("https://news.example/r\N{LATIN SMALL LETTER E WITH ACUTE}sum", "https://news.example/r%C3%A9sum"),
    ("https://news.example/r%e9sum", "https://news.example/r%E9sum"),
    ("https://news.example/two words", "https://news.example/two%20words"),
    ("https://news.example/a//b", "https://news.example/a//b"),
    ("https://news.example/a;jsessionid=0A1B2C?id=7", "https://news.example/a?id=7"),
    ("https://news.example/a;v=2", "https://news.example/a;v=2"),
    ("https://news.example/a/", "https://news.example/a/"),
    ("https://news.example\\ai\\story", "https://news.example/ai/story"),
    ("  https://news.example/a\n", "https://news.example/a"),
    ("https://news.example/very-\nlong-slug", "https://news.example/very-long-slug"),
    # fragment
    ("https://news.example/a#top", "https://news.example/a"),
    ("https://news.example/a#", "https://news.example/a"),
    ("https://news.example/#!/story/7", "https://news.example/#!/story/7"),
    ("https://news.example/a#/story/7", "https://news.example/a"),
    # relative to BASE
    ("next.html", "https://news.example/ai/next.html"),
    ("/chips/", "https://news.example/chips/"),
    ("../chips", "https://news.example/chips"),
    ("//cdn.example/a", "https://cdn.example/a"),
    ("?id=2", "https://news.example/ai/story.html?id=2"),
    ("#comments", BASE),
    ("", BASE),
]

# Parameters that only track are dropped.
TRACKING = [
    ("/a?utm_source=rss&utm_medium=feed&utm_campaign=daily", "/a"),
    ("/a?UTM_Source=rss", "/a"),
    ("/a?id=7&utm_source=rss", "/a?id=7"),
    ("/a?utm_source=rss&id=7&fbclid=IwAR0x", "/a?id=7"),
    ("/a?id=7&amp;utm_source=rss", "/a?id=7"),
    ("/a?id=7&#038;utm_source=rss", "/a?id=7"),
    ("/a?gclid=Cj0KCQ&gad_source=1&gbraid=0AAA", "/a"),
    ("/a?mc_cid=0f1e2d&mc_eid=9a8b", "/a"),
    ("/a?msclkid=77&dclid=8&yclid=9&twclid=1&ttclid=2", "/a"),
    ("/a?_ga=2.1.3&_gl=1*x", "/a"),
    ("/a?igshid=MzRl&igsh=bW9", "/a"),
    ("/a?_hsenc=p2AN&_hsmi=29", "/a"),
    ("/a?mkt_tok=eyJp&trk=public_post", "/a"),
    ("/a?cmpid=rss_ai&ocid=ansmsn&smid=tw-share&ncid=txt", "/a"),
    ("/a?at_medium=RSS&at_campaign=KARANGA", "/a"),
    ("/a?guccounter=1&guce_referrer=aHR0", "/a"),
    ("/a?spm=a2g0o.home&wt_mc=rss.ho.news", "/a"),
    ("/a?s=09&__twitter_impression=true", "/a?s=09"),
    ("/a?ref=homepage", "/a"),
    ("/a?source=newsletter", "/a"),
    ("/a?src=rss", "/a"),
    ("/a?from=twitter-share", "/a"),
    ("/a?cid=public-rss_20250128", "/a"),
    ("/a?ref=", "/a"),
    ("/openai-trains-its-new-model?ref=techblog.example", "/openai-trains-its-new-model"),
    ("/news/46893012?source=tldrai", "/news/46893012"),
    ("/news/articles/c4g8d0e9e1zo?xtor=AL-72&uid=qx", "/news/articles/c4g8d0e9e1zo"),
    ("/a?&&", "/a"),
    ("/a?", "/a"),
]

# Parameters that tell what the page is are kept, as they are and where they are.
REAL = [
    "/?p=45",
    "/?page_id=12&preview=1",
    "/story?id=123",
    "/story.php?story=chips-for-all",
    "/news?page=2",
    "/view.php?b=2&a=1",
    "/index.php?id=7&id=8",
    "/?123&page=2",
    "/?article/foo",
    "/a?flag",
    "/a?x=",
    "/search?q=gpu+cluster&keyword=ai",
    "/article.do?newsid=88&sid=3&cat=5",
    "/article?articleId=46&section=tech",
    "/view.php?ref=9081",
    "/view?ref=AX-20-b",
    "/detail?cid=20250128&eid=44",
    "/read?uid=7c2e",
    "/press?source=ministry",
    "/gallery.php?gallery=12&galleryid=3",
    "/games?game=go&gameId=4",
    "/doc?reference=EU-2025-12",
    "/doc?sourceId=12&keywords=chips",
    "/glossary?glossary=t",
    "/?m=202501&cat=3",
    "/a?lang=en&date=2025-01-28",
    "/a?t=10%3A30&z=a%2Bb",
    "/a?u=https%3A%2F%2Fb.example%2Fc%3Fd%3D1",
    "/share?url=https://b.example/c",
    "/a?next=/b/c",
    "/a?amp=1",
    "/a?outputType=amp",
    "/openai-trains-its-new-model?ref=9081",
    "/openai-trains-its-new-model?page=2",
]

# Another spelling of the same parameters.
SPELLINGS = [
    ("/a?q=%67pu", "/a?q=gpu"),
    ("/a?q=caf%c3%a9", "/a?q=caf%C3%A9"),
    ("/a?q=caf\N{LATIN SMALL LETTER E WITH ACUTE}", "/a?q=caf%C3%A9"),
    ("/a?q=100%", "/a?q=100%25"),
    ("/a?q=two words", "/a?q=two%20words"),
    ("/a?id=1&&page=2&", "/a?id=1&page=2"),
]

REFUSED = [
    ("", "nothing"),
    ("   ", "nothing"),
    ("news.example/a", "no scheme"),
    ("//news.example/a", "no scheme"),
    ("/a", "no scheme"),
    ("ftp://news.example/a", "ftp:"),
    ("file:///etc/hostname", "file:"),
    ("javascript:void(0)", "javascript:"),
    ("mailto:ada@news.example", "mailto:"),
    ("data:text/html,x", "data:"),
    ("https://", "no host"),
    ("https:///a", "no host"),
    ("https://?a", "no host"),
    ("https://a b.example/", "no host"),
    ("https://news..example/", "no host"),
    ("https://-news.example/", "no host"),
    ("https://a%2eb.example/", "no host"),
    (f"https://{'a' * 64}.example/", "no host"),
    ("https://news.example:99999/", "out of range"),
    ("https://news.example:port/", "Port"),
    ("https://[::1/", "IPv6"),
    ("https://[fe80::1%25eth0]/", "host"),
    ("https://news.example/\ud800", "surrogates"),
    ("https://news.example/" + "a" * 5000, "too long"),
]


@pytest.mark.parametrize(("raw", "cleaned"), FORMS, ids=[repr(raw) for raw, _ in FORMS])
def test_address_has_one_form(raw: str, cleaned: str) -> None:
    assert clean_address(raw, BASE) == cleaned


@pytest.mark.parametrize(("raw", "cleaned"), TRACKING + SPELLINGS, ids=[raw for raw, _ in TRACKING + SPELLINGS])
def test_address_drops_what_only_tracks(raw: str, cleaned: str) -> None:
    assert clean_address("https://news.example" + raw) == "https://news.example" + cleaned


@pytest.mark.parametrize("raw", REAL)
def test_address_keeps_what_tells_the_page(raw: str) -> None:
    assert clean_address("https://news.example" + raw) == "https://news.example" + raw


@pytest.mark.parametrize(("raw", "reason"), REFUSED, ids=[repr(raw[:40]) for raw, _ in REFUSED])
def test_address_that_is_none_says_why(raw: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason.replace("no host", "names no host")):
        clean_address(raw)


def test_one_library_alone_would_lose_articles() -> None:
    """Why neither courlan nor w3lib does it alone; if this fails, the module has become simpler to write."""
    from courlan import clean_url, normalize_url
    from w3lib.url import canonicalize_url

    kept = {raw: "https://news.example" + raw for raw in REAL}
    loose = [raw for raw, url in kept.items() if clean_url(url) != url]
    strict = [raw for raw, url in kept.items() if normalize_url(url, strict=True) != url]
    w3lib = [raw for raw, url in kept.items() if canonicalize_url(url) != url]
    assert {"/gallery.php?gallery=12&galleryid=3", "/?article/foo", "/view.php?b=2&a=1"} <= set(loose)
    assert set(loose) < {*strict, *w3lib, *loose}
    assert {"/story.php?story=chips-for-all", "/article.do?newsid=88&sid=3&cat=5"} <= set(strict)
    assert {"/?123&page=2", "/view.php?b=2&a=1"} <= set(w3lib)


ODD = st.text(
    st.sampled_from("aZ09%2fF/?#&=;:@[]!.-_~+ \\\N{LATIN SMALL LETTER E WITH ACUTE}\t\x00\ud800"), max_size=40
)
WORDS = st.sampled_from(
    ["utm_source", "ref", "id", "%75tm_x", "&amp;", "amp;", "%25", "%2", "gallery", "rss", "..", "#!"]
)


def again(raw: str, base: str = "") -> None:
    """A URL that has been cleaned stays as it is; what is none is a SourceError and nothing else."""
    try:
        once = clean_address(raw, base)
    except SourceError:
        return
    assert clean_address(once) == once
    assert once.isascii()


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_source_error(raw: str) -> None:
    again(raw)
    again(raw, BASE)


@given(st.lists(ODD | WORDS, max_size=8).map("".join))
def test_odd_addresses_are_cleaned_once(rest: str) -> None:
    again("https://news.example/" + rest)
    again("https://" + rest)
    again(rest, BASE)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        pytest.param("https://www.news.com/a", "http://news.com:8080/b", True, id="www-and-port"),
        pytest.param("https://feeds.news.co.uk/a", "https://www.news.co.uk/", True, id="two-part-suffix"),
        pytest.param("https://one.co.uk/", "https://two.co.uk/", False, id="of-one-suffix"),
        pytest.param("https://ada.github.io/", "https://bo.github.io/", False, id="of-one-host-of-many"),
        pytest.param("https://news.com/", "https://news.org/", False, id="of-one-name"),
        pytest.param("https://a.news.example/", "https://b.news.example/", True, id="suffix-that-no-list-has"),
        pytest.param("https://one.example/", "https://two.example/", False, id="of-one-reserved-suffix"),
        pytest.param("http://localhost:1/", "http://localhost:2/", True, id="localhost"),
        pytest.param("http://127.0.0.1:1/", "http://127.0.0.1:2/", True, id="one-ip"),
        pytest.param("http://127.0.0.1/", "http://127.1.0.1/", False, id="two-ips"),
        pytest.param("http://[::1]/", "http://[::1]:8/", True, id="one-ipv6"),
        pytest.param("https://NEWS.com/", "https://news.com./", True, id="case-and-dot"),
        pytest.param("/a", "/b", False, id="no-hosts"),
        pytest.param("https://[/", "https://[/", False, id="no-urls"),
    ],
)
def test_same_site(a: str, b: str, same: bool) -> None:
    assert is_same_site(a, b) is same


def test_names_of_parameters_are_sorted_and_stand_in_one_list() -> None:
    from importlib.resources import files

    table = read_yaml(files("extractor.sources.web") / "parameters.yml")
    assert all(names == sorted(set(names)) for names in table.values())
    both = set(table["tracking"]) & set(table["doubtful"])
    assert both == {"aff"}, "tracking when whole; doubtful as a part of a name"


def test_cleaning_brings_nothing_in_before_it_is_used() -> None:
    import subprocess
    import sys

    code = (
        "import sys, extractor.sources.web.addresses\nprint(*{'w3lib', 'courlan', 'tld', 'urllib3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
