"""Bytes of a file or a pipe, decompressed where they are gzip, and never more of them than asked for."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast

__all__ = ["TooLarge", "open_content", "read_up_to"]


class TooLarge(Exception):
    """More bytes than the cap allows."""


@contextmanager
def open_content(raw: BinaryIO | IO[bytes]) -> Iterator[io.BufferedReader]:
    """Give a reader of a stream's content: inflated, piece by piece, if its first bytes are those of gzip.

    Raises:
        OSError, EOFError: on reading, if the gzip data are broken or end early.
    """
    if not isinstance(raw, io.BufferedReader):
        plain = io.BufferedReader(cast("io.RawIOBase", raw))
        try:
            with open_content(plain) as content:
                yield content
        finally:
            # a reader that is forgotten closes what it reads; that is the caller's
            plain.detach()
    elif raw.peek(2)[:2] != b"\x1f\x8b":
        yield raw
    else:
        with gzip.GzipFile(fileobj=raw) as inflated:
            try:
                yield io.BufferedReader(cast("io.RawIOBase", inflated))
            except zlib.error as error:
                raise gzip.BadGzipFile(str(error)) from error


def read_up_to(content: io.BufferedReader, max_bytes: int) -> bytes:
    """Read a whole content.

    Raises:
        TooLarge: if it has more than ``max_bytes``; no more than one byte beyond the cap is asked for.
    """
    data = content.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise TooLarge
    return data
