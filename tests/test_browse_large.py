"""A large database: its tables are shown without what reads all of it for each request, unless a reader asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractor.browse import databases
from tests.browsing import Site, make_articles, save


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("large") / "hand.db", make_articles())


@pytest.fixture(scope="module")
def small(runner: asyncio.Runner, path: Path) -> Site:
    return Site(runner, path)


@pytest.fixture(scope="module")
def large(runner: asyncio.Runner, path: Path) -> Site:
    found = Site(runner, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(databases, "LARGE", 12)
        found.get("/")
    return found


TABLES = ("claims_flat", "claims_once", "claims", "articles")


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_the_same(small: Site, large: Site, table: str) -> None:
    rows = [[row.get_text() for row in site.page(f"/hand/{table}").select("tbody tr")] for site in (small, large)]
    assert rows[0] == rows[1]
    assert rows[0]


@pytest.mark.parametrize("table", ["claims_flat", "claims_once"])
def test_facets_are_shown_when_asked_for(small: Site, large: Site, table: str) -> None:
    """The default facets of a small database, none of a large one, and the one that the address names."""
    assert len(small.page(f"/hand/{table}").select(".facet-info")) > 1
    assert large.page(f"/hand/{table}").select(".facet-info, .suggested-facets") == []
    assert len(large.page(f"/hand/{table}?_facet=modality").select(".facet-info")) == 1


def test_filters_and_pages_go_on(large: Site) -> None:
    page = large.page("/hand/claims?_size=5")
    assert len(page.select("tbody tr")) == 5
    following = str(page.select(".pagination, a[href*=_next]")[-1].get("href"))
    first = {row.get_text() for row in page.select("tbody tr")}
    second = {row.get_text() for row in large.page(following[following.index("/hand") :]).select("tbody tr")}
    assert second
    assert not first & second
    assert len(large.page("/hand/claims?modality=disputed").select("tbody tr")) == 1


def test_data_is_as_ever(small: Site, large: Site) -> None:
    for path in ("/hand/claims_flat.json?_shape=objects", "/hand/claims.csv", "/hand/claims_flat.csv?_size=max"):
        answers = [site.get(path).text for site in (small, large)]
        if not path.endswith("objects"):
            assert answers[0] == answers[1]
    rows = [site.rows("/hand/claims_flat.json") for site in (small, large)]
    assert rows[0] == rows[1]


@pytest.mark.parametrize(
    "address", ["/", "/hand", "/hand/latest_claims", "/hand/claims/nothing", "/nothing/claims", "/-/versions"]
)
def test_other_addresses_are_left_alone(small: Site, large: Site, address: str) -> None:
    statuses = []
    for site in (small, large):
        answer = site.runner.run(site.datasette.client.get(address))
        statuses.append(answer.status_code)
    assert statuses[0] == statuses[1]
