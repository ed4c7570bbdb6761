"""Article -> its place among copies: sketched, compared with what may be the same report, linked to one original.

A family of copies is a star: one original, and a row in ``copies`` for each other article. Two articles are linked if
`extractor.copies` says so of their sketches, or if the page of the one names the URL of the other as the original; a
family is all that links lead to. Its original is, in this order: one that another page names and that names none
itself, the earliest published, the first stored. So it may change when an article comes or is read anew.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from extractor.copies import VERSION, are_copies, bands_of, is_current, similarity, sketch_text

__all__ = ["place_article", "unsketched_ids"]

MAX_IN_BAND = 100
"""Of the articles that share one band, at most so many, the newest: a site's furniture is in all of its pages."""

MAX_COMPARED = 50
"""Of the articles that share any, at most so many are compared, those that share the most."""


def place_article(db: Database, article_id: str, *, moved: bool = False) -> None:
    """Sketch a stored article if its text has no sketch yet, and link it to its copies; in the caller's transaction.

    Args:
        db: the database.
        article_id: an article that was stored or changed.
        moved: whether it names another original than before.
    """
    article = _read(db, "SELECT id, url, text, canonical FROM articles WHERE id = ?", [article_id])[0]
    sketch, fresh = _save_sketch(db, article_id, article["text"])
    family = _family(db, article_id)
    if fresh or moved:
        if len(family) > 1:
            _part(db, family)
            family = _family(db, article_id)
        for other in [*_find_alike(db, article_id, sketch), *_find_named(db, article)]:
            if other not in family:
                family |= _family(db, other)
    if len(family) > 1:
        _link(db, family)


def unsketched_ids(db: Database) -> list[str]:
    """Return the ids of the articles that have no sketch of this version, in the order in which they were stored."""
    sql = (
        "SELECT id FROM articles WHERE NOT EXISTS (SELECT 1 FROM sketches WHERE article_id = articles.id "
        "AND substr(sketch, 1, 1) = ?) ORDER BY rowid"
    )
    return [row[0] for row in db.execute(sql, [bytes([VERSION])])]


def _save_sketch(db: Database, article_id: str, text: str) -> tuple[bytes, bool]:
    """Return an article's sketch, and whether it had to be made."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    former = _read(db, "SELECT id, text_sha256, sketch FROM sketches WHERE article_id = ?", [article_id])
    if former and former[0]["text_sha256"] == sha256 and is_current(former[0]["sketch"]):
        return former[0]["sketch"], False
    sketch = sketch_text(text)
    number = db.execute(
        "INSERT INTO sketches (article_id, text_sha256, sketch) VALUES (?, ?, ?) ON CONFLICT (article_id) "
        "DO UPDATE SET text_sha256 = excluded.text_sha256, sketch = excluded.sketch RETURNING id",
        [article_id, sha256, sketch],
    ).fetchone()[0]
    if former:
        db.conn.execute("DELETE FROM bands WHERE sketch_id = ?", [number])
    db.conn.executemany(
        "INSERT INTO bands (band, hash, sketch_id) VALUES (?, ?, ?)",
        [(band, hash_, number) for band, hash_ in enumerate(bands_of(sketch))],
    )
    return sketch, True


def _find_alike(db: Database, article_id: str, sketch: bytes) -> list[str]:
    """Return the articles of which a sketch is a copy, or which are copies of it."""
    shared: Counter[int] = Counter()
    sql = "SELECT sketch_id FROM bands WHERE band = ? AND hash = ? ORDER BY sketch_id DESC LIMIT ?"
    for place in enumerate(bands_of(sketch)):
        shared.update(row[0] for row in db.execute(sql, [*place, MAX_IN_BAND + 1]))
    # One more than asked for, since the article itself is among them
    numbers = [number for number, _ in shared.most_common(MAX_COMPARED + 1)]
    sql = "SELECT article_id, sketch FROM sketches WHERE id IN (SELECT value FROM json_each(?)) AND article_id <> ?"
    return [
        other
        for other, theirs in db.execute(sql, [json.dumps(numbers), article_id])
        if is_current(theirs) and are_copies(sketch, theirs)
    ]


def _find_named(db: Database, article: dict[str, Any]) -> list[str]:
    """Return the article that this one's page names as its original, and those whose pages name this one."""
    sql = "SELECT id FROM articles WHERE (url = :canonical OR (canonical <> '' AND canonical = :url)) AND id <> :id"
    return [row["id"] for row in _read(db, sql, article)]


def _family(db: Database, article_id: str) -> set[str]:
    """Return an article and all that are linked with it now."""
    sql = (
        "WITH head AS (SELECT coalesce((SELECT original_id FROM copies WHERE article_id = :id), :id) AS id) "
        "SELECT id FROM head UNION SELECT article_id FROM copies WHERE original_id = (SELECT id FROM head)"
    )
    return {row["id"] for row in _read(db, sql, {"id": article_id})}


def _part(db: Database, family: Iterable[str]) -> None:
    """Look anew at who in a family is linked with whom: one of it has changed, and may have held it together."""
    rest = {row["id"]: {**row, "original_id": None} for row in _members(db, family)}
    sketches = _read_sketches(db, rest)
    _unlink(db, rest)
    while rest:
        _, first = rest.popitem()
        group, open_ = [first], [first]
        while open_:
            one = open_.pop()
            linked = [other for other in rest.values() if _are_linked(one, other, sketches)]
            for other in linked:
                del rest[other["id"]]
            group += linked
            open_ += linked
        if len(group) > 1:
            _write(db, _ranked(group))


def _link(db: Database, family: Iterable[str]) -> None:
    """Write a family's rows where they are not as they should be."""
    _write(db, _ranked(_members(db, family)))


def _members(db: Database, family: Iterable[str]) -> list[dict[str, Any]]:
    sql = (
        "SELECT articles.id, url, canonical, sketches.id AS number, "
        "published || substr('9999-99-99', length(published) + 1) AS published, "
        "EXISTS (SELECT 1 FROM articles AS other WHERE other.canonical <> '' AND other.canonical = articles.url "
        "AND other.id <> articles.id) AS named, original_id "
        "FROM articles JOIN sketches ON sketches.article_id = articles.id "
        "LEFT JOIN copies ON copies.article_id = articles.id "
        "WHERE articles.id IN (SELECT value FROM json_each(?))"
    )
    return _read(db, sql, [json.dumps(sorted(family))])


def _ranked(members: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the members of a family, its original first."""
    urls = {member["url"] for member in members}

    def rank(member: dict[str, Any]) -> tuple[bool, str, int]:
        # Two pages that name each other are both named, and neither is the original for that.
        names = member["canonical"] in urls - {member["url"]}
        return (not member["named"] or names, member["published"], member["number"])

    return sorted(members, key=rank)


def _write(db: Database, ranked: Sequence[dict[str, Any]]) -> None:
    original = ranked[0]
    if original["original_id"] is not None:
        _unlink(db, [original["id"]])
    wrong = [copy for copy in ranked[1:] if copy["original_id"] != original["id"]]
    sketches = _read_sketches(db, [member["id"] for member in (original, *wrong)])
    for copy in wrong:
        named = copy["canonical"] == original["url"]
        both = [sketches[member["id"]] for member in (copy, original) if member["id"] in sketches]
        alike = 1.0 if named else similarity(*both) if len(both) == 2 else 0.0
        db.conn.execute(
            "INSERT INTO copies (article_id, original_id, how, similarity) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (article_id) DO UPDATE "
            "SET original_id = excluded.original_id, how = excluded.how, similarity = excluded.similarity",
            [copy["id"], original["id"], "canonical" if named else "near-duplicate", alike],
        )


def _unlink(db: Database, ids: Iterable[str]) -> None:
    db.conn.execute("DELETE FROM copies WHERE article_id IN (SELECT value FROM json_each(?))", [json.dumps(list(ids))])


def _read_sketches(db: Database, ids: Iterable[str]) -> dict[str, bytes]:
    """Return the sketches that can be compared, by article."""
    sql = "SELECT article_id, sketch FROM sketches WHERE article_id IN (SELECT value FROM json_each(?))"
    return {one: sketch for one, sketch in db.execute(sql, [json.dumps(list(ids))]) if is_current(sketch)}


def _are_linked(a: dict[str, Any], b: dict[str, Any], sketches: dict[str, bytes]) -> bool:
    if a["canonical"] == b["url"] or b["canonical"] == a["url"]:
        return True
    return a["id"] in sketches and b["id"] in sketches and are_copies(sketches[a["id"]], sketches[b["id"]])


def _read(db: Database, sql: str, values: Any) -> list[dict[str, Any]]:
    return list(db.query(sql, values))
