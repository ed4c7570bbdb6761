"""Frames of the rules -> the rules that match on each anchor of a view.

A frame is read from its anchor outwards: each element on either side is a hop from the element before it, over a gap
or none. Most words that frames ask for stand in few sentences, so that few frames are tried on an anchor at all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from extractor.pipeline.readings import Mention
from extractor.pipeline.views import View
from extractor.rules import Rule, load_rules
from extractor.rules.modifiers import GAPS

__all__ = ["Hit", "find_anchors", "frame_needs", "match_frames"]

_WIDE_GAP = "...."
_WIDEST = 14


class Hit(NamedTuple):
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


class _Entry(NamedTuple):
    """A frame in the book, with its rule; ``forbids`` where it stands under ``unless``."""

    rule: Rule
    frame: _Frame
    forbids: bool


@dataclass(frozen=True, slots=True)
class _Chapter:
    """The frames of one kind of anchor, rule by rule.

    Attributes:
        entries: all of them.
        always: the numbers of those that need nothing beside their anchor.
        by_mark: of those that need something, the numbers by each tag or word that will do.
        needs: for each of them what it needs, as the bits of `_Book.bits`.
    """

    entries: tuple[_Entry, ...]
    always: tuple[int, ...]
    by_mark: Mapping[str, tuple[int, ...]]
    needs: tuple[int, ...]

    def fitting(self, marks: frozenset[str], given: int) -> list[_Entry]:
        """Find the frames that have all that they need in a sentence, in their order.

        Args:
            marks: the tags and words of the sentence.
            given: the bits of what they give.
        """
        numbers = set(self.always).union(*[self.by_mark[mark] for mark in marks if mark in self.by_mark])
        entries, needs = self.entries, self.needs
        return [entries[at] for at in sorted([at for at in numbers if needs[at] & given == needs[at]])]


@dataclass(frozen=True, slots=True)
class _Book:
    """All frames.

    Attributes:
        chapters: the frames of each kind of anchor.
        bits: for each tag or word a number with a bit for each need of a frame that it fulfils.
    """

    chapters: Mapping[str, _Chapter]
    bits: Mapping[str, int]


class _Sheet(NamedTuple):
    """A view as frames see it, token for token: tags, and words in lower case."""

    view: View
    tags: tuple[str, ...]
    words: tuple[str, ...]


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


def _chapter(entries: Sequence[_Entry], bits: Mapping[frozenset[str], int]) -> _Chapter:
    """Sort the frames of one kind of anchor under what is the rarest of the things that each of them needs."""
    common = Counter(mark for entry in entries for needed in entry.frame.needs for mark in needed)
    by_mark: dict[str, list[int]] = defaultdict(list)
    for at, entry in enumerate(entries):
        if entry.frame.needs:
            for mark in min(entry.frame.needs, key=lambda needed: sum(common[mark] for mark in needed)):
                by_mark[mark].append(at)
    always = tuple(at for at, entry in enumerate(entries) if not entry.frame.needs)
    needs = tuple(sum(bits[needed] for needed in entry.frame.needs) for entry in entries)
    return _Chapter(tuple(entries), always, {mark: tuple(numbers) for mark, numbers in by_mark.items()}, needs)


@cache
def _book() -> _Book:
    """All frames, by the kind of their anchor."""
    book: dict[str, list[_Entry]] = defaultdict(list)
    for rule in load_rules():
        for tag in (kind.removeprefix("@") for kind in rule.anchor):
            for forbids, frames in ((False, rule.frames), (True, rule.unless)):
                book[tag] += [_Entry(rule, one, forbids) for frame in frames for one in _compile(frame, tag)]
    needs = dict.fromkeys(needed for entries in book.values() for entry in entries for needed in entry.frame.needs)
    bits = {needed: 1 << at for at, needed in enumerate(needs)}
    by_mark: dict[str, int] = defaultdict(int)
    for needed, bit in bits.items():
        for mark in needed:
            by_mark[mark] |= bit
    return _Book({tag: _chapter(entries, bits) for tag, entries in book.items()}, dict(by_mark))


def _sheet(view: View) -> _Sheet:
    return _Sheet(view, tuple([word.tag for word in view.words]), view.lows)


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
        left = _reach(frame.left, at, -1, sheet, named=named) if frame.left else (at, None)
        if left is None:
            continue
        right = _reach(frame.right, at, 1, sheet, named=named) if frame.right else (at, None)
        if right is not None:
            return right[0] - left[0] + 1, left[1] or right[1]
    return None


def _hits(entries: Sequence[_Entry], at: int, sheet: _Sheet) -> list[Hit]:
    """Find the best match of each rule on an anchor: with a chip if there is one, over as few tokens as can be."""
    best: dict[str, Hit] = {}
    for rule, frame, forbids in entries:
        known = best.get(rule.id)
        if forbids and known is None:
            continue
        if (found := _match(frame, at, sheet)) is None:
            continue
        length, chip = found
        if forbids:
            del best[rule.id]
        elif known is None or (chip is not None, -length) > (known.chip is not None, -known.length):
            best[rule.id] = Hit(rule, length, chip)
    return list(best.values())


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
    if view.tags.isdisjoint(book.chapters):
        return {}
    sheet = _sheet(view)
    marks = view.tags.union(sheet.words)
    given, bits = 0, book.bits
    for mark in marks:
        if mark in bits:
            given |= bits[mark]
    fitting = {tag: book.chapters[tag].fitting(marks, given) for tag in view.tags.intersection(book.chapters)}
    hits: dict[int, list[Hit]] = {}
    for at, tag in enumerate(sheet.tags):
        if tag in fitting and (found := _hits(fitting[tag], at, sheet)):
            hits[at] = found
    return hits


def frame_needs(frame: str, anchor: str) -> list[tuple[frozenset[str], ...]]:
    """Return, for each way to read a frame, what must stand in a sentence: of each set of tags and words one."""
    return [one.needs for one in _compile(frame, anchor)]
