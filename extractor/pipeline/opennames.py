"""View -> names that no list knows: words with capitals, and words with a version, that may be whom a claim is about.

Most news is about what no list knows yet. Such a name is no mention, and no rule reads it; it is only weighed as the
subject of a claim that is there already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from extractor.pipeline.readings import Mention, Reading
from extractor.pipeline.views import View, Word
from extractor.schema import read_list, spellings

__all__ = ["NamedWords", "find_open_names"]

# A name in a view: its first token, its last token, and the mention
NamedWords = tuple[int, int, Mention]

_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][\w.'&-]*\Z|[a-z]{1,2}\d{1,2}\Z|[a-z]+[A-Z]\w*\Z")
# A sentence may open with a name of no list: then it does something, or is explained at once
_MARKED = re.compile(r"\w+-[A-Z]|\w*\d|[A-Z][a-z]+[A-Z]")
_NAME_DOES = frozenset(
    "is was has had will cost costs took takes uses used runs ran can could saw got needs needed comes came".split()
)
_PLAIN = re.compile(r"[a-z]+(?:s|ing|ers?|ed|ly|body|thing|one|tion|sion|ment|ance|ence|ity|ism|ware|ness)")
_SHORTEST = 4
_LONGEST_HEADING = 5
_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,2})?[A-Za-z]?\Z|[IVX]{1,4}\Z")
_LINKS = frozenset({"of", "for", "de", "and", "&", "-", "the", "la", "du"})
_LONGEST = 6
# Capitals that are no name of anybody who builds: days, months, nations, ranks, and what every such text is full of
_NO_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sept sep oct nov dec "
    "american americans chinese british european europeans korean japanese "
    "indian french german swiss israeli emirati saudi canadian russian taiwanese english spanish italian arabic "
    "dutch swedish nordic asian western i a an the it he she they we you his her its their our my this that these "
    "those ai gpu gpus cpu cpus tpu tpus llm llms api ceo cto cfo coo ipo pr us uk eu u.s u.k usa america europe "
    "china japan india korea france germany asia africa mr mrs ms dr prof professor sir president chief minister "
    "senator governor but and or so if when while after before since although though because however meanwhile "
    "still yet then now today yesterday here there what which who how why where no not none neither nor both each "
    "every some many most few all one two three four five six seven eight nine ten q a ok yes for from in on at by "
    "with of to as than about over under between among per vs also even only just such same other another more "
    "less ml rl sft dpo ppo moe rlhf twitter reddit discord internet covid web christmas ev chapter table figure "
    "section page part phase series stage step day week month year total table".split()
)
_PERSON_TITLES = frozenset("mr mrs ms dr prof professor sir president minister senator governor judge".split())


@cache
def _people() -> frozenset[str]:
    """Family names and full names of people whom the list knows."""
    return frozenset(spelling.lower() for row in read_list("people") for spelling in spellings(row))


def _written(reading: Reading, word: Word) -> str:
    return reading.text[word.start : word.end]


def _opens_name(reading: Reading, words: tuple[Word, ...], at: int, proper: Mapping[str, bool]) -> bool:
    word = words[at]
    written = _written(reading, word)
    if word.mention is not None or not _CAPITAL.match(written) or word.text in _NO_NAMES:
        return False
    if " " in word.text or word.tag in (";", "|"):
        return False
    first = at == 0 or not any(w.text[0].isalnum() for w in words[:at]) or words[at - 1].text in (":", "|", "•")
    if not first and not word.tag:
        return True
    # A capital that its place explains, or a word of ours: only if it looks like a name for another reason
    if _MARKED.match(written) or proper.get(word.text, False):
        return True
    following = words[at + 1].text.lower() if at + 1 < len(words) else ""
    bare = not word.tag and len(written) >= _SHORTEST and not _PLAIN.fullmatch(word.text)
    return bare and proper.get(word.text, True) and following in _NAME_DOES


def _is_named_heading(reading: Reading, view: View) -> bool:
    """Tell whether a heading is nothing but a name: "BabyHercules", "3. PICO-PATCH"."""
    words = [w for w in view.words if w.text[0].isalnum()]
    while words and words[0].mention is not None and words[0].mention.kind == "NUMBER":
        words = words[1:]
    return 0 < len(words) <= _LONGEST_HEADING and all(
        w.mention is None and _CAPITAL.match(_written(reading, w)) and not w.tag and w.text not in _NO_NAMES
        for w in words
    )


def _end_of_name(reading: Reading, words: tuple[Word, ...], at: int) -> int:
    last = at
    while last + 1 < len(words) and last - at < _LONGEST:
        word = words[last + 1]
        written = _written(reading, word)
        gap = reading.text[words[last].end : word.start]
        if gap not in ("", " ") or (word.mention is not None and word.mention.kind not in ("NUMBER", "ORG")):
            break
        if _VERSION.match(written) and (word.mention is None or word.mention.kind == "NUMBER"):
            return last + 1
        if word.mention is None and _CAPITAL.match(written) and word.text not in _NO_NAMES - _LINKS:
            last += 1
            continue
        following = words[last + 2] if last + 2 < len(words) else None
        if (
            word.text in _LINKS
            and word.mention is None
            and following is not None
            and following.mention is None
            and _CAPITAL.match(_written(reading, following))
            and following.text not in _NO_NAMES
            and (word.text not in ("and", "the", "-", "&") or gap == "" or word.text == "&")
        ):
            last += 2
            continue
        break
    return last


def _capitals(reading: Reading, view: View) -> list[tuple[int, str]]:
    """Words, as written, that a name may start at: any but those of small letters, unless a digit ends them."""
    text = reading.text
    written = [text[word.start : word.end] for word in view.words]
    return [
        (at, word)
        for at, (word, low) in enumerate(zip(written, view.lows, strict=True))
        if word != low or word[-1].isdigit()
    ]


def _proper_words(
    reading: Reading, views: Mapping[int, View], capitals: Mapping[int, list[tuple[int, str]]]
) -> dict[str, bool]:
    """Words that stand with a capital where no sentence starts, and nowhere without one.

    False for those that stand without one; the others are left out.
    """
    proper: dict[str, bool] = {}
    small: set[str] = set()
    for index, view in views.items():
        words = view.words
        heading = reading.sentences[index].kind == "heading"
        for at, written in capitals[index]:
            word = words[at]
            if word.mention is not None or not word.text[:1].isalpha():
                continue
            if not written[0].isupper():
                small.add(word.text)
            elif at and not heading and words[at - 1].text[-1:].isalnum():
                proper[word.text] = True
        apart = {at for at, _ in capitals[index]}
        small.update([word.text for at, word in enumerate(words) if at not in apart and word.mention is None])
    return proper | dict.fromkeys(small, False)


def find_open_names(reading: Reading, views: Mapping[int, View]) -> dict[int, list[NamedWords]]:
    """Find the names of each sentence that no list knows, with the tokens that they stand in."""
    capitals = {index: _capitals(reading, view) for index, view in views.items()}
    proper = _proper_words(reading, views, capitals)
    found: dict[int, list[NamedWords]] = {}
    for index, view in views.items():
        words = view.words
        rows: list[NamedWords] = []
        last = -1
        alone = reading.sentences[index].kind == "heading" and _is_named_heading(reading, view)
        for at in range(len(words)) if alone else [at for at, _ in capitals[index]]:
            if at <= last:
                continue
            named = alone and words[at].mention is None and words[at].text[0].isalnum()
            if not named and not _opens_name(reading, words, at, proper):
                continue
            last = _end_of_name(reading, words, at)
            start, end = words[at].start, words[last].end
            name = reading.text[start:end]
            before = words[at - 1].text if at else ""
            if before == "." and at > 1:
                before = words[at - 2].text
            person = name.lower() in _people() or before in _PERSON_TITLES
            if not person and len(name) > 1:
                rows.append((at, last, Mention("NAME", name, start, end, found="text")))
        if rows:
            found[index] = rows
    return found
