"""Mentions -> drafts of claims: the frames of the rules, compiled to spaCy's Matcher, over merged tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from spacy.matcher import Matcher

from extractor.pipeline.mentions import find_names
from extractor.pipeline.readings import Draft, Mention, Reading
from extractor.pipeline.tables import read_tables
from extractor.pipeline.views import View, Word
from extractor.rules import NO_CLAIM, Rule, load_rules, load_words
from extractor.schema import load_predicates

if TYPE_CHECKING:
    from spacy.vocab import Vocab

__all__ = ["find_winners", "match_claims"]

_GAPS = {"..": 3, "...": 8}
_WIDE_GAP = "...."
_WIDEST = 14
# Between two anchors that share a rule: "a cost of $60m for A and $150m for B", "1.5m for 8B, 7m for 70B"
_COORDINATORS = frozenset(
    {
        ",",
        "and",
        "or",
        "/",
        "then",
        "plus",
        "&",
        "for",
        "the",
        "against",
        "versus",
        "vs",
        "+",
        "with",
        "of",
        "(",
        "even",
        "in",
        "by",
    }
)
_COORDINATION_GAP = 7
_CONJUNCTION_GAP = 9
_JOINERS = frozenset({",", "and", "or", "/", "(", "against", "versus", "vs", "&", "+", "then", "even"})
# Names share a rule over fewer words: "H100s and H200s"
_NAME_COORDINATORS = frozenset({",", "and", "or", "/", "+", "&", "then"})
_NAME_TAGS = frozenset({"CHIP", "TECHNIQUE"})
_LONGEST_COUNT = 8
_ENDS_COUNT = frozenset({",", ".", ";", "(", ")", "and", "or", "on", "in", "for", "with", "at"})
_CHIP_PREDICATES = frozenset({"chip_count", "chip_hours", "training_time", "training_cost"})


@dataclass(frozen=True, slots=True)
class _Frame:
    """A compiled frame: its rule, whether it forbids, and which element is the anchor, which the chip."""

    rule: Rule
    forbids: bool
    anchor: int
    chip: int | None


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: Rule
    length: int
    chip: Mention | None


def _element(part: str, anchor: tuple[str, ...]) -> tuple[str, Any]:
    """Read one alternative of an element as (attribute, value)."""
    if part == "_":
        return "TAG", list(anchor)
    if part.startswith("@"):
        return "TAG", [part[1:]]
    kind, _, name = part.partition(":")
    if kind.isupper() and len(kind) > 1:
        return ("NAMED", (kind, name.replace("_", " "))) if name else ("TAG", [kind])
    return "LOWER", [part]


def _compile(frame: str, anchor: tuple[str, ...]) -> Iterator[tuple[list[dict[str, Any]], int, int | None]]:
    """Turn a frame into Matcher patterns, one for each choice of a word or a kind, with the places of its roles."""
    barred = [*anchor, ";"]
    choices: list[list[dict[str, Any]]] = []
    anchor_at, chip_at = -1, None
    for at, element in enumerate(frame.split()):
        if element in _GAPS:
            choices.append([{"TAG": {"NOT_IN": barred}, "OP": f"{{0,{_GAPS[element]}}}"}])
            continue
        if element == _WIDE_GAP:
            choices.append([{"TAG": {"NOT_IN": [";"]}, "OP": f"{{0,{_WIDEST}}}"}])
            continue
        optional = element.endswith("?") and len(element) > 1
        parts = (
            [_element(part, anchor) for part in element.rstrip("?").split("|")]
            if element != "?"
            else [("LOWER", ["?"])]
        )
        tags = [v for attribute, values in parts if attribute == "TAG" for v in values]
        lowers = [v for attribute, values in parts if attribute == "LOWER" for v in values]
        tokens: list[dict[str, Any]] = []
        if tags:
            tokens.append({"TAG": tags[0] if len(tags) == 1 else {"IN": tags}})
        if lowers:
            tokens.append({"LOWER": lowers[0] if len(lowers) == 1 else {"IN": lowers}})
        tokens += [{"TAG": v[0], "LEMMA": v[1]} for attribute, v in parts if attribute == "NAMED"]
        if optional:
            for token in tokens:
                token["OP"] = "?"
        choices.append(tokens)
        if element == "_":
            anchor_at = at
        elif "CHIP" in tags and chip_at is None:
            chip_at = at
    for choice in product(*choices):
        yield [dict(token) for token in choice], anchor_at, chip_at


@dataclass(frozen=True, slots=True)
class _Group:
    """The frames of one kind of anchor that need one of the same words or kinds beside it.

    Most sentences hold few of the words that frames ask for, so that most groups need not be matched at all.
    """

    needs: frozenset[str]
    matcher: Matcher
    frames: dict[int, _Frame]


def _need(pattern: list[dict[str, Any]], anchor_at: int) -> frozenset[str]:
    """The tags and words of which a pattern needs one, beside its anchor; empty if it needs none."""
    for at, token in enumerate(pattern):
        if at == anchor_at or token.get("OP") is not None:
            continue
        wanted = token.get("TAG", token.get("LOWER"))
        return frozenset(wanted["IN"] if isinstance(wanted, dict) else [str(wanted)])
    return frozenset()


@cache
def _groups(vocab: Vocab) -> dict[str, tuple[_Group, ...]]:
    """Compile all frames: for each kind of anchor its groups."""
    found: dict[str, dict[frozenset[str], _Group]] = defaultdict(dict)
    for rule in load_rules():
        for kind in rule.anchor:
            tag = kind.removeprefix("@")
            for number, frame in enumerate((*rule.frames, *rule.unless)):
                for choice, (pattern, anchor_at, chip_at) in enumerate(_compile(frame, (tag,))):
                    needs = _need(pattern, anchor_at)
                    group = found[tag].get(needs) or found[tag].setdefault(needs, _Group(needs, Matcher(vocab), {}))
                    key = f"{rule.id}#{number}.{choice}"
                    group.matcher.add(key, [pattern])
                    group.frames[vocab.strings[key]] = _Frame(rule, number >= len(rule.frames), anchor_at, chip_at)
    return {tag: tuple(groups.values()) for tag, groups in found.items()}


def _frame_hits(view: View, vocab: Vocab) -> dict[int, list[_Hit]]:
    """Find, for each token that may be an anchor, the rules whose frames match on it."""
    marks = view.tags | {word.text.lower() for word in view.words}
    forbidden: set[tuple[int, str]] = set()
    found: list[tuple[int, _Hit]] = []
    fitting = [
        group
        for tag in view.tags
        for group in _groups(vocab).get(tag, ())
        if not group.needs or not group.needs.isdisjoint(marks)
    ]
    doc = view.as_doc(vocab) if fitting else None
    for group in fitting:
        for key, start, end, alignment in group.matcher(doc, with_alignments=True):
            frame = group.frames[key]
            at = start + alignment.index(frame.anchor)
            if frame.forbids:
                forbidden.add((at, frame.rule.id))
                continue
            chip = None
            if frame.chip is not None and frame.chip in alignment:
                chip = view.words[start + alignment.index(frame.chip)].mention
            found.append((at, _Hit(frame.rule, end - start, chip)))
    hits: dict[int, list[_Hit]] = defaultdict(list)
    for at, hit in found:
        if (at, hit.rule.id) not in forbidden:
            hits[at].append(hit)
    return hits


def _bounds_hold(rule: Rule, word: Word) -> bool:
    quantity = word.mention.quantity if word.mention else None
    if quantity is None:
        return rule.low is None and rule.high is None and rule.scaled is None
    if rule.low is not None and quantity.value < rule.low:
        return False
    if rule.high is not None and (quantity.high or quantity.value) > rule.high:
        return False
    return rule.scaled is None or bool(quantity.scale) == rule.scaled


def _surroundings_hold(rule: Rule, scopes: Mapping[str, frozenset[str]]) -> bool:
    if rule.near and not any(not scopes[scope].isdisjoint(tags) for scope, tags in _bare(rule.near)):
        return False
    return not any(not scopes[scope].isdisjoint(tags) for scope, tags in _bare(rule.far))


def _bare(wanted: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, set[str]]]:
    for scope, tags in wanted.items():
        yield scope, {tag.removeprefix("@") for tag in tags}


def _chip_in_unit(word: Word) -> Mention | None:
    """The chip inside a unit: the "H800" of "2.8 million H800 GPU hours"."""
    mention = word.mention
    if mention is None or mention.quantity is None or mention.quantity.chip_start is None:
        return None
    offset = mention.quantity.chip_start
    chips = [m for m in find_names(word.text[offset - word.start :]) if m.kind == "CHIP"]
    return replace(chips[0], start=chips[0].start + offset, end=chips[0].end + offset) if chips else None


_SAME = frozenset({"same", "those", "these", "such", "them"})


def _same_chip(reading: Reading, view: View, at: int) -> Mention | None:
    """The chip that "of the same processors" or "of them" points back to: the one named last before."""
    if not any(word.text in _SAME for word in view.words[at + 1 : at + 4]):
        return None
    before = view.words[at].start
    named = (
        m for s in reversed(reading.sentences) for m in reversed(s.mentions) if m.kind == "CHIP" and m.end <= before
    )
    return next(named, None)


def _nearest_chip(view: View, at: int) -> Mention | None:
    """The chip that stands nearest to a token in its sentence, and only if no other chip is as near."""
    chips = [(abs(i - at), i) for i, word in enumerate(view.words) if word.tag == "CHIP"]
    return view.words[min(chips)[1]].mention if chips else None


def _draft(reading: Reading, rule: Rule, sentence: int, view: View, at: int, chip: Mention | None) -> Draft:
    word = view.words[at]
    mention = word.mention
    predicate = load_predicates()[rule.predicate]
    quantity = mention.quantity if mention else None
    value: float | str
    if quantity is not None:
        value, high = quantity.value, quantity.high
        unit = (predicate.value == "money" and quantity.unit) or predicate.unit
        start, end = word.start, word.end
        value_start, value_end = mention.start, mention.end  # type: ignore[union-attr]
    else:
        value, high, unit = rule.value or (mention.name if mention else word.text), None, predicate.unit
        start, end = (mention.start, mention.end) if mention else (word.start, word.end)
        value_start, value_end = start, end
    draft = Draft(
        rule=rule.id, predicate=rule.predicate, sentence=sentence, value=value, high=high, unit=unit,
        start=start, end=end, value_start=value_start, value_end=value_end,
        currency=unit if predicate.value == "money" else "",
    )  # fmt: skip
    if quantity is not None:
        draft.comparator = quantity.comparator
        if quantity.hedge_start is not None and quantity.hedge_end is not None:
            draft.cues["comparator"] = (quantity.hedge_start, quantity.hedge_end)
    if rule.predicate == "chip_model":
        draft.end = _end_of_chips(view, at, draft.end)
    for slot, fixed in rule.sets.items():
        setattr(draft, slot, fixed)
    if rule.predicate in _CHIP_PREDICATES:
        draft.chip = (
            chip
            or _same_chip(reading, view, at)
            or _chip_in_unit(word)
            or (_nearest_chip(view, at) if rule.predicate != "chip_count" else None)
        )
        if rule.predicate == "chip_count" and chip is not None:
            draft.start, draft.end = min(draft.start, chip.start), max(draft.end, chip.end)
        if rule.predicate == "chip_count":
            draft.end = max(draft.end, _end_of_chips(view, at, draft.end))
    return draft


def _end_of_chips(view: View, at: int, end: int) -> int:
    """Where the noun ends that closes a count: the "GPUs" of "512 H800 GPUs", of "512 of its newest GPUs"."""
    for word in view.words[at + 1 : at + _LONGEST_COUNT]:
        if word.tag == "chips":
            return max(end, word.end)
        if word.text in _ENDS_COUNT or (word.mention is not None and word.mention.quantity is not None):
            break
    return end


def _last_of_tag(view: View, at: int) -> int | None:
    """The token of the same kind that stands last before, if near and in the same clause."""
    for other in range(at - 1, max(-1, at - _CONJUNCTION_GAP), -1):
        if view.words[other].tag == view.words[at].tag:
            return other
        if view.words[other].text == ";":
            return None
    return None


def _coordinated(view: View, at: int, taken: Mapping[int, _Hit]) -> int | None:
    """The claimed anchor that a token is coordinated with, so that what holds of the one holds of the other."""
    tag = view.words[at].tag
    if at and view.words[at - 1].text == "for":
        return None
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


def _share_rules(view: View, best: dict[int, _Hit]) -> None:
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
        if _bounds_hold(best[other].rule, view.words[at]):
            best[at] = replace(best[other], chip=None)


def find_winners(reading: Reading, views: Mapping[int, View], vocab: Vocab) -> Iterator[tuple[int, dict[int, _Hit]]]:
    """Yield, for each sentence that no table took, the strongest rule on each of its anchors, by the anchor's token."""
    scopes = _Scopes(reading, views)
    tabled = read_tables(reading)
    for index, view in views.items():
        if index in tabled:
            continue
        around = scopes.of(index)
        best: dict[int, _Hit] = {}
        for at, candidates in _frame_hits(view, vocab).items():
            fitting = [
                hit
                for hit in candidates
                if _bounds_hold(hit.rule, view.words[at]) and _surroundings_hold(hit.rule, around)
            ]
            if fitting:
                best[at] = max(fitting, key=lambda hit: (hit.rule.strength, hit.chip is not None, -hit.length))
        _share_rules(view, best)
        yield index, best


def match_claims(reading: Reading, views: Mapping[int, View], vocab: Vocab) -> None:
    """Add to the reading a draft for each anchor on which a rule that makes a claim is the strongest."""
    for index, best in find_winners(reading, views, vocab):
        for at in sorted(best):
            if best[at].rule.predicate != NO_CLAIM:
                reading.drafts.append(_draft(reading, best[at].rule, index, views[index], at, best[at].chip))
    reading.drafts = _without_counted_chips(reading.drafts)


def _without_counted_chips(drafts: list[Draft]) -> list[Draft]:
    """Drop a kind of chip that a count in the same sentence says already."""
    counted = {(d.sentence, d.chip.name) for d in drafts if d.predicate == "chip_count" and d.chip is not None}
    return [d for d in drafts if d.predicate != "chip_model" or (d.sentence, d.value) not in counted]


class _Scopes:
    """The classes and kinds that stand around a sentence: in it, its paragraph, its section, the title."""

    def __init__(self, reading: Reading, views: Mapping[int, View]) -> None:
        self._reading, self._views = reading, views
        self._paragraphs: dict[int, frozenset[str]] = {}
        for index, view in views.items():
            paragraph = reading.sentences[index].paragraph
            self._paragraphs[paragraph] = self._paragraphs.get(paragraph, frozenset()) | view.tags
        words = load_words()
        title = {words.get(word.lower(), "") for word in reading.document.title.split()}
        self.title = frozenset(title | {m.kind for m in reading.title_names})

    def of(self, index: int) -> dict[str, frozenset[str]]:
        sentence = self._reading.sentences[index]
        heading = self._views.get(sentence.section) if sentence.section is not None else None
        return {
            "sentence": self._views[index].tags,
            "paragraph": self._paragraphs[sentence.paragraph],
            "section": heading.tags if heading else frozenset(),
            "title": self.title,
            "before": self._views[index - 1].tags if index - 1 in self._views else frozenset(),
        }
