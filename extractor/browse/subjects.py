"""The page of a model, an organisation, a cluster, a chip or a technique: all that is reported of it, side by side.

Everything is asked of Datasette's own connections, and only what the visitor may see is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from datasette import NotFound, Response
from datasette.utils import tilde_decode

from extractor.browse.cells import link_article, link_claim, link_subject
from extractor.browse.relations import find_aliases, find_families, find_other_names, find_owners, list_owned
from extractor.browse.sections import Section
from extractor.browse.tellings import Subject, find_sections
from extractor.browse.visits import fetch_one, fetch_rows, may_read, visit_database
from extractor.reconcile import resolve_entity

__all__ = ["show_subject"]

RELATED = 40
ENTITY = "SELECT id, kind, name FROM entities WHERE id = ?"
FAMILY = """
    SELECT entities.id, entities.name FROM json_each(:keys) AS family CROSS JOIN entities
    WHERE entities.id >= family.value || '-' AND entities.id < family.value || '.'
    UNION SELECT id, name FROM entities WHERE id IN (SELECT value FROM json_each(:keys))
    ORDER BY name LIMIT :most
"""
KNOWN_CHIPS = """
    SELECT value AS name FROM json_each(?)
    WHERE EXISTS (SELECT 1 FROM claims WHERE claims.chip = json_each.value)
        OR EXISTS (SELECT 1 FROM claims WHERE predicate = 'chip_model' AND claims.value = json_each.value)
"""
NAMED_AS = "SELECT 1 FROM claims WHERE predicate = '{}' AND value = :name"
CALLED = "SELECT 1 FROM reviews WHERE state = 'counts' AND verdict = 'corrected' AND predicate = '{}' AND value = :name"
KINDS = {
    "model": "Model", "organisation": "Organisation", "cluster": "Cluster", "chip": "Chip", "technique": "Technique",
    "other": "In no list",
}  # fmt: skip
# What the claims that name a chip, a technique or a model are called on its page.
USES = {"chip": "Where it is used", "technique": "Where it is used", "model": "Built from it"}


async def show_subject(request: Any, datasette: Any) -> Any:
    """Answer ``/-/ainews/DATABASE/subject/ID``, with ``?predicate=NAME`` for all reports of one predicate.

    ID is the id of an entity, or the name of a chip or technique as claims have it.

    Raises:
        NotFound: if there is no such database of ours, or nothing of that id or name in it.
        Forbidden: if the visitor may not see articles, claims and entities.
    """
    name = await visit_database(request, datasette, "articles", "claims", "entities")
    subject = await _find_subject(request, datasette, name, tilde_decode(request.url_vars["id"]))
    if subject is None:
        raise NotFound("Nothing of this name is in the database")
    only = request.args.get("predicate") or ""
    own, uses, all_own, all_uses = await find_sections(request, datasette, name, subject, only)
    link = partial(link_subject, datasette, name)
    html = await datasette.render_template(
        "ainews_subject.html",
        {
            "database": name,
            "subject": subject,
            "kind": KINDS.get(subject.kind, subject.kind),
            "parts": [part for part in (("What is told of it", own), (USES.get(subject.kind, ""), uses)) if part[1]],
            "only": only,
            "here": link(subject.key),
            "aliases": _find_spellings(subject, own),
            "related": await _find_related(request, datasette, name, subject, own, uses),
            "all_own": all_own,
            "all_uses": all_uses,
            "link_article": partial(link_article, datasette, name),
            "link_claim": partial(link_claim, datasette, name),
            "link_subject": link,
        },
        request=request,
        view_name="ainews_subject",
    )
    return Response.html(html)


async def _find_subject(request: Any, datasette: Any, database: str, key: str) -> Subject | None:
    """Return what an id or a name stands for; a chip or technique goes by its name as the claims have it."""
    entity = await fetch_one(datasette, database, ENTITY, [key])
    if entity is None:
        named = await _find_named(request, datasette, database, key)
        found = resolve_entity(key)
        if found and (not named or named[0] == found.kind):
            entity = await fetch_one(datasette, database, ENTITY, [found.id])
        if entity is None:
            return None if named is None else Subject(key, "", *named)
    kind, name = entity["kind"], entity["name"]
    if kind == "chip":
        return Subject(key, entity["id"], kind, name, "chip_model", [name])
    if kind == "model":
        return Subject(key, entity["id"], kind, name, "base_model", [name, *find_aliases(entity["id"])])
    return Subject(key, entity["id"], kind, name)


async def _find_named(request: Any, datasette: Any, database: str, name: str) -> tuple[str, str, str, list[str]] | None:
    """Return as what the claims name something that no claim is about: its kind, its name, the predicate, the name."""
    corrected = await may_read(request, datasette, database, "reviews")
    for kind, predicate in (("chip", "chip_model"), ("technique", "technique"), ("model", "base_model")):
        sql = NAMED_AS.format(predicate)
        if kind == "chip":
            sql += " UNION ALL SELECT 1 FROM claims WHERE chip = :name AND chip <> ''"
        if corrected:
            sql += f" UNION ALL {CALLED.format(predicate)}"
            if kind == "chip":
                sql += " UNION ALL SELECT 1 FROM reviews WHERE state = 'counts' AND chip = :name AND chip <> ''"
        rows = await datasette.get_database(database).execute(f"{sql} LIMIT 1", {"name": name})
        if rows.first() is not None:
            return kind, name, predicate, [name]
    return None


def _find_spellings(subject: Subject, own: Iterable[Section]) -> list[str]:
    """Return the other ways in which the name is written: in the lists, and in the articles that the page shows."""
    listed = find_other_names(subject.name) if subject.kind == "technique" else []
    if subject.entity or subject.kind == "chip":
        entity = resolve_entity(subject.name)
        listed = find_aliases(subject.entity or (entity.id if entity else ""))
    written = sorted({str(report.row["subject"]) for section in own for report in section.reports if report.holds})
    return [name for name in dict.fromkeys((*listed, *written)) if name != subject.name]


async def _find_related(
    request: Any, datasette: Any, database: str, subject: Subject, own: list[Section], uses: list[Section]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what stands in relation to a subject: of each relation its words, and the key and name of each other.

    The key is empty where the database tells nothing of the other.
    """
    related: list[tuple[str, list[tuple[str, str]]]] = []
    entity = subject.entity
    if not entity and subject.kind != "technique" and (found := resolve_entity(subject.name)):
        entity = found.id
    if owners := find_owners(entity):
        words = {"cluster": "Owner", "chip": "Designed by"}.get(subject.kind, "Developer")
        related.append((words, [await _check(datasette, database, *owner) for owner in owners]))
    named = {section.predicate: section.names for section in own}
    for predicate, words in (("base_model", "Built from"), ("chip_model", "Chips"), ("technique", "Techniques")):
        names = [found.name for found in named.get(predicate, []) if found.reports]
        if predicate == "chip_model":
            reports = [report for section in own for report in section.reports if report.holds]
            names += [str(report.row["chip"]) for report in reports if report.row["chip"]]
        if names:
            related.append((words, [(name, name) for name in dict.fromkeys(names)]))
    derived = {
        str(report.row["subject_id"]): str(report.row["subject_name"])
        for section in uses
        if section.predicate == "base_model"
        for report in section.reports
        if report.row["subject_name"] and report.row["modality"] != "denied" and report.holds
    }
    if derived:
        related.append(("Models built from it", sorted(derived.items(), key=lambda item: item[1].casefold())))
    if subject.kind == "organisation":
        related += await _find_owned(datasette, database, entity)
    return related


async def _find_owned(datasette: Any, database: str, organisation: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the models, clusters and chips of an organisation of which the database tells something."""
    found = []
    values = {"keys": json.dumps(find_families(organisation)), "most": RELATED * 2}
    rows = (await datasette.get_database(database).execute(FAMILY, values)).rows
    # "GPT-4" is OpenAI's, "GPT-NL" is not: of two families that fit, the longer is the one.
    models = [
        (row["id"], row["name"]) for row in rows if organisation in {owner for owner, _ in find_owners(row["id"])}
    ]
    if models:
        found.append(("Models", models[:RELATED]))
    clusters = list_owned(organisation, "cluster")
    values = {"keys": json.dumps([key for key, _ in clusters]), "most": RELATED}
    rows = (await datasette.get_database(database).execute(FAMILY, values)).rows
    if rows:
        found.append(("Clusters", [(row["id"], row["name"]) for row in rows]))
    names = [name for _, name in list_owned(organisation, "chip")]
    chips = await fetch_rows(datasette, database, KNOWN_CHIPS, [json.dumps(names)])
    if chips:
        found.append(("Chips", [(row["name"], row["name"]) for row in chips[:RELATED]]))
    return found


async def _check(datasette: Any, database: str, key: str, name: str) -> tuple[str, str]:
    """Return the key and name of an entity; the key is empty if the database has no such entity."""
    row = await fetch_one(datasette, database, ENTITY, [key])
    return ("" if row is None else key), name
