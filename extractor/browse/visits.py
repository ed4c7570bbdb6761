"""A request -> the database of ours that its address names, if there is one and the visitor may see it.

Every page of the plugin's own begins here, and asks its rows here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datasette import Forbidden, NotFound
from datasette.utils import tilde_decode

from extractor.browse.databases import our_tables
from extractor.browse.judgements import apply_verdict
from extractor.browse.lines import may_view

__all__ = ["fetch_judged", "fetch_one", "fetch_rows", "may_read", "visit_database"]

# Datasette returns no more than a thousand rows of a query, if not told otherwise.
SLICE = 500
VERDICTS = "SELECT * FROM reviews WHERE state = 'counts' AND claim_id IN (SELECT value FROM json_each(?))"


async def visit_database(request: Any, datasette: Any, *tables: str) -> str:
    """Return the name of the database that the route's ``database`` stands for.

    Args:
        request: its route has a part ``database``.
        datasette: where the database is attached.
        tables: what the page cannot do without.

    Raises:
        NotFound: if there is no such database, or it is none of ours.
        Forbidden: if the visitor may not see one of the tables.
    """
    try:
        name: str = datasette.get_database(route=tilde_decode(request.url_vars["database"])).name
    except KeyError:
        raise NotFound("There is no such database") from None
    if not our_tables(datasette, name):
        raise NotFound("This database is not one of ainews-to-sqlite")
    if not await may_view(datasette, request.actor, name, *tables):
        raise Forbidden(f"You may not see the {' and '.join(tables)} of this database")
    return name


async def may_read(request: Any, datasette: Any, database: str, *tables: str) -> bool:
    """Tell whether a database has these tables or views, and the visitor may see them."""
    if not our_tables(datasette, database).issuperset(tables):
        return False
    return await may_view(datasette, request.actor, database, *tables)


async def fetch_rows(
    datasette: Any, database: str, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[dict[str, Any]]:
    """Return the rows of a query, each as a dictionary; Datasette's limits on rows and time hold."""
    return [dict(row) for row in (await datasette.get_database(database).execute(sql, values)).rows]


async def fetch_one(datasette: Any, database: str, sql: str, values: Sequence[Any] = ()) -> dict[str, Any] | None:
    """Return the first row of a query; None if it has none."""
    row = (await datasette.get_database(database).execute(sql, list(values))).first()
    return None if row is None else dict(row)


async def fetch_judged(
    request: Any, datasette: Any, database: str, rows: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return rows of ``claims`` as readers say that they are; see `apply_verdict`.

    As they were read, with an empty ``verdict``, where no verdicts are kept or the visitor may not see them.
    """
    rows = list(rows)
    if not await may_read(request, datasette, database, "reviews"):
        return [{**row, "verdict": "", "judged": "", "read": {}} for row in rows]
    verdicts: dict[str, dict[str, Any]] = {}
    for start in range(0, len(rows), SLICE):
        ids = json.dumps([row["id"] for row in rows[start : start + SLICE]])
        verdicts |= {row["claim_id"]: row for row in await fetch_rows(datasette, database, VERDICTS, [ids])}
    return [apply_verdict(row, verdicts.get(row["id"])) for row in rows]
