"""Commands that ask a database: claims, why, failures, doctor; and rules, which asks the package."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import click

from extractor.cli.filters import STATUSES, claim_filters
from extractor.cli.groups import Failed
from extractor.cli.output import describe_value, one_line, output_options, print_rows

__all__ = ["claims", "doctor", "failures", "rules", "why"]


@click.command()
@click.argument("db")
@claim_filters
@click.option("--status", type=click.Choice(STATUSES), help="What readers say of it.")
@output_options
def claims(db: str, output: str | None, column: tuple[str, ...], **filters: Any) -> None:
    """List the claims in DB, the newest article first.

    Filters add up. The table shows the main columns; every other format, and --column, has all of claims_flat.

    \b
    Example:
        ainews-to-sqlite claims claims.db --subject R1
        ainews-to-sqlite claims claims.db --predicate training_cost --csv -c subject -c value -c quote
    """
    from extractor.store import open_store

    with open_store(db, read_only=True) as store:
        found = print_rows(store.find_claims(**filters), output, columns=column, table=_table_row)
    if not found and output in (None, "table"):
        click.echo("No claim fits.", err=True)


def _table_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"][:8],
        "subject": row["subject"],
        "predicate": row["predicate"],
        "value": describe_value(row),
        "chip": row["chip"],
        "modality": row["modality"],
        "says": row["attributed_to"],
        "quote": row["quote"],
        "site": row["site"],
        "published": row["published"],
    }


@click.command()
@click.argument("db")
@click.argument("claim_id")
@click.option("--json", "as_json", is_flag=True, help="The claim, its article and its evidence, as JSON.")
def why(db: str, claim_id: str, as_json: bool) -> None:
    """Show why a claim is in DB: the article, the words, the rule.

    CLAIM_ID is the id of the claim, or as much of its beginning as no other has.
    The sentence is printed with the words of evidence in brackets, each with the slot that it fills.

    \b
    Example:
        ainews-to-sqlite why claims.db $(ainews-to-sqlite claims claims.db --limit 1 --csv -c id | tail -1)
    """
    from extractor.cli.reasons import print_reason
    from extractor.store import open_store

    with open_store(db, read_only=True) as store:
        print_reason(store.find_claim(claim_id), as_json=as_json)


@click.command()
@click.argument("db")
@output_options
def failures(db: str, output: str | None, column: tuple[str, ...]) -> None:
    """List what could not be read into DB, and why.

    A failure leaves the list when a later run of its source can read it.

    \b
    Example:
        ainews-to-sqlite failures claims.db
    """
    from extractor.store import open_store

    with open_store(db, read_only=True) as store:
        found = print_rows(store.failures(), output, columns=column, table=_failure_row)
    if not found and output in (None, "table"):
        click.echo("No failures.", err=True)


def _failure_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("run_id", "stage", "reason", "at")}


@click.command()
@click.argument("db")
@click.option("--with", "whole", metavar="DB", help="Hold a published file against a database with articles in full.")
@output_options
def doctor(db: str, whole: str | None, output: str | None, column: tuple[str, ...]) -> None:
    """Check every row of DB; exit with 1 if anything is off.

    Every quote and piece of evidence is held against the text, every hash against the bytes, and the search index, the
    keys and the file itself are checked. What is off is listed; nothing is changed.
    Of a published file, the share that it promises is checked, and with --with every passage and quote of those
    articles that the other database has.

    \b
    Example:
        ainews-to-sqlite doctor claims.db
        ainews-to-sqlite doctor public.db --with claims.db
    """
    from extractor.store import is_published, open_store

    # SQLite's own check of the search index writes nothing, but wants to be allowed to
    writable = os.access(db, os.W_OK) and os.access(os.path.dirname(os.path.abspath(db)), os.W_OK)
    with open_store(db, read_only=not writable or is_published(db)) as store:
        problems = store.verify()
        counts = store.counts()
        if whole is not None:
            with open_store(whole, read_only=True) as other:
                differences, held = store.compare(other)
            problems += differences
            click.echo(
                f"{whole}: {held['compared']:,} articles compared, {held['other']:,} there in another version only, "
                f"{held['missing']:,} not there.",
                err=True,
            )
    if problems:
        print_rows((asdict(problem) for problem in problems), output, columns=column)
        click.echo(f"{db}: {_listed(counts)}; {len(problems):,} problems.", err=True)
        raise Failed
    if output not in (None, "table"):
        print_rows([], output)
    click.echo(f"{db}: {_listed(counts)}; all is well.", err=True)


def _listed(counts: Mapping[str, int]) -> str:
    names = {"articles": "articles", "claims": "claims", "evidence": "pieces of evidence", "failures": "failures"}
    return ", ".join(f"{counts[table]:,} {name}" for table, name in names.items())


@click.command()
@click.argument("predicate", required=False)
@output_options
def rules(predicate: str | None, output: str | None, column: tuple[str, ...]) -> None:
    """List the rules, each with the sentence that says what it reads.

    With a PREDICATE, only the rules that make claims of that kind. Rules of no_claim say what only looks like one.
    The precision is that measured on text that the rule was not made on, of so many claims.

    \b
    Example:
        ainews-to-sqlite rules training_cost
    """
    from extractor.rules import load_confidence, load_rules

    found = [rule for rule in load_rules() if predicate in (None, rule.predicate)]
    if not found:
        known = sorted({rule.predicate for rule in load_rules()})
        raise click.BadParameter(f"no rules for {predicate!r}; there are {', '.join(known)}", param_hint="PREDICATE")
    rows: Iterable[dict[str, Any]] = (
        {
            "rule": rule.id,
            "says": one_line(rule.says),
            "examples": len(rule.examples),
            "precision": measured.precision if (measured := load_confidence().get(rule.id)) else None,
            "of": measured.of if measured else None,
            "since": rule.since,
        }
        for rule in found
    )
    print_rows(rows, output, columns=column)
