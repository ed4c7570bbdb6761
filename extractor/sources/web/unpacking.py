"""Bytes that may be gzipped, whatever the transport said -> the bytes within, a piece at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from extractor.errors import SourceError

__all__ = ["is_packed", "peek", "unpack"]

MAGIC = b"\x1f\x8b"
PIECE = 1 << 16
MAX_BYTES = 64 << 20
"""The sitemaps protocol ends at 50 MB; what unpacks to more is a mistake or a bomb."""


def is_packed(content: bytes) -> bool:
    """Tell whether some bytes are gzipped."""
    return content.startswith(MAGIC)


def unpack(content: bytes, where: str = "") -> Iterator[bytes]:
    """Yield the bytes of a body, unpacked if they are packed, in pieces of 64 KB.

    Args:
        content: the body.
        where: its URL, for the error.

    Raises:
        SourceError: after the last piece that could be had, if it breaks off, is damaged or is too large.
    """
    if not is_packed(content):
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]
        return
    size, rest = 0, content
    while rest.startswith(MAGIC):
        unpacker = zlib.decompressobj(31)
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(rest, PIECE)
            except zlib.error as error:
                raise SourceError("The gzip data is damaged", where=where, found=str(error)) from error
            rest = unpacker.unconsumed_tail
            size += len(piece)
            if size > MAX_BYTES:
                raise SourceError("It unpacks to too much", where=where, expected=f"at most {MAX_BYTES >> 20} MB")
            if piece:
                yield piece
            elif not rest and not unpacker.eof:
                raise SourceError("The gzip data breaks off", where=where, found=f"its first {size:,} bytes")
        # What follows the last member and is none is let go, as browsers do.
        rest = unpacker.unused_data


def peek(content: bytes) -> bytes:
    """Return the first bytes of a body, at most 64 KB, unpacked; empty if not even those can be had."""
    try:
        return next(unpack(content), b"")
    except SourceError:
        return b""
