"""The command evaluate: predictions against gold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from extractor import evaluation
from extractor.cli.output import one_line, print_rows
from extractor.errors import SourceError
from extractor.evaluation import Change, Changes, Gold, Report, Tally
from extractor.records import Document

__all__ = ["describe_changes", "evaluate"]

CALIBRATED = """\
# How often each rule was right on text that it was not made on, and on how many claims that rests: the confidence of
# its claims. One that made fewer than five claims there is not listed: too few to say.
# Written by `ainews-to-sqlite evaluate --calibrate GOLD...`; do not edit.
"""
FITTED = """\
# What each feature of a possible subject weighs (extractor/pipeline/candidates.py says what the features are): the name
# of which they weigh most in sum is the subject, if they weigh more than what speaks for none.
# Fitted by `ainews-to-sqlite evaluate --fit-subjects GOLD...`; do not edit. Features under 0.05 are not listed.
"""
_LEAST_WEIGHT = 0.05


@click.command()
@click.argument("gold", nargs=-1, metavar="[GOLD]...")
@click.option("--by", type=click.Choice(["predicate", "rule"]), default="predicate", show_default=True, help="Rows.")
@click.option("--half", type=click.Choice(["tune", "look"]), help="Only this half of the documents, parted by a hash.")
@click.option(
    "--misses", type=click.IntRange(min=0), default=0, metavar="N", help="Print N missed and N spurious facts."
)
@click.option("--json", "as_json", is_flag=True, help="Print the totals as one JSON line.")
@click.option("--against", type=Path, metavar="FILE", help="Print each gain and loss against the run in FILE.")
@click.option("--pin", type=Path, metavar="FILE", help="Write this run to FILE, unless it is worse than the one there.")
@click.option("--allow-regression", is_flag=True, help="Pin a run that is worse, too.")
@click.option("--calibrate", is_flag=True, help="Write each rule's precision on the half look into confidence.yml.")
@click.option("--fit-subjects", is_flag=True, help="Fit the weights of subjects.yml to GOLD.")
def evaluate(
    gold: tuple[str, ...],
    by: str,
    half: str | None,
    misses: int,
    as_json: bool,
    against: Path | None,
    pin: Path | None,
    allow_regression: bool,
    calibrate: bool,
    fit_subjects: bool,
) -> None:
    """Measure the claims that are read against GOLD, by precision, recall and F1.

    GOLD is JSON Lines with id, text and claims (or facts, if these are not all). Without it, the gold of the packaged
    corpus is used, and the run is compared with the one that is pinned beside it. A fact is right if predicate and
    value agree; a tuple, if the subject agrees too. The recall of a rule is the share of its predicate's facts that it
    found.

    \b
    Example:
        ainews-to-sqlite evaluate --by rule
        ainews-to-sqlite evaluate gold.jsonl --pin before.jsonl
        ainews-to-sqlite evaluate gold.jsonl --against before.jsonl --misses 10
    """
    from extractor.pipeline import read_claims

    if half and (pin or calibrate):
        raise click.UsageError("--half cannot be used with --pin, which is of a whole run, nor with --calibrate.")
    documents = [each for each in _gold(gold) if half in (None, evaluation.half_of(each))]
    if not documents:
        raise SourceError(
            "There is nothing to measure against", where=", ".join(gold) or "the corpus", found="no document"
        )
    if fit_subjects:
        _fit_subjects(documents)
        return
    report = evaluation.compare(documents, read_claims)
    if calibrate:
        _calibrate(documents)
    changes, place = None, str(against or "the pinned run")
    if against or not gold:
        pinned = evaluation.read_pin(against or evaluation.corpus_pin())
        changes = evaluation.find_changes(documents, pinned, report.outcomes)
    if as_json:
        counted = {"gains": len(changes.gains), "losses": len(changes.losses)} if changes else {}
        print_rows([{**_totals(report, len(documents)), **counted}], "nl")
    else:
        _print_report(report, documents, by, misses)
        if changes:
            _print_changes(changes, documents, place)
    if pin:
        _pin(pin, report, documents, worse=allow_regression)


def _print_report(report: Report, documents: Sequence[Gold], by: str, misses: int) -> None:
    tallies = report.predicates if by == "predicate" else report.rules
    rows = [
        _row(by, name, tally) for name, tally in sorted(tallies.items(), key=lambda item: (-item[1].predicted, item[0]))
    ]
    print_rows([*rows, _row(by, "all", report.total)], "table")
    click.echo()
    for name, value in _totals(report, len(documents)).items():
        click.echo(f"{name}: {value}")
    by_id = {gold.document.id: gold.document for gold in documents}
    for title, found in (("Missed", report.missed), ("Spurious", report.spurious)):
        for name, claim in found[:misses]:
            click.echo(f"{title}: {_describe(by_id[name], claim)}")


def _print_changes(changes: Changes, documents: Sequence[Gold], place: str) -> None:
    if changes.left_out:
        click.echo(f"{len(changes.left_out)} documents have another gold in {place}, or none.", err=True)
    click.echo(f"\nAgainst {place}: {_count(changes.gains, 'gain')}, {_count(changes.losses, 'loss')}")
    for line in describe_changes(changes, documents):
        click.echo(line)


def _count(changes: Sequence[Change], noun: str) -> str:
    return f"{len(changes)} {noun}{'' if len(changes) == 1 else 'es' if noun.endswith('s') else 's'}"


def describe_changes(changes: Changes, documents: Iterable[Gold]) -> list[str]:
    """Say each gain and loss in a line, with its sentence, the words of the claim in brackets."""
    by_id = {gold.document.id: gold.document for gold in documents}
    return [
        f"{'+' if change.is_gain else '-'} {change.what}: {_describe(by_id[change.document], change.claim)}"
        for change in (*changes.gains, *changes.losses)
    ]


def _pin(file: Path, report: Report, documents: Sequence[Gold], *, worse: bool) -> None:
    """Write the run to a file, unless what stands there was better.

    Raises:
        SourceError: if it was, or was of other gold, and that is not allowed; or if the file cannot be written.
    """
    if file.exists() and not worse:
        changes = evaluation.find_changes(documents, evaluation.read_pin(file), report.outcomes)
        if len(changes.left_out) == len(documents):
            raise SourceError(
                "The pinned run is of another gold", where=str(file), fix="Choose another file, or --allow-regression"
            )
        if changes.fallen:
            for line in describe_changes(changes, documents):
                click.echo(line, err=True)
            raise SourceError(
                "The run is worse than the pinned one",
                where=str(file),
                expected=", ".join(f"{name} {old:.3f}" for name, (old, _) in changes.fallen.items()),
                found=", ".join(f"{new:.3f}" for _, new in changes.fallen.values()),
                fix="Mend it, or pin it all the same with --allow-regression",
            )
    evaluation.write_pin(file, report.outcomes)
    click.echo(f"{file}: {len(documents)} documents pinned.", err=True)


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


def _describe(document: Document, claim: Mapping[str, Any]) -> str:
    rule = f" by {claim['rule']}" if claim.get("rule") else ""
    ends = [claim["value"], *([claim["high"]] if claim.get("high") else [])]
    value = " to ".join(one_line(float(end) if isinstance(end, int) else end) for end in ends)
    stated = f"{document.id}: {claim['predicate']} {value} of {claim.get('subject') or '(nobody)'}{rule}"
    start, end = claim.get("start"), claim.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return stated
    text = document.title if claim.get("part") == "title" else document.text
    return f"{stated} in: {_mark(text, start, end)}"


def _mark(text: str, start: int, end: int) -> str:
    """Return the sentence around a quote, with the quote in brackets."""
    from extractor.pipeline.sentences import split_sentences

    around = [(s.start, s.end) for s in split_sentences(text) if s.start < end and start < s.end] or [(start, end)]
    first, last = min(start, around[0][0]), max(end, around[-1][1])
    return one_line(f"{text[first:start]}[{text[start:end]}]{text[end:last]}")


def _calibrate(documents: Sequence[Gold]) -> None:
    """Write the precision of each rule on text that it was not made on beside the rules.

    Raises:
        SourceError: where there is no such text, or the package's files cannot be written.
    """
    from extractor.pipeline import read_claims

    unread = [each for each in documents if each.exhaustive and evaluation.half_of(each) == "look"]
    if not unread:
        raise SourceError("Nothing can be calibrated", found="no document of the half look whose gold is exhaustive")
    found = evaluation.calibrate(evaluation.compare(unread, read_claims))
    lines = [f"{rule}: {{precision: {row['precision']}, of: {row['of']}}}" for rule, row in found.items()]
    _write_data("confidence.yml", CALIBRATED, lines)
    click.echo(
        f"{len(found)} rules measured on {len(unread)} of {len(documents)} documents, those of the half look.",
        err=True,
    )


def _fit_subjects(documents: Sequence[Gold]) -> None:
    """Fit what the features of a subject weigh, and write it beside the rules.

    Raises:
        SourceError: where no claim of the gold is found, or the package's files cannot be written.
    """
    from extractor.evaluation.weights import fit_weights
    from extractor.pipeline import choose_subjects
    from extractor.pipeline.subjects import take_heaviest

    exhaustive = [each for each in documents if each.exhaustive] + list(evaluation.example_gold())
    weights = fit_weights(exhaustive, choose_subjects, take_heaviest)
    if not weights:
        raise SourceError(
            "Nothing can be fitted", found="no document whose gold is exhaustive has a claim that is found"
        )
    lines = [f"{name}: {weight:.2f}" for name, weight in weights.items() if abs(weight) >= _LEAST_WEIGHT]
    _write_data("subjects.yml", FITTED, lines)
    click.echo(f"{len(lines)} weights fitted on {len(exhaustive)} documents.", err=True)


def _write_data(name: str, head: str, lines: Sequence[str]) -> None:
    """Write a data file of the rules.

    Raises:
        SourceError: where the package's files cannot be written.
    """
    file = Path(str(files("extractor.rules") / name))
    try:
        file.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise SourceError(
            "The measured data cannot be written",
            where=str(file),
            found=str(error.strerror),
            fix="Measure in a checkout of the project",
        ) from error
