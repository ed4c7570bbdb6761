"""Commands that read: ingest and extract into a database, read and annotate without one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from extractor.cli.documents import parse_document
from extractor.cli.following import CONTACT, allow_private_option
from extractor.cli.groups import Failed
from extractor.cli.output import list_failures, to_json
from extractor.errors import DataError, ExtractorError, SourceError
from extractor.records import Failure, Page
from extractor.sources import MAX_BYTES, Selection, fetch_pages, find_files

__all__ = ["annotate", "extract", "ingest", "read"]

max_bytes_option = click.option(
    "--max-bytes", type=click.IntRange(min=1), default=MAX_BYTES, show_default=True, help="Cap for one page, unpacked."
)


@click.command()
@click.argument("db")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@max_bytes_option
@click.option("--url", "urls", multiple=True, metavar="PATTERN", help="Archives: only URLs like this; * is anything.")
@click.option("--since", metavar="DATE", default="", help="Archives: only pages taken on this day or later.")
@click.option("--until", metavar="DATE", default="", help="Archives: only pages taken on this day or before.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="CODE",
    help="Archives: only pages in this language, and those that do not say theirs.",
)
@click.option("--all-pages", is_flag=True, help="Archives: read pages that name nothing of AI, too.")
@allow_private_option
def ingest(
    db: str,
    sources: tuple[str, ...],
    max_bytes: int,
    urls: tuple[str, ...],
    since: str,
    until: str,
    languages: tuple[str, ...],
    all_pages: bool,
    allow_private: bool,
) -> None:
    """Read pages; store their articles and claims in the file DB.

    A SOURCE is a file (.html, .htm, .txt, .md, .jsonl, .warc, or one of these with .gz), a folder, a glob, a URL, or -
    for standard input. Without a SOURCE, the written articles that ship with the package are read.
    A page that is known already is not read again; what cannot be read is listed, and the rest goes on.

    A URL is that of an article, or of a feed, sitemap, list or home page, whose articles are read. It is asked as the
    command fetch asks, once; to follow it, use: sources add.

    Web archives (.warc, .warc.gz) are read on from where the last run ended. Of them, pages that name nothing of AI
    are left out unread; the options that begin with "Archives" say what else is. Several --url, or --language, take
    the pages that fit any of them; a date is YYYY, YYYY-MM or YYYY-MM-DD.

    \b
    Example:
        ainews-to-sqlite ingest claims.db
        ainews-to-sqlite ingest claims.db saved-pages/ 'more/*.html.gz'
        ainews-to-sqlite ingest claims.db https://news.example/2025/marlin-2.html
        ainews-to-sqlite ingest claims.db 2025-01.warc.gz --url 'https://*.example/*' --language en
    """
    try:
        selection = Selection(urls=urls, since=since, until=until, languages=languages)
    except SourceError as error:
        raise click.UsageError(error.message) from error
    from extractor.cli.runs import CORPUS, ingest_sources

    failed = 0
    addresses = [source for source in sources if source.lower().startswith(("http://", "https://"))]
    if places := [source for source in sources if source not in addresses] or ([] if addresses else [CORPUS]):
        failed += ingest_sources(db, tuple(places), max_bytes, selection, all_pages=all_pages)
    if addresses:
        from extractor.cli.visits import Visit, fetch_urls

        failed += fetch_urls(db, addresses, Visit(contact=os.environ.get(CONTACT, ""), allow_private=allow_private))
    if failed:
        raise Failed


@click.command()
@click.argument("db")
def extract(db: str) -> None:
    """Read the articles in DB again that older rules have read.

    Nothing is fetched: the text is the stored one. Articles that the present rules have read are left alone.

    \b
    Example:
        ainews-to-sqlite extract claims.db
    """
    from extractor.cli.runs import reread_articles

    if reread_articles(db):
        raise Failed


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@max_bytes_option
def read(files: tuple[str, ...], max_bytes: int) -> None:
    """Print the article that is read from each FILE, as JSON Lines.

    No database is needed. A FILE may also be a folder, a glob, or - for standard input.
    The keys are path, url, title, site, authors, published, language and text.

    \b
    Example:
        ainews-to-sqlite read page.html
        ainews-to-sqlite read saved-pages/ | jq -r .title
    """
    from extractor.articles import article_row, read_article

    failed = 0
    for path, found in _pages_by_path(files, max_bytes):
        if isinstance(found, Failure):
            failed += 1
            list_failures([(found.stage, found.reason)])
            continue
        try:
            click.echo(to_json(article_row(read_article(found), path)))
        except SourceError as error:
            failed += 1
            list_failures([("article", error.message)])
    if failed:
        raise Failed


def _pages_by_path(files: Iterable[str], max_bytes: int) -> Iterator[tuple[str, Page | Failure]]:
    for name in files:
        for place in [name] if name == "-" else find_files(name):
            if isinstance(place, Failure):
                yield name, place
                continue
            for page in fetch_pages([str(place)], max_bytes=max_bytes):
                yield str(place), page


@click.command()
@click.argument("file", default="-", metavar="[FILE|-]")
def annotate(file: str) -> None:
    """Print the claims in each document of a JSON Lines FILE.

    Each line is an object with id and text, and as you have them title, context (text that stands above the document:
    it may name the subject, but is not read for claims) and published. Each document gives one line,
    {"id": ..., "claims": [...]}, in the same order and at once. A line that cannot be read is told on stderr.

    \b
    Example:
        echo '{"id": 1, "text": "DeepSeek trained R1 for $294,000."}' | ainews-to-sqlite annotate
    """
    from extractor.pipeline import read_claims

    failed = 0
    for number, line in enumerate(_lines(file), 1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        where = f"{'stdin' if file == '-' else file}:{number}"
        try:
            name, document = parse_document(line, where)
            row = {"id": name, "claims": [claim.as_dict() for claim in read_claims(document)]}
        except DataError:
            raise  # a rule of ours is wrong: no line could be read
        except ExtractorError as error:
            failed += 1
            click.echo(f"Error: {error.message}", err=True)
            continue
        click.echo(to_json(row))
        sys.stdout.flush()
    if failed:
        raise Failed


def _lines(file: str) -> Iterator[bytes]:
    """Yield the lines of a file or of standard input.

    Raises:
        SourceError: if there is no such file, or it cannot be read.
    """
    if file == "-":
        yield from sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as lines:
            yield from lines
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(
            "The file cannot be read", where=file, expected="a file of JSON Lines, or - for standard input",
            found=reason or type(error).__name__, fix="Check its name and who may read it",
        ) from error  # fmt: skip
