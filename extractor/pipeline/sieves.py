"""Text -> can one of these rules match in it? By the words that their frames ask for; far cheaper than reading it.

A frame matches only where each of its elements stands in one sentence, and no sentence goes on over a line's end. Which
names and quantities a line holds is not known before it is read: kinds of mention are taken to be there, but for those
that a sign or a word of ours must show: chips, techniques, money, power and times.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache
from itertools import pairwise

from extractor.pipeline.frames import frame_needs
from extractor.pipeline.lexicon import split_runs
from extractor.pipeline.markup import blank_markup
from extractor.quantities.lexicon import load_lexicon
from extractor.rules import load_words
from extractor.rules.books import KnownRule
from extractor.schema import read_list, spellings

__all__ = ["make_sieve"]

_COMPOUND = re.compile(r"[^\W_]+(?:[-'.&][^\W_]+)*")
_INNER_MARK = re.compile(r"[-'.&]")
_KINDS_BY_LIST = {"CHIP": "chips", "TECHNIQUE": "techniques", "NUMERIC": "techniques", "MINOR": "techniques"}
_KINDS_BY_UNIT = {"POWER": "power", "DURATION": "duration"}
_CURRENCY_SIGN = re.compile(r"[$€£¥￥₩₹₽₺₪฿₫₴]")
# A mention may end within a run of letters: of "4xH100s" the view has an x, and an s
_SURE_LENGTH = 3


# Of each of these sets of marks one must stand in a line; nothing less is asked twice
_Needs = frozenset[frozenset[str]]


def make_sieve(rules: Iterable[KnownRule]) -> Callable[..., bool]:
    """Return a test that takes the texts of a document, and is True where one of the rules may match.

    A False is certain: none of their frames matches in any sentence.
    """
    needs: dict[_Needs, set[_Needs]] = defaultdict(set)
    for rule in rules:
        needs[_ungiven({tag.removeprefix("@") for tag in tags} for tags in rule.around)].update(_needs(rule))

    def may_match(*texts: str) -> bool:
        lines = [_marks(line) for text in texts for line in blank_markup(text).split("\n") if line] if needs else []
        everywhere = frozenset().union(*lines)
        return any(
            _holds(around, everywhere) and any(_holds(need, line) for line in lines for need in alternatives)
            for around, alternatives in needs.items()
        )

    return may_match


def _holds(needs: _Needs, marks: Set[str]) -> bool:
    return not any(marks.isdisjoint(one) for one in needs)


def _needs(rule: KnownRule) -> Iterator[_Needs]:
    """Yield, for each way to read the rule's frames, what a sentence must hold."""
    for tag in (kind.removeprefix("@") for kind in rule.anchor):
        for frame in rule.frames:
            for needs in frame_needs(frame, tag):
                yield _ungiven((*needs, {tag}))


def _ungiven(needs: Iterable[Set[str]]) -> _Needs:
    """Leave out what any text may hold, as far as its words say."""
    return frozenset(frozenset(one) for one in needs if not any(map(_is_given, one)))


def _is_given(mark: str) -> bool:
    if mark.isupper():
        return mark not in _beginnings()
    return len(mark) < _SURE_LENGTH or not mark[0].isalnum()


@cache
def _tags_by_lead() -> Mapping[str, frozenset[str]]:
    """The classes of words and phrases, by the first word of each."""
    tags: dict[str, set[str]] = defaultdict(set)
    for phrase, tag in load_words().items():
        tags[phrase.split(" ")[0]].add(tag)
    return {lead: frozenset(found) for lead, found in tags.items()}


@cache
def _beginnings() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """For a kind of mention the run of letters or digits that one can begin with, and what may come next.

    An empty string is among these where nothing needs to.
    """
    lexicon = load_lexicon()
    written: dict[str, Iterable[str]] = {
        kind: [spelling for row in read_list(name) for spelling in spellings(row)]
        for kind, name in _KINDS_BY_LIST.items()
    }
    for kind, wanted in _KINDS_BY_UNIT.items():
        written[kind] = [word for word, unit in lexicon.units.items() if unit.kind == wanted]
    written["MONEY"] = (*lexicon.names, *lexicon.codes)
    return {kind: _begin(words) for kind, words in written.items()}


def _begin(written: Iterable[str]) -> Mapping[str, frozenset[str]]:
    begin: dict[str, set[str]] = defaultdict(set)
    for words in written:
        first, *more = split_runs(words).words
        begin[first].add(more[0] if more else "")
        if not more:
            # "64 MI325Xs": a plural may be glued to it
            begin[first + "s"].add("")
    return {first: frozenset(following) for first, following in begin.items()}


def _kinds(runs: Sequence[str]) -> Iterator[str]:
    """Yield the kinds of mention that may stand among the runs of a line."""
    pairs = set(pairwise((*runs, "")))
    words = set(runs)
    for kind, begin in _beginnings().items():
        found = words.intersection(begin)
        if any("" in begin[first] for first in found) or any(
            second in begin[first] for first, second in pairs if first in found
        ):
            yield kind


def _marks(line: str) -> set[str]:
    """The words of a line, each part of those with inner marks, the classes of all of these, and kinds of mention."""
    plain = line.lower()
    words = set(_COMPOUND.findall(plain))
    for word in [word for word in words if not word.isalnum()]:
        words.update(_INNER_MARK.split(word))
        starts = [match.end() for match in _INNER_MARK.finditer(word)]
        words.update(word[start:] for start in starts)
        words.update(word[: start - 1] for start in starts)
    tags = _tags_by_lead()
    marks = words.union(*[tags[word] for word in words if word in tags], _kinds(split_runs(line).words))
    if _CURRENCY_SIGN.search(line):
        marks.add("MONEY")
    return marks
