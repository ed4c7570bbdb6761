"""A subject -> the claims about it and those that name it, as readers say that they are, by predicate.

Everything is asked of Datasette's own connections, and only what the visitor may see is shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from extractor.browse.sections import Section, make_sections
from extractor.browse.visits import fetch_judged, fetch_rows, may_read

__all__ = ["SHOWN", "SHOWN_ALONE", "Subject", "find_sections"]

# Claims of one predicate that the page shows; with ``?predicate=NAME`` it shows no other, and more of that one.
SHOWN, SHOWN_ALONE = 25, 250
# Datasette returns no more than a thousand rows of a query, if not told otherwise.
SLICE = 500
# The inner query is what is limited: the last that were stored, which an index gives without looking at the rest.
REPORTS = """
    SELECT claims.*, articles.published, articles.site, entities.name AS subject_name
    FROM (SELECT * FROM claims WHERE {where} ORDER BY rowid DESC LIMIT {limit}) AS claims
    JOIN articles ON articles.id = claims.article_id
    LEFT JOIN entities ON entities.id = claims.subject_id
"""
# What a reader has said to be so: the columns of the slots are called as those of `claims`.
MOVED = """
    SELECT claims.*, articles.published, articles.site, entities.name AS subject_name
    FROM (
        SELECT claim_id FROM reviews
        WHERE state = 'counts' AND verdict = 'corrected' AND {where} ORDER BY id DESC LIMIT {limit}
    ) AS moved
    JOIN claims ON claims.id = moved.claim_id
    JOIN articles ON articles.id = claims.article_id
    LEFT JOIN entities ON entities.id = claims.subject_id
"""
NAMES = "SELECT id, name FROM entities WHERE id IN (SELECT value FROM json_each(?))"
# Of what a reader has corrected, all slots are as the reader says.
# All columns: the view of an older database has no `status`.
ONCE = "SELECT * FROM claims_once WHERE id IN (SELECT value FROM json_each(?))"
PREDICATES = "SELECT name FROM predicates ORDER BY name"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about.

    Attributes:
        key: what its address names: the id of an entity, or a name.
        entity: the id of the entity that claims have as their subject; empty if there is none.
        named_as: the predicate whose value it is where other subjects' claims name it; empty if none can.
        names: how it is written there.
    """

    key: str
    entity: str
    kind: str
    name: str
    named_as: str = ""
    names: list[str] = field(default_factory=list)


async def find_sections(
    request: Any, datasette: Any, database: str, subject: Subject, only: str
) -> tuple[list[Section], list[Section], dict[str, str], str]:
    """Return what is told of a subject, where others' claims name it, and where Datasette lists all of each.

    These lists are of the predicates of which the page does not show all; the last is empty if it shows all uses.
    """
    limit = SHOWN_ALONE if only else SHOWN
    table = datasette.urls.table(database, "claims")
    corrected = await may_read(request, datasette, database, "reviews")

    async def fetch(where: str, *values: str, times: int = 1) -> tuple[list[dict[str, Any]], bool]:
        most = limit * times
        rows = await fetch_rows(datasette, database, REPORTS.format(where=where, limit=most + 1), values)
        is_cut = len(rows) > most
        found = {row["id"]: row for row in rows[:most]}
        if corrected:
            moved = await fetch_rows(datasette, database, MOVED.format(where=where, limit=most), values)
            found |= {row["id"]: row for row in moved}
        return list(found.values()), is_cut

    own: list[dict[str, Any]] = []
    all_own = {}
    predicates = [row["name"] for row in await fetch_rows(datasette, database, PREDICATES)] if subject.entity else []
    for predicate in predicates:
        if only in ("", predicate):
            rows, is_cut = await fetch("subject_id = ? AND predicate = ?", subject.entity, predicate)
            own += rows
            if is_cut:
                all_own[predicate] = f"{table}?{urlencode({'subject_id': subject.entity, 'predicate': predicate})}"
    uses: dict[str, dict[str, Any]] = {}
    all_uses = ""
    if subject.named_as and only in ("", subject.named_as):
        where = "predicate = ? AND value IN (SELECT value FROM json_each(?))"
        rows, is_cut = await fetch(where, subject.named_as, json.dumps(subject.names), times=2)
        uses |= {row["id"]: row for row in rows}
        if is_cut:
            all_uses = f"{table}?{urlencode({'predicate': subject.named_as, 'value': subject.names[0]})}"
    if subject.named_as == "chip_model":
        where, more = ("chip = ? AND +predicate = ?", [only]) if only else ("chip = ?", [])
        rows, is_cut = await fetch(where, subject.names[0], *more, times=4)
        uses |= {row["id"]: row for row in rows}
        if is_cut:
            all_uses = f"{table}?{urlencode({'chip': subject.names[0]})}"
    rows = await _judge(request, datasette, database, list(({row["id"]: row for row in own} | uses).values()))
    # A reader may have said that a claim is about another, or names another.
    own = [row for row in rows if subject.entity and row["subject_id"] == subject.entity]
    own_ids = {row["id"] for row in own}
    others = [row for row in rows if row["id"] in uses and row["id"] not in own_ids and _names(row, subject)]
    return make_sections(own, all_own, of_one=True), make_sections(others, (), of_one=False), all_own, all_uses


def _names(row: Mapping[str, Any], subject: Subject) -> bool:
    """Tell whether a claim about another names a subject."""
    is_value = row["predicate"] == subject.named_as and row["value"] in subject.names
    return is_value or (subject.named_as == "chip_model" and row["chip"] == subject.names[0])


async def _judge(request: Any, datasette: Any, database: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each claim as readers say that it is, with its report, None if it does not count, and its status.

    Without the views of newer databases, or if the visitor may not see them, each article is a report.
    """
    rows = await fetch_judged(request, datasette, database, rows)
    counted: dict[str, dict[str, Any]] = {}
    may = await may_read(request, datasette, database, "claims_once")
    if may:
        for start in range(0, len(rows), SLICE):
            part = json.dumps([row["id"] for row in rows[start : start + SLICE]])
            counted |= {row["id"]: row for row in await fetch_rows(datasette, database, ONCE, [part])}
    ids = json.dumps(sorted({row["subject_id"] for row in rows if row["subject_id"] and not row["subject_name"]}))
    names = {row["id"]: row["name"] for row in await fetch_rows(datasette, database, NAMES, [ids])}
    found = []
    for row in rows:
        told = {"report_id": None if may else row["article_id"], "status": "copy" if may else ""}
        if row["verdict"] == "rejected":
            told = {"report_id": None, "status": "rejected"}
        elif row["id"] in counted:
            told = {"status": ""} | counted[row["id"]]
        found.append({**row, "subject_name": row["subject_name"] or names.get(row["subject_id"]), **told})
    return found
