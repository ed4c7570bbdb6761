"""What a database holds, its newest claims, its charts: the home page, and the same on Datasette's page of a database.

Nothing here reads a large database to its end: counts are those that an index gives, and the newest come first in one.
"""

from __future__ import annotations

from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils import tilde_encode

from extractor.browse.cards import find_hue
from extractor.browse.cells import link_article, link_claim
from extractor.browse.databases import our_tables
from extractor.browse.drawings import find_drawings, link_charts
from extractor.browse.judgements import write_reading
from extractor.browse.labels import label_database
from extractor.browse.lines import may_view
from extractor.browse.visits import fetch_judged, fetch_one, fetch_rows, may_read, visit_database
from extractor.figures import write_value

__all__ = ["home_vars", "link_search", "show_home", "tell_claim"]

COUNTS = """
    WITH RECURSIVE
    -- From one value of an index to the next: DISTINCT would read all of it.
    sites (site) AS (
        SELECT min(site) FROM articles WHERE site <> ''
        UNION ALL
        SELECT (SELECT min(site) FROM articles WHERE site > sites.site) FROM sites WHERE site IS NOT NULL
    ),
    days (day) AS (
        SELECT min(published) FROM articles WHERE published <> ''
        UNION ALL
        SELECT (SELECT min(published) FROM articles WHERE published > days.day) FROM days WHERE day IS NOT NULL
    )
    SELECT
        (SELECT count(*) FROM articles) AS articles,
        (SELECT count(*) FROM claims) AS claims,
        (SELECT count(site) FROM sites) AS sites,
        (SELECT count(day) FROM days WHERE length(day) = 10) AS days,
        (SELECT min(day) FROM days) AS first,
        (SELECT max(day) FROM days) AS last
"""
MODELS = """
    SELECT count(*) AS models FROM entities
    WHERE kind = 'model' AND EXISTS (SELECT 1 FROM claims WHERE claims.subject_id = entities.id)
"""
# No more than two of an article, so that one long article does not fill the list.
NEWEST = """
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY article_id ORDER BY part DESC, start) AS place
        FROM (
            SELECT
                claims.id, claims.article_id, claims.predicate, claims.value, claims.high, claims.unit,
                claims.comparator, claims.modality, claims.attributed_to, claims.subject, claims.subject_id,
                claims.quote, claims.part, claims.start, predicates.label, articles.title, articles.site,
                articles.published
            FROM articles
            CROSS JOIN claims ON claims.article_id = articles.id
            LEFT JOIN predicates ON predicates.name = claims.predicate
            WHERE {unrejected}
            ORDER BY articles.published DESC
            LIMIT 300
        )
    )
    WHERE place <= 2
    ORDER BY published DESC, article_id, part DESC, start
    LIMIT 8
"""
UNREJECTED = """
    NOT EXISTS (
        SELECT 1 FROM reviews
        WHERE reviews.claim_id = claims.id AND reviews.state = 'counts' AND reviews.verdict = 'rejected'
    )
"""
REJECTED = """
    SELECT count(*) AS rejected FROM reviews JOIN claims ON claims.id = reviews.claim_id
    WHERE reviews.state = 'counts' AND reviews.verdict = 'rejected'
"""
CORPUS = "SELECT 1 AS corpus FROM sources WHERE kind = 'corpus' LIMIT 1"
# Where a reader begins; Datasette lists the views below all tables.
VIEWS = ("claims_flat", "model_facts", "cluster_facts", "who_says", "disagreements")


async def show_home(request: Any, datasette: Any) -> Any:
    """Answer ``/-/ainews/DATABASE``: what it holds, a box to search it, its newest claims, its charts.

    Raises:
        NotFound: if there is no such database of ours.
        Forbidden: if the visitor may not see articles and claims.
    """
    name = await visit_database(request, datasette, "articles", "claims")
    values = {"database": name, **await home_vars(datasette, request, name)}
    html = await datasette.render_template("ainews_home.html", values, request=request, view_name="ainews_home")
    return Response.html(html)


async def home_vars(datasette: Any, request: Any, database: str) -> dict[str, Any]:
    """Return what the home page shows, and Datasette's page of a database above and below its tables.

    What takes longer than Datasette lets a query run is left out; all is, for whom articles or claims are closed.
    """
    if not await may_view(datasette, request.actor, database, "articles", "claims"):
        return {}
    try:
        counts = await fetch_one(datasette, database, COUNTS) or {}
        if await may_read(request, datasette, database, "entities"):
            counts |= await fetch_one(datasette, database, MODELS) or {}
        may = await may_read(request, datasette, database, "reviews")
        counts |= await fetch_one(datasette, database, REJECTED) or {} if may else {}
        rows = await fetch_rows(datasette, database, NEWEST.format(unrejected=UNREJECTED if may else "TRUE"))
        rows = await fetch_judged(request, datasette, database, rows)
    except QueryInterrupted:
        return {}
    has_sources = await may_read(request, datasette, database, "sources")
    return {
        "ainews_home": {
            **counts,
            "written": has_sources and await fetch_one(datasette, database, CORPUS) is not None,
            "has_flat": "claims_flat" in our_tables(datasette, database),
            "search": link_search(datasette, database),
            "charts": link_charts(datasette, database),
            "newest": [tell_claim(datasette, database, row) for row in rows],
            "views": [
                (name, label["title"])
                for name, label in label_database(our_tables(datasette, database))["tables"].items()
                if name in VIEWS and await may_view(datasette, request.actor, database, name)
            ],
        },
        "drawings": await find_drawings(request, datasette, database),
    }


def link_search(datasette: Any, database: str) -> str:
    """Return the address of the search page."""
    return str(datasette.urls.path(f"/-/ainews/{tilde_encode(datasette.get_database(database).route)}/search"))


def tell_claim(datasette: Any, database: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of ``claims``, as `fetch_judged` gives it, with its colour, its value and what was read in words.

    And with the addresses of its page and its quote.
    """
    return row | {
        "was_read": write_reading(row),
        "hue": find_hue(row["predicate"]),
        "told": write_value(row["value"], row["high"], row["unit"], row["comparator"]),
        "claim_address": link_claim(datasette, database, row["id"]),
        "quote_address": link_article(datasette, database, row["article_id"], row["id"]),
    }
