"""The commands that follow the news, as a user types them."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from extractor.cli import main
from extractor.cli.durations import DURATION, describe_duration
from extractor.sources.web.starters import starter_sources
from extractor.store import open_store
from extractor.store.locks import hold_lock
from tests.fetching import rows, run
from tests.press import publish, write_home
from tests.publisher import Publisher, Response

ROOT = Path(__file__).parent.parent
PROGRAM = "import sys; from extractor.cli import main; sys.argv[0] = 'ainews-to-sqlite'; main()"


@pytest.fixture
def site() -> Iterator[Publisher]:
    with Publisher() as publisher:
        yield publisher


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def call(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def listed(db: Path) -> list[dict[str, Any]]:
    return list(json.loads(call("sources", "list", db, "--json").stdout))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30m", 1800), ("6h", 21600), ("1d", 86400), ("1w", 604800), ("2s", 2), ("1.5s", 1.5), ("90", 90),
        ("2 days", 172800), ("1 Hour", 3600),
    ],
)  # fmt: skip
def test_durations_are_read(text: str, seconds: float) -> None:
    assert DURATION.convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "soon", "h", "-1h", "1 fortnight", "1h30", "99999999999d"])
def test_durations_that_are_none_are_refused(text: str, db: Path) -> None:
    done = call("sources", "add", db, "https://news.example/", "--kind", "feed", "--every", text)
    assert done.exit_code == 2
    assert "30m, 6h" in done.stderr or "too long" in done.stderr


def test_durations_are_written_as_they_are_read() -> None:
    assert [DURATION.convert(describe_duration(s), None, None) for s in (1, 90, 3600, 86400, 0.5)] == [
        1, 90, 3600, 86400, 0.5,
    ]  # fmt: skip


def test_sources_are_added_listed_paused_and_removed(db: Path) -> None:
    added = call(
        "sources", "add", db, "https://news.example/feed", "--kind", "feed", "--every", "1h", "--delay", "5s",
        "--tag", "press", "--topic", "GPU", "--since", "2026",
    )  # fmt: skip
    assert (added.exit_code, added.stdout) == (0, "")
    [row] = listed(db)
    shown = {"kind": "feed", "every": 3600, "delay": 5.0, "tags": ["press"], "topic": "GPU", "since": "2026"}
    assert {key: row[key] for key in shown} == shown
    assert "never" in call("sources", "list", db, "--table").stdout
    assert call("sources", "pause", db, row["id"][:8]).exit_code == 0
    assert "paused" in call("sources", "list", db, "--table").stdout
    assert call("sources", "pause", db, row["location"], "--resume").exit_code == 0
    assert listed(db)[0]["state"] == "followed"
    assert call("sources", "remove", db, row["location"]).exit_code == 0
    assert listed(db) == []


@pytest.mark.parametrize("command", [["pause"], ["pause", "--resume"], ["remove"]], ids=["pause", "resume", "remove"])
def test_sources_that_are_not_followed_are_left_alone(db: Path, command: list[str]) -> None:
    assert call("ingest", db).exit_code == 0
    done = call("sources", *command, db, "corpus")
    assert done.exit_code == 1
    assert re.search(r"not followed - corpus.*sources add", done.stderr), done.stderr
    call("sources", "add", db, "http://127.0.0.1:9/feed", "--kind", "feed")
    assert "corpus" not in call("fetch", db).stderr


def test_sources_starter_list_is_added_once(db: Path) -> None:
    count = len(starter_sources())
    assert f"{count} sources of the starter list added" in call("sources", "add", db, "--starter").stderr
    assert f"0 sources of the starter list added, {count} known" in call("sources", "add", db, "--starter").stderr
    assert len(listed(db)) == count


def test_sources_finds_out_what_a_home_page_leads_to(db: Path, site: Publisher) -> None:
    publish(site, 1)
    done = call("sources", "add", db, site.url, "--allow-private")
    assert done.exit_code == 0, done.stderr
    assert f"feed {site.url}/feed.xml" in done.stderr
    assert f"not added: list {site.url}" in done.stderr
    assert [(row["kind"], row["location"]) for row in listed(db)] == [("feed", f"{site.url}/feed.xml")]


def test_sources_finds_the_sitemap_that_robots_names(db: Path, site: Publisher) -> None:
    stories = publish(site, 12)
    home = re.sub(r"<link rel=\"alternate\"[^>]*>", "", write_home(site.url, stories))
    site.serve("/", Response(home))
    done = call("sources", "add", db, site.url, "--allow-private")
    assert [(row["kind"], row["location"]) for row in listed(db)] == [("sitemap", f"{site.url}/index.xml")], done.stderr


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        pytest.param(["https://news.example/", "--kind", "podcast"], 2, "podcast", id="kind"),
        pytest.param([], 2, "--starter", id="nothing named"),
        pytest.param(["ftp://news.example/", "--kind", "feed"], 1, "http", id="no web address"),
        pytest.param(["http://127.0.0.1:9/"], 1, "--allow-private.*|--kind", id="private"),
        pytest.param(["http://nowhere.invalid/"], 1, "--kind", id="no such host"),
        pytest.param(["https://n.example/", "--kind", "feed", "--topic", '"a'], 1, "quote", id="topic"),
        pytest.param(["https://n.example/", "--kind", "feed", "--every", "1s"], 2, "courtesy", id="too often"),
        pytest.param(["https://n.example/", "--kind", "feed", "--since", "soon"], 2, "YYYY", id="since"),
    ],
)
def test_sources_that_cannot_be_added_are_told(db: Path, args: list[str], code: int, words: str) -> None:
    done = call("sources", "add", db, *args)
    assert done.exit_code == code, done.stderr
    assert re.search(words, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert not db.exists() or listed(db) == []


@pytest.mark.parametrize(
    ("hours", "told"), [(1, "fails: no answer"), (30, "fails: no answer"), (24 * 5 + 1, "fails for 5 days: no answer")]
)
def test_sources_that_fail_for_days_say_so(db: Path, hours: int, told: str) -> None:
    call("sources", "add", db, "https://news.example/feed", "--kind", "feed")
    since = (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="seconds")
    connection = sqlite3.connect(db)
    connection.execute("UPDATE sources SET failing_since = ?, failure_reason = 'no answer'", [since])
    connection.commit()
    connection.close()
    assert told in call("sources", "list", db, "--table").stdout


def test_fetch_without_sources_says_how_to_add_some(db: Path) -> None:
    open_store(db, create=True).close()
    done = call("fetch", db)
    assert done.exit_code == 1
    assert "sources add" in done.stderr


def test_fetch_waits_for_nobody_who_holds_the_database(db: Path) -> None:
    call("sources", "add", db, "https://news.example/feed", "--kind", "feed")
    with hold_lock(db, "fetch"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "fetch", db], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"process {os.getpid()} on " in done.stderr


def test_fetch_tells_what_came_of_it_and_keeps_it_in_an_archive(db: Path, site: Publisher, tmp_path: Path) -> None:
    [story] = publish(site, 1)
    archive = tmp_path / "day.warc.gz"
    call("sources", "add", db, site.url + "/feed.xml", "--kind", "feed")
    done = call("fetch", db, "--allow-private", "--warc", archive)
    assert done.exit_code == 0, done.stderr
    assert re.search(r"2 answers -> 1 articles? stored, \d+ claims; 0 unchanged\.", done.stderr), done.stderr
    assert listed(db)[0]["articles"] == 1
    assert listed(db)[0]["last_success"]
    again = tmp_path / "again.db"
    assert call("ingest", again, archive).exit_code == 0
    asked = "SELECT id, predicate, value, quote, subject FROM claims ORDER BY id"
    with open_store(db) as one, open_store(again) as other:
        assert rows(one, asked) == rows(other, asked) != []
        assert rows(other, "SELECT url FROM articles") == [(site.url + story.path,)]


def test_ingest_takes_a_url_once(db: Path, site: Publisher) -> None:
    [story] = publish(site, 1)
    done = call("ingest", db, site.url + story.path, "--allow-private")
    assert done.exit_code == 0, done.stderr
    assert listed(db) == []
    with open_store(db) as store:
        assert rows(store, "SELECT url FROM articles") == [(site.url + story.path,)]


def test_ingest_of_a_url_that_is_not_there_fails(db: Path, site: Publisher) -> None:
    done = call("ingest", db, site.url + "/nothing", "--allow-private")
    assert done.exit_code == 1
    assert "404" in done.stderr


def test_ingest_refuses_private_addresses_unless_told(db: Path, site: Publisher) -> None:
    done = call("ingest", db, site.url + "/")
    assert done.exit_code == 1
    assert "--allow-private" in done.stderr
    assert site.requests == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_fetch_keeps_running_until_it_is_told_to_end(db: Path, site: Publisher, number: signal.Signals) -> None:
    publish(site, 1)
    call("sources", "add", db, site.url + "/feed.xml", "--kind", "feed")
    command = [sys.executable, "-c", PROGRAM, "fetch", str(db), "--every", "1s", "--allow-private"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline() for _ in range(4)]
        process.send_signal(number)
        rest = process.stderr.read()
        assert process.wait(timeout=30) == 0
    assert [line for line in lines if "1 articles stored" in line], lines
    assert sum("Next look" in line for line in lines) >= 2, lines
    assert "Stopped." in rest
    assert "Traceback" not in rest
    with open_store(db) as store:
        assert store.verify() == []


def test_fetch_that_is_told_to_end_leaves_the_rest_waiting(db: Path, site: Publisher) -> None:
    stories = publish(site, 20)
    call("sources", "add", db, site.url + "/feed.xml", "--kind", "feed")
    command = [sys.executable, "-c", PROGRAM, "fetch", str(db), "--allow-private"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not any(path.startswith("/news/") for path in site.paths) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        told = process.stderr.read()
        assert process.wait(timeout=30) == 130
    assert "Stopped." in told
    assert "Traceback" not in told
    with open_store(db) as store:
        [(had,)] = rows(store, "SELECT count(*) FROM articles")
        assert 0 < had < len(stories)
        assert rows(store, "SELECT outcome FROM runs") == [("stopped",)]
        run(store)
        assert rows(store, "SELECT count(*), max(version) FROM articles") == [(len(stories), 1)]
