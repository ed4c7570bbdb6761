"""What the plugin adds to Datasette's own pages of a row and of a database.

Everything is asked of Datasette's own connections, and only what the visitor may see is shown.
"""

from __future__ import annotations

from typing import Any

from datasette.database import QueryInterrupted
from datasette.utils import tilde_decode

from extractor.browse.articles import ARTICLE, CLAIMS
from extractor.browse.cards import find_elsewhere, find_hue, make_cards, mark_sentence
from extractor.browse.cells import link_article, link_claim
from extractor.browse.databases import our_tables
from extractor.browse.labels import label_database
from extractor.browse.lines import may_view
from extractor.browse.visits import fetch_one, fetch_rows, may_read
from extractor.rules import find_says

__all__ = ["EVIDENCE", "row_vars", "summary_vars"]

EVIDENCE = """
    SELECT role, part, start, "end", words FROM evidence WHERE claim_id = ? ORDER BY part DESC, start, "end", role
"""
SUMMARY = """
    SELECT
        (SELECT count(*) FROM articles) AS articles,
        (SELECT count(DISTINCT site) FROM articles) AS sites,
        (SELECT count(*) FROM claims) AS claims,
        (SELECT count(DISTINCT subject_id) FROM claims) AS subjects,
        (SELECT min(nullif(published, '')) FROM articles) AS first,
        (SELECT max(published) FROM articles) AS last
"""
KINDS = "SELECT DISTINCT kind FROM sources"
NO_KINDS = "SELECT NULL LIMIT 0"
# Where a reader begins; Datasette lists the views below all tables.
VIEWS = ("claims_flat", "model_facts", "cluster_facts", "who_says", "disagreements")


async def row_vars(datasette: Any, request: Any, database: str, table: str) -> dict[str, Any]:
    """Return what the page of a row of ``claims`` or ``articles`` shows above the row; empty for any other row."""
    if table not in ("articles", "claims"):
        return {}
    if not await may_view(datasette, request.actor, database, "articles", "claims"):
        return {}
    key = tilde_decode(request.url_vars["pks"])
    if table == "articles":
        return {"ainews_article_address": link_article(datasette, database, key)}
    claim = await fetch_one(datasette, database, CLAIMS.format(column="id"), [key])
    article = None if claim is None else await fetch_one(datasette, database, ARTICLE, [claim["article_id"]])
    if claim is None or article is None:
        return {}
    evidence: list[dict[str, Any]] = []
    if await may_read(request, datasette, database, "evidence"):
        evidence = await fetch_rows(datasette, database, EVIDENCE, [key])
    return {
        "ainews_claim": {
            "card": make_cards(article, [claim])[0],
            "article": article,
            "sentence": mark_sentence(article, claim, evidence),
            "elsewhere": find_elsewhere(article, claim, evidence),
            "roles": list(dict.fromkeys(row["role"] for row in evidence)),
            "address": link_article(datasette, database, article["id"], claim["id"]),
            "more": link_claim(datasette, database, claim["id"]),
            "says": find_says(claim["rule"]),
            "hue": find_hue(claim["predicate"]),
        }
    }


async def summary_vars(datasette: Any, request: Any, database: str) -> dict[str, Any]:
    """Return the counts that the page of a database shows above its tables; nothing where counting takes too long."""
    if not await may_view(datasette, request.actor, database, "articles", "claims"):
        return {}
    has_sources = "sources" in our_tables(datasette, database)
    try:
        counts = (await datasette.get_database(database).execute(SUMMARY)).first()
        kinds = await datasette.get_database(database).execute(KINDS if has_sources else NO_KINDS)
    except QueryInterrupted:
        return {}
    return {
        "ainews_summary": {
            **dict(counts),
            "written": "corpus" in {row[0] for row in kinds.rows},
            "has_flat": "claims_flat" in our_tables(datasette, database),
            "views": [
                (name, label["title"])
                for name, label in label_database(our_tables(datasette, database))["tables"].items()
                if name in VIEWS and await may_view(datasette, request.actor, database, name)
            ],
        }
    }
