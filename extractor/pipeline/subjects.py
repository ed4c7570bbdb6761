"""Drafts -> drafts with a subject: each name that stands near enough is scored, and the best one is taken.

Sentences are read in their order, and the subject found last stays in the centre: it answers to "it", "the model",
"the run". All weights stand in `WEIGHTS`. A claim whose best candidate scores below `FLOOR` keeps an empty subject: no
subject is better than a wrong one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from extractor.pipeline.readings import Draft, Mention, Reading
from extractor.pipeline.views import View, Word
from extractor.records import Evidence, Part

__all__ = ["FLOOR", "WEIGHTS", "find_subjects", "stands_in_digest"]

FLOOR = 1.0
WEIGHTS = {
    # which kind of thing a predicate is about: a model, a run on chips, a cluster
    "model_of_model": 4.0, "cluster_of_model": -1.0, "org_of_model": 0.0,
    "model_of_run": 3.0, "cluster_of_run": 1.0, "org_of_run": -0.5,
    "model_of_cluster": -1.0, "cluster_of_cluster": 3.0, "org_of_cluster": 1.5,
    "model_of_any": 1.0, "cluster_of_any": 1.5, "org_of_any": 0.5,
    # where the name stands
    "before": 4.0, "after": 2.0, "section": 3.5, "context": 1.5, "title": 2.0,
    "sentence_1": 1.4, "sentence_2": 1.0, "sentence_3": 0.7, "sentence_far": 0.2,
    "center": 1.8, "center_anaphor": 1.2, "center_paragraph": -0.3, "other_item": -1.5, "focus": 0.8,
    # how it stands there
    "token_apart": -0.08, "other_between": 0.4, "clause_between": -1.0, "rank": -0.3, "first_in_sentence": 1.3,
    "anaphor": 0.5, "for_it": 4.0, "size_of_it": 4.0, "which_has": 3.0, "owned": -0.5,
    # what speaks against it
    "compared": -4.0, "base_of_it": -4.0, "by_it": -2.0, "vendor": -6.0, "speaker": -1.0, "speaks_of_itself": 2.5,
    "acts": 0.8, "analyst": -3.0,
    "indefinite": -2.5, "chipmaker": -2.0, "place": -2.5, "discovered": -0.3,
}  # fmt: skip

_NAMES = frozenset({"MODEL", "CLUSTER", "ORG"})
_MODEL_PREDICATES = frozenset(
    "training_cost training_time chip_hours parameters active_parameters training_tokens training_compute "
    "technique base_model".split()
)
_CLUSTER_PREDICATES = frozenset({"hardware_cost", "power"})
_OF_A_RUN = frozenset({"train", "tune", "TOKENS", "PARAMETERS", "ACTIVE", "CHIPHOURS", "COMPUTE", "DURATION"})
_OF_A_SITE = frozenset({"site", "CLUSTER", "buy", "deploy", "have", "POWER"})
_COMPARES = frozenset(
    "than like unlike against versus vs rivals rivalling rivaling beats beating outperforms outperforming "
    "surpasses matches times as behind above below over approaching equals".split()
)
_COMPARING_PHRASES = frozenset(
    {
        ("compared", "with"),
        ("compared", "to"),
        ("compute", "of"),
        ("size", "of"),
        ("times", "of"),
        ("similar", "to"),
        ("budget", "of"),
    }
)
_SEEN_THROUGH = frozenset({"'", "s", "'s", "its", "the", "a", "an"})
_CLAUSE_BREAKS = frozenset(
    {";", "while", "whereas", "but", "although", "though", "—", "–", "where", "because", "since"}
)
# Words that point back: to what the sentence before was about, rather than to a name that follows
_ANAPHORS = frozenset("it they this these both neither none training pretraining pre-training".split())
_SAYS = frozenset(
    "said says say told wrote writes tweeted posted estimated estimates reported reports announced disclosed "
    "claims claimed according revealed noted added thinks believes reckons confirmed".split()
)
_NOT_BUILDERS = frozenset({"media", "research", "investor", "government"})
_BEFORE_CHIPS = frozenset({"'", "s", "'s", '"', "latest", "new", "own", "ai"})
_IN_A_GROUP = frozenset({",", "and", "&", "/", "(", ")", "-"})
# "took Mistral 7B as the base for two compact models": what was built of it has no name but these words
_OFFSHOOTS = frozenset("version versions variant variants edition editions models".split())
_DETERMINERS = frozenset("a an the its their some several certain these those of both all".split())
_LONGEST_DESCRIPTION = 6
_BEHIND_BASE = 7
_ITEM = re.compile(r"\s*[-*•]\s")
_SENTENCES_BACK = 12
_OPENING = 6
_PARAGRAPHS_BACK = 4


class _Candidate(NamedTuple):
    """A name, its score, and the part that it stands in; no part for the text above the document."""

    mention: Mention
    score: float
    part: Part | None = "text"
    at: int | None = None


def _class_of(predicate: str, tags: frozenset[str]) -> str:
    """Tell what kind of thing a claim is about; of chips, by whether the sentence tells of a run or of a site."""
    if predicate in _MODEL_PREDICATES:
        return "model"
    if predicate in _CLUSTER_PREDICATES:
        return "cluster"
    if not tags.isdisjoint(_OF_A_RUN):
        return "run"
    return "cluster" if not tags.isdisjoint(_OF_A_SITE) else "any"


def _kind_score(kind: str, tag: str) -> float:
    return WEIGHTS[f"{tag.lower()}_of_{kind}"]


def _mention_score(mention: Mention) -> float:
    """What speaks for or against a name wherever it stands."""
    if mention.found == "text":
        return WEIGHTS["discovered"]
    if mention.kind == "ORG" and mention.detail == "chipmaker":
        return WEIGHTS["chipmaker"]
    if mention.kind == "ORG" and mention.detail in _NOT_BUILDERS:
        return WEIGHTS["analyst"]
    return WEIGHTS["place"] if mention.kind == "CLUSTER" and mention.detail == "site" else 0.0


def _is_compared(words: tuple[Word, ...], at: int) -> bool:
    """Tell whether the name at ``at`` is what something is compared with; "than Meta's LLaMA 2" is seen through."""
    before: list[str] = []
    for word in reversed(words[max(0, at - 7) : at]):
        if not before and (word.tag in _NAMES or word.text.lower() in _SEEN_THROUGH):
            continue
        before.append(word.text.lower())
    if any(w in _COMPARES for w in before[:2]):
        return True
    return any((b, a) in _COMPARING_PHRASES for a, b in pairwise(before[:3]))


def _speaks_of_itself(reported: tuple[Word, ...]) -> bool:
    """Tell whether "X said that it ..." is about X: it does something, and nothing is done to it."""
    for word, following in pairwise(reported):
        if word.text.lower() in ("it", "they"):
            return following.text.lower() not in ("was", "were", "is", "had", "has")
        if word.text.lower() in ("its", "their"):
            return True
    return False


def _place_score(words: tuple[Word, ...], at: int, kind: str = "any") -> float:
    """What speaks against a name in the place where it stands."""
    word = words[at]
    score = WEIGHTS["compared"] if _is_compared(words, at) else 0.0
    following = [w for w in words[at + 1 : at + 5] if w.tag != "adj" and w.text.lower() not in _BEFORE_CHIPS]
    if word.tag == "ORG" and following:
        if following[0].tag in ("CHIP", "chips", "node"):
            score += WEIGHTS["vendor"]
        if following[0].text.lower() in _SAYS:
            score += WEIGHTS["speaker"]
            if _speaks_of_itself(words[at + 2 : at + 7]):
                score += WEIGHTS["speaks_of_itself"]
        if following[0].tag == "MODEL":
            score += WEIGHTS["owned"]
        if kind != "model" and any(w.tag in ("train", "tune", "use", "build") for w in following[:2]):
            score += WEIGHTS["acts"]
    if at and words[at - 1].text.lower() in ("by", "via", "from"):
        score += WEIGHTS["by_it"]
    return score


def _is_new_model(words: tuple[Word, ...], at: int) -> bool:
    """Tell whether a size belongs to a model that is brought in by "a" or "an"."""
    before = words[max(0, at - 5) : at]
    articles = [i for i, w in enumerate(before) if w.text.lower() in ("a", "an")]
    if not articles or words[at].tag not in ("PARAMETERS", "NUMBER", "ACTIVE"):
        return False
    return any(w.tag == "model" for w in (*before[articles[-1] :], *words[at + 1 : at + 4]))


def _anchor_at(view: View, draft: Draft) -> int:
    return next((at for at, word in enumerate(view.words) if word.start <= draft.value_start < word.end), 0)


def _described(view: View, base: int) -> tuple[int, int] | None:
    """Find what a base model was used for where only words describe it: the offsets of "distilled versions".

    None where a name stands among these words or behind them ("distilled versions of R1"), or no word describes it.
    """
    words = view.words
    start = next(
        (i + 1 for i in range(base + 1, min(len(words), base + 1 + _BEHIND_BASE)) if words[i].text == "for"), 0
    )
    if not start:
        return None
    while start < len(words) and words[start].text.lower() in _DETERMINERS:
        start += 1
    for end in range(start, min(len(words), start + _LONGEST_DESCRIPTION)):
        text = words[end].text.lower()
        if words[end].tag in _NAMES or not text[:1].isalnum():
            return None
        last = text.rsplit(" ", 1)[-1]
        if last in _OFFSHOOTS:
            named = any(word.tag in _NAMES for word in words[end + 1 : end + 4])
            return None if named or (last == text and end == start) else (words[start].start, words[end].end)
    return None


def _family(mention: Mention) -> str:
    return "model" if mention.kind == "MODEL" else "cluster"


class _Resolver:
    """Resolves the drafts of one reading, one after the other."""

    def __init__(self, reading: Reading, views: Mapping[int, View]) -> None:
        self.reading, self.views = reading, views
        counts = Counter(m.name for s in reading.sentences for m in s.mentions if m.kind == "MODEL")
        self.focus = next((name for name, count in counts.most_common(1) if count > 1), "")
        self.bases = {(d.value_start, d.value_end) for d in reading.drafts if d.predicate == "base_model"}
        self.titled = not stands_in_digest(reading.text)
        self.center: dict[str, tuple[Mention, int]] = {}
        self.headings: dict[int, tuple[_Candidate, ...]] = {}
        self.walked = 0

    def _of_sentence(self, view: View, at: int, kind: str) -> Iterator[_Candidate]:
        words = view.words
        first = next((i for i, w in enumerate(words) if w.tag in _NAMES), None)
        for i, word in enumerate(words):
            if word.tag not in _NAMES or word.mention is None or i == at:
                continue
            between = words[min(i, at) + 1 : max(i, at)]
            texts = [w.text.lower() for w in between]
            score = WEIGHTS["before" if i < at else "after"] + WEIGHTS["token_apart"] * len(between)
            score += WEIGHTS["other_between"] * sum(w.tag == word.tag for w in between)
            score += WEIGHTS["clause_between"] * min(2, sum(t in _CLAUSE_BREAKS for t in texts))
            if i == first:
                score += WEIGHTS["first_in_sentence"]
            if i > at and texts[:1] and len(between) <= 3 and texts[0] in ("for", "of", "on"):
                score += WEIGHTS["for_it"]
            if i == at + 1 and word.tag == "MODEL" and words[at].tag in ("PARAMETERS", "NUMBER"):
                score += WEIGHTS["size_of_it"]
            if i < at and texts[:1] == ["("] and ")" not in texts:
                score += WEIGHTS["size_of_it"]
            which = i < at and texts[:2] in ([",", "which"], ["(", "which"], [",", "whose"])
            if which:
                score += WEIGHTS["which_has"]
            if not which and (word.mention.start, word.mention.end) in self.bases:
                score += WEIGHTS["base_of_it"]
            yield _Candidate(word.mention, score + _place_score(words, i, kind), at=i)

    def _of_earlier(self, draft: Draft, new: float) -> Iterator[_Candidate]:
        sentence = self.reading.sentences[draft.sentence]
        anaphor = self._points_back(draft.sentence)
        for back in range(1, _SENTENCES_BACK):
            index = draft.sentence - back
            if index < 0 or index not in self.views:
                return
            other = self.reading.sentences[index]
            if other.section != sentence.section and other.kind != "heading":
                return
            near = f"sentence_{back}" if back <= 3 and other.paragraph == sentence.paragraph else "sentence_far"
            extra = WEIGHTS["anaphor"] if anaphor and back == 1 else 0.0
            for candidate in self._of_heading(index):
                yield _Candidate(candidate.mention, WEIGHTS[near] + candidate.score + extra + new)

    def _of_heading(self, index: int) -> tuple[_Candidate, ...]:
        """Names of another sentence, the first ones likelier than those behind."""
        if index not in self.headings:
            words = self.views[index].words
            named = [
                (i, word.mention) for i, word in enumerate(words) if word.tag in _NAMES and word.mention is not None
            ]
            self.headings[index] = tuple(
                _Candidate(mention, _place_score(words, i) + WEIGHTS["rank"] * rank)
                for rank, (i, mention) in enumerate(named)
            )
        return self.headings[index]

    def _walk_to(self, index: int) -> None:
        """Let each sentence up to this one, and each heading, put what it opens with into the centre."""
        for at in range(self.walked, index):
            if at not in self.views:
                continue
            words = self.views[at].words
            heading = self.reading.sentences[at].kind == "heading"
            for i, word in enumerate(words if heading else words[:_OPENING]):
                if word.tag in _NAMES and word.mention is not None and not _is_compared(words, i):
                    self.center[_family(word.mention)] = (word.mention, at)
                    if not heading:
                        break
        self.walked = max(self.walked, index)

    def _of_center(self, draft: Draft, kind: str) -> Iterator[_Candidate]:
        family = "cluster" if kind in ("cluster", "any") else "model"
        if family in self.center:
            mention, index = self.center[family]
            score = WEIGHTS["center"]
            if self._points_back(draft.sentence):
                score += WEIGHTS["center_anaphor"]
            apart = self.reading.sentences[draft.sentence].paragraph - self.reading.sentences[index].paragraph
            score += WEIGHTS["center_paragraph"] * min(_PARAGRAPHS_BACK, apart)
            if apart and self.reading.sentences[draft.sentence].kind == self.reading.sentences[index].kind == "item":
                score += WEIGHTS["other_item"]
            yield _Candidate(mention, score)

    def _points_back(self, index: int) -> bool:
        words = self.views[index].words[:6]
        if any(w.text.lower() in _ANAPHORS for w in words[:3]):
            return True
        owner = any(w.text.lower() in ("its", "their") for w in words[:2])
        if owner and not any(w.tag in _NAMES for w in words):
            return True
        return any(w.text.lower() == "the" for w in words[:2]) and any(
            w.tag in ("model", "train", "site") for w in words[:4]
        )

    def _candidates(self, draft: Draft, kind: str) -> Iterator[_Candidate]:
        view = self.views[draft.sentence]
        at = _anchor_at(view, draft)
        yield from self._of_sentence(view, at, kind)
        # "a model of 500 billion parameters" is none that was spoken of before
        new = WEIGHTS["indefinite"] if _is_new_model(view.words, at) else 0.0
        yield from self._of_earlier(draft, new)
        for candidate in self._of_center(draft, kind):
            yield candidate._replace(score=candidate.score + new)
        section = self.reading.sentences[draft.sentence].section
        if section is not None and section in self.views and section != draft.sentence:
            for candidate in self._of_heading(section):
                yield candidate._replace(score=candidate.score + WEIGHTS["section"])
        for mention in self.reading.context_names:
            yield _Candidate(mention, WEIGHTS["context"], None)
        for mention in self.reading.title_names if self.titled else ():
            yield _Candidate(mention, WEIGHTS["title"], "title")

    def resolve(self, draft: Draft) -> list[Draft]:
        """Fill a draft's subject; return one draft more for each further subject that the same words are true of."""
        self._walk_to(draft.sentence)
        if draft.predicate == "base_model":
            view = self.views[draft.sentence]
            if (span := _described(view, _anchor_at(view, draft))) is not None:
                draft.subject = " ".join(self.reading.source[slice(*span)].split())
                draft.subject_evidence = Evidence("subject", self.reading.part, *span)
                return []
        kind = _class_of(draft.predicate, self.views[draft.sentence].tags)
        best: _Candidate | None = None
        for candidate in self._candidates(draft, kind):
            mention = candidate.mention
            if mention.kind not in _NAMES or (draft.predicate == "base_model" and mention.name == draft.value):
                continue
            score = candidate.score + _kind_score(kind, mention.kind) + _mention_score(mention)
            if mention.name == self.focus:
                score += WEIGHTS["focus"]
            if candidate.part == "text" and candidate.at is None and (mention.start, mention.end) in self.bases:
                score += WEIGHTS["base_of_it"]
            if best is None or score > best.score:
                best = candidate._replace(score=score)
        if best is None or best.score < FLOOR:
            draft.subject = ""
            return []
        if best.at is None:
            # The same name in the claim's own sentence is the better evidence
            here = (w.mention for w in self.views[draft.sentence].words if w.mention and w.tag in _NAMES)
            again = next((m for m in here if m.name == best.mention.name), None)
            best = best if again is None else best._replace(mention=again, part="text")
        others = self._group(draft, best)
        more = [replace(draft, cues=dict(draft.cues)) for _ in others]
        for one, mention in zip([draft, *more], [best.mention, *others], strict=True):
            one.subject = mention.name
            one.subject_evidence = Evidence("subject", best.part, mention.start, mention.end) if best.part else None
        if best.part == "text":
            self.center[_family(best.mention)] = (best.mention, draft.sentence)
        return more

    def _group(self, draft: Draft, best: _Candidate) -> list[Mention]:
        """Further models named in one breath with the best one, if the claim stands outside of that breath."""
        if best.at is None or best.mention.kind != "MODEL":
            return []
        words = self.views[draft.sentence].words
        anchor = _anchor_at(self.views[draft.sentence], draft)
        between = [w.text for w in words[best.at + 1 : anchor]]
        if between[:1] == ["("] and ")" not in between:
            return []
        group = [best.at]
        for step in (-1, 1):
            at = best.at + step
            while 0 <= at < len(words):
                if words[at].tag == "MODEL":
                    group.append(at)
                elif words[at].text not in _IN_A_GROUP and words[at].tag not in ("PARAMETERS", "ACTIVE", "TECHNIQUE"):
                    break
                at += step
        low, high = min(group), max(group)
        if len(group) == 1 or low <= anchor <= high or not any(w.text in ("and", "&") for w in words[low:high]):
            return []
        found = [m for at in sorted(group) if at != best.at and (m := words[at].mention) is not None]
        return [m for m in found if m.name != best.mention.name and (m.start, m.end) not in self.bases]


def stands_in_digest(text: str) -> bool:
    """Tell whether a text is an item of a digest, whose headline has nothing to do with most of its items."""
    return bool(_ITEM.match(text))


def find_subjects(reading: Reading, views: Mapping[int, View]) -> None:
    """Give each draft of the reading its subject, and a draft of its own to each further subject."""
    resolver = _Resolver(reading, views)
    for draft in sorted(reading.drafts, key=lambda d: (d.sentence, d.start)):
        if draft.subject is None:
            reading.drafts += resolver.resolve(draft)
