"""What the plugin adds to Datasette's own pages of a row and of a database.

Everything is asked of Datasette's own connections, and only what the visitor may see is shown.
"""

from __future__ import annotations

from typing import Any

from datasette.utils import tilde_decode

from extractor.browse.articles import ARTICLE, CLAIMS
from extractor.browse.cards import find_elsewhere, find_hue, make_cards, mark_sentence
from extractor.browse.cells import link_article, link_claim
from extractor.browse.lines import may_view
from extractor.browse.visits import fetch_judged, fetch_one, fetch_rows, may_read
from extractor.rules import find_says

__all__ = ["EVIDENCE", "row_vars"]

EVIDENCE = """
    SELECT role, part, start, "end", words FROM evidence WHERE claim_id = ? ORDER BY part DESC, start, "end", role
"""


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
            "card": make_cards(article, await fetch_judged(request, datasette, database, [claim]))[0],
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
