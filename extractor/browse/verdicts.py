"""A reader's verdict on the web: what the cards show of it, and the one address that takes it.

Nobody may judge unless it is allowed: to root, to whom the plugin's configuration names, and on Datasette 1.0 to whom
the permission ``ainews-review`` is given. Forms carry Datasette's token against forgery; 1.0 looks at where a request
comes from.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any, get_args
from urllib.parse import urlsplit

from datasette import Response
from datasette.utils import tilde_encode

from extractor.browse.cells import link_article
from extractor.browse.databases import our_notice, our_tables
from extractor.browse.lines import may_review
from extractor.browse.visits import fetch_rows, may_read, visit_database
from extractor.errors import StoreError
from extractor.records import Comparator, Modality, Stage
from extractor.store import save_review, undo_review
from extractor.store.corrections import SLOTS

__all__ = ["take_verdict", "verdict_vars"]

PAGES = ("ainews_article", "ainews_claim", "row")
JUDGED = """
    SELECT reviews.* FROM claims JOIN reviews ON reviews.claim_id = claims.id AND reviews.state = 'counts'
    WHERE claims.article_id = ?
"""
VOCABULARIES = {
    name: get_args(kind) for name, kind in (("comparator", Comparator), ("modality", Modality), ("stage", Stage))
}
OLDER = (
    "This database was made by an older version, which kept no verdicts. Stop the server, bring the file up to date "
    "with: ainews-to-sqlite extract FILE, and start again"
)
PUBLISHED = (
    "This file is published: a verdict on it would be lost when it is written anew. Give it on the database that the "
    "file was written from"
)
IMMUTABLE = "This database is served as immutable, so no verdict can be stored. Serve it without -i or --immutable"


async def verdict_vars(datasette: Any, request: Any, database: str, view_name: str) -> dict[str, Any]:
    """Return what ``_ainews_verdict.html`` asks for on the pages with cards; nothing on any other."""
    if view_name not in PAGES or not await may_read(request, datasette, database, "claims", "reviews"):
        return {}
    may = our_notice(datasette, database) is None and await may_review(datasette, request.actor, database)
    route = tilde_encode(datasette.get_database(database).route)
    articles: dict[str, dict[str, Any]] = {}

    async def find(card: Any) -> dict[str, Any]:
        article = card.row["article_id"]
        if article not in articles:
            rows = await fetch_rows(datasette, database, JUDGED, [article])
            articles[article] = {row["claim_id"]: row for row in rows}
        row = articles[article].get(card.id)
        stands = row or card.row
        return {
            "row": row,
            "may": may,
            "address": datasette.urls.path(f"/-/ainews/{route}/review"),
            "corrections": _tell_corrections(row) if row else [],
            "slots": [
                (slot, _write(stands[slot]), VOCABULARIES.get(slot))
                for slot in SLOTS
                if (slot != "high" or not isinstance(stands["value"], str))
                and (slot != "unit" or card.row["currency"])
            ],
        }  # fmt: skip

    return {"ainews_verdict_of": find}


async def take_verdict(request: Any, datasette: Any) -> Any:
    """Answer ``POST /-/ainews/DATABASE/review``: store a verdict on a claim, or take the newest back.

    Fields of a form, or keys of a JSON object: ``claim`` (its id), ``verdict`` (confirmed, corrected, rejected or
    undone), ``note``, and the slots that are put right, in JSON under ``correction``. A form leads back to its page.

    Raises:
        NotFound: if there is no such database of ours.
        Forbidden: if the visitor may not see its claims.
    """
    name = await visit_database(request, datasette, "articles", "claims")
    in_json = request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"
    if request.method != "POST":
        return _refuse(in_json, 405, "A verdict is sent by POST")
    if not await may_review(datasette, request.actor, name):
        return _refuse(in_json, 403, "You may not review the claims of this database")
    if our_notice(datasette, name) is not None:
        return _refuse(in_json, 409, PUBLISHED)
    if "reviews" not in our_tables(datasette, name):
        return _refuse(in_json, 409, OLDER)
    database = datasette.get_database(name)
    if not database.is_mutable:
        return _refuse(in_json, 409, IMMUTABLE)
    try:
        said = await _read_body(request, in_json)
        row = await database.execute_write_fn(_write_verdict(said, by=_name(request.actor)))
    except (ValueError, StoreError) as error:
        return _refuse(in_json, 400, error.message if isinstance(error, StoreError) else str(error))
    except sqlite3.OperationalError as error:
        words = "Another program is writing to the database; try again" if "locked" in str(error) else (
            f"The database cannot be written ({error}): give the server write access to the file and its folder"
        )  # fmt: skip
        return _refuse(in_json, 503 if "locked" in str(error) else 409, words)
    if in_json:
        return Response.json({"ok": True, "review": row})
    return Response.redirect(await _find_way_back(request, datasette, name, row["claim_id"]), status=303)


async def _read_body(request: Any, in_json: bool) -> dict[str, Any]:
    """Return what was sent, its correction as a dictionary.

    Raises:
        ValueError: if it is no form or no such object.
    """
    if not in_json:
        form = await request.post_vars()
        return {**form, "correction": {slot: form[slot] for slot in SLOTS if slot in form}}
    said = json.loads(await request.post_body())
    if not isinstance(said, dict) or not isinstance(said.setdefault("correction", {}), dict):
        raise ValueError(
            'Expected a JSON object with "claim", "verdict" and, to put slots right, an object "correction"'
        )
    return said


def _write_verdict(said: dict[str, Any], *, by: str) -> Callable[[sqlite3.Connection], dict[str, Any]]:
    claim, verdict, note = (str(said.get(key) or "") for key in ("claim", "verdict", "note"))

    def write(connection: sqlite3.Connection) -> dict[str, Any]:
        from sqlite_utils import Database

        db = Database(connection, execute_plugins=False)
        # Datasette 1.0 has begun a transaction; 0.65 leaves it to us
        own = not connection.in_transaction
        if own:
            connection.execute("BEGIN IMMEDIATE")
        try:
            if verdict == "undone":
                row = undo_review(db, claim)
            else:
                correction = said["correction"] if verdict == "corrected" else None
                row = save_review(db, claim, verdict, by=by, note=note, correction=correction)  # type: ignore[arg-type]
            if own:
                connection.commit()
        except BaseException:
            if own:
                connection.rollback()
            raise
        return row

    return write


async def _find_way_back(request: Any, datasette: Any, database: str, claim: str) -> str:
    """Return the page that a form was sent from, or else the claim in its article; never one of another host."""
    try:
        sent = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        sent = urlsplit("")
    here = sent.netloc and sent.netloc == request.headers.get("host", "")
    if here and sent.path.startswith("/") and not sent.path.startswith(("//", "/\\")):
        return f"{sent.path}{f'?{sent.query}' if sent.query else ''}#claim-{claim}"
    rows = await fetch_rows(datasette, database, "SELECT article_id FROM claims WHERE id = ?", [claim])
    return link_article(datasette, database, rows[0]["article_id"], claim) if rows else str(datasette.urls.instance())


def _refuse(in_json: bool, status: int, words: str) -> Any:
    if in_json:
        return Response.json({"ok": False, "error": words}, status=status)
    return Response.text(f"{words}.\n", status=status)


def _name(actor: dict[str, Any]) -> str:
    """Return by what an actor is known, as Datasette shows it."""
    return str(
        next((actor[key] for key in ("display", "name", "username", "login", "id") if actor.get(key)), "unnamed")
    )


def _tell_corrections(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return slot, what was read and what is right, of each slot that was put right."""
    try:
        right, read = json.loads(row["correction"]), json.loads(row["read_as"])
        return [(slot, _write(read.get(slot)) or "nothing", _write(right[slot]) or "nothing") for slot in right]
    except (ValueError, AttributeError, TypeError):
        return []


def _write(value: Any) -> str:
    return f"{value:,.15g}" if isinstance(value, float) else "" if value is None else str(value)
