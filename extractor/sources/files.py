"""Source -> Page, for what lies on this machine: files, folders, globs, archives, standard input, the packaged corpus.

Nothing here raises for bad input: what cannot be read comes out as a `Failure` in its place, and the rest goes on.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import BinaryIO

from extractor.dates import timestamp
from extractor.errors import SourceError
from extractor.records import Failure, Page
from extractor.schema import data_folder
from extractor.sources.archives.positions import Position
from extractor.sources.archives.selections import Selection
from extractor.sources.json_lines import read_records
from extractor.sources.kinds import JSONL, KINDS, WARC, find_binary, kind_of_content, kind_of_name
from extractor.sources.streams import TooLarge, open_content, read_up_to

__all__ = [
    "MAX_BYTES",
    "corpus_files",
    "corpus_pages",
    "fetch_marked_pages",
    "fetch_pages",
    "find_files",
    "stdin_pages",
]

MAX_BYTES = 5_000_000
"""The default size cap: bytes of one page, decompressed."""

READ_KINDS = ", ".join([*KINDS, "the same with .gz"])


def fetch_pages(sources: Iterable[str], *, max_bytes: int = MAX_BYTES) -> Iterator[Page | Failure]:
    """Yield the pages of some sources one by one, and a `Failure` for each that cannot be read.

    Args:
        sources: files, folders (read with all below them), globs, or ``-`` for standard input.
        max_bytes: a page larger than this, decompressed, is a failure.

    Yields:
        In the order of the sources, and within a folder in the order of names. A file that is reached twice
        comes once. A file of article records (``.jsonl``) gives a page a line, and a web archive all of its pages.
    """
    for item in fetch_marked_pages(sources, Selection(), max_bytes=max_bytes):
        if not isinstance(item, Position):
            yield item


def fetch_marked_pages(
    sources: Iterable[str], selection: Selection, *, max_bytes: int = MAX_BYTES
) -> Iterator[Page | Failure | Position]:
    """Yield what `fetch_pages` does, and among it, for web archives, how far each has been read.

    Args:
        sources: as for `fetch_pages`.
        selection: which pages of web archives are wanted, and how far they were read before; other files are read
            whatever it says.
        max_bytes: a page larger than this, decompressed, is a failure.
    """
    seen: set[Path] = set()
    for source in sources:
        if source == "-":
            yield from stdin_pages(sys.stdin.buffer, max_bytes=max_bytes)
            continue
        for found in find_files(source):
            if isinstance(found, Failure):
                yield found
            elif (real := _real_path(found)) not in seen:
                seen.add(real)
                yield from _file_pages(found, real, selection, max_bytes)


def find_files(source: str) -> Iterator[Path | Failure]:
    """Yield the files that a source names: itself, those below a folder, or those that a glob matches.

    In folders, and for globs that end in no plain suffix, only files with an ending that we read are taken, and
    hidden ones are not. A folder that a link leads back to is entered once.
    """
    path = Path(source)
    try:
        mode = os.stat(source).st_mode if source else 0
    except FileNotFoundError:
        mode = 0
    except (OSError, ValueError) as error:
        yield _failure(source, _os_reason(error, source))
        return
    if stat.S_ISDIR(mode):
        yield from _folder_files(path, source)
    elif mode:
        yield path
    elif glob.has_magic(source) and not os.path.islink(source):
        yield from _glob_files(source)
    elif source.lower().startswith(("http://", "https://")):
        fix = "Use the command ingest, or save the page to a file and name that"
        yield _failure(
            source, SourceError("A URL is not read from the network", where=source, expected="a file", fix=fix)
        )
    elif os.path.islink(source):
        target = os.readlink(source)
        yield _failure(source, SourceError("The link leads nowhere", where=_shown(source), found=_shown(target)))
    else:
        fix = f"Look for a slip in the name; the current folder is {_shown(os.getcwd())}"
        yield _failure(
            source, SourceError("No such file", where=_shown(source), expected="a file, folder or glob", fix=fix)
        )


def stdin_pages(stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> Iterator[Page | Failure]:
    """Yield the pages in a stream: HTML, plain text, or JSON Lines, told apart by how it begins.

    The URL of such a page is ``stdin:`` and 16 hexadecimal digits of its hash, so that the same text has the same name.
    """
    try:
        with open_content(stream) as content:
            start = content.peek(4096)
            kind = None if find_binary(start) else kind_of_content(start)
            if kind == JSONL:
                yield from read_records(content, "stdin", "stdin:", max_bytes)
                return
            if kind == WARC:
                what = "A web archive is not read from standard input"
                fix = "Save it to a file and name that: it is then also read on from where a run ended"
                yield _failure("-", SourceError(what, expected="pages", found="WARC records", fix=fix))
                return
            data = read_up_to(content, max_bytes)
    except (OSError, EOFError, TooLarge) as error:
        yield _failure("-", _read_reason(error, "stdin", max_bytes))
        return
    yield _page(data, "-", f"stdin:{hashlib.sha256(data).hexdigest()[:16]}", None)


def corpus_files() -> list[Traversable]:
    """Return the files of the written articles that ship with the package, in the order of their names."""
    return sorted((data_folder("corpus") / "articles").iterdir(), key=lambda entry: entry.name)


def corpus_pages(*, max_bytes: int = MAX_BYTES) -> Iterator[Page | Failure]:
    """Yield the written articles that ship with the package, from a wheel as from a checkout."""
    for entry in corpus_files():
        with as_file(entry) as path:
            for item in _file_pages(path, path.resolve(), Selection(), max_bytes):
                if not isinstance(item, Position):
                    yield item


def _file_pages(path: Path, real: Path, selection: Selection, max_bytes: int) -> Iterator[Page | Failure | Position]:
    source, name_kind = _shown(path), kind_of_name(path)
    try:
        info = os.stat(path)
        if not stat.S_ISREG(info.st_mode):
            # Opening a pipe would wait for a writer, perhaps for ever
            yield _failure(source, _irregular(source, info.st_mode))
            return
        # The name of an archive is believed: its first bytes may be the damaged ones
        if name_kind == WARC:
            yield from _archive_pages(path, source, selection, max_bytes)
            return
        with open(path, "rb") as raw, open_content(raw) as content:
            start = content.peek(4096)
            kind = None if find_binary(start) else kind_of_content(start, name_kind)
            if kind == WARC:
                yield from _archive_pages(path, source, selection, max_bytes)
                return
            if kind == JSONL:
                yield from read_records(content, source, real.as_uri(), max_bytes)
                return
            data = read_up_to(content, max_bytes)
    except (OSError, EOFError, TooLarge, ValueError) as error:
        yield _failure(source, _read_reason(error, source, max_bytes))
        return
    fetched = timestamp(datetime.fromtimestamp(info.st_mtime, UTC))
    yield _page(data, source, real.as_uri(), name_kind, fetched)


def _archive_pages(
    path: Path, source: str, selection: Selection, max_bytes: int
) -> Iterator[Page | Failure | Position]:
    # imported here: most folders hold no archive
    from extractor.sources.archives.reading import read_archive

    return read_archive(path, source, selection, max_bytes)


def _page(data: bytes, source: str, url: str, name_kind: str | None, fetched: str = "") -> Page | Failure:
    if not data.strip():
        return _failure(
            source, SourceError("The page is empty", where=source, expected="HTML or text", found=f"{len(data)} bytes")
        )
    if binary := find_binary(data):
        fix = "Give the page as HTML or plain text"
        return _failure(
            source, SourceError("The file is no page", where=source, expected="HTML or text", found=binary, fix=fix)
        )
    return Page(url=url, content=data, media_type=kind_of_content(data, name_kind), fetched=fetched)


def _folder_files(folder: Path, source: str) -> Iterator[Path | Failure]:
    found = failed = False
    other: Counter[str] = Counter()
    entered: set[tuple[int, int]] = set()
    # A stack, not recursion: a folder may be deeper than Python's limit
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            info = os.stat(path)
            if not stat.S_ISDIR(info.st_mode):
                if kind_of_name(path):
                    found = True
                    yield path
                else:
                    other[path.suffix.lower() or "no suffix"] += 1
            elif (info.st_dev, info.st_ino) not in entered:
                entered.add((info.st_dev, info.st_ino))
                names = sorted((name for name in os.listdir(path) if not name.startswith(".")), reverse=True)
                waiting.extend(path / name for name in names)
        except OSError as error:
            failed = True
            yield _failure(_shown(path), _os_reason(error, _shown(path)))
    if not found and not failed:
        kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(other.items())) or "no files"
        yield _failure(
            source,
            SourceError("The folder holds nothing to read", where=_shown(folder), expected=READ_KINDS, found=kinds),
        )


def _glob_files(pattern: str) -> Iterator[Path | Failure]:
    suffix = Path(pattern).suffix
    named = bool(suffix) and not glob.has_magic(suffix)
    matches = sorted(glob.glob(pattern, recursive=True))
    found = False
    for match in matches:
        if os.path.isdir(match):
            continue
        if named or kind_of_name(match):
            found = True
            yield Path(match)
    if not found:
        kinds = f"{len(matches)} files and folders, none of them a page" if matches else "no match"
        where = _shown(pattern)
        yield _failure(
            pattern, SourceError("The glob matches nothing to read", where=where, expected=READ_KINDS, found=kinds)
        )


def _real_path(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        # a ring of links: reading it will say so
        return path.absolute()


def _read_reason(error: Exception, where: str, max_bytes: int) -> SourceError:
    if isinstance(error, TooLarge):
        fix = "Raise the cap with --max-bytes if the page is meant to be that large"
        return SourceError(
            "The page is too large", where=where, expected=f"at most {max_bytes:,} bytes", found="more", fix=fix
        )
    if isinstance(error, EOFError) or (isinstance(error, OSError) and error.errno is None):
        fix = "Pack or download the file again"
        return SourceError(
            "The gzip file is broken", where=where, expected="whole gzip data", found=str(error), fix=fix
        )
    return _os_reason(error, where)


def _os_reason(error: Exception, where: str) -> SourceError:
    if isinstance(error, PermissionError):
        return SourceError(
            "The file cannot be opened", where=where, expected="the right to read it", fix="Change its permissions"
        )
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return SourceError("The links lead in a ring", where=where, expected="a file", fix="Mend or remove the link")
    found = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return SourceError("The file cannot be read", where=_shown(where), expected="a file, folder or glob", found=found)


def _irregular(where: str, mode: int) -> SourceError:
    names = (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    found = next((name for test, name in names if test(mode)), "something else")
    fix = "Send its content to standard input and name - as the source"
    return SourceError("The source is no file", where=where, expected="a file", found=found, fix=fix)


def _failure(source: str, error: SourceError) -> Failure:
    return Failure(source=_shown(source), stage="source", reason=error.message)


def _shown(path: Path | str) -> str:
    """A path on one line, in characters that any terminal and database takes."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
