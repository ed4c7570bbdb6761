"""A document and its claims -> text with marks, on the terminal or as a page of HTML that needs nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from html import escape
from string import Template

from rich.console import Console
from rich.text import Text

from extractor.cli.output import describe_value, one_line
from extractor.highlights import Mark, cut_text
from extractor.records import Claim, Document
from extractor.schema import load_predicates

__all__ = ["make_page", "print_claims"]

# Hues that stay apart, one a predicate, in the order of schema/predicates
COLOURS = ("red", "magenta", "green", "cyan", "yellow", "blue", "bright_red", "bright_magenta", "bright_green",
           "bright_cyan", "bright_yellow", "bright_blue")  # fmt: skip

PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { font: 1.05rem/1.6 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
body { color: #1a1a1a; background: #fff }
article p { white-space: pre-line }
mark { padding: .1em .15em; border-radius: .2em; color: inherit; background: hsl(var(--hue) 80% 86%) }
mark a { color: inherit; text-decoration: none }
sup { font: .65em sans-serif; padding-left: .15em }
table { font: .85rem/1.4 sans-serif; border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .3em .5em; border-bottom: 1px solid #ddd }
tr:target { background: #fff3c4 }
$hues
@media (prefers-color-scheme: dark) {
  body { color: #eee; background: #161616 } mark { background: hsl(var(--hue) 50% 28%) }
  td, th { border-color: #444 } tr:target { background: #443a10 }
}
</style>
</head>
<body>
<article>
<h1>$heading</h1>
$paragraphs
</article>
<h2>$count</h2>
<table>
<thead><tr><th>#<th>kind<th>subject<th>value<th>chip<th>said by<th>firmness<th>quote<th>rule</tr></thead>
<tbody>
$rows
</tbody>
</table>
</body>
</html>
""")


def print_claims(document: Document, claims: Sequence[Claim]) -> None:
    """Print a document with its claims in colour and numbered, then what each of them says."""
    names = list(load_predicates())
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    for part in ("title", "text"):
        whole = getattr(document, part)
        if not whole:
            continue
        text = Text(style="bold" if part == "title" else "")
        for words, marks, ends in _segments(whole, [(i, c) for i, c in enumerate(claims, 1) if c.part == part]):
            styles = [f"{COLOURS[names.index(claim.predicate) % len(COLOURS)]} bold" for _, claim in marks[:1]]
            text.append(_printable(words), style=" ".join(styles) or None)
            text.append("".join(f"[{number}]" for number in ends), style="dim")
        console.print(text)
        console.print()
    if not claims:
        console.print("No claims.")
    for number, claim in enumerate(claims, 1):
        slots = {
            "": claim.modality if claim.modality != "asserted" else "",
            "chip ": claim.chip, "stage ": claim.stage, "says ": claim.attributed_to,
        }  # fmt: skip
        more = "".join(f"; {name}{one_line(value)}" for name, value in slots.items() if value)
        subject = one_line(claim.subject) or "unnamed"
        line = Text(f"[{number}] ", style="dim")
        line.append(claim.predicate, style=f"{COLOURS[names.index(claim.predicate) % len(COLOURS)]} bold")
        line.append(f"  {subject}: {_value(claim)}{more}")
        line.append(f"  ({claim.rule})", style="dim")
        console.print(line)


def make_page(document: Document, claims: Sequence[Claim]) -> str:
    """Return a page of HTML with the claims marked and listed; it loads nothing and runs no script."""
    names = list(load_predicates())
    numbered = list(enumerate(claims, 1))
    heading = "".join(_html(document.title, [pair for pair in numbered if pair[1].part == "title"]))
    body = "".join(_html(document.text, [pair for pair in numbered if pair[1].part == "text"]))
    return PAGE.substitute(
        title=escape(document.title or "Claims in a text"),
        heading=heading or "Claims in a text",
        hues="\n".join(f".{name} {{ --hue: {round(i * 360 / len(names))} }}" for i, name in enumerate(names)),
        paragraphs=f"<p>{body}</p>".replace("\n\n", "</p>\n<p>"),
        count=f"{len(claims)} claim{'' if len(claims) == 1 else 's'}",
        rows="\n".join(_row(number, claim) for number, claim in numbered),
    )


def _segments(
    text: str, marks: Sequence[tuple[int, Claim]]
) -> Iterator[tuple[str, list[tuple[int, Claim]], list[int]]]:
    """Cut a text wherever a claim begins or ends: the words, the claims that they belong to, those that end there."""
    claims = dict(marks)
    for piece in cut_text(text, (Mark(claim.start, claim.end, str(number)) for number, claim in marks)):
        inside, ends = (sorted(int(mark.key) for mark in found) for found in (piece.marks, piece.ends))
        yield piece.text, [(number, claims[number]) for number in inside], ends


def _html(text: str, marks: Sequence[tuple[int, Claim]]) -> Iterator[str]:
    for words, inside, ends in _segments(text, marks):
        if not inside:
            yield escape(words)
            continue
        tip = escape(" | ".join(f"{c.predicate}: {c.subject or 'unnamed'}, {_value(c)}" for _, c in inside))
        links = "".join(f'<a href="#claim-{number}"><sup>{number}</sup></a>' for number in ends)
        yield f'<mark class="{inside[0][1].predicate}" title="{tip}">{escape(words)}{links}</mark>'


def _row(number: int, claim: Claim) -> str:
    cells = (
        str(number), load_predicates()[claim.predicate].label, claim.subject, _value(claim), claim.chip,
        claim.attributed_to, claim.modality, claim.quote, claim.rule,
    )  # fmt: skip
    return f'<tr id="claim-{number}"><td>' + "<td>".join(escape(one_line(cell)) for cell in cells) + "</tr>"


def _value(claim: Claim) -> str:
    return one_line(describe_value(claim.as_dict()))


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)
