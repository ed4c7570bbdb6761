"""Text -> names that only the text gives: a model that it introduces, an organisation that acts as only one can.

Most news is about what no list knows yet.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from extractor.pipeline.readings import Mention

__all__ = ["find_introduced"]


class _Pattern(NamedTuple):
    """A pattern, and the words one of which it starts with, so that it is tried only where they stand.

    ``back`` characters of the pattern stand before such a word, which may be written with or without a capital.
    """

    regex: re.Pattern[str]
    stems: tuple[str, ...]
    back: int = 0


_MORE_OF_NAME = r"[\w.+]*(?:[- ](?:[A-Z]?\d[\w.]*|[A-Z][\w.]*)){0,3}"
_NAME = rf"(?P<name>(?!A\d[\d.]*[BM]\b)(?:\d(?:\.\d)?-)?[A-Z]{_MORE_OF_NAME})"
_NOUN = (
    r"(?:model|models|LLM|LLMs|VLM|MoE|language model|foundation model|chatbot|transformer|checkpoint|network|reasoner|"
    r"text-to-\w+ model|world model|embedding model)"
)
_SHOWS = (
    r"(?:[Ii]ntroduc(?:es?|ed|ing)|[Uu]nveil(?:s|ed|ing)|[Ll]aunch(?:es|ed|ing)|[Rr]eleas(?:es|ed|ing)|"
    r"[Oo]pen-?[Ss]ourc(?:es|ed|ing)|[Pp]resent(?:s|ed|ing)?|[Aa]nnounc(?:es|ed|ing)|[Dd]ebut(?:s|ed)|[Rr]olled out|"
    r"[Pp]ut out|[Pp]ublished|[Tt]rained|[Ss]hipp?(?:s|ed))"
)
_STEMS_OF_SHOWS = tuple(
    "ntroduc nveil aunch eleas pen-sourc pen-Sourc pensourc penSourc resent nnounc ebut olled ut ublished rained "
    "hip".split()
)
_MADE = r"(?:pre-?)?(?:trained|fine-?tuned|distilled|pruned)"
# "Phase-2" and the like carry a number as models do
_NUMBERED = (
    r"(?!Covid|Page|Table|Figure|Section|Chapter|Part|Phase|Tier|Level|Top|Type|Step|Day|Week|Unit|Building|Route|Area"
    r"|Quantum|Spectrum|ConnectX|BlueField|NVLink|Tomahawk|Jericho|Version|Gen|Series|Class|Group|Formula|Boeing|Airbus)"
    r"[A-Z][A-Za-z]{2,}-\d{1,2}(?:\.\d{1,2})?[A-Za-z]?"
)
_DOES = r"(?:is|was|has|had|will|can|cost|costs|took|takes|saw|needs|needed|uses|used|itself|comes|came|went|runs)"
_AFTER_MODEL = (
    rf"(?: is|,| -| –| —|:) (?:an?|the|its|their|our) (?:[\w.,-]+ ){{0,6}}?{_NOUN}\b",
    r" ?\(\s*~?\d[\d.]*(?:x\d+)?[BMT]\b",
    rf"(?: itself)?(?:, which)? (?:was|were|is|has been|had been|being) (?:first |then |only |re)?{_MADE}\b",
    rf", (?:[a-z]+ ){{0,2}}{_MADE} (?:on|with|from|for|by|in|using)\b",
    r"'s (?:(?:own |final |main )?(?:pre-?)?training\b|(?:[\w.,-]+ ){1,2}(?:[a-z]+ )?parameters\b|weights\b)",
    r" (?:has seen|saw|read|had read|ingested|digested|learned from|was fed|was shown) [^.;,]{0,25}\btokens\b",
    r" (?:cost|costs|took|takes|needed|required) [^.;]{0,40}\bto (?:pre-?)?train\b",
    r" (?:builds|was built|is built|is based|was based) (?:up)?on (?:[A-Z]\w*'s )?[A-Z][\w.]*[ -]?\d",
    r" (?:has|had|with|boasts|comes with) [^.;,]{0,25}\bparameters\b",
)
_IS_A_NOUN = rf" {_NOUN}\b(?! (?:of|for) )"
_MODELS_BY_WORDS = (
    _Pattern(
        re.compile(
            rf"\b(?:model|LLM|version|system|family|MoE|checkpoint)s?,? (?:that is |which is )?"
            rf"(?:called|named|dubbed|known as) [\"']?{_NAME}"
        ),
        ("model", "LLM", "version", "system", "family", "MoE", "checkpoint"),
    ),
    _Pattern(
        re.compile(rf"\b(?:model|LLM|chatbot|checkpoint) [\"']{_NAME}[\"']"), ("model", "LLM", "chatbot", "checkpoint")
    ),
    _Pattern(
        re.compile(
            rf"\b{_SHOWS}\s+(?:its |their |the |a )?(?:new |latest |first |own )?(?:{_NOUN}\s+)?{_NAME}"
            rf"(?=,? (?:an?|the|its|which|with|has)\b[^.;]{{0,60}}\b(?:{_NOUN}|parameters)\b|\s*\(\s*\d)"
        ),
        _STEMS_OF_SHOWS,
        back=1,
    ),
    _Pattern(
        re.compile(
            rf"\b(?:model|LLM|chatbot|network|reasoner|assistant|flagship|successor|sequel|predecessor|sibling|newcomer|result),?"
            rf" {_NAME}(?=,|'s\b| {_DOES}\b)"
        ),
        tuple(
            "model LLM chatbot network reasoner assistant flagship successor sequel predecessor sibling newcomer "
            "result".split()
        ),
    ),
    _Pattern(
        re.compile(
            rf"\b(?:model|LLM|chatbot|network|system)(?: [a-z-]+){{0,4}} (?:is|was|to be) "
            rf"(?:called|named|dubbed) [\"']?{_NAME}"
        ),
        ("model", "LLM", "chatbot", "network", "system"),
    ),
    _Pattern(
        re.compile(
            rf"\b(?:[Pp]re-?)?[Tt]rain(?:ing|ed|s)? {_NAME}(?=,| (?:cost|took|required|needed|used|on|with|over)\b)"
        ),
        ("raining ", "rained ", "rain ", "rains "),
        back=1,
    ),
    _Pattern(
        re.compile(rf"\b(?:[Tt]rained|[Bb]uilt|[Ff]ine-tuned|[Dd]istilled)(?: [^.;,]{{1,60}})?, {_NAME} {_DOES}\b"),
        ("rained ", "uilt ", "ine-tuned ", "istilled "),
        back=1,
    ),
    _Pattern(re.compile(rf"\bparameters, {_NAME} {_DOES}\b"), ("parameters",)),
    _Pattern(
        re.compile(rf"\b(?:[Pp]re-?)?[Tt]rain(?:ing|ed) (?=[\w-]*\d|[A-Z]\w+ \d){_NAME}"),
        ("raining ", "rained ", "retrain"),
        back=1,
    ),
)
_MODELS_BY_NAME = (
    *(re.compile(rf"\b{_NAME}{after}") for after in _AFTER_MODEL),
    re.compile(rf"\b(?=[\w.+-]*(?:\d|[a-z][A-Z])|[A-Z]\w+ [A-Z]\w*\d){_NAME}{_IS_A_NOUN}"),
    re.compile(rf"(?<![\w-])(?P<name>{_NUMBERED})(?![\w-])"),
)

_MORE_OF_FIRM = r"[\w&]*[a-z&]\w*(?: [A-Z][\w&]+){0,2}"
_FIRM = rf"(?P<name>[A-Z]{_MORE_OF_FIRM})"
_KIND_OF_FIRM = (
    r"(?:start-?ups?|company|firm|lab|laboratory|developer|maker|operator|provider|unicorn|builder|group|institute|"
    r"university)"
)
_ACTS = (
    r"(?:will (?:spend|invest|build|buy|deploy|train|pay|rent|lease|use)|plans to|intends to|aims to|agreed to|"
    r"is (?:building|spending|buying|planning|deploying|investing)|"
    r"has (?:bought|ordered|built|spent|deployed|leased|rented)|"
    rf"bought|ordered|leased|rented|spent|{_MADE})"
)
_AFTER_FIRM = (rf", (?:an?|the|its|whose) [^,.;]{{0,60}}\b{_KIND_OF_FIRM}\b", rf" {_ACTS}\b")
_FIRMS_BY_WORDS = (
    _Pattern(
        re.compile(rf"\b{_KIND_OF_FIRM} {_FIRM}"),
        tuple(
            "start company firm lab develop maker operator provider unicorn builder group institute universit".split()
        ),
    ),
)
_FIRMS_BY_NAME = tuple(re.compile(rf"\b{_FIRM}{after}") for after in _AFTER_FIRM)
_SITE = (
    r"(?:supercomputers?|superclusters?|clusters?|campus|data ?cent(?:er|re)s?|machine|system|site|facility|AI factory)"
)
_AFTER_SITE = (r" (?:AI )?(?:supercomputer|supercluster)\b", rf", (?:an?|the|its|their) (?:[\w.,-]+ ){{0,5}}?{_SITE}\b")
_SITES_BY_WORDS = (
    _Pattern(
        re.compile(
            rf"\b{_SITE},? (?:that is |which is |is |to be )?(?:called|named|dubbed|known as|codenamed) [\"']?{_NAME}"
        ),
        tuple("supercomp superclu cluster campus data machine system site facility AI".split()),
    ),
    _Pattern(re.compile(rf"\b(?:supercomputer|supercluster),? {_NAME}"), ("supercomputer", "supercluster")),
)
_SITES_BY_NAME = tuple(re.compile(rf"\b{_NAME}{after}") for after in _AFTER_SITE)
_LOOKS = (
    rf"{_MORE_OF_NAME}(?:{'|'.join((*_AFTER_MODEL, _IS_A_NOUN))})",
    rf"{_MORE_OF_NAME}(?:{'|'.join(_AFTER_SITE)})",
    rf"{_MORE_OF_FIRM}(?:{'|'.join(_AFTER_FIRM)})",
    r"[A-Za-z]{2,}-\d",
)
# All places where one of the patterns that start with a name can match, in one scan
_LOOK = re.compile(rf"[A-Z\d](?<!\w.)(?=(?:(?<=[A-Z])|(?<=\d)(?:\.\d)?-[A-Z])(?:{'|'.join(_LOOKS)}))")

# Words that start a phrase but no name
_NOT_NAMES = frozenset(
    "by from to of as since until after before under over near between like unlike behind about into through during "
    "without hot although because meanwhile however then here there yes not "
    "the a an this that these those it its our their his her new large small big open base main first second "
    "third language foundation reasoning chinese american french korean european german japanese indian ai ml llm "
    "llms gpu gpus tpu we they he she in on at for with and or but if when while frontier model models training "
    "moe each both one two three most many some any all no every our my your what which who how why both dense "
    "sparse multimodal generative pre-trained pretrained transformer vision text diffusion machine deep neural "
    "artificial intelligence sota state-of-the-art january february march april may june july august september "
    "october november december dutch swiss swedish norwegian finnish danish polish czech russian israeli saudi "
    "emirati taiwanese canadian australian brazilian spanish italian portuguese turkish monday "
    "tuesday wednesday thursday friday saturday sunday u.s us uk eu".split()
)
# Words at the start of a sentence that are capitals for no other reason: "Analysts", "Training", "Nobody"
_PLAIN = re.compile(r"[A-Z][a-z]+(?:s|ing|ers?|ly|body|one|tion|ment|ance|ence|ity)")
# What makes a name that stands there a part of another word
_JOINED_BEFORE, _JOINED_BEHIND = re.compile(r"[\w-]"), re.compile(r"\w|-[A-Za-z]")


def find_introduced(text: str, known: Sequence[Mention]) -> list[Mention]:
    """Find models, sites and firms that the text itself introduces, and each place where such a name stands again.

    Args:
        text: text without markup.
        known: mentions that are taken already; what is found does not overlap them.

    >>> [m.name for m in find_introduced("The lab released Marlin, a model with 2B weights. Marlin is small.", [])]
    ['Marlin', 'Marlin']
    """
    taken = sorted((m.start, m.end) for m in known)
    names_at = [match.start() for match in _LOOK.finditer(text)]
    found: list[Mention] = []
    for by_words, by_name, kind in (
        (_MODELS_BY_WORDS, _MODELS_BY_NAME, "MODEL"),
        (_SITES_BY_WORDS, _SITES_BY_NAME, "CLUSTER"),
        (_FIRMS_BY_WORDS, _FIRMS_BY_NAME, "ORG"),
    ):
        names = {name for pattern in by_name for name in _names(pattern, text, names_at, taken)}
        for pattern, stems, back in by_words:
            names.update(_names(pattern, text, _stems_at(text, stems, back), taken))
        if names:
            mentions = [m for m in _everywhere(names, text, kind) if _is_free(m.start, m.end, taken)]
            found += mentions
            taken = sorted([*taken, *((m.start, m.end) for m in mentions)])
    return sorted(found, key=lambda m: m.start)


def _is_free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    at = bisect_right(taken, (start, end))
    return not ((at and taken[at - 1][1] > start) or (at < len(taken) and taken[at][0] < end))


def _stems_at(text: str, stems: Iterable[str], back: int) -> list[int]:
    """Find where a pattern can start that has one of the stems so many characters behind its start."""
    found = []
    for stem in stems:
        at = text.find(stem)
        while at >= 0:
            if at >= back:
                found.append(at - back)
            at = text.find(stem, at + 1)
    return sorted(found)


def _names(
    pattern: re.Pattern[str], text: str, places: Iterable[int], taken: Sequence[tuple[int, int]]
) -> Iterator[str]:
    """Yield the names that a pattern finds at some places of a text, its matches not overlapping."""
    last = 0
    for place in places:
        if place < last or (match := pattern.match(text, place)) is None:
            continue
        last = match.end()
        start, end = match.span("name")
        name = text[start:end].rstrip(".")
        first = name.split()[0].lower()
        if len(name) > 1 and first not in _NOT_NAMES and not _PLAIN.fullmatch(name) and _is_free(start, end, taken):
            yield name


def _everywhere(names: Iterable[str], text: str, kind: str) -> Iterator[Mention]:
    """Yield each place where one of the names stands as a whole word, the longest name first."""
    places = ((at, at + len(name)) for name in names for at in _stems_at(text, (name,), 0))
    last = 0
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if start >= last and not _JOINED_BEFORE.match(text[start - 1 : start]) and not _JOINED_BEHIND.match(text, end):
            yield Mention(kind, text[start:end], start, end, found="text")
            last = end
