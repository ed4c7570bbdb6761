"""The records that pass between stages. Each is made once and not changed.

All offsets are half-open and count Unicode code points of the part that they point into: an article's
``text`` or its ``title``.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from extractor.errors import ExtractorError

__all__ = [
    "Article",
    "Claim",
    "Comparator",
    "Document",
    "Evidence",
    "Failure",
    "JSON_KEYS",
    "Modality",
    "Page",
    "Part",
    "Role",
    "Span",
    "Stage",
    "claim_id",
]

Part = Literal["text", "title"]
Comparator = Literal["eq", "approx", "gt", "lt", "range"]
Modality = Literal["asserted", "estimated", "planned", "denied", "hypothetical", "disputed"]
Stage = Literal["", "pretraining", "post-training", "fine-tuning", "rl", "preparation", "inference"]
Role = Literal["value", "subject", "chip", "speaker", "comparator", "modality", "stage"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, ``start`` to ``end``; printed as ``[start, end)``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ExtractorError("A span runs backwards", found=f"[{self.start}, {self.end})")

    def __str__(self) -> str:
        return f"[{self.start}, {self.end})"

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share a code point."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of a page and what is known of how they came, before anything is read from them.

    Attributes:
        url: where the page stands: an http(s) URL, or a ``file:`` URI.
        content: the bytes as received, decompressed.
        media_type: ``text/html``, ``text/plain``, ``text/markdown`` or ``application/json`` (one line of a JSONL file).
        charset: what the transport said of the encoding; empty where it said nothing.
        fetched: when, as ISO 8601 in UTC.
    """

    url: str
    content: bytes
    media_type: str
    charset: str = ""
    fetched: str = ""

    @property
    def sha256(self) -> str:
        """The address of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Article:
    """What a reader takes from a page.

    Attributes:
        url: the canonical URL that the page gives; the page's own where it gives none.
        text: paragraphs, parted by a blank line; headings and list items are paragraphs too.
        published: ``2025``, ``2025-01`` or ``2025-01-28``, as precisely as the page says; empty if it does not.
        authors: names in the order of the byline.
        language: BCP 47, lower case; empty if the page does not say.
        page_sha256: the page that it was read from.
        canonical: the URL of the original on another site, where the page names one; empty where it does not.
    """

    url: str
    text: str
    title: str = ""
    site: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    language: str = ""
    page_sha256: str = ""
    canonical: str = ""

    @property
    def id(self) -> str:
        """A short stable name: the first 16 hexadecimal digits of the URL's SHA-256."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Document:
    """A text to read for claims: an article, or a line given to ``annotate``.

    Attributes:
        id: names the document in the output.
        url: what claim ids are made from; ``id`` is used where it is empty.
        context: text that stands above the document, such as its heading: may give subjects, never claims.
    """

    id: str
    text: str
    title: str = ""
    context: str = ""
    published: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words of a document that fill one slot of a claim."""

    role: Role
    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One fact that a text states about how a model or a cluster was, is or will be built.

    Attributes:
        value: a number in the predicate's canonical unit, or a canonical name.
        high: the upper end of a range, of which ``value`` is then the lower.
        value_text: the value as written.
        currency: ISO 4217 code for money, else empty. ``unit`` is the same code for money.
        subject: the model, cluster or organisation as the text names it; empty if it never does.
        subject_id: the canonical entity, filled in by `extractor.reconcile`.
        quote: the shortest words that carry the claim: ``part[start:end]``.
        confidence: measured precision of ``rule`` on gold that it was not made on, 0 to 1; None where not measured.
        evidence: where each filled slot stands.
    """

    id: str
    article_id: str
    predicate: str
    value: float | str
    unit: str
    value_text: str
    start: int
    end: int
    quote: str
    sentence_start: int
    sentence_end: int
    rule: str
    high: float | None = None
    currency: str = ""
    subject: str = ""
    subject_id: str = ""
    chip: str = ""
    comparator: Comparator = "eq"
    modality: Modality = "asserted"
    stage: Stage = ""
    attributed_to: str = ""
    part: Part = "text"
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.quote) or not self.quote:
            raise ExtractorError(
                "A claim's quote does not fit its offsets",
                where=f"claim {self.id}",
                expected=f"{self.end - self.start} code points",
                found=repr(self.quote),
            )
        for name, kind in (("comparator", Comparator), ("modality", Modality), ("stage", Stage), ("part", Part)):
            if getattr(self, name) not in get_args(kind):
                raise ExtractorError(
                    f"A claim's {name} is out of its vocabulary",
                    where=f"claim {self.id}",
                    expected=" | ".join(map(repr, get_args(kind))),
                    found=repr(getattr(self, name)),
                )

    def as_dict(self) -> dict[str, Any]:
        """The claim as the JSON of ``annotate``, evidence included, keys in the order of the schema."""
        row = asdict(self)
        return {key: row[key] for key in JSON_KEYS}


JSON_KEYS = (
    "id", "article_id", "predicate", "value", "high", "unit", "value_text", "currency", "subject", "subject_id",
    "chip", "comparator", "modality", "stage", "attributed_to", "part", "start", "end", "quote",
    "sentence_start", "sentence_end", "rule", "confidence", "evidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be read, and why; a run goes on without it.

    Attributes:
        source: the file, URL or ``FILE:LINE`` that failed.
        stage: the stage of the flow: ``source``, ``article``, ``claims`` or ``store``.
        reason: one line for a reader, with the next step.
    """

    source: str
    stage: str
    reason: str


def claim_id(url: str, predicate: str, quote: str, occurrence: int) -> str:
    """Name a claim so that neither a better parser nor a better page reader renames it.

    Args:
        url: the article's canonical URL (a document's id where it has none).
        predicate: the kind of claim.
        quote: the words that carry it.
        occurrence: how many claims of this predicate with the same quote stand before it in the article.

    >>> claim_id("https://a.example/1", "training_cost", "$5.6m", 0)
    'e37e7bccaea9f161'
    """
    raw = "\x1f".join((url, predicate, quote, str(occurrence)))
    return hashlib.sha256(raw.encode()).hexdigest()[:16]
