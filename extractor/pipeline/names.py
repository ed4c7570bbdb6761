"""Tokens -> names beside a verb of speech: where one starts and ends, and the word lists that tell what is none."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from extractor.pipeline.lines import Line, Token
from extractor.pipeline.readings import Mention, Reading
from extractor.rules.modifiers import load_modifiers

__all__ = [
    "NO_NAMES",
    "is_listed",
    "is_name",
    "is_plain_name",
    "name_end",
    "name_start",
    "owns",
    "speech_verbs",
    "speech_words",
    "strip_titles",
]

NO_NAMES = frozenset(
    "the a an this that these those it he she they we i you in on at by for from of to and but or so as if when "
    "while monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december yesterday today earlier later then now according what who how why where "
    "which its their his her our my one two three no not some most many all there here "
    "jan feb mar apr jun jul aug sept sep oct nov dec mon tue wed thu fri sat sun".split()
)
_LONGEST_NAME = 6


@cache
def speech_words(name: str) -> frozenset[str]:
    """The list of that name in ``modifiers/speech.yml``."""
    return frozenset(_speech_lists()[name])


@cache
def _speech_lists() -> Mapping[str, tuple[str, ...]]:
    return next(modifier.words for modifier in load_modifiers() if modifier.id == "speech")


@cache
def speech_verbs() -> frozenset[str]:
    """The verbs of saying that are one word, in all their forms."""
    cues = next(modifier.cues for modifier in load_modifiers() if modifier.id == "speech")
    return frozenset(word for cue in cues if len(cue) == 1 for word in cue[0])


def is_name(token: Token) -> bool:
    """Tell whether a token can be part of the name of one who speaks."""
    if token.mention is not None:
        kind = token.mention.kind
        return kind in ("PERSON", "ORG") or (kind == "MODEL" and not any(c.isdigit() for c in token.mention.name))
    return token.low[0] == "@" or is_plain_name(token)


def is_plain_name(token: Token) -> bool:
    """Tell whether a token looks like part of a name that is in no list."""
    if token.mention is not None:
        return token.mention.kind == "PERSON"
    return (token.upper or "_" in token.low) and token.low not in NO_NAMES


def name_start(line: Line, at: int) -> int:
    """The first token of the name that ends at a token."""
    first = at
    if line.tokens[at].low[0] == "@":
        return at
    mention = line.tokens[at].mention
    while first > 0 and at - first < _LONGEST_NAME:
        token = line.tokens[first - 1]
        if mention is not None and mention.kind in ("PERSON", "ORG"):
            if token.mention is not mention:
                break
        elif token.low == "." and first > 1 and line.tokens[first - 2].low in speech_words("titles"):
            first -= 1  # the full stop of "Mr."
        elif not (is_name(token) or (token.low in ("&", "'") and first > 1 and is_name(line.tokens[first - 2]))):
            break
        first -= 1
    return first


def name_end(line: Line, at: int) -> int:
    """The end of the name that starts at a token."""
    last = at + 1
    mention = line.tokens[at].mention
    if line.tokens[at].low[0] == "@":
        return last
    while last < len(line.tokens) and last - at < _LONGEST_NAME:
        token = line.tokens[last]
        if mention is not None and mention.kind in ("PERSON", "ORG"):
            if token.mention is not mention:
                break
        elif token.low == "." and line.tokens[last - 1].low in speech_words("titles"):
            pass
        elif not is_name(token):
            break
        last += 1
    return last


def is_listed(token: Token) -> bool:
    """Tell whether a token belongs to a person or an organisation of our lists."""
    return token.mention is not None and token.mention.kind in ("PERSON", "ORG")


def strip_titles(line: Line, first: int, last: int) -> int:
    """Move the start of a name past "Mr.", "Chief Executive" and the like; "Financial Times" stays whole."""
    mention = line.tokens[first].mention
    if mention is not None and mention.kind == "ORG":
        return first
    while first < last - 1 and (line.tokens[first].low in speech_words("titles") or line.tokens[first].low == "."):
        first += 1
    return first


def owns(reading: Reading, mention: Mention) -> bool:
    """Tell whether a name that a family of models shares with its maker is the maker's here: "Mistral's own models"."""
    bare = mention.kind == "MODEL" and not any(c.isdigit() for c in mention.name)
    return bare and reading.text.startswith("'s ", mention.end)
