"""One claim after another -> a reader's keys -> verdicts in the store. Used by the command review only."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from extractor.cli.output import one_line
from extractor.cli.reasons import print_reason
from extractor.errors import StoreError
from extractor.store import Store

__all__ = ["review_claims"]

KEYS = "y right   n wrong   c correct   s skip   u undo   q quit"
TOLD = {"y": "confirmed", "n": "rejected"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A key, and the words that came with it."""

    key: str
    words: str = ""


def review_claims(store: Store, *, by: str, again: bool, filters: Mapping[str, Any]) -> None:
    """Show the claims that pass the filters, those without a verdict first, and keep what the reader says of each.

    Ends when the claims or the input do, or at ``q``; what was said until then is stored.
    """
    statuses = ["unreviewed", *(("confirmed", "corrected", "rejected") if again else ())]
    claims: list[str] = []
    for status in statuses:
        rest = {**filters, "limit": filters["limit"] - len(claims)} if filters.get("limit") else filters
        if rest.get("limit") != 0:
            claims += [row["id"] for row in store.find_claims(**{**rest, "status": status})]
    at, given, counts = 0, list[int](), {"confirmed": 0, "corrected": 0, "rejected": 0}
    while at < len(claims):
        click.echo(f"\n{at + 1:,} of {len(claims):,}")
        print_reason(store.find_claim(claims[at]), as_json=False)
        answer = _ask()
        if answer.key == "q":
            break
        if answer.key == "s":
            at += 1
        elif answer.key == "u":
            if not given:
                click.echo("No verdict of this session is left to take back.")
                continue
            at = given.pop()
            row = store.reviews.undo(claims[at])
            counts[row["verdict"]] -= 1
            click.echo(f"Taken back: {row['verdict']}.")
        elif (verdict := _judge(store, claims[at], answer, by)) is not None:
            counts[verdict] += 1
            given.append(at)
            at += 1
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in counts.items())
    click.echo(f"{len(claims):,} claims: {told}." if claims else "No claim is left to review.", err=True)


def _judge(store: Store, claim: str, answer: Answer, by: str) -> str | None:
    """Store what the reader says and return the verdict that was kept; None if there was none."""
    try:
        if answer.key != "c":
            return _told(store.reviews.save(claim, TOLD[answer.key], by=by, note=answer.words))  # type: ignore[arg-type]
        pairs = [pair.partition("=") for pair in answer.words.split(";") if pair.strip()]
        correction = {name.strip(): right.strip() for name, _, right in pairs}
        note = correction.pop("note", "")
        if not correction:
            return None
        return _told(store.reviews.save(claim, "corrected", by=by, note=note, correction=correction))
    except StoreError as error:
        # A slip of the hand: nothing was stored, and the claim is asked about again
        click.echo(error.message)
        return None


def _told(row: Mapping[str, Any]) -> str:
    verdict: str = row["verdict"]
    click.echo(verdict.capitalize() + (f": {one_line(row['correction'])}" if verdict == "corrected" else ""))
    return verdict


def _ask() -> Answer:
    """Return what the reader wants: one key on a terminal, one line where the input is none; ``q`` at its end."""
    while True:
        click.echo(f"{KEYS} > ", nl=False)
        typed = sys.stdin.isatty()
        line = click.getchar() if typed else sys.stdin.readline()
        if line in ("", "\x03", "\x04"):
            click.echo("")
            return Answer("q")
        click.echo(line.strip())
        key, words = line.strip()[:1], line.strip()[1:].strip()
        if key.lower() not in tuple("yncsuq"):
            click.echo(f"There is no key {key!r}." if key.isprintable() and key else "Press one of the keys.")
            continue
        if key == "c" and not words:
            words = _read_line("What is right (value=5.6 million; subject=V3; note=...)")
        elif typed and key in "YN":
            words = _read_line("Note")
        return Answer(key.lower(), words)


def _read_line(prompt: str) -> str:
    click.echo(f"{prompt}: ", nl=False)
    return sys.stdin.readline().strip()
