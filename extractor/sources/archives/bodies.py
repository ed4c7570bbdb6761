"""The body of an HTTP answer, as an archive kept it -> the bytes of the page: unchunked and unpacked."""

from __future__ import annotations

import io
import re
import zlib

from fastwarc.stream_io import BrotliReader, ZstdReader

from extractor.errors import SourceError
from extractor.sources.streams import TooLarge

__all__ = ["unchunk_body", "unpack_body"]

_CHUNK_SIZE = re.compile(rb"\s*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
_TEXT = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<")


def unchunk_body(body: bytes, transfer: str) -> bytes:
    """Return a body without the sizes between its chunks.

    Many archives keep the header and not the chunks: what does not begin with a size is no chunk.

    Raises:
        SourceError: if the chunks are broken or end early.
    """
    if "chunked" not in transfer.lower() or not _CHUNK_SIZE.match(body):
        return body
    chunks: list[bytes] = []
    place = 0
    while size := _CHUNK_SIZE.match(body, place):
        length, start = int(size[1], 16), size.end()
        if not length:
            return b"".join(chunks)
        chunks.append(body[start : start + length])
        # the line end behind the chunk belongs to the next size
        place = start + length
    found = "the end" if place >= len(body) else f"{body[place : place + 20]!r}"
    raise SourceError("The page's chunks are broken", expected="a chunk's size, the last being 0", found=found)


def unpack_body(body: bytes, packing: str, max_bytes: int) -> bytes:
    """Return a body as it was before it was packed.

    Many archives keep the header and unpack the body: what does not look packed stays as it is.

    Args:
        body: without chunks.
        packing: the header Content-Encoding: the packings in the order in which they were laid on.
        max_bytes: the cap; no more than one byte beyond it is unpacked.

    Raises:
        SourceError: if it is broken, or packed in a way that is not known.
        TooLarge: if more than ``max_bytes`` come out.
    """
    for name in reversed([part.strip().lower() for part in packing.split(",")]):
        if name in ("", "identity", "none") or _TEXT.match(body[:64]):
            continue
        try:
            body = _unpack(body, name.removeprefix("x-"), max_bytes + 1)
        except (OSError, zlib.error) as error:
            found = str(error)
            raise SourceError("The packed page is broken", expected=f"whole {name} data", found=found) from error
        if len(body) > max_bytes:
            raise TooLarge
    if len(body) > max_bytes:
        raise TooLarge
    return body


def _unpack(body: bytes, name: str, limit: int) -> bytes:
    if name in ("gzip", "deflate"):
        if name == "gzip" and not body.startswith(b"\x1f\x8b"):
            return body
        # "deflate" means zlib, and is taken by some servers for the bare stream in it
        bare = name == "deflate" and (len(body) < 2 or body[0] & 15 != 8 or (body[0] << 8 | body[1]) % 31)
        inflate = zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS | 32)
        data = inflate.decompress(body, limit)
        if not inflate.eof and len(data) < limit:
            raise OSError("the end in the midst of it")
        return data
    if name == "br":
        return bytes(BrotliReader(io.BytesIO(body)).read(limit))
    if name == "zstd":
        return bytes(ZstdReader(io.BytesIO(body)).read(limit))
    raise SourceError("The page is packed in an unknown way", expected="gzip, deflate, br or zstd", found=name[:40])
