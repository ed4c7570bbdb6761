"""Rows -> stdout: as a table, JSON, JSON Lines, CSV or TSV."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import click

from extractor.figures import COMPARATORS

__all__ = ["describe_value", "format_number", "list_failures", "one_line", "output_options", "print_rows", "to_json"]

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = ("table", "json", "nl", "csv", "tsv")
SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def output_options(command: Command) -> Command:
    """Give a command the options of every listing: its format, its columns. They come as ``output`` and ``column``."""
    helps = {
        "table": "A table for people; the default on a terminal.",
        "json": "A JSON array; the default where stdout is no terminal.",
        "nl": "JSON, one object a line.",
        "csv": "CSV.",
        "tsv": "TSV.",
    }
    columns = click.option("-c", "--column", multiple=True, metavar="NAME", help="Only this column; may be repeated.")
    command = columns(command)
    for name in reversed(FORMATS):
        command = click.option(f"--{name}", "output", flag_value=name, type=str, help=helps[name])(command)
    return command


def print_rows(
    rows: Iterable[Mapping[str, Any]],
    output: str | None,
    *,
    columns: Sequence[str] = (),
    table: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
) -> int:
    """Print rows, and return how many there were.

    Args:
        rows: all with the same keys.
        output: one of `FORMATS`; where it is None, a table on a terminal and JSON elsewhere.
        columns: keys to print, in this order; all if there are none.
        table: makes the few readable columns of a table from a row, if no columns are named.

    Raises:
        click.BadParameter: for a column that the rows do not have.
    """
    if output is None:
        output = "table" if sys.stdout.isatty() else "json"
    if output == "table" and not columns:
        picked: Iterator[Mapping[str, Any]] = map(table, rows)
    else:
        picked = _pick(rows, columns)
    counted = _Counted(picked)
    if output == "table":
        _print_table(counted)
    elif output == "json":
        _print_json(counted)
    elif output == "nl":
        for row in counted:
            click.echo(to_json(row))
    else:
        _print_separated(counted, "," if output == "csv" else "\t")
    return counted.count


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for row in self._rows:
            self.count += 1
            yield row


def _pick(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        if unknown := [name for name in columns if name not in row]:
            raise click.BadParameter(
                f"no such column: {', '.join(unknown)}; there are {', '.join(row)}", param_hint="--column"
            )
        yield {name: row[name] for name in columns} if columns else row


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Write a value as JSON, readable where stdout can show it and escaped where it cannot."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # Half characters, and terminals that are not Unicode: backslashes in JSON are read back as what they were.
        return json.dumps(value, indent=indent)
    return text


def _print_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print an array, row by row: a large database is not held in memory, and the first rows come at once."""
    opened = False
    for row in rows:
        click.echo(",\n " if opened else "[", nl=False)
        click.echo(to_json(row, indent=2).replace("\n", "\n "), nl=False)
        opened = True
    click.echo("]" if opened else "[]")


def _print_separated(rows: Iterable[Mapping[str, Any]], delimiter: str) -> None:
    writer = csv.writer(sys.stdout, delimiter=delimiter, lineterminator="\n")
    for number, row in enumerate(rows):
        if number == 0:
            writer.writerow(row)
        writer.writerow(json.dumps(v, ensure_ascii=False) if isinstance(v, (list, dict)) else v for v in row.values())


def _print_table(rows: Iterable[Mapping[str, Any]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, row in enumerate(rows):
        if number == 0:
            for name in row:
                table.add_column(name, overflow="fold")
        table.add_row(*(Text(one_line(value)) for value in row.values()))
    if not table.columns:
        return
    # Where no terminal sets a width, no cell is broken: a row stays a line, for grep.
    console = Console(highlight=False) if sys.stdout.isatty() else Console(width=1_000_000)
    with console.capture() as capture:
        console.print(table)
    lines = (line.rstrip() for line in capture.get().splitlines())
    click.echo("\n".join(line for line in lines if line))


def one_line(value: object) -> str:
    r"""Write a value for a person, on one line, without the characters that steer a terminal.

    >>> one_line("R1\x1b[2J  cost\n$294,000"), one_line(None), one_line(294000.0)
    ('R1?[2J cost $294,000', '', '294,000')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return format_number(value)
    return "".join(char if char.isprintable() else "?" for char in " ".join(str(value).split()))


def format_number(value: float) -> str:
    """Write a number as a reader of news would, to six significant digits.

    >>> format_number(294000.0), format_number(2.788e6), format_number(3.8e25), format_number(671e9), format_number(1.5)
    ('294,000', '2.788 million', '3.8e+25', '671 billion', '1.5')
    """
    if abs(value) >= 1e15:
        return f"{value:.6g}"
    for scale, name in SCALES:
        if abs(value) >= scale:
            return f"{value / scale:.6g} {name}"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.6g}"


def describe_value(row: Mapping[str, Any]) -> str:
    """Write a claim's value with its unit, range and comparator.

    >>> describe_value({"value": 1460.0, "high": None, "unit": "hours", "comparator": "gt"})
    'at least 1,460 hours'
    """
    if isinstance(row["value"], str):
        return row["value"]
    number = format_number(row["value"])
    if row["high"] is not None:
        number += f" to {format_number(row['high'])}"
    return f"{COMPARATORS.get(row['comparator'], '')}{number} {row['unit']}"


def list_failures(failures: Sequence[tuple[str, str]], *, most: int = 20, rest: str = "") -> None:
    """Tell on stderr what could not be read.

    Args:
        failures: stage and reason of each.
        most: how many are told; the others are counted.
        rest: where the others can be seen.
    """
    for stage, reason in failures[:most]:
        click.echo(f"Failed ({stage}): {one_line(reason)}", err=True)
    if (more := len(failures) - most) > 0:
        click.echo(f"... and {more:,} more{f'; {rest}' if rest else ''}", err=True)
