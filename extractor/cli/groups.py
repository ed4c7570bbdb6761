"""The group of commands: the one place in which errors become lines on stderr and exit codes."""

from __future__ import annotations

import io
import sys
from typing import Any

import click
from click_default_group import DefaultGroup

from extractor import __version__
from extractor.errors import ExtractorError

__all__ = ["Failed", "main"]


class Failed(click.exceptions.Exit):
    """Ends a command that has already told on stderr what failed: exit code 1, no further line."""

    def __init__(self) -> None:
        super().__init__(1)


class Commands(DefaultGroup):  # type: ignore[misc]  # click-default-group has no types
    """The commands in the order in which they were added, and one answer to every error."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of the work: read, ask, look after."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever it raises becomes one line and an exit code."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A terminal that lacks a character shows its code; it is no reason to stop.
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click's own; it also ends quietly when the reader of stdout has gone
        except KeyboardInterrupt as error:
            click.echo("Stopped. What was finished is stored; run the command again to go on.", err=True)
            raise click.exceptions.Exit(130) from error
        except Exception as error:
            if ctx.params["traceback"]:
                raise
            if isinstance(error, ExtractorError):
                raise click.ClickException(error.message) from error
            if isinstance(error, OSError) and error.strerror:
                # A full disk, a closed terminal: the system's doing, not a bug of ours
                where = f" - {error.filename}" if error.filename else ""
                raise click.ClickException(f"Reading or writing failed{where}; found {error.strerror}") from error
            words = " ".join(f"{type(error).__name__}: {error}".split())
            raise click.ClickException(
                f"{words} - this is a bug, please report it. AINEWS_TRACEBACK=1 shows where it happened."
            ) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", package_name="ainews-to-sqlite", prog_name="ainews-to-sqlite")
@click.option("--traceback", is_flag=True, envvar="AINEWS_TRACEBACK", help="Show where in the program an error arose.")
def main(traceback: bool) -> None:
    """Read AI news into one SQLite file: who says what a model cost to train, on which chips, for how long.

    Start with: ainews-to-sqlite ingest claims.db
    """
