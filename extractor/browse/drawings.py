"""Charts -> tables that the browser draws, on the page of all charts, on that of one, and on the home page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from datasette import NotFound, Response
from datasette.database import QueryInterrupted
from datasette.utils import tilde_decode, tilde_encode
from markupsafe import Markup, escape

from extractor.browse.cells import render_value
from extractor.browse.charts import SavedChart, load_charts
from extractor.browse.visits import may_read, visit_database

__all__ = ["Drawing", "find_drawings", "link_charts", "show_chart", "show_charts"]

# Milliseconds that a page waits for its charts, all together. The rest is asked for once the page stands.
PATIENCE = 40
# Columns that lead somewhere and are no reading.
KEYS = ("article_id", "unit")

# Columns that lead on, are cut short, or have a unit, as in a table of Datasette's; of the many others it is not asked.
SHOWN_AS_CELLS = ("claim_id", "quote", "value", "high", "chips")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as a page shows it.

    Attributes:
        address: its own page.
        sql: the page of its query.
        csv: its rows as CSV.
        heads: of each column its words and what it is drawn as.
        rows: of each cell its HTML, and its bare value where that is a number; None if they took too long.
    """

    chart: SavedChart
    address: str
    sql: str
    csv: str
    heads: list[tuple[str, str]]
    rows: list[list[tuple[Markup, str]]] | None
    unit: str


async def show_charts(request: Any, datasette: Any) -> Any:
    """Answer ``/-/ainews/DATABASE/charts``: all charts.

    Raises:
        NotFound: if there is no such database of ours.
        Forbidden: if the visitor may not see articles and claims.
    """
    name = await visit_database(request, datasette, "articles", "claims")
    return await _show(request, datasette, name, await find_drawings(request, datasette, name), "Charts")


async def show_chart(request: Any, datasette: Any) -> Any:
    """Answer ``/-/ainews/DATABASE/chart/NAME``: one chart, for which it waits as long as Datasette lets a query run.

    Raises:
        NotFound: if there is no such database of ours, or no such chart that the visitor may see.
        Forbidden: if the visitor may not see articles and claims.
    """
    name = await visit_database(request, datasette, "articles", "claims")
    wanted = tilde_decode(request.url_vars["chart"])
    for chart in load_charts():
        if chart.name == wanted and await may_read(request, datasette, name, *chart.query.tables):
            drawing = await _draw(datasette, name, chart, None)
            return await _show(request, datasette, name, [drawing], chart.query.title)
    raise NotFound("There is no such chart")


async def find_drawings(request: Any, datasette: Any, database: str) -> list[Drawing]:
    """Return every chart of a database that the visitor may see, with its rows as far as the page's patience goes."""
    charts = load_charts()
    tables = frozenset[str]().union(*(chart.query.tables for chart in charts))
    seen = {table for table in tables if await may_read(request, datasette, database, table)}
    found, patience = [], PATIENCE
    for chart in charts:
        if chart.query.tables <= seen:
            started = time.monotonic()
            found.append(await _draw(datasette, database, chart, patience))
            patience -= int((time.monotonic() - started) * 1000)
    return found


def link_charts(datasette: Any, database: str) -> str:
    """Return the address of the page of all charts."""
    return str(datasette.urls.path(f"/-/ainews/{tilde_encode(datasette.get_database(database).route)}/charts"))


async def _draw(datasette: Any, database: str, chart: SavedChart, patience: int | None) -> Drawing:
    """Ask for the rows; `patience` is in milliseconds, None for as long as Datasette waits."""
    query = str(datasette.urls.query(database, chart.query.name))
    heads: list[tuple[str, str]] = []
    rows: list[list[tuple[Markup, str]]] | None = None
    unit = ""
    if patience is None or patience > 0:
        try:
            results = await datasette.get_database(database).execute(chart.query.sql, custom_time_limit=patience)
        except QueryInterrupted:
            pass
        else:
            shown = [column for column in results.columns if column not in KEYS]
            heads = [(column.replace("_", " "), chart.roles.get(column, "")) for column in shown]
            rows = [[_cell(row, column, database, datasette) for column in shown] for row in results.rows]
            if "unit" in results.columns and results.rows:
                unit = str(results.rows[0]["unit"])
    address = link_charts(datasette, database).removesuffix("s")
    return Drawing(chart, f"{address}/{chart.name}", f"{query}?_show_sql=1", f"{query}.csv", heads, rows, unit)


def _cell(row: Any, column: str, database: str, datasette: Any) -> tuple[Markup, str]:
    value = row[column]
    if column not in SHOWN_AS_CELLS:
        return escape("" if value is None else value), str(value) if isinstance(value, (int, float)) else ""
    html = render_value(value, column, row, None, database, datasette)
    bare = str(value) if isinstance(value, (int, float)) else ""
    return escape("" if value is None else value) if html is None else html, bare


async def _show(request: Any, datasette: Any, database: str, drawings: list[Drawing], title: str) -> Any:
    html = await datasette.render_template(
        "ainews_charts.html",
        {
            "database": database,
            "title": title,
            "drawings": drawings,
            "all_charts": link_charts(datasette, database),
        },
        request=request,
        view_name="ainews_charts",
    )
    return Response.html(html)
