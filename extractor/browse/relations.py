"""``schema/lists`` -> who made a model, owns a cluster or designs a chip, and what else a list says of a name.

No database: what it holds of them is asked by the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from extractor.reconcile import resolve_entity
from extractor.schema import read_list, spellings

__all__ = ["find_aliases", "find_families", "find_other_names", "find_owners", "list_owned"]

# A list, the kind of its entities, and the column that names to whom they belong.
OWNED = (("models", "model", "organisation"), ("clusters", "cluster", "organisation"), ("chips", "chip", "vendor"))


@cache
def _rows() -> dict[str, dict[str, str]]:
    """Read the lists: id of an entity -> its row, with its owner in ``owner``; its own row goes before an alias."""
    found: dict[str, dict[str, str]] = {}
    for name, kind, owner in (*OWNED, ("organisations", "organisation", "")):
        rows = [{**row, "owner": row.get(owner) or ""} for row in read_list(name)]
        for spelled in (lambda row: [row["name"]], spellings):
            for row in rows:
                for words in spelled(row):
                    entity = resolve_entity(words)
                    if entity and entity.kind == kind:
                        found.setdefault(entity.id, row)
    return found


@cache
def _owned() -> dict[str, tuple[str, ...]]:
    """Return the ids of what belongs to an organisation, by the organisation's id."""
    owned: dict[str, list[str]] = {}
    for key, row in _rows().items():
        for owner in _owner_ids(row):
            owned.setdefault(owner, []).append(key)
    return {owner: tuple(keys) for owner, keys in owned.items()}


def _owner_ids(row: Mapping[str, str]) -> list[str]:
    return [found.id for name in row["owner"].split("|") if name and (found := resolve_entity(name))]


def _find_row(entity: str) -> dict[str, str] | None:
    """Return the row of an entity, or that of the family that its name begins with."""
    rows = _rows()
    while entity not in rows:
        entity, dash, _ = entity.rpartition("-")
        if not dash:
            return None
    return rows[entity]


def find_owners(entity: str) -> list[tuple[str, str]]:
    """Return the id and name of each organisation that made a model, owns a cluster or designs a chip.

    A version that no list has is its family's.

    >>> find_owners("model:gpt-4.5"), find_owners("chip:h800"), find_owners("other:norwind")
    ([('organisation:openai', 'OpenAI')], [('organisation:nvidia', 'Nvidia')], [])
    """
    row = _find_row(entity)
    names = row["owner"].split("|") if row and row["owner"] else []
    return [(found.id, found.name) for name in names if (found := resolve_entity(name))]


def find_aliases(entity: str) -> list[str]:
    """Return the other ways in which the lists spell an entity's name; those of a family are not its versions'.

    >>> find_aliases("cluster:abci")
    ['AI Bridging Cloud Infrastructure', 'Tokyo ABCI']
    """
    row = _rows().get(entity)
    if row is None:
        return []
    names = spellings(row)
    return [name for name in names[1:] if (found := resolve_entity(name)) is None or found.id == entity]


def find_families(organisation: str) -> list[str]:
    """Return the ids of the models and families of models that an organisation made, as far as the lists have them."""
    return [key for key in _owned().get(organisation, ()) if key.startswith("model:")]


def list_owned(organisation: str, kind: str) -> list[tuple[str, str]]:
    """Return the id and listed name of each cluster or chip that belongs to an organisation."""
    rows = _rows()
    return [(key, rows[key]["name"]) for key in _owned().get(organisation, ()) if key.startswith(f"{kind}:")]


@cache
def _techniques() -> dict[str, tuple[str, ...]]:
    return {row["name"]: tuple(spellings(row)[1:]) for row in read_list("techniques")}


def find_other_names(name: str) -> list[str]:
    """Return the other ways in which the list spells a technique's name.

    >>> find_other_names("actor-critic")
    ['A3C', 'soft actor-critic', 'advantage actor-critic']
    """
    return list(_techniques().get(name, ()))
