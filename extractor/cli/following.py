"""Commands that follow the news: sources and fetch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import click

from extractor.cli.durations import DURATION, describe_duration
from extractor.cli.groups import Failed
from extractor.cli.output import output_options, print_rows
from extractor.dates import is_date
from extractor.errors import StoreError
from extractor.sources.web.records import FoundKind

__all__ = ["CONTACT", "allow_private_option", "fetch", "sources"]

CONTACT = "AINEWS_CONTACT"
"""The variable of the environment that names whom sites may turn to."""

allow_private_option = click.option(
    "--allow-private", is_flag=True, help="Also ask addresses of this machine and of private networks."
)
contact_option = click.option(
    "--contact", metavar="TEXT", default="", envvar=CONTACT, show_envvar=True,
    help="A URL or mail address that sites see with each request.",
)  # fmt: skip


@click.group(short_help="Name, list and remove the feeds and sites that fetch visits.")
def sources() -> None:
    """Name, list and remove the feeds and sites that the command fetch visits.

    \b
    Example:
        ainews-to-sqlite sources add claims.db https://news.example/
        ainews-to-sqlite sources list claims.db --table
    """


@sources.command()
@click.argument("db")
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--kind", type=click.Choice(get_args(FoundKind)), help="Found out if it is not given.")
@click.option("--every", type=DURATION, default="6h", show_default=True, help="How often to visit: 30m, 6h, 1d.")
@click.option(
    "--delay", type=DURATION, default="0s", help="Pause between requests to its host; sites may ask for more."
)
@click.option("--tag", "tags", multiple=True, metavar="WORD", help="A word of yours; may be repeated.")
@click.option(
    "--topic", default="", metavar="WORDS", help='Take entries with one of these words; "in quotes" a phrase.'
)
@click.option("--since", default="", metavar="DATE", help="Leave out entries that are dated before YYYY[-MM[-DD]].")
@click.option("--starter", is_flag=True, help="Add the list of AI news feeds that ships with the package.")
@contact_option
@allow_private_option
def add(db: str, urls: tuple[str, ...], **options: Any) -> None:
    """Follow the news at each URL.

    A URL may be that of a feed (RSS, Atom, JSON Feed), a sitemap, a page that lists articles, or a home page, which
    leads to its feeds or sitemaps. What it is, is found out by asking it once; with --kind nothing is asked.
    Nothing is read before the command fetch. Adding a source again changes its settings.

    \b
    Example:
        ainews-to-sqlite sources add claims.db https://news.example/feed.xml --every 6h --tag chips
        ainews-to-sqlite sources add claims.db --starter
    """
    from extractor.cli.visits import Settings, add_sources

    if not urls and not options["starter"]:
        raise click.UsageError("Name a URL, or give --starter for the list that ships with the package.")
    if options["since"] and not is_date(options["since"]):
        raise click.BadParameter(
            f"{options['since']!r} is no date; write YYYY, YYYY-MM or YYYY-MM-DD", param_hint="--since"
        )
    if options["every"] < 60:
        raise click.BadParameter("at least a minute, out of courtesy", param_hint="--every")
    if add_sources(db, urls, Settings(**options)):
        raise Failed


@sources.command(name="list")
@click.argument("db")
@output_options
def list_(db: str, output: str | None, column: tuple[str, ...]) -> None:
    """List the sources that are followed, with how they do.

    The table says when each was last had, since when it has failed and why, and what has come of it.

    \b
    Example:
        ainews-to-sqlite sources list claims.db --table
    """
    from extractor.store import open_store

    with open_store(db, read_only=True) as store:
        found = print_rows(store.web.sources(), output, columns=column, table=_table_row)
    if not found and output in (None, "table"):
        click.echo(f"No sources; add some with: ainews-to-sqlite sources add {db} URL", err=True)


@sources.command()
@click.argument("db")
@click.argument("names", nargs=-1, required=True, metavar="SOURCE...")
def remove(db: str, names: tuple[str, ...]) -> None:
    """Follow sources no more; their articles and claims stay.

    A SOURCE is the URL that was added, or the beginning of its id.

    \b
    Example:
        ainews-to-sqlite sources remove claims.db https://news.example/feed.xml
    """
    _set_state(db, names, "removed", "followed no more; its articles stay")


@sources.command()
@click.argument("db")
@click.argument("names", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--resume", is_flag=True, help="Visit them again.")
def pause(db: str, names: tuple[str, ...], resume: bool) -> None:
    """Leave sources out until they are resumed.

    \b
    Example:
        ainews-to-sqlite sources pause claims.db https://news.example/feed.xml
        ainews-to-sqlite sources pause claims.db https://news.example/feed.xml --resume
    """
    _set_state(db, names, "followed" if resume else "paused", "followed again" if resume else "paused")


@click.command()
@click.argument("db")
@click.option("--every", type=DURATION, metavar="TIME", help="Keep running, and look for what is due so often: 30m.")
@click.option("--warc", metavar="FILE", help="Also keep each answer in a web archive, .warc.gz or .warc.")
@click.option("--retry", is_flag=True, help="Ask pages again that were refused or given up.")
@click.option("--recheck", type=DURATION, metavar="AGE", help="Ask pages again that answered longer ago than 7d, say.")
@click.option("--proxy", is_flag=True, help="Use the proxies that the environment names.")
@contact_option
@allow_private_option
def fetch(db: str, every: float | None, **options: Any) -> None:
    """Visit the sources that are due; store what is new, with its claims.

    Only what has changed is asked for. Sites are asked at the pace that they wish, in what their robots.txt and their
    reservations of text and data mining allow. What cannot be had now is asked again by a later run; nothing is lost
    if a run is stopped or killed. One run at a time works on a database.

    \b
    Example:
        ainews-to-sqlite fetch claims.db
        ainews-to-sqlite fetch claims.db --every 30m --contact https://desk.example/bot
    """
    from extractor.cli.visits import Visit, ending_on_sigterm, fetch_due, watch

    visit = Visit(**options)
    with ending_on_sigterm():
        if every is not None:
            watch(db, visit, every)
        elif fetch_due(db, visit):
            raise Failed


def _set_state(db: str, names: tuple[str, ...], state: Any, told: str) -> None:
    from extractor.store import open_store

    with open_store(db) as store:
        # All are looked up before any is changed: a slip in the last name leaves the first as it was
        rows = [store.web.find_source(name) for name in names]
        for row in rows:
            if row["state"] not in ("followed", "paused"):
                raise StoreError(
                    "The source is not followed", where=row["location"], expected="one that sources list names",
                    found="a place that was read once" if row["state"] == "once" else row["state"],
                    fix=f"To follow what stands at a URL: ainews-to-sqlite sources add {db} URL",
                )  # fmt: skip
        for row in rows:
            store.web.set_state(row["id"], state)
            click.echo(f"{row['location']}: {told}.", err=True)


def _table_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"][:8],
        "kind": row["kind"],
        "source": row["location"],
        "tags": ", ".join(row["tags"]),
        "every": describe_duration(row["every"]),
        "due": "paused" if row["state"] == "paused" else row["due"][:16].replace("T", " "),
        "last success": row["last_success"][:16].replace("T", " ") or "never",
        "trouble": _trouble(row),
        "articles": row["articles"],
        "claims": row["claims"],
        "waiting": row["waiting"],
    }


def _trouble(row: Mapping[str, Any]) -> str:
    """Say for how long a source has failed, and why; empty for one that does not."""
    if not row["failing_since"]:
        return ""
    days = (datetime.now(UTC) - datetime.fromisoformat(row["failing_since"])).days
    return f"fails{f' for {days} days' if days > 1 else ''}: {row['failure_reason']}"
