"""How long reading a page takes beside trafilatura's own time: HTML -> text, in one process.

    python -m benchmarks.pages_to_articles [FOLDER]

FOLDER holds pages as ``.html`` or ``.html.gz``; without one, the articles of the corpus are read. Each page is read
by the one and then by the other, the order changing from page to page, in five rounds after one that warms up. The
fastest round of each counts: whatever else the machine does only ever makes one slower. Pages are decoded beforehand
for trafilatura, which is given text and asked for its precision mode; ours gets bytes and also reads the head.
The aim is at most 1.5 times trafilatura's time.
"""

from __future__ import annotations

import contextlib
import gzip
import sys
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from extractor.articles import read_article
from extractor.encodings import decode_content
from extractor.errors import SourceError
from extractor.records import Page
from extractor.schema import data_folder

__all__ = ["main"]

ROUNDS = 5
Reader = Callable[[Page, str], None]


def read_ours(page: Page, _: str) -> None:
    """Read a page to its article; one that holds none costs its time, too."""
    with contextlib.suppress(SourceError):
        read_article(page)


def read_theirs(_: Page, text: str) -> None:
    """Read a page's main text by trafilatura alone."""
    trafilatura.extract(text, favor_precision=True, include_comments=False, include_tables=True)


def load_pages(folder: Path) -> list[tuple[Page, str]]:
    """Return the pages of a folder, as bytes and as text."""
    pages = []
    for path in sorted([*folder.glob("*.html"), *folder.glob("*.html.gz")]):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        pages.append((Page(path.as_uri(), content, "text/html"), decode_content(content, "", markup=True)))
    return pages


def time_round(pages: list[tuple[Page, str]]) -> tuple[float, float]:
    """Return the seconds of one round, ours and trafilatura's."""
    seconds: dict[Reader, float] = {read_ours: 0.0, read_theirs: 0.0}
    for number, (page, text) in enumerate(pages):
        for reader in (read_ours, read_theirs) if number % 2 else (read_theirs, read_ours):
            start = time.perf_counter()
            reader(page, text)
            seconds[reader] += time.perf_counter() - start
    return seconds[read_ours], seconds[read_theirs]


def main(arguments: list[str]) -> None:
    """Print both times and their ratio."""
    folder = Path(arguments[0]).resolve() if arguments else Path(str(data_folder("corpus") / "articles"))
    pages = load_pages(folder)
    if not pages:
        raise SystemExit(f"No .html or .html.gz files in {folder}")
    rounds = [time_round(pages) for _ in range(ROUNDS + 1)][1:]
    ours, theirs = (min(column) for column in zip(*rounds, strict=True))
    size = sum(len(page.content) for page, _ in pages) / 1e6
    print(f"{len(pages)} pages, {size:.1f} MB")
    print(f"trafilatura  {theirs:.2f} s  {1000 * theirs / len(pages):.1f} ms a page")
    print(f"read_article {ours:.2f} s  {1000 * ours / len(pages):.1f} ms a page")
    print(f"ratio        {ours / theirs:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
