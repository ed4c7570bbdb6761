"""Filters, search, sorting and facets of the tables, as a reader clicks them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.serving import Site, open_page


def count(path: Path, sql: str) -> int:
    db = sqlite3.connect(path)
    try:
        found: int = db.execute(sql).fetchone()[0]
        return found
    finally:
        db.close()


def test_filter_is_applied(browser: Browser, site: Site, corpus: Path) -> None:
    wanted = count(corpus, "SELECT count(*) FROM claims WHERE modality = 'planned'")
    assert 0 < wanted < 100
    with open_page(browser, site, "/corpus/claims_flat") as visit:
        visit.page.locator("select[name=_filter_column]").first.select_option("modality")
        visit.page.locator("input[name=_filter_value]").first.fill("planned")
        visit.page.get_by_role("button", name="Apply").or_(
            visit.page.locator("form.filters input[type=submit][value=Apply]")
        ).first.click()
        visit.page.wait_for_url("**modality**")
        expect(visit.page.locator("table.rows-and-columns tbody tr")).to_have_count(wanted)
        assert visit.problems == []


def test_search_is_applied(browser: Browser, site: Site, corpus: Path) -> None:
    sql = "SELECT count(*) FROM claims WHERE rowid IN (SELECT rowid FROM claims_fts WHERE claims_fts MATCH 'million')"
    wanted = count(corpus, sql)
    assert 0 < wanted < 100
    with open_page(browser, site, "/corpus/claims_flat") as visit:
        visit.page.locator("input[name=_search]").fill("million")
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url("**_search=million**")
        expect(visit.page.locator("table.rows-and-columns tbody tr")).to_have_count(wanted)
        assert visit.problems == []


def test_a_facet_narrows(browser: Browser, site: Site, corpus: Path) -> None:
    wanted = count(corpus, "SELECT count(*) FROM claims WHERE modality = 'estimated'")
    with open_page(browser, site, "/corpus/claims_flat?_facet=modality") as visit:
        visit.page.locator(".facet-info a", has_text="estimated").first.click()
        visit.page.wait_for_url("**modality=estimated**")
        expect(visit.page.locator("table.rows-and-columns tbody tr")).to_have_count(wanted)
        assert visit.problems == []


@pytest.mark.parametrize("query", ["latest_claims", "training_cost_by_model"])
def test_a_saved_query_has_rows(browser: Browser, site: Site, query: str) -> None:
    with open_page(browser, site, f"/corpus/{query}") as visit:
        assert visit.page.locator("table.rows-and-columns tbody tr").count() > 0
        assert visit.problems == []


def test_a_claim_leads_to_its_words(browser: Browser, site: Site) -> None:
    """From the page of the database to a marked sentence in three clicks."""
    with open_page(browser, site, "/corpus") as visit:
        visit.page.locator('a[href$="/corpus/claims_flat"]').first.click()
        visit.page.locator('table.rows-and-columns a[href*="/-/ainews/corpus/article/"]').first.click()
        expect(visit.page.locator("mark[data-claims]").first).to_be_visible()
        assert visit.problems == []
