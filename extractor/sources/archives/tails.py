"""The end of an archive that is to be written on: whole, or cut in the midst of a record when its writer was killed."""

from __future__ import annotations

from extractor.sources.archives.records import Damage, find_records, read_records
from extractor.sources.archives.streams import RawFile

__all__ = ["find_cut"]

_WINDOW = 8_388_608


def find_cut(raw: RawFile, *, packed: bool) -> int | None:
    """Return where the record begins in whose midst an archive ends; None if its last record is whole.

    The end is looked at first, and more of the file only if no record begins there. A record that is damaged in some
    other way, here or further up, is left for the reader to tell.

    Args:
        raw: the file.
        packed: whether the records are packed as gzip members.

    Raises:
        OSError: if the file cannot be read.
    """
    # The last record before the window's end may begin before it: only what is found is certain to be one
    start = max(0, raw.size - _WINDOW)
    places = [0] if not start else list(find_records(raw, start, packed=packed)) or [0]
    for item in read_records(raw, places[-1], packed=packed, keep=0):
        if isinstance(item, Damage):
            if item.cut:
                return item.offset
        elif not packed and raw.read_at(item.offset + len(item.head) + item.length, 4) != b"\r\n\r\n":
            # all of its content is there and not all of its end: what is written next would be taken for the rest
            return item.offset
    return None
