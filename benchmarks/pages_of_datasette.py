"""How long the server works on each page: the median of several requests, in milliseconds.

Run ``python -m benchmarks.pages_of_datasette DB`` at the root of a checkout; `benchmarks.large_database` makes a DB to
ask. Datasette runs inside, so no network and no browser count; nothing keeps an answer, but the system keeps the pages
of the file that it has read. Of pages that there are many of, the one with the most on it and others are asked, each
several times, and the median is over all of them. The last column is the processor's time: it says how the pages
compare where the machine does other work, too.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from statistics import median

from datasette.app import Datasette

from benchmarks.page_addresses import list_pages

__all__ = ["Took", "main", "measure_pages"]


def main() -> None:
    """Print a line a kind of page, the slowest first; exit 1 if one is slower than asked."""
    parser = argparse.ArgumentParser(description="Measure how long Datasette works on each page of a database.")
    parser.add_argument("path", metavar="DB", type=Path)
    parser.add_argument("--only", default="", help="Kinds of page that have this in their name.")
    parser.add_argument("--times", type=int, default=5, help="Requests a page.")
    parser.add_argument("--goal", type=float, default=100.0, help="Milliseconds that no kind of page may exceed.")
    asked = parser.parse_args()
    found = asyncio.run(measure_pages(asked.path, only=asked.only, times=asked.times))
    for kind, took in sorted(found.items(), key=lambda item: -item[1].median):
        print(f"{took.median:8.1f} ms {took.worst:8.1f} at most {took.cpu:8.1f} of work  {kind:34} {took.path}")
    slow = sum(took.median > asked.goal for took in found.values())
    print(f"{len(found)} kinds of page, {slow} with a median above {asked.goal:g} ms")
    raise SystemExit(1 if slow else 0)


@dataclass(frozen=True, slots=True)
class Took:
    """How long the pages of a kind took, in milliseconds (middle, longest, the processor's), and one of them."""

    median: float
    worst: float
    cpu: float
    path: str


async def measure_pages(path: Path, *, only: str = "", times: int = 5) -> dict[str, Took]:
    """Measure each kind of page; one that does not answer with 200 is told on stderr and counts by its time."""
    datasette = Datasette([str(path)], settings={"sql_time_limit_ms": 5000})
    times_of: dict[str, list[tuple[float, float]]] = {}
    path_of: dict[str, str] = {}
    await datasette.invoke_startup()
    for page in list_pages(path, each=5):
        if only not in page.kind:
            continue
        # The first answer also reads templates and the file; it is measured by none.
        for number in range(times + 1):
            began, worked = time.perf_counter(), time.process_time()
            # What it cannot answer in time, it prints at length
            with redirect_stdout(StringIO()):
                response = await datasette.client.get(page.path, follow_redirects=True)
            took = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)
            if response.status_code != 200 and not number:
                print(f"{page.path} answers {response.status_code}", file=sys.stderr)
            if number:
                times_of.setdefault(page.kind, []).append(took)
            path_of.setdefault(page.kind, page.path)
            # Far from the goal, once is enough to know it.
            if number and took[0] > 2000:
                break
    return {
        kind: Took(median(wall for wall, _ in took), max(took)[0], median(cpu for _, cpu in took), path_of[kind])
        for kind, took in times_of.items()
    }


if __name__ == "__main__":
    main()
