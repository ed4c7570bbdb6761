"""Answer -> record of a web archive. What was fetched is kept as it came, for whoever reads the archive."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractor.errors import SourceError
from extractor.sources.archives.records import is_gzip, starts_as_archive
from extractor.sources.archives.streams import RawFile
from extractor.sources.archives.tails import find_cut
from extractor.sources.web.records import Answer
from extractor.sources.web.wishes import PRODUCT

__all__ = ["WarcWriter"]

NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
_PACKING = frozenset({"content-encoding", "transfer-encoding", "content-length"})


class WarcWriter:
    """A web archive that answers are added to; a context manager that closes it.

    Each record is packed by itself (``.gz``) or plain, and is handed to the system whole: a kill leaves at most one
    that is cut, at the end. The file may hold records already. If the last of them is cut, it is taken off, and
    `notice` says so.
    """

    def __init__(self, path: str | Path) -> None:
        """Open a file, made if it is missing.

        Args:
            path: packed with gzip if it ends in ``.gz``.

        Raises:
            SourceError: if it cannot be written, or holds something else than an archive.
        """
        self.path = Path(path)
        self.notice = ""
        """What was done to a file that was there, in one line; empty if nothing was."""
        self._packed = self.path.name.lower().endswith(".gz")
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._descriptor = os.open(self.path, flags, 0o666)
        except OSError as error:
            raise self._error(error) from error
        try:
            self._mend()
            self._write_info()
        except BaseException as error:
            os.close(self._descriptor)
            if isinstance(error, OSError):
                raise self._error(error) from error
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, once all of it is on the disk."""
        if self._descriptor >= 0:
            try:
                os.fsync(self._descriptor)
            except OSError as error:
                raise self._error(error) from error
            finally:
                os.close(self._descriptor)
                self._descriptor = -1

    def write(self, answer: Answer) -> None:
        """Add the record of an answer.

        A 304 becomes a ``revisit`` without content. Headers that tell how the body was packed are left out: the body
        is kept unpacked, and its length is stated anew.

        Raises:
            SourceError: if it cannot be written.
        """
        facts = {"WARC-Date": _warc_date(answer.at)}
        headers = [(name, value) for name, value in answer.headers if name.lower() not in _PACKING]
        kind = "revisit" if answer.status == HTTPStatus.NOT_MODIFIED else "response"
        if kind == "revisit":
            facts["WARC-Profile"] = NOT_MODIFIED
        else:
            headers.append(("Content-Length", str(len(answer.content))))
        packer, out = self._packer()
        record = packer.create_warc_record(
            _one_line(answer.url), kind, payload=io.BytesIO(answer.content), length=len(answer.content),
            warc_headers_dict=facts, http_headers=_http(_status_line(answer.status), headers),
        )  # fmt: skip
        packer.write_record(record)
        self._append(out.getvalue())

    def _write_info(self) -> None:
        packer, out = self._packer()
        info = {"software": f"{PRODUCT} {version(PRODUCT)}", "format": "WARC File Format 1.0"}
        packer.write_record(packer.create_warcinfo_record(self.path.name, info))
        self._append(out.getvalue())

    def _packer(self) -> tuple[WARCWriter, io.BytesIO]:
        out = io.BytesIO()
        return WARCWriter(out, gzip=self._packed), out

    def _append(self, data: bytes) -> None:
        """Hand bytes to the system; none are left in this process."""
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError as error:
            raise self._error(error) from error

    def _mend(self) -> None:
        raw = RawFile(self._descriptor)
        if not raw.size:
            return
        if is_gzip(raw, "") != self._packed and starts_as_archive(raw):
            found = "plain records" if self._packed else "records packed with gzip"
            raise SourceError(
                "The archive is of the other kind", where=str(self.path),
                expected="records packed with gzip" if self._packed else "plain records", found=found,
                fix="Name another file: .warc for plain records, .warc.gz for packed ones",
            )  # fmt: skip
        cut = find_cut(raw, packed=self._packed)
        if not starts_as_archive(raw) and cut != 0:
            raise SourceError(
                "The file is no web archive", where=str(self.path), expected="WARC records", found="something else",
                fix="Name another file; this one is left as it is",
            )  # fmt: skip
        if cut is not None:
            os.ftruncate(self._descriptor, cut)
            self.notice = (
                f"The last record of {self.path} was cut, as a kill leaves it; its {raw.size - cut:,} bytes were "
                f"taken off at byte {cut}"
            )

    def _error(self, error: OSError) -> SourceError:
        return SourceError(
            "The archive cannot be written", where=str(self.path), expected="a file that may be written",
            found=error.strerror or str(error), fix="Check the name, the rights and the space on the disk",
        )  # fmt: skip


def _http(status: str, headers: Sequence[tuple[str, str]]) -> StatusAndHeaders:
    """Headers of HTTP; a line break in one would begin another."""
    clean = [(_one_line(name), _one_line(value)) for name, value in headers]
    return StatusAndHeaders(status, clean, protocol="HTTP/1.1")


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).encode("utf-8", "replace").decode()


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def _warc_date(at: str) -> str:
    """ISO 8601 as WARC 1.0 has it: ``2025-01-28T07:30:00Z``; now, if it is none."""
    try:
        read = datetime.fromisoformat(at)
    except ValueError:
        read = datetime.now(UTC)
    return read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
