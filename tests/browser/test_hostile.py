"""Hostile words stay words in a browser: no script of theirs runs, nothing is asked for, no link leads astray."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.page_addresses import list_pages
from tests.browser.hostile import LONG, URLS, make_articles
from tests.browser.serving import Site, open_page

ARTICLES = [(article, claims) for article, claims in make_articles()]
# Links that a click on would run or leave for somewhere that is no web page
BAD_LINKS = """
() => Array.from(document.querySelectorAll("a[href], form[action], area[href]"), one => one.href || one.action)
    .filter(href => !/^https?:/.test(href))
"""
ALIVE = """
() => Array.from(document.querySelectorAll("*")).flatMap(
    one => one.getAttributeNames().filter(name => name.startsWith("on")).map(name => `${one.tagName} ${name}`))
    .filter(found => found !== "FORM onsubmit")
"""


@pytest.mark.parametrize("number", range(len(ARTICLES)), ids=[article.title[:12].strip() for article, _ in ARTICLES])
def test_hostile_article_is_inert(browser: Browser, site: Site, number: int) -> None:
    article, claims = ARTICLES[number]
    paths = [f"/-/ainews/hostile/article/{article.id}", f"/hostile/articles/{article.id}"]
    paths += [f"/hostile/claims/{claim.id}" for claim in claims]
    with open_page(browser, site) as visit:
        for path in paths:
            visit.page.goto(path)
            visit.page.mouse.move(300, 300)
            visit.page.keyboard.press("Tab")
            assert visit.page.evaluate(BAD_LINKS) == [], path
            assert visit.page.evaluate(ALIVE) == [], path
            assert "62710561" not in visit.page.content(), path
        assert visit.problems == []


def test_hostile_text_is_shown_as_it_is(browser: Browser, site: Site) -> None:
    with open_page(browser, site) as visit:
        for article, claims in ARTICLES:
            visit.page.goto(f"/-/ainews/hostile/article/{article.id}")
            shown = visit.page.evaluate("document.querySelector('.ainews-text').textContent")
            assert shown.strip("\n") == article.text.strip("\n"), article.title[:40]
            marked = visit.page.evaluate(
                "Array.from(document.querySelectorAll('mark[data-claims]'), mark => mark.dataset.claims).join(' ')"
            )
            assert set(marked.split()) == {claim.id for claim in claims}


def test_hostile_lists_are_inert(browser: Browser, site: Site, hostile: Path) -> None:
    found = {}
    for page in list_pages(hostile, each=2):
        if page.kind.startswith("row-"):
            continue
        with open_page(browser, site, page.path) as visit:
            visit.page.wait_for_load_state("networkidle")
            problems = [*visit.problems, *visit.page.evaluate(BAD_LINKS), *visit.page.evaluate(ALIVE)]
            if "62710561" in visit.page.content():
                problems.append("a template was run")
            if problems:
                found[page.path] = problems
    assert not found


def test_only_web_addresses_are_links(browser: Browser, site: Site) -> None:
    with open_page(browser, site) as visit:
        linked = {}
        for article, _ in ARTICLES:
            visit.page.goto(f"/-/ainews/hostile/article/{article.id}")
            linked[article.url] = visit.page.locator(".ainews-out").count()
    assert {url: count for url, count in linked.items() if url in URLS.values()} == {
        url: int(url.startswith("https://")) for url in URLS.values()
    }
    assert linked["https://news.example/long"] == 1


def test_long_line_is_read_on_a_phone(browser: Browser, site: Site) -> None:
    article, _ = ARTICLES[-1]
    assert article.title == LONG
    with open_page(browser, site, f"/-/ainews/hostile/article/{article.id}", width=390) as visit:
        assert visit.page.locator("mark[data-claims]", has_text="$7 million").count() >= 1
        wider = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 1
    assert visit.problems == []
