"""``schema/datasette.yml`` -> the titles, descriptions, facets and orders of a database of ours in Datasette."""

from __future__ import annotations

import copy
from functools import cache
from importlib.resources import files
from typing import Any

from extractor.schema import data_folder, read_yaml

__all__ = ["PUBLISHED", "label_database", "read_extras"]

PUBLISHED = frozenset({"passages", "publication", "source_texts"})
"""The tables by which a published file is known, even if it went through another program."""


@cache
def read_extras() -> dict[str, Any]:
    """Read what the plugin adds to the labels of the schema: hidden tables, and the units of columns."""
    extras: dict[str, Any] = read_yaml(files("extractor.browse") / "labels.yml")
    return extras


@cache
def _read_labels() -> dict[str, Any]:
    labels: dict[str, Any] = read_yaml(data_folder("schema") / "datasette.yml")
    for name in read_extras()["hidden"]:
        labels["tables"].setdefault(name, {})["hidden"] = True
    return labels


@cache
def _read_published_labels() -> dict[str, Any]:
    """Read the labels of a published file: those of every database, but for what is otherwise in it."""
    labels, published = copy.deepcopy(_read_labels()), read_yaml(data_folder("schema") / "publication.yml")
    labels["tables"] = published["tables"] | labels["tables"]
    for name, otherwise in published["instead"].items():
        label = labels["tables"][name]
        label |= {**otherwise, "columns": label["columns"] | otherwise.get("columns", {})}
    for name in published["left_out"]:
        labels["tables"][name]["hidden"] = True
    return labels


def label_database(tables: frozenset[str], table: str | None = None) -> dict[str, Any]:
    """Return the labels of a database in the form of Datasette's metadata: ``{"title", "description", "tables"}``.

    Args:
        tables: what the database holds; nothing else is labelled.
        table: only the labels of this one, which is cheaper where one table is asked about.

    Returns:
        A new dictionary each time: Datasette 0.65 writes a user's own metadata into what it is given.
    """
    labels = _read_published_labels() if tables >= PUBLISHED else _read_labels()
    wanted = [name for name in labels["tables"] if name in tables and (table is None or name == table)]
    return {
        "title": labels["title"],
        "description": labels["description"],
        "tables": {name: copy.deepcopy(labels["tables"][name]) for name in wanted},
    }
