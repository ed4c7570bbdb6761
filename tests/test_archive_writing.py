"""What was fetched -> a web archive: read by others, read back by us, and never spoilt by a kill."""

from __future__ import annotations

import gzip
import io
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from extractor.cli import main
from extractor.errors import SourceError
from extractor.records import Failure, Page
from extractor.sources import fetch_pages
from extractor.sources.archives.writing import WarcWriter
from extractor.sources.web.records import Address, Answer
from tests.press import write_stories

SITE = "https://news.example"
PAGE = "<html lang='en'><title>Größe</title><p>It cost $5m.</p></html>".encode()


def answer(path: str = "/a", content: bytes = PAGE, **options: object) -> Answer:
    facts: dict[str, object] = {
        "status": 200,
        "headers": (("Content-Type", "text/html; charset=UTF-8"), ("Server", "press")),
        "at": "2025-01-28T07:30:00+00:00",
    }
    return Answer(Address(SITE + path), url=SITE + path, content=content, **(facts | options))  # type: ignore[arg-type]


@pytest.fixture(params=["out.warc.gz", "out.warc"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def rows(path: Path) -> list[tuple[str, str | None, bytes]]:
    """Type, address and content of each record, as warcio reads them, with every digest checked."""
    found = []
    with path.open("rb") as raw:
        for record in ArchiveIterator(raw, check_digests="raise"):
            content = record.content_stream().read()
            found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), content))
    return found


def urls(path: Path) -> list[str]:
    return [item.url if isinstance(item, Page) else f"!{item.reason}" for item in fetch_pages([str(path)])]


def test_written_answers_are_read_by_others(out: Path) -> None:
    with WarcWriter(out) as archive:
        assert archive.notice == ""
        archive.write(answer("/a?b=1#c"))
        archive.write(answer("/gone", b"Gone.", status=410))
    info, response, gone = rows(out)
    assert info[0] == "warcinfo"
    assert b"software: ainews-to-sqlite " in info[2]
    assert response == ("response", f"{SITE}/a?b=1#c", PAGE)
    assert gone == ("response", f"{SITE}/gone", b"Gone.")
    records = list(FastIterator(str(out), parse_http=False))
    assert len(records) == 3
    with out.open("rb") as raw:
        _, kept, last = ArchiveIterator(raw)
        assert kept.rec_headers.get_header("WARC-Date") == "2025-01-28T07:30:00Z"
        assert kept.rec_headers.get_header("WARC-Payload-Digest").startswith("sha1:")
        assert last.http_headers.get_statuscode() == "410"


def test_headers_of_packing_are_replaced_and_others_kept(out: Path) -> None:
    packing = (("content-encoding", "br"), ("Transfer-Encoding", "chunked"), ("CONTENT-LENGTH", "7"))
    mean = (("X-Mean", "a\r\nSet-Cookie: b"), ("X-Far", "naïve"))
    with WarcWriter(out) as archive:
        archive.write(answer(headers=(("Content-Type", "text/html"), *packing, *mean)))
    with out.open("rb") as raw:
        _, record = ArchiveIterator(raw)
        headers = dict(record.http_headers.headers)
    assert headers == {
        "Content-Type": "text/html", "X-Mean": "a Set-Cookie: b", "X-Far": "na%C3%AFve",
        "Content-Length": str(len(PAGE)),
    }  # fmt: skip
    assert urls(out) == [f"{SITE}/a"]


def test_an_unchanged_page_is_a_revisit(out: Path) -> None:
    with WarcWriter(out) as archive:
        archive.write(answer(status=304, content=b"", headers=(("ETag", '"1"'),)))
    with out.open("rb") as raw:
        _, record = ArchiveIterator(raw)
        assert record.rec_type == "revisit"
        assert record.rec_headers.get_header("WARC-Profile").endswith("/revisit/server-not-modified")
        assert record.http_headers.statusline == "304 Not Modified"
        assert record.http_headers.get_header("ETag") == '"1"'
        assert record.content_stream().read() == b""


def test_every_run_adds_to_the_file(out: Path) -> None:
    for number in range(3):
        with WarcWriter(out) as archive:
            archive.write(answer(f"/{number}"))
            assert archive.notice == ""
    assert [row[0] for row in rows(out)] == ["warcinfo", "response"] * 3
    assert urls(out) == [f"{SITE}/{number}" for number in range(3)]


@pytest.mark.parametrize("seed", range(25))
def test_a_cut_tail_is_taken_off_and_told(out: Path, seed: int) -> None:
    ends = []
    with WarcWriter(out) as archive:
        for number in range(4):
            archive.write(answer(f"/{number}"))
            ends.append(out.stat().st_size)
    chance = random.Random(seed)
    size = chance.randrange(1, ends[-1]) if seed else ends[1]
    with out.open("r+b") as file:
        file.truncate(size)
    begun = max([0, *(end for end in ends if end <= size)])
    kept = sum(end <= size for end in ends)
    with WarcWriter(out) as archive:
        archive.write(answer("/new"))
    if size in ends:
        assert archive.notice == ""
    elif kept:
        assert archive.notice.endswith(f"its {size - begun:,} bytes were taken off at byte {begun}")
    assert urls(out) == [*(f"{SITE}/{number}" for number in range(kept)), f"{SITE}/new"]
    assert rows(out)


def test_a_cut_record_that_is_larger_than_what_is_looked_at_first(out: Path) -> None:
    with WarcWriter(out) as archive:
        archive.write(answer("/0"))
        size = out.stat().st_size
        archive.write(answer("/large", random.Random(1).randbytes(12_000_000)))
    with out.open("r+b") as file:
        file.truncate(size + 11_000_000)
    with WarcWriter(out) as archive:
        assert archive.notice.endswith(f"taken off at byte {size}")
    assert urls(out) == [f"{SITE}/0"]


def test_damage_further_up_is_left_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "out.warc.gz"
    with WarcWriter(out) as archive:
        start = out.stat().st_size
        for number in range(3):
            archive.write(answer(f"/{number}"))
    content = bytearray(out.read_bytes())
    content[start + 60] ^= 255
    out.write_bytes(content)
    with WarcWriter(out) as archive:
        archive.write(answer("/new"))
        assert archive.notice == ""
    assert out.read_bytes().startswith(content)
    found = urls(out)
    assert found[0].startswith("!The archive is damaged")
    assert found[1:] == [f"{SITE}/1", f"{SITE}/2", f"{SITE}/new"]


OTHERS = [
    pytest.param("notes.warc", b"Notes on archives.\n", "no web archive.*left as it is", id="text"),
    pytest.param("page.warc.gz", gzip.compress(b"<p>A page"), "no web archive.*left as it is", id="gzip"),
    pytest.param("a.warc.gz", b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "other kind.*found plain", id="plain"),
    pytest.param(
        "a.warc", gzip.compress(b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n"), "other kind.*found records packed",
        id="packed",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), OTHERS)
def test_another_file_is_not_touched(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=words):
        WarcWriter(tmp_path / name)
    assert (tmp_path / name).read_bytes() == content


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none" / "a.warc"):
        with pytest.raises(SourceError, match=r"cannot be written.*expected a file"):
            WarcWriter(path)
    archive = WarcWriter(tmp_path / "a.warc")
    archive.close()
    archive.close()
    with pytest.raises(SourceError, match="cannot be written"):
        archive.write(answer())


WRITE = """
import sys
from tests.test_archive_writing import WarcWriter, answer
with WarcWriter(sys.argv[1]) as archive:
    for number in range(400):
        archive.write(answer(f"/{number}"))
        print(number, flush=True)
"""


def test_a_writer_that_is_killed_leaves_all_but_the_last_record(out: Path) -> None:
    code = [sys.executable, "-c", WRITE, str(out)]
    with subprocess.Popen(code, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent) as process:
        for line in process.stdout or ():
            if int(line) == 150:
                process.send_signal(signal.SIGKILL)
                break
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    WarcWriter(out).close()
    found = urls(out)
    assert 151 <= len(found) < 400, "killed too late to tell"
    assert found == [f"{SITE}/{number}" for number in range(len(found))]


def test_an_archive_gives_the_same_claims_as_its_pages(out: Path, tmp_path: Path) -> None:
    stories = write_stories(12)
    pages = tmp_path / "pages"
    pages.mkdir()
    with WarcWriter(out) as archive:
        for number, story in enumerate(stories):
            content = story.write_page(SITE)
            (pages / f"{number:02}.html").write_text(content, encoding="utf-8")
            archive.write(answer(story.path, content.encode()))
    told = []
    for name, source in (("pages.db", pages), ("archive.db", out)):
        done = CliRunner().invoke(main, ["ingest", str(tmp_path / name), str(source)])
        assert done.exit_code == 0, done.output
        with sqlite3.connect(tmp_path / name) as db:
            articles = db.execute(
                "SELECT url, title, text, published, page_sha256 FROM articles ORDER BY url"
            ).fetchall()
            columns = "id, article_id, predicate, value, subject, quote, start, chip"
            told.append((articles, db.execute(f"SELECT {columns} FROM claims ORDER BY id").fetchall()))
    assert told[0] == told[1]
    assert len(told[0][0]) == 12
    assert len(told[0][1]) >= 24


def test_what_a_reader_sees_of_a_stream_in_memory_is_what_was_written(out: Path) -> None:
    """The file is whole after each answer, not only once it is closed."""
    archive = WarcWriter(out)
    for number in range(3):
        archive.write(answer(f"/{number}"))
        with io.BytesIO(out.read_bytes()) as raw:
            assert sum(record.rec_type == "response" for record in ArchiveIterator(raw)) == number + 1
        assert not any(isinstance(item, Failure) for item in fetch_pages([str(out)]))
    archive.close()
