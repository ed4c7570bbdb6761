"""The page of an article: versions, verdicts of readers, what is gone, and what a script finds there."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from extractor.browse.cards import list_kinds, make_cards
from extractor.browse.histories import read_former_claims
from extractor.records import Article, Claim
from extractor.store import open_store
from tests.browsing import GOOD_URL, TEXT, Site, article_address, make_articles, make_claim, one, save, text_of

OLD, OLD_CLAIMS = make_articles()[0]
NEW = replace(OLD, text=OLD.text.replace("512 H800 chips", "576 H800 chips"), published="2025-02-03")
NEW_CLAIMS = [
    make_claim(NEW, "chip_count", "576 H800 chips", 576.0, "chips", subject="Marlin-2", chip="H800"),
    make_claim(NEW, "technique", "distilled", "distillation", "name", subject="Marlin-2"),
]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article whose page changed once."""
    path = tmp_path_factory.mktemp("changed") / "hand.db"
    changed: list[tuple[Article, list[Claim]]] = [(OLD, OLD_CLAIMS), (replace(NEW), NEW_CLAIMS), make_articles()[1]]
    return save(path, changed)


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, path: Path) -> Site:
    return Site(runner, path)


def test_present_version_is_shown_and_leads_to_the_former(site: Site) -> None:
    page = site.page(article_address(OLD))
    assert one(page, ".ainews-text").get_text() == NEW.text
    versions = one(page, ".ainews-versions")
    assert one(versions, "[aria-current]").get_text() == "Version 2, the present one"
    assert one(versions, "a")["href"] == f"{article_address(OLD)}?version=1"


@pytest.mark.parametrize("claim", OLD_CLAIMS, ids=[claim.predicate for claim in OLD_CLAIMS])
def test_former_version_is_shown_with_its_own_claims(site: Site, claim: Claim) -> None:
    page = site.page(f"{article_address(OLD)}?version=1")
    assert one(page, ".ainews-text").get_text() == TEXT
    part = one(page, ".ainews-title" if claim.part == "title" else ".ainews-text")
    assert text_of(part, "data-claims", claim.id) == claim.quote
    # What a claim was then has no row, and so no page of its own.
    assert not one(page, f"#claim-{claim.id}").select(".ainews-more")


def test_former_version_has_its_date(site: Site) -> None:
    assert one(site.page(f"{article_address(OLD)}?version=1"), ".ainews-byline time").get_text() == "2025-01-28"
    assert one(site.page(f"{article_address(OLD)}?version=2"), ".ainews-byline time").get_text() == "2025-02-03"


@pytest.mark.parametrize("version", ["0", "3", "x", "-1", "1%27", "9" * 30, "²", "٣"])
def test_version_that_never_was(site: Site, version: str) -> None:
    site.get(f"{article_address(OLD)}?version={version}", 404)


def test_article_of_one_version_tells_of_none(site: Site) -> None:
    assert not site.page(article_address(make_articles()[1][0])).select(".ainews-versions")


def test_private_versions_are_not_led_to(runner: asyncio.Runner, path: Path) -> None:
    hidden = {"databases": {"hand": {"tables": {"versions": {"allow": {"id": "root"}}}}}}
    site = Site(runner, path, metadata=hidden)
    assert not site.page(article_address(OLD)).select(".ainews-versions")
    site.get(f"{article_address(OLD)}?version=1", 404)


@pytest.mark.parametrize("words", ["{", '{"a": 1}', '[1, null, {}, [], "x"]', "[]"])
def test_former_claims_that_are_none(words: str) -> None:
    assert read_former_claims(words) == []


def test_former_claim_without_its_place_is_left_out() -> None:
    whole = [claim.as_dict() for claim in OLD_CLAIMS]
    assert len(read_former_claims(json.dumps(whole))) == len(whole)
    whole[0]["start"] = "1"
    assert len(read_former_claims(json.dumps(whole))) == len(whole) - 1


def test_article_that_is_gone_says_so(runner: asyncio.Runner, tmp_path: Path) -> None:
    path = save(tmp_path / "hand.db", make_articles())
    assert not Site(runner, path).page(article_address(OLD)).select(".ainews-gone")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE articles SET gone = '2025-03-01T10:00:00+00:00' WHERE url = ?", [GOOD_URL])
    assert "2025-03-01" in one(Site(runner, path).page(article_address(OLD)), ".ainews-gone").get_text()


def test_legend_counts_its_claims(site: Site) -> None:
    page = site.page(f"{article_address(OLD)}?version=1")
    told = {str(item["data-predicate"]): one(item, "small").get_text() for item in page.select(".ainews-legend li")}
    assert told == {claim.predicate: "1" for claim in OLD_CLAIMS}


def test_kinds_are_counted_in_the_order_of_the_schema() -> None:
    rows = [{**claim.as_dict(), "label": claim.predicate} for claim in (*OLD_CLAIMS, OLD_CLAIMS[0])]
    article = {"title": OLD.title, "text": OLD.text}
    kinds = list_kinds(make_cards(article, rows))
    assert [(kind.predicate, kind.claims) for kind in kinds][:2] == [("training_cost", 2), ("chip_count", 1)]


def test_overlapping_claims_have_a_line_each(site: Site) -> None:
    page = site.page(f"{article_address(OLD)}?version=1")
    mark = next(mark for mark in page.select("mark") if mark.get_text() == "Llama 3")
    cards = {str(card["data-claim"]): card["data-hue"] for card in page.select(".ainews-claims .ainews-card")}
    hues = [cards[claim] for claim in str(mark["data-claims"]).split()]
    names = ("hue", "second", "third")
    assert {f"ainews-{name}-{hue}" for name, hue in zip(names, hues, strict=True)} <= set(mark["class"])


def test_script_is_served_and_loaded_once(site: Site) -> None:
    address = one(site.page(article_address(OLD)), "script[src*=article]")["src"]
    script = site.get(str(address)).text
    assert "hashchange" in script
    # Nothing from another host, nothing that a strict policy on contents would refuse.
    assert not re.search(r"https?:|\beval\(|innerHTML|document\.write", script)


def test_stylesheet_has_a_colour_for_each_line() -> None:
    css = (files("extractor.browse") / "static" / "browse.css").read_text(encoding="utf-8")
    hues = [
        re.findall(rf"\.ainews-{name}-(\d+) {{ --ainews-{name}: (\d+) }}", css) for name in ("hue", "second", "third")
    ]
    assert hues[0] == hues[1] == hues[2]
    assert len(hues[0]) == 13


def test_verdicts_of_readers_are_told(runner: asyncio.Runner, tmp_path: Path) -> None:
    path = save(tmp_path / "hand.db", make_articles())
    first, second, third, fourth = (claim.id for claim in OLD_CLAIMS[:4])
    with open_store(path) as store:
        store.reviews.save(first, "rejected", by="Ada")
        store.reviews.save(second, "corrected", by="Ada", correction={"value": 511.0}, note="<b>one</b> is broken")
        store.reviews.save(third, "rejected", by="Ada")
        store.reviews.undo(third)
    site = Site(runner, path)
    page = site.page(article_address(OLD))
    told = [one(page, f"#claim-{claim} .ainews-status dd").get_text() for claim in (first, second, third, fourth)]
    assert told == ["rejected", "corrected: value is 511", "unreviewed", "unreviewed"]
    page = site.page(f"/-/ainews/hand/claim/{second}")
    assert "corrected: value is 511" in one(page, ".ainews-status").get_text()
    assert "Judged: corrected: value is 511, by Ada" in one(page, ".ainews-history").get_text()
    assert "<b>one</b> is broken" in one(page, ".ainews-history").get_text()
    assert "Taken back: rejected, by Ada" in site.page(f"/-/ainews/hand/claim/{third}").get_text()
    # Who may not see verdicts is not told that there are none.
    hidden = {"databases": {"hand": {"tables": {"reviews": {"allow": {"id": "root"}}}}}}
    page = Site(runner, path, metadata=hidden).page(article_address(OLD))
    assert not page.select(".ainews-status")
    assert "rejected" not in page.get_text()
