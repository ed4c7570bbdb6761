"""What a site can do wrong ends for the address that it concerns, with a reason, and for no other.

Each bad page stands on a site of its own between two good ones, and all sites are asked in one crawl.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

import pytest

from extractor.sources.web.crawler import CrawlOptions, crawl
from tests.frontiers import MemoryFrontier
from tests.press import Story
from tests.publisher import (
    Misbehaviour,
    Publisher,
    Response,
    Wire,
    bomb,
    broken_gzip,
    busy,
    chunks,
    drip,
    endless,
    find_free_port,
    hang,
    packed,
    redirect,
    reset,
    truncated,
    write_certificate,
)

# Loopback, but for the address that stands here for a machine that nobody may be led to.
ALLOWED = tuple(f"127.0.{third}.0/24" for third in range(10))
FORBIDDEN = "127.0.99.1"
LIMIT = 200_000
OPTIONS = CrawlOptions(delay=0.0, timeout=4.0, max_bytes=LIMIT, allowed_networks=ALLOWED, concurrency=64, ahead=500)
TOO_SLOW = "took too long"


def endless_head() -> Misbehaviour:
    """Send header after header."""

    def play(wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 OK\r\n")
        while not wire.closing.is_set():
            wire.send(b"X-More: and more\r\n" * 1000)

    return Misbehaviour(play)


@dataclass(frozen=True)
class Bad:
    """One row.

    Attributes:
        answer: what the page answers, or what makes the URL of the bad page from its site; None for a site that
            speaks TLS.
        ending: how its address ends.
        words: part of the reason; of an answer, its status.
        rests: whether the site asks to be left alone as a whole.
    """

    name: str
    answer: Response | Misbehaviour | Callable[[Publisher], str] | None
    ending: Literal["answered", "put off", "refused"]
    words: str | int
    rests: bool = False


def loop_of_two(site: Publisher) -> str:
    site.serve("/there", redirect("/bad"))
    return site.serve("/bad", redirect("/there"))


def ladder(site: Publisher) -> str:
    for step in range(9):
        site.serve(f"/step/{step}", redirect(f"/step/{step + 1}"))
    site.serve("/step/9", Response("<p>At last</p>"))
    return site.url + "/step/0"


def twice_refused(site: Publisher) -> str:
    site.serve("/there", redirect(f"http://{FORBIDDEN}:{site.port}/"))
    return site.serve("/bad", redirect("/there"))


PAGE = Response("<p>Half of it</p>" * 500)
ROWS = [
    Bad("gone", Response("<h1>Gone</h1>", 410), "answered", 410),
    Bad("not found", Response("<h1>Not found</h1>", 404), "answered", 404),
    Bad("wrong charset", Response("Zürich zählt".encode("latin-1")), "answered", 200),
    Bad("unknown charset", Response("<p>A</p>", media_type="text/html; charset=klingon"), "answered", 200),
    Bad("wrong media type", Response("<p>A page, truly.</p>", media_type="image/png"), "answered", 200),
    Bad("broken media type", Response("<p>A</p>", media_type=";;/=charset"), "answered", 200),
    Bad("no media type", Response("<p>A</p>", media_type=""), "answered", 200),
    Bad("no body", Response(), "answered", 200),
    Bad("zeros", Response(bytes(1000)), "answered", 200),
    Bad("redirect to nowhere", Response(status=302), "answered", 302),
    Bad("too many requests", busy(3600), "put off", "status 429", rests=True),
    Bad("unavailable", busy(status=503), "put off", "status 503", rests=True),
    Bad("server error", Response("Oops", 500), "put off", "status 500"),
    Bad("hang", hang(), "put off", TOO_SLOW),
    Bad("hang in the head", hang(b"HTTP/1.1 200 OK\r\nContent-Ty"), "put off", TOO_SLOW),
    Bad("hang in the body", hang(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<p>Half"), "put off", TOO_SLOW),
    Bad("drip", drip(b"x" * 1000), "put off", TOO_SLOW),
    Bad("endless head", endless_head(), "refused", "before its body"),
    Bad("cut off", truncated(), "put off", "broke off"),
    Bad("cut off in a chunk", chunks(b"<p>Half", whole=False), "put off", "broke off"),
    Bad("reset", reset(), "put off", "the connection failed"),
    Bad("reset in the body", reset(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<p>Half"), "put off", "broke off"),
    Bad("no HTTP", reset(b"220 mail.example ESMTP\r\n\r\n"), "put off", "is no HTTP"),
    Bad("damaged gzip", broken_gzip(), "put off", "damaged (gzip)"),
    Bad(
        "half a gzip",
        Response(packed(PAGE).content[:60], headers=[("Content-Encoding", "gzip")]),
        "put off",
        "damaged (gzip)",
    ),
    Bad("gzip that is none", Response("<p>A</p>", headers=[("Content-Encoding", "gzip")]), "put off", "damaged (gzip)"),
    Bad("unknown packing", Response("A", headers=[("Content-Encoding", "x-lharc")]), "refused", "packed"),
    Bad("endless", endless(), "refused", f"larger than {LIMIT:,}"),
    Bad("large", Response(b"x" * (LIMIT + 1)), "refused", f"larger than {LIMIT:,}"),
    Bad("bomb", bomb(5_000_000), "refused", f"larger than {LIMIT:,}"),
    Bad("loop", lambda site: site.serve("/bad", redirect("/bad")), "refused", "loop"),
    Bad("loop of two", loop_of_two, "refused", "loop"),
    Bad("too many redirects", ladder, "refused", "redirects"),
    Bad("redirect to a file", redirect("file:///etc/hostname"), "refused", "no address of http"),
    Bad("redirect to no address", redirect("http://[::bad/"), "refused", "no address"),
    Bad("redirect to no port", redirect("http://news.example:99999/"), "refused", "no address"),
    Bad("redirect to a private address", twice_refused, "refused", f"found {FORBIDDEN}"),
    Bad("private address", lambda site: f"http://{FORBIDDEN}:{site.port}/", "refused", f"found {FORBIDDEN}"),
    Bad("private number", lambda site: f"http://2130731777:{site.port}/", "refused", f"found {FORBIDDEN}"),
    Bad("unknown name", lambda site: "http://nonexistent.invalid/", "put off", "DNS"),
    Bad("redirect to an unknown name", redirect("http://nonexistent.invalid/"), "put off", "DNS"),
    Bad("label too long", lambda site: f"http://{'a' * 70}.example/", "put off", "DNS"),
    Bad("nobody there", lambda site: f"http://{site.host}:{find_free_port(site.host)}/", "put off", "refused"),
    Bad("no TLS", lambda site: site.url.replace("http:", "https:") + "/bad", "put off", "TLS"),
    # Each with a certificate of its own; all but the first are vouched for.
    Bad("TLS that nobody vouches for", None, "put off", "TLS: certificate verify failed"),
    Bad("TLS that has expired", None, "put off", "TLS: certificate verify failed"),
    Bad("TLS of another host", None, "put off", "TLS: the certificate is for another host"),
    Bad("TLS as it should be", None, "answered", 200),
]
IDS = [row.name for row in ROWS]


@dataclass(frozen=True)
class Run:
    """What became of one crawl over all rows, each by its name.

    Attributes:
        bad: the bad address; `good`: the two beside it, in their order.
        endings: of each URL, all that the crawler said of it: how it ended, with the status or the reason.
        contents: of each URL that was answered.
    """

    bad: dict[str, str]
    good: dict[str, list[str]]
    endings: dict[str, list[tuple[str, str | int]]]
    contents: dict[str, bytes]
    frontier: MemoryFrontier
    forbidden: int


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("tls")
    frontier = MemoryFrontier()
    bad: dict[str, str] = {}
    good: dict[str, list[str]] = {}
    with ExitStack() as stack:
        for number, row in enumerate(ROWS, start=1):
            site = stack.enter_context(Publisher(f"127.0.1.{number}"))
            before, after = (Story(2 * number + each).write_page(site.url) for each in (0, 1))
            good[row.name] = [site.serve("/before", Response(before)), site.serve("/after", Response(after))]
            if row.answer is None:
                bad[row.name] = _open_tls(stack, site.host, row.name, folder)
            elif isinstance(row.answer, (Response, Misbehaviour)):
                bad[row.name] = site.serve("/bad", row.answer)
            else:
                bad[row.name] = row.answer(site)
            frontier.add(good[row.name][0], bad[row.name], good[row.name][1])
        forbidden = stack.enter_context(Publisher(FORBIDDEN))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", str(folder / "trusted.pem"))
            crawl(frontier, OPTIONS)
        endings: dict[str, list[tuple[str, str | int]]] = {url: [] for url in [*bad.values(), *chain(*good.values())]}
        for answer in frontier.answers:
            endings[answer.address.url].append(("answered", answer.status))
        for url, reason in frontier.refusals:
            endings[url].append(("refused", reason))
        for url, _, reason in frontier.delays:
            endings[url].append(("put off", reason))
        contents = {answer.address.url: answer.content for answer in frontier.answers}
        yield Run(bad, good, endings, contents, frontier, forbidden.connections)


def _open_tls(stack: ExitStack, host: str, name: str, folder: Path) -> str:
    certificate = write_certificate(
        folder / f"{host}.pem",
        "127.0.98.1" if name == "TLS of another host" else host,
        days=-1 if name == "TLS that has expired" else 2,
    )
    if name != "TLS that nobody vouches for":
        with (folder / "trusted.pem").open("ab") as trusted:
            trusted.write(certificate.read_bytes())
    site = stack.enter_context(Publisher(host, certificate=certificate))
    return site.serve("/", Response("<p>Safely</p>"))


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_bad_address_ends_once_with_a_reason(run: Run, row: Bad) -> None:
    [(ending, words)] = run.endings[run.bad[row.name]]
    assert ending == row.ending, words
    if isinstance(row.words, int):
        assert words == row.words
    else:
        assert row.words in str(words)
    # The reason is a line for a reader, not what Python calls things.
    assert not any(mark in str(words) for mark in ("\n", "Traceback", "<twisted", "Error(", "bug of this program"))


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_good_pages_beside_a_bad_one_are_had(run: Run, row: Bad) -> None:
    before, after = run.good[row.name]
    assert run.endings[before] == [("answered", 200)]
    if row.rests:
        # The site wants to be left alone: what was not asked yet waits, and no try is counted.
        assert run.endings[after] == []
        assert run.frontier.waiting[after].tries == 0
        assert run.frontier.is_ahead(run.frontier.not_before[after], 30, 3600)
        return
    assert run.endings[after] == [("answered", 200)]
    assert [b"H800 chips" in run.contents[url] for url in (before, after)] == [True, True]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("wrong charset", "Zürich zählt".encode("latin-1")),
        ("wrong media type", b"<p>A page, truly.</p>"),
        ("no body", b""),
    ],
)
def test_odd_content_is_kept_as_it_came(run: Run, name: str, content: bytes) -> None:
    assert run.contents[run.bad[name]] == content


def test_nothing_is_lost_and_nothing_done_twice(run: Run) -> None:
    assert not run.frontier.in_hand
    assert Counter(len(said) for said in run.endings.values()) == {1: 3 * len(ROWS) - 2, 0: 2}


def test_nobody_comes_to_a_private_address(run: Run) -> None:
    assert run.forbidden == 0
