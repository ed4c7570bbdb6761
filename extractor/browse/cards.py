"""Rows of an article, its claims and their evidence -> what the pages show of them. No database, no HTML."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractor.browse.judgements import tell_reading
from extractor.figures import write_exact, write_value
from extractor.highlights import Mark, Paragraph, Piece, cut_paragraphs, cut_text
from extractor.schema import load_predicates

__all__ = [
    "ClaimCard", "Elsewhere", "KindOfClaim", "find_elsewhere", "find_hue", "list_kinds", "make_cards", "mark_part",
    "mark_sentence", "read_authors",
]  # fmt: skip

HUES = 13
AROUND = 60


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """A claim as the pages show it.

    Attributes:
        number: its place in the article, from 1; the title's claims come first.
        hue: which of the stylesheet's colours it has.
        kind: the label of its predicate.
        value: in words that are read at a glance.
        exact: the number in full, where ``value`` does not give it.
        row: all its columns.
        stands: whether the article still has the quote where the claim says.
        status: what a reader said of it, such as ``confirmed``; empty where the database keeps no verdicts.
        read: of a claim that a reader has put right, what had been read: slot -> words.
    """

    number: int
    id: str
    hue: int
    kind: str
    value: str
    exact: str
    row: Mapping[str, Any]
    stands: bool
    status: str = ""
    read: Mapping[str, str] = field(default_factory=dict)

    @property
    def tip(self) -> str:
        """One line for a pointer or a screen reader."""
        told = f"Claim {self.number}, {self.kind}: {self.row['subject'] or 'unnamed'}, {self.value}"
        return f"{told} (rejected by a reader)" if self.is_rejected else told

    @property
    def is_rejected(self) -> bool:
        """Whether a reader has said that it is wrong."""
        return bool(self.row.get("verdict") == "rejected")


@dataclass(frozen=True, slots=True)
class KindOfClaim:
    """A line of an article's legend: a predicate, its label and colour, and how many claims of it there are."""

    hue: int
    label: str
    predicate: str
    claims: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Evidence that stands outside the sentence of the quote, with the words around it."""

    role: str
    before: str
    words: str
    after: str


def find_hue(predicate: str) -> int:
    """Return the number of the colour of a predicate: its place in ``schema/predicates``."""
    names = list(load_predicates())
    return names.index(predicate) % HUES if predicate in names else HUES - 1


def make_cards(article: Mapping[str, Any], claims: Iterable[Mapping[str, Any]]) -> list[ClaimCard]:
    """Return the cards of an article's claims, in the order given.

    Args:
        article: its title and text.
        claims: rows of ``claims``, each with the ``label`` of its predicate, and as `judgements` gives them, if there
            is such a thing as a verdict.
    """
    cards = []
    for number, row in enumerate(claims, 1):
        value = write_value(row["value"], row["high"], row["unit"], row["comparator"])
        numeric = isinstance(row["value"], (int, float))
        ends = [write_exact(end) for end in (row["value"], row["high"]) if numeric and end is not None]
        part = article["title"] if row["part"] == "title" else article["text"]
        cards.append(
            ClaimCard(
                number=number,
                id=row["id"],
                hue=find_hue(row["predicate"]),
                kind=row["label"] or row["predicate"],
                value=value,
                exact="" if all(end in value for end in ends) else " to ".join(ends),
                row=row,
                stands=part[row["start"] : row["end"]] == row["quote"],
                status=row.get("judged", ""),
                read=tell_reading(row),
            )
        )
    return cards


def list_kinds(cards: Iterable[ClaimCard]) -> list[KindOfClaim]:
    """Return the kinds of claim among the cards, in the order of ``schema/predicates``."""
    counts = Counter((card.hue, card.kind, card.row["predicate"]) for card in cards)
    return [KindOfClaim(*kind, claims) for kind, claims in sorted(counts.items())]


def mark_part(article: Mapping[str, Any], part: str, cards: Sequence[ClaimCard]) -> list[Paragraph]:
    """Return the title or the text of an article in paragraphs, cut at every claim in it; keys are claim ids."""
    marks = [
        Mark(card.row["start"], card.row["end"], card.id) for card in cards if card.stands and card.row["part"] == part
    ]
    return cut_paragraphs(article[part], marks)


def mark_sentence(
    article: Mapping[str, Any], claim: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]
) -> list[Piece]:
    """Return the sentence of a claim, cut at its quote (key ``quote``) and at its evidence (key: the role)."""
    start, end = claim["sentence_start"], claim["sentence_end"]
    sentence = article["title" if claim["part"] == "title" else "text"][start:end]
    spans = {(claim["start"], claim["end"], "quote")} | {
        (row["start"], row["end"], row["role"]) for row in evidence if _is_inside(row, claim)
    }
    return list(cut_text(sentence, [Mark(a - start, b - start, key) for a, b, key in sorted(spans)]))


def find_elsewhere(
    article: Mapping[str, Any], claim: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]]
) -> list[Elsewhere]:
    """Return the evidence that the sentence does not hold, such as a name that stands two sentences before."""
    found = []
    for row in evidence:
        if _is_inside(row, claim):
            continue
        text, start, end = article["title" if row["part"] == "title" else "text"], row["start"], row["end"]
        before = ("…" if start > AROUND else "") + text[max(0, start - AROUND) : start]
        after = text[end : end + AROUND] + ("…" if end + AROUND < len(text) else "")
        found.append(Elsewhere(row["role"], before, text[start:end], after))
    return found


def read_authors(authors: str) -> list[str]:
    """Return the names of a byline, which the database keeps as a JSON list; what is none is one name as it stands."""
    try:
        names = json.loads(authors)
    except ValueError:
        return [authors] if authors else []
    return [str(name) for name in names] if isinstance(names, list) else [authors]


def _is_inside(row: Mapping[str, Any], claim: Mapping[str, Any]) -> bool:
    return bool(
        row["part"] == claim["part"] and claim["sentence_start"] <= row["start"] and row["end"] <= claim["sentence_end"]
    )
