"""What the components know of one document while they read it.

Mentions and sentences are records; a `Reading` is the sheet on which the components of the pipeline write in turn. It
lives in ``doc._.reading``; what other pipelines see of it is ``doc.spans["mentions"]`` and ``doc._.claims``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from extractor.quantities import Quantity
from extractor.records import Comparator, Document, Evidence, Modality, Part, Stage

__all__ = ["Draft", "Mention", "Reading", "Sentence", "SentenceKind"]

SentenceKind = Literal["prose", "heading", "item", "row"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A span with a type: CHIP, MODEL, ORG, PERSON, CLUSTER, TECHNIQUE, or the kind of a quantity in capitals.

    Attributes:
        name: canonical name of a thing; the words as written for a quantity.
        start, end: offsets into the document's text.
        quantity: what a quantity was read as, else None.
        found: ``list`` for a name of ours, ``text`` for one that only the document makes a name.
        detail: what the list says of its kind: ``chipmaker``, ``media``, ``system`` and so on.
    """

    kind: str
    name: str
    start: int
    end: int
    quantity: Quantity | None = None
    found: str = "list"
    detail: str = ""


@dataclass(slots=True)
class Sentence:
    """A sentence, or a heading, list item or table row that stands as one.

    Attributes:
        start, end: offsets into the part.
        paragraph: the number of its paragraph, from 0.
        section: the number of the heading that it stands under, as an index into ``Reading.sentences``; None above all.
    """

    start: int
    end: int
    paragraph: int
    kind: SentenceKind = "prose"
    section: int | None = None
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A claim in the making: what a rule matched, then what the later components add to it."""

    rule: str
    predicate: str
    sentence: int
    value: float | str
    high: float | None
    unit: str
    start: int
    end: int
    value_start: int
    value_end: int
    chip: Mention | None = None
    currency: str = ""
    comparator: Comparator = "eq"
    modality: Modality = "asserted"
    stage: Stage = ""
    subject: str | None = None
    subject_evidence: Evidence | None = None
    speaker: str = ""
    cues: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """One part of a document on its way from text to claims.

    Attributes:
        text: the text with its markup blanked out; offsets are those of the document.
        title_names, context_names: names that stand in the headline, and in the text above the document.
    """

    document: Document
    text: str
    part: Part = "text"
    sentences: list[Sentence] = field(default_factory=list)
    title_names: list[Mention] = field(default_factory=list)
    context_names: list[Mention] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)

    @property
    def source(self) -> str:
        """The part as the document has it, markup and all; offsets are the same as in ``text``."""
        return self.document.text if self.part == "text" else self.document.title
