"""A claim's card opens at its words: by mouse, by keyboard and by tap; kinds are switched off; addresses lead there."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.serving import Site, open_page

CARD = ".ainews-popover"


@pytest.fixture(scope="module")
def claim(corpus: Path) -> tuple[str, str, str, str]:
    """A claim of the text that overlaps with none, from the article with the most kinds of claims."""
    db = sqlite3.connect(corpus)
    sql = """
        SELECT article_id, id, quote, predicate FROM claims
        WHERE part = 'text' AND article_id = (
            SELECT article_id FROM claims
            GROUP BY article_id ORDER BY count(DISTINCT predicate) DESC, article_id LIMIT 1
        ) AND NOT EXISTS (
            SELECT 1 FROM claims AS other WHERE other.article_id = claims.article_id AND other.id <> claims.id
                AND other.part = 'text' AND other.start < claims."end" AND other."end" > claims.start
        )
        ORDER BY start LIMIT 1
    """
    try:
        found: tuple[str, str, str, str] = db.execute(sql).fetchone()
        return found
    finally:
        db.close()


def address(claim: tuple[str, str, str, str]) -> str:
    return f"/-/ainews/corpus/article/{claim[0]}"


def test_card_opens_by_mouse(browser: Browser, site: Site, claim: tuple[str, str, str, str]) -> None:
    with open_page(browser, site, address(claim)) as visit:
        card = visit.page.locator(CARD)
        expect(card).to_be_hidden()
        visit.page.locator(f'mark[data-claims="{claim[1]}"]').first.hover()
        expect(card).to_be_visible()
        expect(card).to_contain_text(claim[2])
        visit.page.mouse.move(2, 2)
        expect(card).to_be_hidden()
        visit.page.locator(f'mark[data-claims="{claim[1]}"]').first.click()
        visit.page.mouse.move(2, 2)
        visit.page.wait_for_timeout(400)
        expect(card).to_be_visible()
        visit.page.keyboard.press("Escape")
        expect(card).to_be_hidden()
        assert visit.problems == []


def test_card_opens_by_keyboard(browser: Browser, site: Site, claim: tuple[str, str, str, str]) -> None:
    with open_page(browser, site, address(claim)) as visit:
        card = visit.page.locator(CARD)
        reached = False
        for _ in range(200):
            visit.page.keyboard.press("Tab")
            focused = visit.page.evaluate("document.activeElement.getAttribute('href')")
            if focused == f"#claim-{claim[1]}":
                reached = True
                break
        assert reached
        expect(card).to_be_visible()
        expect(card).to_contain_text(claim[2])
        visit.page.keyboard.press("Escape")
        expect(card).to_be_hidden()
        visit.page.keyboard.press("Enter")
        assert visit.page.url.endswith(f"#claim-{claim[1]}")
        assert visit.problems == []


def test_card_opens_by_tap(browser: Browser, site: Site, claim: tuple[str, str, str, str]) -> None:
    with open_page(browser, site, address(claim), width=390, touch=True) as visit:
        card = visit.page.locator(CARD)
        visit.page.locator(f'mark[data-claims="{claim[1]}"]').first.tap()
        expect(card).to_be_visible()
        expect(card).to_contain_text(claim[2])
        box = card.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 391
        visit.page.locator(".ainews-byline").tap(position={"x": 3, "y": 3})
        expect(card).to_be_hidden()
        assert visit.problems == []


def test_address_of_a_claim_opens_its_card(browser: Browser, site: Site, claim: tuple[str, str, str, str]) -> None:
    with open_page(browser, site, f"{address(claim)}#claim-{claim[1]}") as visit:
        card = visit.page.locator(CARD)
        expect(card).to_be_visible()
        expect(card).to_contain_text(claim[2])
        expect(visit.page.locator(f'mark[data-claims="{claim[1]}"]').first).to_be_in_viewport()
        assert visit.problems == []


def test_legend_switches_a_kind_off_and_on(browser: Browser, site: Site, claim: tuple[str, str, str, str]) -> None:
    with open_page(browser, site, address(claim)) as visit:
        box = visit.page.locator(f'.ainews-legend [data-predicate="{claim[3]}"] input')
        mark = visit.page.locator(f'mark[data-claims="{claim[1]}"]').first
        painted = mark.evaluate("mark => getComputedStyle(mark).backgroundColor")
        box.uncheck()
        expect(visit.page.locator(f"#claim-{claim[1]}")).to_be_hidden()
        assert mark.evaluate("mark => getComputedStyle(mark).backgroundColor") != painted
        mark.hover()
        visit.page.wait_for_timeout(300)
        expect(visit.page.locator(CARD)).to_be_hidden()
        box.check()
        expect(visit.page.locator(f"#claim-{claim[1]}")).to_be_visible()
        assert mark.evaluate("mark => getComputedStyle(mark).backgroundColor") == painted
        assert visit.problems == []
