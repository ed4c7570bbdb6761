"""The crawler asks sites what they wish before anything else, once, and does nothing that they do not want."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from extractor.sources.web.crawler import CrawlOptions, crawl, queues
from extractor.sources.web.records import Address, Wish
from tests.frontiers import MemoryFrontier
from tests.publisher import (
    Handler,
    Misbehaviour,
    Publisher,
    Request,
    Response,
    bomb,
    busy,
    endless,
    hang,
    packed,
    redirect,
    reset,
    truncated,
)

FAST = CrawlOptions(delay=0.01, timeout=5, allowed_networks=("127.0.0.0/8",))
ROBOTS, TDMREP = "/robots.txt", "/.well-known/tdmrep.json"
A = Response("<p>A</p>")
TEXT, JSON = "text/plain", "application/json"


@pytest.fixture
def site() -> Iterator[Publisher]:
    with Publisher() as site:
        yield site


@pytest.fixture
def frontier() -> MemoryFrontier:
    return MemoryFrontier()


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat(timespec="seconds")


# robots.txt


def test_ten_that_wait_for_the_verdict_are_not_asked(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve_robots("User-agent: *\nDisallow: /no/\n")
    frontier.add(*[site.serve(f"/no/{number}", A) for number in range(10)], site.serve("/yes", A))
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS, TDMREP, "/yes"]
    assert len(frontier.refusals) == 10
    assert {reason for _, reason in frontier.refusals} == {"its robots.txt disallows it"}


def test_ten_at_the_same_time_wait_for_one_verdict(
    site: Publisher, frontier: MemoryFrontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without our queues, which let one request of a host through at a time: Scrapy's own judges only the first."""
    monkeypatch.setattr(queues, "_host", lambda request: request.url)

    def think(request: Request) -> Response:
        time.sleep(0.2)
        return Response("User-agent: *\nDisallow: /no/\n")

    site.serve(ROBOTS, think)
    frontier.add(*[site.serve(f"/no/{number}", A) for number in range(10)])
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS]
    assert len(frontier.refusals) == 10


def test_ten_that_are_led_to_a_site_wait_for_one_verdict(frontier: MemoryFrontier) -> None:
    """They come from ten hosts, so that all are under way while robots.txt is asked."""
    with Publisher() as there:
        there.serve_robots("User-agent: *\nDisallow: /no/\n")
        there.serve("/no/a", A)
        sites = [Publisher(f"127.0.0.{number}") for number in range(11, 21)]
        for site in sites:
            with_site = site.__enter__()
            frontier.add(with_site.serve("/a", redirect(there.url + "/no/a")))
        try:
            crawl(frontier, FAST)
        finally:
            for site in sites:
                site.__exit__(None, None, None)
        assert there.paths == [ROBOTS]
    assert len(frontier.refusals) == 10
    assert not frontier.answers


def test_site_is_not_asked_for_what_it_disallows_to_all(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve_robots("User-agent: *\nDisallow: /\n")
    frontier.add(site.serve("/a", A))
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS]


def test_group_of_our_own_counts(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve_robots("User-agent: ainews-to-sqlite\nDisallow: /a\n\nUser-agent: *\nAllow: /\n")
    frontier.add(site.serve("/a", A), site.serve("/b", A))
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS, TDMREP, "/b"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_allow_all(site: Publisher, frontier: MemoryFrontier, status: int) -> None:
    site.serve_robots("User-agent: *\nDisallow: /\n", status)
    frontier.add(site.serve("/a", A))
    crawl(frontier, FAST)
    assert [answer.status for answer in frontier.answers] == [200]


SILENT: dict[str, tuple[Response | Misbehaviour | Handler, str]] = {
    "500": (Response("", 500), "status 500"),
    "503": (busy(status=503), "status 503"),
    "429": (busy(), "status 429"),
    "hang": (hang(), "it took too long to answer"),
    "reset": (reset(), "the connection failed"),
    "truncated": (truncated(), "the answer broke off"),
    "endless": (endless(), "larger than 5,000,000 bytes"),
    "bomb": (bomb(), "larger than 5,000,000 bytes, unpacked"),
    "loop": (lambda request: redirect(request.path), "its redirects go round in a loop"),
    "file": (redirect("file:///etc/hostname"), "it redirects to no address of http or https"),
}


@pytest.mark.parametrize("path", [ROBOTS, TDMREP])
@pytest.mark.parametrize(("answer", "reason"), SILENT.values(), ids=SILENT)
def test_site_that_does_not_say_is_left_alone(
    site: Publisher, frontier: MemoryFrontier, path: str, answer: Response | Misbehaviour | Handler, reason: str
) -> None:
    site.serve(path, answer)
    urls = [site.serve("/a", A), site.serve("/b", A)]
    frontier.add(*urls)
    crawl(frontier, replace(FAST, timeout=1.0 if "too long" in reason else 20.0))
    assert set(site.paths) <= {ROBOTS, TDMREP}
    assert [url for url, _, _ in frontier.delays] == urls
    for _, until, told in frontier.delays:
        assert f"its {path.rpartition('/')[2]} could not be had: {reason}" in told
        assert frontier.is_ahead(until, 600)
    assert len(site.find_requests(path)) == 1
    assert not frontier.answers


def test_site_that_does_not_say_is_not_asked_again_at_once(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve(ROBOTS, Response("", 503), Response("", 404))
    frontier.add(site.serve("/a", A))
    crawl(frontier, FAST)
    frontier.not_before.clear()
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS]
    frontier.wishes[-1] = replace(frontier.wishes[-1], checked=ago(minutes=11))
    frontier.not_before.clear()
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS, ROBOTS, TDMREP, "/a"]


def test_site_may_say_when_to_ask_for_robots(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve(ROBOTS, busy(7200, 503))
    urls = [site.serve(f"/{number}", A) for number in range(3)]
    frontier.add(*urls)
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS]
    assert sorted(frontier.not_before) == urls
    assert all(frontier.is_ahead(until, 7200) for until in frontier.not_before.values())
    # One of them was tried; the others only wait.
    assert sum(address.tries for address in frontier.waiting.values()) == 1


def test_host_that_is_not_there_is_put_off(frontier: MemoryFrontier) -> None:
    frontier.add("http://nobody.invalid/a", "http://nobody.invalid/b")
    crawl(frontier, FAST)
    assert [reason for _, _, reason in frontier.delays] == [
        "its robots.txt could not be had: its name is not known (DNS)"
    ] * 2


@pytest.mark.parametrize(
    ("age", "asked"),
    [({"hours": 23}, ["/a"]), ({"hours": 25}, [ROBOTS, TDMREP, "/a"]), ({"hours": -1}, [ROBOTS, TDMREP, "/a"])],
    ids=["young", "old", "of-the-future"],
)
def test_wishes_are_asked_once_a_day(
    site: Publisher, frontier: MemoryFrontier, age: dict[str, float], asked: list[str]
) -> None:
    frontier.save_wish(Wish(site.url, "robots", 200, "User-agent: *\nDisallow: /no\n", ago(**age)))
    frontier.save_wish(Wish(site.url, "tdmrep", 404, "", ago(**age)))
    site.serve_robots("User-agent: *\nDisallow: /no\n")
    frontier.add(site.serve("/a", A), site.serve("/no", A))
    crawl(frontier, FAST)
    assert site.paths == asked
    assert [url for url, _ in frontier.refusals] == [site.url + "/no"]
    [answer] = frontier.answers
    kinds = {wish.id: (wish.kind, wish.checked) for wish in frontier.wishes}
    newest = [wish.checked for wish in frontier.wishes if wish.kind == "robots"][-1]
    assert kinds[answer.robots] == ("robots", newest)
    assert kinds[answer.tdmrep][0] == "tdmrep"


def test_wish_is_kept_as_it_was_said(site: Publisher, frontier: MemoryFrontier) -> None:
    text = "User-agent: *\nDisallow: /nö\n"
    site.serve(ROBOTS, packed(Response(text, media_type=TEXT)))
    site.serve(TDMREP, Response("Not here.", 404, TEXT))
    frontier.add(site.serve("/a", A))
    crawl(frontier, FAST)
    assert [(wish.kind, wish.origin, wish.status, wish.content) for wish in frontier.wishes] == [
        ("robots", site.url, 200, text),
        ("tdmrep", site.url, 404, ""),
    ]


@pytest.mark.parametrize(("hops", "is_found"), [(1, True), (5, True), (6, False)])
def test_robots_are_found_behind_five_redirects(
    site: Publisher, frontier: MemoryFrontier, hops: int, is_found: bool
) -> None:
    site.serve(ROBOTS, redirect("/hop1"))
    for hop in range(1, hops):
        site.serve(f"/hop{hop}", redirect(f"/hop{hop + 1}"))
    site.serve(f"/hop{hops}", Response("User-agent: *\nDisallow: /a\n", media_type=TEXT))
    frontier.add(site.serve("/a", A))
    crawl(frontier, replace(FAST, max_redirects=1))
    assert bool(frontier.refusals) is is_found
    assert bool(frontier.delays) is not is_found
    assert "/a" not in site.paths


def test_target_of_a_redirect_is_judged_by_its_own_site(frontier: MemoryFrontier) -> None:
    with Publisher() as here, Publisher() as there:
        here.serve_robots("User-agent: *\nDisallow: /b\n")
        there.serve_robots("User-agent: *\nDisallow: /a\n")
        frontier.add(here.serve("/1", redirect(there.serve("/a", A))))
        frontier.add(here.serve("/2", redirect(there.serve("/b", A))))
        crawl(frontier, FAST)
        [(url, reason)] = frontier.refusals
        assert url == here.url + "/1"
        assert reason == f"its robots.txt disallows it (after a redirect to {there.url}/a)"
        [answer] = frontier.answers
        assert (answer.address.url, answer.url) == (here.url + "/2", there.url + "/b")
        origins = {wish.id: wish.origin for wish in frontier.wishes}
        assert origins[answer.robots] == origins[answer.tdmrep] == there.url
        assert there.paths == [ROBOTS, TDMREP, "/b"]


def test_target_of_a_redirect_on_the_same_site_is_judged(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve_robots("User-agent: *\nDisallow: /no\n")
    site.serve("/no", A)
    frontier.add(site.serve("/a", redirect("/no")))
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS, TDMREP, "/a"]
    assert len(frontier.refusals) == 1


def test_very_long_pause_is_not_sat_out(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve_robots("User-agent: *\nCrawl-delay: 3600\n")
    urls = [site.serve(f"/{number}", A) for number in range(3)]
    frontier.add(*urls)
    asked = []
    for _ in range(3):
        crawl(frontier, FAST)
        asked.append(site.paths)
        assert sorted(frontier.not_before) == urls
        assert all(frontier.is_ahead(until, 3600) for until in frontier.not_before.values())
        site.forget()
        # As if an hour had passed.
        frontier.not_before.clear()
        if len(asked) == 2:
            break
    assert asked == [[ROBOTS], [TDMREP]]
    assert not frontier.in_hand


# TDMRep


def reserve(location: str) -> Response:
    return Response(f'[{{"location": "{location}", "tdm-reservation": 1}}]', media_type=JSON)


def test_file_reserves_before_anything_is_asked(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve(TDMREP, reserve("/archive/"))
    frontier.add(site.serve("/archive/a", A), Address(site.serve("/archive/feed", A), "feed"), site.serve("/b", A))
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS, TDMREP, "/b"]
    assert [reason for _, reason in frontier.refusals] == ["its tdmrep.json reserves it: no text and data mining"] * 2


META = '<head><meta name="tdm-reservation" content="{}"></head>'


@pytest.mark.parametrize(
    ("page", "is_reserved"),
    [
        (Response("<p>A</p>", headers=[("tdm-reservation", "1")]), True),
        (Response(META.format(1)), True),
        (packed(Response(META.format(1))), True),
        (Response(META.format(0)), False),
        (Response("<p>A</p>", headers=[("tdm-reservation", "0")]), False),
        (Response("Not found.", 404, headers=[("tdm-reservation", "1")]), False),
    ],
    ids=["header", "tag", "tag-packed", "tag-0", "header-0", "header-of-404"],
)
def test_answer_reserves_itself(site: Publisher, frontier: MemoryFrontier, page: Response, is_reserved: bool) -> None:
    frontier.add(site.serve("/a", page))
    crawl(frontier, FAST)
    assert [reason for _, reason in frontier.refusals] == ["it reserves itself: no text and data mining"] * is_reserved
    assert len(frontier.answers) == 1 - is_reserved


def test_unchanged_answer_may_reserve_itself(site: Publisher, frontier: MemoryFrontier) -> None:
    url = site.serve("/a", Response("<p>A</p>", headers=[("tdm-reservation", "1")], etag='"1"'))
    frontier.add(Address(url, etag='"1"'))
    crawl(frontier, FAST)
    assert [url for url, _ in frontier.refusals] == [url]


def test_file_is_not_asked_where_robots_forbid_it(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve_robots("User-agent: *\nDisallow: /.well-known/\n")
    site.serve(TDMREP, reserve("/"))
    frontier.add(site.serve("/a", A))
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS, "/a"]
    assert [answer.tdmrep for answer in frontier.answers] == [0]


def test_wishes_come_first_and_with_the_same_pause(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve_robots("User-agent: *\nCrawl-delay: 0.4\n")
    frontier.add(site.serve("/a", A))
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS, TDMREP, "/a"]
    assert min(after.at - before.at for before, after in itertools.pairwise(site.requests)) >= 0.4
