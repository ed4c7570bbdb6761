"""The command explain: any text, with its claims marked."""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path

import click

from extractor.errors import StoreError
from extractor.records import Document, Failure
from extractor.sources import fetch_pages

__all__ = ["explain"]


@click.command()
@click.argument("text", default="-", metavar="[TEXT|FILE|-]")
@click.option("--html", metavar="FILE", help="Write a page that stands alone to FILE; - for standard output.")
@click.option("--title", default="", help="The headline that stands above a TEXT.")
@click.pass_context
def explain(ctx: click.Context, text: str, html: str | None, title: str) -> None:
    """Mark the claims in a TEXT, a FILE or standard input.

    Below the text, each claim stands with what was read from it and the rule that found it.
    A FILE is read as the command read does; a page's teasers, captions and comments are left out.

    \b
    Example:
        ainews-to-sqlite explain "DeepSeek trained R1 for $294,000 on 512 H800 chips."
        ainews-to-sqlite explain page.html --html claims.html
    """
    document = _read_document(ctx, text, title)
    from extractor.cli.highlights import make_page, print_claims
    from extractor.pipeline import read_claims

    claims = read_claims(document)
    if html is None:
        print_claims(document, claims)
    elif html == "-":
        click.echo(make_page(document, claims), nl=False)
    else:
        _write(html, make_page(document, claims))
        click.echo(f"{html}: {len(claims):,} claims marked.", err=True)


def _read_document(ctx: click.Context, text: str, title: str) -> Document:
    if text == "-" and sys.stdin.isatty():
        click.echo("Type or paste a text, then Ctrl-D.", err=True)
    if text != "-" and not _is_file(text):
        if not text.strip():
            raise click.BadParameter("there is no text", param_hint="TEXT")
        if len(text.split()) == 1:
            raise click.UsageError(_no_such(ctx, text))
        return Document(id="text", text=text, title=title)
    from extractor.articles import read_article

    page = next(iter(fetch_pages([text])))
    if isinstance(page, Failure):
        raise click.ClickException(page.reason)
    article = read_article(page)
    return Document(article.id, article.text, title or article.title, published=article.published, url=article.url)


def _is_file(name: str) -> bool:
    try:
        return os.path.exists(name)
    except ValueError:
        return False


def _no_such(ctx: click.Context, word: str) -> str:
    """Tell of a lone word that is neither command nor file, since explain takes what no command is named."""
    group = ctx.parent.command if ctx.parent else None
    near = difflib.get_close_matches(word, list(group.commands) if isinstance(group, click.Group) else [])
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"No such command or file: {word!r}.{hint} A text to explain has more than one word."


def _write(name: str, page: str) -> None:
    try:
        Path(name).write_text(page, encoding="utf-8", errors="backslashreplace")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StoreError(
            "The page cannot be written", where=name, expected="a file in a folder that you may write to",
            found=reason or type(error).__name__, fix="Name another file",
        ) from error  # fmt: skip
