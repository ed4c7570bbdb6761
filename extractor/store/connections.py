"""Connections to one SQLite file, write transactions, and SQLite's errors as ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from extractor.errors import StoreError

__all__ = ["RefusedRecord", "connect", "explaining", "writing"]


class RefusedRecord(StoreError):
    """One record cannot be stored, and nothing of it was; the database itself is well."""


def connect(path: Path, *, create: bool, read_only: bool, wait: float) -> Database:
    """Open a file, with foreign keys on; whether it is a database of ours is not looked at here.

    Args:
        path: the file.
        create: make the file if it is missing.
        read_only: refuse every write; the file's folder need not be writable.
        wait: seconds to wait for another writer.

    Raises:
        StoreError: if there is no such file, or it cannot be opened.
    """
    if path.is_dir():
        raise StoreError(
            "A folder is no database", where=str(path), expected="a file", fix="Name a file, such as claims.db"
        )
    if not path.exists():
        if not create or read_only:
            fix = f"Make it with: ainews-to-sqlite ingest {path}"
            raise StoreError("There is no such database", where=str(path), expected="an SQLite file", fix=fix)
        if not path.parent.is_dir():
            fix = "Make the folder first, or name another"
            raise StoreError("The database's folder is missing", where=str(path.parent), expected="a folder", fix=fix)
    modes = ["mode=ro"] if read_only else ["mode=rwc" if create else "mode=rw"]
    # A database in WAL mode needs a file beside it even to be read. Where the folder allows none, it is still safe to
    # read as long as no writer has left a log there.
    if read_only and not path.with_name(f"{path.name}-wal").exists():
        modes.append("mode=ro&immutable=1")
    with explaining(path):
        for mode in modes:
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=wait, isolation_level=None
            )
            try:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                connection.execute("PRAGMA synchronous = NORMAL")
            except sqlite3.Error as error:
                connection.close()
                if mode == modes[-1] or error.sqlite_errorname not in ("SQLITE_CANTOPEN", "SQLITE_READONLY_DIRECTORY"):
                    raise
            else:
                return Database(connection, execute_plugins=False)
    raise StoreError("The database cannot be opened", where=str(path))


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """Run a block as one write transaction: all of it is stored, or nothing.

    It takes the write lock at once, and so waits for another writer before it has read anything: a transaction that
    begins as a reader and then wants to write is refused, not queued.
    """
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    try:
        db.conn.execute("COMMIT")
    except BaseException:
        db.rollback()
        raise


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a file into a `StoreError` that names the file and the next step."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(error, path) from error
    except UnicodeEncodeError as error:
        raise RefusedRecord(
            "A text holds half a character and cannot be stored",
            where=str(path),
            expected="Unicode text",
            found=f"{error.object[error.start : error.end]!r} at {error.start}",
        ) from error


def _explain(error: sqlite3.Error, path: Path) -> StoreError:
    # Errors that the sqlite3 module itself raises (a closed connection) have no code of SQLite's.
    name = getattr(error, "sqlite_errorname", "") or ""
    where, found = str(path), str(error)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        fix = "Wait until the other program is done, then run this again"
        return StoreError(
            "The database is locked by another writer", where=where, expected="a free file", found=found, fix=fix
        )
    if name == "SQLITE_NOTADB":
        fix = "Name another file; this one is left as it is"
        return StoreError(
            "The file is no database", where=where, expected="an SQLite file", found="other content", fix=fix
        )
    if name.startswith("SQLITE_READONLY"):
        fix = "Give yourself write access to the file and its folder, or copy the file elsewhere"
        return StoreError("The database cannot be written", where=where, expected="write access", found=found, fix=fix)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM")):
        fix = "Check who may read and write the file and its folder"
        return StoreError(
            "The database cannot be opened", where=where, expected="an accessible file", found=found, fix=fix
        )
    if name.startswith("SQLITE_FULL"):
        return StoreError("The disk is full", where=where, found=found, fix="Free some space and run this again")
    if name.startswith("SQLITE_IOERR"):
        fix = "Check the disk, its space and the limits of this account, then run this again"
        return StoreError("The disk did not read or write the database", where=where, found=found, fix=fix)
    if name.startswith("SQLITE_CORRUPT"):
        fix = "Take the file from a backup, or save what is left with: sqlite3 FILE .recover"
        return StoreError("The database is damaged", where=where, found=found, fix=fix)
    if name.startswith("SQLITE_CONSTRAINT"):
        fix = "Nothing of this record was stored. Please report it with the page that it came from"
        return RefusedRecord(
            "The database refused a record", where=where, expected="what the schema allows", found=found, fix=fix
        )
    return StoreError("The database gave an error", where=where, found=f"{name or type(error).__name__}: {found}")
