"""Source -> Page: what is read, in which order, and one clear line for all that is not."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.records import Failure, Page
from extractor.sources import corpus_pages, fetch_pages, find_files, stdin_pages
from extractor.sources.kinds import find_binary, kind_of_content, kind_of_name

HTML = b"<!DOCTYPE html><p>It cost $5m.</p>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, content: bytes = HTML) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def names(found: Iterator[Page | Failure]) -> list[str]:
    """The last part of each page's URL, and each failure's source with a mark before it."""
    return [f"!{item.source}" if isinstance(item, Failure) else item.url.rsplit("/", 1)[-1] for item in found]


def only_failure(found: Iterator[Page | Failure]) -> Failure:
    (item,) = found
    assert isinstance(item, Failure)
    assert item.stage == "source"
    assert "\n" not in item.reason
    return item


# --- what is read


def test_file_becomes_a_page(folder: Path) -> None:
    write("a b.html")
    os.utime("a b.html", (1_700_000_000, 1_700_000_000))
    (page,) = fetch_pages(["a b.html"])
    assert page == Page((folder.resolve() / "a b.html").as_uri(), HTML, "text/html", "", "2023-11-14T22:13:20+00:00")


def test_folder_is_read_below_and_in_order(folder: Path) -> None:
    for name in (
        "d/b.html",
        "d/a.txt",
        "d/c/z.md",
        "d/c/y.htm.gz",
        "d/.hidden.html",
        "d/.git/x.html",
        "d/e.css",
        "d/f.jpg",
    ):
        write(name)
    assert names(fetch_pages(["d"])) == ["a.txt", "b.html", "y.htm.gz", "z.md"]


def test_sources_keep_their_order_and_a_file_comes_once(folder: Path) -> None:
    for name in ("d/b.html", "d/a.html"):
        write(name)
    Path("d/c.html").symlink_to("a.html")
    assert names(fetch_pages(["d/b.html", "d", "d/*.html", "missing"])) == ["b.html", "a.html", "!missing"]


def test_globs(folder: Path) -> None:
    for name in ("d/b.html", "d/a.txt", "d/c.dat", "d/e/f.html", "[x].html"):
        write(name)
    assert names(fetch_pages(["d/*"])) == ["a.txt", "b.html"]
    assert names(fetch_pages(["d/*.dat"])) == ["c.dat"]
    assert names(fetch_pages(["**/f.h*"])) == ["f.html"]
    assert names(fetch_pages(["[x].html"])) == ["%5Bx%5D.html"]


def test_pages_come_one_by_one(folder: Path) -> None:
    write("a.html")
    pages = fetch_pages(["a.html", "b.html"])
    assert isinstance(next(pages), Page)
    write("b.html")
    assert isinstance(next(pages), Page)


NAMES = [
    ("a.html", "text/html"), ("a.HTM", "text/html"), ("a.xhtml", "text/html"), ("a.html.gz", "text/html"),
    ("a.txt", "text/plain"), ("a.md", "text/markdown"), ("a.jsonl.gz", "application/jsonl"), ("a", None),
    ("a.gz", None), ("html", None), ("a.html.bak", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), NAMES)
def test_kind_by_name(name: str, kind: str | None) -> None:
    assert kind_of_name(name) == kind


CONTENTS = [
    (b"  <!doctype HTML><p>x", None, "text/html"),
    (b"\xef\xbb\xbf<html><p>x", "text/plain", "text/html"),
    (b"<?xml version='1.0'?>\n<!-- a --><!-- b --><html>", None, "text/html"),
    ("<html><p>x".encode("utf-16"), None, "text/html"),
    (b"<p>x</p>", None, "text/html"),
    (b"<p>x</p>", "text/markdown", "text/markdown"),
    (b"a < b and b > c", None, "text/plain"),
    (b'{"text": "x"}', None, "application/jsonl"),
    (b'{"text": "x"}', "text/plain", "text/plain"),
    (b"It cost $5m.", None, "text/plain"),
    (b"<!---->" * 500, None, "text/plain"),
]


@pytest.mark.parametrize(("content", "name_kind", "kind"), CONTENTS)
def test_kind_by_content(content: bytes, name_kind: str | None, kind: str) -> None:
    assert kind_of_content(content, name_kind) == kind


@pytest.mark.parametrize("name", ["a.html.gz", "a.html", "a"])
def test_gzip_is_known_by_its_content(folder: Path, name: str) -> None:
    write(name, gzip.compress(HTML[:20]) + gzip.compress(HTML[20:]))
    (page,) = fetch_pages([name])
    assert isinstance(page, Page)
    assert (page.content, page.media_type) == (HTML, "text/html")


def test_plain_file_may_be_named_gz(folder: Path) -> None:
    write("a.html.gz", HTML)
    assert [page.content for page in fetch_pages(["a.html.gz"]) if isinstance(page, Page)] == [HTML]


def test_packaged_corpus(folder: Path) -> None:
    pages = list(corpus_pages())
    assert len(pages) == 30
    assert all(isinstance(page, Page) and page.media_type == "text/html" for page in pages)
    assert names(iter(pages)) == sorted(names(iter(pages)))


# --- records


BROKEN_LINES = [
    (b'{"text": }', "column 10; expected one whole JSON object, found expecting value at '}'"),
    (
        b'{"text": "x"',
        "column 13; expected one whole JSON object, found expecting ',' delimiter at the end of the line",
    ),
    (b'["text"]', "expected a JSON object, found a list"),
    (b'{"title": "no text"}', "key text; expected a record with url or id, title, text"),
    (b'{"text": "\xff"}', "column 11; expected JSON in UTF-8, found byte 0xff"),
    (b'{"text": ' + b"[" * 100_000, "too many nested brackets"),
    (b'{"text": ' + b"9" * 5_000 + b"}", "a number with too many digits"),
    (b'{"text": 5}', "found a number"),
    (b'{"text": " "}', "found empty text"),
]


def test_each_line_is_a_page_and_broken_ones_do_not_stop_the_rest(folder: Path) -> None:
    first = b'\xef\xbb\xbf{"url": "https://a.example/1", "text": "One."}'
    broken = [line for line, _ in BROKEN_LINES]
    write(
        "r.jsonl",
        b"\r\n".join([first, b"", b'{"text": "Two."}', *broken, b'{"id": "https://a.example/9", "text": "z"}']),
    )
    found = list(fetch_pages(["r.jsonl"]))
    base = (folder.resolve() / "r.jsonl").as_uri()
    pages = [item for item in found if isinstance(item, Page)]
    assert [page.url for page in pages] == ["https://a.example/1", f"{base}#L3", "https://a.example/9"]
    assert {page.media_type for page in pages} == {"application/json"}
    assert json.loads(pages[1].content) == {"text": "Two."}
    failures = [item for item in found if isinstance(item, Failure)]
    for number, (failure, (_, words)) in enumerate(zip(failures, BROKEN_LINES, strict=True), 4):
        assert failure.source == f"r.jsonl:{number}"
        assert f" - r.jsonl:{number}" in failure.reason
        assert words in failure.reason


def test_records_are_read_lazily_from_gzip(folder: Path) -> None:
    write("r.jsonl.gz", gzip.compress(b'{"text": "One."}\n' * 3)[:-20])
    assert names(fetch_pages(["r.jsonl.gz"]))[-1] == "!r.jsonl.gz"
    write("s.jsonl.gz", gzip.compress(b'{"text": "One."}\n{"text": "Two."}'))
    assert names(fetch_pages(["s.jsonl.gz"])) == ["s.jsonl.gz#L1", "s.jsonl.gz#L2"]


def test_line_over_the_cap(folder: Path) -> None:
    write("r.jsonl", b'{"text": "One."}\n{"text": "' + b"x" * 100 + b'"}\n{"text": "Three."}')
    found = list(fetch_pages(["r.jsonl"], max_bytes=50))
    assert names(iter(found)) == ["r.jsonl#L1", "!r.jsonl:2"]
    assert "expected at most 50 bytes" in found[1].reason  # type: ignore[union-attr]


# --- standard input


STDIN = [
    (b"It cost $5m.", ["text/plain"]),
    (HTML, ["text/html"]),
    (gzip.compress(HTML, mtime=0), ["text/html"]),
    (b'{"text": "One."}\n{"text": "Two."}\n', ["application/json", "application/json"]),
]


@pytest.mark.parametrize(("content", "kinds"), STDIN, ids=["text", "html", "gzip", "records"])
def test_standard_input(content: bytes, kinds: list[str]) -> None:
    pages = list(stdin_pages(io.BytesIO(content)))
    assert [page.media_type for page in pages if isinstance(page, Page)] == kinds
    urls = {page.url for page in pages if isinstance(page, Page)}
    assert len(urls) == len(kinds)
    assert all(url.startswith("stdin:") and len(url) == 22 for url in urls)


def test_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"It cost $5m.")))
    (page,) = fetch_pages(["-"])
    assert isinstance(page, Page)
    assert (page.content, page.url[:6]) == (b"It cost $5m.", "stdin:")


@pytest.mark.parametrize(
    ("content", "found"), [(b"", "0 bytes"), (b"%PDF-1.4", "a PDF"), (gzip.compress(HTML, mtime=0)[:-9], "")]
)
def test_standard_input_that_is_no_page(content: bytes, found: str) -> None:
    failure = only_failure(stdin_pages(io.BytesIO(content)))
    assert failure.source == "-"
    assert found in failure.reason


# --- what is not


def database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table t (a)")
        return connection.serialize()


BAD_FILES = {
    "a PDF": b"%PDF-1.7 ...",
    "a ZIP file": b"PK\x03\x04rest",
    "a PNG image": b"\x89PNG\r\n\x1a\nrest",
    "a JPEG image": b"\xff\xd8\xff\xe0rest",
    "a GIF image": b"GIF89arest",
    "an SQLite database": database(),
    "a program (ELF)": b"\x7fELFrest",
    "binary data (NUL bytes)": b"text\x00\x01\x02\x03 and more of it",
    "0 bytes": b"",
    "4 bytes": b" \n\t ",
    "a gzip file inside a gzip file": gzip.compress(gzip.compress(HTML)),
}


@pytest.mark.parametrize(("found", "content"), BAD_FILES.items(), ids=BAD_FILES)
@pytest.mark.parametrize("name", ["a.html", "a.jsonl", "a"])
def test_file_that_is_no_page(folder: Path, found: str, content: bytes, name: str) -> None:
    write(name, content)
    write("b.html")
    first, second = fetch_pages([name, "b.html"])
    assert isinstance(first, Failure)
    assert isinstance(second, Page)
    assert first.source == name
    assert f" - {name}; expected " in first.reason
    assert f"found {found}" in first.reason or "The file is empty" in first.reason


@pytest.mark.parametrize("found", ["a PDF", "a PNG image", "an SQLite database", "binary data (NUL bytes)"])
def test_gzip_of_something_else(folder: Path, found: str) -> None:
    write("a.html.gz", gzip.compress(BAD_FILES[found]))
    assert f"found {found}" in only_failure(fetch_pages(["a.html.gz"])).reason


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_wide_encodings_are_no_binary(encoding: str) -> None:
    assert find_binary("It cost $5m to train, said Jürgen.".encode(encoding)) is None


@pytest.mark.parametrize("cut", [slice(None, 25), slice(None, -9)], ids=["short", "end"])
def test_broken_gzip(folder: Path, cut: slice) -> None:
    write("a.html.gz", gzip.compress(HTML * 100)[cut])
    assert "The gzip file is broken - a.html.gz" in only_failure(fetch_pages(["a.html.gz"])).reason


def test_gzip_with_a_wrong_byte(folder: Path) -> None:
    content = bytearray(gzip.compress(os.urandom(2000)))
    content[200:300] = b"\x00" * 100
    write("a.html.gz", bytes(content))
    assert "The gzip file is broken - a.html.gz" in only_failure(fetch_pages(["a.html.gz"])).reason


@pytest.mark.parametrize("size", [50, 51])
def test_size_cap(folder: Path, size: int) -> None:
    write("a.txt", b"x" * size)
    (found,) = fetch_pages(["a.txt"], max_bytes=50)
    assert isinstance(found, Page if size <= 50 else Failure)
    if isinstance(found, Failure):
        assert "expected at most 50 bytes" in found.reason
        assert "--max-bytes" in found.reason


def test_gzip_bomb_stops_at_the_cap() -> None:
    """For a cap of 10 kB, most of a bomb of 64 MB is not even looked at."""
    stream = io.BytesIO(gzip.compress(b"x" * 64_000_000))
    assert "The page is too large" in only_failure(stdin_pages(stream, max_bytes=10_000)).reason
    assert stream.tell() < len(stream.getvalue()) / 2


def test_bomb_of_one_line_is_given_up() -> None:
    stream = io.BytesIO(gzip.compress(b'{"text": "' + b"x" * 64_000_000))
    assert "stdin:1" in only_failure(stdin_pages(stream, max_bytes=10_000)).reason
    assert stream.tell() < len(stream.getvalue()) / 2


BAD_SOURCES = [
    ("missing.html", "No such file - missing.html; expected a file, folder or glob. Look for a slip"),
    ("", "No such file"),
    ("*.html", "The glob matches nothing to read - *.html; expected .html, .htm"),
    ("empty", "The folder holds nothing to read - empty; expected .html, .htm, .xhtml"),
    ("other", "found 2 .css, 1 no suffix"),
    ("https://a.example/1", "A URL is not read from the network - https://a.example/1"),
    ("a\x00b", "The file cannot be read - a\\x00b"),
    ("x" * 5000, "The file cannot be read"),
    ("dangling", "The link leads nowhere - dangling; found gone"),
    ("ring", "The links lead in a ring - ring"),
    ("line\nbreak", "No such file - line\\nbreak"),
]


@pytest.mark.parametrize(("source", "reason"), BAD_SOURCES, ids=[repr(source[:20]) for source, _ in BAD_SOURCES])
def test_source_that_is_not_there(folder: Path, source: str, reason: str) -> None:
    Path("empty").mkdir()
    for name in ("other/a.css", "other/b.css", "other/c"):
        write(name)
    Path("dangling").symlink_to("gone")
    Path("ring").symlink_to("ring")
    assert reason in only_failure(fetch_pages([source])).reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("source", ["d/pipe.html", "d"])
def test_named_pipe_does_not_hang(folder: Path, source: str) -> None:
    Path("d").mkdir()
    os.mkfifo("d/pipe.html")
    failure = only_failure(fetch_pages([source]))
    assert failure.source == "d/pipe.html"
    assert "expected a file, found a named pipe. Send its content to standard input" in failure.reason


def test_device_and_socket_are_no_files(folder: Path) -> None:
    assert "found a device" in only_failure(fetch_pages([os.devnull])).reason
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s.html")
        assert "found a socket" in only_failure(fetch_pages(["s.html"])).reason


def test_ring_of_folders_is_entered_once(folder: Path) -> None:
    write("d/a.html")
    Path("d/e").mkdir()
    Path("d/e/up").symlink_to(folder / "d")
    Path("d/self").symlink_to(".")
    assert names(fetch_pages(["d"])) == ["a.html"]


def test_very_deep_folder(folder: Path) -> None:
    deep = Path("d")
    for _ in range(400):
        deep.mkdir()
        deep /= "e"
    deep.mkdir()
    (deep / "a.html").write_bytes(HTML)
    assert names(fetch_pages(["d"])) == ["a.html"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_file_and_folder_that_may_not_be_read(folder: Path) -> None:
    write("d/a.html")
    write("e/b.html")
    Path("d/a.html").chmod(0)
    Path("e").chmod(0)
    failures = list(fetch_pages(["d/a.html", "e"]))
    Path("e").chmod(0o700)
    assert all("expected the right to read it" in item.reason for item in failures if isinstance(item, Failure))
    assert names(iter(failures)) == ["!d/a.html", "!e"]


def test_name_in_no_encoding_is_shown(folder: Path) -> None:
    source = os.fsdecode(b"\xff.html")
    write(source)
    (page,) = fetch_pages([source])
    assert isinstance(page, Page)
    assert page.url.endswith("/%FF.html")
    failure = only_failure(find_files(os.fsdecode(b"\xfe.html")))  # type: ignore[arg-type]
    assert failure.source == "\\xfe.html"


@settings(deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["", "x"]))
def test_any_bytes_give_pages_or_failures(content: bytes, start: str) -> None:
    for item in stdin_pages(io.BytesIO(start.encode() + content)):
        if isinstance(item, Failure):
            assert item.reason
        else:
            item.url.encode()
