"""``schema/`` -> tables, views and labels of a database.

A database of ours carries an application id, and as its user version the number of migrations that made it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from extractor.errors import DataError, StoreError
from extractor.schema import data_folder, list_files, load_predicates
from extractor.store.connections import writing

__all__ = [
    "APPLICATION_ID", "PUBLISHED_ID", "find_missing_parts", "identify", "migrate", "read_migrations", "read_views",
]  # fmt: skip

APPLICATION_ID = 0x41494E57
"""``PRAGMA application_id`` of a database of ours: the letters AINW."""

PUBLISHED_ID = 0x41494E50
"""``PRAGMA application_id`` of a published file, which is only ever read: the letters AINP."""


def identify(db: Database, path: Path, *, create: bool, read_only: bool = False) -> int:
    """Return the number of migrations that made a database; 0 for an empty file that may be filled.

    Raises:
        StoreError: if it is not ours, a newer version of this program made it, or it is a published file that is to be
            written to.
    """
    application, version = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name LIMIT 4")]
    if not tables and not application and create:
        return 0
    if application == PUBLISHED_ID and not read_only:
        raise StoreError(
            "A published file is only read",
            where=str(path),
            expected="a database with articles in full",
            found="what the command publish has written",
            fix="Work on the database that it was made from, and publish that again",
        )
    if application not in (APPLICATION_ID, PUBLISHED_ID):
        raise StoreError(
            "The database is not one of ainews-to-sqlite",
            where=str(path),
            expected=f"application id {APPLICATION_ID}",
            found=f"{application}, with {'tables ' + ', '.join(tables) if tables else 'no tables'}",
            fix="Name another file; this one is left as it is",
        )
    latest = len(read_migrations())
    if version > latest:
        raise StoreError(
            "The database was made by a newer version of ainews-to-sqlite",
            where=str(path),
            expected=f"schema {latest} or older",
            found=f"schema {version}",
            fix="Upgrade with: pip install -U ainews-to-sqlite",
        )
    return int(version)


def migrate(db: Database, path: Path, *, create: bool) -> None:
    """Bring a database to the schema of this version: tables, views, and the labels of predicates.

    A database that is up to date is only read.

    Raises:
        StoreError: if it is not ours, or a newer version of this program made it.
    """
    if identify(db, path, create=create) == 0 and db.journal_mode != "wal":
        db.conn.execute("PRAGMA journal_mode = WAL")
    if not find_missing_parts(db):
        return
    # A table whose CHECK changes is made anew, and its rows are referred to meanwhile: SQLite's own way to do this is
    # to check the keys at the end, and the switch works outside of transactions only.
    db.conn.execute("PRAGMA foreign_keys = OFF")
    # Else no table can be renamed while a view of the user's speaks of the one that it replaces
    db.conn.execute("PRAGMA legacy_alter_table = ON")
    try:
        _migrate(db, path, create=create)
    finally:
        db.conn.execute("PRAGMA legacy_alter_table = OFF")
        db.conn.execute("PRAGMA foreign_keys = ON")


def _migrate(db: Database, path: Path, *, create: bool) -> None:
    with writing(db):
        # Another process may have been quicker.
        identify(db, path, create=create)
        migrations = Migrations("ainews-to-sqlite")
        for name, sql in read_migrations().items():
            migrations(name=name)(_script(sql))
        migrations.apply(db)
        db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.conn.execute(f"PRAGMA user_version = {len(read_migrations())}")
        stored = _stored_views(db)
        for name, sql in read_views().items():
            if stored.get(name) != sql:
                db.conn.execute(f'DROP VIEW IF EXISTS "{name}"')
                db.conn.execute(sql)
        db.conn.executemany(
            "INSERT INTO predicates (name, label, question, unit, description) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET label = excluded.label, question = excluded.question, "
            "unit = excluded.unit, description = excluded.description",
            sorted(_predicate_rows()),
        )
        if broken := db.execute("PRAGMA foreign_key_check").fetchall():
            raise StoreError(
                "The database cannot be brought up to date",
                where=str(path),
                expected="keys that lead somewhere",
                found=f"{len(broken)} that lead nowhere, the first in table {broken[0][0]}",
                fix="Nothing was changed; run: ainews-to-sqlite doctor FILE with the version that made it",
            )


def find_missing_parts(db: Database) -> list[str]:
    """List what `migrate` would add or bring up to date; empty for a database that is as this version wants it."""
    if db.execute("PRAGMA user_version").fetchone()[0] < len(read_migrations()):
        return ["tables"]
    stored = _stored_views(db)
    parts = [f"view {name}" for name, sql in read_views().items() if stored.get(name) != sql]
    labels = set(db.execute("SELECT name, label, question, unit, description FROM predicates").fetchall())
    return parts + [f"predicate {row[0]}" for row in sorted(_predicate_rows() - labels)]


@cache
def read_migrations() -> dict[str, str]:
    """Read the SQL of every migration, in the order in which they are applied.

    Raises:
        DataError: if their numbers do not run from 0001 without a gap.
    """
    folder = data_folder("schema") / "migrations"
    found = list_files(folder, ".sql")
    for number, (name, _) in enumerate(found, 1):
        if not name.startswith(f"{number:04}_"):
            raise DataError(
                "The migrations have a gap", where=str(folder), expected=f"{number:04}_NAME.sql", found=name
            )
    return {name: file.read_text(encoding="utf-8") for name, file in found}


@cache
def read_views() -> dict[str, str]:
    """Read the CREATE statement of every view, as SQLite keeps it: without the comment above it."""
    views = {}
    for name, file in list_files(data_folder("schema") / "views", ".sql"):
        comment, create, body = file.read_text(encoding="utf-8").partition(f"CREATE VIEW {name} AS")
        if not create or not comment.startswith("-- "):
            expected = f"the question it answers as a comment, then CREATE VIEW {name} AS"
            raise DataError("A view's file is not as it should be", where=str(file), expected=expected)
        views[name] = create + body.rstrip().removesuffix(";")
    return views


def _stored_views(db: Database) -> dict[str, str]:
    return dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())


def _predicate_rows() -> set[tuple[str, str, str, str, str]]:
    return {(p.name, p.label, p.question, p.unit, p.description) for p in load_predicates().values()}


def _script(sql: str) -> Callable[[Any], None]:
    def apply(db: Database) -> None:
        db.executescript(sql)

    return apply
