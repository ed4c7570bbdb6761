"""The bytes of an archive, or of one gzip member in it, read forward, with the place in the file always known."""

from __future__ import annotations

import os
import re
import zlib
from abc import ABC, abstractmethod

__all__ = ["BrokenMember", "ByteStream", "MemberStream", "PlainStream", "RawFile"]

_CHUNK = 65_536
_HEAD_END = re.compile(rb"\n\r?\n")


class BrokenMember(Exception):
    """A gzip member cannot be unpacked: its bytes are wrong, or the file ends inside it (``cut``)."""

    def __init__(self, found: str, *, cut: bool) -> None:
        super().__init__(found)
        self.found, self.cut = found, cut


class RawFile:
    """An open file that is read at any offset, and no further than it reached when it was opened."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def read_at(self, offset: int, length: int = _CHUNK) -> bytes:
        """Return so many bytes from an offset on, or as many as there are.

        Raises:
            OSError: if the file cannot be read.
        """
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        os.lseek(self.descriptor, offset, os.SEEK_SET)
        data = os.read(self.descriptor, length)
        while len(data) < length and (more := os.read(self.descriptor, length - len(data))):
            data += more
        return data


class ByteStream(ABC):
    """Bytes that are taken from the front."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @abstractmethod
    def _more(self) -> bytes:
        """Return the next bytes, not necessarily any; none and `_ended` at the end."""

    @property
    @abstractmethod
    def _ended(self) -> bool:
        """Whether `_more` has nothing left to give."""

    def _fill(self, length: int) -> None:
        while len(self._buffer) < length and not self._ended:
            self._buffer += self._more()

    def read(self, length: int) -> bytes:
        """Take so many bytes; fewer only at the end."""
        self._fill(length)
        data = bytes(self._buffer[:length])
        del self._buffer[:length]
        return data

    def skip(self, length: int) -> int:
        """Pass over so many bytes, and return how many there were."""
        left = length
        while left and (data := self.read(min(left, 4 * _CHUNK))):
            left -= len(data)
        return length - left

    def read_head(self, limit: int) -> bytes:
        """Take all up to and with the first blank line; without one in ``limit`` bytes, nothing is taken."""
        length = 4096
        while True:
            self._fill(length)
            if found := _HEAD_END.search(self._buffer, 0, limit):
                return self.read(found.end())
            if len(self._buffer) < length or length >= limit:
                return b""
            length *= 4

    def peek(self, length: int) -> bytes:
        """Return so many bytes, or as many as there are, and take none."""
        self._fill(length)
        return bytes(self._buffer[:length])

    def skip_line_ends(self) -> int:
        """Pass over all carriage returns and line feeds that come next; return how many there were."""
        count = 0
        while (data := self.peek(64)) and (ends := len(data) - len(data.lstrip(b"\r\n"))):
            count += self.skip(ends)
            if ends < len(data):
                break
        return count


class PlainStream(ByteStream):
    """The bytes of a file from an offset on."""

    def __init__(self, raw: RawFile, offset: int) -> None:
        super().__init__()
        self._raw, self._read_to = raw, offset

    @property
    def offset(self) -> int:
        """Where in the file the next byte stands."""
        return self._read_to - len(self._buffer)

    @property
    def _ended(self) -> bool:
        return self._read_to >= self._raw.size

    def _more(self) -> bytes:
        data = self._raw.read_at(self._read_to)
        # A file that became shorter under our hands ends where it ends.
        self._read_to = self._read_to + len(data) if data else self._raw.size
        return data

    def skip(self, length: int) -> int:
        """Pass over so many bytes without reading them, and return how many there were."""
        target = min(self.offset + length, self._raw.size)
        count = target - self.offset
        if count <= len(self._buffer):
            del self._buffer[:count]
        else:
            self._buffer.clear()
            self._read_to = target
        return count


class MemberStream(ByteStream):
    """What one gzip member of a file holds, unpacked piece by piece.

    Every method raises `BrokenMember` if the member's bytes, or the checksum at its end, are wrong.
    """

    def __init__(self, raw: RawFile, offset: int) -> None:
        super().__init__()
        self._raw, self._read_to = raw, offset
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def end(self) -> int:
        """Where in the file the member ends, once all of it has been read."""
        return self._read_to - len(self._inflate.unused_data)

    @property
    def _ended(self) -> bool:
        return self._inflate.eof

    def _more(self) -> bytes:
        packed = self._inflate.unconsumed_tail
        if not packed:
            packed = self._raw.read_at(self._read_to)
            self._read_to += len(packed)
        try:
            data = self._inflate.decompress(packed, 4 * _CHUNK)
        except zlib.error as error:
            raise BrokenMember(str(error).rpartition("data: ")[2], cut=False) from error
        if not packed and not data and not self._inflate.eof:
            raise BrokenMember("the end of the file inside it", cut=True)
        return data
