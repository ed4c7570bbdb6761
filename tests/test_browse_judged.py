"""What every page shows of a claim that a reader has corrected or rejected."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import Tag
from datasette.utils import tilde_encode

from extractor.records import Claim
from extractor.store import open_store
from tests.browsing import Site, article_address, make_articles, make_claim, one, save

GOOD, CLAIMS = make_articles()[0]
BY_KIND = {claim.predicate: claim for claim in CLAIMS}
COST, CHIPS, BASE = BY_KIND["training_cost"], BY_KIND["chip_count"], BY_KIND["base_model"]
WORDS = "Marlin-2 cost $8 million. Marlin-3 cost $7.1 million."
OTHER = replace(GOOD, url="https://b.example/1", text=WORDS, title="b", site="b", published="2025-03-01")
EIGHT = make_claim(OTHER, "training_cost", "$8 million", 8e6, "USD", subject="Marlin-2", currency="USD")
SEVEN = make_claim(OTHER, "training_cost", "$7.1 million", 7.1e6, "USD", subject="Marlin-3", currency="USD")
RIGHT = {"value": "7 million", "subject": "Marlin-3", "attributed_to": "Bo Lind"}


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Marlin-2's cost is said to be Marlin-3's, and another sum; its number of chips is said to be wrong."""
    path = save(tmp_path_factory.mktemp("hand") / "hand.db", [*make_articles(), (OTHER, [EIGHT, SEVEN])])
    with open_store(path) as store:
        store.reviews.save(COST.id, "corrected", by="Ada", correction=RIGHT)
        store.reviews.save(CHIPS.id, "rejected", by="Ada")
        store.reviews.save(BASE.id, "corrected", by="Ada", correction={"value": "GPT-Test", "chip": "H99"})
    return Site(runner, path)


def subject(key: str) -> str:
    return f"/-/ainews/hand/subject/{tilde_encode(key)}"


def told(site: Site, key: str) -> dict[str, Tag]:
    """Return the rows of a subject's page by the claims that they tell."""
    return {str(row["data-claim"]): row for row in site.page(subject(key)).select("tr[data-claim]")}


def test_claim_leaves_the_page_of_its_former_subject_for_that_of_its_new_one(site: Site) -> None:
    assert COST.id not in told(site, "model:marlin-2")
    assert EIGHT.id in told(site, "model:marlin-2")
    rows = told(site, "model:marlin-3")
    assert rows.keys() == {COST.id, SEVEN.id}
    assert "7,000,000 USD" in rows[COST.id].get_text()
    assert "corrected by a reader, read as 5,600,000 USD, subject Marlin-2, said by none" in " ".join(
        rows[COST.id].get_text().split()
    )


def test_agreement_is_of_what_is_right(site: Site) -> None:
    words = one(site.page(subject("model:marlin-3")), ".ainews-agreement").get_text()
    assert "2 reports, 7,000,000 USD to 7,100,000 USD, median 7,050,000 USD: what is asserted agrees" in words
    section = one(site.page(subject("model:marlin-2")), "[data-predicate=training_cost]")
    assert "one report, 8,000,000 USD" in one(section, ".ainews-agreement").get_text()


def test_rejected_claim_counts_nowhere_and_is_seen_as_rejected(site: Site) -> None:
    section = one(site.page(subject("model:marlin-2")), "[data-predicate=chip_count]")
    assert "rejected by a reader" in one(section, f"[data-claim='{CHIPS.id}']").get_text()
    assert not one(section, ".ainews-agreement").select("li")
    assert one(section, f"[data-claim='{CHIPS.id}'] td[data-value]")["data-value"] == ""
    page = site.page(f"/-/ainews/hand/claim/{CHIPS.id}")
    assert "Rejected by a reader" in one(page, ".ainews-judged").get_text()


@pytest.mark.parametrize("key", ["GPT-Test", "H99"])
def test_name_that_only_a_reader_has_told_has_a_page(site: Site, key: str) -> None:
    assert BASE.id in told(site, key)
    assert BASE.id not in told(site, "model:llama-3")


def test_card_has_what_is_right_and_what_was_read(site: Site) -> None:
    for address in (article_address(GOOD), f"/hand/claims/{COST.id}"):
        page = site.page(address)
        facts = one(page, f"#claim-{COST.id} .ainews-facts" if "article" in address else ".ainews-facts")
        lines = {line.dt.get_text(): line.dd for line in facts.select("div") if line.dt and line.dd}
        assert lines["Subject"].get_text() == "Marlin-3 read as Marlin-2"
        assert lines["Value"].get_text() == "7,000,000 USD read as 5,600,000 USD"
        assert lines["Said by"].get_text() == "Bo Lind read as none"
        assert lines["As written"].get_text() == "$5.6 million"
    link = one(site.page(article_address(GOOD)), f"#claim-{COST.id} .ainews-facts a")
    assert link["href"] == subject("model:marlin-3")


def test_page_of_the_claim_has_both(site: Site) -> None:
    page = site.page(f"/-/ainews/hand/claim/{COST.id}")
    assert one(page, "h1").get_text().startswith("Training cost: Marlin-3, 7,000,000 USD")
    assert "read as" in one(page, ".ainews-judged").get_text()
    assert "5,600,000" in one(page, ".ainews-steps").get_text()
    assert "5,600,000 USD, “$5.6 million”" in one(page, ".ainews-history").get_text()


@pytest.mark.parametrize(
    ("claim", "others", "note"),
    [
        (COST, {SEVEN.id}, "agrees"),
        (SEVEN, {COST.id}, "corrected by a reader"),
        (EIGHT, set(), ""),
    ],
    ids=["corrected", "of the new subject", "of the former subject"],
)
def test_other_reports_are_those_of_what_is_right(site: Site, claim: Claim, others: set[str], note: str) -> None:
    page = site.page(f"/-/ainews/hand/claim/{claim.id}")
    rows = page.select(".ainews-reports tbody tr")
    assert {str(row.select("a")[1]["href"]).rpartition("/")[2] for row in rows} == others
    assert all(note in row.get_text() for row in rows)


def test_rejected_report_does_not_agree_or_differ(runner: asyncio.Runner, tmp_path: Path) -> None:
    path = save(tmp_path / "hand.db", [*make_articles(), (OTHER, [EIGHT, SEVEN])])
    with open_store(path) as store:
        store.reviews.save(COST.id, "rejected", by="Ada")
    (row,) = Site(runner, path).page(f"/-/ainews/hand/claim/{EIGHT.id}").select(".ainews-reports tbody tr")
    assert row.select("td")[-1].get_text() == "rejected by a reader"
    assert row["class"] == ["ainews-other"]


def test_home_has_no_rejected_claim_and_says_how_many_there_are(site: Site) -> None:
    page = site.page("/-/ainews/hand")
    newest = [str(link["href"]) for link in page.select(".ainews-quoted li p:first-child a")]
    assert f"/-/ainews/hand/claim/{CHIPS.id}" not in newest
    assert "readers have rejected 1 of the claims" in " ".join(one(page, ".ainews-lead > p").get_text().split())
    line = next(line for line in page.select(".ainews-quoted li") if COST.id in str(line))
    assert "Marlin-3, training cost: 7,000,000 USD" in line.get_text()
    assert "corrected by a reader, read as 5,600,000 USD, subject Marlin-2" in line.get_text()


def test_search_has_what_is_right_and_says_what_is_rejected(site: Site) -> None:
    found = site.page("/-/ainews/hand/search?q=Marlin-2").select(".ainews-quoted li")
    lines = {claim.id: line.get_text() for claim in (COST, CHIPS) for line in found if claim.id in str(line)}
    assert "7,000,000 USD (corrected by a reader" in lines[COST.id]
    assert "(rejected by a reader)" in lines[CHIPS.id]
