"""A request for a table of a large database -> the same without what reads every row: counts and suggested facets.

Datasette shows a table by a hundred rows, which an index gives at once; what it tells beside them is counted for each
request. On a database of a million claims that takes seconds, so it is left out there, and a reader who wants it asks
for it: ``?_facet=site``, or a query of his own. JSON and CSV are left as they are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from datasette.utils import tilde_decode

from extractor.browse.databases import is_large, our_tables

__all__ = ["lighten_labels", "wrap_requests"]

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]

# Understood by both lines of Datasette
LEFT_OUT = ("_nocount", "_nosuggest")


def wrap_requests(datasette: Any) -> Callable[[App], App]:
    """Return what stands before Datasette and hands each request on."""

    def wrap(app: App) -> App:
        async def ask(scope: Scope, receive: Any, send: Any) -> None:
            await app(_lighten(datasette, scope) if scope["type"] == "http" else scope, receive, send)

        return ask

    return wrap


def lighten_labels(labels: dict[str, Any], *, large: bool) -> dict[str, Any]:
    """Return the labels of a database, for a large one without the facets that each table shows unasked."""
    if large:
        for label in labels["tables"].values():
            label.pop("facets", None)
    return labels


def _lighten(datasette: Any, scope: Scope) -> Scope:
    base = datasette.setting("base_url")
    path = scope["path"]
    parts = path.removeprefix(base).strip("/").split("/")
    if scope["method"] != "GET" or len(parts) != 2 or not path.startswith(base):
        return scope
    try:
        database = datasette.get_database(route=tilde_decode(parts[0])).name
    except KeyError:
        return scope
    # A name with an ending, such as claims.json, is no name of a table
    if not is_large(datasette, database) or tilde_decode(parts[1]) not in our_tables(datasette, database):
        return scope
    asked = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    added = "&".join(f"{key}=1" for key in LEFT_OUT if key not in asked and "_format" not in asked)
    query = b"&".join(filter(None, (scope["query_string"], added.encode())))
    return {**scope, "query_string": query}
