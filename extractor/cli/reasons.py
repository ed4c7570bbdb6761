"""One claim -> the reasons for it, on stdout: article, sentence with its evidence marked, value, rule."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from extractor.cli.output import describe_value, one_line, to_json
from extractor.highlights import Mark, cut_text
from extractor.reasons import tell_confidence, tell_rule

__all__ = ["mark_spans", "print_reason"]

WIDTH = 12


def print_reason(claim: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a claim as `Store.find_claim` returns it."""
    if as_json:
        sys.stdout.write(to_json({**claim, "says": tell_rule(claim["rule"])}, indent=2) + "\n")
        return
    lines = [
        ("claim", f"{claim['id']}  {claim['predicate']}: {_who(claim)} {describe_value(claim)}"),
        ("article", " - ".join(filter(None, (claim["title"], claim["site"], claim["published"])))),
        ("", claim["url"]),
        ("sentence" if claim["part"] == "text" else "headline", _marked_sentence(claim)),
        *(("elsewhere", words) for words in _elsewhere(claim)),
        ("value", _reading(claim)),
        ("said by", claim["attributed_to"] or "the article itself, or nobody whom it names"),
        ("firmness", claim["modality"] + (f", stage {claim['stage']}" if claim["stage"] else "")),
        ("rule", f"{claim['rule']}: {tell_rule(claim['rule'])}"),
        ("confidence", tell_confidence(claim["confidence"], claim["rule"])),
        *([("readers", claim["status"])] if claim["status"] != "unreviewed" else []),
    ]
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    for name, words in lines:
        text = Text.assemble((name.ljust(WIDTH), "bold"), one_line(words))
        text.highlight_regex(r"\[(value|subject|chip|speaker|comparator|modality|stage)\b", "cyan")
        console.print(text)


def _who(claim: Mapping[str, Any]) -> str:
    chip = f" on {claim['chip']}" if claim["chip"] else ""
    return f"{claim['subject'] or 'an unnamed subject'}{chip},"


def _marked_sentence(claim: Mapping[str, Any]) -> str:
    start, end = claim["sentence_start"], claim["sentence_end"]
    spans = [
        (row["start"] - start, row["end"] - start, row["role"])
        for row in claim["evidence"]
        if row["part"] == claim["part"] and start <= row["start"] and row["end"] <= end
    ]
    return mark_spans(claim["sentence"], spans)


def _elsewhere(claim: Mapping[str, Any]) -> Iterable[str]:
    """Show the evidence outside the sentence, each with the words around it."""
    for row in claim["evidence"]:
        inside = claim["sentence_start"] <= row["start"] and row["end"] <= claim["sentence_end"]
        if row["part"] == claim["part"] and inside:
            continue
        text = claim["article"][row["part"]]
        start, end = max(0, row["start"] - 40), min(len(text), row["end"] + 40)
        marked = mark_spans(text[start:end], [(row["start"] - start, row["end"] - start, row["role"])])
        yield f"{'... ' if start else ''}{marked}{' ...' if end < len(text) else ''} ({row['part']} {row['start']})"


def mark_spans(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Put each span of a text in brackets that name it; what crosses another's end is closed there and opened again.

    >>> mark_spans("on 512 H800 chips", [(3, 17, "value"), (7, 11, "chip")])
    'on [value 512 [chip H800] chips]'
    """
    opened: list[Mark] = []
    out = ""
    for piece in cut_text(text, {Mark(*span) for span in spans}):
        now = sorted(piece.marks, key=lambda mark: (mark.start, -mark.end, mark.key))
        keep = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(opened, now, strict=False)))
        out += "]" * (len(opened) - keep) + "".join(f"[{mark.key} " for mark in now[keep:]) + piece.text
        opened = now
    return out + "]" * len(opened)


def _reading(claim: Mapping[str, Any]) -> str:
    if isinstance(claim["value"], str):
        return f'"{claim["value_text"]}" names {claim["value"]}'
    cues = [row["words"] for row in claim["evidence"] if row["role"] == "comparator"]
    because = f", for {', '.join(map(repr, cues))}" if cues else ""
    return f'"{claim["value_text"]}" -> {describe_value(claim)} ({claim["comparator"]}{because})'
