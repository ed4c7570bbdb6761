"""The command evaluate: predictions against gold."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from extractor import evaluation
from extractor.cli.output import one_line, print_rows
from extractor.errors import SourceError
from extractor.evaluation import Gold, Report, Tally

__all__ = ["evaluate"]

CALIBRATED = """\
# How often each rule was right on the gold, and on how many claims that rests: the confidence of its claims.
# Written by `ainews-to-sqlite evaluate --calibrate`; do not edit.
"""


@click.command()
@click.argument("gold", nargs=-1, metavar="[GOLD]...")
@click.option("--by", type=click.Choice(["predicate", "rule"]), default="predicate", show_default=True, help="Rows.")
@click.option("--half", type=click.Choice(["tune", "look"]), help="Only this half of the documents, parted by a hash.")
@click.option(
    "--misses", type=click.IntRange(min=0), default=0, metavar="N", help="Print N missed and N spurious facts."
)
@click.option("--json", "as_json", is_flag=True, help="Print the totals as one JSON line.")
@click.option("--calibrate", is_flag=True, help="Write each rule's precision into the package's confidence.yml.")
def evaluate(gold: tuple[str, ...], by: str, half: str | None, misses: int, as_json: bool, calibrate: bool) -> None:
    """Measure the claims that are read against GOLD, by precision, recall and F1.

    GOLD is JSON Lines with id, text and claims (or facts, if these are not all). Without it, the gold of the packaged
    corpus is used. A fact is right if predicate and value agree; a tuple, if the subject agrees too. The recall of a
    rule is the share of its predicate's facts that it found.

    \b
    Example:
        ainews-to-sqlite evaluate --by rule
        ainews-to-sqlite evaluate gold.jsonl --misses 10
    """
    from extractor.pipeline import read_claims

    documents = list(_gold(gold))
    if half:
        documents = [document for document in documents if evaluation.half_of(document) == half]
    if not documents:
        raise SourceError(
            "There is nothing to measure against", where=", ".join(gold) or "the corpus", found="no document"
        )
    report = evaluation.compare(documents, read_claims)
    if calibrate:
        _write_confidence(evaluation.calibrate(report))
    if as_json:
        print_rows([_totals(report, len(documents))], "nl")
        return
    tallies = report.predicates if by == "predicate" else report.rules
    rows = [
        _row(by, name, tally) for name, tally in sorted(tallies.items(), key=lambda item: (-item[1].predicted, item[0]))
    ]
    print_rows([*rows, _row(by, "all", report.total)], "table")
    click.echo()
    for name, value in _totals(report, len(documents)).items():
        click.echo(f"{name}: {value}")
    texts = {document.document.id: document.document.text for document in documents}
    for title, found in (("Missed", report.missed), ("Spurious", report.spurious)):
        for name, claim in found[:misses]:
            click.echo(f"{title}: {_describe(name, claim, texts[name])}")


def _gold(names: Sequence[str]) -> Iterator[Gold]:
    if not names:
        yield from evaluation.corpus_gold()
    for name in names:
        yield from evaluation.read_gold(Path(name))


def _share(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3f}"


def _row(by: str, name: str, tally: Tally) -> dict[str, Any]:
    return {
        by: name,
        "gold": tally.gold,
        "claims": tally.predicted,
        "right": tally.facts,
        "precision": _share(tally.precision),
        "recall": _share(tally.recall),
        "fact F1": _share(tally.fact_f1),
        "tuple F1": _share(tally.tuple_f1),
    }


def _totals(report: Report, documents: int) -> dict[str, Any]:
    total = report.total
    return {
        "documents": documents,
        "gold": total.gold,
        "precision": _share(total.precision),
        "recall": _share(total.recall),
        "fact_f1": _share(total.fact_f1),
        "tuple_f1": _share(total.tuple_f1),
        "empty_kept_empty": f"{report.empty[0]}/{report.empty[1]}",
        **{
            f"slot_{slot}": _share(right / counted) if counted else ""
            for slot, (right, counted) in report.slots.items()
        },
    }


def _describe(name: str, claim: Mapping[str, Any], text: str) -> str:
    start, end = claim.get("start"), claim.get("end")
    place = ""
    if isinstance(start, int) and isinstance(end, int) and claim.get("part", "text") == "text":
        before, after = one_line(text[max(0, start - 60) : start]), one_line(text[end : end + 40])
        place = f" in: {before} [{one_line(text[start:end])}] {after}"
    rule = f" by {claim['rule']}" if claim.get("rule") else ""
    return (
        f"{name}: {claim['predicate']} {one_line(claim['value'])} of {claim.get('subject') or '(nobody)'}{rule}{place}"
    )


def _write_confidence(found: Mapping[str, Mapping[str, float | int]]) -> None:
    """Write the measured precision of each rule beside the rules.

    Raises:
        SourceError: where the package's files cannot be written.
    """
    file = Path(str(files("extractor.rules") / "confidence.yml"))
    lines = [f"{rule}: {{precision: {row['precision']}, of: {row['of']}}}" for rule, row in found.items()]
    try:
        file.write_text(CALIBRATED + "\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise SourceError(
            "The confidence cannot be written",
            where=str(file),
            found=str(error.strerror),
            fix="Calibrate in a checkout of the project",
        ) from error
    click.echo(f"{file}: {len(found)} rules measured.", err=True)
