"""Drafts -> drafts with a subject: each name that stands near enough is scored, and the best one is taken.

All weights stand in `WEIGHTS`. A claim whose best candidate scores below `FLOOR` keeps an empty subject: no subject is
better than a wrong one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from extractor.pipeline.readings import Draft, Mention, Reading
from extractor.pipeline.views import View, Word
from extractor.records import Evidence, Part

__all__ = ["FLOOR", "WEIGHTS", "find_subjects"]

FLOOR = 1.0
WEIGHTS = {
    # which kind of thing a predicate is about
    "model_of_model": 4.0, "cluster_of_model": -1.0, "org_of_model": 0.0,
    "model_of_cluster": -1.0, "cluster_of_cluster": 3.0, "org_of_cluster": 1.5,
    "model_of_any": 1.0, "cluster_of_any": 1.5, "org_of_any": 0.5,
    "model_of_run": 3.0, "cluster_of_run": 1.0, "org_of_run": 0.5,
    # where the name stands
    "before": 4.0, "after": 2.0, "title": 0.8, "section": 2.5, "above": 1.5,
    "sentence_1": 2.0, "sentence_2": 1.2, "sentence_3": 0.6, "sentence_far": 0.2,
    # how
    "token_apart": -0.08, "other_between": -0.4, "clause_between": -1.0,
    "first_in_sentence": 0.8, "for_it": 3.0, "compared": -4.0, "owned": -0.5, "anaphor": 1.5, "vendor": -6.0,
    "speaker": -1.0, "base_of_it": -5.0, "discovered": -0.3, "focus": 0.8, "in_brackets": -0.5, "analyst": -4.0,
    "chipmaker": -2.0, "rank": -0.3,
}  # fmt: skip

_MODEL_PREDICATES = frozenset(
    "training_cost training_time chip_hours parameters active_parameters training_tokens training_compute technique base_model".split()
)
_CLUSTER_PREDICATES = frozenset({"hardware_cost", "power"})
_COMPARES = frozenset(
    "than like unlike against versus vs rivals rivalling beats beating outperforms outperforming surpasses matches as".split()
)
_COMPARING_PHRASES = (("compared", "with"), ("compared", "to"), ("compute", "of"), ("size", "of"), ("times", "of"), ("similar", "to"))
_CLAUSE_BREAKS = frozenset({";", "while", "whereas", "but", "although", "though", "—", "–", "where", "because", "since"})
# Words that point back: to the subject of the sentence before, rather than to a name that follows
_ANAPHORS = frozenset("it its they their this these the both neither he she we our that training pretraining pre-training".split())
_SAYS = frozenset(
    "said says say told wrote writes tweeted posted estimated estimates reported reports announced disclosed claims claimed "
    "according revealed noted added thinks believes reckons confirmed".split()
)
_NOT_BUILDERS = frozenset({"media", "research", "investor", "government"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A name, its score so far, and the part that it stands in; no part for the text above the document."""

    mention: Mention
    score: float
    part: Part | None = "text"


_OF_A_RUN = frozenset({"train", "tune", "TOKENS", "PARAMETERS", "ACTIVE", "CHIPHOURS", "COMPUTE", "DURATION"})
_OF_A_SITE = frozenset({"site", "CLUSTER", "buy", "deploy", "have", "POWER"})


def _class_of(predicate: str, tags: frozenset[str]) -> str:
    """Tell what kind of thing a claim is about; of chips, by whether the sentence tells of a run or of a site."""
    if predicate in _MODEL_PREDICATES:
        return "model"
    if predicate in _CLUSTER_PREDICATES:
        return "cluster"
    if not tags.isdisjoint(_OF_A_RUN):
        return "run"
    return "cluster" if not tags.isdisjoint(_OF_A_SITE) else "any"


def _anchor_at(view: View, draft: Draft) -> int:
    for at, word in enumerate(view.words):
        if word.start <= draft.value_start < word.end:
            return at
    return 0


def _is_compared(words: tuple[Word, ...], at: int) -> bool:
    """Tell whether the name at ``at`` is what something else is compared with; "than Meta's LLaMA 2" is seen through."""
    before: list[str] = []
    for word in reversed(words[max(0, at - 7) : at]):
        if word.tag in _NAMES or word.text.lower() in ("'", "s", "'s", "its", "the", "of", "a", "an", "model") and len(before) < 1:
            if word.text.lower() == "of":
                before.append("of")
            continue
        before.append(word.text.lower())
    if any(w in _COMPARES for w in before[:2]):
        return True
    return any((b, a) in _COMPARING_PHRASES for a, b in zip(before, before[1:3], strict=False))


def _sentence_candidates(view: View, at: int, draft: Draft) -> Iterator[_Candidate]:
    """Score the names in the claim's own sentence."""
    kind = _class_of(draft.predicate, view.tags)
    words = view.words
    first = next((i for i, w in enumerate(words) if w.tag in _NAMES), None)
    for i, word in enumerate(words):
        if word.tag not in _NAMES or word.mention is None or i == at:
            continue
        score = _kind_score(kind, word.tag) + WEIGHTS["before" if i < at else "after"]
        low, high = min(i, at), max(i, at)
        between = words[low + 1 : high]
        score += WEIGHTS["token_apart"] * len(between)
        score += WEIGHTS["other_between"] * sum(w.tag == word.tag for w in between)
        score += WEIGHTS["clause_between"] * min(2, sum(w.text.lower() in _CLAUSE_BREAKS for w in between))
        if i == first:
            score += WEIGHTS["first_in_sentence"]
        if i > at and len(between) <= 3 and between and between[0].text.lower() in ("for", "of", "by", "on"):
            score += WEIGHTS["for_it"]
        if _is_compared(words, i):
            score += WEIGHTS["compared"]
        score += _org_score(words, i) + _mention_score(word.mention)
        if draft.predicate == "base_model" and word.mention.name == draft.value:
            continue
        yield _Candidate(word.mention, score)


_NAMES = frozenset({"MODEL", "CLUSTER", "ORG"})


def _kind_score(kind: str, tag: str) -> float:
    return WEIGHTS[f"{tag.lower()}_of_{kind}"]


def _mention_score(mention: Mention) -> float:
    score = WEIGHTS["discovered"] if mention.found == "text" else 0.0
    if mention.kind == "ORG":
        if mention.detail == "chipmaker":
            score += WEIGHTS["chipmaker"]
        elif mention.detail in _NOT_BUILDERS:
            score += WEIGHTS["analyst"]
    return score


def _org_score(words: tuple[Word, ...], at: int) -> float:
    """What speaks against an organisation: it only makes the chips, or only says so."""
    if words[at].tag != "ORG":
        return 0.0
    score = 0.0
    following = [w for w in words[at + 1 : at + 5] if w.text not in ("'", "s", "'s", '"', "latest", "new", "own", "ai")]
    if following and following[0].tag in ("CHIP", "chips", "node"):
        score += WEIGHTS["vendor"]
    if following and following[0].text.lower() in _SAYS:
        score += WEIGHTS["speaker"]
    if following and following[0].tag == "MODEL":
        score += WEIGHTS["owned"]
    return score


def _subject_of_sentence(view: View) -> Iterator[tuple[Mention, float]]:
    """Names of an earlier sentence, the likelier subjects with a higher weight."""
    rank = 0
    for i, word in enumerate(view.words):
        if word.tag in _NAMES and word.mention is not None:
            penalty = WEIGHTS["compared"] if _is_compared(view.words, i) else 0.0
            penalty += _org_score(view.words, i) + WEIGHTS["rank"] * rank
            yield word.mention, penalty
            rank += 1


class _Resolver:
    def __init__(self, reading: Reading, views: Mapping[int, View]) -> None:
        self.reading, self.views = reading, views
        counts = Counter(m.name for s in reading.sentences for m in s.mentions if m.kind == "MODEL")
        self.focus = counts.most_common(1)[0][0] if counts else ""

    def candidates(self, draft: Draft) -> Iterator[_Candidate]:
        view = self.views[draft.sentence]
        at = _anchor_at(view, draft)
        kind = _class_of(draft.predicate, view.tags)
        yield from _sentence_candidates(view, at, draft)
        anaphor = any(w.text.lower() in _ANAPHORS for w in view.words[:3])
        sentence = self.reading.sentences[draft.sentence]
        for back in range(1, 12):
            index = draft.sentence - back
            if index < 0 or index not in self.views:
                break
            other = self.reading.sentences[index]
            if other.section != sentence.section and other.kind != "heading":
                break
            near = f"sentence_{back}" if back <= 3 and other.paragraph == sentence.paragraph else "sentence_far"
            for mention, extra in _subject_of_sentence(self.views[index]):
                score = _kind_score(kind, mention.kind) + WEIGHTS[near] + extra + _mention_score(mention)
                if anaphor and back == 1:
                    score += WEIGHTS["anaphor"]
                yield _Candidate(mention, score)
        if sentence.section is not None and sentence.section in self.views:
            for mention, extra in _subject_of_sentence(self.views[sentence.section]):
                yield _Candidate(mention, _kind_score(kind, mention.kind) + WEIGHTS["section"] + extra)
        for names, weight, part in (
            (self.reading.context_names, "above", None),
            (self.reading.title_names, "title", "title"),
        ):
            for mention in names:
                if mention.kind in _NAMES:
                    yield _Candidate(mention, _kind_score(kind, mention.kind) + WEIGHTS[weight], part)

    def resolve(self, draft: Draft) -> None:
        best: _Candidate | None = None
        for candidate in self.candidates(draft):
            if draft.predicate == "base_model" and candidate.mention.name == draft.value:
                continue
            score = candidate.score
            if candidate.mention.name == self.focus:
                score += WEIGHTS["focus"]
            if best is None or score > best.score:
                best = replace(candidate, score=score)
        if best is None or best.score < FLOOR:
            draft.subject = ""
            return
        draft.subject = best.mention.name
        if best.part is not None:
            draft.subject_evidence = Evidence("subject", best.part, best.mention.start, best.mention.end)


def find_subjects(reading: Reading, views: Mapping[int, View]) -> None:
    """Give each draft of the reading its subject."""
    resolver = _Resolver(reading, views)
    for draft in reading.drafts:
        if draft.subject is None:
            resolver.resolve(draft)
