"""The pages of the plugin: an article with its claims marked, and what it adds to the pages of a row and a database.

Everything is asked of Datasette's own connections, and only what the visitor may see is shown.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from datasette import Forbidden, NotFound, Response
from datasette.database import QueryInterrupted
from datasette.utils import tilde_decode

from extractor.browse.cards import find_elsewhere, find_hue, make_cards, mark_part, mark_sentence, read_authors
from extractor.browse.cells import is_web_address, link_article, link_row
from extractor.browse.databases import our_tables
from extractor.browse.labels import label_database
from extractor.browse.lines import may_view
from extractor.rules import find_says

__all__ = ["row_vars", "show_article", "summary_vars"]

ARTICLE = "SELECT id, url, title, site, authors, published, language, text FROM articles WHERE id = ?"
CLAIMS = """
    SELECT claims.*, predicates.label
    FROM claims LEFT JOIN predicates ON predicates.name = claims.predicate
    WHERE claims.{column} = ?
    ORDER BY claims.part DESC, claims.start, claims."end", claims.id
"""
EVIDENCE = """
    SELECT role, part, start, "end", words FROM evidence WHERE claim_id = ? ORDER BY part DESC, start, "end", role
"""
ORIGINAL = """
    SELECT articles.id, articles.title, articles.site, articles.url
    FROM copies JOIN articles ON articles.id = copies.original_id WHERE copies.article_id = ?
"""
REPRINTS = """
    SELECT articles.id, articles.title, articles.site, articles.url
    FROM copies JOIN articles ON articles.id = copies.article_id WHERE copies.original_id = ?
    ORDER BY articles.published, articles.id
"""
# A report printed more often is shown as so many more.
REPRINTS_SHOWN = 5
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


async def show_article(request: Any, datasette: Any) -> Any:
    """Answer ``/-/ainews/DATABASE/article/ID``: the article, each claim marked in it and told beside it.

    Raises:
        NotFound: if there is no such database of ours, or no such article in it.
        Forbidden: if the visitor may not see articles and claims.
    """
    try:
        name = datasette.get_database(route=tilde_decode(request.url_vars["database"])).name
    except KeyError:
        raise NotFound("There is no such database") from None
    if not our_tables(datasette, name):
        raise NotFound("This database is not one of ainews-to-sqlite")
    if not await may_view(datasette, request.actor, name, "articles", "claims"):
        raise Forbidden("You may not see the articles of this database")
    article = await _one(datasette, name, ARTICLE, tilde_decode(request.url_vars["id"]))
    if article is None:
        raise NotFound("There is no such article")
    rows = (await datasette.get_database(name).execute(CLAIMS.format(column="article_id"), [article["id"]])).rows
    cards = make_cards(article, [dict(row) for row in rows])
    html = await datasette.render_template(
        "ainews_article.html",
        {
            "database": name,
            "article": article,
            "authors": read_authors(article["authors"]),
            "address": article["url"] if is_web_address(article["url"]) else "",
            "title": mark_part(article, "title", cards),
            "text": mark_part(article, "text", cards),
            "cards": cards,
            "card_of": {card.id: card for card in cards},
            "legend": sorted({(card.hue, card.kind, card.row["predicate"]) for card in cards}),
            **await _find_copies(datasette, request, name, article["id"]),
            "row_address": link_row(datasette, name, "articles", article["id"]),
            "link_article": partial(link_article, datasette, name),
            "link_claim": partial(link_row, datasette, name, "claims"),
        },
        request=request,
        view_name="ainews_article",
    )
    return Response.html(html)


async def row_vars(datasette: Any, request: Any, database: str, table: str) -> dict[str, Any]:
    """Return what the page of a row of ``claims`` or ``articles`` shows above the row; empty for any other row."""
    if table not in ("articles", "claims"):
        return {}
    if not await may_view(datasette, request.actor, database, "articles", "claims"):
        return {}
    key = tilde_decode(request.url_vars["pks"])
    if table == "articles":
        return {"ainews_article_address": link_article(datasette, database, key)}
    claim = await _one(datasette, database, CLAIMS.format(column="id"), key)
    article = None if claim is None else await _one(datasette, database, ARTICLE, claim["article_id"])
    if claim is None or article is None:
        return {}
    evidence: list[dict[str, Any]] = []
    if await may_view(datasette, request.actor, database, "evidence"):
        evidence = [dict(row) for row in (await datasette.get_database(database).execute(EVIDENCE, [key])).rows]
    return {
        "ainews_claim": {
            "card": make_cards(article, [claim])[0],
            "article": article,
            "sentence": mark_sentence(article, claim, evidence),
            "elsewhere": find_elsewhere(article, claim, evidence),
            "roles": list(dict.fromkeys(row["role"] for row in evidence)),
            "address": link_article(datasette, database, article["id"], claim["id"]),
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


async def _find_copies(datasette: Any, request: Any, database: str, article: str) -> dict[str, Any]:
    """Return the article that this one is a copy of, or else its copies, as far as the visitor may see them."""
    if "copies" not in our_tables(datasette, database):
        return {}
    if not await may_view(datasette, request.actor, database, "copies"):
        return {}
    original = await _one(datasette, database, ORIGINAL, article)
    rows = [dict(row) for row in (await datasette.get_database(database).execute(REPRINTS, [article])).rows]
    shown = rows[:REPRINTS_SHOWN]
    return {"original": original, "reprints": shown, "more_reprints": len(rows) - len(shown)}


async def _one(datasette: Any, database: str, sql: str, key: str) -> dict[str, Any] | None:
    row = (await datasette.get_database(database).execute(sql, [key])).first()
    return None if row is None else dict(row)
