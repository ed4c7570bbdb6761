"""How far archives have been read -> rows, in the caller's transaction."""

from __future__ import annotations

from sqlite_utils import Database

from extractor.sources import Position

__all__ = ["read_position", "save_position"]


def read_position(db: Database, archive: str) -> Position | None:
    """Return how far an archive was read; None if it never was."""
    row = next(iter(db.query("SELECT * FROM positions WHERE archive = ?", [archive])), None)
    if row is None:
        return None
    return Position(
        archive=row["archive"], name="", size=row["size"], digest=row["digest"], selection=row["selection"],
        position=row["position"], records=row["records"],
    )  # fmt: skip


def save_position(db: Database, position: Position, source_id: str, run_id: int, at: str) -> None:
    """Note how far an archive has been read.

    What an earlier run could not read at the place where this one began, was read again, and is off the list.
    """
    db.conn.execute(
        "INSERT INTO positions (archive, source_id, size, digest, selection, position, records, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (archive) DO UPDATE SET source_id = excluded.source_id, "
        "size = excluded.size, digest = excluded.digest, selection = excluded.selection, "
        "position = excluded.position, records = excluded.records, at = excluded.at",
        (
            position.archive, source_id, position.size, position.digest, position.selection, position.position,
            position.records, at,
        ),
    )  # fmt: skip
    if position.start and not position.known:
        db.conn.execute(
            "DELETE FROM failures WHERE source = ? AND run_id < ?", (f"{position.name}@{position.start}", run_id)
        )
