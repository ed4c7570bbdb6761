"""Reader of ``schema/`` and ``corpus/``: predicates, lists and SQL that ship as data beside the code.

In a wheel the two folders lie in ``extractor/data/``; in a checkout they stand beside the package.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from extractor.errors import DataError

__all__ = ["Predicate", "data_folder", "list_files", "load_predicates", "read_list", "read_yaml", "spellings"]


@dataclass(frozen=True, slots=True)
class Predicate:
    """One kind of claim, as its file in ``schema/predicates`` defines it.

    Attributes:
        name: the file's name.
        value: ``number``, ``money`` or ``name``.
        unit: the canonical unit of the value.
        plausible: lowest and highest value that is taken for real; None for names.
        subject: what it is mostly about: ``model``, ``cluster`` or ``any``.
        example: a text, and the one claim in it.
    """

    name: str
    label: str
    question: str
    order: int
    description: str
    value: str
    unit: str
    subject: str
    example: dict[str, Any]
    plausible: tuple[float, float] | None = None


def data_folder(name: str) -> Traversable:
    """Find ``schema`` or ``corpus``, in a wheel or in a checkout.

    Raises:
        DataError: if the installation lacks it.
    """
    package = files("extractor")
    for place in (package / "data" / name, Path(str(package)).parent / name):
        if place.is_dir():
            return place
    raise DataError(
        "The package's data is missing",
        where=name,
        expected=f"{package}/data/{name}",
        fix="Install ainews-to-sqlite again",
    )


def list_files(folder: Traversable, suffix: str) -> list[tuple[str, Traversable]]:
    """Return the files of a folder that end so, each with its name without the ending, in the order of the names."""
    found = (file for file in folder.iterdir() if file.name.endswith(suffix))
    return sorted(((file.name.removesuffix(suffix), file) for file in found), key=lambda pair: pair[0])


def read_yaml(file: Traversable) -> Any:
    """Read one YAML file of ours.

    Raises:
        DataError: with the place of the slip, if it is no YAML.
    """
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise DataError("A data file is no YAML", where=str(file), found=str(error).replace("\n", " ")) from error


def read_list(name: str) -> Iterator[dict[str, str]]:
    """Read the rows of ``schema/lists/NAME.csv``; lines that start with ``#`` tell where the facts are from."""
    file = data_folder("schema") / "lists" / f"{name}.csv"
    lines = (
        line for line in file.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")
    )
    yield from csv.DictReader(lines)


def spellings(row: Mapping[str, str]) -> list[str]:
    """Return each way in which a list spells a name: the canonical one first, then its aliases.

    >>> spellings({"name": "Google DeepMind", "aliases": "DeepMind|GDM"})
    ['Google DeepMind', 'DeepMind', 'GDM']
    """
    return [row["name"], *filter(None, (row.get("aliases") or "").split("|"))]


@cache
def load_predicates() -> dict[str, Predicate]:
    """Read every predicate, in the order in which they are shown.

    Raises:
        DataError: for a key that is unknown or missing.
    """
    known = {field.name for field in fields(Predicate)} - {"name"}
    found = []
    for name, file in list_files(data_folder("schema") / "predicates", ".yml"):
        row = read_yaml(file)
        wrong = set(row) ^ known - {"plausible"} if "plausible" not in row else set(row) ^ known
        if wrong:
            raise DataError(
                "A predicate has unknown or missing keys",
                where=str(file),
                expected=", ".join(sorted(known)),
                found=", ".join(sorted(wrong)),
            )
        if (plausible := row.get("plausible")) is not None:
            row["plausible"] = (float(plausible[0]), float(plausible[1]))
        found.append(Predicate(name=name, **row))
    return {predicate.name: predicate for predicate in sorted(found, key=lambda p: p.order)}
