"""Whatever a site does, the crawler goes on, within its limits, and reaches nothing that it should not."""

from __future__ import annotations

import gzip
import os
import socket
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from extractor.sources.web.crawler import CrawlOptions, crawl
from extractor.sources.web.records import Address, Answer
from tests.frontiers import MemoryFrontier
from tests.publisher import (
    Handler,
    Misbehaviour,
    Publisher,
    Response,
    Wire,
    bomb,
    broken_gzip,
    chunks,
    drip,
    endless,
    find_free_port,
    hang,
    has_ipv6,
    packed,
    redirect,
    reset,
    truncated,
    write_certificate,
)

FAST = CrawlOptions(delay=0.01, timeout=5, allowed_networks=("127.0.0.0/8", "::1/128"))
ROBOTS, TDMREP = "/robots.txt", "/.well-known/tdmrep.json"
A = Response("<p>A</p>")
TEXT = b"<p>The same again, and again.</p>" * 1000


@pytest.fixture
def site() -> Iterator[Publisher]:
    with Publisher() as site:
        yield site


@pytest.fixture
def frontier() -> MemoryFrontier:
    return MemoryFrontier()


# What is put off

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BROKEN: dict[str, tuple[Response | Misbehaviour, str]] = {
    "hang": (hang(), "it took too long to answer"),
    "hang-in-head": (hang(HEAD), "it took too long to answer"),
    "hang-in-body": (hang(HEAD + b"Content-Length: 9\r\n\r\n<p>"), "it took too long to answer"),
    "drip": (drip(b"<p>" + b"." * 1000), "it took too long to answer"),
    "reset": (reset(), "the connection failed"),
    "reset-in-head": (reset(HEAD), "the connection failed"),
    "reset-in-body": (reset(HEAD + b"Content-Length: 9\r\n\r\n<p>"), "the answer broke off"),
    "no-http": (reset(b"SSH-2.0-OpenSSH_9.2\r\n"), "what it answered is no HTTP"),
    "truncated": (truncated(), "the answer broke off"),
    "chunks": (chunks(b"<p>", b"A", whole=False), "the answer broke off"),
    "gzip-damaged": (broken_gzip(), "its packing is damaged (gzip)"),
    "gzip-cut": (Response(gzip.compress(TEXT)[:-50], headers=[("Content-Encoding", "gzip")]), "it breaks off"),
    "gzip-none": (Response(b"<p>A</p>", headers=[("Content-Encoding", "gzip")]), "its packing is damaged (gzip)"),
    "br-none": (Response(b"<p>A</p>", headers=[("Content-Encoding", "br")]), "its packing is damaged (br)"),
    "zstd-none": (Response(b"<p>A</p>", headers=[("Content-Encoding", "zstd")]), "its packing is damaged (zstd)"),
}


@pytest.mark.parametrize(("answer", "reason"), BROKEN.values(), ids=BROKEN)
def test_broken_answer_is_put_off(
    site: Publisher, frontier: MemoryFrontier, answer: Response | Misbehaviour, reason: str
) -> None:
    urls = [site.serve("/a", A), site.serve("/broken", answer), site.serve("/c", A)]
    frontier.add(*urls)
    crawl(frontier, replace(FAST, timeout=1.0 if "too long" in reason else 20.0))
    [(url, until, told)] = frontier.delays
    assert url == urls[1]
    assert reason in told
    assert frontier.is_ahead(until, 30, 60)
    assert [answer.url for answer in frontier.answers] == [urls[0], urls[2]]
    assert len(site.find_requests("/broken")) == 1


def test_host_that_fails_again_and_again_rests(site: Publisher, frontier: MemoryFrontier) -> None:
    urls = [site.serve(f"/{number}", reset()) for number in range(8)]
    frontier.add(*urls)
    crawl(frontier, FAST)
    assert site.paths == [ROBOTS, TDMREP, "/0", "/1", "/2"]
    assert len(frontier.delays) == 3
    assert sorted(frontier.not_before) == urls
    [(_, until, reason)] = frontier.rests
    assert "did not answer several times in a row: the connection failed" in reason
    assert frontier.is_ahead(until, 600)


def test_host_that_fails_now_and_then_does_not_rest(site: Publisher, frontier: MemoryFrontier) -> None:
    for number in range(9):
        frontier.add(site.serve(f"/{number}", A if number % 3 == 2 else reset()))
    crawl(frontier, FAST)
    assert (len(frontier.answers), len(frontier.delays), frontier.rests) == (3, 6, [])


def test_port_where_nobody_listens_is_put_off(frontier: MemoryFrontier) -> None:
    frontier.add(f"http://127.0.0.1:{find_free_port()}/a")
    crawl(frontier, FAST)
    [(_, _, reason)] = frontier.delays
    assert reason == "its robots.txt could not be had: the connection was refused"


# What is refused


def big(size: int) -> Response:
    return Response(bytes(size))


def play_head(start: bytes, piece: bytes) -> Misbehaviour:
    """Never come to the body."""

    def play(wire: Wire) -> None:
        wire.send(start)
        while not wire.closing.is_set():
            wire.send(piece)

    return Misbehaviour(play)


REFUSED: dict[str, tuple[Response | Misbehaviour | Handler, str]] = {
    "large": (big(5_000_001), "larger than 5,000,000 bytes"),
    "endless": (endless(), "larger than 5,000,000 bytes"),
    "headers-without-end": (play_head(HEAD, b"X-A: a\r\n" * 1000), "more than 262,144 bytes before its body"),
    "continue-without-end": (
        play_head(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        "more than 262,144 bytes before its body",
    ),
    "bomb": (bomb(), "larger than 5,000,000 bytes, unpacked"),
    "bomb-deflate": (
        Response(zlib.compress(bytes(50_000_000)), headers=[("Content-Encoding", "deflate")]),
        "larger than 5,000,000 bytes, unpacked",
    ),
    "bomb-in-bomb": (
        Response(gzip.compress(gzip.compress(bytes(50_000_000))), headers=[("Content-Encoding", "gzip, gzip")]),
        "larger than 5,000,000 bytes, unpacked",
    ),
    "packed-otherwise": (
        Response(b"....", headers=[("Content-Encoding", "compress")]),
        "it is packed in a way that was not asked for: 'compress'",
    ),
    "file": (redirect("file:///etc/hostname"), "it redirects to no address of http or https: file:///etc/hostname"),
    "ftp": (redirect("ftp://127.0.0.1/a"), "it redirects to no address of http or https: ftp://127.0.0.1/a"),
    "data": (redirect("data:text/html,<p>A</p>"), "it redirects to no address of http or https"),
    "script": (redirect("javascript:alert(1)"), "it redirects to no address of http or https"),
    "no-host": (redirect("https:///a"), "it redirects to no address of http or https"),
    "no-port": (redirect("http://127.0.0.1:99999/a"), "it redirects to what is no address"),
    "no-url": (redirect("http://[::1/a"), "it redirects to what is no address"),
    "loop-of-one": (lambda request: redirect(request.path), "its redirects go round in a loop"),
    "no-end": (lambda request: redirect(f"/a?{request.path}"), "more than 5 redirects"),
}


@pytest.mark.parametrize(("answer", "reason"), REFUSED.values(), ids=REFUSED)
def test_answer_beyond_limits_is_refused(
    site: Publisher, frontier: MemoryFrontier, answer: Response | Misbehaviour | Handler, reason: str
) -> None:
    urls = [site.serve("/a", answer), site.serve("/b", A)]
    frontier.add(*urls)
    crawl(frontier, FAST)
    [(url, told)] = frontier.refusals
    assert url == urls[0]
    assert reason in told
    assert [answer.url for answer in frontier.answers] == [urls[1]]


def test_listing_may_be_larger_than_a_page(site: Publisher, frontier: MemoryFrontier) -> None:
    large = big(5_000_001)
    for kind in ("feed", "sitemap", "list", "unknown"):
        frontier.add(Address(site.serve(f"/{kind}", packed(large)), kind))
    frontier.add(Address(site.serve("/page", packed(large)), "page"))
    crawl(frontier, replace(FAST, max_listing_bytes=6_000_000))
    assert [len(answer.content) for answer in frontier.answers] == [5_000_001] * 4
    assert [url for url, _ in frontier.refusals] == [site.url + "/page"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "data:text/html,A",
        "ftp://127.0.0.1/a",
        "http://",
        "http:///a",
        "news",
        "http://a:99999/",
    ],
)
def test_what_is_no_address_of_the_web_is_refused(frontier: MemoryFrontier, url: str) -> None:
    frontier.add(url)
    crawl(frontier, FAST)
    [(refused, reason)] = frontier.refusals
    assert refused == url
    assert reason.startswith("no address")


# What is unpacked


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def brotli(body: bytes) -> bytes:
    import brotli  # type: ignore[import-untyped]

    packed: bytes = brotli.compress(body)
    return packed


def zstd(body: bytes) -> bytes:
    from backports import zstd

    return zstd.compress(body)


PACKED = {
    "none": ("", TEXT),
    "identity": ("identity", TEXT),
    "mistaken": ("UTF-8", TEXT),
    "gzip": ("gzip", gzip.compress(TEXT)),
    "gzip-named-otherwise": ("X-GZIP", gzip.compress(TEXT)),
    "gzip-of-two-members": ("gzip", gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:])),
    "gzip-with-a-tail": ("gzip", gzip.compress(TEXT) + bytes(16)),
    "deflate": ("deflate", zlib.compress(TEXT)),
    "deflate-raw": ("deflate", raw_deflate(TEXT)),
    "br": ("br", brotli(TEXT)),
    "zstd": ("zstd", zstd(TEXT)),
    "twice": ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
}


@pytest.mark.parametrize(("name", "body"), PACKED.values(), ids=PACKED)
def test_body_is_unpacked(site: Publisher, frontier: MemoryFrontier, name: str, body: bytes) -> None:
    frontier.add(site.serve("/a", Response(body, headers=[("Content-Encoding", name)])))
    crawl(frontier, FAST)
    [answer] = frontier.answers
    assert answer.content == TEXT
    assert "Content-Encoding" not in dict(answer.headers)
    assert site.find_requests("/a")[0].headers["accept-encoding"] == "gzip, deflate, br, zstd"


# What is not followed, and not trusted


def test_refresh_is_not_followed(site: Publisher, frontier: MemoryFrontier) -> None:
    page = Response('<meta http-equiv="refresh" content="0; url=/b">', headers=[("Refresh", "0; url=/b")])
    frontier.add(site.serve("/a", page))
    crawl(frontier, FAST)
    assert [answer.url for answer in frontier.answers] == [site.url + "/a"]
    assert "/b" not in site.paths


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_followed(site: Publisher, frontier: MemoryFrontier, status: int) -> None:
    site.serve("/a", redirect("/b", status))
    site.serve("/b", redirect(site.url + "/c#part", status))
    site.serve("/c", A)
    frontier.add(site.url + "/a")
    crawl(frontier, FAST)
    [answer] = frontier.answers
    assert (answer.address.url, answer.url, answer.content) == (site.url + "/a", site.url + "/c", b"<p>A</p>")


@pytest.mark.parametrize("status", [300, 302, 305])
def test_redirect_to_nowhere_is_an_answer(site: Publisher, frontier: MemoryFrontier, status: int) -> None:
    frontier.add(site.serve("/a", Response("<p>A</p>", status)))
    crawl(frontier, FAST)
    assert [answer.status for answer in frontier.answers] == [status]


CERTIFICATES = {
    "trusted": (True, "127.0.0.1", 2, ""),
    "self-signed": (False, "127.0.0.1", 2, "TLS: certificate verify failed"),
    "of-another-host": (True, "127.0.0.9", 2, "TLS: "),
    "expired": (True, "127.0.0.1", -2, "TLS: certificate verify failed"),
}


@pytest.mark.parametrize(("is_trusted", "name", "days", "reason"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_certificate_is_checked(
    frontier: MemoryFrontier,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_trusted: bool,
    name: str,
    days: int,
    reason: str,
) -> None:
    certificate = write_certificate(tmp_path / "site.pem", name, days=days)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Publisher(certificate=certificate) as site:
        frontier.add(site.serve("/a", A))
        crawl(frontier, FAST)
        if not reason:
            assert [answer.url for answer in frontier.answers] == [site.url + "/a"]
            return
        assert not site.requests
    [(_, _, told)] = frontier.delays
    assert told.startswith(f"its robots.txt could not be had: {reason}")


@pytest.mark.parametrize("host", ["127.0.0.2", "2130706434", "0x7f.2", "0177.0.0.2", "[::ffff:127.0.0.2]"])
def test_redirect_to_a_private_address_is_refused(site: Publisher, frontier: MemoryFrontier, host: str) -> None:
    with Publisher("127.0.0.2") as inside:
        inside.serve("/secret", A)
        frontier.add(site.serve("/a", redirect(f"http://{host}:{inside.port}/secret")), site.serve("/b", A))
        crawl(frontier, replace(FAST, allowed_networks=("127.0.0.1/32",)))
        assert inside.connections == 0
    [(url, reason)] = frontier.refusals
    assert url == site.url + "/a"
    assert "not a public address" in reason
    assert [answer.url for answer in frontier.answers] == [site.url + "/b"]


def test_private_address_is_refused(site: Publisher, frontier: MemoryFrontier) -> None:
    frontier.add(site.serve("/a", A))
    crawl(frontier, replace(FAST, allowed_networks=()))
    assert site.connections == 0
    [(_, reason)] = frontier.refusals
    assert reason.startswith("not a public address - 127.0.0.1")
    assert "--allow-private" in reason


def test_name_that_leads_to_a_private_address_is_refused(site: Publisher, frontier: MemoryFrontier) -> None:
    frontier.add(f"http://localhost:{site.port}/a")
    crawl(frontier, replace(FAST, allowed_networks=()))
    assert site.connections == 0
    assert len(frontier.refusals) == 1


def test_robots_that_lead_inside_are_not_followed(site: Publisher, frontier: MemoryFrontier) -> None:
    with Publisher("127.0.0.2") as inside:
        site.serve(ROBOTS, redirect(inside.url + "/robots.txt"))
        frontier.add(site.serve("/a", A))
        crawl(frontier, replace(FAST, allowed_networks=("127.0.0.1/32",)))
        assert inside.connections == 0
    [(_, _, reason)] = frontier.delays
    assert "its robots.txt could not be had: not a public address" in reason
    assert site.paths == [ROBOTS]


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
def test_site_on_ipv6_is_asked(frontier: MemoryFrontier) -> None:
    with Publisher("::1") as site:
        frontier.add(site.serve("/a", A))
        crawl(frontier, FAST)
        assert [answer.url for answer in frontier.answers] == [site.url + "/a"]


def test_site_by_name_is_asked(site: Publisher, frontier: MemoryFrontier) -> None:
    site.serve("/a", A)
    frontier.add(f"http://localhost:{site.port}/a")
    crawl(frontier, FAST)
    assert len(frontier.answers) == 1
    assert site.requests[0].headers["host"] == f"localhost:{site.port}"


# Proxies, and doors of Scrapy's own


@pytest.mark.parametrize("use_proxy", [False, True])
def test_proxies_of_the_environment_are_used_on_request_only(
    site: Publisher, frontier: MemoryFrontier, monkeypatch: pytest.MonkeyPatch, use_proxy: bool
) -> None:
    with Publisher("127.0.0.2") as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        proxy.serve(site.serve("/a", A), Response("<p>By proxy</p>"))
        frontier.add(site.url + "/a")
        crawl(frontier, replace(FAST, use_proxy=use_proxy))
        assert [answer.content for answer in frontier.answers] == [b"<p>By proxy</p>" if use_proxy else b"<p>A</p>"]
        assert bool(proxy.requests) is use_proxy
        assert bool(site.requests) is not use_proxy


def listening() -> set[str]:
    """The sockets of this process that listen, as Linux tells them."""
    mine = set()
    for number in os.listdir("/proc/self/fd"):
        try:
            mine.add(os.readlink(f"/proc/self/fd/{number}").removeprefix("socket:[").removesuffix("]"))
        except OSError:
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        rows = [line.split() for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]]
        found |= {row[1] for row in rows if row[3] == "0A" and row[9] in mine}
    return found


class WatchingFrontier(MemoryFrontier):
    """Looks at the doors of the process while the crawl is under way."""

    async def answered(self, answer: Answer) -> None:
        self.doors = listening()
        await super().answered(answer)


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="no Linux")
def test_no_door_is_opened_meanwhile(site: Publisher) -> None:
    frontier = WatchingFrontier()
    frontier.add(site.serve("/a", A))
    before = listening()
    # The site's own.
    assert any(door.endswith(f":{site.port:04X}") for door in before)
    crawl(frontier, FAST)
    assert frontier.doors == before
    with socket.create_server(("127.0.0.1", 0)):
        assert listening() > before


def test_crawl_runs_in_any_thread(site: Publisher, frontier: MemoryFrontier) -> None:
    frontier.add(site.serve("/a", A))
    thread = threading.Thread(target=crawl, args=(frontier, FAST))
    thread.start()
    thread.join(30)
    assert len(frontier.answers) == 1
