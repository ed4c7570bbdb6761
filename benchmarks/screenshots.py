"""A picture of each kind of page, as wide as a desk's screen and as a phone's, light and dark, to be looked at.

Run ``python -m benchmarks.screenshots claims.db OUT`` at the root of a checkout: Datasette is started on a free port,
and OUT gets ``KIND-WIDTH.png``. Playwright comes with ``pip install -e '.[test]'``, the browser is the system's.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.page_addresses import list_pages

__all__ = ["main"]

WIDTHS = (1280, 390)


def main() -> None:
    """Take the pictures that the command line asks for, and say on stderr where each is."""
    parser = argparse.ArgumentParser(description="Take a picture of each page of a database in Datasette.")
    parser.add_argument("path", metavar="DB", type=Path)
    parser.add_argument("out", metavar="OUT", type=Path, help="A folder; it is made if it is missing.")
    parser.add_argument("--only", default="", help="Kinds of page that have this in their name.")
    parser.add_argument("--path", dest="paths", action="append", default=[], help="A path of its own; may be repeated.")
    parser.add_argument("--dark", action="store_true", help="As with a dark system.")
    parser.add_argument("--whole", action="store_true", help="The whole page, not only what a window shows.")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    asked = parser.parse_args()
    pages = {page.kind: page.path for page in reversed(list_pages(asked.path)) if asked.only in page.kind}
    if asked.paths:
        pages = {re.sub(r"\W+", "-", path).strip("-"): path for path in asked.paths}
    asked.out.mkdir(parents=True, exist_ok=True)

    from playwright.sync_api import sync_playwright

    with _serve(asked.path) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox"])
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": 800 if width > 600 else 844},
                color_scheme="dark" if asked.dark else "light", has_touch=width < 600,
            )  # fmt: skip
            page = context.new_page()
            for kind, path in sorted(pages.items()):
                page.goto(url + path, wait_until="networkidle")
                file = asked.out / f"{kind}-{width}{'-dark' if asked.dark else ''}.png"
                page.screenshot(path=file, full_page=asked.whole)
                print(file, file=sys.stderr)
            context.close()
        browser.close()


@contextmanager
def _serve(path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "datasette", str(path), "--port", "0", "--setting", "sql_time_limit_ms", "5000"]
    with tempfile.NamedTemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not (found := re.search(r"running on (http://\S+)", said := Path(log.name).read_text())):
                if process.poll() is not None:
                    raise SystemExit(f"Datasette has not started:\n{said}")
                time.sleep(0.1)
            yield found[1]
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
