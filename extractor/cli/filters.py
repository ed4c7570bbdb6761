"""The options that pick claims, shared by every command that goes through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, get_args

import click

from extractor.records import Modality

__all__ = ["STATUSES", "claim_filters"]

Command = TypeVar("Command", bound=Callable[..., Any])
STATUSES = ("unreviewed", "confirmed", "corrected", "rejected")
"""What a claim may be to readers. The store has the same words, but is too heavy to be brought in by ``--help``."""

_OPTIONS = (
    click.option("--subject", metavar="NAME", help="Whole words of whom it is about: R1 finds DeepSeek-R1."),
    click.option("--predicate", metavar="NAME", help="A kind of claim, such as training_cost."),
    click.option("--chip", metavar="NAME", help="Whole words of the chip, such as H800."),
    click.option("--speaker", metavar="NAME", help="Whole words of who says so."),
    click.option("--modality", type=click.Choice(get_args(Modality)), help="How firmly it is said."),
    click.option("--since", metavar="DATE", help="Articles of YYYY, YYYY-MM or YYYY-MM-DD, or later."),
    click.option(
        "--search", metavar="WORDS", help='Words in quote, subject or speaker; "in quotes" they stand in a row.'
    ),
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many."),
)


def claim_filters(command: Command) -> Command:
    """Give a command the options that `Store.find_claims` takes under the same names; they add up."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
