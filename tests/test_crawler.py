"""The crawler, against real sites on loopback: what it asks, in which order, how often, and how each address ends."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from extractor.errors import StoreError
from extractor.sources.web.crawler import CrawlOptions, crawl
from extractor.sources.web.records import Address, Answer
from tests.frontiers import MemoryFrontier
from tests.publisher import Publisher, Request, Response, busy, redirect

LOOPBACK = ("127.0.0.0/8", "::1/128")
FAST = CrawlOptions(delay=0.01, timeout=5, allowed_networks=LOOPBACK)
ROBOTS, TDMREP = "/robots.txt", "/.well-known/tdmrep.json"


@pytest.fixture
def site() -> Iterator[Publisher]:
    with Publisher() as site:
        yield site


@pytest.fixture
def frontier() -> MemoryFrontier:
    return MemoryFrontier()


def gaps(requests: list[Request]) -> list[float]:
    return [after.at - before.at for before, after in itertools.pairwise(requests)]


# How an address ends


ANSWERED = [200, 204, 304, 400, 401, 402, 403, 404, 405, 410, 418, 451]
PUT_OFF = [408, 425, 429, 500, 502, 503, 504, 520]


@pytest.mark.parametrize("status", ANSWERED)
def test_crawl_answers(site: Publisher, frontier: MemoryFrontier, status: int) -> None:
    url = site.serve("/a", Response("<p>A</p>" if status not in (204, 304) else b"", status))
    frontier.add(url)
    crawl(frontier, FAST)
    assert [(answer.url, answer.status) for answer in frontier.answers] == [(url, status)]
    assert not (frontier.refusals)
    assert not (frontier.delays)
    assert not (frontier.waiting)
    assert not (frontier.in_hand)


@pytest.mark.parametrize("status", PUT_OFF)
def test_crawl_puts_off(site: Publisher, frontier: MemoryFrontier, status: int) -> None:
    url = site.serve("/a", Response("Not now.", status))
    frontier.add(Address(url, tries=2))
    crawl(frontier, FAST)
    [(put_off, until, reason)] = frontier.delays
    assert (put_off, reason) == (url, f"status {status}")
    # The third failure in a row: four minutes, or up to half of that less.
    assert frontier.is_ahead(until, 120, 240)
    assert len(site.find_requests("/a")) == 1
    assert not (frontier.answers)
    assert not (frontier.refusals)


def test_answer_tells_what_came(site: Publisher, frontier: MemoryFrontier) -> None:
    headers = [("X-Of-The-Site", "1")]
    date = "Tue, 28 Jan 2025 08:00:00 GMT"
    page = Response("<p>ä</p>", 200, "Text/HTML; Charset=UTF-8", headers, etag='"x"', last_modified=date)
    frontier.add(site.serve("/a", page))
    crawl(frontier, FAST)
    [answer] = frontier.answers
    assert answer.content == "<p>ä</p>".encode()
    assert (answer.media_type, answer.charset) == ("text/html", "utf-8")
    assert (answer.etag, answer.last_modified) == ('"x"', date)
    assert ("X-Of-The-Site", "1") in answer.headers
    assert "Content-Length" not in dict(answer.headers)
    assert frontier.is_ahead(answer.at, 0)
    kinds = {wish.id: (wish.kind, wish.origin, wish.status) for wish in frontier.wishes}
    assert kinds[answer.robots] == ("robots", site.url, 404)
    assert kinds[answer.tdmrep] == ("tdmrep", site.url, 404)


def test_request_says_who_asks_and_nothing_else(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve("/a", Response("<p>A</p>", headers=[("Set-Cookie", "seen=1; Path=/")]))
    frontier.add(site.url + "/a", site.serve("/b", Response("<p>B</p>")))
    crawl(frontier, replace(FAST, contact="mailto:me@news.example"))
    for request in site.requests:
        agent = request.headers["user-agent"]
        assert agent.startswith("ainews-to-sqlite/")
        assert agent.endswith(" (+mailto:me@news.example)")
        assert not {"cookie", "referer", "if-none-match", "if-modified-since", "authorization"} & set(request.headers)


def test_request_asks_only_for_what_changed(site: Publisher, frontier: MemoryFrontier) -> None:
    date = "Tue, 28 Jan 2025 08:00:00 GMT"
    same = site.serve("/same", Response("<p>A</p>", etag='"1"'))
    dated = site.serve("/dated", Response("<p>A</p>", last_modified=date))
    new = site.serve("/new", Response("<p>A</p>", etag='"2"'))
    frontier.add(Address(same, etag='"1"'), Address(dated, last_modified=date), Address(new, etag='"1"'))
    crawl(frontier, FAST)
    assert {answer.address.url: answer.status for answer in frontier.answers} == {same: 304, dated: 304, new: 200}
    assert [answer.content for answer in frontier.answers if answer.status == 304] == [b"", b""]


# The frontier


def test_crawl_takes_a_few_at_a_time_and_ends_with_the_last(site: Publisher, frontier: MemoryFrontier) -> None:
    urls = [site.serve(f"/{number}", Response(f"<p>{number}</p>")) for number in range(60)]
    frontier.add(*urls)
    crawl(frontier, replace(FAST, delay=0.0, ahead=8))
    assert sorted(answer.url for answer in frontier.answers) == sorted(urls)
    assert frontier.most <= 8
    assert len(site.requests) == 62


def test_crawl_can_be_called_again(site: Publisher, frontier: MemoryFrontier) -> None:
    for number in range(3):
        frontier.add(site.serve(f"/{number}", Response("<p>A</p>")))
        crawl(frontier, FAST)
        assert len(frontier.answers) == number + 1


def test_crawl_of_an_empty_frontier_ends(frontier: MemoryFrontier) -> None:
    crawl(frontier, FAST)
    assert not frontier.answers


def test_crawl_waits_for_what_the_frontier_waits_for(site: Publisher, frontier: MemoryFrontier) -> None:
    frontier.patience = 5
    url = site.serve("/a", busy(1), Response("<p>A</p>"))
    frontier.add(url)
    crawl(frontier, FAST)
    assert [answer.status for answer in frontier.answers] == [200]
    [gap] = gaps(site.find_requests("/a"))
    assert gap >= 1.0


class LostFrontier(MemoryFrontier):
    """Cannot keep what comes."""

    async def answered(self, answer: Answer) -> None:
        raise StoreError("the disk is full")


class BrokenFrontier(MemoryFrontier):
    """Has a bug that one page wakes."""

    async def answered(self, answer: Answer) -> None:
        if answer.url.endswith("/odd"):
            raise KeyError("odd")
        await super().answered(answer)


def test_crawl_stops_where_nothing_can_be_kept(site: Publisher) -> None:
    frontier = LostFrontier()
    urls = [site.serve(f"/{number}", Response("<p>A</p>")) for number in range(20)]
    frontier.add(*urls)
    with pytest.raises(StoreError, match="the disk is full"):
        crawl(frontier, replace(FAST, delay=0.05))
    assert len(site.requests) < 6
    assert list(frontier.waiting) == urls
    crawl(MemoryFrontier(), FAST)


def test_crawl_goes_on_after_a_bug(site: Publisher) -> None:
    frontier = BrokenFrontier()
    odd, even = (site.serve(path, Response("<p>A</p>")) for path in ("/odd", "/even"))
    frontier.add(odd, even)
    crawl(frontier, FAST)
    assert [answer.url for answer in frontier.answers] == [even]
    [(url, _, reason)] = frontier.delays
    assert (url, reason) == (odd, "a bug of this program: KeyError: 'odd'")


# The pace


def test_host_is_asked_no_more_often_than_the_user_wants(site: Publisher, frontier: MemoryFrontier) -> None:
    frontier.add(*[site.serve(f"/{number}", Response("<p>A</p>")) for number in range(4)])
    crawl(frontier, replace(FAST, delay=0.2))
    assert site.paths == [ROBOTS, TDMREP, "/0", "/1", "/2", "/3"]
    assert min(gaps(site.requests)) >= 0.2


def test_next_crawl_keeps_the_pause_too(site: Publisher, frontier: MemoryFrontier) -> None:
    for number in range(3):
        frontier.add(site.serve(f"/{number}", Response("<p>A</p>")))
        crawl(frontier, replace(FAST, delay=0.3))
    assert site.paths == [ROBOTS, TDMREP, "/0", "/1", "/2"]
    assert min(gaps(site.requests)) >= 0.3


def test_host_is_asked_no_more_often_than_it_wants(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve_robots("User-agent: *\nCrawl-delay: 0.3\n")
    frontier.add(*[site.serve(f"/{number}", Response("<p>A</p>")) for number in range(4)])
    crawl(frontier, FAST)
    assert len(site.requests) == 6
    assert min(gaps(site.requests)) >= 0.3


def test_address_may_ask_for_a_longer_pause(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve_robots("User-agent: *\nCrawl-delay: 0.1\n")
    frontier.add(*[Address(site.serve(f"/{number}", Response("<p>A</p>")), delay=0.3) for number in range(3)])
    crawl(frontier, FAST)
    assert min(gaps(site.requests)) >= 0.3


def test_slow_host_holds_up_no_other(frontier: MemoryFrontier) -> None:
    with Publisher() as slow, Publisher("127.0.0.2") as quick:
        slow.serve_robots("User-agent: *\nCrawl-delay: 0.5\n")
        frontier.add(*[slow.serve(f"/{number}", Response("<p>A</p>")) for number in range(4)])
        frontier.add(*[quick.serve(f"/{number}", Response("<p>A</p>")) for number in range(20)])
        crawl(frontier, replace(FAST, concurrency=2, ahead=8))
        assert len(frontier.answers) == 24
        # Although it stood last in the line.
        assert quick.requests[-1].at < slow.find_requests("/2")[0].at
        assert min(gaps(slow.requests)) >= 0.5


def test_redirect_target_keeps_the_pace_of_its_own_host(frontier: MemoryFrontier) -> None:
    with Publisher() as here, Publisher("127.0.0.2") as there:
        there.serve_robots("User-agent: *\nCrawl-delay: 0.3\n")
        for number in range(3):
            there.serve(f"/{number}", Response("<p>A</p>"))
            frontier.add(here.serve(f"/{number}", redirect(f"{there.url}/{number}")))
        crawl(frontier, FAST)
        assert [answer.status for answer in frontier.answers] == [200] * 3
        assert there.paths[:2] == [ROBOTS, TDMREP]
        assert min(gaps(there.requests)) >= 0.3


@pytest.mark.parametrize("status", [429, 503])
def test_whole_host_rests(site: Publisher, frontier: MemoryFrontier, status: int) -> None:
    urls = [site.serve(f"/{number}", Response("<p>A</p>")) for number in range(4)]
    site.serve("/1", busy(300, status))
    frontier.add(*urls)
    crawl(frontier, FAST)
    assert [answer.url for answer in frontier.answers] == urls[:1]
    assert site.paths == [ROBOTS, TDMREP, "/0", "/1"]
    [(url, until, reason)] = frontier.delays
    assert (url, reason) == (urls[1], f"status {status}")
    assert frontier.is_ahead(until, 300)
    [(host, until, _)] = frontier.rests
    assert site.url == f"http://{host}"
    assert frontier.is_ahead(until, 300)
    assert sorted(frontier.not_before) == urls[1:]
    assert not frontier.in_hand
