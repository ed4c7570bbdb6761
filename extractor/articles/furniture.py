"""Tells page furniture from the words of an article, line by line; the words to know it by are in ``furniture.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extractor.errors import DataError
from extractor.schema import read_yaml

__all__ = ["Furniture", "is_headline_like", "is_same_line", "line_key", "load_furniture", "trim_line"]

EDGE = "\\s*_#>•·●▪‣▸►→»«|–—\\-:"
TRIM = re.compile(rf"^[{EDGE}]+|[{EDGE}]+$")
NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
NO_LETTERS = re.compile(r"[\W_]+")
# How agencies part the article from what they add to it, and its parts from each other.
PART = re.compile(r"_{3,}")
LONGEST = 300
"""Characters: no line of furniture is longer."""
SENTENCE_START = re.compile(r"(?:^|(?<=[.!?:]))[\s(\[*_–—-]+")
SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Furniture:
    """The words of ``furniture.yml``, ready to be asked.

    Attributes:
        lines: matches a whole trimmed line that is furniture.
        labels: matches a whole trimmed line that announces other articles.
        teasers: matches the beginning of a line that is a label with its headline behind it.
        endings: matches a whole trimmed line after which no article follows.
        blocks: parts of the names of furniture blocks.
        readers: parts of the names of blocks with what readers write.
        headings: parts of the names of headings whose tag is none.
        prices: head cells of a table of share prices.
        desks: words in authors' names that are no persons'.
        bylines: words that stand in a byline beside names and a date.
        calls: matches the beginning of a sentence that asks readers to do something.
        channels: matches what they are asked to do it by: a network, a newsletter, an address.
    """

    lines: re.Pattern[str]
    labels: re.Pattern[str]
    teasers: re.Pattern[str]
    endings: re.Pattern[str]
    blocks: frozenset[str]
    readers: frozenset[str]
    headings: frozenset[str]
    prices: frozenset[str]
    desks: frozenset[str]
    bylines: frozenset[str]
    calls: re.Pattern[str]
    channels: re.Pattern[str]

    def is_line(self, line: str) -> bool:
        """Tell whether a line is furniture by itself: a button, a notice, a teaser with its label.

        >>> load_furniture().is_line("View Comments (0)"), load_furniture().is_line("Comments by investors were mixed.")
        (True, False)
        """
        if len(line) > LONGEST:
            return False
        if PART.fullmatch(line):
            return False
        line = trim_line(line)
        return not line or any(p.fullmatch(line) for p in (self.lines, self.endings)) or bool(self.teasers.match(line))

    def is_label(self, line: str) -> bool:
        """Tell whether a line announces other articles, whose headlines then follow."""
        return len(line) <= LONGEST and bool(self.labels.fullmatch(trim_line(line)))

    def is_call(self, line: str) -> bool:
        """Tell whether a paragraph asks its readers to follow, join or write to someone, or names who helped.

        >>> load_furniture().is_call("Want more? Sign up for our free newsletter, every Friday.")
        True
        """
        if len(line) > LONGEST or not self.channels.search(line):
            return False
        return any(self.calls.match(sentence) for sentence in SENTENCE_START.split(line))

    def is_ending(self, line: str) -> bool:
        """Tell whether the article ends above this line."""
        return len(line) <= LONGEST and bool(self.endings.fullmatch(trim_line(line)))

    def is_block_name(self, *names: str) -> bool:
        """Tell whether a class, an id or a test id is one of a furniture block."""
        return any(part.lower() in self.blocks for name in names for part in NAME_PARTS.findall(name))

    def is_heading_name(self, name: str) -> bool:
        """Tell whether a class is that of a heading."""
        return any(part.lower() in self.headings for part in NAME_PARTS.findall(name))

    def is_readers_name(self, *names: str) -> bool:
        """Tell whether a class or an id is one of a block that readers write in."""
        return any(part.lower() in self.readers for name in names for part in NAME_PARTS.findall(name))


def trim_line(line: str) -> str:
    """Return a line without the marks and blanks around it."""
    return TRIM.sub("", line)


def is_headline_like(line: str) -> bool:
    """Tell whether a line may be a headline: short, and not ended as a sentence is.

    >>> is_headline_like("OpenAI CEO Sam Altman speaking"), is_headline_like("It cost $294,000 to train.")
    (True, False)
    """
    return len(line) <= 160 and not SENTENCE_END.search(line.rstrip()) and not line.rstrip().endswith(":")


def is_same_line(one: str, other: str) -> bool:
    """Tell whether two lines have the same letters and digits; empty ones never do."""
    return bool(key := line_key(one)) and key == line_key(other)


@cache
def load_furniture() -> Furniture:
    """Read ``furniture.yml``.

    Raises:
        DataError: if it lacks a key or has one too many.
    """
    file = files("extractor.articles") / "furniture.yml"
    data: dict[str, list[str]] = read_yaml(file)
    keys = {
        "lines",
        "credits",
        "labels",
        "endings",
        "blocks",
        "readers",
        "headings",
        "prices",
        "desks",
        "bylines",
        "calls",
        "channels",
    }
    if wrong := set(data) ^ keys:
        found = ", ".join(sorted(wrong))
        raise DataError("Unknown or missing keys", where=str(file), expected=", ".join(sorted(keys)), found=found)
    labels = _alternatives(data["labels"])
    plain = _alternatives(label for label in data["labels"] if "*" not in label)
    return Furniture(
        lines=re.compile(_alternatives(data["lines"] + data["credits"])),
        labels=re.compile(labels),
        # with a dash instead of the colon there is a blank before it: "Read-only" is no label
        teasers=re.compile(rf"(?:{plain})(?:\s*:|\s+[–—|-]\s)\s*\S.{{0,200}}$"),
        endings=re.compile(_alternatives(data["endings"])),
        blocks=frozenset(data["blocks"]),
        readers=frozenset(data["readers"]),
        headings=frozenset(data["headings"]),
        prices=frozenset(data["prices"]),
        desks=frozenset(data["desks"]),
        bylines=frozenset(data["bylines"]),
        calls=re.compile(rf"(?:{'|'.join(map(re.escape, data['calls']))})\b", re.I),
        channels=re.compile(rf"\b(?:{'|'.join(map(re.escape, data['channels']))})\b|https?://|(?<!\w)@\w|\w@\w", re.I),
    )


def _alternatives(patterns: Iterable[str]) -> str:
    return "|".join(_pattern(pattern) for pattern in patterns)


def _pattern(line: str) -> str:
    capitals = line.isupper()
    body = "".join({"#": r"\d[\d.,]*", "*": r".{0,100}"}.get(char, re.escape(char)) for char in line)
    guard = "" if line.endswith(".") else r"(?!.*[.!?]$)"
    return f"(?:{guard}{body})" if capitals else f"(?i:{guard}{body})"


def line_key(line: str) -> str:
    """Return the letters and digits of a line, in one case: equal for two lines that say the same."""
    return NO_LETTERS.sub("", line.casefold())
