"""``charts/*.sql`` -> the charts. Each is a saved query, and what of its columns is drawn as what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extractor.browse.queries import SavedQuery, read_query
from extractor.errors import DataError
from extractor.schema import list_files, read_list

__all__ = ["SavedChart", "load_charts", "read_chart"]

KINDS = ("dots", "bars", "cells")
ROLES = ("x", "y", "high", "color", "shape", "label", "fill")
# In which they stand on a page.
ORDER = (
    "training_cost", "cluster_chips", "chips_in_use", "techniques", "training_hours", "chip_hours", "power",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SavedChart:
    """A saved query that is drawn.

    Attributes:
        name: the file's name; the query's has ``chart_`` before it.
        kind: dots, bars or cells, as ``static/charts.js`` tells them.
        is_log: whether the y axis is logarithmic.
        roles: a column's name -> what it is drawn as.
    """

    name: str
    kind: str
    is_log: bool
    roles: dict[str, str]
    query: SavedQuery

    @property
    def has_dates(self) -> bool:
        """Whether x is a day, a month or a year, and no name of a group."""
        return self.kind == "dots"


@cache
def load_charts() -> tuple[SavedChart, ...]:
    """Read every chart, in the order in which they are shown.

    Raises:
        DataError: if a file is not in the form that `read_chart` tells.
    """
    found = [
        read_chart(name, file.read_text(encoding="utf-8"))
        for name, file in list_files(files("extractor.browse") / "charts", ".sql")
    ]
    return tuple(sorted(found, key=lambda chart: ORDER.index(chart.name)))


def read_chart(name: str, text: str) -> SavedChart:
    r"""Read a chart: the head of a saved query, ``-- draw: KIND`` (``dots log`` if y is logarithmic), ``-- x: COLUMN``.

    ``{vendors}`` in the SQL stands for the rows (chip, vendor) of ``schema/lists/chips.csv``.

    >>> head = "-- title: A\n-- question: B?\n-- draw: dots log\n-- x: day\n-- y: cost\n"
    >>> read_chart("a", head + "SELECT 1 AS day, 2 AS cost FROM claims").roles
    {'day': 'x', 'cost': 'y'}

    Raises:
        DataError: if it is not told what is drawn as what, or the rest is no saved query.
    """
    kept, drawn = [], {}
    for line in text.splitlines():
        key, _, words = line.removeprefix("-- ").partition(": ")
        if line.startswith("-- ") and key in ("draw", *ROLES):
            drawn[key] = words.strip()
        else:
            kept.append(line)
    kind, _, scale = drawn.pop("draw", "").partition(" ")
    needed = {"x", "y", "fill"} if kind == "cells" else {"x", "y"}
    if kind not in KINDS or scale not in ("", "log") or not needed <= drawn.keys():
        raise DataError(
            "A chart does not tell how it is drawn",
            where=f"{name}.sql",
            expected=f"-- draw: {' | '.join(KINDS)}, with log or without, then {', '.join(sorted(needed))}",
            found=", ".join([kind, scale, *drawn]),
        )
    query = read_query(f"chart_{name}", "\n".join(kept).replace("{vendors}", _tell_vendors()))
    return SavedChart(name, kind, scale == "log", {column: role for role, column in drawn.items()}, query)


def _tell_vendors() -> str:
    """Write the list of chips as SQL, since a database has no table of it."""
    rows = (f"({_quote(row['name'])}, {_quote(row['vendor'])})" for row in read_list("chips"))
    return f"SELECT column1 AS chip, column2 AS vendor FROM (VALUES {', '.join(rows)})"


def _quote(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
