"""What sites say of machines is read as RFC 9309 and TDMRep mean it, and how long they want to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from extractor.sources.web.records import Wish, WishKind
from extractor.sources.web.waits import LONGEST, find_backoff, later, read_retry_after
from extractor.sources.web.wishes import find_origin, find_reservation, is_known, is_reserved, read_robots

SITE = "https://news.example"
NOW = datetime(2025, 1, 28, 12, 0, 0, tzinfo=UTC)


def wish(content: str, kind: WishKind = "robots", status: int = 200) -> Wish:
    return Wish(SITE, kind, status, content, NOW.isoformat())


# robots.txt

ROBOTS = [
    ("", "/a", True),
    ("User-agent: *\nDisallow: /private/\n", "/private/a", False),
    ("User-agent: *\nDisallow: /private/\n", "/public", True),
    ("User-agent: *\nDisallow:\n", "/a", True),
    ("User-agent: *\nDisallow: /\n", "/robots.txt", True),
    ("User-agent: ainews-to-sqlite\nDisallow: /\n\nUser-agent: *\nAllow: /\n", "/a", False),
    ("User-agent: AINews-To-SQLite\nDisallow: /a\n", "/a", False),
    ("User-agent: ainews-to-sqlite\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "/a", True),
    ("User-agent: GPTBot\nDisallow: /\n", "/a", True),
    ("User-agent: sqlite\nDisallow: /\n", "/a", True),
    # Two groups of one name are one group.
    ("User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n", "/b", False),
    # The longest rule counts; of two as long, the one that allows.
    ("User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", True),
    ("User-agent: *\nAllow: /a\nDisallow: /a/b\n", "/a/b/c", False),
    ("User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", True),
    ("User-agent: *\nDisallow: /*.pdf$\n", "/a/b.pdf", False),
    ("User-agent: *\nDisallow: /*.pdf$\n", "/a/b.pdf?x=1", True),
    ("User-agent: *\nDisallow: /*?print=\n", "/a?print=1", False),
    ("User-agent: *\nDisallow: /ä\n", "/%C3%A4/1", False),
    ("\ufeffUser-agent: *\nDisallow: /a\n", "/a", False),
    ("User-agent: *\r\nDisallow: /a # the archive\r\n", "/a", False),
    ("<!doctype html><title>Not found</title>", "/a", True),
]


@pytest.mark.parametrize(("text", "path", "is_allowed"), ROBOTS)
def test_robots_allow_or_not(text: str, path: str, is_allowed: bool) -> None:
    assert read_robots(wish(text)).allows(SITE + path) is is_allowed


@pytest.mark.parametrize(
    ("status", "known"),
    [
        (200, True), (204, True), (401, True), (403, True), (404, True), (410, True), (451, True),
        (429, False), (500, False), (503, False), (302, False), (0, False),
    ],
)  # fmt: skip
def test_status_tells_whether_wishes_are_known(status: int, known: bool) -> None:
    robots = wish("User-agent: *\nDisallow: /" if status == 200 else "", status=status)
    assert is_known(robots) is known
    if not known:
        with pytest.raises(ValueError, match="did not tell"):
            read_robots(robots)
    elif status != 200:
        assert read_robots(robots).allows(SITE + "/a")


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("", 0.0),
        ("User-agent: *\nCrawl-delay: 2.5\n", 2.5),
        ("User-agent: *\nCrawl-delay: soon\n", 0.0),
        ("User-agent: *\nCrawl-delay: -1\n", 0.0),
        ("User-agent: Other\nCrawl-delay: 9\n", 0.0),
        ("User-agent: ainews-to-sqlite\nCrawl-delay: 3\n\nUser-agent: *\nCrawl-delay: 9\n", 3.0),
        ("User-agent: *\nRequest-rate: 1/10s\n", 10.0),
        ("User-agent: *\nRequest-rate: 30/1m\nCrawl-delay: 1\n", 2.0),
    ],
)
def test_robots_ask_for_a_pause(text: str, delay: float) -> None:
    assert read_robots(wish(text)).delay == delay


def test_robots_are_read_up_to_500_kib_and_whole_lines_only() -> None:
    line = "Disallow: /some/long/path/that/fills/the/file\n"
    head = "User-agent: *\nDisallow: /first\n" + line * (500 * 1024 // len(line) - 1)
    # The cut goes through this line, and half of it would forbid nearly all.
    cut = "Disallow: /" + "x" * 200 + "\n"
    robots = read_robots(wish(head + cut + "Disallow: /last\n"))
    assert 500 * 1024 - len(head) < len(cut)
    assert [robots.allows(SITE + path) for path in ("/first", "/xx", "/last")] == [False, True, True]


# TDMRep: tdmrep.json

ALL = '[{"location": "/", "tdm-reservation": 1}]'
TDMREP = [
    (ALL, "/a", True),
    (ALL, "/", True),
    ("[]", "/a", False),
    ("", "/a", False),
    ("<!doctype html><title>Home</title>", "/a", False),
    ('{"location": "/", "tdm-reservation": 1}', "/a", True),
    ('{"error": "not found"}', "/a", False),
    ('[{"location": "/", "tdm-reservation": 0}]', "/a", False),
    ('[{"location": "/", "tdm-reservation": "1", "tdm-policy": "https://news.example/p.json"}]', "/a", True),
    # Other values are errors, and say nothing.
    ('[{"location": "/", "tdm-reservation": 2}]', "/a", False),
    ('[{"location": "/", "tdm-reservation": true}]', "/a", False),
    ('[{"location": "/"}]', "/a", False),
    ('[{"tdm-reservation": 1}]', "/a", False),
    ('[{"location": ["/"], "tdm-reservation": 1}, 7, null]', "/a", False),
    ('[{"location": "/archive/", "tdm-reservation": 1}]', "/archive/2024/1", True),
    ('[{"location": "/archive/", "tdm-reservation": 1}]', "/Archive/2024/1", False),
    ('[{"location": "/archive/", "tdm-reservation": 1}]', "/news/archive/", False),
    ('[{"location": "/a/*.html", "tdm-reservation": 1}]', "/a/b/c.html", True),
    ('[{"location": "/a/*.html", "tdm-reservation": 1}]', "/a/b/c.htm", False),
    ('[{"location": "/a/*.html", "tdm-reservation": 1}]', "/a/b/c.html5", True),
    ('[{"location": "/a/*.html$", "tdm-reservation": 1}]', "/a/b/c.html5", False),
    ('[{"location": "*.pdf$", "tdm-reservation": 1}]', "/a/b.pdf", True),
    ('[{"location": "/a$", "tdm-reservation": 1}]', "/a", True),
    ('[{"location": "/a$", "tdm-reservation": 1}]', "/a/b", False),
    ('[{"location": "/*/b/*/d$", "tdm-reservation": 1}]', "/a/b/c/d", True),
    ('[{"location": "/*/b/*/d$", "tdm-reservation": 1}]', "/a/b/d", False),
    ('[{"location": "/a*a$", "tdm-reservation": 1}]', "/a", False),
    ('[{"location": "/*?page=2", "tdm-reservation": 1}]', "/a?page=2", True),
    # The first that matches is the most specific.
    ('[{"location": "/free/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]', "/free/a", False),
    ('[{"location": "/free/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]', "/a", True),
    ('[{"location": "/", "tdm-reservation": 1}, {"location": "/free/", "tdm-reservation": 0}]', "/free/a", True),
    # A percent-encoded character is the character, unless it means something else bare.
    ('[{"location": "/%7Eann/", "tdm-reservation": 1}]', "/~ann/1", True),
    ('[{"location": "/~ann/", "tdm-reservation": 1}]', "/%7eann/1", True),
    ('[{"location": "/a%2Fb", "tdm-reservation": 1}]', "/a/b", False),
    ('[{"location": "/ä/", "tdm-reservation": 1}]', "/%c3%a4/1", True),
    ("\ufeff" + ALL, "/a", True),
    ("[" * 100_000, "/a", False),
]


@pytest.mark.parametrize(("text", "path", "expected"), TDMREP, ids=range(len(TDMREP)))
def test_file_reserves_or_not(text: str, path: str, expected: bool) -> None:
    assert is_reserved(wish(text, "tdmrep"), SITE + path) is expected


def test_file_that_is_not_there_reserves_nothing() -> None:
    assert not is_reserved(wish(ALL, "tdmrep", 404), SITE + "/a")


def test_file_with_many_wildcards_takes_no_time() -> None:
    text = '[{"location": "/%s", "tdm-reservation": 1}]' % ("*a" * 2000 + "*b$")
    assert not is_reserved(wish(text, "tdmrep"), SITE + "/" + "a" * 4000)


# TDMRep: header and tag

PAGE = '<html><head><meta name="tdm-reservation" content="{}"></head></html>'
RESERVATIONS = [
    ("nothing", [], b"<p>A</p>", "", None),
    ("header", [("TDM-Reservation", "1")], b"", "", True),
    ("header-0", [("tdm-reservation", " 0 ")], b"", "", False),
    ("header-odd", [("tdm-reservation", "yes")], b"", "", None),
    ("headers", [("tdm-reservation", "0"), ("tdm-reservation", "1")], b"", "", True),
    ("tag", [], PAGE.format(1).encode(), "", True),
    ("tag-0", [], PAGE.format(0).encode(), "", False),
    ("tag-odd", [], PAGE.format("x").encode(), "", None),
    # The tag is nearest to the page.
    ("tag-over-header", [("tdm-reservation", "0")], PAGE.format(1).encode(), "", True),
    ("tag-0-over-header", [("tdm-reservation", "1")], PAGE.format(0).encode(), "", False),
    ("tag-odd-header", [("tdm-reservation", "1")], PAGE.format("x").encode(), "", True),
    ("tag-written-otherwise", [], b"<META CONTENT='1' NAME=TDM-Reservation />", "", True),
    ("tag-in-comment", [], b'<!-- <meta name="tdm-reservation" content="1"> -->', "", None),
    ("tag-in-script", [], b"<script>'<meta name=\"tdm-reservation\" content=\"1\">'</script>", "", None),
    ("tag-of-policy", [], b'<meta name="tdm-policy" content="1"> tdm-reservation', "", None),
    ("tag-utf-16", [], PAGE.format(1).encode("utf-16"), "", True),
    ("tag-utf-16-named", [], PAGE.format(1).encode("utf-16-le"), "utf-16-le", True),
    ("tag-utf-16-be", [], PAGE.format(1).encode("utf-16-be"), "UTF-16BE", True),
    ("tag-utf-16-be", [], PAGE.format(1).encode("utf-16-be"), "UTF-16BE", True),
    ("text", [], b'The tag &lt;meta name="tdm-reservation" content="1"&gt;', "", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "content", "charset", "expected"), [row[1:] for row in RESERVATIONS], ids=[r[0] for r in RESERVATIONS]
)
def test_answer_reserves_itself_or_not(
    headers: list[tuple[str, str]], content: bytes, charset: str, expected: bool | None
) -> None:
    assert find_reservation(headers, content, charset) is expected


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://News.Example/a?b=c", "https://news.example"),
        ("https://news.example:443/", "https://news.example"),
        ("http://news.example:443/", "http://news.example:443"),
        ("http://[::1]:80/a", "http://[::1]"),
    ],
)
def test_origin(url: str, origin: str) -> None:
    assert find_origin(url) == origin


# Waits

RETRY_AFTER = [
    ("120", 120.0),
    (" 0 ", 0.0),
    ("1.5", 1.5),
    ("999999999", LONGEST),
    ("9" * 400, None),
    ("Tue, 28 Jan 2025 12:05:00 GMT", 300.0),
    ("Tuesday, 28-Jan-25 12:05:00 GMT", 300.0),
    ("Tue Jan 28 12:05:00 2025", 300.0),
    ("Tue, 28 Jan 2025 11:00:00 GMT", 0.0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
    ("", None),
    ("-5", None),
    ("soon", None),
    ("Tue, 99 Jan 2025 12:05:00 GMT", None),
]


@pytest.mark.parametrize(("value", "seconds"), RETRY_AFTER, ids=[value[:40] for value, _ in RETRY_AFTER])
def test_retry_after(value: str, seconds: float | None) -> None:
    assert read_retry_after(value, NOW) == seconds


def test_backoff_doubles_up_to_a_day_and_spreads() -> None:
    assert [find_backoff(tries, 1.0) for tries in range(4)] == [60.0, 120.0, 240.0, 480.0]
    assert find_backoff(10_000, 1.0) == 86400.0
    waits = {find_backoff(3) for _ in range(50)}
    assert len(waits) > 40
    assert 240.0 <= min(waits) <= max(waits) <= 480.0


@pytest.mark.parametrize(("seconds", "after"), [(0.0, 0), (0.2, 1), (59.0, 59)])
def test_later_is_never_too_early(seconds: float, after: int) -> None:
    assert later(seconds, NOW) == (NOW + timedelta(seconds=after)).isoformat()
