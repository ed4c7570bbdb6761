"""The page of a model, an organisation, a cluster, a chip or a technique."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from datasette.utils import tilde_encode

from extractor.browse import tellings
from tests.browsing import Site, article_address, make_articles, make_claim, one, save

GOOD = make_articles()[0][0]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The two articles, and three more: two that do not agree on a cost, and a copy of one of them."""
    articles = make_articles()
    told = (
        ("a", "2025-03-01", "DeepSeek-V3 cost $5.5 million on H800 chips, it is said. "),
        ("b", "2025-04", "DeepSeek-V3 cost $8 million, says Ada Byrne. It was built on Llama 3, not on GPT-4. "),
    )
    for name, published, words in told:
        article = replace(GOOD, url=f"https://{name}.example/1", text=words, title=name, site=name, published=published)
        cost = "$5.5 million" if name == "a" else "$8 million"
        claims = [
            make_claim(article, "training_cost", cost, 5.5e6 if name == "a" else 8e6, "USD", subject="DeepSeek-V3",
                       attributed_to="" if name == "a" else "Ada Byrne")
        ]  # fmt: skip
        if name == "a":
            claims.append(make_claim(article, "chip_model", "H800", "H800", "name", subject="DeepSeek-V3"))
        else:
            claims += [
                make_claim(article, "base_model", "Llama 3", "Llama 3", "name", subject="V3"),
                make_claim(article, "base_model", "GPT-4", "GPT-4", "name", subject="V3", modality="denied"),
            ]
        articles.append((article, claims))
        if name == "a":
            copy = replace(article, url="https://copy.example/1", site="copy", canonical=article.url)
            claim = make_claim(copy, "training_cost", cost, 5.5e6, "USD", subject="DeepSeek-V3")
            articles.append((copy, [claim]))
    return Site(runner, save(tmp_path_factory.mktemp("hand") / "hand.db", articles))


def address(key: str) -> str:
    return f"/-/ainews/hand/subject/{tilde_encode(key)}"


def test_reports_are_dots_and_rows_with_their_words(site: Site) -> None:
    section = one(site.page(address("model:deepseek-v3")), "[data-predicate=training_cost]")
    table = one(section, "table.ainews-chart[data-chart=dots][data-log]")
    roles = [str(head.get("data-as", "")) for head in table.select("th")]
    assert {"x", "y", "color", "shape"} <= set(roles)
    rows = {row.select("td")[4].get_text(): row for row in table.select("tbody tr")}
    assert rows.keys() == {"a", "b", "copy"}
    cells = [cell.get_text() for cell in rows["b"].select("td")]
    assert cells[:6] == ["2025-04", "8,000,000 USD", "“$8 million”", "Ada Byrne", "b", "asserted"]
    article = replace(GOOD, url="https://b.example/1")
    link = str(one(rows["b"], "a.ainews-to")["href"])
    assert link == f"{article_address(article)}#claim-{rows['b']['data-claim']}"
    site.get(link.partition("#")[0])


def test_copy_is_told_and_neither_drawn_nor_counted(site: Site) -> None:
    section = one(site.page(address("model:deepseek-v3")), "[data-predicate=training_cost]")
    drawn = {row.select("td")[4].get_text(): row.select("td")[1]["data-value"] for row in section.select("tbody tr")}
    assert drawn == {"a": "5500000.0", "b": "8000000.0", "copy": ""}
    assert "2 reports, 5,500,000 USD to 8,000,000 USD, median 6,750,000 USD" in section.get_text()


def test_reports_that_differ_are_marked(site: Site) -> None:
    page = site.page(address("model:deepseek-v3"))
    section = one(page, "[data-predicate=training_cost]")
    assert "what is asserted does not agree" in one(section, ".ainews-agreement").get_text()
    assert [row.select("td")[4].get_text() for row in section.select("tr.ainews-apart")] == ["b", "a"]
    assert not one(page, "[data-predicate=chip_model]").select(".ainews-apart, .ainews-differs")


def test_range_has_both_its_ends(site: Site) -> None:
    cell = one(site.page(address("other:norwind")), "[data-predicate=power] td[data-high]")
    assert (cell["data-value"], cell["data-high"]) == ("1000000000.0", "2000000000.0")
    assert cell.get_text() == "1 GW to 2 GW 1,000,000,000 to 2,000,000,000"


RELATIONS = [
    ("model:deepseek-v3", {"Also written": "V3", "Developer": "DeepSeek", "Built from": "Llama 3", "Chips": "H800"}),
    ("model:llama-3", {"Developer": "Meta", "Models built from it": "DeepSeek-V3, Marlin-2"}),
    ("H800", {"Also written": "Hopper H800", "Designed by": "Nvidia"}),
    ("model:marlin-2", {"Built from": "Llama 3", "Chips": "H800", "Techniques": "distillation"}),
]


@pytest.mark.parametrize(("key", "expected"), RELATIONS, ids=[key for key, _ in RELATIONS])
def test_relations(site: Site, key: str, expected: dict[str, str]) -> None:
    page = site.page(address(key))
    found = {
        line.select("dt")[0].get_text(): line.select("dd")[0].get_text()
        for line in page.select(".ainews-relations div")
    }
    assert expected.items() <= found.items()
    for link in page.select(".ainews-relations a"):
        site.get(str(link["href"]))


NAMED = [
    ("H800", "Chip", {"Marlin-2", "DeepSeek-V3"}),
    ("distillation", "Technique", {"Marlin-2"}),
    ("model:llama-3", "Model", {"Marlin-2", "V3"}),
    ("Llama 3", "Model", {"Marlin-2", "V3"}),
    ("GPT-4", "Model", {"V3"}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "kind", "users"), NAMED, ids=[key for key, *_ in NAMED])
def test_what_others_name_has_a_page(site: Site, key: str, kind: str, users: set[str]) -> None:
    page = site.page(address(key))
    assert one(page, ".ainews-kind-of").get_text() == kind
    claims = {str(row["data-claim"]) for row in page.select("section[id^=named-] tbody tr")}
    rows = site.rows("/hand/claims.json?_size=max&_labels=off")
    assert {row["subject"] for row in rows if row["id"] in claims} == users


def test_page_of_many_reports_is_cut(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tellings, "SHOWN", 1)
    page = site.page(address("model:deepseek-v3"))
    section = one(page, "[data-predicate=training_cost]")
    assert len(section.select("tbody tr")) == 1
    more, every = (str(link["href"]) for link in section.select("p.ainews-note a"))
    alone = site.page(more)
    assert [str(found["data-predicate"]) for found in alone.select("section.ainews-drawing")] == ["training_cost"]
    assert len(alone.select("tbody tr")) == 3
    assert "3 rows" in site.page(every).get_text()


def test_hostile_names_stay_words(site: Site) -> None:
    rows = site.rows("/hand/entities.json?_size=max")
    hostile = [row for row in rows if "<" in row["name"] or "{" in row["name"]]
    assert len(hostile) == 3
    for key in (*(row["id"] for row in hostile), "<b>H100</b>", "<u>LoRA</u>"):
        page = site.page(address(key))
        assert not page.select(".ainews-subject :is(script, svg, img, u)")
        assert not [tag for tag in page.select("*") if any(name.startswith("on") for name in tag.attrs)]
        assert "49" not in page.select("h1")[0].get_text()


@pytest.mark.parametrize("path", ["/-/ainews/none/subject/H800", "/-/ainews/hand/subject/model~3Anone"])
def test_subject_that_is_not_there(site: Site, path: str) -> None:
    site.get(path, status=404)


def test_subject_of_a_private_table_is_not_shown(runner: asyncio.Runner, tmp_path: Path) -> None:
    hidden = {"databases": {"hand": {"tables": {"entities": {"allow": False}}}}}
    path = save(tmp_path / "hand.db", make_articles())
    Site(runner, path, metadata=hidden).get(address("model:marlin-2"), status=403)


def test_tables_lead_to_subjects(site: Site) -> None:
    links = {str(link["href"]) for link in site.page("/hand/claims_flat?_size=max").select("td a[href]")}
    assert {address("model:deepseek-v3"), address("H800")} <= links


def test_cards_lead_to_subjects(site: Site) -> None:
    page = site.page(article_address(GOOD))
    links = {str(link["href"]) for link in page.select(".ainews-facts dd a")}
    assert links == {
        address("model:marlin-2"), address("model:llama-3"), address("other:norwind"), address("H800"),
    }  # fmt: skip
    for link in links:
        site.get(link)
