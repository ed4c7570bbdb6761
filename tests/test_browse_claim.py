"""The page of a claim: its context, how other reports stand to it, what former versions said, and who may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import Tag

from extractor.browse.claims import mark_example
from extractor.browse.contexts import find_context
from extractor.browse.histories import trace_claim
from extractor.browse.reports import compare_reports
from extractor.records import Article, Claim
from extractor.rules import load_rules
from tests.browsing import GOOD_URL, Site, article_address, make_articles, make_claim, one, save, text_of

GOOD, EVIL = (article for article, _ in make_articles())
CASES = [(article, claim) for article, claims in make_articles() for claim in claims]
CASE_IDS = [f"{'good' if article is CASES[0][0] else 'evil'}-{claim.predicate}" for article, claim in CASES]
POWER = next(claim for _, claim in CASES if claim.predicate == "power")
# The same wire story again, a story of its own that agrees, and one that does not.
COPY = replace(GOOD, url="https://copy.example/", canonical=GOOD_URL)
AGREES = Article("https://agrees.example/", "Norwind takes 1.5 GW, it says.", "Norwind", "Agrees", (), "2025-03-01")
DIFFERS = Article("https://differs.example/", "Norwind takes 9 GW.", "Norwind again", "Differs", (), "2025-03-02")
OTHERS = [
    (COPY, [make_claim(COPY, "power", "between 1 and 2 GW", 1e9, "watts", high=2e9, comparator="range",
                       subject="Norwind", modality="planned")]),
    (AGREES, [make_claim(AGREES, "power", "1.5 GW", 1.5e9, "watts", subject="Norwind")]),
    (DIFFERS, [make_claim(DIFFERS, "power", "9 GW", 9e9, "watts", subject="Norwind", modality="denied"),
               make_claim(DIFFERS, "power", "GW", 9e9, "watts", subject="Norwind")]),
]  # fmt: skip
NEW = replace(GOOD, text=GOOD.text.replace("for 80 hours", "for 90 hours"))
NEW_CLAIMS = [
    make_claim(NEW, "training_time", "for 90 hours", 90.0, "hours", subject="Marlin-2"),
    make_claim(NEW, "chip_count", "512 H800 chips", 512.0, "chips", subject="Marlin-2", chip="H800"),
    make_claim(NEW, "technique", "distilled", "distillation", "name", subject="Llama 3"),
]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("claim") / "hand.db", [*make_articles(), *OTHERS])


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, path: Path) -> Site:
    return Site(runner, path)


@pytest.fixture(scope="module")
def changed(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(runner, save(tmp_path_factory.mktemp("changed") / "hand.db", [make_articles()[0], (NEW, NEW_CLAIMS)]))


def address(claim: Claim) -> str:
    return f"/-/ainews/hand/claim/{claim.id}"


@pytest.mark.parametrize(("article", "claim"), CASES, ids=CASE_IDS)
def test_claim_page_shows_the_sentence_in_its_context(site: Site, article: Article, claim: Claim) -> None:
    context = one(site.page(address(claim)), ".ainews-context")
    whole = article.title if claim.part == "title" else article.text
    assert context.get_text() == whole  # both are short enough to stand there in full
    sentence = one(context, ".ainews-sentence")
    assert sentence.get_text() == whole[claim.sentence_start : claim.sentence_end]
    assert text_of(sentence, "data-roles", "quote") == text_of(sentence, "data-roles", "value") == claim.quote


def test_evidence_beside_the_sentence_is_marked_where_it_stands(site: Site) -> None:
    claim = next(claim for _, claim in CASES if claim.predicate == "chip_count")
    page = site.page(address(claim))
    assert text_of(one(page, ".ainews-context"), "data-roles", "speaker") == "Norwind"
    # The subject stands in the title alone.
    assert text_of(one(page, ".ainews-elsewhere"), "data-roles", "subject") == "Marlin-2"
    assert not site.page(address(POWER)).select(".ainews-elsewhere")


LONG = "A first one. " * 200 + "It cost $5. " + "A last one! " * 200
ENDLESS = "a " * 500_000 + "$5" + " b" * 500_000


@pytest.mark.parametrize(
    ("text", "sentence"), [(LONG, "It cost $5."), (ENDLESS, ENDLESS)], ids=["many sentences", "one of 1 MB"]
)
def test_context_ends_somewhere(text: str, sentence: str) -> None:
    start, at = text.index(sentence), text.index("$5")
    claim = {"part": "text", "start": at, "end": at + 2, "quote": "$5", "sentence_start": start,
             "sentence_end": start + len(sentence)}  # fmt: skip
    context = find_context({"title": "", "text": text}, claim, [])
    parts = ["".join(piece.text for piece in part) for part in (context.before, context.sentence, context.after)]
    assert "".join(parts) == text[context.start : context.end]
    assert len("".join(parts)) < 3000
    assert not context.opens
    assert not context.closes
    assert "$5" in parts[1]
    if text is LONG:
        assert parts[0].startswith("A first one. ")
        assert parts[2].endswith("A last one!")


@pytest.mark.parametrize("part", ["before", "sentence", "after"])
def test_evidence_that_goes_beyond_its_stretch_is_marked_in_both(part: str) -> None:
    text = "One two. Three four. Five six."
    claim = {"part": "text", "start": 9, "end": 14, "quote": "Three", "sentence_start": 9, "sentence_end": 20}
    evidence = [{"part": "text", "role": "chip", "start": 4, "end": 25, "words": text[4:25]}]
    pieces = getattr(find_context({"title": "", "text": text}, claim, evidence), part)
    words = "".join(piece.text for piece in pieces if any(mark.key == "chip" for mark in piece.marks))
    assert words == {"before": "two. ", "sentence": "Three four.", "after": " Five"}[part]


def test_claim_page_leads_on(site: Site) -> None:
    links = {str(link["href"]) for link in site.page(address(POWER)).select(".ainews-why a")}
    assert {article_address(GOOD) + f"#claim-{POWER.id}", f"/hand/claims/{POWER.id}"} <= links
    for start in (f"/hand/claims/{POWER.id}", article_address(GOOD)):
        assert address(POWER) in {str(link["href"]) for link in site.page(start).select("a")}


def told(site: Site, claim: Claim) -> dict[str, Tag]:
    rows = site.page(address(claim)).select(".ainews-reports tbody tr")
    return {
        " ".join(row.select("td")[1].get_text().split()) + " " + row.select("td")[4].get_text(): row for row in rows
    }


def test_other_reports_are_listed_with_how_they_stand(site: Site) -> None:
    reports = told(site, POWER)
    assert {name: row["class"][0] for name, row in reports.items()} == {
        "Differs “9 GW”": "ainews-other", "Differs “GW”": "ainews-differs", "Agrees “1.5 GW”": "ainews-agrees",
        "News & Co “between 1 and 2 GW”": "ainews-is-copy",
    }  # fmt: skip
    assert list(reports)[-1].startswith("News & Co")  # the newest first
    assert "copy" in reports["News & Co “between 1 and 2 GW”"].get_text()


def test_copies_are_not_told_to_who_may_not_see_them(runner: asyncio.Runner, path: Path) -> None:
    hidden = {"databases": {"hand": {"tables": {"copies": {"allow": {"id": "root"}}}}}}
    reports = told(Site(runner, path, metadata=hidden), POWER)
    assert "copy" not in " ".join(row.get_text() for row in reports.values())
    assert len(reports) == 4


def test_claim_of_no_known_subject_has_no_reports(runner: asyncio.Runner, tmp_path: Path) -> None:
    claim = make_claim(AGREES, "power", "1.5 GW", 1.5e9, "watts")
    site = Site(runner, save(tmp_path / "hand.db", [(AGREES, [claim])]))
    page = site.page(address(claim))
    assert not page.select(".ainews-reports")
    assert "None can be told" in page.get_text()


def report(value: float | str, **slots: Any) -> dict[str, Any]:
    plain = {"high": None, "unit": "chips", "comparator": "eq", "chip": "", "stage": "", "modality": "asserted",
             "predicate": "chip_count", "article_id": "b", "report_id": "b"}  # fmt: skip
    return {**plain, "value": value, **slots}


PAIRS = [
    (report(100.0), report(100.0), True),
    (report(100.0), report(102.0), True),
    (report(100.0), report(103.0), False),
    (report(100.0, comparator="approx"), report(109.0), True),
    (report(100.0, comparator="gt"), report(5000.0), True),
    (report(100.0, comparator="gt"), report(50.0), False),
    (report(100.0, comparator="lt"), report(50.0), True),
    (report(100.0, comparator="lt"), report(200.0), False),
    (report(100.0, high=200.0, comparator="range"), report(150.0), True),
    (report(100.0, high=200.0, comparator="range"), report(250.0), False),
    (report(100.0), report(100.0, unit="USD"), None),
    (report(100.0), report(500.0, stage="rl"), None),
    (report(100.0, chip="H800"), report(500.0, chip="H100"), None),
    (report(100.0, chip="H800", predicate="power"), report(500.0, chip="H100", predicate="power"), False),
    (report(100.0), report(100.0, modality="denied"), None),
    (report("H800"), report("H800"), True),
    (report("H800"), report("H100"), None),
    (report(0.0), report(5.0), False),
]
PAIR_IDS = [f"{a['comparator']} {a['value']} {b['comparator']} {b['value']} {n}" for n, (a, b, _) in enumerate(PAIRS)]


@pytest.mark.parametrize(("claim", "other", "agrees"), PAIRS, ids=PAIR_IDS)
def test_reports_agree_as_in_the_view_of_disagreements(claim: Any, other: Any, agrees: bool | None) -> None:
    claim = {**claim, "article_id": "a", "report_id": "a"}
    assert compare_reports(claim, other).agrees is agrees
    assert compare_reports(other, claim).agrees is agrees


def test_steps_and_slots_stand_on_the_page(site: Site) -> None:
    page = site.page(address(POWER))
    steps = {
        one(row, "th").get_text(): [cell.get_text() for cell in row.select("td")]
        for row in page.select(".ainews-steps tbody tr")
    }
    assert steps["Number"] == ["1 and 2 GW", "1 to 2"]
    assert steps["Unit"] == ["gigawatt", "1 gigawatt is 1,000,000,000 watts"]
    assert steps["Value"][1] == "1 GW to 2 GW"
    slots = {
        one(row, "th").get_text(): row.select("td")[-1].get_text() for row in page.select(".ainews-slots tbody tr")
    }
    assert (slots["speaker"], slots["modality"], slots["subject"]) == ("Ada Byrne", "planned", "Norwind")


def test_rule_is_told_with_its_examples(runner: asyncio.Runner, tmp_path: Path) -> None:
    rule = next(rule for rule in load_rules() if rule.id == "training_cost/cost_to_train")
    claim = replace(make_claim(AGREES, "training_cost", "1.5", 1.5, "USD", currency="USD"), rule=rule.id)
    page = Site(runner, save(tmp_path / "hand.db", [(AGREES, [claim])])).page(address(claim))
    assert rule.says in one(page, ".ainews-says").get_text()
    told, near = page.select(".ainews-examples")
    assert [item.get_text() for item in told.select("li")] == [row["text"] for row in rule.examples]
    quotes = [str(made["quote"]) for made in rule.examples[0]["claims"]]
    assert [mark.get_text() for mark in told.select("li")[0].select("mark")] == quotes
    assert near.select("li")[0].get_text().startswith(rule.not_examples[0]["text"])


def test_rule_that_is_no_more_is_told(site: Site) -> None:
    assert "no such rule" in one(site.page(address(POWER)), ".ainews-says").get_text()


def test_example_without_its_quote_is_shown_unmarked() -> None:
    assert [piece.text for piece in mark_example("It cost $5.", [{"quote": "$6"}])] == ["It cost $5."]


HISTORIES = [
    ("training_time", "other words, 80 hours (3.3 days) (“for 80 hours”)"),
    ("chip_count", "the same words, 512 chips (“512 H800 chips”); attributed to was Norwind"),
    ("technique", "the same words, distillation (“distilled”); subject was Marlin-2"),
]


@pytest.mark.parametrize(("predicate", "words"), HISTORIES, ids=[predicate for predicate, _ in HISTORIES])
def test_history_tells_what_the_former_version_said(changed: Site, predicate: str, words: str) -> None:
    claim = next(claim for claim in NEW_CLAIMS if claim.predicate == predicate)
    moments = [" ".join(item.get_text().split()) for item in changed.page(address(claim)).select(".ainews-history li")]
    assert moments[0].startswith("Version 2 of the article, the present one")
    assert moments[1].startswith("Version 1, until ")
    assert moments[1].endswith(words)
    assert "other rules than those of this version" in moments[-1]


def test_history_tells_of_nothing_where_nothing_stood() -> None:
    claim = NEW_CLAIMS[0].as_dict()
    (moment,) = trace_claim(claim, [{"version": 1, "claims": "[]", "replaced_at": "2025-01-01"}])
    assert moment.claims == ()


@pytest.mark.parametrize(
    "lost", ["/-/ainews/hand/claim/none", "/-/ainews/none/claim/none", "/-/ainews/_memory/claim/x"]
)
def test_claim_page_that_is_not_there(site: Site, lost: str) -> None:
    site.get(lost, 404)


@pytest.mark.parametrize("table", ["articles", "claims"])
def test_private_claims_are_not_shown(runner: asyncio.Runner, path: Path, table: str) -> None:
    hidden = {"databases": {"hand": {"tables": {table: {"allow": {"id": "root"}}}}}}
    Site(runner, path, metadata=hidden).get(address(POWER), 403)


@pytest.mark.parametrize(
    "claim", [claim for article, claim in CASES if article.url == EVIL.url], ids=lambda claim: claim.predicate
)
def test_hostile_words_stay_words(site: Site, claim: Claim) -> None:
    page = site.page(address(claim))
    assert not [script for script in page.select("script") if "alert(" in script.get_text()]
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        for name in ("href", "src", "action"):
            assert not str(tag.get(name, "")).strip().lower().startswith(("javascript:", "data:")), tag
    assert not page.select(".ainews-why img, .ainews-why svg, .ainews-why script, .ainews-why u, [autofocus]")
    assert str(7919 * 7919) not in page.get_text()


def test_base_url_goes_before_every_address(runner: asyncio.Runner, path: Path) -> None:
    page = Site(runner, path, settings={"base_url": "/news/"}).page(address(POWER))
    links = [str(link["href"]) for link in page.select(".ainews-why a")]
    assert links
    assert all(link.startswith("/news/") for link in links)
