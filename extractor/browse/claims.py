"""The page of a claim: its sentence in its context, how it was read, its rule, other reports of the fact, its history.

Everything is asked of Datasette's own connections, and only what the visitor may see is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from datasette import NotFound, Response
from datasette.utils import tilde_decode

from extractor.browse.articles import ARTICLE, CLAIMS
from extractor.browse.cards import find_elsewhere, make_cards, read_authors
from extractor.browse.cells import link_article, link_claim, link_row, link_subject
from extractor.browse.contexts import find_context
from extractor.browse.databases import our_tables
from extractor.browse.histories import tell_verdict, trace_claim
from extractor.browse.judgements import write_reading
from extractor.browse.pages import EVIDENCE
from extractor.browse.reports import compare_reports
from extractor.browse.visits import fetch_judged, fetch_one, fetch_rows, may_read, visit_database
from extractor.figures import write_value
from extractor.highlights import Mark, Piece, cut_text
from extractor.reasons import find_slots, find_steps, tell_confidence, tell_rule
from extractor.rules import load_rules, rules_hash

__all__ = ["mark_example", "show_claim"]

# Of more reports of one fact, those that were stored last are shown: to sort all of them by date takes too long.
REPORTS_SHOWN = 200
REPORTS = """
    SELECT claims.*, articles.published, articles.site, articles.title, articles.url, {report} AS report_id
    FROM (
        SELECT * FROM claims
        WHERE subject_id = :subject AND predicate = :predicate AND id <> :id
        ORDER BY rowid DESC LIMIT {limit}
    ) AS claims
    JOIN articles ON articles.id = claims.article_id {join}
"""
# What a reader has said to be of this subject.
MOVED = """
    UNION
    SELECT claims.*, articles.published, articles.site, articles.title, articles.url, {report}
    FROM reviews
    JOIN claims ON claims.id = reviews.claim_id
    JOIN articles ON articles.id = claims.article_id {join}
    WHERE reviews.state = 'counts' AND reviews.subject_id = :subject AND reviews.predicate = :predicate
        AND claims.id <> :id
"""
COPIES = "LEFT JOIN copies ON copies.article_id = claims.article_id"
ORIGINAL = "SELECT original_id FROM copies WHERE article_id = ?"
VERSIONS = """
    SELECT version, claims, replaced_at FROM versions WHERE article_id = ? ORDER BY version DESC LIMIT 20
"""
REVIEWS = """
    SELECT verdict, state, reviewer, at, note, correction FROM reviews WHERE claim_id = ? ORDER BY id DESC LIMIT 20
"""
RUN = "SELECT id, command, started, version, rules FROM runs WHERE id = ?"


async def show_claim(request: Any, datasette: Any) -> Any:
    """Answer ``/-/ainews/DATABASE/claim/ID``.

    Raises:
        NotFound: if there is no such database of ours, or no such claim in it.
        Forbidden: if the visitor may not see articles and claims.
    """
    name = await visit_database(request, datasette, "articles", "claims")
    claim = await fetch_one(datasette, name, CLAIMS.format(column="id"), [tilde_decode(request.url_vars["id"])])
    article = None if claim is None else await fetch_one(datasette, name, ARTICLE, [claim["article_id"]])
    if claim is None or article is None:
        raise NotFound("There is no such claim; it may have been read by former rules, or from a former version")
    evidence: list[dict[str, Any]] = []
    if await may_read(request, datasette, name, "evidence"):
        evidence = await fetch_rows(datasette, name, EVIDENCE, [claim["id"]])
    # How it was read is told of what was read; all else, of what a reader says that it is.
    (judged,) = await fetch_judged(request, datasette, name, [claim])
    context = find_context(article, claim, evidence)
    html = await datasette.render_template(
        "ainews_claim.html",
        {
            "database": name,
            "article": article,
            "authors": read_authors(article["authors"]),
            "card": make_cards(article, [judged])[0],
            "was_read": write_reading(judged),
            "as_read": write_value(claim["value"], claim["high"], claim["unit"], claim["comparator"]),
            "context": context,
            "elsewhere": find_elsewhere(
                article, claim, [row for row in evidence if not context.holds(row, claim["part"])]
            ),
            "steps": find_steps(claim, evidence),
            "slots": find_slots(claim, evidence),
            "says": tell_rule(claim["rule"]),
            "confidence": tell_confidence(claim["confidence"], claim["rule"]),
            "examples": _find_examples(claim["rule"]),
            "by_rule": f"{datasette.urls.table(name, 'claims')}?{urlencode({'rule': claim['rule']})}",
            "here": link_article(datasette, name, article["id"], claim["id"]),
            "article_address": link_article(datasette, name, article["id"]),
            "row_address": link_row(datasette, name, "claims", claim["id"]),
            "link_article": partial(link_article, datasette, name),
            "link_claim": partial(link_claim, datasette, name),
            "link_subject": partial(link_subject, datasette, name),
            **await _find_reports(request, datasette, name, judged),
            **await _find_history(request, datasette, name, claim),
        },
        request=request,
        view_name="ainews_claim",
    )
    return Response.html(html)


def mark_example(text: str, claims: Iterable[Mapping[str, Any]]) -> list[Piece]:
    """Return the text of a rule's example, cut at the quotes of the claims that the rule makes of it."""
    marks = []
    for number, claim in enumerate(claims):
        start = text.find(str(claim["quote"]))
        if start >= 0:
            marks.append(Mark(start, start + len(str(claim["quote"])), str(number)))
    return list(cut_text(text, marks))


def _find_examples(rule_id: str) -> dict[str, Any]:
    """Return the examples and near misses of a rule; none of one that is no more."""
    rule = next((rule for rule in load_rules() if rule.id == rule_id), None)
    if rule is None:
        return {"read": [], "near": []}
    return {
        "read": [mark_example(row["text"], row.get("claims") or ()) for row in rule.examples],
        "near": [(row["text"], row.get("why", "")) for row in rule.not_examples],
    }


async def _find_reports(request: Any, datasette: Any, database: str, claim: Mapping[str, Any]) -> dict[str, Any]:
    """Return the other claims of the same subject and predicate, the newest article first."""
    if not claim["subject_id"]:
        return {"reports": [], "more_reports": ""}
    own, report, join = claim["article_id"], "claims.article_id", ""
    if await may_read(request, datasette, database, "copies"):
        original = await fetch_one(datasette, database, ORIGINAL, [claim["article_id"]])
        own = original["original_id"] if original else own
        report, join = "coalesce(copies.original_id, claims.article_id)", COPIES
    sql = REPORTS + (MOVED if await may_read(request, datasette, database, "reviews") else "")
    sql = f"{sql.format(report=report, join=join, limit=REPORTS_SHOWN + 1)} ORDER BY published DESC, id"
    values = {"subject": claim["subject_id"], "predicate": claim["predicate"], "id": claim["id"]}
    rows = await fetch_rows(datasette, database, sql, values)
    # A reader may have said that a claim is about another.
    judged = await fetch_judged(request, datasette, database, rows)
    judged = [row for row in judged if row["subject_id"] == claim["subject_id"]]
    table = "claims_flat" if "claims_flat" in our_tables(datasette, database) else "claims"
    query = urlencode({"subject_id": claim["subject_id"], "predicate": claim["predicate"]})
    return {
        "reports": [compare_reports({**claim, "report_id": own}, row) for row in judged[:REPORTS_SHOWN]],
        "has_more_reports": len(rows) > REPORTS_SHOWN,
        "all_reports": f"{datasette.urls.table(database, table)}?{query}",
    }


async def _find_history(request: Any, datasette: Any, database: str, claim: Mapping[str, Any]) -> dict[str, Any]:
    """Return what former versions said in the claim's place, and the run and rules that read it."""
    versions: list[dict[str, Any]] = []
    if await may_read(request, datasette, database, "versions"):
        versions = await fetch_rows(datasette, database, VERSIONS, [claim["article_id"]])
    reviews: list[dict[str, Any]] = []
    if await may_read(request, datasette, database, "reviews"):
        reviews = await fetch_rows(datasette, database, REVIEWS, [claim["id"]])
    run = None
    if claim.get("run_id") is not None and await may_read(request, datasette, database, "runs"):
        run = await fetch_one(datasette, database, RUN, [claim["run_id"]])
    return {
        "moments": trace_claim(claim, versions),
        "reviews": [{**row, "told": tell_verdict(row["verdict"], row["correction"])} for row in reviews],
        "run": run,
        "run_address": link_row(datasette, database, "runs", str(run["id"])) if run else "",
        "by_present_rules": run is not None and run["rules"] == rules_hash(),
    }
