"""Frames of the rules -> spaCy's Matcher -> the rules that match on each anchor of a view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from spacy.matcher import Matcher

from extractor.pipeline.readings import Mention
from extractor.pipeline.views import View
from extractor.rules import Rule, load_rules
from extractor.rules.modifiers import GAPS

if TYPE_CHECKING:
    from spacy.vocab import Vocab

__all__ = ["Hit", "match_frames"]

_WIDE_GAP = "...."
_WIDEST = 14


@dataclass(frozen=True, slots=True)
class _Frame:
    """A compiled frame: its rule, whether it forbids, and which element is the anchor, which the chip."""

    rule: Rule
    forbids: bool
    anchor: int
    chip: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matches on an anchor, over how many tokens, and with which chip in its frame."""

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
        if element in GAPS:
            choices.append([{"TAG": {"NOT_IN": barred}, "OP": f"{{0,{GAPS[element]}}}"}])
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


def match_frames(view: View, vocab: Vocab) -> dict[int, list[Hit]]:
    """Find, for each token that may be an anchor, the rules whose frames match on it."""
    marks = view.tags | {word.text.lower() for word in view.words}
    forbidden: set[tuple[int, str]] = set()
    found: list[tuple[int, Hit]] = []
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
            found.append((at, Hit(frame.rule, end - start, chip)))
    hits: dict[int, list[Hit]] = defaultdict(list)
    for at, hit in found:
        if (at, hit.rule.id) not in forbidden:
            hits[at].append(hit)
    return hits
