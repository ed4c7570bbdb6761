"""Archive -> the records in it, each with its place, and each damage between them with its place.

The libraries for WARC end in silence, or step over, where a file is cut or damaged. Here every byte belongs to a record
that is whole, or to a damage that is told; behind a damage, reading goes on at the next record that can be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.sources.archives.streams import BrokenMember, ByteStream, MemberStream, PlainStream, RawFile

__all__ = ["Damage", "RawRecord", "find_records", "is_gzip", "read_records", "starts_as_archive"]

GZIP = b"\x1f\x8b\x08"
_HEAD_LIMIT = 1_048_576
_VERSION = re.compile(rb"WARC/\d\.\d{1,2}\r?\n")
# Or what the end of the file leaves of it; some programs write line feeds alone.
_RECORD_END = re.compile(rb"\r(?:\n(?:\r\n?)?)?|\n(?:\n.*)?", re.S)
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.I | re.M)
_NEXT_RECORD = re.compile(rb"WARC/\d\.\d{1,2}\r?\n(?=[A-Za-z-]{3,40}:)")


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as its bytes.

    Attributes:
        offset: where in the file it begins; for a record in the midst of a gzip member, where the member does.
        end: where the next one begins, if reading can begin there; else, where the member of both does.
        head: its own headers, with the version line and the blank line.
        block: its content, or the beginning of it where it is longer than was to be kept.
        length: how long its content is.
    """

    offset: int
    end: int
    head: bytes
    block: bytes
    length: int


@dataclass(frozen=True, slots=True)
class Damage:
    """A place that holds no whole record.

    Attributes:
        offset: where it begins; what lies before was read.
        end: where the next whole record begins; None if none was found, up to the end of the file.
        cut: whether the file ends inside a record: it may be being written.
        expected, found: what should have stood there, and what does.
    """

    offset: int
    end: int | None
    cut: bool
    expected: str
    found: str


class _Damaged(Exception):
    def __init__(self, expected: str, found: str, *, cut: bool = False) -> None:
        super().__init__(expected, found)
        self.expected, self.found, self.cut = expected, found, cut


def is_gzip(raw: RawFile, name: str) -> bool:
    """Tell whether an archive is one of gzip members: by its first bytes, or by its name if they tell nothing."""
    start = raw.read_at(0, 5)
    return start.startswith(GZIP) or (start != b"WARC/" and name.lower().endswith(".gz"))


def starts_as_archive(raw: RawFile) -> bool:
    """Tell whether a file begins as a web archive does, plain or packed."""
    return bool(_VERSION.match(raw.read_at(0, 16))) or _holds_record(raw, 0)


def read_records(raw: RawFile, offset: int, *, packed: bool, keep: int) -> Iterator[RawRecord | Damage]:
    """Yield the records from an offset on, and the damages between them, in the order of the file.

    Args:
        raw: the file.
        offset: where a record begins.
        packed: whether the records are packed as gzip members.
        keep: how many bytes of a record's content are kept; the rest is passed over.

    Raises:
        OSError: if the file cannot be read.
    """
    return _packed_records(raw, offset, keep) if packed else _plain_records(raw, offset, keep)


def _plain_records(raw: RawFile, offset: int, keep: int) -> Iterator[RawRecord | Damage]:
    while True:
        stream = PlainStream(raw, offset)
        stream.skip_line_ends()
        offset = stream.offset
        if offset >= raw.size:
            return
        try:
            head, block, length = _read_record(stream, keep)
        except _Damaged as error:
            end = next(find_records(raw, offset + 1, packed=False), None)
            yield Damage(offset, end, error.cut and end is None, error.expected, error.found)
            if end is None:
                return
            offset = end
        else:
            stream.skip_line_ends()
            yield RawRecord(offset, stream.offset, head, block, length)
            offset = stream.offset


def _packed_records(raw: RawFile, offset: int, keep: int) -> Iterator[RawRecord | Damage]:
    while offset < raw.size:
        stream = MemberStream(raw, offset)
        last: RawRecord | None = None
        alone = True
        try:
            stream.skip_line_ends()
            while stream.peek(1):
                if last is not None:
                    # A member of many records, with one checksum for all of them at its end
                    yield last
                    last, alone = None, False
                head, block, length = _read_record(stream, keep)
                last = RawRecord(offset, offset, head, block, length)
                stream.skip_line_ends()
        except (BrokenMember, _Damaged) as error:
            if last is not None and not alone:
                yield last
            if isinstance(error, BrokenMember):
                expected, found, cut = "a whole gzip member with a WARC record in it", error.found, error.cut
            else:
                expected, found, cut = error.expected, error.found, False
            end = next(find_records(raw, offset + 1, packed=True), None)
            yield Damage(offset, end, cut and end is None, expected, found)
            if end is None:
                return
            offset = end
        else:
            if last is not None:
                yield RawRecord(offset, stream.end, last.head, last.block, last.length)
            offset = stream.end


def _read_record(stream: ByteStream, keep: int) -> tuple[bytes, bytes, int]:
    """Take a record: its head, its content up to ``keep`` bytes, and how long that is.

    Raises:
        _Damaged: if there is no whole record.
    """
    start = stream.peek(24)
    if not _VERSION.match(start):
        # The version line of a record that is cut this early is the beginning of one
        cut = len(start) < 10 and b"WARC/1.0\r\n".startswith(start[:5])
        raise _Damaged("a record, which begins with WARC/1", _shown(start), cut=cut)
    head = stream.read_head(_HEAD_LIMIT)
    if not head:
        raise _Damaged("a record's headers and a blank line behind them", "no blank line", cut=True)
    lengths = _LENGTH.findall(head)
    if _NEXT_RECORD.search(head, 1):
        raise _Damaged("a blank line behind a record's headers", "the headers of the next record")
    if len(lengths) != 1:
        raise _Damaged("one header Content-Length with a number", f"{len(lengths)}")
    length = int(lengths[0])
    block = stream.read(min(length, keep))
    there = len(block) + (stream.skip(length - len(block)) if len(block) < length else 0)
    if there < length:
        raise _Damaged(f"{length:,} bytes of content", f"{there:,} and the end", cut=True)
    if (behind := stream.peek(4)) and not _RECORD_END.fullmatch(behind):
        raise _Damaged(f"the record's end after {length:,} bytes of content", _shown(behind))
    return head, block, length


def find_records(raw: RawFile, offset: int, *, packed: bool) -> Iterator[int]:
    """Yield each place, from an offset on, where a record begins: by the looks of it, without reading what is before.

    Raises:
        OSError: if the file cannot be read.
    """
    if packed:
        for place, data in _windows(raw, offset, len(GZIP) - 1):
            at = data.find(GZIP)
            while at >= 0:
                if _holds_record(raw, place + at):
                    yield place + at
                at = data.find(GZIP, at + 1)
        return
    for place, data in _windows(raw, offset, 63):
        for found in _NEXT_RECORD.finditer(data):
            head = PlainStream(raw, place + found.start()).read_head(_HEAD_LIMIT)
            if _LENGTH.search(head) and b"warc-type:" in head.lower():
                yield place + found.start()


def _holds_record(raw: RawFile, offset: int) -> bool:
    try:
        return bool(_VERSION.match(MemberStream(raw, offset).peek(16)))
    except BrokenMember:
        return False


def _windows(raw: RawFile, offset: int, overlap: int) -> Iterator[tuple[int, bytes]]:
    """The file in pieces from an offset on, each with its place; they overlap, lest a sign is cut in two."""
    while data := raw.read_at(offset, 262_144):
        yield offset, data
        if offset + len(data) >= raw.size:
            return
        offset += len(data) - overlap


def _shown(data: bytes) -> str:
    return repr(data[:24])[1:] if data else "nothing"
