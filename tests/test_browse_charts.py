"""Charts: the files of others that draw them, and what the pages give them to draw."""

from __future__ import annotations

import asyncio
import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from extractor.articles import read_article
from extractor.browse import drawings
from extractor.browse.charts import ROLES, SavedChart, load_charts, read_chart
from extractor.engine import ingest
from extractor.errors import DataError
from extractor.pipeline import read_claims
from extractor.rules import rules_hash
from extractor.sources import corpus_pages
from extractor.store import Source, open_store
from tests.browsing import Site, make_articles, make_claim, one, save

VENDOR = files("extractor.browse") / "static" / "vendor"


def test_files_of_others_are_those_recorded() -> None:
    """Name, version, licence and SHA-256 stand in the README beside them; there is nothing else."""
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    recorded = re.findall(r"^\| `(\S+)` \| `(\S+)` \| ([\d.]+) \| (\w+) \| `\S+` \| `([0-9a-f]{64})` \|$", readme, re.M)
    kept = {file.name: file.read_bytes() for file in VENDOR.iterdir() if file.name not in ("README.md", "LICENSES.txt")}
    assert {name: digest for name, *_, digest in recorded} == {
        name: hashlib.sha256(content).hexdigest() for name, content in kept.items()
    }
    for name, _, version, _, _ in recorded:
        assert f" v{version} " in kept[name].splitlines()[0].decode()


def test_licences_of_others_stand_beside_their_files() -> None:
    licences = (VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    for part in (
        "Observable Plot 0.6.17, in plot.umd.min.js",
        "D3 7.9.2, in d3.min.js",
        "Observable, Inc.",
        "Mike Bostock",
    ):
        assert part in licences


# The charts


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("hand") / "hand.db", make_articles())


@pytest.fixture(scope="module")
def corpus_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    with open_store(path, create=True) as store:
        source = Source("corpus", "corpus")
        ingest(store, corpus_pages(), source=source, read=read_article, extract=read_claims, rules=rules_hash())
    return path


@pytest.fixture(scope="module")
def corpus(runner: asyncio.Runner, corpus_path: Path) -> Site:
    return Site(runner, corpus_path)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted does not hang on how busy the machine is."""
    monkeypatch.setattr(drawings, "PATIENCE", 60_000)


EVERY = pytest.mark.parametrize("chart", load_charts(), ids=[chart.name for chart in load_charts()])


@EVERY
@pytest.mark.usefixtures("patient")
def test_chart_is_a_table_of_what_its_query_finds(corpus: Site, chart: SavedChart) -> None:
    table = one(corpus.page("/-/ainews/corpus/charts"), f"#chart-{chart.name} table.ainews-chart")
    rows = corpus.rows(f"/corpus/chart_{chart.name}.json?_size=max")
    heads = {str(head.get("data-as")): place for place, head in enumerate(table.select("th")) if head.get("data-as")}
    assert heads.keys() == set(chart.roles.values())
    assert len(table.select("tbody tr")) == len(rows) >= 3
    for line, row in zip(table.select("tbody tr"), rows, strict=True):
        cells = line.select("td")
        for column, role in chart.roles.items():
            told = cells[heads[role]]
            expected = row[column]
            if isinstance(expected, (int, float)):
                assert float(str(told["data-value"])) == expected
            else:
                assert told.get_text() == (expected or "")


@EVERY
def test_chart_leads_to_its_query_and_its_rows(corpus: Site, chart: SavedChart) -> None:
    section = one(corpus.page(f"/-/ainews/corpus/chart/{chart.name}"), ".ainews-drawing")
    sql, csv = (str(link["href"]) for link in section.select(".ainews-sources a"))
    assert "SELECT" in one(corpus.page(sql), "#sql-query, textarea[name=sql], pre").get_text()
    header = corpus.get(csv).text.splitlines()[0].split(",")
    assert chart.roles.keys() <= set(header)


@pytest.mark.usefixtures("patient")
def test_dots_lead_to_their_words(corpus: Site) -> None:
    table = one(corpus.page("/-/ainews/corpus/charts"), "#chart-training_cost table")
    for line in table.select("tbody tr"):
        first = line.select("a[href]")[0]
        assert re.fullmatch(r"/-/ainews/corpus/article/\w+#claim-\w+", str(first["href"]))


def test_charts_that_take_too_long_are_asked_for_later(corpus: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "PATIENCE", 0)
    page = corpus.page("/-/ainews/corpus/charts")
    assert not page.select("table")
    later = [str(link["href"]) for link in page.select(".ainews-later a")]
    assert later == [f"/-/ainews/corpus/chart/{chart.name}" for chart in load_charts()]
    assert one(corpus.page(later[0]), "table.ainews-chart").select("tbody tr")


@pytest.mark.usefixtures("patient")
def test_hostile_words_stay_words_in_charts(runner: asyncio.Runner, hand: Path) -> None:
    page = Site(runner, hand).page("/-/ainews/hand/charts")
    assert '<script>alert("s")</script>' in one(page, "#chart-training_cost tbody").get_text()
    assert not page.select("tbody script, tbody img, tbody svg, tbody u, tbody b")
    assert not [tag for tag in page.select("*") if any(name.startswith("on") for name in tag.attrs)]
    assert not [link for link in page.select("a[href], script[src]") if "://" in str(link.get("href", link.get("src")))
                and "datasette.io" not in str(link.get("href"))]  # fmt: skip


@pytest.mark.usefixtures("patient")
def test_chart_of_a_private_table_is_not_shown(runner: asyncio.Runner, hand: Path) -> None:
    hidden = {"databases": {"hand": {"tables": {"entities": {"allow": False}}}}}
    site = Site(runner, hand, metadata=hidden)
    shown = {str(section["id"]) for section in site.page("/-/ainews/hand/charts").select(".ainews-drawing")}
    assert "chart-techniques" in shown
    assert "chart-training_cost" not in shown
    site.get("/-/ainews/hand/chart/training_cost", status=404)


@pytest.mark.parametrize("path", ["/-/ainews/none/charts", "/-/ainews/corpus/chart/none"])
def test_chart_that_is_not_there(corpus: Site, path: str) -> None:
    corpus.get(path, status=404)


def ask(path: Path, name: str) -> list[tuple[Any, ...]]:
    sql = next(chart.query.sql for chart in load_charts() if chart.name == name)
    with sqlite3.connect(path) as database:
        return database.execute(sql).fetchall()


DAYS = [
    ("2025-01-28", "2025 Q1"), ("2025-03", "2025 Q1"), ("2025-04", "2025 Q2"), ("2024-12-31", "2024 Q4"),
    ("2025", "2025 (no month)"), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("published", "quarter"), DAYS, ids=[day or "no date" for day, _ in DAYS])
def test_quarter_is_that_of_the_article(tmp_path: Path, published: str, quarter: str | None) -> None:
    """A year alone has no quarter, and an article without a date is left out."""
    article, claims = make_articles()[0]
    path = save(tmp_path / "one.db", [(replace(article, published=published), claims)])
    assert ask(path, "techniques") == ([(quarter, "distillation", 1)] if quarter else [])


def test_cluster_counts_its_largest_number_once(tmp_path: Path) -> None:
    """By year and vendor; a number without a chip is left out where another has one."""
    article = make_articles()[0][0]
    text = "Colossus has 100,000 H100 chips, or 90,000 H100 chips, 120,000 chips, 700 TPU v4 chips. Alps: 5 chips."
    article = replace(article, text=text)
    claims = [
        make_claim(article, "chip_count", quote, value, "chips", subject=subject, chip=chip)
        for quote, value, subject, chip in (
            ("100,000 H100 chips", 100_000.0, "Colossus", "H100"), ("90,000 H100 chips", 90_000.0, "Colossus", "H100"),
            ("120,000 chips", 120_000.0, "Colossus", ""), ("700 TPU v4 chips", 700.0, "Colossus", "TPU v4"),
            ("5 chips", 5.0, "Alps", ""),
        )
    ]  # fmt: skip
    path = save(tmp_path / "one.db", [(article, claims)])
    assert ask(path, "cluster_chips") == [
        ("2025", "Nvidia", 100_000, 1), ("2025", "Google", 700, 1), ("2025", "not told", 5, 1),
    ]  # fmt: skip


HEAD = "-- title: A\n-- question: B?\n"
BAD_CHARTS = [
    (HEAD + "-- x: day\n-- y: cost\nSELECT 1 AS day", "how it is drawn"),
    (HEAD + "-- draw: pie\n-- x: day\n-- y: cost\nSELECT 1 AS day", "how it is drawn"),
    (HEAD + "-- draw: cells\n-- x: day\n-- y: cost\nSELECT 1 AS day", "how it is drawn"),
    (HEAD + "-- draw: dots wide\n-- x: day\n-- y: cost\nSELECT 1 AS day", "how it is drawn"),
    ("-- draw: dots\n-- x: day\n-- y: cost\nSELECT 1 AS day", "does not tell what it should"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), BAD_CHARTS, ids=["no draw", "no kind", "no fill", "no scale", "no title"])
def test_bad_chart_file_is_told(text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_chart("a", text)


@EVERY
def test_chart_draws_columns_of_its_query(corpus_path: Path, chart: SavedChart) -> None:
    with sqlite3.connect(corpus_path) as database:
        columns = {column for column, *_ in database.execute(chart.query.sql).description}
    assert chart.roles.keys() <= columns
    assert set(chart.roles.values()) <= set(ROLES)
