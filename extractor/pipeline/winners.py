"""Rules that match -> the strongest rule on each anchor, and on those that are coordinated with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from extractor.pipeline.frames import Hit, match_frames
from extractor.pipeline.readings import Reading
from extractor.pipeline.views import View, Word
from extractor.rules import NO_CLAIM, Rule, load_words

__all__ = ["find_winners"]

# Between two anchors that share a rule: "a cost of $60m for A and $150m for B", "1.5m for 8B, 7m for 70B"
_COORDINATORS = frozenset(
    ", and or / then plus & for the against versus vs + with of ( even in by at not rather than instead".split()
)
_COORDINATION_GAP = 7
_CONJUNCTION_GAP = 9
_JOINERS = frozenset(", and or / ( against versus vs & + then even not rather instead".split())
# Names share a rule over fewer words: "H100s and H200s"
_NAME_COORDINATORS = frozenset(", and or / + & then".split())
_NAME_TAGS = frozenset({"CHIP", "TECHNIQUE", "MODEL"})
# Behind a model that does something itself, and so shares nothing: "based on Llama, and Qwen is larger"
_PREDICATES = frozenset({"is", "was", "are", "were", "has", "had", "will", "'", "(", "train", "take", "have", "cost"})
# A scale in letters is "B" or "bn", never so long as "lakh"
_LONGEST_SCALE_LETTERS = 3


def _bounds_hold(rule: Rule, word: Word) -> bool:
    quantity = word.mention.quantity if word.mention else None
    if quantity is None:
        return rule.low is None and rule.high is None and rule.scaled is None
    if rule.low is not None and quantity.value < rule.low:
        return False
    if rule.high is not None and (quantity.high or quantity.value) > rule.high:
        return False
    if rule.scaled == "letter":
        return 0 < len(quantity.scale) <= _LONGEST_SCALE_LETTERS
    return rule.scaled is None or bool(quantity.scale) == rule.scaled


def _surroundings_hold(rule: Rule, scopes: Mapping[str, frozenset[str]]) -> bool:
    wanted = (rule.near, rule.also)
    return all(not near or _any_stands(near, scopes) for near in wanted) and not _any_stands(rule.far, scopes)


def _any_stands(wanted: Mapping[str, tuple[str, ...]], scopes: Mapping[str, frozenset[str]]) -> bool:
    return any(not scopes[scope].isdisjoint(_bare(tags)) for scope, tags in wanted.items())


@cache
def _bare(tags: tuple[str, ...]) -> frozenset[str]:
    """Tags as views have them: a class without its @."""
    return frozenset(tag.removeprefix("@") for tag in tags)


class _Scopes:
    """The classes and kinds that stand around a sentence: in it, its paragraph, its section, the title, anywhere."""

    def __init__(self, reading: Reading, views: Mapping[int, View]) -> None:
        self._reading, self._views = reading, views
        self._paragraphs: dict[int, frozenset[str]] = {}
        for index, view in views.items():
            paragraph = reading.sentences[index].paragraph
            self._paragraphs[paragraph] = self._paragraphs.get(paragraph, frozenset()) | view.tags
        words = load_words()
        title = {words.get(word.lower(), "") for word in reading.document.title.split()}
        self.title = frozenset(title | {m.kind for m in reading.title_names})
        self.document = self.title.union(*self._paragraphs.values())

    def of(self, index: int) -> dict[str, frozenset[str]]:
        sentence = self._reading.sentences[index]
        heading = self._views.get(sentence.section) if sentence.section is not None else None
        return {
            "sentence": self._views[index].tags,
            "paragraph": self._paragraphs[sentence.paragraph],
            "section": heading.tags if heading else frozenset(),
            "title": self.title,
            "document": self.document,
            "before": self._views[index - 1].tags if index - 1 in self._views else frozenset(),
        }


def _last_of_tag(view: View, at: int) -> int | None:
    """The token of the same kind that stands last before, if near and in the same clause."""
    for other in range(at - 1, max(-1, at - _CONJUNCTION_GAP), -1):
        if view.words[other].tag == view.words[at].tag:
            return other
        if view.words[other].text == ";":
            return None
    return None


def _coordinated(view: View, at: int, taken: Mapping[int, Hit]) -> int | None:
    """The claimed anchor that a token is coordinated with, so that what holds of the one holds of the other."""
    tag = view.words[at].tag
    if at and view.words[at - 1].text == "for":
        return None
    if tag == "MODEL":
        return _coordinated_model(view, at, taken)
    words = _NAME_COORDINATORS if tag in _NAME_TAGS else _COORDINATORS
    kinds = () if tag in _NAME_TAGS else ("MODEL", "CHIP", "NUMBER", "YEAR", "site", "train")
    if at and view.words[at - 1].text in ("and", "or") and (near := _last_of_tag(view, at)) in taken:
        return near
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(view.words) and abs(other - at) <= _COORDINATION_GAP:
            word = view.words[other]
            if word.tag == tag:
                joined = abs(other - at) == 1 or any(
                    w.text in _JOINERS for w in view.words[min(at, other) + 1 : max(at, other)]
                )
                if other in taken and joined:
                    return other
                break
            if word.text not in words and word.tag not in kinds:
                break
            other += step
    return None


def _coordinated_model(view: View, at: int, taken: Mapping[int, Hit]) -> int | None:
    """The base model that another is named in one breath with: nothing but commas and "and" stands between them."""
    following = view.words[at + 1] if at + 1 < len(view.words) else None
    if following is not None and not _PREDICATES.isdisjoint((following.text, following.tag)):
        return None
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(view.words) and view.words[other].text.lower() in _NAME_COORDINATORS:
            other += step
        if other != at + step and other in taken and view.words[other].tag == "MODEL":
            return other
    return None


def _share_rules(view: View, best: dict[int, Hit]) -> None:
    """Let an anchor that no rule matched take the rule of one that it is coordinated with, until none is left."""
    open_anchors = [
        at
        for at, word in enumerate(view.words)
        if at not in best and word.mention is not None and (word.mention.quantity is not None or word.tag in _NAME_TAGS)
    ]
    for at in [*open_anchors, *reversed(open_anchors)]:
        if at in best:
            continue
        other = _coordinated(view, at, best)
        if other is None or best[other].rule.predicate in (NO_CLAIM, "active_parameters"):
            continue
        if best[other].rule.predicate == "training_tokens" and view.words[at - 1].text == "the":
            continue  # "the 8B on 15T, the 70B on 9T": the size stands for a model's name
        if _bounds_hold(best[other].rule, view.words[at]):
            best[at] = best[other]._replace(chip=None)


def find_winners(reading: Reading, views: Mapping[int, View]) -> Iterator[tuple[int, dict[int, Hit]]]:
    """Yield, for each sentence, the strongest rule on each of its anchors, by the anchor's token."""
    scopes = _Scopes(reading, views)
    for index, view in views.items():
        best: dict[int, Hit] = {}
        matched = match_frames(view)
        around = scopes.of(index) if matched else {}
        for at, candidates in matched.items():
            fitting = [
                hit
                for hit in candidates
                if _bounds_hold(hit.rule, view.words[at]) and _surroundings_hold(hit.rule, around)
            ]
            if fitting:
                best[at] = max(fitting, key=lambda hit: (hit.rule.strength, hit.chip is not None, -hit.length))
        if best:
            _share_rules(view, best)
        yield index, best
