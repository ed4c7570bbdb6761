"""What the saved queries and charts answer once readers have rejected every claim, or said each to be of another.

Not held to it yet: `READ` below, which are asked of what was read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extractor.browse.charts import load_charts
from extractor.browse.queries import load_queries
from extractor.store import open_store
from tests.browsing import Site, make_articles, make_claim, save

QUESTIONS = {query.name: query for query in (*load_queries(), *(chart.query for chart in load_charts()))}
# Of these, a row is no claim of the present: pages, addresses, and what an article said before it changed.
OF_NO_CLAIM = {"claims_that_changed", "failing_sources", "pages_refused", "printed_more_than_once"}
# Asked of the claims as they were read.
READ = {
    "announced_power", "built_from", "chart_chips_in_use", "chart_cluster_chips", "cost_per_chip_hour",
    "first_mention_of_techniques", "training_cost_by_model", "who_disputes_whom",
}  # fmt: skip
# A row of each site, whatever is told there.
OF_SITES = {"claims_by_site": "claims", "track_record_of_sites": "figures"}
ASKED = {"chip": "%", "chips": "H800"}
HELD = sorted(QUESTIONS.keys() - OF_NO_CLAIM - READ)

GOOD, CLAIMS = make_articles()[0]
WORDS = (
    "GPT-4 cost $9 million, over 90 chip-hours on H800 chips. No: it was distilled, for $8.9 million. OpenAI: 5 H800."
)
OTHER = replace(GOOD, url="https://c.example/1", title="c", site="c", published="2025-05-01", text=WORDS)
TOLD = [
    make_claim(OTHER, "training_cost", "$9 million", 9e6, "USD", subject="GPT-4", currency="USD"),
    make_claim(OTHER, "training_cost", "$8.9 million", 8.9e6, "USD", subject="GPT-4", currency="USD",
               modality="disputed", attributed_to="Bo"),
    make_claim(OTHER, "chip_hours", "90 chip-hours", 90.0, "chip-hours", subject="GPT-4", chip="H800"),
    make_claim(OTHER, "technique", "distilled", "distillation", "name", subject="GPT-4"),
    make_claim(OTHER, "chip_count", "5 H800", 5.0, "chips", subject="OpenAI", chip="H800"),
]  # fmt: skip
# Which columns name a subject or who says so, and what was read there.
NAMING = ("model", "subject", "speaker", "attributed_to", "said_by", "name", "who", "first_model")
FORMER = {*(claim.subject for claim in (*CLAIMS, *TOLD)), *(claim.attributed_to for claim in (*CLAIMS, *TOLD))} - {""}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Site]]:
    """The same claims: as they were read, each rejected, and each said to be of another model and by somebody else."""
    folder: Path = tmp_path_factory.mktemp("all")
    found = {}
    with asyncio.Runner() as runner:
        for name in ("read", "rejected", "corrected"):
            (folder / name).mkdir()
            path = save(folder / name / "hand.db", [(GOOD, CLAIMS), (OTHER, TOLD)])
            with open_store(path) as store:
                for claim in (*CLAIMS, *TOLD):
                    if name == "rejected":
                        store.reviews.save(claim.id, "rejected", by="Ada")
                    if name == "corrected":
                        right = {"subject": "Zeta-9", "attributed_to": "Zoe"}
                        store.reviews.save(claim.id, "corrected", by="Ada", correction=right)
            found[name] = Site(runner, path)
        yield found


def ask(site: Site, name: str) -> list[dict[str, Any]]:
    query = QUESTIONS[name]
    values = {key: ASKED.get(key, "") for key in query.parameters}
    rows = site.runner.run(site.datasette.get_database("hand").execute(query.sql, values)).rows
    return [dict(row) for row in rows]


@pytest.mark.parametrize("name", HELD)
def test_what_is_rejected_is_no_answer(sites: dict[str, Site], name: str) -> None:
    rows = ask(sites["rejected"], name)
    if name in OF_SITES:
        assert {row[OF_SITES[name]] for row in rows} <= {0}
    else:
        assert rows == []


@pytest.mark.parametrize("name", HELD)
def test_what_is_put_right_is_the_answer(sites: dict[str, Site], name: str) -> None:
    for row in ask(sites["corrected"], name):
        named = {str(row[key]) for key in NAMING if row.get(key)}
        assert named <= {"Zeta-9", "Zoe"}


ANSWERED = sorted(set(HELD) - {"reports_that_differ", "biggest_clusters"})


@pytest.mark.parametrize("name", ANSWERED)
def test_as_many_are_answered_of_what_is_put_right(sites: dict[str, Site], name: str) -> None:
    """What is left out of an answer for being put right would pass the tests above."""
    assert ask(sites["read"], name)
    assert ask(sites["corrected"], name)
