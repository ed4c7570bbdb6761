"""The command evaluate: predictions against gold."""

from __future__ import annotations

import click

__all__ = ["evaluate"]


@click.command()
@click.argument("gold", nargs=-1, metavar="[GOLD]...")
def evaluate(gold: tuple[str, ...]) -> None:
    """Measure."""
