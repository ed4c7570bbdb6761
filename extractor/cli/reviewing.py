"""Commands of a reader's verdict: review, and reviews with list, undo and export."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from typing import Any

import click

from extractor.cli.filters import claim_filters
from extractor.cli.output import describe_value, output_options, print_rows, to_json

__all__ = ["review", "reviews"]


def _find_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have no name
        return "a reader"


@click.command()
@click.argument("db")
@click.option("--by", metavar="NAME", default=_find_user, show_default="your login", help="Who is reading.")
@click.option("--again", is_flag=True, help="Then also the claims that have a verdict, those that came first, first.")
@claim_filters
def review(db: str, by: str, again: bool, **filters: Any) -> None:
    """Read the claims in DB one at a time and say what is right.

    Each is shown with its sentence, the evidence in brackets. Keys: y it is right; n it is not; c put slots right, such
    as value=5.6 million; subject=V3; s skip; u take the last verdict back; q quit. Y and N ask for a note, too.
    Where the input is no terminal, each answer is a line, with the note behind it: n a price, not a cost.
    Verdicts stay when articles are read again, and count in all views: what is rejected is left out, and what is
    corrected counts as corrected.

    \b
    Example:
        ainews-to-sqlite review claims.db --predicate training_cost --by Ada
        echo q | ainews-to-sqlite review claims.db
    """
    from extractor.cli.verdicts import review_claims
    from extractor.store import open_store

    with open_store(db) as store:
        review_claims(store, by=by, again=again, filters=filters)


@click.group(short_help="List, take back and export the verdicts of readers.")
def reviews() -> None:
    """List, take back and export the verdicts that readers gave on claims.

    \b
    Example:
        ainews-to-sqlite reviews list claims.db
        ainews-to-sqlite reviews export claims.db > gold.jsonl
    """


@reviews.command(name="list")
@click.argument("db")
@click.option("--by", metavar="NAME", help="Only the verdicts of this reader.")
@click.option("--all", "everything", is_flag=True, help="Also those that were replaced or taken back.")
@output_options
def list_(db: str, by: str | None, everything: bool, output: str | None, column: tuple[str, ...]) -> None:
    """List the verdicts in DB that count, the newest first.

    \b
    Example:
        ainews-to-sqlite reviews list claims.db --all --csv
    """
    from extractor.store import open_store

    with open_store(db, read_only=True) as store:
        rows = store.reviews.verdicts(everything=everything, reviewer=by)
        found = print_rows(rows, output, columns=column, table=_table_row)
    if not found and output in (None, "table"):
        click.echo(f"No verdicts; give some with: ainews-to-sqlite review {db}", err=True)


@reviews.command()
@click.argument("db")
@click.argument("claim_id")
def undo(db: str, claim_id: str) -> None:
    """Take the newest verdict on a claim back; the one before it counts again.

    \b
    Example:
        ainews-to-sqlite reviews undo claims.db 97e724e2b1c04d5a
    """
    from extractor.store import open_store

    with open_store(db) as store:
        ids = {row["claim_id"] for row in store.reviews.verdicts() if row["claim_id"].startswith(claim_id)}
        row = store.reviews.undo(ids.pop() if len(ids) == 1 else claim_id)
    click.echo(f"{row['claim_id']}: taken back that it is {row['verdict']}, as {row['reviewer']} said.", err=True)


@reviews.command()
@click.argument("db")
@click.option("--whole", is_flag=True, help="Take an article whose claims are all judged for one that makes no other.")
def export(db: str, whole: bool) -> None:
    """Print the verdicts in DB as gold for the command evaluate, a document a line.

    Each document is an article with its text; facts are the claims that were confirmed or corrected, wrong those that
    were rejected or misread. evaluate counts only these: a claim that nobody has judged is neither right nor wrong.
    With --whole, an article of which every claim has a verdict is taken to make no other, and whatever else is found
    there counts as wrong: use it if you read the articles, and not only their claims.

    \b
    Example:
        ainews-to-sqlite reviews export claims.db > gold.jsonl
        ainews-to-sqlite evaluate gold.jsonl
    """
    from extractor.store import open_store

    articles = right = wrong = 0
    with open_store(db, read_only=True) as store:
        for gold in store.reviews.golds(whole=whole):
            click.echo(to_json(gold))
            facts = gold.get("claims", gold.get("facts", []))
            articles, right, wrong = articles + 1, right + len(facts), wrong + len(gold["wrong"])
    click.echo(f"{articles:,} articles, {right:,} claims that are right, {wrong:,} that are wrong.", err=True)


def _table_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "claim": row["claim_id"][:8],
        "verdict": row["verdict"] if row["state"] == "counts" else f"{row['verdict']} ({row['state']})",
        "subject": row["subject"],
        "predicate": row["predicate"],
        "value": describe_value(row),
        "read as": "" if row["read_as"] == "{}" else row["read_as"],
        "quote": row["quote"],
        "by": row["reviewer"],
        "at": row["at"][:16].replace("T", " "),
        "note": row["note"],
    }
