"""Unpacks bodies that were sent packed. Whole or not at all: Scrapy's own keeps what it got of a damaged one."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

from scrapy import Request
from scrapy.http import Response

from extractor.sources.web.crawler.endings import PutOff, Refused

__all__ = ["Unpacking"]

_CHUNK = 65536
# Names of no packing at all, the last two by mistake.
_BARE = frozenset({"", "identity", "none", "utf-8"})


class TooLarge(Exception):
    """More came out than may."""


class Unpacking:
    """The middleware that asks for packed bodies and unpacks them, up to the size that the request allows."""

    def __init__(self) -> None:
        self._unpackers = _find_unpackers()

    def process_request(self, request: Request) -> None:
        """Say what can be unpacked here."""
        request.headers.setdefault("Accept-Encoding", ", ".join(name for name in self._unpackers if name != "x-gzip"))

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the answer with its body unpacked.

        Raises:
            PutOff: it is damaged.
            Refused: it is too large, or packed in a way that was not asked for.
        """
        named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        steps = [name for name in (part.strip().lower() for part in named.split(",")) if name not in _BARE]
        if not steps or not response.body:
            return response
        body, limit = response.body, request.meta["download_maxsize"]
        for step in reversed(steps):
            if step not in self._unpackers:
                raise Refused(f"it is packed in a way that was not asked for: {step[:40]!r}")
            try:
                body = self._unpackers[step](body, limit)
            except TooLarge:
                raise Refused(f"larger than {limit:,} bytes, unpacked") from None
            except Exception as error:
                raise PutOff(f"its packing is damaged ({step}): {error or type(error).__name__}") from error
        return response.replace(body=body)


def _find_unpackers() -> dict[str, Callable[[bytes, int], bytes]]:
    found: dict[str, Callable[[bytes, int], bytes]] = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _inflate}
    try:
        import brotli  # type: ignore[import-untyped]

        found["br"] = lambda body, limit: _unbrotli(brotli, body, limit)
    except ImportError:
        pass
    try:
        from backports import zstd

        found["zstd"] = lambda body, limit: _unzstd(zstd, body, limit)
    except ImportError:
        pass
    return found


def _gunzip(body: bytes, limit: int) -> bytes:
    """All members of a gzip stream; what follows them and is none is let go, as browsers do."""
    out, rest = bytearray(), body
    while rest.startswith(b"\x1f\x8b") or not out:
        part, rest = _stream(zlib.decompressobj(31), rest, limit - len(out))
        out += part
        if not rest:
            break
    return bytes(out)


def _inflate(body: bytes, limit: int) -> bytes:
    """A zlib stream, or the bare one that some servers send by that name."""
    try:
        return _stream(zlib.decompressobj(), body, limit)[0]
    except zlib.error:
        return _stream(zlib.decompressobj(-15), body, limit)[0]


def _stream(unpacker: Any, body: bytes, limit: int) -> tuple[bytes, bytes]:
    out, rest = bytearray(), body
    while not unpacker.eof:
        piece = unpacker.decompress(rest, _CHUNK)
        rest = unpacker.unconsumed_tail
        out += piece
        if len(out) > limit:
            raise TooLarge
        if not piece and not rest:
            raise EOFError("it breaks off")
    return bytes(out), unpacker.unused_data


def _unbrotli(brotli: Any, body: bytes, limit: int) -> bytes:
    unpacker, out = brotli.Decompressor(), bytearray()
    piece = unpacker.process(body, output_buffer_limit=_CHUNK)
    while True:
        out += piece
        if len(out) > limit:
            raise TooLarge
        if unpacker.is_finished():
            return bytes(out)
        piece = unpacker.process(b"", output_buffer_limit=_CHUNK)
        if not piece and not unpacker.is_finished():
            raise EOFError("it breaks off")


def _unzstd(zstd: Any, body: bytes, limit: int) -> bytes:
    out, rest = bytearray(), body
    while rest:
        unpacker = zstd.ZstdDecompressor()
        piece = unpacker.decompress(rest, _CHUNK)
        while True:
            out += piece
            if len(out) > limit:
                raise TooLarge
            if unpacker.eof:
                break
            piece = unpacker.decompress(b"", _CHUNK)
            if not piece and not unpacker.eof:
                raise EOFError("it breaks off")
        rest = unpacker.unused_data
    return bytes(out)
