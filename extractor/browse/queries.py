"""``queries/*.sql`` -> the saved queries. Each file is one question: a title, its words, its parameters, its SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extractor.errors import DataError
from extractor.schema import list_files

__all__ = ["SavedQuery", "load_queries", "read_query"]

# A name with a bracket behind it is a function that gives rows, such as json_each.
_VIEW = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)\b(?!\s*\()")
_WITH = re.compile(r"^(?:WITH(?: RECURSIVE)? )?(\w+)(?: \(\w+\))? AS (?:(?:NOT )?MATERIALIZED )?\(", re.MULTILINE)
_PARAMETER = re.compile(r"(?<!:):([a-z_]+)\b")


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question with its SQL.

    Attributes:
        name: the file's name, and its place in the address.
        parameters: what each stands for, by name; a parameter that is left empty has a default in the SQL.
        tables: what must be there for it to run.
    """

    name: str
    title: str
    question: str
    parameters: dict[str, str]
    sql: str
    tables: frozenset[str]

    @property
    def description(self) -> str:
        """The question, then what to write for each parameter."""
        return " ".join((self.question, *(f"{name}: {words}." for name, words in self.parameters.items())))


@cache
def load_queries() -> tuple[SavedQuery, ...]:
    """Read every saved query, by name.

    Raises:
        DataError: if a file is not in the form that `read_query` tells.
    """
    found = list_files(files("extractor.browse") / "queries", ".sql")
    return tuple(read_query(name, file.read_text(encoding="utf-8")) for name, file in found)


@cache
def _read_judged() -> str:
    return "\n".join(
        line
        for line in (files("extractor.browse") / "judged.sql").read_text(encoding="utf-8").strip().splitlines()
        if not line.startswith("-- ")
    )


def read_query(name: str, text: str) -> SavedQuery:
    r"""Read a saved query: lines ``-- title: ...``, ``-- question: ...``, one ``-- :name: ...`` a parameter; then SQL.

    ``{judged}`` in the SQL stands for ``judged.sql``, the claims as readers say that they are.

    >>> read_query("a", "-- title: All\n-- question: What is there?\nSELECT * FROM claims;").sql
    'SELECT * FROM claims'

    Raises:
        DataError: if a line is missing, or the parameters told are not those of the SQL.
    """
    head: dict[str, str] = {}
    lines = text.strip().splitlines()
    while lines and lines[0].startswith("-- "):
        key, colon, words = lines.pop(0)[3:].partition(": ")
        if not colon or key in head:
            expected = "-- key: words, each key once"
            raise DataError("A saved query has an odd line", where=f"{name}.sql", expected=expected, found=key)
        head[key] = words.strip()
    sql = "\n".join(lines).strip().removesuffix(";")
    parameters = {key[1:]: words for key, words in head.items() if key.startswith(":")}
    keys = {key for key in head if not key.startswith(":")}
    used = set(_PARAMETER.findall(sql))
    if keys != {"title", "question"} or used != set(parameters) or not sql:
        raise DataError(
            "A saved query does not tell what it should",
            where=f"{name}.sql",
            expected=", ".join(["title", "question", *(f":{parameter}" for parameter in sorted(used)), "and its SQL"]),
            found=", ".join(head) or "nothing",
        )
    sql = sql.replace("{judged}", _read_judged())
    tables = frozenset(_VIEW.findall(sql)) - frozenset(_WITH.findall(sql))
    return SavedQuery(name, head["title"], head["question"], parameters, sql, tables)
