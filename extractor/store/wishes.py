"""What sites say of machines, as rows: each text once while it stands, with when it was seen first and last."""

from __future__ import annotations

from sqlite_utils import Database

from extractor.sources.web.records import Wish, WishKind

__all__ = ["find_wish", "save_wish"]


def find_wish(db: Database, origin: str, kind: WishKind) -> Wish | None:
    """Return what a site said last; None if it was never asked."""
    row = db.execute(
        "SELECT origin, kind, status, content, checked, id FROM wishes WHERE origin = ? AND kind = ? "
        "ORDER BY checked DESC, id DESC LIMIT 1",
        [origin, kind],
    ).fetchone()
    return None if row is None else Wish(*row)


def save_wish(db: Database, wish: Wish) -> Wish:
    """Keep what a site says, and return it with its id; the same as before only moves its date on."""
    former = find_wish(db, wish.origin, wish.kind)
    if former is not None and (former.status, former.content) == (wish.status, wish.content):
        db.conn.execute("UPDATE wishes SET checked = ? WHERE id = ?", (wish.checked, former.id))
        number = former.id
    else:
        cursor = db.conn.execute(
            "INSERT INTO wishes (origin, kind, status, content, seen, checked) VALUES (?, ?, ?, ?, ?, ?)",
            (wish.origin, wish.kind, wish.status, wish.content, wish.checked, wish.checked),
        )
        number = int(cursor.lastrowid or 0)
    return Wish(wish.origin, wish.kind, wish.status, wish.content, wish.checked, number)
