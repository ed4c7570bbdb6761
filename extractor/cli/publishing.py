"""The command publish: a second file that anybody may have."""

from __future__ import annotations

import re
from typing import Any

import click

__all__ = ["publish"]

MAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
LEFT_OUT = (
    ("contexts_cut", "claims stand without the clause around them"),
    ("evidence_left_out", "pieces of evidence are left out"),
    ("quotes_cut", "quotes are cut to the words of their value"),
    ("quotes_withheld", "quotes are withheld, their figures are not"),
    ("values_rewritten", "values are not as the article writes them"),
    ("addresses_withheld", "articles have no address on the web, and get none"),
)


class Address(click.ParamType):  # type: ignore[type-arg]
    """A URL of the web; with ``mail``, a mail address as well."""

    name = "address"

    def __init__(self, *, mail: bool) -> None:
        self.mail = mail

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the address; anything else is wrong usage."""
        from urllib.parse import urlsplit

        words = str(value).strip()
        try:
            parts = urlsplit(words)
        except ValueError:
            parts = urlsplit("")
        is_url = parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"\s", words)
        if is_url or (self.mail and MAIL.fullmatch(words)) or not words:
            return words
        return self.fail(f"{words!r} is no URL{' and no mail address' if self.mail else ''}", param, ctx)


def _check_share(ctx: click.Context, param: click.Parameter, value: float) -> float:
    # What is no number at all is neither below nor above the range
    if value != value:
        raise click.BadParameter("nan is no share", ctx=ctx, param=param)
    return value


@click.command()
@click.argument("db")
@click.argument("public")
@click.option(
    "--share", type=click.FloatRange(0, 1), default=0.1, show_default=True, metavar="SHARE", callback=_check_share,
    help="At most so much of the text of any one article, 0 to 1.",
)  # fmt: skip
@click.option("--title", default="", metavar="TEXT", help="What the data are called.")
@click.option("--about", default="", metavar="TEXT", help="A sentence on them.")
@click.option("--licence", default="", metavar="NAME", help="The licence of the data, such as 'CC BY 4.0'.")
@click.option("--licence-url", default="", type=Address(mail=False), metavar="URL", help="Where the licence stands.")
@click.option("--contact", default="", type=Address(mail=True), metavar="TEXT", help="Whom to ask: a URL or address.")
@click.option("--reviewers", is_flag=True, help="Name those who gave verdicts on claims.")
def publish(db: str, public: str, share: float, reviewers: bool, **notice: str) -> None:
    """Write the claims of DB to PUBLIC, a file fit to publish: without the articles' text.

    Article text is its publisher's. Of each text PUBLIC has short quotes only, each claim's with the clause around it;
    all passages of an article together are at most SHARE of its text, in code points. Where that is too little, the
    longest clauses are left out first, then evidence, then all of a quote but its value, then that; what is left out
    is counted and told, and figures stay. Headlines, bylines, URLs and names are facts and stay.
    PUBLIC has the hash and length of each text, and the place of each passage in it: whoever has the articles can
    check them with the command doctor. Sources, addresses, answers, failures and former versions stay with you.
    PUBLIC is written anew each time, whole or not at all. Browse it with the command serve; for the web, see:
    datasette publish --help

    \b
    Example:
        ainews-to-sqlite publish claims.db public.db --licence 'CC BY 4.0' --contact desk@desk.example
        ainews-to-sqlite publish claims.db public.db --share 0.05
    """
    from extractor.store import Notice, open_store

    with open_store(db, read_only=True) as store:
        told = store.publish(public, Notice(**notice), share=share, reviewers=reviewers)
    click.echo(
        f"{public}: {told.articles:,} articles, {told.claims:,} claims, {told.evidence:,} pieces of evidence.", err=True
    )
    for name, words in LEFT_OUT:
        if count := getattr(told, name):
            click.echo(f"  {count:,} {words}.", err=True)
    if not notice["licence"]:
        click.echo("  It names no licence, so nobody may use the data: see --licence.", err=True)
