"""A database -> the address of every page that a reader may open on it, for what measures, shoots and tests them.

Which of our own pages there are is asked of the plugin, so that a page is looked for only once it is registered.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from datasette.utils import tilde_encode

from extractor.browse import register_routes
from extractor.browse.charts import load_charts
from extractor.browse.queries import load_queries

__all__ = ["PageAddress", "list_pages"]


@dataclass(frozen=True, slots=True)
class PageAddress:
    """A page: a readable name of its kind, a file name can be made of it; and the path to ask for."""

    kind: str
    path: str


# One page of each of our kinds, and SQL for what may stand at the end of its address, richest first.
OURS = {
    "article": "SELECT article_id FROM claims GROUP BY article_id ORDER BY count(*) DESC, article_id",
    "claim": "SELECT claims.id FROM claims JOIN evidence ON evidence.claim_id = claims.id "
    "GROUP BY claims.id ORDER BY count(*) DESC, claims.id",
    **{
        kind: f"SELECT subject_id FROM claims JOIN entities ON entities.id = subject_id WHERE kind = '{kind}' "
        "GROUP BY subject_id ORDER BY count(*) DESC, subject_id"
        for kind in ("model", "organisation", "cluster", "other")
    },
    "chip": "SELECT chip FROM claims WHERE chip <> '' GROUP BY chip ORDER BY count(*) DESC, chip",
    "technique": "SELECT value FROM claims WHERE predicate = 'technique' GROUP BY value ORDER BY count(*) DESC, value",
}
# What a reader does with a table, as a query string
TABLE_VIEWS = {
    "claims_flat": {
        "searched": {"_search": "train"},
        "filtered": {"predicate": "training_cost", "modality": "asserted"},
        "sorted": {"_sort_desc": "value", "predicate": "training_cost"},
        "faceted": {"_facet": "site"},
    },
    "claims": {"filtered": {"chip": "H100"}, "sorted": {"_sort_desc": "value"}},
    "articles": {"searched": {"_search": "train"}, "by-site": {"_facet": "site"}},
}


def list_pages(path: Path, *, each: int = 1) -> list[PageAddress]:
    """Return the pages of a database, with up to ``each`` of those that there are many of.

    Raises:
        sqlite3.Error: if the file is no database of ours.
    """
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        return list(_list_pages(db, path.stem, each))
    finally:
        db.close()


def _list_pages(db: sqlite3.Connection, name: str, each: int) -> Iterator[PageAddress]:
    base = f"/{tilde_encode(name)}"
    yield PageAddress("instance", "/")
    yield PageAddress("database", base)
    tables = [
        row[0]
        for row in db.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' "
            "AND name NOT LIKE '%\\_fts%' ESCAPE '\\' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY type, name"
        )
    ]
    for table in tables:
        yield PageAddress(f"table-{table}", f"{base}/{table}")
        for words, filters in TABLE_VIEWS.get(table, {}).items():
            yield PageAddress(f"table-{table}-{words}", f"{base}/{table}?{urlencode(filters)}")
    for query in load_queries():
        yield PageAddress(f"query-{query.name}", f"{base}/{query.name}")
    for table, key in (("articles", "id"), ("claims", "id"), ("entities", "id")):
        for row in _sample(db, f"SELECT {key} FROM {table} ORDER BY {key}", each):
            yield PageAddress(f"row-{table}", f"{base}/{table}/{tilde_encode(row)}")
    routes = [re.compile(route) for route, _ in register_routes()]
    for page in ("", "/home", "/charts"):
        if any(route.match(f"/-/ainews{base}{page}") for route in routes):
            yield PageAddress(f"our{page.replace('/', '-') or '-home'}", f"/-/ainews{base}{page}")
    for chart in load_charts():
        yield PageAddress(f"chart-{chart.name}", f"/-/ainews{base}/chart/{chart.name}")
    for kind, sql in OURS.items():
        part = kind if kind in ("article", "claim") else "subject"
        if not any(route.match(f"/-/ainews{base}/{part}/x") for route in routes):
            continue
        for row in _sample(db, sql, each):
            yield PageAddress(kind, f"/-/ainews{base}/{part}/{tilde_encode(row)}")


def _sample(db: sqlite3.Connection, sql: str, each: int) -> list[str]:
    """Return the first, and others from all over."""
    found = [str(row[0]) for row in db.execute(sql)]
    step = max(1, len(found) // each)
    return found[::step][:each]
