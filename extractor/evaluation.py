"""Claims against gold: precision, recall and F1, for each predicate and for each rule, and what was missed.

The definitions are those of the annotation guidelines. Facts are counted as sets, document by document:

    fact    predicate and value agree: numbers within 1 % (a training time 5 %), folded names, a range by either end
    tuple   a fact whose subject agrees too: the words of one name are among those of the other
    slot    on the facts that agree, the share of slots filled alike

A claim that the gold calls optional is neither rewarded nor punished, nor is a kind of chip that the gold names as the
chip of another claim. A document whose gold is not exhaustive counts for recall only.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from extractor.errors import SourceError
from extractor.records import Claim, Document
from extractor.schema import data_folder, list_files, load_predicates
from extractor.sources import parse_object

__all__ = ["Gold", "Report", "Tally", "calibrate", "compare", "corpus_gold", "half_of", "read_gold"]

SLOTS = ("chip", "comparator", "modality", "attributed_to", "stage")
# What a slot says when it says nothing
UNMARKED = frozenset({None, "", "unknown", "eq", "asserted"})
# Words that do not tell one name from another
COMMON_WORDS = frozenset(
    "nvidia amd google huawei intel meta openai anthropic deepseek alibaba microsoft xai mistral amazon aws the "
    "ai model models chip chips gpu gpus supercomputer cluster large language llm its their company s".split()
)
SAME_NAME = {
    "rl": "reinforcementlearning", "reinforcementlearningrl": "reinforcementlearning", "moe": "mixtureofexperts",
    "mixtureofexpertsmoe": "mixtureofexperts", "knowledgedistillation": "distillation", "distilled": "distillation",
    "modeldistillation": "distillation", "selfdistillation": "distillation", "quantisation": "quantization",
    "iterateddistillationandamplification": "distillation", "sft": "finetuning", "supervisedfinetuning": "finetuning",
    "cot": "chainofthought", "testtimescaling": "testtimecompute", "inferencetimecompute": "testtimecompute",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gold:
    """A document with the claims that it makes.

    Attributes:
        exhaustive: whether all of its claims are listed, so that any other is wrong.
    """

    document: Document
    claims: tuple[Row, ...]
    exhaustive: bool = True


@dataclass(slots=True)
class Tally:
    """Counts of one predicate or one rule.

    Attributes:
        gold: facts in the gold; for a rule, all of its predicate, so that its recall is its share in finding them.
        predicted: facts that were found, right or wrong.
        facts: of these, how many agree with the gold.
        tuples: of these, how many have the right subject.
    """

    gold: int = 0
    predicted: int = 0
    facts: int = 0
    tuples: int = 0

    @property
    def precision(self) -> float:
        """Share of the predicted facts that are right; not a number where none was predicted."""
        return _ratio(self.facts, self.predicted)

    @property
    def recall(self) -> float:
        """Share of the gold facts that were found; not a number where there are none."""
        return _ratio(self.facts, self.gold)

    @property
    def fact_f1(self) -> float:
        """Harmonic mean of precision and recall; not a number where the gold is not exhaustive."""
        return _ratio(2 * self.facts, self.predicted + self.gold) if self.predicted >= self.facts else float("nan")

    @property
    def tuple_f1(self) -> float:
        """The same, of facts with the right subject."""
        return _ratio(2 * self.tuples, self.predicted + self.gold) if self.predicted >= self.facts else float("nan")


@dataclass(slots=True)
class Report:
    """What came of a comparison.

    Attributes:
        total: all predicates together.
        slots: slot -> right, counted.
        empty: documents without a claim that were left without one, and all of them.
        missed, spurious: (document id, claim) of each gold fact not found, and of each fact that is not in the gold.
    """

    total: Tally = field(default_factory=Tally)
    predicates: dict[str, Tally] = field(default_factory=dict)
    rules: dict[str, Tally] = field(default_factory=dict)
    slots: dict[str, list[int]] = field(default_factory=lambda: {slot: [0, 0] for slot in SLOTS})
    empty: list[int] = field(default_factory=lambda: [0, 0])
    missed: list[tuple[str, Row]] = field(default_factory=list)
    spurious: list[tuple[str, Row]] = field(default_factory=list)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _words(name: object) -> list[str]:
    found = _WORD.findall(str(name or "").lower().replace("’s", "").replace("'s", ""))
    return [word for word in found if word not in COMMON_WORDS] or found


def _fold(name: object) -> str:
    text = "".join(_words(name))
    if text.endswith("s") and any(char.isdigit() for char in text):
        text = text[:-1]
    return SAME_NAME.get(text, text)


def _number(value: object) -> float | None:
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None


def _same_value(one: object, other: object, predicate: str) -> bool:
    x, y = _number(one), _number(other)
    if x is not None and y is not None:
        return abs(x - y) <= (0.05 if predicate == "training_time" else 0.01) * max(abs(x), abs(y))
    return x is None and y is None and _fold(one) == _fold(other) != ""


def _ends(claim: Row) -> list[object]:
    return [value for value in (claim["value"], claim.get("high")) if value not in (None, "")]


def _same_fact(gold: Row, found: Row) -> bool:
    if gold["predicate"] != found["predicate"]:
        return False
    return any(_same_value(a, b, gold["predicate"]) for a in _ends(gold) for b in _ends(found))


def _same_name(one: object, other: object) -> bool:
    x, y = _words(one), _words(other)
    if not x or not y:
        return not x and not y
    return set(x) <= set(y) or set(y) <= set(x) or "".join(x) == "".join(y)


def _same_subject(gold: Row, found: Row) -> bool:
    other = gold.get("subject_alt") or []
    names = [gold.get("subject"), *([other] if isinstance(other, str) else other)]
    return not names[0] or any(_same_name(name, found.get("subject")) for name in names if name)


def _unique(claims: Iterable[Row]) -> list[Row]:
    """Count a fact once that is told twice of one subject."""
    kept: list[Row] = []
    for claim in claims:
        if not any(
            k["predicate"] == claim["predicate"]
            and _same_value(k["value"], claim["value"], claim["predicate"])
            and _same_name(k.get("subject"), claim.get("subject"))
            for k in kept
        ):
            kept.append(claim)
    return kept


def _align(gold: Sequence[Row], found: Sequence[Row]) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pair the claims that state one fact, those with one subject first; return the pairs and what is left of both."""
    pairs: list[tuple[Row, Row]] = []
    lost, extra = list(gold), list(found)
    for with_subject in (True, False):
        for g in list(lost):
            match = next((p for p in extra if _same_fact(g, p) and (not with_subject or _same_subject(g, p))), None)
            if match is not None:
                pairs.append((g, match))
                lost = [row for row in lost if row is not g]
                extra = [row for row in extra if row is not match]
    return pairs, lost, extra


def _chips(claims: Iterable[Row]) -> list[Row]:
    return [
        {"predicate": "chip_model", "value": c["chip"], "subject": c.get("subject")} for c in claims if c.get("chip")
    ]


def _add(report: Report, gold: Gold, claims: Sequence[Row]) -> None:
    """Count one document."""
    name = gold.document.id
    stated = _unique(c for c in gold.claims if not c.get("optional"))
    found = _unique(claims)
    pairs, lost, extra = _align(stated, found)
    chips = _chips(found)
    for g in list(lost):
        match = next((c for c in chips if _same_fact(g, c)), None)
        if match is not None:
            lost = [row for row in lost if row is not g]
            pairs.append((g, {**g, "subject": match["subject"], "rule": ""}))
    spare = [*(c for c in gold.claims if c.get("optional")), *_chips(gold.claims)]
    extra = [
        p
        for p in extra
        if gold.exhaustive
        and not any(_same_fact(c, p) for c in spare)
        and not any(_same_fact(g, p) and _same_name(p.get("subject"), q.get("subject")) for g, q in pairs)
    ]
    if gold.exhaustive and not stated:
        report.empty[0] += not extra
        report.empty[1] += 1
    for g in stated:
        for tally in (report.total, report.predicates.setdefault(g["predicate"], Tally())):
            tally.gold += 1
    for g, p in pairs:
        right = _same_subject(g, p)
        tallies = [report.total, report.predicates[g["predicate"]]]
        if p.get("rule"):
            tallies.append(report.rules.setdefault(p["rule"], Tally()))
        for tally in tallies:
            tally.predicted += gold.exhaustive
            tally.facts += 1
            tally.tuples += right
        _count_slots(report, g, p)
    for p in extra:
        for tally in (
            report.total,
            report.predicates.setdefault(p["predicate"], Tally()),
            report.rules.setdefault(p.get("rule") or "", Tally()),
        ):
            tally.predicted += 1
    report.missed += [(name, g) for g in lost]
    report.spurious += [(name, p) for p in extra]


def _count_slots(report: Report, gold: Row, found: Row) -> None:
    for slot in SLOTS:
        want, got = gold.get(slot), found.get(slot)
        if want in UNMARKED and got in UNMARKED:
            continue
        report.slots[slot][1] += 1
        report.slots[slot][0] += want not in UNMARKED and got not in UNMARKED and _same_name(want, got)


def compare(golds: Iterable[Gold], read: Callable[[Document], Sequence[Claim]]) -> Report:
    """Read every document and count how its claims agree with the gold.

    Args:
        golds: documents with their claims.
        read: from a document to its claims, such as `extractor.pipeline.read_claims`.
    """
    report = Report()
    for gold in golds:
        _add(report, gold, [claim.as_dict() for claim in read(gold.document)])
    for rule, tally in report.rules.items():
        tally.gold = report.predicates.get(rule.partition("/")[0], Tally()).gold
    return report


def calibrate(report: Report, *, least: int = 3) -> dict[str, dict[str, float | int]]:
    """Return the measured precision of each rule: rule -> precision and the number of claims that it rests on.

    Args:
        report: of an exhaustive gold.
        least: a rule that made fewer claims than this is left out.
    """
    return {
        rule: {"precision": round(tally.precision, 3), "of": tally.predicted}
        for rule, tally in sorted(report.rules.items())
        if rule and tally.predicted >= least
    }


def read_gold(path: Path) -> Iterator[Gold]:
    """Read gold as JSON Lines: ``id``, ``text``, and ``claims``, or ``facts`` where these are not exhaustive.

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
    for claim in stated:
        if claim.get("predicate") not in load_predicates() or "value" not in claim:
            raise SourceError(
                "A gold claim has no known predicate or no value", where=where,
                expected=", ".join(load_predicates()), found=json.dumps(claim)[:200],
            )  # fmt: skip
    document = Document(
        id=str(row["id"]), text=row["text"], title=row.get("title") or "", context=row.get("context") or "",
        published=row.get("published") or row.get("date") or "",
    )  # fmt: skip
    return Gold(document, tuple(stated), "claims" in row)


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


def half_of(gold: Gold) -> Literal["tune", "look"]:
    """Tell to which half a document belongs: rules are made on *tune*, and *look* only says whether they hold.

    Documents on one event go to one half: of a set of news the subject that most claims are about is hashed, elsewhere
    the id.
    """
    key = gold.document.id
    if key.startswith("news-"):
        subjects = Counter(c["subject"].lower() for c in gold.claims if c.get("subject"))
        key = next((name for name, _ in subjects.most_common(1)), key)
    return "tune" if hashlib.sha256(key.encode()).digest()[0] % 5 < 3 else "look"
