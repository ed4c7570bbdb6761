"""Store -> pages. The plugin for Datasette, found by its entry point: plain ``datasette claims.db`` has all of it.

It acts on databases of ours and on no other. Hooks stand here; what they do stands in the modules beside.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from datasette import hookimpl

from extractor.browse.articles import show_article
from extractor.browse.cells import render_value
from extractor.browse.charts import load_charts
from extractor.browse.claims import show_claim
from extractor.browse.databases import find_databases, is_large, our_databases, our_notice, our_tables
from extractor.browse.drawings import show_chart, show_charts
from extractor.browse.feeds import can_write_feed, write_feed
from extractor.browse.home import home_vars, show_home
from extractor.browse.labels import label_database
from extractor.browse.large import lighten_labels, wrap_requests
from extractor.browse.lines import (
    REVIEW,
    add_queries,
    allow_reviewers,
    is_reviewer,
    keep_orders,
    make_review_action,
    set_labels,
)
from extractor.browse.notices import label_notice
from extractor.browse.pages import row_vars
from extractor.browse.queries import SavedQuery, load_queries
from extractor.browse.searches import show_search
from extractor.browse.subjects import show_subject
from extractor.browse.verdicts import take_verdict, verdict_vars

__all__: list[str] = []

DISTRIBUTION = "ainews-to-sqlite"

Hook = TypeVar("Hook", bound=Callable[..., Any])


def hook(*, optional: bool = False) -> Callable[[Hook], Hook]:
    """Mark a function as a hook of Datasette's; an optional one is not known to both of its lines."""

    def mark(function: Hook) -> Hook:
        hookimpl(function, optionalhook=optional)
        return function

    return mark


@hook()
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Find the databases of ours, and tell Datasette 1.0 their labels and saved queries."""

    async def start() -> None:
        await find_databases(datasette)
        for database in our_databases(datasette):
            labels = label_database(our_tables(datasette, database))
            labels |= label_notice(our_notice(datasette, database))
            await set_labels(datasette, database, lighten_labels(labels, large=is_large(datasette, database)))
            await add_queries(datasette, database, _queries(datasette, database))

    return start


@hook(optional=True)
def get_metadata(datasette: Any, database: str | None, table: str | None) -> dict[str, Any]:
    """Give Datasette 0.65 the labels."""
    names = our_databases(datasette) if database is None else [database]
    tables = {name: our_tables(datasette, name) for name in names}
    labels = {
        name: lighten_labels(label_database(has, table), large=is_large(datasette, name))
        | label_notice(our_notice(datasette, name))
        for name, has in tables.items()
        if has
    }
    return {"databases": keep_orders(datasette, labels)}


@hook(optional=True)
def canned_queries(datasette: Any, database: str) -> dict[str, Any]:
    """Give Datasette 0.65 the saved queries; a user's query of the same name stays."""
    own = datasette.metadata("queries", database=database, fallback=False) or {}
    return {
        query.name: {
            "sql": query.sql, "title": query.title, "description": query.description,
            "params": list(query.parameters), "hide_sql": True,
        }
        for query in _queries(datasette, database)
        if query.name not in own
    }  # fmt: skip


@hook()
def register_routes() -> list[tuple[str, Any]]:
    """Give the pages of our own their addresses."""
    return [
        (rf"^/-/ainews/(?P<database>[^/]+){path}$", page)
        for path, page in (
            (r"/article/(?P<id>[^/]+)", show_article),
            (r"/claim/(?P<id>[^/]+)", show_claim),
            (r"", show_home),
            (r"/search", show_search),
            (r"/charts", show_charts),
            (r"/chart/(?P<chart>[^/]+)", show_chart),
            (r"/review", take_verdict),
            (r"/subject/(?P<id>[^/]+)", show_subject),
        )
    ]


@hook(optional=True)
def permission_allowed(datasette: Any, actor: Any, action: str, resource: Any) -> bool | None:
    """Tell Datasette 0.65 who may judge claims: root, and whom the configuration names."""
    if action != REVIEW or not actor:
        return None
    return True if actor.get("id") == "root" or is_reviewer(datasette, actor, resource) else None


@hook(optional=True)
def register_actions(datasette: Any) -> list[Any]:
    """Tell Datasette 1.0 of the permission to judge claims, which root has and its configuration can give."""
    return [make_review_action()]


@hook(optional=True)
def permission_resources_sql(datasette: Any, actor: Any, action: str) -> list[Any] | None:
    """Tell Datasette 1.0 whom the configuration of the plugin lets judge claims."""
    return allow_reviewers(datasette, actor, our_databases(datasette)) if action == REVIEW else None


@hook()
def register_output_renderer(datasette: Any) -> dict[str, Any]:
    """Give every table, view and query an Atom feed of its rows."""
    return {"extension": "atom", "render": write_feed, "can_render": can_write_feed}


@hook()
def asgi_wrapper(datasette: Any) -> Any:
    """Spare large databases what would read all of them for each request."""
    return wrap_requests(datasette)


@hook()
def extra_template_vars(
    datasette: Any, request: Any, database: str | None, table: str | None, view_name: str | None
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Give the pages of a row, of a database and of our own what our templates add to them."""

    async def find() -> dict[str, Any]:
        if request is None or not database or not our_tables(datasette, database):
            return {}
        found = await verdict_vars(datasette, request, database, view_name or "")
        if view_name == "row" and table:
            found |= await row_vars(datasette, request, database, table)
        if view_name == "database":
            found |= await home_vars(datasette, request, database)
        return found

    return find


@hook()
def extra_css_urls(datasette: Any, database: str | None) -> list[str]:
    """Give the pages of our databases the stylesheet."""
    if not our_tables(datasette, database):
        return []
    return [datasette.urls.static_plugins(DISTRIBUTION, "browse.css")]


@hook()
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    """Show a value of a database of ours: links, units, long quotes cut short."""
    if not our_tables(datasette, database):
        return None
    return render_value(value, column, row, table, database, datasette)


def _queries(datasette: Any, database: str) -> list[SavedQuery]:
    tables = our_tables(datasette, database)
    queries = (*load_queries(), *(chart.query for chart in load_charts()))
    return [query for query in queries if query.tables <= tables]
