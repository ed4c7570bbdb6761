"""How far an archive has been read, and whether it is still the file that was read so far."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

__all__ = ["Position", "digest_file"]

_BEGINNING, _BEHIND = 65_536, 4_096


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two records of an archive: all before it has been handed out.

    Attributes:
        archive: the file's URI.
        name: the file as the user named it; failures at a record are of the source ``name@OFFSET``.
        size: bytes of the file when it was read.
        digest: of what lies before the position; see `digest_file`.
        selection: what was asked of it and by which rules, in words; other words read the file from its beginning.
        position: bytes from the file's beginning to the next record.
        records: how many records lie before it.
        start: where this run began to read.
        filtered, gated: pages left out by a filter, and by the gate, since the position before.
        known: whether the file was read to its end before, and nothing has come since.
    """

    archive: str
    name: str
    size: int
    digest: str
    selection: str
    position: int
    records: int
    start: int = 0
    filtered: int = 0
    gated: int = 0
    known: bool = False


def digest_file(descriptor: int, position: int) -> str:
    """Return a hash of a file's beginning and of the bytes just before a position.

    An archive only grows: these bytes stay. Another file under the same name has others.

    Args:
        descriptor: the open file; where it stands is left unsaid.
        position: bytes from its beginning; no more are looked at.

    Raises:
        OSError: if the file cannot be read.
    """
    digest = hashlib.sha256(str(position).encode())
    for start, length in ((0, min(position, _BEGINNING)), (max(0, position - _BEHIND), min(position, _BEHIND))):
        os.lseek(descriptor, start, os.SEEK_SET)
        while length and (data := os.read(descriptor, length)):
            digest.update(data)
            length -= len(data)
    return digest.hexdigest()
