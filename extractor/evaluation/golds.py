"""Gold -> documents with the claims that they make: JSON Lines, or the packaged corpus."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from extractor.errors import SourceError
from extractor.evaluation.matching import Row
from extractor.records import Document
from extractor.rules import load_rules
from extractor.schema import data_folder, list_files, load_predicates
from extractor.sources import parse_object

__all__ = ["Gold", "corpus_gold", "digest_gold", "example_gold", "half_of", "read_gold"]


@dataclass(frozen=True, slots=True)
class Gold:
    """A document with the claims that it makes.

    Attributes:
        exhaustive: whether all of its claims are listed, so that any other is wrong.
        half: to which half it belongs, where the gold says so; empty where a hash decides.
        wrong: claims that it is known not to make: whoever finds one of them is wrong, exhaustive or not.
        judged: whether the gold says what is wrong, so that precision can be counted on what it speaks of.
    """

    document: Document
    claims: tuple[Row, ...]
    exhaustive: bool = True
    half: Literal["", "tune", "look"] = ""
    wrong: tuple[Row, ...] = ()
    judged: bool = False


def read_gold(path: Path) -> Iterator[Gold]:
    """Read gold as JSON Lines: ``id``, ``text``, and ``claims``, or ``facts`` where these are not exhaustive.

    Beside ``facts`` may stand ``wrong``, claims that the document is known not to make, as ``reviews export`` writes
    them: then precision is counted on the claims of both, and whatever neither has is left aside.

    A document that says ``"half": "look"`` is one that no rule was made on, whatever its hash.

    Raises:
        SourceError: for a line that is no such document.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise SourceError(
            "The gold cannot be read", where=str(path), expected="JSON Lines in UTF-8", found=str(error)
        ) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _parse_gold(line, f"{path}:{number}")


def _parse_gold(line: bytes, where: str) -> Gold:
    expected = 'an object with "id", "text" and "claims" or "facts"'
    row = parse_object(line, where, "document with its claims")
    if not {"id", "text"} <= set(row) or not {"claims", "facts"} & set(row):
        raise SourceError(
            "A line of gold lacks what it needs", where=where, expected=expected, found=", ".join(row)[:200]
        )
    stated = row["claims"] if "claims" in row else row["facts"]
    wrong = row.get("wrong", [])
    for claim in (*stated, *wrong):
        if claim.get("predicate") not in load_predicates() or "value" not in claim:
            raise SourceError(
                "A gold claim has no known predicate or no value", where=where,
                expected=", ".join(load_predicates()), found=json.dumps(claim)[:200],
            )  # fmt: skip
    if row.get("half", "") not in ("", "tune", "look"):
        raise SourceError(
            "A line of gold names no half", where=where, expected='"tune" or "look"', found=repr(row["half"])
        )
    document = Document(
        id=str(row["id"]), text=row["text"], title=row.get("title") or "", context=row.get("context") or "",
        published=row.get("published") or row.get("date") or "",
    )  # fmt: skip
    return Gold(document, tuple(stated), "claims" in row, row.get("half", ""), tuple(wrong), "wrong" in row)


def corpus_gold() -> Iterator[Gold]:
    """Read the gold of the packaged corpus, in the order of the articles' names."""
    for name, file in list_files(data_folder("corpus") / "gold", ".json"):
        yield _corpus_document(name, file)


def _corpus_document(name: str, file: Traversable) -> Gold:
    """Join an article's paragraphs; those of its headline are numbered -1."""
    row = json.loads(file.read_text(encoding="utf-8"))
    starts, at = [], 0
    for paragraph in row["paragraphs"]:
        starts.append(at)
        at += len(paragraph) + 2
    claims = [
        {**c, "start": c["start"] + starts[c["paragraph"]], "end": c["end"] + starts[c["paragraph"]]}
        for c in row["claims"]
        if c["paragraph"] >= 0
    ]
    # What only the headline says is welcome, but the text is what is measured
    claims += [{**c, "optional": True} for c in row["claims"] if c["paragraph"] < 0]
    document = Document(
        id=name,
        text="\n\n".join(row["paragraphs"]),
        title=row["title"],
        published=row["published"] or "",
    )
    return Gold(document, tuple(claims))


def example_gold() -> Iterator[Gold]:
    """Make gold of the examples in the rule files: sentences whose subject is told, or is none."""
    for rule in load_rules():
        for number, example in enumerate(rule.examples):
            if example.get("claims"):
                claims = tuple({"predicate": rule.predicate, "subject": "", **claim} for claim in example["claims"])
                yield Gold(Document(id=f"{rule.id}[{number}]", text=example["text"]), claims)


def digest_gold(golds: Iterable[Gold]) -> str:
    """Return 16 hexadecimal digits that change with any text or claim of the gold."""
    rows = []
    for gold in golds:
        row: list[object] = [gold.document.id, gold.document.text, [dict(claim) for claim in gold.claims]]
        rows.append([*row, [dict(claim) for claim in gold.wrong]] if gold.wrong else row)
    whole = json.dumps(rows, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def half_of(gold: Gold) -> Literal["tune", "look"]:
    """Tell to which half a document belongs: rules are made on *tune*, and *look* only says whether they hold.

    Documents on one event go to one half: of a set of news the subject that most claims are about is hashed, elsewhere
    the id. A gold that says itself where its documents belong is believed.
    """
    if gold.half:
        return gold.half
    key = gold.document.id
    if key.startswith("news-"):
        subjects = Counter(c["subject"].lower() for c in gold.claims if c.get("subject"))
        key = next((name for name, _ in subjects.most_common(1)), key)
    return "tune" if hashlib.sha256(key.encode()).digest()[0] % 5 < 3 else "look"
