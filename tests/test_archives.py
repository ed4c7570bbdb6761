"""Web archives -> pages: which are taken, where reading goes on, and what is told of a damaged file."""

from __future__ import annotations

import gzip
import io
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastwarc.stream_io import BrotliWriter
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractor.cli import main
from extractor.errors import SourceError
from extractor.records import Failure, Page
from extractor.sources import Position, Selection, fetch_marked_pages, fetch_pages
from extractor.store import open_store
from tests.press import write_stories

SITE = "https://news.example"
STORY = "<html lang='en'><title>{0}</title><p>Norwind trained {0} on 512 H800 chips, it said on Tuesday.</p></html>"
QUIET = "<html lang='en'><title>Bridge {0}</title><p>The council closed the bridge for repairs on Tuesday.</p></html>"


class Archive:
    """A WARC that is written record by record; it knows where each begins."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.starts: list[int] = []
        path.touch()

    def add(
        self,
        url: str = f"{SITE}/a",
        body: str | bytes = STORY.format("Marlin-2"),
        *,
        kind: str = "response",
        status: str = "200 OK",
        media: str = "text/html; charset=utf-8",
        headers: Iterable[tuple[str, str]] = (),
        date: str = "2025-01-28T07:30:00Z",
        facts: Iterable[tuple[str, str]] = (),
    ) -> Archive:
        content = body.encode() if isinstance(body, str) else body
        self.starts.append(self.path.stat().st_size)
        http = None
        if kind in ("response", "revisit"):
            fields = [*([("Content-Type", media)] if media else []), *headers]
            http = StatusAndHeaders(status, fields, protocol="HTTP/1.1")
        with self.path.open("ab") as out:
            writer = WARCWriter(out, gzip=self.path.suffix == ".gz")
            record = writer.create_warc_record(
                url, kind, payload=io.BytesIO(content), length=len(content), http_headers=http,
                warc_content_type="" if http else media, warc_headers_dict={"WARC-Date": date, **dict(facts)},
            )  # fmt: skip
            writer.write_record(record)
        return self

    def add_stories(self, count: int, first: int = 0) -> Archive:
        for number in range(first, first + count):
            self.add(f"{SITE}/{number}", STORY.format(f"Marlin-{number}"))
        return self


@pytest.fixture(params=["a.warc.gz", "a.warc"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    return Archive(tmp_path / request.param)


def read(path: Path, selection: Selection | None = None, **options: int) -> list[Page | Failure]:
    found = fetch_marked_pages([str(path)], selection or Selection(), **options)
    return [item for item in found if not isinstance(item, Position)]


def urls(found: Sequence[Page | Failure]) -> list[str]:
    return [item.url.removeprefix(SITE) if isinstance(item, Page) else f"!{item.source}" for item in found]


def run(*args: str | Path) -> str:
    """Run a command and return its last line on stderr."""
    done = CliRunner().invoke(main, [str(arg) for arg in args])
    assert done.exit_code in (0, 1), done.output
    return done.stderr.strip().splitlines()[-1]


def only_failure(path: Path, selection: Selection | None = None, **options: int) -> Failure:
    (failure,) = read(path, selection, **options)
    assert isinstance(failure, Failure)
    assert failure.stage == "source"
    assert "\n" not in failure.reason
    return failure


# --- which records are pages


def test_record_becomes_a_page(archive: Archive) -> None:
    archive.add(f"{SITE}/é?a=1", "<p>Größe</p>".encode("latin-1"), media='Text/HTML; charset="ISO-8859-1"')
    (page,) = read(archive.path)
    content = "<p>Größe</p>".encode("latin-1")
    assert page == Page(f"{SITE}/é?a=1", content, "text/html", "iso-8859-1", "2025-01-28T07:30:00+00:00")


TAKEN = [
    pytest.param({}, True, id="html"),
    pytest.param({"media": "application/xhtml+xml"}, True, id="xhtml"),
    pytest.param({"media": ""}, True, id="html-that-no-header-names"),
    pytest.param({"media": "", "body": "Just words."}, False, id="text-that-no-header-names"),
    pytest.param({"media": "text/plain"}, False, id="plain-text"),
    pytest.param({"media": "image/png", "body": b"\x89PNG\r\n\x1a\n"}, False, id="image"),
    pytest.param({"status": "404 Not Found"}, False, id="not-found"),
    pytest.param({"status": "301 Moved Permanently"}, False, id="redirect"),
    pytest.param({"status": "206 Partial Content"}, False, id="part"),
    pytest.param({"body": " \r\n"}, False, id="nothing-in-it"),
    pytest.param({"kind": "resource", "media": "text/html"}, True, id="resource"),
    pytest.param({"kind": "resource", "media": "text/css"}, False, id="resource-of-another-kind"),
    pytest.param({"kind": "conversion", "media": "text/plain"}, False, id="conversion"),
    pytest.param({"kind": "metadata", "media": "application/warc-fields"}, False, id="metadata"),
    pytest.param({"kind": "revisit"}, False, id="revisit"),
    pytest.param({"url": "dns:news.example"}, False, id="no-web-address"),
    pytest.param({"facts": [("WARC-Truncated", "length")]}, True, id="cut-by-the-crawler"),
]


@pytest.mark.parametrize(("facts", "taken"), TAKEN)
def test_records_that_are_pages(archive: Archive, facts: dict[str, str], taken: bool) -> None:
    archive.add(f"{SITE}/first").add(**facts)  # type: ignore[arg-type]
    assert len(read(archive.path)) == 1 + taken


STORED = STORY.format("Marlin-2").encode()
CHUNKED = b"%x;last=no\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (50, STORED[:50], len(STORED) - 50, STORED[50:])


def brotlied(content: bytes) -> bytes:
    out = io.BytesIO()
    writer = BrotliWriter(out)
    writer.write(content)
    writer.close()
    return out.getvalue()


PACKED = [
    pytest.param(CHUNKED, [("Transfer-Encoding", "chunked")], id="chunks"),
    pytest.param(STORED, [("Transfer-Encoding", "chunked")], id="chunks-told-and-undone"),
    pytest.param(gzip.compress(STORED), [("Content-Encoding", "gzip")], id="gzip"),
    pytest.param(STORED, [("Content-Encoding", "gzip")], id="gzip-told-and-undone"),
    pytest.param(brotlied(STORED), [("Content-Encoding", "br")], id="brotli"),
    pytest.param(STORED, [("Content-Encoding", "br")], id="brotli-told-and-undone"),
    pytest.param(zlib.compress(STORED), [("Content-Encoding", "deflate")], id="deflate"),
    pytest.param(zlib.compress(STORED, wbits=-15), [("Content-Encoding", "deflate")], id="deflate-bare"),
    pytest.param(gzip.compress(brotlied(STORED)), [("Content-Encoding", "br, x-gzip")], id="twice"),
]


@pytest.mark.parametrize(("body", "headers"), PACKED)
def test_bodies_are_unpacked(archive: Archive, body: bytes, headers: list[tuple[str, str]]) -> None:
    archive.add(body=body, headers=headers)
    (page,) = read(archive.path)
    assert isinstance(page, Page)
    assert page.content == STORED


BROKEN = [
    pytest.param(CHUNKED[:90], [("Transfer-Encoding", "chunked")], "chunks are broken", id="chunks-that-end-early"),
    pytest.param(gzip.compress(STORED)[:-20], [("Content-Encoding", "gzip")], "packed page is broken", id="gzip"),
    pytest.param(b"\x01nothing", [("Content-Encoding", "br")], "packed page is broken", id="brotli"),
    pytest.param(b"\x01nothing", [("Content-Encoding", "sdch")], "unknown way.*found sdch", id="unknown"),
    pytest.param(gzip.compress(b"<p>" * 99_999), [("Content-Encoding", "gzip")], "too large.*--max-bytes", id="bomb"),
    pytest.param(b"<p>" * 99_999, [], "too large.*at most 200,000 bytes", id="large"),
    pytest.param(b"%PDF-1.7", [], "no page.*a PDF", id="another-kind"),
]


@pytest.mark.parametrize(("body", "headers", "words"), BROKEN)
def test_a_page_that_cannot_be_read_is_told_and_passed(
    archive: Archive, body: bytes, headers: list[tuple[str, str]], words: str
) -> None:
    archive.add(f"{SITE}/1").add(f"{SITE}/2", body, headers=headers).add(f"{SITE}/3")
    first, failure, last = read(archive.path, max_bytes=200_000)
    assert urls([first, last]) == ["/1", "/3"]
    assert isinstance(failure, Failure)
    assert failure.source == f"{archive.path}@{archive.starts[1]}"
    assert re.search(words, failure.reason)
    assert f"byte {archive.starts[1]}, {SITE}/2" in failure.reason


def test_more_than_is_kept_of_a_record_is_passed_over(archive: Archive) -> None:
    archive.add(f"{SITE}/film", b"\0" * 3_000_000, media="video/mp4").add(f"{SITE}/2", "<p>" * 1_000_000).add()
    failure, page = read(archive.path, max_bytes=100_000)
    assert isinstance(failure, Failure)
    assert f"too large - {archive.path}, byte {archive.starts[1]}, {SITE}/2" in failure.reason
    assert isinstance(page, Page)


@pytest.mark.parametrize("name", ["WARC-Block-Digest", "WARC-Payload-Digest"])
def test_content_that_does_not_fit_its_digest_is_left_out(tmp_path: Path, name: str) -> None:
    archive = Archive(tmp_path / "a.warc").add_stories(3)
    content = archive.path.read_bytes().replace(b"Marlin-1 on 512", b"Marlin-1 on 912")
    other = {"WARC-Block-Digest": b"WARC-Payload-Digest", "WARC-Payload-Digest": b"WARC-Block-Digest"}[name]
    archive.path.write_bytes(content.replace(other, other.replace(b"Digest", b"Absent")))
    _, failure, _ = found = read(archive.path)
    assert urls(found) == ["/0", f"!{archive.path}@{archive.starts[1]}", "/2"]
    assert isinstance(failure, Failure)
    assert re.search(r"expected sha1:\w{32}, found sha1:\w{32}\. It was left out: get the", failure.reason)


def test_an_archive_without_a_page_says_what_it_holds(archive: Archive) -> None:
    archive.add(kind="conversion", media="text/plain").add(kind="conversion", media="text/plain").add(status="404 Gone")
    assert "holds no page" in (reason := only_failure(archive.path).reason)
    assert "found 2 conversion, 1 response" in reason


def test_archives_are_known_by_name_and_by_content(archive: Archive, tmp_path: Path) -> None:
    archive.add()
    other = tmp_path / "below" / "download"
    other.parent.mkdir()
    archive.path.rename(other)
    assert urls(read(other)) == ["/a"]
    other.rename(other.parent / archive.path.name)
    assert urls(read(tmp_path)) == ["/a"]


# --- filters

FILTERS = [
    pytest.param({}, "abcd", id="all"),
    pytest.param({"urls": ("https://*.example/*",)}, "abc", id="host"),
    pytest.param({"urls": ("HTTPS://NEWS.example/ai/*",)}, "b", id="folder"),
    pytest.param({"urls": ("news.example/*",)}, "ab", id="without-scheme"),
    pytest.param({"urls": ("news.example",)}, "", id="whole-url-or-nothing"),
    pytest.param({"urls": ("*/ai/*", "*.test/?id=*")}, "bd", id="one-of-several"),
    pytest.param({"since": "2025-01-28"}, "bcd", id="since-a-day"),
    pytest.param({"until": "2025-01"}, "ab", id="until-a-month-with-all-of-it"),
    pytest.param({"since": "2024-12", "until": "2024"}, "a", id="between"),
    pytest.param({"languages": ("en",)}, "abd", id="language-said-in-either-place-or-not"),
    pytest.param({"languages": ("en-GB",)}, "ad", id="language-of-a-country"),
    pytest.param({"languages": ("fr", "DE")}, "acd", id="one-of-several-languages"),
    pytest.param({"urls": ("*.example/*",), "since": "2025", "languages": ("en",)}, "b", id="all-of-them"),
]


@pytest.mark.parametrize(("asked", "letters"), FILTERS)
def test_filters(archive: Archive, asked: dict[str, str], letters: str) -> None:
    archive.add("https://news.example/a", "<html class=x lang=en-GB><p>a", date="2024-12-31T23:59:59Z",
                headers=[("Content-Language", "de, en")])  # fmt: skip
    archive.add("https://news.example/ai/b", "<p>b", date="2025-01-28T00:00:00Z", headers=[("Content-Language", "en")])
    archive.add("https://www.blatt.example/c", "<html xml:lang='de'><p>c", date="2025-02-01T10:00:00.123456Z")
    archive.add("http://blog.test/?id=4", "<p lang=de>d", date="2025-02-01T10:00:00Z")
    found = read(archive.path, Selection(**asked))  # type: ignore[arg-type]
    assert "".join(page.content.decode()[-1] for page in found if isinstance(page, Page)) == letters


@pytest.mark.parametrize("asked", [{"since": "yesterday"}, {"until": "2025-1-2"}, {"languages": ("English",)}])
def test_filters_that_cannot_be(asked: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"expected .* found '(yesterday|2025-1-2|English)'"):
        Selection(**asked)  # type: ignore[arg-type]
    ((name, value),) = asked.items()
    option = {"languages": "--language"}.get(name, f"--{name}")
    done = CliRunner().invoke(main, ["ingest", str(tmp_path / "a.db"), option, "".join(value)])
    assert done.exit_code == 2, done.output
    assert not (tmp_path / "a.db").exists()


def test_pages_that_name_nothing_of_ai_are_left_out_unread(archive: Archive, path: Path) -> None:
    for number in range(3):
        archive.add(f"{SITE}/quiet/{number}", QUIET.format(number))
    archive.add_stories(2)
    assert run("ingest", path, archive.path).endswith(
        "2 pages -> 2 articles stored, 2 claims; 0 known already, 0 failures. "
        "Left out unread: 3 that name nothing of AI (--all-pages reads them)."
    )
    line = run("ingest", path, archive.path, "--all-pages", "--url", "*/quiet/*")
    assert re.search(r"3 pages -> 3 articles stored, 0 claims;.*Left out unread: 2 by the filters\.$", line)


def test_read_prints_the_articles_of_an_archive(archive: Archive) -> None:
    archive.add_stories(2).add(f"{SITE}/q", QUIET.format(1))
    done = CliRunner().invoke(main, ["read", str(archive.path)])
    assert done.exit_code == 0
    assert re.findall(r'"url": "([^"]+)"', done.stdout) == [f"{SITE}/0", f"{SITE}/1", f"{SITE}/q"]


# --- where reading goes on


def articles(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        return [row[0].removeprefix(SITE) for row in db.execute("SELECT url FROM articles ORDER BY rowid")]


def failures(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        return [row[0] for row in db.execute("SELECT source FROM failures ORDER BY id")]


def test_an_archive_that_is_known_is_not_read_again(archive: Archive, path: Path) -> None:
    archive.add_stories(3)
    assert "3 articles stored" in run("ingest", path, archive.path)
    assert "1 page -> 0 articles stored, 0 claims; 1 known already, 0 failures." in run("ingest", path, archive.path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT size - position, records FROM positions").fetchall() == [(0, 3)]
        assert db.execute("SELECT kind FROM sources").fetchall() == [("warc",)]


def test_an_archive_that_has_grown_is_read_on(archive: Archive, path: Path) -> None:
    archive.add_stories(3)
    run("ingest", path, archive.path)
    archive.add_stories(2, first=3)
    assert run("ingest", path, archive.path).startswith(f"{path}: 2 pages -> 2 articles stored")
    assert articles(path) == [f"/{number}" for number in range(5)]


CHANGED = [
    pytest.param("rewritten", 3, id="another-file-of-the-same-name"),
    pytest.param("shorter", 2, id="a-shorter-one"),
    pytest.param("filter", 3, id="another-filter"),
    pytest.param("rules", 3, id="other-rules"),
    pytest.param("", 1, id="nothing"),
]


@pytest.mark.parametrize(("what", "pages"), CHANGED)
def test_what_makes_an_archive_be_read_anew(
    archive: Archive, path: Path, what: str, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add_stories(3)
    run("ingest", path, archive.path)
    options = []
    if what in ("rewritten", "shorter"):
        archive.path.unlink()
        Archive(archive.path).add_stories(pages)
    elif what == "filter":
        options = ["--since", "2020"]
    elif what == "rules":
        monkeypatch.setattr("extractor.cli.runs.rules_hash", lambda: "other")
    assert run("ingest", path, archive.path, *options).startswith(f"{path}: {pages} page")


def test_a_record_that_is_being_written_is_read_by_the_next_run(archive: Archive, path: Path) -> None:
    archive.add_stories(3)
    whole = archive.path.read_bytes()
    archive.path.write_bytes(whole[:-30])
    assert "2 articles stored" in run("ingest", path, archive.path)
    assert failures(path) == [f"{archive.path}@{archive.starts[2]}"]
    run("ingest", path, archive.path)
    assert failures(path) == [f"{archive.path}@{archive.starts[2]}"]
    archive.path.write_bytes(whole)
    assert run("ingest", path, archive.path).startswith(f"{path}: 1 page -> 1 article stored")
    assert failures(path) == []
    assert articles(path) == ["/0", "/1", "/2"]


def test_failures_stay_listed_when_a_run_begins_behind_them(archive: Archive, path: Path) -> None:
    archive.add(body=b"\x01", headers=[("Content-Encoding", "br")]).add_stories(1)
    run("ingest", path, archive.path)
    archive.add_stories(1, first=1)
    run("ingest", path, archive.path)
    run("ingest", path, archive.path)
    assert failures(path) == [f"{archive.path}@0"]
    assert articles(path) == ["/0", "/1"]


READ_SLOWLY = """
import sys
from pathlib import Path
from extractor.articles import read_article
from extractor.engine import ingest
from extractor.sources import Selection, fetch_marked_pages
from extractor.store import Source, open_store

def read(page):
    print(page.url, flush=True)
    return read_article(page)

database, archive = sys.argv[1:]
with open_store(database, create=True) as store:
    wanted = Selection(gate=lambda content: b"chips" in content, rules="r", find_position=store.find_position)
    ingest(store, fetch_marked_pages([archive], wanted), source=Source("warc", archive), read=read,
           extract=lambda document: [], rules="r")
"""


def test_a_run_that_is_killed_goes_on_behind_the_last_record(archive: Archive, path: Path) -> None:
    """At most the page in hand is read a second time after each kill; none is lost, and none stored twice."""
    for number in range(60):
        archive.add(f"{SITE}/quiet/{number}", QUIET.format(number)).add_stories(1, first=number)
    chance = random.Random(11)
    code = [sys.executable, "-c", READ_SLOWLY, str(path), str(archive.path)]
    seen: list[str] = []
    kills = 0
    while True:
        stop = chance.randint(1, 15)
        with subprocess.Popen(code, stdout=subprocess.PIPE, text=True) as process:
            for count, line in enumerate(process.stdout or (), 1):
                seen.append(line.strip().removeprefix(SITE))
                if count == stop:
                    process.send_signal(signal.SIGKILL)
            process.wait()
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        kills += 1
        with open_store(path) as store:
            assert store.verify() == []
            position = store.find_position(archive.path.resolve().as_uri())
            done = len(articles(path))
            # the position is never ahead of what is stored: two records for each article, and a quiet one before
            assert position is None or position.records <= 2 * done + 1
    assert kills > 4
    assert articles(path) == [f"/{number}" for number in range(60)]
    assert list(dict.fromkeys(seen)) == articles(path)
    assert len(seen) <= 60 + kills
    with open_store(path) as store:
        assert store.counts()["versions"] == 0


def count_articles(database: Path) -> int:
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:
        # Not made yet, or not yet with its tables
        return 0


def test_ingest_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    """The command itself, killed at any moment after it has begun to store."""
    archive = Archive(tmp_path / "a.warc.gz")
    for story in write_stories(60):
        archive.add(f"{SITE}{story.path}", story.write_page(SITE))
    killed, whole = tmp_path / "killed.db", tmp_path / "whole.db"
    code = [sys.executable, "-c", "from extractor.cli import main; main()", "ingest"]
    chance = random.Random(5)
    kills = 0
    for _ in range(3):
        before = count_articles(killed)
        with subprocess.Popen([*code, killed, archive.path], stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and count_articles(killed) == before:
                time.sleep(0.002)
            time.sleep(chance.uniform(0.0, 0.05))
            process.kill()
        kills += process.returncode == -signal.SIGKILL
    assert kills, "each run was over before it was killed"
    for database in (killed, whole):
        subprocess.run([*code, database, archive.path], check=True, stderr=subprocess.DEVNULL)
    tables = ("SELECT url, text, version FROM articles ORDER BY url", "SELECT id, value FROM claims ORDER BY id")
    for sql in tables:
        with sqlite3.connect(killed) as one, sqlite3.connect(whole) as other:
            rows = one.execute(sql).fetchall()
            assert rows == other.execute(sql).fetchall()
            assert len(rows) >= 60
    with open_store(killed) as store:
        assert store.verify() == []


# --- damage


def damages(found: Sequence[Page | Failure]) -> list[int]:
    """Where the damaged places are, by the failures' sources."""
    return [int(item.source.rpartition("@")[2]) for item in found if isinstance(item, Failure)]


def unpack(member: bytes) -> bytes | None:
    try:
        return gzip.decompress(member)
    except (OSError, EOFError, zlib.error):
        return None


@pytest.mark.parametrize("seed", range(25))
def test_a_file_that_is_cut_says_where_and_keeps_what_came_before(archive: Archive, seed: int) -> None:
    archive.add_stories(6)
    whole = archive.path.read_bytes()
    size = random.Random(seed).randrange(1, len(whole))
    archive.path.write_bytes(whole[:size])
    found = read(archive.path)
    begun = [start for start in archive.starts if start < size]
    ends = [*archive.starts[1:], len(whole)]
    # of a plain record the blank lines at its end may be missing: its content is whole
    slack = 0 if archive.path.suffix == ".gz" else 4
    kept = sum(end - slack <= size for end in ends)
    assert urls(found)[:kept] == [f"/{number}" for number in range(kept)]
    assert damages(found) == ([begun[-1]] if kept < len(begun) else [])
    assert len(found) == len(begun)
    if kept < len(begun):
        assert isinstance(found[-1], Failure)
        assert re.search(rf"cut - .*, byte {begun[-1]}; expected .*, found .*run this again", found[-1].reason)


@pytest.mark.parametrize("seed", range(60))
def test_a_bit_that_flips_costs_no_more_than_its_record(archive: Archive, seed: int, path: Path) -> None:
    archive.add_stories(6)
    whole = archive.path.read_bytes()
    content = bytearray(whole)
    chance = random.Random(seed)
    place = chance.randrange(len(content))
    content[place] ^= 1 << chance.randrange(8)
    archive.path.write_bytes(content)
    found = read(archive.path)
    ends = [*archive.starts[1:], len(content)]
    hit = next(number for number, end in enumerate(ends) if place < end)
    rest = [f"/{number}" for number in range(6) if number != hit]
    assert [url for url in urls(found) if url in rest] == rest
    # What a flipped bit may spare: in a gzip member what is not of its content; in a plain file the headers of a
    # record, of which no digest is kept, and the blank lines behind it
    start = archive.starts[hit]
    assert all(start <= offset < ends[hit] for offset in damages(found))
    if archive.path.suffix == ".gz":
        spared = unpack(bytes(content[start : ends[hit]])) == unpack(whole[start : ends[hit]])
    else:
        head = content.index(b"HTTP/1.1" if b"HTTP/1.1" in content[start : ends[hit]] else b"\r\n\r\n", start)
        spared = place < head or place >= ends[hit] - 4
    if not spared:
        assert damages(found) == [start]
        assert len(found) == 6


@pytest.mark.parametrize("seed", range(20))
def test_damage_of_any_length_never_stops_the_rest(archive: Archive, seed: int) -> None:
    archive.add_stories(8)
    content = archive.path.read_bytes()
    chance = random.Random(seed)
    start = chance.randrange(archive.starts[1], archive.starts[5])
    end = start + chance.randrange(1, archive.starts[2])
    # something else in its place, of another length
    archive.path.write_bytes(content[:start] + chance.randbytes(chance.randrange(200)) + content[end:])
    found = read(archive.path)
    ends = [*archive.starts[1:], len(content)]
    touched = {number for number in range(8) if archive.starts[number] < end and start < ends[number]}
    rest = [f"/{number}" for number in range(8) if number not in touched]
    assert [url for url in urls(found) if url in rest] == rest
    if found_at := damages(found):
        first = min(touched)
        assert archive.starts[first] <= found_at[0] <= end


GARBAGE = [
    pytest.param(b"\0" * 1000, id="nothing-written"),
    pytest.param(b"<html>An error page of the proxy</html>", id="text"),
    pytest.param(gzip.compress(b"Not a record at all."), id="gzip-of-something-else"),
    pytest.param(b"\x1f\x8b\x08", id="beginning-of-gzip"),
    pytest.param(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", id="record-without-length"),
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_what_lies_between_records_is_told_with_its_length(archive: Archive, garbage: bytes) -> None:
    archive.add_stories(2)
    content = archive.path.read_bytes()
    place = archive.starts[1]
    archive.path.write_bytes(content[:place] + garbage + content[place:])
    first, failure, last = read(archive.path)
    assert urls([first, last]) == ["/0", "/1"]
    assert isinstance(failure, Failure)
    assert re.search(rf"damaged - \S*, byte {place}; expected .*, found .*\S", failure.reason)
    assert f"Skipped {len(garbage):,} bytes and went on at byte {place + len(garbage)}" in failure.reason


def test_a_length_that_is_wrong_is_told(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a.warc").add_stories(3)
    content = archive.path.read_bytes()
    for wrong in (b"Content-Length: 9", b"Content-Length: 99999", b"Content-Length: x"):
        start = archive.starts[1]
        stated = re.compile(rb"^Content-Length: \d+", re.M).search(content, start)
        assert stated
        archive.path.write_bytes(content[: stated.start()] + wrong + content[stated.end() :])
        found = read(archive.path)
        assert urls(found) == ["/0", f"!{archive.path}@{start}", "/2"], wrong


def test_an_archive_whose_beginning_is_damaged_is_read_from_the_second_record(archive: Archive) -> None:
    archive.add_stories(3)
    content = bytearray(archive.path.read_bytes())
    content[:4] = b"\0\0\0\0"
    archive.path.write_bytes(content)
    assert urls(read(archive.path)) == [f"!{archive.path}@0", "/1", "/2"]


def test_a_damaged_archive_is_read_to_its_end_once(archive: Archive, path: Path) -> None:
    archive.add_stories(4)
    content = bytearray(archive.path.read_bytes())
    content[archive.starts[1] + 40] ^= 255
    archive.path.write_bytes(content)
    line = run("ingest", path, archive.path)
    read_before = len(articles(path))
    if archive.path.suffix == ".gz":
        assert "1 failure" in line
        assert failures(path) == [f"{archive.path}@{archive.starts[1]}"]
    listed = failures(path)
    assert "1 known already" in run("ingest", path, archive.path)
    assert failures(path) == listed
    assert len(articles(path)) == read_before


def test_one_gzip_stream_of_many_records_is_read(tmp_path: Path, path: Path) -> None:
    archive = Archive(tmp_path / "a.warc").add_stories(4)
    packed = tmp_path / "b.warc.gz"
    packed.write_bytes(gzip.compress(archive.path.read_bytes()))
    assert urls(read(packed)) == ["/0", "/1", "/2", "/3"]
    assert "4 articles" in run("ingest", path, packed)
    assert "1 known already" in run("ingest", path, packed)
    packed.write_bytes(packed.read_bytes()[:-120])
    found = read(packed)
    assert urls(found) == [*[f"/{number}" for number in range(len(found) - 1)], f"!{packed}@0"]


@pytest.mark.parametrize("content", [b"", b"\n", b"\x1f", b"WARC/1.0", b"\x1f\x8b\x08" + b"\0" * 20])
@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_files_with_nothing_in_them(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    only_failure(tmp_path / name)


def test_a_file_that_cannot_be_had(tmp_path: Path) -> None:
    (failure,) = fetch_pages([str(tmp_path / "none.warc.gz")])
    assert isinstance(failure, Failure)
    assert "No such file" in failure.reason
    (tmp_path / "folder.warc").mkdir()
    assert "nothing to read" in only_failure(tmp_path / "folder.warc").reason
