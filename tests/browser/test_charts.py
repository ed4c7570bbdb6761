"""Charts are drawn from their tables, keep them, and can be taken home as SVG, PNG and CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from extractor.browse.charts import load_charts
from tests.browser.serving import Site, open_page

CHARTS = "/-/ainews/corpus/charts"
# An SVG and a PNG begin so; the CSV with the words of its first head.
BEGINNINGS = {"svg": b"<svg", "png": b"\x89PNG", "csv": b""}


def test_each_chart_is_drawn_with_its_marks(browser: Browser, site: Site) -> None:
    with open_page(browser, site, CHARTS) as visit:
        tables = visit.page.locator("table.ainews-chart")
        assert tables.count() >= 4
        expect(visit.page.locator(".ainews-drawn svg").first).to_be_visible()
        drawn = visit.page.evaluate(
            """Array.from(document.querySelectorAll(".ainews-drawn"), place => [
                place.closest("section").id, place.querySelectorAll("svg path, svg rect, svg circle").length])"""
        )
        assert len(drawn) == tables.count()
        assert [name for name, marks in drawn if not marks] == []
        assert visit.problems == []


def test_chart_fits_a_phone(browser: Browser, site: Site) -> None:
    with open_page(browser, site, CHARTS, width=390) as visit:
        expect(visit.page.locator(".ainews-drawn svg").first).to_be_visible()
        widths = visit.page.evaluate(
            "Array.from(document.querySelectorAll('.ainews-drawn svg'), one => one.clientWidth)"
        )
        assert max(widths) <= 390
        assert visit.problems == []


def test_charts_stand_as_tables_without_scripts(browser: Browser, site: Site) -> None:
    with open_page(browser, site, CHARTS, scripts=False) as visit:
        assert visit.page.locator("table.ainews-chart tbody tr").count() > 10
        assert visit.page.locator(".ainews-drawn").count() == 0


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_chart_is_downloaded(browser: Browser, site: Site, tmp_path: Path, kind: str) -> None:
    with open_page(browser, site, CHARTS) as visit:
        expect(visit.page.locator(".ainews-drawn svg").first).to_be_visible()
        section = visit.page.locator("section.ainews-drawing").first
        button = section.get_by_text(kind.upper(), exact=True).first
        if kind == "csv":
            link = section.locator(".ainews-sources a", has_text="CSV")
            answer = visit.page.request.get(str(link.get_attribute("href")))
            assert answer.ok
            assert len(answer.text().splitlines()) > 2
        else:
            with visit.page.expect_download() as got:
                button.click()
            file = tmp_path / got.value.suggested_filename
            got.value.save_as(file)
            assert file.suffix == f".{kind}"
            assert file.read_bytes().startswith(BEGINNINGS[kind])
        assert visit.problems == []


def test_every_chart_has_a_page_and_its_sql(browser: Browser, site: Site) -> None:
    with open_page(browser, site) as visit:
        for chart in load_charts():
            answer = visit.page.goto(f"/-/ainews/corpus/chart/{chart.name}")
            assert answer
            assert answer.ok, chart.name
            href = visit.page.locator(".ainews-sources a", has_text="SQL").first.get_attribute("href")
            answer = visit.page.goto(str(href))
            assert answer
            assert answer.ok, href
        assert visit.problems == []
