"""Frames of the rules -> the rules that match on each anchor of a view.

A frame is read from its anchor outwards: each element on either side is a hop from the element before it, over a gap
or none. Most words that frames ask for stand in few sentences, so that few frames are tried on an anchor at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from extractor.pipeline.readings import Mention
from extractor.pipeline.views import View
from extractor.rules import Rule, load_rules
from extractor.rules.modifiers import GAPS

__all__ = ["Hit", "find_anchors", "match_frames"]

_WIDE_GAP = "...."
_WIDEST = 14


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matches on an anchor, over how many tokens, and with which chip in its frame."""

    rule: Rule
    length: int
    chip: Mention | None


@dataclass(frozen=True, slots=True)
class _Hop:
    """One element of a frame, seen from the element that is nearer to the anchor.

    Attributes:
        gap: how many tokens it may skip.
        barred: the tags that it may not skip.
        tags, words, names: what the element's token may be: its tag, its word, its kind with its name.
        chip: whether its token is the chip that the claim is tied to.
    """

    gap: int
    barred: frozenset[str]
    tags: frozenset[str]
    words: frozenset[str]
    names: frozenset[tuple[str, str]]
    chip: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """One way to read a frame: the hops to its left, the nearest first, and those to its right.

    Attributes:
        needs: for each element the tags and words of which one must stand in the sentence.
        ends_at_chip: whether the chip is the outermost element of its side.
    """

    left: tuple[_Hop, ...]
    right: tuple[_Hop, ...]
    needs: tuple[frozenset[str], ...]
    ends_at_chip: bool


@dataclass(frozen=True, slots=True)
class _Group:
    """What one rule has for one kind of anchor: the frames of which one must match, and those of which none may."""

    rule: Rule
    frames: tuple[_Frame, ...]
    unless: tuple[_Frame, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A view as frames see it, token for token: tags, and words in lower case; ``marks`` holds both."""

    view: View
    tags: tuple[str, ...]
    words: tuple[str, ...]
    marks: frozenset[str]

    def has(self, frame: _Frame) -> bool:
        """Tell whether all that a frame needs stands in the sentence, in whatever order."""
        marks = self.marks
        return not any(needed.isdisjoint(marks) for needed in frame.needs)


def _hop(element: str, gap: int, barred: frozenset[str], anchor: str) -> _Hop:
    """Read an element, with the gap on the anchor's side of it."""
    tags, words, names = set(), set(), set()
    for part in element.split("|") if element != "?" else [element]:
        kind, _, name = part.partition(":")
        if part == "_":
            tags.add(anchor)
        elif part.startswith("@"):
            tags.add(part[1:])
        elif not (kind.isupper() and len(kind) > 1):
            words.add(part)
        elif name:
            names.add((kind, name.replace("_", " ")))
        else:
            tags.add(kind)
    return _Hop(gap, barred, frozenset(tags), frozenset(words), frozenset(names))


def _sides(elements: Sequence[str], anchor: str) -> Iterator[tuple[_Hop, ...]]:
    """Yield the ways to read one side of a frame, from the anchor outwards: with each optional element, and without."""
    for at, element in enumerate(elements):
        if element.endswith("?") and len(element) > 1:
            yield from _sides([*elements[:at], element.rstrip("?"), *elements[at + 1 :]], anchor)
            yield from _sides([*elements[:at], *elements[at + 1 :]], anchor)
            return
    hops: list[_Hop] = []
    gap, barred = 0, frozenset({anchor, ";"})
    for element in elements:
        if element == _WIDE_GAP:
            gap, barred = gap + _WIDEST, frozenset({";"})
        elif element in GAPS:
            gap += GAPS[element]
        else:
            hops.append(_hop(element, gap, barred, anchor))
            gap, barred = 0, frozenset({anchor, ";"})
    yield tuple(hops)  # a gap at the end skips nothing


def _with_chip(hops: tuple[_Hop, ...], *, last: bool) -> tuple[_Hop, ...]:
    """Mark the one hop of a side that gives the chip: the last of those that ask for one, or the first."""
    chips = [at for at, hop in enumerate(hops) if "CHIP" in hop.tags]
    if not chips:
        return hops
    at = chips[-1 if last else 0]
    return (*hops[:at], replace(hops[at], chip=True), *hops[at + 1 :])


@cache
def _compile(frame: str, anchor: str) -> tuple[_Frame, ...]:
    """Read a frame for one kind of anchor. The leftmost element that asks for a chip gives the claim its own."""
    elements = frame.split()
    middle = elements.index("_")
    found = []
    for left in _sides(elements[:middle][::-1], anchor):
        for right in _sides(elements[middle + 1 :], anchor):
            before = _with_chip(left, last=True)
            after = right if before is not left else _with_chip(right, last=False)
            needs = {hop.tags | hop.words | {kind for kind, _ in hop.names} for hop in (*before, *after)}
            ends_at_chip = any(hop.chip for hop in (*before[-1:], *after[-1:]))
            found.append(_Frame(before, after, tuple(sorted(needs, key=len)), ends_at_chip))
    return tuple(found)


@cache
def _book() -> dict[str, tuple[_Group, ...]]:
    """All frames, by the kind of their anchor, rule by rule."""
    book: dict[str, list[_Group]] = defaultdict(list)
    for rule in load_rules():
        for tag in (kind.removeprefix("@") for kind in rule.anchor):
            frames, unless = (
                tuple(one for frame in texts for one in _compile(frame, tag)) for texts in (rule.frames, rule.unless)
            )
            book[tag].append(_Group(rule, frames, unless))
    return {tag: tuple(groups) for tag, groups in book.items()}


def _sheet(view: View) -> _Sheet:
    words = tuple(word.text.lower() for word in view.words)
    return _Sheet(view, tuple(word.tag for word in view.words), words, view.tags.union(words))


def _reach(
    hops: tuple[_Hop, ...], at: int, step: int, sheet: _Sheet, *, named: bool
) -> tuple[int, Mention | None] | None:
    """Follow the hops of one side from a token to the nearest one that the side can end at.

    Args:
        hops: the rest of them.
        at: the token that the hop before came to.
        step: 1 to the right, -1 to the left.
        sheet: the sentence.
        named: whether the chip must be a mention, and not just a word for one.

    Returns:
        That token and the chip on the way; None if the hops lead nowhere.
    """
    if not hops:
        return at, None
    hop, tags, words = hops[0], sheet.tags, sheet.words
    count = len(tags)
    for place in range(at + step, at + step * (hop.gap + 2), step):
        if not 0 <= place < count:
            return None
        tag = tags[place]
        fits = tag in hop.tags or words[place] in hop.words
        if not fits and hop.names:
            mention = sheet.view.words[place].mention
            fits = mention is not None and (tag, mention.name) in hop.names
        if fits and hop.chip:
            chip = sheet.view.words[place].mention
            if (chip is not None or not named) and (end := _reach(hops[1:], place, step, sheet, named=named)):
                return end[0], chip
        elif fits and (end := _reach(hops[1:], place, step, sheet, named=named)):
            return end
        if tag in hop.barred:
            return None
    return None


def _match(frame: _Frame, at: int, sheet: _Sheet) -> tuple[int, Mention | None] | None:
    """Match a frame on an anchor: over how few tokens, and with which chip."""
    # A chip that a frame ends at may stand further off than a word for one: "512 GPUs (H800)"
    for named in (True, False) if frame.ends_at_chip else (False,):
        left = _reach(frame.left, at, -1, sheet, named=named)
        right = _reach(frame.right, at, 1, sheet, named=named) if left is not None else None
        if left is not None and right is not None:
            return right[0] - left[0] + 1, left[1] or right[1]
    return None


def _best(group: _Group, at: int, sheet: _Sheet) -> Hit | None:
    """The best match of a rule on an anchor: with a chip if there is one, over as few tokens as can be."""
    best: Hit | None = None
    for frame in group.frames:
        if sheet.has(frame) and (found := _match(frame, at, sheet)) is not None:
            length, chip = found
            if best is None or (chip is not None, -length) > (best.chip is not None, -best.length):
                best = Hit(group.rule, length, chip)
    if best is None or any(sheet.has(frame) and _match(frame, at, sheet) is not None for frame in group.unless):
        return None
    return best


def find_anchors(frame: str, rule: Rule, view: View) -> set[int]:
    """Find the tokens of a view that one frame of a rule matches on."""
    sheet = _sheet(view)
    kinds = {kind.removeprefix("@") for kind in rule.anchor}
    return {
        at
        for at, tag in enumerate(sheet.tags)
        if tag in kinds and any(_match(one, at, sheet) is not None for one in _compile(frame, tag))
    }


def match_frames(view: View) -> dict[int, list[Hit]]:
    """Find, for each token that may be an anchor, the rules whose frames match on it."""
    book = _book()
    if view.tags.isdisjoint(book):
        return {}
    sheet = _sheet(view)
    hits: dict[int, list[Hit]] = {}
    for at, tag in enumerate(sheet.tags):
        found = [hit for group in book.get(tag, ()) if (hit := _best(group, at, sheet)) is not None]
        if found:
            hits[at] = found
    return hits
