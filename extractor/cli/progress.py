"""The bar on stderr that shows how far a long run has come; on anything but a terminal it is silent."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

__all__ = ["show_progress"]


class Counts(Protocol):
    """How far a run has come: `extractor.engine.Progress`, or `extractor.engine.records.Fetched`."""

    @property
    def pages(self) -> int:
        """Pages and answers looked at so far."""

    @property
    def articles(self) -> int:
        """Articles stored or read again."""

    @property
    def claims(self) -> int:
        """Claims stored."""

    @property
    def failures(self) -> int:
        """What could not be read."""


@contextmanager
def show_progress(what: str, count: Callable[[], int | None]) -> Iterator[Callable[[Counts], None]]:
    """Give a function that takes the counts of a run as they grow and draws them.

    Args:
        what: the word before the bar.
        count: tells how many pages there will be, None where that cannot be known beforehand; asked only by a bar.
    """
    if not sys.stderr.isatty():
        yield lambda now: None
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=count(), counts="")

        def show(now: Counts) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            rate = f", {now.pages / elapsed:.0f} a second" if elapsed > 1 else ""
            counts = f"{now.articles:,} articles, {now.claims:,} claims, {now.failures:,} failures{rate}"
            bar.update(task, completed=now.pages, counts=counts)

        yield show
