"""Text -> names that only the text gives: a model that it introduces, an organisation that acts as only one can.

Most news is about what no list knows yet.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from extractor.pipeline.readings import Mention

__all__ = ["find_introduced"]

_NAME = r"(?P<name>(?:\d(?:\.\d)?-)?[A-Z][\w.+]*(?:[- ](?:[A-Z]?\d[\w.]*|[A-Z][\w.]*)){0,3})"
_NOUN = (
    r"(?:model|models|LLM|LLMs|VLM|MoE|language model|foundation model|chatbot|transformer|checkpoint|network|reasoner|"
    r"text-to-\w+ model|world model|embedding model)"
)
_SHOWS = (
    r"(?:[Ii]ntroduc(?:es?|ed|ing)|[Uu]nveil(?:s|ed|ing)|[Ll]aunch(?:es|ed|ing)|[Rr]eleas(?:es|ed|ing)|"
    r"[Oo]pen-?[Ss]ourc(?:es|ed|ing)|[Pp]resent(?:s|ed|ing)?|[Aa]nnounc(?:es|ed|ing)|[Dd]ebut(?:s|ed)|[Rr]olled out|"
    r"[Pp]ut out|[Pp]ublished|[Tt]rained|[Ss]hipp?(?:s|ed))"
)
_MADE = r"(?:pre-?)?(?:trained|fine-?tuned|distilled|pruned)"
# "Phase-2" and the like carry a number as models do
_NUMBERED = (
    r"(?!Covid|Page|Table|Figure|Section|Chapter|Part|Phase|Tier|Level|Top)"
    r"[A-Z][A-Za-z]{2,}-\d{1,2}(?:\.\d{1,2})?[A-Za-z]?"
)
_MODELS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:model|LLM|version|system|family|MoE|checkpoint)s?,? (?:that is |which is )?"
        rf"(?:called|named|dubbed|known as) [\"']?{_NAME}",
        rf"\b(?:model|LLM|chatbot|checkpoint) [\"']{_NAME}[\"']",
        rf"\b{_SHOWS}\s+(?:its |their |the |a )?(?:new |latest |first |own )?(?:{_NOUN}\s+)?{_NAME}"
        rf"(?=,? (?:an?|the|its|which|with|has)\b[^.;]{{0,60}}\b(?:{_NOUN}|parameters)\b|\s*\(\s*\d)",
        rf"\b{_NAME}(?: is|,| -| –| —|:) (?:an?|the|its|their|our) (?:[\w.,-]+ ){{0,6}}?{_NOUN}\b",
        rf"\b(?=[\w.+-]*(?:\d|[a-z][A-Z])|[A-Z]\w+ [A-Z]\w*\d){_NAME} {_NOUN}\b(?! (?:of|for) )",
        rf"\b{_NAME} ?\(\s*~?\d[\d.]*(?:x\d+)?[BMT]\b",
        rf"\b{_NAME} (?:was|were|is|has been|had been|being) (?:first |then |only |re)?{_MADE}\b",
        rf"\b(?:[Pp]re-?)?[Tt]rain(?:ing|ed) (?=[\w-]*\d|[A-Z]\w+ \d){_NAME}",
        rf"\b{_NAME} (?:has|had|with|boasts|comes with) [^.;,]{{0,25}}\bparameters\b",
        rf"(?<![\w-])(?P<name>{_NUMBERED})(?![\w-])",
    )
)

_FIRM = r"(?P<name>[A-Z][\w&]*[a-z&]\w*(?: [A-Z][\w&]+){0,2})"
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
_FIRMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_KIND_OF_FIRM} {_FIRM}",
        rf"\b{_FIRM}, (?:an?|the|its|whose) [^,.;]{{0,60}}\b{_KIND_OF_FIRM}\b",
        rf"\b{_FIRM} {_ACTS}\b",
    )
)

# Words that start a phrase but no name
_NOT_NAMES = frozenset(
    "the a an this that these those it its our their his her new large small big open base main first second "
    "third language foundation reasoning chinese american french korean european german japanese indian ai ml llm "
    "llms gpu gpus tpu we they he she in on at for with and or but if when while frontier model models training "
    "moe each both one two three most many some any all no every our my your what which who how why both dense "
    "sparse multimodal generative pre-trained pretrained transformer vision text diffusion machine deep neural "
    "artificial intelligence sota state-of-the-art january february march april may june july august september "
    "october november december monday tuesday wednesday thursday friday saturday sunday u.s us uk eu".split()
)
# Words at the start of a sentence that are capitals for no other reason: "Analysts", "Training", "Nobody"
_PLAIN = re.compile(r"[A-Z][a-z]+(?:s|ing|ers?|ly|body|one|tion|ment|ance|ence|ity)")


def find_introduced(text: str, known: Sequence[Mention]) -> list[Mention]:
    """Find models and organisations that the text itself introduces, and each place where such a name stands again.

    Args:
        text: text without markup.
        known: mentions that are taken already; what is found does not overlap them.

    >>> [m.name for m in find_introduced("The lab released Marlin, a model with 2B weights. Marlin is small.", [])]
    ['Marlin', 'Marlin']
    """
    taken = sorted((m.start, m.end) for m in known)
    found: list[Mention] = []
    for patterns, kind in ((_MODELS, "MODEL"), (_FIRMS, "ORG")):
        names = {name for pattern in patterns for name in _names(pattern, text, taken)}
        if names:
            mentions = [m for m in _everywhere(names, text, kind) if _is_free(m.start, m.end, taken)]
            found += mentions
            taken = sorted([*taken, *((m.start, m.end) for m in mentions)])
    return sorted(found, key=lambda m: m.start)


def _is_free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    at = bisect_right(taken, (start, end))
    return not ((at and taken[at - 1][1] > start) or (at < len(taken) and taken[at][0] < end))


def _names(pattern: re.Pattern[str], text: str, taken: Sequence[tuple[int, int]]) -> Iterator[str]:
    for match in pattern.finditer(text):
        start, end = match.span("name")
        name = text[start:end].rstrip(".")
        first = name.split()[0].lower()
        if len(name) > 1 and first not in _NOT_NAMES and not _PLAIN.fullmatch(name) and _is_free(start, end, taken):
            yield name


def _everywhere(names: set[str], text: str, kind: str) -> Iterator[Mention]:
    """Yield each place where one of the names stands as a whole word, the longest name first."""
    written = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    for match in re.finditer(rf"(?<![\w-])(?:{written})(?!\w|-[A-Za-z])", text):
        yield Mention(kind, match.group(), match.start(), match.end(), found="text")
