"""The command serve: Datasette on one database."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from extractor.errors import ExtractorError

__all__ = ["serve"]


@click.command()
@click.argument("db")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes a free one.")
@click.option("--review", is_flag=True, help="Print a link that signs you in, to judge claims on their pages.")
@click.option("--open", "open_browser", is_flag=True, help="Open it in a web browser.")
def serve(db: str, host: str, port: int, review: bool, open_browser: bool) -> None:
    """Browse DB in Datasette, until Ctrl-C.

    The same as: datasette DB. Our plugin for Datasette is found by itself in both cases.

    \b
    Example:
        ainews-to-sqlite serve claims.db --open
    """
    from extractor.store import open_store

    with open_store(db, read_only=True):
        pass
    port = _free_port(host, port)
    from datasette.cli import cli as datasette
    from datasette.utils import tilde_encode

    # Datasette tells only of its own first page, which lists databases
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Look at http://{shown}:{port}/{tilde_encode(Path(db).stem)}", err=True)
    # The views that set all reports side by side take more than Datasette's one second on a large file
    arguments = ["serve", db, "--host", host, "--port", str(port), "--setting", "sql_time_limit_ms", "5000"]
    # The articles are their publishers': what is shown a page at a time is not handed out as a file
    arguments += ["--setting", "allow_download", "off"]
    # Root may judge claims, and nobody else unless a configuration says so
    arguments += ["--root"] if review else []
    arguments += ["--open"] if open_browser else []
    datasette.main(arguments, prog_name="datasette", standalone_mode=False)


def _free_port(host: str, port: int) -> int:
    """Return the port, or one that is free if it is 0.

    Raises:
        ExtractorError: if nothing can listen there.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise ExtractorError(
            "The server cannot listen there", where=f"{host}:{port}", expected="a free port of this machine",
            found=error.strerror or str(error), fix="Name another with --port, or 0 for any free one",
        ) from error  # fmt: skip
