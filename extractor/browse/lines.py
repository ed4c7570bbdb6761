"""What Datasette 0.65 and Datasette 1.0 do in different ways, so that no other module needs to know which one runs.

0.65 asks its plugins for metadata and saved queries at each request (the hooks ``get_metadata`` and
``canned_queries``); 1.0 has neither, and is told both once, when it starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from datasette.utils import actor_matches_allow

from extractor.browse.queries import SavedQuery

__all__ = [
    "REVIEW", "add_queries", "allow_reviewers", "is_reviewer", "keep_orders", "make_review_action", "may_review",
    "may_view", "set_labels",
]  # fmt: skip

REVIEW = "ainews-review"
"""The permission to judge claims."""

# What 1.0 keeps in its configuration and not among its metadata.
_SETTINGS = ("facets", "fts_pk", "fts_table", "hidden", "label_column", "sort", "sort_desc")


async def may_view(datasette: Any, actor: Any, database: str, *tables: str) -> bool:
    """Tell whether somebody may see every one of these tables."""
    if hasattr(datasette, "allowed"):
        from datasette.resources import TableResource

        for table in tables:
            resource = TableResource(database=database, table=table)
            if not await datasette.allowed(action="view-table", resource=resource, actor=actor):
                return False
        return True
    for table in tables:
        permissions = [("view-table", (database, table)), ("view-database", database), "view-instance"]
        visible, _ = await datasette.check_visibility(actor, permissions=permissions)
        if not visible:
            return False
    return True


async def may_review(datasette: Any, actor: Any, database: str) -> bool:
    """Tell whether somebody may judge the claims of a database; nobody may who is not signed in."""
    if not actor:
        return False
    if hasattr(datasette, "allowed"):
        from datasette.resources import DatabaseResource

        resource = DatabaseResource(database=database)
        return bool(await datasette.allowed(action=REVIEW, resource=resource, actor=actor))
    return bool(await datasette.permission_allowed(actor, REVIEW, resource=database, default=False))


def is_reviewer(datasette: Any, actor: Any, database: str) -> bool:
    """Tell whether the plugin's configuration lets somebody judge: ``{"review": {"id": "ada"}}``, as in ``allow``."""
    # 1.0 does not fall back to the configuration for all databases where one has settings of any other kind
    configs = (datasette.plugin_config("ainews-to-sqlite", **of) for of in ({"database": database}, {}))
    config = next(filter(None, configs), None)
    allow = config.get("review") if isinstance(config, dict) else None
    return bool(actor) and allow is not None and bool(actor_matches_allow(actor, allow))


def make_review_action() -> Any:
    """Return the permission to judge claims, as Datasette 1.0 wants to be told of it."""
    from datasette.permissions import Action
    from datasette.resources import DatabaseResource

    words = "Review claims: confirm, correct or reject them"
    return Action(name=REVIEW, description=words, resource_class=DatabaseResource)


def allow_reviewers(datasette: Any, actor: Any, databases: Iterable[str]) -> list[Any]:
    """Return, as Datasette 1.0 wants it, in which databases the plugin's configuration lets somebody judge."""
    from datasette.permissions import PermissionSQL

    return [
        PermissionSQL(
            sql=f"SELECT :ainews_review_{number} AS parent, NULL AS child, 1 AS allow, 'named reviewer' AS reason",
            params={f"ainews_review_{number}": database},
        )
        for number, database in enumerate(databases)
        if is_reviewer(datasette, actor, database)
    ]


async def set_labels(datasette: Any, database: str, labels: dict[str, Any]) -> None:
    """Tell Datasette 1.0 the labels of a database; 0.65 asks for them. What a user has set stays as it is."""
    if not hasattr(datasette, "set_database_metadata"):
        return
    known = await datasette.get_database_metadata(database)
    for key in labels.keys() - {"tables"}:
        if not known.get(key) and not (key == "description" and known.get("description_html")):
            await datasette.set_database_metadata(database, key, labels[key])
    settings = datasette.config.setdefault("databases", {}).setdefault(database, {}).setdefault("tables", {})
    for table, label in labels["tables"].items():
        known = await datasette.get_resource_metadata(database, table)
        for key in ("title", "description"):
            if key in label and not known.get(key):
                await datasette.set_resource_metadata(database, table, key, label[key])
        for column, words in label.get("columns", {}).items():
            if not (await datasette.get_column_metadata(database, table, column)).get("description"):
                await datasette.set_column_metadata(database, table, column, "description", words)
        own = settings.setdefault(table, {})
        _keep_order(label, own)
        for key in _SETTINGS:
            if key in label:
                own.setdefault(key, label[key])


def keep_orders(datasette: Any, labels: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the labels of databases for 0.65, without an order where the user's own metadata has one."""
    for database, label in labels.items():
        own = ((datasette._metadata_local.get("databases") or {}).get(database) or {}).get("tables") or {}
        for table in label["tables"].keys() & own.keys():
            _keep_order(label["tables"][table], own[table] or {})
    return labels


def _keep_order(label: dict[str, Any], own: dict[str, Any]) -> None:
    """Drop our order of a table that has one: Datasette refuses a table that is sorted both ways."""
    if {"sort", "sort_desc"} & own.keys():
        for key in ("sort", "sort_desc"):
            label.pop(key, None)


async def add_queries(datasette: Any, database: str, queries: Iterable[SavedQuery]) -> None:
    """Give Datasette 1.0 the saved queries of a database; 0.65 asks for them. A user's query of that name stays."""
    if not hasattr(datasette, "add_query"):
        return
    for query in queries:
        known = await datasette.get_query(database, query.name)
        if known is None or known.source == "plugin":
            await datasette.add_query(
                database, query.name, query.sql,
                title=query.title, description=query.description, parameters=list(query.parameters), hide_sql=True,
                is_trusted=True, source="plugin",
            )  # fmt: skip
