"""Words -> the articles, claims and entities that have them. The page of the search, for the box on the home page."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted

from extractor.browse.cells import link_article, link_subject
from extractor.browse.home import link_search, tell_claim
from extractor.browse.visits import fetch_judged, fetch_rows, may_read, visit_database
from extractor.reconcile import resolve_entity

__all__ = ["escape_words", "show_search"]

_LIKE = re.compile(r"[\\%_]")

LONGEST = 200
SHOWN = 10
# The newest first, which the index gives; to rank, it would have to look at each row that has the words.
ARTICLES = f"""
    SELECT articles.id, articles.title, articles.url, articles.site, articles.published,
        snippet(articles_fts, 1, '', '', ' … ', 24) AS words
    FROM articles_fts JOIN articles ON articles.rowid = articles_fts.rowid
    WHERE articles_fts MATCH ? ORDER BY articles_fts.rowid DESC LIMIT {SHOWN + 1}
"""
CLAIMS = f"""
    SELECT claims.*, predicates.label, articles.site, articles.published
    FROM claims_fts
    JOIN claims ON claims.rowid = claims_fts.rowid
    JOIN articles ON articles.id = claims.article_id
    LEFT JOIN predicates ON predicates.name = claims.predicate
    WHERE claims_fts MATCH ? ORDER BY claims_fts.rowid DESC LIMIT {SHOWN + 1}
"""
# What the lists know by these words comes first, then what is called so, then what begins so.
ENTITIES = f"""
    SELECT id, kind, name FROM entities
    WHERE id = ? OR name LIKE ? ESCAPE '\\'
    ORDER BY id = ? DESC, name LIKE ? ESCAPE '\\' DESC, length(name), name LIMIT {SHOWN + 1}
"""


async def show_search(request: Any, datasette: Any) -> Any:
    """Answer ``/-/ainews/DATABASE/search?q=...``: models and others by name, claims and articles by their words.

    Raises:
        NotFound: if there is no such database of ours.
        Forbidden: if the visitor may not see articles and claims.
    """
    name = await visit_database(request, datasette, "articles", "claims")
    asked = (request.args.get("q") or "").strip()[:LONGEST]
    # As it stands, and else with its last word as a beginning, of which there may be far more.
    match = escape_words(asked)
    found: dict[str, list[dict[str, Any]] | None] = {}
    if match:
        entity = resolve_entity(asked)
        known, like = entity.id if entity else "", _LIKE.sub(r"\\\g<0>", asked)
        names = [known, f"%{like}%", known, f"{like}%"]
        found = {
            "entities": await _find(request, datasette, name, "entities", ENTITIES, names),
            "claims": await _find(request, datasette, name, "claims_fts", CLAIMS, [match], [f"{match}*"]),
            "articles": await _find(request, datasette, name, "articles_fts", ARTICLES, [match], [f"{match}*"]),
        }
        if found["claims"]:
            rows = await fetch_judged(request, datasette, name, found["claims"])
            found["claims"] = [tell_claim(datasette, name, row) for row in rows]
    html = await datasette.render_template(
        "ainews_search.html",
        {
            "database": name,
            "asked": asked,
            "address": link_search(datasette, name),
            "shown": SHOWN,
            "is_asked": bool(match),
            "link_article": partial(link_article, datasette, name),
            "link_entity": partial(link_subject, datasette, name),
            **found,
        },
        request=request,
        view_name="ainews_search",
    )
    return Response.html(html)


def escape_words(asked: str) -> str:
    """Return words as FTS5 is asked for all of them; empty for no words. A ``*`` after it asks for a beginning.

    Each word is a string of FTS5's, so that no sign in it is taken for an operator.

    >>> escape_words("GPT-4 OR cost")
    '"GPT-4" "OR" "cost"'
    """
    words = ["".join(char for char in word if char.isprintable()) for word in asked.split()]
    words = [word for word in words if any(char.isalnum() for char in word)]
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    return " ".join(quoted)


async def _find(
    request: Any, datasette: Any, database: str, table: str, sql: str, *tries: list[str]
) -> list[dict[str, Any]] | None:
    """Return the rows of the first try that has any.

    None where there is no such table, it is closed to the visitor, or the search takes too long.
    """
    if not await may_read(request, datasette, database, table):
        return None
    try:
        for values in tries:
            if rows := await fetch_rows(datasette, database, sql, values):
                return rows
    except QueryInterrupted:
        return None
    return []
