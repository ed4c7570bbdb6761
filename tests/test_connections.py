"""That no connection at all reaches an address that the guard refuses, however a crawl is led there.

Real Scrapy, real sockets: a site at 127.0.0.1 that may be asked, and sites at 127.0.0.2 and ::1 that count who comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from extractor.sources.web.guard import EVERYWHERE
from tests.asking import Outcome, ask
from tests.names import NameServer
from tests.publisher import Publisher, Response, has_ipv6, redirect

ALLOWED = "127.0.0.1"

# Ways to a site at 127.0.0.2, as the host of a URL.
SPELLINGS = [
    "127.0.0.2",
    "127.2",
    "2130706434",
    "0x7f000002",
    "0x7f.2",
    "0177.0.0.2",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "other.test",
    # Each of these has an address that may be asked, too.
    "both.test",
    "both6.test",
]
# Paths of the site that may be asked, which lead on to the other.
LEADS = ["/302", "/307", "/decimal", "/refresh", "/twice", "/name"]
# URLs of other schemes, and paths of the site that lead to such.
LOCAL = ["file:///etc/hostname", "ftp://127.0.0.1/", "data:text/html,Hello", "s3://bucket/key"]
SCHEMES = ["/file", "/ftp", "/data"]


@dataclass(frozen=True)
class Run:
    outcomes: dict[str, Outcome]
    allowed: int
    private: int
    ipv6: int
    paths: list[str]
    private_paths: list[str]


def _run(allowed: tuple[str, ...], hosts: list[str], paths: list[str], **settings: object) -> Run:
    """Ask the other site by each host, and the first by each path; outcomes are by host and path."""
    names = {
        "site.test": [["127.0.0.1"]],
        "other.test": [["127.0.0.2"]],
        "both.test": [["127.0.0.1", "127.0.0.2"]],
        "both6.test": [["127.0.0.1", "::1"]],
        "turns.test": [["127.0.0.1"], ["127.0.0.2"]],
    }
    with ExitStack() as stack:
        site = stack.enter_context(Publisher(ALLOWED))
        other = stack.enter_context(Publisher("127.0.0.2", site.port))
        sixth = stack.enter_context(Publisher("::1", site.port)) if has_ipv6() else None
        server = stack.enter_context(NameServer(names))
        for one in filter(None, (site, other, sixth)):
            one.serve("/", Response("<p>Hello</p>", headers=[("Connection", "close")]))
        site.serve("/302", redirect(other.url + "/"))
        site.serve("/307", redirect(other.url + "/", 307))
        site.serve("/decimal", redirect(f"http://2130706434:{site.port}/"))
        site.serve("/name", redirect(f"http://other.test:{site.port}/"))
        site.serve("/twice", redirect("/302"))
        site.serve("/refresh", Response(f'<meta http-equiv="refresh" content="0; url={other.url}/">'))
        site.serve("/file", redirect("file:///etc/hostname"))
        site.serve("/ftp", redirect(f"ftp://127.0.0.2:{site.port}/"))
        site.serve("/data", redirect("data:text/html,Hello"))
        urls = {host: f"http://{host}:{site.port}/" for host in hosts} | {path: site.url + path for path in paths}
        urls |= {"https": f"https://127.0.0.2:{site.port}/"} | {url: url for url in LOCAL}
        outcomes = ask(
            list(urls.values()),
            {
                "ALLOWED_NETWORKS": list(allowed),
                "TWISTED_DNS_RESOLVER": "tests.asking.LoopbackNames",
                "NAME_SERVER_PORT": server.port,
                **settings,
            },
        )
        return Run(
            {name: outcomes[url] for name, url in urls.items()},
            site.connections,
            other.connections,
            sixth.connections if sixth else 0,
            site.paths,
            other.paths,
        )


@pytest.fixture(scope="module")
def guarded() -> Run:
    """Only 127.0.0.1 is allowed."""
    return _run(("127.0.0.1/32",), [ALLOWED, "site.test", "[::1]", *SPELLINGS], [*LEADS, *SCHEMES])


@pytest.fixture(scope="module")
def closed() -> Run:
    """Nothing is allowed, and robots.txt would be asked first."""
    hosts = ["localhost", "LOCALHOST", "127.1", "0.0.0.0", "site.test", *SPELLINGS]
    return _run((), hosts, ["/"], ROBOTSTXT_OBEY=True)


@pytest.fixture(scope="module")
def open_() -> Run:
    """Everything is allowed."""
    return _run(EVERYWHERE, ["localhost", "site.test", *SPELLINGS], [*LEADS, *SCHEMES])


@pytest.mark.parametrize("host", [ALLOWED, "site.test"])
def test_guarded_site_that_is_allowed_is_had(guarded: Run, host: str) -> None:
    assert guarded.outcomes[host] == Outcome(200)


@pytest.mark.parametrize("way", ["[::1]", "https", *SPELLINGS, *LEADS])
def test_guarded_way_to_another_address_is_refused_once(guarded: Run, way: str) -> None:
    outcome = guarded.outcomes[way]
    assert (outcome.status, outcome.error, outcome.attempts) == (0, "PrivateAddress", 1)
    assert "(loopback)" in outcome.message
    assert "--allow-private" in outcome.message


def test_guarded_refusal_names_host_and_address(guarded: Run) -> None:
    assert "- other.test; found 127.0.0.2, this machine itself" in guarded.outcomes["other.test"].message
    assert "found ::1, " in guarded.outcomes["both6.test"].message


@pytest.mark.parametrize("run", ["guarded", "open_"])
def test_schemes_of_this_machine_are_not_asked(run: str, request: pytest.FixtureRequest) -> None:
    outcomes = request.getfixturevalue(run).outcomes
    assert {outcomes[url].error for url in LOCAL} == {"NotSupported"}
    # Where a redirect leads to one, the redirect itself is the answer.
    assert {outcomes[path] for path in SCHEMES} == {Outcome(302)}


def test_guarded_crawl_opens_no_other_connection(guarded: Run) -> None:
    assert (guarded.private, guarded.ipv6) == (0, 0)
    assert guarded.allowed > 0
    assert {*LEADS, *SCHEMES} <= set(guarded.paths)


def test_closed_crawl_opens_no_connection_even_for_robots(closed: Run) -> None:
    assert (closed.allowed, closed.private, closed.ipv6) == (0, 0, 0)
    assert {outcome.error for way, outcome in closed.outcomes.items() if way not in LOCAL} == {"PrivateAddress"}


@pytest.mark.parametrize("way", [*SPELLINGS, *LEADS, "localhost"])
def test_open_crawl_is_had_by_the_same_ways(open_: Run, way: str) -> None:
    """Nothing but the guard stops the ways above: each of them does lead somewhere."""
    assert open_.outcomes[way] == Outcome(200)


def test_open_crawl_reaches_the_other_site(open_: Run) -> None:
    # One answer for each way but the two names that have the allowed address, too.
    assert open_.private_paths.count("/") >= len(SPELLINGS) + len(LEADS) - 2


@pytest.fixture
def turning() -> Iterator[tuple[Publisher, Publisher, NameServer]]:
    with (
        Publisher(ALLOWED) as site,
        Publisher("127.0.0.2", site.port) as other,
        NameServer({"turns.test": [["127.0.0.1"], ["127.0.0.2"]]}) as server,
    ):
        for one in (site, other):
            one.serve("/", Response("<p>Hello</p>", headers=[("Connection", "close")]))
        yield site, other, server


def test_name_that_turns_is_judged_by_what_is_connected_to(turning: tuple[Publisher, Publisher, NameServer]) -> None:
    """DNS rebinding: the first look-up leads to the site that may be asked, all others to the one that may not."""
    site, other, server = turning
    first, second = f"http://turns.test:{site.port}/", f"http://turns.test:{site.port}/?again"
    outcomes = ask(
        [first, second],
        {
            "ALLOWED_NETWORKS": ["127.0.0.1/32"],
            "TWISTED_DNS_RESOLVER": "tests.asking.LoopbackNames",
            "NAME_SERVER_PORT": server.port,
            "CONCURRENT_REQUESTS": 1,
        },
    )
    assert outcomes[first] == Outcome(200)
    assert outcomes[second].error == "PrivateAddress"
    # A look-up for each connection: none is made on the word of an earlier one.
    assert server.queries == ["turns.test", "turns.test"]
    assert (site.connections, other.connections) == (1, 0)


# What is asked by proxy: the user names it, and it looks names up, so only what is no name can be judged.
BY_PROXY = {
    "http://other.test:1/": "",
    "http://127.0.0.2:1/": "PrivateAddress",
    "http://2130706434:1/": "PrivateAddress",
    "http://localhost:1/": "PrivateAddress",
    "https://127.0.0.2:1/": "PrivateAddress",
}


@pytest.fixture(scope="module")
def by_proxy() -> tuple[dict[str, Outcome], list[str], int]:
    """What became of each URL, what the proxy was asked for, and how many connections it had."""
    with Publisher("127.0.0.2") as proxy:
        for url in BY_PROXY:
            proxy.serve(url, Response("<p>By proxy</p>"))
        proxies = {"http_proxy": proxy.url, "https_proxy": proxy.url, "no_proxy": ""}
        outcomes = ask([*BY_PROXY], {"HTTPPROXY_ENABLED": True}, **proxies)
        return outcomes, proxy.paths, proxy.connections


@pytest.mark.parametrize(("url", "error"), [*BY_PROXY.items()], ids=[*BY_PROXY])
def test_proxy_is_not_judged_but_hosts_that_spell_an_address_are(
    by_proxy: tuple[dict[str, Outcome], list[str], int], url: str, error: str
) -> None:
    outcomes, paths, connections = by_proxy
    assert outcomes[url].error == error
    assert paths.count(url) == (0 if error else 1)
    assert connections == 1
