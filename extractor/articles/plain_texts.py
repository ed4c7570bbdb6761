"""Plain text or Markdown -> title, byline and paragraphs, without what scraping left around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import yaml

from extractor.articles.bodies import is_byline
from extractor.articles.bylines import BY, clean_authors
from extractor.articles.furniture import is_headline_like, is_same_line, load_furniture, trim_line
from extractor.dates import find_date, read_date

__all__ = ["PlainText", "read_plain_text"]

FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.S)
IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
MARKUP = re.compile(r"\s*(?:[-*+#>|]|\d+[.)]\s|```)")
WIDEST_WRAP = 100
"""Characters: a text with a longer line is not wrapped, and each of its lines is a paragraph."""


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text in parts; what it does not say is empty. ``matter`` holds the front matter's other words by key."""

    title: str
    paragraphs: list[str]
    authors: list[str]
    published: str
    matter: Mapping[str, str] = field(default_factory=dict)


def read_plain_text(text: str, *, markdown: bool = False) -> PlainText:
    r"""Return the parts of a text.

    The title is the front matter's, a headline that is said twice, or a first line that looks like one. Lines of page
    furniture go, with the headlines that "See Also" and the like announce, and all below the first word of a comment
    section. In a text that shows marks of scraping, a short line between headline and first paragraph is a picture's
    caption, and goes too.

    Args:
        text: the text, with ``\n`` as its only line end.
        markdown: whether front matter and a first heading are read. The marks of headings, lists and emphasis stay.
    """
    matter: Mapping[str, str] = {}
    if markdown and (match := FRONT_MATTER.match(text)):
        matter = _read_matter(match[1])
        text = text[match.end() :] if matter else text
    before = _split_blocks(text)
    blocks, scraped = _drop_furniture(before)
    title, doubled = _find_title(blocks, matter.get("title", ""), markdown)
    if title:
        blocks = _drop_headlines(blocks, title)
    authors, published = clean_authors([matter.get("author") or matter.get("authors") or matter.get("by", "")]), ""
    lead, body = _split_lead(blocks)
    kept: list[list[str]] = []
    for line in lead:
        line_authors = clean_authors([line]) if BY.match(line) else []
        if line_authors or is_byline(line, authors):
            authors = authors or line_authors
            published = published or find_date(line)
        elif not IMAGE.fullmatch(line.strip()) and (MARKUP.match(line) or not (scraped or doubled)):
            kept.append([line])
    paragraphs = ["\n".join(block) for block in [*kept, *body]]
    stated = read_date(matter.get("date") or matter.get("published", ""))
    return PlainText(title, paragraphs, authors, stated or published, matter)


def _read_matter(raw: str) -> dict[str, str]:
    """The front matter's words by key, lists joined by commas; empty if it is none, such as text between two rules."""
    try:
        # every scalar as it is written: a date must not become more precise than it is
        data: Any = yaml.load(raw, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    found = {}
    for key, value in data.items():
        parts = [
            part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str) and part.strip()
        ]
        if isinstance(key, str) and parts:
            found[key.strip().lower()] = ", ".join(" ".join(part.split()) for part in parts)
    return found


def _split_blocks(text: str) -> list[list[str]]:
    """The text's blocks between blank lines, each a list of lines; lines that were wrapped are one again."""
    lines = [line.rstrip() for line in text.split("\n")]
    width = max(map(len, lines), default=0)
    blocks: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            blocks.append([])
        elif width <= WIDEST_WRAP and blocks[-1] and _is_wrapped(blocks[-1][-1], line, width):
            blocks[-1][-1] += " " + line.strip()
        elif width > WIDEST_WRAP and blocks[-1] and max(len(line), len(blocks[-1][-1])) > WIDEST_WRAP:
            blocks.append([line])
        else:
            blocks[-1].append(line)
    return [block for block in blocks if block]


def _is_wrapped(above: str, line: str, width: int) -> bool:
    """Tell whether a line goes on the one above: its first word had no room there. ``above`` may be joined already."""
    return width >= 50 and not MARKUP.match(line) and len(above) + 1 + len(line.split()[0]) > width


def _drop_furniture(blocks: list[list[str]]) -> tuple[list[list[str]], bool]:
    """The blocks without furniture, and whether there was any."""
    furniture = load_furniture()
    kept: list[list[str]] = []
    dropped = open_label = False
    for block in blocks:
        rest: list[str] = []
        under_label = open_label and len(block) == 1
        open_label = False
        for line in block:
            if furniture.is_ending(line) and any(
                not is_headline_like(kept_line) for done in kept for kept_line in done
            ):
                return [*kept, rest] if rest else kept, True
            if furniture.is_label(line):
                under_label = dropped = open_label = True
            elif furniture.is_line(line) or (under_label and is_headline_like(line) and not line.startswith("#")):
                dropped, open_label = True, False
            else:
                under_label = open_label = False
                rest.append(line)
        if rest:
            kept.append(rest)
    return kept, dropped


def _find_title(blocks: list[list[str]], stated: str, markdown: bool) -> tuple[str, bool]:
    """The title, and whether it is a headline that is said twice."""
    first = [line for block in blocks[:6] for line in block][:6]
    doubled = next((one for one, two in pairwise(first) if is_same_line(one, two) and _may_be_title(one)), "")
    if stated or doubled:
        return stated or trim_line(doubled), bool(doubled)
    if not first or len(blocks[0]) > 1:
        return "", False
    if markdown and first[0].startswith("#"):
        return trim_line(first[0]), False
    is_title = _may_be_title(first[0]) and len(blocks) > 1 and not BY.match(first[0]) and not MARKUP.match(first[0])
    return (trim_line(first[0]), False) if is_title else ("", False)


def _may_be_title(line: str) -> bool:
    """Tell whether a line is as short as a headline; one may ask or cry out, but ends in no full stop."""
    return is_headline_like(line) or (len(line) <= 160 and line.rstrip().endswith(("?", "!")))


def _drop_headlines(blocks: list[list[str]], title: str) -> list[list[str]]:
    """The blocks without the lines, above the first sentence, that say the title again."""
    count = sum(map(len, blocks[: next((i for i, block in enumerate(blocks) if not _is_short(block)), len(blocks))]))
    kept, seen = [], 0
    for block in blocks:
        rest = [
            line
            for position, line in enumerate(block, seen)
            if position >= max(count, 1) or not is_same_line(line, title)
        ]
        seen += len(block)
        if rest:
            kept.append(rest)
    return kept


def _split_lead(blocks: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The short lines above the first sentence, and the blocks from there; all is body where there is no sentence."""
    for position, block in enumerate(blocks):
        if not _is_short(block):
            return [line for lead in blocks[:position] for line in lead], blocks[position:]
    return [], blocks


def _is_short(block: list[str]) -> bool:
    return all(is_headline_like(line) for line in block)
