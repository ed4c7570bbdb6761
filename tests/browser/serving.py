"""Datasette in a process of its own, as a reader starts it, on either of its lines; and what a browser sees of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

__all__ = ["AXE", "CHROMIUM", "LINES", "Site", "Visit", "open_page", "serve"]

ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("AINEWS_CHROMIUM", "/usr/bin/chromium"))
"""Debian's browser; one of playwright's own cannot be had everywhere."""
AXE = Path(os.environ.get("AINEWS_AXE", ROOT / ".venv/axe-core/package/axe.min.js"))
"""The checker of accessibility, from npm; ``.ci/run`` puts it there."""
LINES = {"0.65": "", "1.0": os.environ.get("AINEWS_NEXT_DATASETTE", str(ROOT / ".venv/next-datasette"))}
"""Datasette's lines: the one that is installed, and a folder that ``.ci/run`` lays over it."""


class Site:
    """A server on a free port of this machine.

    Attributes:
        url: without a slash at its end.
        root: an address that makes the browser the user root; empty if the server was not asked for one.
    """

    def __init__(self, url: str, root: str) -> None:
        self.url = url
        self.root = root


@contextmanager
def serve(*paths: Path, line: str = "0.65", arguments: tuple[str, ...] = ()) -> Iterator[Site]:
    """Run ``datasette`` on databases until the block ends; with ``--root``, its address is in `Site.root`.

    Raises:
        RuntimeError: if the server ends before it has said where it listens.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [LINES[line], str(ROOT)]))}
    command = [sys.executable, "-m", "datasette", *map(str, paths), "--port", "0", *arguments]
    # Two seconds are enough for each page of a small file, and a page that hangs is found
    command += ["--setting", "sql_time_limit_ms", "2000"]
    # Into a file: a pipe that nobody reads any more is full after some hundred requests, and the server waits.
    with tempfile.NamedTemporaryFile("r+", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            while not (found := re.search(r"running on (http://[\d.]+:\d+)", said := Path(log.name).read_text())):
                if process.poll() is not None:
                    raise RuntimeError(said)
                time.sleep(0.1)
            root = re.search(r"/-/auth-token\S*", said)
            yield Site(found[1], found[1] + root[0] if root else "")
        finally:
            process.terminate()
            process.wait(20)


class Visit:
    """One open page, and what went wrong on it since."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("dialog", self._dismiss)
        page.on("requestfailed", lambda request: self.problems.append(f"failed: {request.url} {request.failure}"))
        page.on("request", self._see)
        self._host = urlsplit(site).netloc

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console {message.type}: {message.text}")

    def _dismiss(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _see(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.netloc != self._host:
            self.problems.append(f"a request off the host: {request.url}")


@contextmanager
def open_page(
    browser: Browser, site: Site, path: str = "", *, width: int = 1280, touch: bool = False, scripts: bool = True
) -> Iterator[Visit]:
    """Open a page in a browser's profile of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, has_touch=touch, java_script_enabled=scripts, base_url=site.url
    )
    try:
        visit = Visit(context.new_page(), site.url)
        if path:
            answer = visit.page.goto(path, wait_until="load")
            if answer is None or answer.status >= 400:
                visit.problems.append(f"status {answer.status if answer else 'none'}")
        yield visit
    finally:
        context.close()
