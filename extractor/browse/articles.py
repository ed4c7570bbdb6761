"""The page of an article: each claim marked in its words and told beside them, its versions, its copies.

Everything is asked of Datasette's own connections, and only what the visitor may see is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from datasette import NotFound, Response
from datasette.utils import tilde_decode

from extractor.browse.cards import list_kinds, make_cards, mark_part, read_authors
from extractor.browse.cells import is_web_address, link_article, link_claim, link_row, link_subject
from extractor.browse.databases import our_notice
from extractor.browse.histories import read_former_claims
from extractor.browse.visits import fetch_judged, fetch_one, fetch_rows, may_read, visit_database

__all__ = ["ARTICLE", "CLAIMS", "show_article"]

# All columns: that of what is gone is not in a database that an older version has made.
ARTICLE = "SELECT * FROM articles WHERE id = ?"
CLAIMS = """
    SELECT claims.*, predicates.label
    FROM claims LEFT JOIN predicates ON predicates.name = claims.predicate
    WHERE claims.{column} = ?
    ORDER BY claims.part DESC, claims.start, claims."end", claims.id
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
SOURCE_TEXT = "SELECT sha256, length, published FROM source_texts WHERE article_id = ?"
VERSIONS = "SELECT version, replaced_at FROM versions WHERE article_id = ? ORDER BY version DESC LIMIT 100"
VERSION = (
    "SELECT version, title, text, published, claims, replaced_at FROM versions WHERE article_id = ? AND version = ?"
)


async def show_article(request: Any, datasette: Any) -> Any:
    """Answer ``/-/ainews/DATABASE/article/ID``; with ``?version=N`` as it was before its page changed.

    Raises:
        NotFound: if there is no such database of ours, no such article in it, or no such version of it.
        Forbidden: if the visitor may not see articles and claims.
    """
    name = await visit_database(request, datasette, "articles", "claims")
    article = await fetch_one(datasette, name, ARTICLE, [tilde_decode(request.url_vars["id"])])
    if article is None:
        raise NotFound("There is no such article")
    versions = []
    if await may_read(request, datasette, name, "versions"):
        versions = await fetch_rows(datasette, name, VERSIONS, [article["id"]])
    former = await _find_former(request, datasette, name, article) if request.args.get("version") else None
    if former is None:
        rows = await fetch_rows(datasette, name, CLAIMS.format(column="article_id"), [article["id"]])
        rows = await fetch_judged(request, datasette, name, rows)
    else:
        rows = read_former_claims(former["claims"])
        article |= {key: former[key] for key in ("title", "text", "published")}
    cards = make_cards(article, rows)
    html = await datasette.render_template(
        "ainews_article.html",
        {
            "database": name,
            "article": article,
            "former": former,
            "versions": versions,
            "source_text": await _find_source_text(request, datasette, name, article["id"]),
            "authors": read_authors(article["authors"]),
            "address": article["url"] if is_web_address(article["url"]) else "",
            "title": mark_part(article, "title", cards),
            "text": mark_part(article, "text", cards),
            "cards": cards,
            "card_of": {card.id: card for card in cards},
            "legend": list_kinds(cards),
            **await _find_copies(request, datasette, name, article["id"]),
            "row_address": link_row(datasette, name, "articles", article["id"]),
            "here": link_article(datasette, name, article["id"]),
            "link_article": partial(link_article, datasette, name),
            "link_claim": partial(link_claim, datasette, name),
            "link_subject": partial(link_subject, datasette, name),
            "script": datasette.urls.static_plugins("ainews-to-sqlite", "article.js"),
        },
        request=request,
        view_name="ainews_article",
    )
    return Response.html(html)


async def _find_former(
    request: Any, datasette: Any, database: str, article: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the former version that is asked for; None if it is the present one."""
    number = request.args["version"]
    if number == str(article.get("version")):
        return None
    found = None
    if number.isdecimal() and number.isascii() and await may_read(request, datasette, database, "versions"):
        found = await fetch_one(datasette, database, VERSION, [article["id"], int(number[:9])])
    if found is None:
        raise NotFound("There is no such version of this article")
    return found


async def _find_source_text(request: Any, datasette: Any, database: str, article: str) -> dict[str, Any] | None:
    """Return the hash and length of the whole text, of which a published file has some passages only."""
    if our_notice(datasette, database) is None or not await may_read(request, datasette, database, "source_texts"):
        return None
    return await fetch_one(datasette, database, SOURCE_TEXT, [article])


async def _find_copies(request: Any, datasette: Any, database: str, article: str) -> dict[str, Any]:
    """Return the article that this one is a copy of, or else its copies, as far as the visitor may see them."""
    if not await may_read(request, datasette, database, "copies"):
        return {}
    original = await fetch_one(datasette, database, ORIGINAL, [article])
    rows = await fetch_rows(datasette, database, REPRINTS, [article])
    shown = rows[:REPRINTS_SHOWN]
    return {"original": original, "reprints": shown, "more_reprints": len(rows) - len(shown)}
