"""``schema/lists/feeds.csv`` -> sources to start with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from extractor.errors import DataError
from extractor.schema import read_list
from extractor.sources.web.records import FoundKind

__all__ = ["Starter", "starter_sources"]


@dataclass(frozen=True, slots=True)
class Starter:
    """A place that the press publishes at.

    Attributes:
        location: its URL.
        tags: what it is, in words by which sources can be grouped.
    """

    kind: FoundKind
    location: str
    title: str
    tags: tuple[str, ...]


def starter_sources() -> list[Starter]:
    """Return the sources of the starter list, in its order.

    Raises:
        DataError: for a row whose kind is none.
    """
    found = []
    for row in read_list("feeds"):
        if row["kind"] not in get_args(FoundKind):
            raise DataError(
                "A source of the starter list is of no kind",
                where=row["url"],
                expected=" | ".join(get_args(FoundKind)),
                found=row["kind"],
            )
        tags = tuple(filter(None, row["tags"].split("|")))
        found.append(Starter(cast(FoundKind, row["kind"]), row["url"], row["title"], tags))
    return found
