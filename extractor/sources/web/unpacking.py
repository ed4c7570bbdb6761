"""Bytes that may be gzipped, whatever the transport said -> the bytes within, a piece at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import chain

from extractor.errors import SourceError

__all__ = ["peek", "unpack"]

MAGIC = b"\x1f\x8b"
PIECE = 1 << 16
SLICE = 1 << 10
"""Packed bytes that are taken at a time: of a damaged file, all comes out that stands before that slice."""
LAYERS = 2
"""A file that was packed, and packed once more on its way."""
MAX_BYTES = 64 << 20
"""The sitemaps protocol ends at 50 MB; what unpacks to more is a mistake or a bomb."""


def unpack(content: bytes, where: str = "") -> Iterator[bytes]:
    """Yield the bytes of a body, unpacked if they are packed, in pieces of at most 64 KB.

    Args:
        content: the body.
        where: its URL, for the error.

    Raises:
        SourceError: after the last piece that could be had, if it breaks off, is damaged or is too large.
    """
    pieces: Iterator[bytes] = (content[start : start + PIECE] for start in range(0, len(content), PIECE))
    for _ in range(LAYERS):
        first = next(pieces, b"")
        pieces = chain((first,), pieces) if first else pieces
        if not first.startswith(MAGIC):
            break
        pieces = _inflate(pieces, where)
    yield from pieces


def _inflate(pieces: Iterator[bytes], where: str) -> Iterator[bytes]:
    """Yield what all members of a gzip stream hold; what follows them and is none is let go, as browsers do."""
    size, unpacker = 0, zlib.decompressobj(31)
    for packed in (piece[start : start + SLICE] for piece in pieces for start in range(0, len(piece), SLICE)):
        rest = packed
        while rest:
            if unpacker.eof:
                if not rest.startswith(MAGIC):
                    return
                unpacker = zlib.decompressobj(31)
            try:
                piece = unpacker.decompress(rest, PIECE)
            except zlib.error as error:
                raise SourceError(
                    "The gzip data is damaged", where=where, found=f"an error after {size:,} bytes"
                ) from error
            rest = unpacker.unconsumed_tail or unpacker.unused_data
            size += len(piece)
            if size > MAX_BYTES:
                raise SourceError("It unpacks to too much", where=where, expected=f"at most {MAX_BYTES >> 20} MB")
            if piece:
                yield piece
    if not unpacker.eof:
        raise SourceError("The gzip data breaks off", where=where, found=f"its first {size:,} bytes")


def peek(content: bytes) -> bytes:
    """Return the first bytes of a body, up to 64 KB, unpacked; empty if not even those can be had."""
    start = b""
    try:
        for piece in unpack(content):
            start += piece
            if len(start) >= PIECE:
                break
    except SourceError:
        pass
    return start
