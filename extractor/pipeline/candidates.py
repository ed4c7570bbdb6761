"""Draft -> candidates: each name that may be a claim's subject, with the features that speak for it or against it.

A candidate is a name, not a place: what its places in the claim's sentence, in earlier sentences, in the heading, the
headline and the centre of the text say of it is put together. Weights are data; here they only tell which of a name's
places in the same surroundings speaks for it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import fsum
from typing import NamedTuple

from extractor.pipeline.names import speech_verbs, speech_words
from extractor.pipeline.opennames import NamedWords
from extractor.pipeline.readings import Draft, Mention, Reading
from extractor.pipeline.views import View, Word
from extractor.records import Part

__all__ = [
    "Candidate",
    "Features",
    "Focus",
    "NAMES",
    "anchor_at",
    "family_of",
    "find_candidates",
    "score_of",
    "stands_in_digest",
    "walk_to",
]

NAMES = frozenset({"MODEL", "CLUSTER", "ORG"})
_ALL_NAMES = NAMES | {"NAME"}
_MODEL_PREDICATES = frozenset(
    "training_cost training_time chip_hours parameters active_parameters training_tokens training_compute "
    "technique base_model".split()
)
_CLUSTER_PREDICATES = frozenset({"hardware_cost", "power"})
_OF_A_RUN = frozenset({"train", "tune", "TOKENS", "PARAMETERS", "ACTIVE", "CHIPHOURS", "COMPUTE", "DURATION"})
_OF_A_SITE = frozenset({"site", "CLUSTER", "buy", "deploy", "have", "POWER"})
_VERBS = frozenset({"train", "tune", "use", "cost", "spend", "take", "build", "have", "buy", "deploy", "saw", "base"})
_COMPARES = frozenset(
    "than like unlike against versus vs rivals rivalling rivaling beats beating outperforms outperforming "
    "surpasses matches times as behind above below over approaching equals exceeds".split()
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
# Words that point back to what the text was about, by the kind of name that they can stand for
_ANAPHORS = {
    "it": frozenset("it its itself".split()),
    "they": frozenset("they their we our us".split()),
    "this": frozenset("this that these those both neither none".split()),
}
_NOUNS = {
    "model": frozenset("model models network networks system llm chatbot newcomer reasoner sibling".split()),
    "org": frozenset(
        "company firm start-up startup lab laboratory group team developer institute university consortium ministry "
        "operator maker agency researchers engineers centre center giant".split()
    ),
    "cluster": frozenset(
        "cluster supercomputer machine site campus facility data-centre datacenter datacentre complex hall project "
        "installation".split()
    ),
    "run": frozenset("training pretraining pre-training run runs effort bill price cost total".split()),
}
_ALL_ANAPHORS = frozenset().union(*_ANAPHORS.values())
_KIND_OF_NOUN = {"model": "MODEL", "org": "ORG", "cluster": "CLUSTER"}
_NOT_BUILDERS = frozenset({"media", "research", "investor", "government"})
_BEFORE_CHIPS = frozenset({"'", "s", "'s", '"', "latest", "new", "own", "ai"})
# A plural that nothing ties to what was named before
_IN_GENERAL = frozenset("models systems labs companies firms rivals competitors runs others universities".split())
_DEFINITE = frozenset("the these those its their our his her both all two three".split())
# A name that looks like a model's: "Cobalt-L", "Anima 5", "k1.5"
_MARKED = re.compile(r"-[A-Z]|\d|[a-z][A-Z]")
_ITEM = re.compile(r"\s*[-*•]\s")
_SENTENCES_BACK = 12
_OPENING = 6
_PARTING = frozenset(",;():")
_PARAGRAPHS_BACK = 4
_FAR = 30.0
_NEAR = 6
_LONGEST_LEAD = 16

Features = dict[str, float]


class _Elsewhere(NamedTuple):
    """A name in a sentence without the claim: its features, and the weight of each.

    The features belong to all claims that look at the sentence.
    """

    mention: Mention
    features: Features
    weighed: list[float]


class _Row(NamedTuple):
    """A place of a name: its token if it stands in the claim's sentence, its features, and the weight of each.

    ``more`` are features that all names of its sentence have.
    """

    mention: Mention
    at: int | None
    features: Features
    weighed: list[float] | None = None
    more: tuple[str, ...] = ()

    def score(self, weights: Mapping[str, float]) -> float:
        weighed = self.weighed if self.weighed is not None else _weigh(self.features, weights)
        return fsum([*weighed, *[weights.get(name, 0.0) for name in self.more]])


@dataclass(slots=True)
class Candidate:
    """A name that may be the subject.

    Attributes:
        mention: its best place: in the claim's own sentence if it stands there.
        part: the part of the document that the place is in; None for the text above the document.
        at: its token in the claim's sentence; None if it stands elsewhere.
        features: what speaks for it and against it; the weights decide which does what.
    """

    mention: Mention
    part: Part | None
    at: int | None
    features: Features


@dataclass(slots=True)
class Focus:
    """What a reading has been about so far.

    Attributes:
        center: for models and for clusters, the name that was subject last or that a sentence opened with, and where.
        counts: how often each name stands in the text.
        bases: offsets of the names that are claimed as base models.
        titled: whether the headline speaks of the text as a whole.
        names: for each sentence, its names with their tokens, in order.
        speakers: names beside a verb of speech somewhere in the text.
        lead: the first model of the text.
        resolved: the subjects so far, each with its sentence.
        told: the subjects so far, each with what was told of it.
        most: how often the name stands that stands most often.
        flags: for each sentence that was looked at, what the words around each of its names say of it.
        elsewhere: for each of them, its names with what speaks for them in others, and what that weighs.
        earlier: for each sentence with a claim, the best place of each name in the sentences before it.
    """

    counts: Counter[str]
    bases: frozenset[tuple[int, int]]
    titled: bool
    names: Mapping[int, list[NamedWords]]
    speakers: frozenset[str]
    lead: str | None = None
    center: dict[str, tuple[Mention, int]] = field(default_factory=dict)
    resolved: list[tuple[str, int]] = field(default_factory=list)
    told: set[tuple[str, str]] = field(default_factory=set)
    flags: dict[int, list[frozenset[str]]] = field(default_factory=dict)
    elsewhere: dict[int, list[_Elsewhere]] = field(default_factory=dict)
    earlier: dict[int, list[_Row]] = field(default_factory=dict)
    walked: int = 0
    most: int = field(init=False)

    def __post_init__(self) -> None:
        self.most = max(self.counts.values(), default=0)


def stands_in_digest(text: str) -> bool:
    """Tell whether a text is an item of a digest, whose headline has nothing to do with most of its items."""
    return bool(_ITEM.match(text))


def _kind_of_claim(predicate: str, tags: frozenset[str]) -> str:
    """Tell what kind of thing a claim is about; of chips, by whether the sentence tells of a run or of a site."""
    if predicate in _MODEL_PREDICATES:
        return "model"
    if predicate in _CLUSTER_PREDICATES:
        return "cluster"
    if not tags.isdisjoint(_OF_A_RUN):
        return "run"
    return "cluster" if not tags.isdisjoint(_OF_A_SITE) else "any"


def anchor_at(view: View, draft: Draft) -> int:
    """The token of a view that holds a draft's value."""
    return next((at for at, word in enumerate(view.words) if word.start <= draft.value_start < word.end), 0)


def family_of(mention: Mention) -> str:
    """Tell which centre a name may be: a model's, or that of clusters and whoever runs them."""
    return "model" if mention.kind == "MODEL" else "cluster"


def _is_compared(words: tuple[Word, ...], at: int) -> bool:
    """Tell whether the name at ``at`` is what something is compared with; "than Meta's LLaMA 2" is seen through."""
    before: list[str] = []
    for word in reversed(words[max(0, at - 7) : at]):
        if not before and (word.tag in NAMES or word.text.lower() in _SEEN_THROUGH):
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


def _in_place(words: tuple[Word, ...], first: int, at: int, mention: Mention) -> Iterator[str]:
    """Name what the words around a name say of it, wherever the claim stands; it reaches from ``first`` to ``at``."""
    if _is_compared(words, first):
        yield "compared"
    following = [w for w in words[at + 1 : at + 5] if w.tag != "adj" and w.text.lower() not in _BEFORE_CHIPS]
    before = words[first - 1] if first else None
    says = speech_verbs()
    if following:
        if mention.kind in ("ORG", "NAME") and following[0].tag in ("CHIP", "chips", "node"):
            yield "vendor"
        if following[0].text.lower() in says:
            yield "speaker"
            if _speaks_of_itself(words[at + 2 : at + 7]):
                yield "speaks_of_itself"
        if mention.kind in ("ORG", "NAME") and following[0].tag == "MODEL":
            yield "owner_of_model"
        if any(w.tag in _VERBS for w in following[:2]):
            yield "acts"
    if at + 1 < len(words) and words[at + 1].text in ("'", "'s"):
        yield "owner"
    if at + 2 < len(words) and words[at + 1].text == "," and words[at + 2].text.lower() in ("a", "an", "the", "its"):
        yield "apposed"
    if before is not None:
        low = before.text.lower()
        if low in ("by", "via", "from", "for", "of", "with", "to", "in", "at", "on", "behind", "than", "and", "the"):
            yield f"after_{low}"
        if before.tag in ("train", "tune", "build"):
            yield "acted_on"
        if low == "(":
            yield "bracketed"


def _flags_of(focus: Focus, views: Mapping[int, View], index: int) -> list[frozenset[str]]:
    """Name what the words around each name of a sentence say of it, in the order of the names."""
    if index not in focus.flags:
        words = views[index].words
        rows = focus.names.get(index, ())
        focus.flags[index] = [frozenset(_in_place(words, first, last, mention)) for first, last, mention in rows]
    return focus.flags[index]


def _size_of_new_model(words: tuple[Word, ...], at: int) -> bool:
    """Tell whether a size belongs to a model that is brought in by "a" or "an"."""
    before = words[max(0, at - 5) : at]
    articles = [i for i, w in enumerate(before) if w.text.lower() in ("a", "an")]
    if not articles or words[at].tag not in ("PARAMETERS", "NUMBER", "ACTIVE"):
        return False
    return any(w.tag == "model" for w in (*before[articles[-1] :], *words[at + 1 : at + 4]))


@lru_cache(10_000)
def _of_name(name: str, kind: str, found: str, detail: str) -> tuple[str, ...]:
    """Name what a name is by itself."""
    tag = kind.lower()
    flags = []
    if found == "text":
        flags.append(f"discovered_{tag}")
    elif kind == "ORG" and detail == "chipmaker":
        flags.append("chipmaker")
    elif kind == "ORG" and detail in _NOT_BUILDERS:
        flags.append("no_builder")
    elif kind == "CLUSTER" and detail == "site":
        flags.append("place")
    if any(c.isdigit() for c in name):
        flags.append(f"versioned_{tag}")
    if kind == "NAME":
        flags.append(f"words_{min(3, len(name.split()))}")
        if _MARKED.search(name):
            flags.append("marked")
    return tuple(flags)


def _is_told_as_model(mention: Mention, focus: Focus) -> bool:
    """Tell whether a name was the subject of a claim that only a model can be the subject of."""
    return any((mention.name, told) in focus.told for told in _MODEL_PREDICATES)


def _of_mention(mention: Mention, kind: str, predicate: str, focus: Focus) -> Iterator[str]:
    """Name what a name is, wherever it stands."""
    tag = mention.kind.lower()
    yield f"{tag}_of_{kind}"
    yield f"{tag}_of_{predicate}"
    yield from _of_name(mention.name, mention.kind, mention.found, mention.detail)
    if mention.kind == "NAME" and _is_told_as_model(mention, focus):
        yield f"known_as_model_{kind}"
    if focus.most > 1 and focus.counts[mention.name] == focus.most:
        yield "focus"


class _Places:
    """The features of each name that may be meant, place by place, for one claim."""

    def __init__(
        self, reading: Reading, views: Mapping[int, View], focus: Focus, draft: Draft, weights: Mapping[str, float]
    ) -> None:
        self.reading, self.views, self.focus, self.draft, self.weights = reading, views, focus, draft, weights
        self.view = views[draft.sentence]
        self.at = anchor_at(self.view, draft)
        self.kind = _kind_of_claim(draft.predicate, self.view.tags)
        self.pointers = _pointers(self.view, self.at)

    def here(self) -> Iterator[_Row]:
        """Names of the claim's own sentence."""
        words, lows, at = self.view.words, self.view.lows, self.at
        named = self.focus.names.get(self.draft.sentence, [])
        in_place = _flags_of(self.focus, self.views, self.draft.sentence)
        nearest = max((last for _, last, _ in named if last < at), default=-1)
        nearest_model = max((last for _, last, m in named if last < at and m.kind == "MODEL"), default=-1)
        for n, (first, i, mention) in enumerate(named):
            if first <= at <= i:
                continue
            between = words[i + 1 : at] if i < at else words[at + 1 : first]
            texts = lows[i + 1 : at] if i < at else lows[at + 1 : first]
            side = "before" if i < at else "after"
            found: Features = {
                f"here_{side}": 1.0,
                f"gap_{side}": min(_FAR, len(between)) / 10,
                "same_between": min(3.0, sum(at > f > i or i > f > at for f, _, m in named if m.kind == mention.kind)),
                "clause_between": min(2.0, len([t for t in texts if t in _CLAUSE_BREAKS])),
                "comma_between": min(3.0, texts.count(",")),
                f"verb_between_{side}": min(1.0, len([w for w in between if w.tag in _VERBS])),
            }
            flags = set(in_place[n])
            if n == 0:
                flags |= {"first_here"}
            if first <= 2:
                flags |= {"opens_here"}
            if i == nearest:
                flags |= {"nearest_before", f"nearest_{mention.kind.lower()}_of_{self.kind}"}
            if len(between) <= _NEAR and _PARTING.isdisjoint(texts):
                flags |= {f"direct_{side}"}
            if i == nearest_model:
                flags |= {"nearest_model_before"}
            if i > at and texts[:1] and len(between) <= 3 and texts[0] in ("for", "of", "on"):
                flags |= {"for_it"}
            if first == at + 1 and mention.kind in ("MODEL", "NAME") and words[at].tag in ("PARAMETERS", "NUMBER"):
                flags |= {"size_before_it"}
            if i < at and texts[:1] == ("(",) and ")" not in texts:
                flags |= {"brackets_behind_it"}
            if i < at and texts[:2] in ((",", "which"), ("(", "which"), (",", "whose")):
                flags |= {"which_has"}
            elif (mention.start, mention.end) in self.focus.bases:
                flags |= {"base_here"}
            found.update(dict.fromkeys(flags, 1.0))
            found.update({f"{flag}_{self.kind}": 1.0 for flag in flags & {"acts", "owner", "first_here", "acted_on"}})
            yield _Row(mention, i, found)

    def earlier(self) -> Iterator[_Row]:
        """Names of the sentences before, as far as they stand under the same heading."""
        sentence = self.reading.sentences[self.draft.sentence]
        for back in range(1, _SENTENCES_BACK):
            index = self.draft.sentence - back
            if index < 0 or index not in self.views:
                return
            other = self.reading.sentences[index]
            if other.section != sentence.section and other.kind != "heading":
                return
            near = f"back_{back}" if back <= 3 and other.paragraph == sentence.paragraph else "back_far"
            more = (near, "other_item") if sentence.kind == other.kind == "item" else (near,)
            for mention, found, weighed in self._names_of(index):
                opens = back == 1 and "opens" in found
                yield _Row(mention, None, found, weighed, (*more, "opens_back_1") if opens else more)

    def _names_of(self, index: int) -> list[_Elsewhere]:
        if index not in self.focus.elsewhere:
            self.focus.elsewhere[index] = [
                _Elsewhere(mention, found, _weigh(found, self.weights)) for mention, found in self._describe(index)
            ]
        return self.focus.elsewhere[index]

    def _describe(self, index: int) -> Iterator[tuple[Mention, Features]]:
        flags = _flags_of(self.focus, self.views, index)
        for rank, (first, _, mention) in enumerate(self.focus.names.get(index, ())):
            found: Features = {f"{flag}_there": 1.0 for flag in flags[rank]}
            found["rank"] = min(4.0, rank)
            if first < _OPENING:
                found["opens"] = 1.0
            if (mention.start, mention.end) in self.focus.bases:
                found["base_there"] = 1.0
            yield mention, found

    def center(self) -> Iterator[_Row]:
        """The name that the text is about where the claim stands."""
        family = "cluster" if self.kind in ("cluster", "any") else "model"
        if family not in self.focus.center:
            return
        mention, index = self.focus.center[family]
        one, other = self.reading.sentences[self.draft.sentence], self.reading.sentences[index]
        apart = one.paragraph - other.paragraph
        found: Features = {"center": 1.0, "center_apart": float(min(_PARAGRAPHS_BACK, apart))}
        if apart and one.kind == other.kind == "item":
            found["center_other_item"] = 1.0
        yield _Row(mention, None, found)

    def heading(self) -> Iterator[_Row]:
        """Names of the heading that the claim stands under."""
        section = self.reading.sentences[self.draft.sentence].section
        if section is not None and section in self.views and section != self.draft.sentence:
            for mention, found, _ in self._names_of(section):
                alone = float(len(self.focus.names[section]) == 1)
                yield _Row(mention, None, {"section": 1.0, "section_rank": found["rank"], "section_alone": alone})


def _speaks_of_others(view: View, at: int) -> bool:
    """Tell whether a claim is of things in general: "foundational models had cost", "its rivals", "other labs use"."""
    for i in range(max(0, at - _LONGEST_LEAD), at):
        if view.lows[i].rsplit(" ", 1)[-1] in _IN_GENERAL and _DEFINITE.isdisjoint(view.lows[max(0, i - 3) : i]):
            return True
    return False


def _is_spoken_for(view: View, at: int) -> bool:
    """Tell whether a firm's head or staff is named by it: "chief executive of OpenAI", "OpenAI's boss"."""
    before = view.lows[max(0, at - 4) : at]
    near = before if before and before[-1] in ("of", "at") else view.lows[at + 1 : at + 4]
    titles = speech_words("titles")
    return any(word in titles for low in near for word in low.split())


def _pointers(view: View, at: int) -> frozenset[str]:
    """Name what points back in the clause of a claim: a pronoun, or "the" with a noun, before the claim's value."""
    lows = view.lows[:at]
    if ";" in lows or ":" in lows:
        lows = lows[next(i + 1 for i in range(at - 1, -1, -1) if lows[i] in (";", ":")) :]
    found: set[str] = set()
    for i, low in enumerate(lows[:_LONGEST_LEAD]):
        if low in _ALL_ANAPHORS:
            found.update(name for name, group in _ANAPHORS.items() if low in group)
        if low in ("the", "this", "that", "its", "their") or (i == 0 and low in _NOUNS["run"]):
            for following in lows[i : i + 4]:
                noun = following.rsplit(" ", 1)[-1]
                found.update([name for name, group in _NOUNS.items() if noun in group])
    return frozenset(found)


def _taken_for(mention: Mention, focus: Focus) -> str:
    """What a name of no list was used as so far: a model, if a model's claim was made of it or it looks like one."""
    if mention.kind != "NAME":
        return ""
    return "MODEL" if _is_told_as_model(mention, focus) or _MARKED.search(mention.name) else ""


# What a pronoun or "the model" makes likelier
_POINTED = frozenset("center opens_back_1 last_subject paragraph_opens here_before here_after back_1 elsewhere".split())


def _chain(reading: Reading, focus: Focus, draft: Draft) -> dict[str, set[str]]:
    """Name what speaks for the names that the text was about: its paragraph's first, the last subject, the lead."""
    found: dict[str, set[str]] = defaultdict(set)
    paragraph = reading.sentences[draft.sentence].paragraph
    first = draft.sentence
    while first and reading.sentences[first - 1].paragraph == paragraph:
        first -= 1
    if first < draft.sentence:
        for n, (at, _, mention) in enumerate(focus.names.get(first, ())):
            if n == 0:
                found[mention.name].add("paragraph_first")
                if at <= 2:
                    found[mention.name].add("paragraph_opens")
    for n, (name, index) in enumerate(reversed(focus.resolved[-3:])):
        if index == draft.sentence:
            found[name].add("subject_here")
        elif n == 0:
            found[name].add("last_subject")
            found[name].add(
                "last_subject_near" if reading.sentences[index].paragraph == paragraph else "last_subject_far"
            )
    if focus.lead is not None:
        found[focus.lead].add("lead")
    return found


def walk_to(reading: Reading, views: Mapping[int, View], focus: Focus, index: int) -> None:
    """Let each sentence up to this one, and each heading, put what it opens with into the centre."""
    for at in range(focus.walked, index):
        if at not in views:
            continue
        words = views[at].words
        heading = reading.sentences[at].kind == "heading"
        for first, _, mention in focus.names.get(at, ()):
            if (heading or first < _OPENING) and mention.kind in NAMES and not _is_compared(words, first):
                focus.center[family_of(mention)] = (mention, at)
                if not heading:
                    break
    focus.walked = max(focus.walked, index)


def _heaviest(rows: Iterable[_Row], weights: Mapping[str, float]) -> list[_Row]:
    """Take of several places of one name the one that weighs most, of equals the first."""
    best: dict[str, _Row] = {}
    scores: dict[str, float] = {}
    for row in rows:
        if row.mention.kind not in _ALL_NAMES:
            continue
        name = row.mention.name
        if name in best:
            if name not in scores:
                scores[name] = best[name].score(weights)
            if (score := row.score(weights)) <= scores[name]:
                continue
            scores[name] = score
        best[name] = row
    return list(best.values())


def find_candidates(
    reading: Reading, views: Mapping[int, View], focus: Focus, draft: Draft, weights: Mapping[str, float]
) -> list[Candidate]:
    """Find every name that may be a draft's subject, with its features.

    Of several places of one name in the same surroundings, that one speaks for it which weighs most.
    """
    places = _Places(reading, views, focus, draft, weights)
    found: dict[str, Candidate] = {}

    def take(best: Iterable[_Row], part: Part | None) -> None:
        for mention, at, features, _, more in best:
            name = mention.name
            if name in found:
                found[name].features.update(features)
            else:
                found[name] = Candidate(mention, part, at, features.copy())
            if more:
                found[name].features.update(dict.fromkeys(more, 1.0))

    if draft.sentence not in focus.earlier:
        focus.earlier[draft.sentence] = _heaviest(places.earlier(), weights)
    take(_heaviest(places.here(), weights), "text")
    take(focus.earlier[draft.sentence], "text")
    take(_heaviest(places.heading(), weights), "text")
    take(_heaviest(places.center(), weights), "text")
    take(_heaviest((_Row(m, None, {"context": 1.0}) for m in reading.context_names), weights), None)
    if focus.titled:
        models = sum(m.kind == "MODEL" for m in reading.title_names)
        for n, mention in enumerate(reading.title_names):
            found_there = {"title": 1.0, "title_first": float(n == 0)}
            if mention.kind == "MODEL" and models == 1:
                found_there["title_model"] = 1.0
            take(_heaviest([_Row(mention, None, found_there)], weights), "title")
    for name, flags in _chain(reading, focus, draft).items():
        if name in found:
            found[name].features.update(dict.fromkeys(flags, 1.0))
    new = _size_of_new_model(places.view.words, places.at)
    others = _speaks_of_others(places.view, places.at)
    for candidate in found.values():
        mention, features = candidate.mention, candidate.features
        for flag in _of_mention(mention, places.kind, draft.predicate, focus):
            features[flag] = 1.0
        if (mention.name, draft.predicate) in focus.told:
            features["told_already"] = 1.0
            features[f"told_already_{draft.predicate}"] = 1.0
        if mention.name in focus.speakers:
            features[f"speaks_{mention.kind.lower()}"] = 1.0
        if candidate.at is None:
            features["elsewhere"] = 1.0
            features[f"elsewhere_{places.kind}"] = 1.0
            if new:
                features["indefinite"] = 1.0
            if others:
                features["others_spoken_of"] = 1.0
        elif others and mention.kind == "ORG" and _is_spoken_for(places.view, candidate.at):
            features["spoken_for"] = 1.0
        pointed = _POINTED & features.keys() if places.pointers else ()
        for pointer in places.pointers:
            for feature in pointed:
                features[f"{feature}_{pointer}"] = 1.0
            if pointer in _KIND_OF_NOUN:
                fits = _KIND_OF_NOUN[pointer] in (mention.kind, _taken_for(mention, focus))
                features[f"{'fits' if fits else 'fits_not'}_{pointer}"] = 1.0
    return list(found.values())


def _weigh(features: Mapping[str, float], weights: Mapping[str, float]) -> list[float]:
    return [weights.get(name, 0.0) * value for name, value in features.items()]


def score_of(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted sum of features, whatever their order; one without a weight counts nothing."""
    return fsum(_weigh(features, weights))
