"""Text -> claims: the components of the spaCy pipeline, in their order, and the function that loads them.

    sentences -> mentions -> claims -> context -> subjects

Each component writes on the document's `Reading`; the last one makes the claims. Any pipeline can take them in:
``nlp.add_pipe("ainews_sentences")`` and so on; they read characters, not tokens, so that the tokenizer does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extractor.gate import may_hold_claims
from extractor.pipeline.candidates import stands_in_digest
from extractor.pipeline.claims import match_claims
from extractor.pipeline.context import apply_context
from extractor.pipeline.markup import blank_markup
from extractor.pipeline.mentions import find_mentions, find_names, place_mentions
from extractor.pipeline.readings import Draft, Reading
from extractor.pipeline.sentences import split_sentences
from extractor.pipeline.subjects import Choose, find_subjects
from extractor.pipeline.tokens import WordTokenizer
from extractor.pipeline.views import View, make_view
from extractor.pipeline.winners import find_winners
from extractor.records import Claim, Document, Evidence, Part, claim_id
from extractor.rules import load_confidence

__all__ = [
    "choose_subjects",
    "load",
    "make_claims",
    "make_context",
    "make_mentions",
    "make_sentences",
    "make_subjects",
    "read_claims",
    "strongest_rules",
]

COMPONENTS = ("ainews_sentences", "ainews_mentions", "ainews_claims", "ainews_context", "ainews_subjects")


def _extend() -> None:
    for name in ("document", "part", "reading", "views"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
    if not Doc.has_extension("claims"):
        Doc.set_extension("claims", default=())


@Language.factory("ainews_sentences")  # type: ignore[untyped-decorator]
def make_sentences(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Component: finds the sentences, headings, items and rows of a document."""
    _extend()

    def read(doc: Doc) -> Doc:
        document = doc._.document or Document(id="", text=doc.text)
        part: Part = doc._.part or "text"
        reading = Reading(document, blank_markup(document.text if part == "text" else document.title), part=part)
        reading.sentences = list(split_sentences(reading.text))
        if reading.part == "text":
            reading.title_names = find_names(blank_markup(document.title))
        if document.context:
            reading.context_names = [m for m in find_mentions(blank_markup(document.context)) if m.quantity is None]
        doc._.reading = reading
        return doc

    return read


@Language.factory("ainews_mentions")  # type: ignore[untyped-decorator]
def make_mentions(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Component: finds names and quantities; leaves them in ``doc.spans["mentions"]`` too."""

    def read(doc: Doc) -> Doc:
        reading: Reading = doc._.reading
        mentions = find_mentions(reading.text)
        place_mentions(reading, mentions)
        if len(doc):
            doc.spans["mentions"] = [
                span
                for m in mentions
                if (span := doc.char_span(m.start, m.end, label=m.kind, alignment_mode="expand")) is not None
            ]
        doc._.views = {i: make_view(reading, s) for i, s in enumerate(reading.sentences)}
        return doc

    return read


@Language.factory("ainews_claims")  # type: ignore[untyped-decorator]
def make_claims(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Component: matches the rules and leaves drafts of claims on the reading."""

    def read(doc: Doc) -> Doc:
        match_claims(doc._.reading, doc._.views)
        return doc

    return read


@Language.factory("ainews_context")  # type: ignore[untyped-decorator]
def make_context(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Component: says of each draft how sure it is, who says so, and of which stage it speaks."""

    def read(doc: Doc) -> Doc:
        apply_context(doc._.reading)
        return doc

    return read


@Language.factory("ainews_subjects")  # type: ignore[untyped-decorator]
def make_subjects(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """Component: finds each draft's subject, and makes the claims of ``doc._.claims``."""

    def read(doc: Doc) -> Doc:
        reading: Reading = doc._.reading
        views: dict[int, View] = doc._.views
        find_subjects(reading, views)
        doc._.claims = tuple(_finish(reading))
        return doc

    return read


def _finish(reading: Reading) -> list[Claim]:
    """Turn drafts into claims with ids, quotes and evidence."""
    document = reading.document
    text = reading.source
    place = document.url or document.id
    if reading.part == "title":
        place += "#title"
    seen: Counter[tuple[str, str]] = Counter()
    confidence = load_confidence()
    claims = []
    for draft in sorted(reading.drafts, key=lambda d: (d.start, d.end, d.predicate)):
        sentence = reading.sentences[draft.sentence]
        quote = text[draft.start : draft.end]
        key = (draft.predicate, quote)
        claims.append(
            Claim(
                id=claim_id(place, draft.predicate, quote, seen[key]),
                article_id=document.id,
                predicate=draft.predicate,
                value=draft.value,
                high=draft.high,
                unit=draft.unit,
                value_text=text[draft.value_start : draft.value_end],
                currency=draft.currency,
                subject=draft.subject or "",
                chip=draft.chip.name if draft.chip else "",
                comparator=draft.comparator,
                modality=draft.modality,
                stage=draft.stage,
                attributed_to=draft.speaker,
                part=reading.part,
                start=draft.start,
                end=draft.end,
                quote=quote,
                sentence_start=sentence.start,
                sentence_end=sentence.end,
                rule=draft.rule,
                confidence=measured.precision if (measured := confidence.get(draft.rule)) else None,
                evidence=tuple(_evidence(draft, reading)),
            )
        )
        seen[key] += 1
    return claims


def _evidence(draft: Draft, reading: Reading) -> list[Evidence]:
    part = reading.part
    rows = [Evidence("value", part, draft.value_start, draft.value_end)]
    if draft.subject_evidence:
        rows.append(draft.subject_evidence)
    if draft.chip:
        rows.append(Evidence("chip", part, draft.chip.start, draft.chip.end))
    rows += [Evidence(role, part, *span) for role, span in draft.cues.items()]  # type: ignore[arg-type]
    return rows


@cache
def load() -> Language:
    """Load the whole pipeline, once."""
    nlp = spacy.blank("en")
    nlp.tokenizer = WordTokenizer(nlp.vocab)
    for component in COMPONENTS:
        nlp.add_pipe(component)
    return nlp


def _run(document: Document, part: Part, components: Iterable[str] = COMPONENTS) -> Doc:
    """Run components on one part of a document. Not by ``nlp(doc)``, which tells a KeyError as a missing model.

    The Doc has no tokens: the components read the document's characters, and nobody else gets to see it.
    """
    nlp = load()
    doc = Doc(nlp.vocab)
    doc._.document, doc._.part = document, part
    for name in components:
        doc = nlp.get_pipe(name)(doc)
    return doc


def read_claims(document: Document) -> list[Claim]:
    """Read the claims of one document, in the order in which they stand; those of its title come first.

    A headline repeats what the article says: of its claims only those are kept that the text does not make.
    """
    if not may_hold_claims(document.text, document.title):
        return []
    claims = list(_run(document, "text")._.claims)
    if document.title and not stands_in_digest(document.text):
        told = {(c.predicate, c.value) for c in claims} | {(c.predicate, c.high) for c in claims}
        headline = [c for c in _run(document, "title")._.claims if (c.predicate, c.value) not in told and c.subject]
        claims = headline + claims
    return claims


def strongest_rules(document: Document) -> list[tuple[str, int, int]]:
    """Tell which rule is the strongest on each anchor of a text: its id, and the offsets of the anchor's words.

    Rules of the folder ``no_claim`` are among them: this is how one sees why a number gives no claim.
    """
    doc = _run(document, "text", COMPONENTS[:2])
    views: dict[int, View] = doc._.views
    return [
        (hit.rule.id, views[index].words[at].start, views[index].words[at].end)
        for index, best in find_winners(doc._.reading, views)
        for at, hit in sorted(best.items())
    ]


def choose_subjects(document: Document, weights: Mapping[str, float], choose: Choose) -> None:
    """Read a text as far as its drafts, and let ``choose`` take each one's subject: the weights are fitted by it."""
    doc = _run(document, "text", COMPONENTS[:-1])
    find_subjects(doc._.reading, doc._.views, weights, choose)
