"""The crawler ends cleanly when told to, leaves nothing behind, and says nothing by itself: in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent

# A site, a frontier that tells of each answer, and what is left at the end.
HEAD = """
import json, signal, sys, time
from extractor.sources.web.crawler import CrawlOptions, crawl
from tests.frontiers import MemoryFrontier
from tests.publisher import Publisher, Response, drip, hang, reset, broken_gzip, redirect, bomb, busy

FAST = dict(delay=0.01, timeout=60, allowed_networks=("127.0.0.0/8",))

def tell(**what):
    print(json.dumps(what), flush=True)

class Telling(MemoryFrontier):
    async def answered(self, answer):
        await super().answered(answer)
        tell(answered=answer.url.rpartition("/")[2])

def handlers():
    return [repr(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
"""

STOPPED = """
site = Publisher().__enter__()
frontier = Telling()
for number in range(30):
    answer = {answers}
    frontier.add(site.serve(f"/{{number}}", answer))
# Told when it is asked, so that the signal comes while it is under way.
def asked(request):
    tell(asked=request.path)
    return {asked}
site.serve("/1", asked)
before = handlers()
began = time.monotonic()
try:
    crawl(frontier, CrawlOptions(**FAST, grace={grace}))
    raised = ""
except BaseException as error:
    raised = repr(error)
tell(
    raised=raised,
    same=handlers() == before,
    took=time.monotonic() - began,
    answered=len(frontier.answers),
    waiting=len(frontier.waiting),
    ended=len(frontier.refusals) + len(frontier.delays),
    paths=site.paths,
)
if {again}:
    site.serve("/1", Response("<p>1</p>"))
    rest = Telling(waiting=dict(frontier.waiting))
    crawl(rest, CrawlOptions(**FAST))
    tell(answered=len(rest.answers), waiting=len(rest.waiting))
site.__exit__(None, None, None)
"""


def start(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-c", HEAD + code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_until(process: subprocess.Popen[str], key: str) -> dict[str, Any]:
    assert process.stdout is not None
    for line in process.stdout:
        told: dict[str, Any] = json.loads(line)
        if key in told:
            return told
    raise AssertionError(process.communicate()[1])


def stop(code: str, *signals: int) -> list[dict[str, Any]]:
    """Run some code, send it signals once it asks for /1, and return what it told after that."""
    process = start(code)
    read_until(process, "asked")
    for number in signals:
        process.send_signal(number)
    told = [read_until(process, "raised")]
    out, err = process.communicate(timeout=60)
    assert err == ""
    assert process.returncode == 0
    return told + [line for line in map(json.loads, out.splitlines()) if "waiting" in line]


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, "KeyboardInterrupt()"), (signal.SIGTERM, "SystemExit(143)")]
)
def test_signal_lets_what_is_under_way_end(number: int, raised: str) -> None:
    code = STOPPED.format(
        answers='Response("<p>A</p>")', asked='time.sleep(0.5) or Response("<p>1</p>")', grace=30, again=True
    )
    first, second = stop(code, number)
    assert first["raised"] == raised
    assert first["same"]
    assert (first["answered"], first["waiting"], first["ended"]) == (2, 28, 0)
    assert first["paths"][-1] == "/1"
    # Nothing is lost: the same process, or another, goes on where this one was stopped.
    assert (second["answered"], second["waiting"]) == (28, 0)


def test_signal_does_not_wait_for_what_hangs() -> None:
    code = STOPPED.format(answers='Response("<p>A</p>")', asked="hang()", grace=0.3, again=True)
    first, second = stop(code, signal.SIGINT)
    assert first["raised"] == "KeyboardInterrupt()"
    assert (first["answered"], first["waiting"], first["ended"]) == (1, 29, 0)
    assert first["took"] < 50
    assert (second["answered"], second["waiting"]) == (29, 0)


def test_second_signal_ends_at_once() -> None:
    code = STOPPED.format(answers='Response("<p>A</p>")', asked="hang()", grace=1000, again=True)
    process = start(code)
    read_until(process, "asked")
    process.send_signal(signal.SIGINT)
    # Two that come together are one.
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.send_signal(signal.SIGINT)
    first = read_until(process, "raised")
    assert first["raised"] == "KeyboardInterrupt()"
    assert (first["answered"], first["waiting"], first["ended"]) == (1, 29, 0)
    second = read_until(process, "waiting")
    assert (second["answered"], second["waiting"]) == (29, 0)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 0


def test_signal_goes_to_the_handler_of_the_program() -> None:
    own = """
def own(number, frame):
    tell(own=number)
signal.signal(signal.SIGINT, own)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
"""
    process = start(own + STOPPED.format(answers='Response("<p>A</p>")', asked="hang()", grace=0.1, again=False))
    read_until(process, "asked")
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    assert read_until(process, "own") == {"own": signal.SIGINT}
    told = read_until(process, "raised")
    assert told["raised"] == ""
    assert told["same"]
    assert process.communicate(timeout=60)[1] == ""


def test_crawl_says_nothing_by_itself() -> None:
    code = """
site = Publisher().__enter__()
frontier = MemoryFrontier()
site.serve_robots("User-agent: *\\nDisallow: /no\\nNonsense\\n")
answers = [reset(), broken_gzip(), bomb(), hang(), redirect("/0"), redirect("ftp://a/"), Response("", 500)]
for number, answer in enumerate(answers):
    frontier.add(site.serve(f"/{number}", answer))
frontier.add(site.url + "/no", "http://nobody.invalid/", "https://127.0.0.1:1/", "http://10.0.0.1/")
crawl(frontier, CrawlOptions(**{**FAST, "timeout": 1.0}))
assert len(frontier.refusals) + len(frontier.delays) == 11, frontier
site.__exit__(None, None, None)
"""
    process = start(code)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0


def test_crawl_leaves_no_thread_that_keeps_the_process() -> None:
    """A look-up of a name is done in a thread; the process ends all the same, and at once."""
    code = """
import threading
site = Publisher().__enter__()
frontier = MemoryFrontier()
site.serve("/a", Response("<p>A</p>"))
frontier.add(f"http://localhost:{site.port}/a")
crawl(frontier, CrawlOptions(**FAST))
site.__exit__(None, None, None)
tell(answers=len(frontier.answers), threads=[t.name for t in threading.enumerate() if "twisted" in t.name])
"""
    process = start(code)
    out, err = process.communicate(timeout=60)
    assert json.loads(out) == {"answers": 1, "threads": []}
    assert (err, process.returncode) == ("", 0)


def test_signal_ends_a_crawl_that_waits() -> None:
    """Nothing is under way, and the frontier has something that is worth waiting for."""
    code = """
site = Publisher().__enter__()
frontier = MemoryFrontier(patience=3000)
frontier.add(site.serve("/a", busy(2000)))
import threading
def look():
    while not frontier.delays:
        time.sleep(0.01)
    time.sleep(0.3)
    tell(asked=True)
threading.Thread(target=look).start()
try:
    crawl(frontier, CrawlOptions(**FAST))
except BaseException as error:
    tell(raised=repr(error), paths=site.find_requests("/a") and len(site.requests))
site.__exit__(None, None, None)
"""
    [told] = stop(code, signal.SIGTERM)
    assert told == {"raised": "SystemExit(143)", "paths": 3}
