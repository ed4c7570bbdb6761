"""Drafts -> drafts with a subject: of the names that stand near enough, the one that most speaks for.

Sentences are read in their order, and the subject found last stays in the centre: it answers to "it", "the model",
"the run". What speaks for a name is weighed by ``extractor/rules/subjects.yml``. Where nothing speaks for any name, a
claim keeps an empty subject: no subject is better than a wrong one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from extractor.pipeline.candidates import (
    NAMES,
    Candidate,
    Features,
    Focus,
    anchor_at,
    family_of,
    find_candidates,
    score_of,
    stands_in_digest,
    walk_to,
)
from extractor.pipeline.names import speech_verbs, speech_words
from extractor.pipeline.opennames import NamedWords, find_open_names
from extractor.pipeline.pairings import find_paired
from extractor.pipeline.readings import Draft, Mention, Reading
from extractor.pipeline.views import View
from extractor.records import Evidence
from extractor.rules import load_weights

__all__ = ["Choose", "find_subjects", "take_heaviest"]

_IN_A_GROUP = frozenset({",", "and", "nor", "&", "/", "(", ")", "-"})
# "took Mistral 7B as the base for two compact models": what was built of it has no name but these words
_OFFSHOOTS = frozenset("version versions variant variants edition editions models".split())
_DETERMINERS = frozenset("a an the its their some several certain these those of both all".split())
_LICENCES = frozenset({"licence", "license", "licensed"})
_LONGEST_DESCRIPTION = 6
_BEHIND_BASE = 7

# Of a draft's candidates and the features that speak for none of them: the one to take, or None
Choose = Callable[[Draft, list[Candidate], Features], Candidate | None]


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
        if words[end].tag in NAMES or not text[:1].isalnum():
            return None
        last = text.rsplit(" ", 1)[-1]
        if last in _OFFSHOOTS:
            named = any(word.tag in NAMES for word in words[end + 1 : end + 4])
            return None if named or (last == text and end == start) else (words[start].start, words[end].end)
    return None


def take_heaviest(candidates: list[Candidate], none: Features, weights: Mapping[str, float]) -> Candidate | None:
    """Take the candidate that weighs most, or None if what speaks for none weighs more."""
    if not candidates:
        return None
    scores = [score_of(candidate.features, weights) for candidate in candidates]
    most = max(scores)
    return candidates[scores.index(most)] if most >= score_of(none, weights) else None


def _names(reading: Reading, views: Mapping[int, View]) -> dict[int, list[NamedWords]]:
    """Put the names of our lists and those that no list knows in one order, sentence by sentence."""
    names = find_open_names(reading, views)
    for index, view in views.items():
        listed = [
            (i, i, w.mention)
            for i, w in enumerate(view.words)
            if w.tag in NAMES and w.mention is not None and not _is_licence(view, i)
        ]
        if listed:
            names[index] = sorted([*listed, *names.get(index, ())], key=lambda row: row[0])
    return names


def _is_licence(view: View, at: int) -> bool:
    """Tell whether an organisation only names a licence: "under the MIT licence"."""
    return view.words[at].tag == "ORG" and not _LICENCES.isdisjoint(view.lows[at + 1 : at + 2])


def _speakers(names: Mapping[int, list[NamedWords]], views: Mapping[int, View]) -> frozenset[str]:
    """Names that stand before or behind a verb of speech."""
    found = set()
    says = speech_verbs() | speech_words("at")
    for index, rows in names.items():
        lows = views[index].lows
        for first, last, mention in rows:
            if not says.isdisjoint((*lows[max(0, first - 1) : first], *lows[last + 1 : last + 2])):
                found.add(mention.name)
    return frozenset(found)


class _Resolver:
    """Resolves the drafts of one reading, one after the other."""

    def __init__(self, reading: Reading, views: Mapping[int, View], weights: Mapping[str, float]) -> None:
        self.reading, self.views, self.weights = reading, views, weights
        names = _names(reading, views)
        self.focus = Focus(
            counts=Counter(m.name for rows in names.values() for _, _, m in rows),
            bases=frozenset((d.value_start, d.value_end) for d in reading.drafts if d.predicate == "base_model"),
            titled=not stands_in_digest(reading.text),
            names=names,
            speakers=_speakers(names, views),
            lead=next((m.name for _, rows in sorted(names.items()) for _, _, m in rows if m.kind == "MODEL"), None),
        )

    def resolve(self, draft: Draft, choose: Choose | None) -> list[Draft]:
        """Fill a draft's subject; return one draft more for each further subject that the same words are true of."""
        walk_to(self.reading, self.views, self.focus, draft.sentence)
        view = self.views[draft.sentence]
        at = anchor_at(view, draft)
        if draft.predicate == "base_model" and (span := _described(view, at)) is not None:
            draft.subject = " ".join(self.reading.source[slice(*span)].split())
            draft.subject_evidence = Evidence("subject", self.reading.part, *span)
            return []
        paired = find_paired(self.reading, self.views, self.focus.names, draft, at)
        if paired is not None:
            first, *rest = paired[0]
            best = Candidate(first, "text", paired[1], {})
            return self._settle(draft, best, [*rest, *self._group(draft, best)])
        candidates = [
            c
            for c in find_candidates(self.reading, self.views, self.focus, draft, self.weights)
            if draft.predicate != "base_model" or c.mention.name != draft.value
        ]
        none = {"none": 1.0, f"none_of_{draft.predicate}": 1.0}
        if not any(c.at is not None for c in candidates):
            none["none_here"] = 1.0
        chosen = choose(draft, candidates, none) if choose else take_heaviest(candidates, none, self.weights)
        if chosen is None:
            draft.subject = ""
            return []
        return self._settle(draft, chosen, self._group(draft, chosen))

    def _settle(self, draft: Draft, best: Candidate, others: list[Mention]) -> list[Draft]:
        """Write the subject down and remember it; return a draft more for each of the others."""
        more = [replace(draft, cues=dict(draft.cues)) for _ in others]
        for one, mention in zip([draft, *more], [best.mention, *others], strict=True):
            one.subject = mention.name
            one.subject_evidence = Evidence("subject", best.part, mention.start, mention.end) if best.part else None
        self.focus.resolved.append((best.mention.name, draft.sentence))
        self.focus.told.add((best.mention.name, draft.predicate))
        if best.part == "text":
            self.focus.center[family_of(best.mention)] = (best.mention, draft.sentence)
        return more

    def _group(self, draft: Draft, best: Candidate) -> list[Mention]:
        """Further models named in one breath with the best one, if the claim stands outside of that breath."""
        if best.at is None or best.mention.kind != "MODEL":
            return []
        words = self.views[draft.sentence].words
        anchor = anchor_at(self.views[draft.sentence], draft)
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
        if len(group) == 1 or low <= anchor <= high or not any(w.text in ("and", "nor", "&") for w in words[low:high]):
            return []
        found = [m for at in sorted(group) if at != best.at and (m := words[at].mention) is not None]
        return [m for m in found if m.name != best.mention.name and (m.start, m.end) not in self.focus.bases]


def find_subjects(
    reading: Reading,
    views: Mapping[int, View],
    weights: Mapping[str, float] | None = None,
    choose: Choose | None = None,
) -> None:
    """Give each draft of the reading its subject, and a draft of its own to each further subject.

    Without ``weights`` those of ``subjects.yml`` are taken; without ``choose`` the heaviest candidate is.
    """
    if all(draft.subject is not None for draft in reading.drafts):
        return
    resolver = _Resolver(reading, views, load_weights() if weights is None else weights)
    for draft in sorted(reading.drafts, key=lambda d: (d.sentence, d.start)):
        if draft.subject is None:
            reading.drafts += resolver.resolve(draft, choose)
