"""Every page opens in a browser without a complaint, asks no other host for anything, and is open to everybody."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.page_addresses import PageAddress, list_pages
from tests.browser.conftest import miss
from tests.browser.serving import AXE, Site, open_page

GROUPS = (
    "instance", "database", "table-articles", "table-claims", "table", "query", "row", "our", "chart", "article",
    "claim", "entity",
)  # fmt: skip
WIDTHS = {"wide": 1280, "phone": 390}
# What Datasette's own templates break: its html tag on every page, and on its own pages forms without labels and its
# buttons' colours. Each is found again once it is taken off this list.
OUR_GROUPS = ("our", "chart", "article", "claim", "entity")
THEIRS = {"html-has-lang"}
ON_THEIR_PAGES = {
    "aria-input-field-name", "color-contrast", "label", "link-in-text-block", "scrollable-region-focusable",
    "select-name",
}  # fmt: skip


def group_of(page: PageAddress) -> str:
    """Name the test that a page belongs to."""
    if page.kind in ("model", "organisation", "cluster", "other", "chip", "technique"):
        return "entity"
    return next(group for group in sorted(GROUPS, key=len, reverse=True) if page.kind.startswith(group))


@cache
def pages_of(path: Path, group: str) -> list[PageAddress]:
    found = [page for page in list_pages(path, each=2) if group_of(page) == group]
    if not found:
        pytest.skip("The plugin has no page of this kind")
    return found


def test_each_page_belongs_to_a_group(corpus: Path) -> None:
    assert {group_of(page) for page in list_pages(corpus)} <= set(GROUPS)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("group", GROUPS)
def test_page_opens_in_peace(browser: Browser, site: Site, corpus: Path, group: str, width: int) -> None:
    found = {}
    for page in pages_of(corpus, group):
        with open_page(browser, site, page.path, width=width) as visit:
            visit.page.wait_for_load_state("networkidle")
            wider = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wider > 1 and page.kind in ("article", "claim"):
                visit.problems.append(f"{wider} pixels wider than the window")
            if visit.problems:
                found[page.path] = visit.problems
    assert not found


@pytest.mark.parametrize("group", GROUPS)
def test_page_works_without_scripts(browser: Browser, site: Site, corpus: Path, group: str) -> None:
    found = {}
    for page in pages_of(corpus, group):
        with open_page(browser, site, page.path, scripts=False) as visit:
            if visit.problems or not visit.page.locator("h1").first.inner_text().strip():
                found[page.path] = visit.problems or ["no heading"]
    assert not found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("group", GROUPS)
def test_page_is_accessible(browser: Browser, site: Site, corpus: Path, group: str, scheme: str) -> None:
    """No serious or critical violation that axe knows of, contrast among them."""
    if not AXE.exists():
        miss(f"axe-core is not in {AXE}: see .ci/run, or set AINEWS_AXE")
    found = {}
    known = THEIRS if group in OUR_GROUPS else THEIRS | ON_THEIR_PAGES
    for page in pages_of(corpus, group):
        with open_page(browser, site, page.path) as visit:
            visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            visit.page.wait_for_load_state("networkidle")
            visit.page.add_script_tag(path=AXE)
            violations = visit.page.evaluate("async () => (await axe.run(document)).violations")
            serious = [
                (told["id"], node["target"], node["failureSummary"].splitlines()[-1].strip())
                for told in violations
                if told["impact"] in ("serious", "critical") and told["id"] not in known
                for node in told["nodes"][:3]
            ]
            if serious:
                found[page.path] = serious
    assert not found
