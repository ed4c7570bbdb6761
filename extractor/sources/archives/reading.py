"""An archive, from where it was left -> its pages, what could not be read, and how far it has come."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from extractor.errors import SourceError
from extractor.records import Failure, Page
from extractor.sources.archives.positions import Position, digest_file
from extractor.sources.archives.records import Damage, RawRecord, is_gzip, read_records
from extractor.sources.archives.responses import LeftOut, read_response
from extractor.sources.archives.selections import Selection
from extractor.sources.archives.streams import RawFile

__all__ = ["read_archive"]

_HEADERS = 131_072
_MARK_EVERY = 500
"""Records passed over before the position is told again; a kill costs no more than to pass them over again."""


def read_archive(path: Path, name: str, selection: Selection, max_bytes: int) -> Iterator[Page | Failure | Position]:
    """Yield the pages of an archive that are wanted, and behind each the position that is reached with it.

    It begins where `Selection.find_position` says that reading ended, if the file is still the same up to there and
    the same was asked of it. A page that cannot be read, and a damaged place, are failures of the source
    ``name@OFFSET``, and reading goes on behind them. The position never passes a place where the file is cut, so that
    a record that is being written is read by the next run.

    Args:
        path: the file.
        name: what failures call it.
        selection: which pages.
        max_bytes: a page larger than this, unpacked, is a failure.

    Raises:
        OSError: if the file cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        yield from _Reading(RawFile(descriptor), path.resolve().as_uri(), name, selection, max_bytes).run()
    finally:
        os.close(descriptor)


class _Reading:
    """One run over one archive."""

    def __init__(self, raw: RawFile, archive: str, name: str, selection: Selection, max_bytes: int) -> None:
        self.raw, self.name, self.selection, self.max_bytes = raw, name, selection, max_bytes
        former = selection.find_position(archive) if selection.find_position else None
        if former is None or not self._is_same(former):
            former = Position(archive, name, 0, "", selection.words, 0, 0)
        self.now = replace(former, name=name, start=former.position, filtered=0, gated=0, known=False)
        self.told = self.now.position

    def run(self) -> Iterator[Page | Failure | Position]:
        size, start = self.raw.size, self.now.start
        if start == size and size:
            yield replace(self.now, known=True)
            return
        left: Counter[str] = Counter()
        whole, pages = True, 0
        records = read_records(self.raw, start, packed=is_gzip(self.raw, self.name), keep=self.max_bytes + _HEADERS)
        for raw in records:
            if isinstance(raw, Damage):
                whole = False
                yield self._tell_damage(raw)
                if raw.end is not None:
                    self.now = replace(self.now, position=raw.end)
                    yield self._tell()
                continue
            found = self._read(raw)
            self._pass(raw, found)
            if isinstance(found, LeftOut):
                left[found.kind or "unknown"] += found.why == "other"
                pages += found.why != "other"
            else:
                pages += 1
                yield found
            if not isinstance(found, LeftOut) or self.now.records % _MARK_EVERY == 0:
                yield self._tell()
        if whole and not pages and not start:
            yield self._tell_nothing(left)
        yield self._tell()

    def _read(self, raw: RawRecord) -> Page | Failure | LeftOut:
        try:
            return read_response(raw, self.selection, self.max_bytes)
        except SourceError as error:
            where = f"{self.name}, byte {raw.offset}" + (f", {error.where}" if error.where else "")
            told = SourceError(error.what, where=where, expected=error.expected, found=error.found, fix=error.fix)
            return Failure(f"{self.name}@{raw.offset}", "source", told.message)

    def _pass(self, raw: RawRecord, found: object) -> None:
        why = found.why if isinstance(found, LeftOut) else ""
        self.now = replace(
            self.now, position=raw.end, records=self.now.records + 1,
            filtered=self.now.filtered + (why == "filter"), gated=self.now.gated + (why == "gate"),
        )  # fmt: skip

    def _tell(self) -> Position:
        told = replace(self.now, size=self.raw.size, digest=digest_file(self.raw.descriptor, self.now.position))
        self.now = replace(self.now, filtered=0, gated=0)
        return told

    def _tell_damage(self, damage: Damage) -> Failure:
        if damage.end is not None:
            fix = f"Skipped {damage.end - damage.offset:,} bytes and went on at byte {damage.end}"
        elif damage.cut:
            fix = "What came before was read; if the file is still being written, run this again later"
        else:
            fix = "What came before was read; no record was found behind it. Get the file again"
        error = SourceError(
            "The archive is cut" if damage.cut else "The archive is damaged",
            where=f"{self.name}, byte {damage.offset}", expected=damage.expected, found=damage.found, fix=fix,
        )  # fmt: skip
        return Failure(f"{self.name}@{damage.offset}", "source", error.message)

    def _tell_nothing(self, left: Counter[str]) -> Failure:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in left.most_common(5) if count) or "no records"
        error = SourceError(
            "The archive holds no page", where=self.name, expected="records of type response with HTML", found=kinds
        )
        return Failure(self.name, "source", error.message)

    def _is_same(self, former: Position) -> bool:
        return (
            former.selection == self.selection.words
            and former.position <= self.raw.size
            and former.digest == digest_file(self.raw.descriptor, former.position)
        )
