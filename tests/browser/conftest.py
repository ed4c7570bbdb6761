"""One browser, one database and one server of each line for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed: pip install -e '.[test]'")

from playwright.sync_api import Browser, sync_playwright

from extractor.articles import read_article
from extractor.engine import ingest
from extractor.pipeline import read_claims
from extractor.rules import rules_hash
from extractor.sources import corpus_pages
from extractor.store import Source, open_store
from tests.browser.hostile import save_hostile
from tests.browser.serving import CHROMIUM, LINES, Site, serve


def miss(reason: str) -> None:
    """Skip where something is not installed; not where all of it has to be."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        miss(f"There is no {CHROMIUM}: apt-get install chromium, or set AINEWS_CHROMIUM")
    with sync_playwright() as playwright:
        # The sandbox of Chromium's does not work for root, as whom machines for tests often run
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browser") / "corpus.db"
    with open_store(path, create=True) as store:
        source = Source("corpus", "corpus")
        ingest(store, corpus_pages(), source=source, read=read_article, extract=read_claims, rules=rules_hash())
    return path


@pytest.fixture(scope="package")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_hostile(tmp_path_factory.mktemp("browser") / "hostile.db")


@pytest.fixture(scope="package", params=LINES)
def line(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    if LINES[found] and not (Path(LINES[found]) / "datasette").exists():
        miss(f"Datasette {found} is not in {LINES[found]}: see .ci/run, or set AINEWS_NEXT_DATASETTE")
    return found


@pytest.fixture(scope="package")
def site(line: str, corpus: Path, hostile: Path) -> Iterator[Site]:
    with serve(corpus, hostile, line=line) as found:
        yield found
