"""Datasette -> which of its databases are ours. Every other module of the plugin asks here before it acts."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from extractor.browse.labels import PUBLISHED

__all__ = ["find_databases", "is_large", "our_databases", "our_notice", "our_tables"]

# Claims from which on a table is shown without what is counted for each request: to read them all takes longer than a
# page may.
LARGE = 100_000

# What the pages read. A database that has all of it is ours, however it was made: a copy that went through
# another program may have lost its application id, and a namesake of another make may have other columns.
NEEDED = {
    "articles": {"id", "url", "title", "site", "authors", "published", "language", "text"},
    "claims": {
        "id", "article_id", "predicate", "value", "high", "unit", "value_text", "subject", "subject_id", "chip",
        "comparator",
        "modality", "stage", "attributed_to", "part", "start", "end", "quote", "sentence_start", "sentence_end",
        "rule", "confidence",
    },
    "evidence": {"claim_id", "role", "part", "start", "end", "words"},
    "predicates": {"name", "label"},
}  # fmt: skip

# A virtual table is never one of ours, and to ask for its columns fails where the module that it needs is missing.
COLUMNS = """
    SELECT tables.name, columns.name
    FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.sql NOT LIKE 'CREATE VIRTUAL%'
        AND tables.name IN ('articles', 'claims', 'evidence', 'predicates')
"""

# The last number that was given, which takes no reading of the table: what was deleted counts.
NUMBER_OF_CLAIMS = "SELECT coalesce(max(rowid), 0) FROM claims"

# One entry a running Datasette, and gone with it.
_found: WeakKeyDictionary[Any, dict[str, frozenset[str]]] = WeakKeyDictionary()
_large: WeakKeyDictionary[Any, frozenset[str]] = WeakKeyDictionary()
_notices: WeakKeyDictionary[Any, dict[str, dict[str, Any]]] = WeakKeyDictionary()


async def find_databases(datasette: Any) -> None:
    """Look at each database that is attached, and note which are ours and what they hold.

    Datasette calls for it when it starts: one that is attached or first filled later is found at the next start.
    """
    ours, notices = {}, {}
    for name, database in list(datasette.databases.items()):
        columns: dict[str, set[str]] = {}
        for table, column in (await database.execute(COLUMNS)).rows:
            columns.setdefault(table, set()).add(column)
        if all(needed <= columns.get(table, set()) for table, needed in NEEDED.items()):
            rows = await database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            ours[name] = frozenset(row[0] for row in rows.rows)
            if ours[name] >= PUBLISHED:
                row = (await database.execute("SELECT * FROM publication")).first()
                notices[name] = dict(row) if row else {}
    _found[datasette], _notices[datasette] = ours, notices
    numbers = {name: (await datasette.get_database(name).execute(NUMBER_OF_CLAIMS)).first()[0] for name in ours}
    _large[datasette] = frozenset(name for name, number in numbers.items() if number > LARGE)


def our_databases(datasette: Any) -> list[str]:
    """Return the names of the databases that are ours; empty before Datasette has started."""
    return list(_found.get(datasette, {}))


def is_large(datasette: Any, database: str) -> bool:
    """Tell whether a database of ours had more than `LARGE` claims when Datasette started."""
    return database in _large.get(datasette, frozenset())


def our_tables(datasette: Any, database: str | None) -> frozenset[str]:
    """Return the tables and views of a database of ours; empty for any other."""
    return _found.get(datasette, {}).get(database or "", frozenset())


def our_notice(datasette: Any, database: str | None) -> dict[str, Any] | None:
    """Return what the publisher of a published file says of it, the row of ``publication``; None for any other."""
    return _notices.get(datasette, {}).get(database or "")
