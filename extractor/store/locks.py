"""One run at a time on a database: a lock beside it that says who holds it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from extractor.dates import timestamp
from extractor.errors import StoreError

__all__ = ["hold_lock"]


@contextmanager
def hold_lock(path: str | Path, what: str) -> Iterator[None]:
    """Hold the lock of a database. The system lets it go when the process ends, however it ends.

    Args:
        path: the database.
        what: what it is held for, such as ``fetch``; told to those who find it held.

    Raises:
        StoreError: if another process holds it, naming that, or if there can be no lock beside the file.
    """
    # Beside the file itself: by whatever link it is named, there is one lock
    place = Path(f"{Path(path).resolve()}-lock")
    lock = FileLock(place)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StoreError(
            "Another run is at work on the database", where=str(path), expected="one at a time",
            found=_holder(place), fix="Wait until it is done",
        ) from error  # fmt: skip
    except (OSError, NotImplementedError) as error:
        raise StoreError(
            "The database cannot be locked", where=str(place),
            expected="a folder that may be written, on a disk that knows locks",
            found=getattr(error, "strerror", None) or str(error), fix="Check who may write to the folder",
        ) from error  # fmt: skip
    try:
        # On a full disk the lock holds all the same; whoever finds it held is told less
        with suppress(OSError):
            place.write_text(
                f"{what}, process {os.getpid()} on {socket.gethostname()}, since {timestamp()}\n", encoding="utf-8"
            )
        yield
    finally:
        lock.release()


def _holder(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8").strip() or "one that has just begun"
    except (OSError, UnicodeDecodeError):
        return "one that does not say who it is"
