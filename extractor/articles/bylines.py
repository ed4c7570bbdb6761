"""What a reader sees between the headline and the first paragraph: who wrote the article, and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.html import HtmlElement

from extractor.articles.furniture import is_same_line, load_furniture
from extractor.dates import find_date, read_date

__all__ = ["BY", "clean_authors", "find_byline_authors", "find_byline_date", "find_masthead", "spell_host"]

BYLINE_NAME = re.compile(r"author|autor|byline|\bby\b|credits?\b|writer", re.I)
BY = re.compile(r"^(?:(?:posted|written|published|reported)\s+)?(?:by|von|par|por|di|door)\b[:\s]+", re.I)
PUBLISHED = re.compile(r"publi(?:sh|c)\w*|\bposted", re.I)
UPDATED = re.compile(r"(?:last\s+)?(?:updat|modif|revis|correct|aktualis|chang)", re.I)
BETWEEN_NAMES = re.compile(r"\s*(?:[,;&|•·/\n]|\band\b|\bund\b|\bwith\b|\s[–—-]\s)\s*")
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’\- ])*")
NO_NAME = re.compile(r"home|front page|home ?page|startseite|skip.*|logo|menu", re.I)
LONG_TEXT = 140
"""Characters: the first element with so much text of its own is the first paragraph, below the byline."""


def find_byline_date(root: HtmlElement, title: str, language: str = "") -> str:
    """Return the one date that stands by the headline as the day of publication; empty for none, or for several.

    A date marked as that of an update is passed over.
    """
    found: set[str] = set()
    for element in _header(root, title):
        text = " ".join(element.text_content().split())
        part = _publication_part(text)
        names = " ".join([element.get("class", ""), element.get("itemprop", ""), _label(element)])
        if not part or len(text) > LONG_TEXT or (UPDATED.search(names) and not PUBLISHED.search(names)):
            continue
        if element.tag == "time":
            found.add(read_date(element.get("datetime", ""), language) or read_date(text, language))
        elif element.find(".//time") is None:
            found.add(find_date(part, language))
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def _label(element: HtmlElement) -> str:
    """The text that stands before an element in the same line: "Updated" of "Updated <time>"."""
    previous, parent = element.getprevious(), element.getparent()
    text = previous.tail if previous is not None else None if parent is None else parent.text
    return " ".join((text or "").split())


def _publication_part(text: str) -> str:
    """What follows the word of publication in a text; else what stands before the word of an update."""
    if match := PUBLISHED.search(text):
        return text[match.end() :].strip()
    return UPDATED.split(text, maxsplit=1)[0].strip()


def find_byline_authors(root: HtmlElement, title: str, site: str) -> list[str]:
    """Return the persons that the byline names, in order."""
    for element in _header(root, title):
        names = " ".join(
            [element.get("class", ""), element.get("itemprop", ""), element.get("rel", ""), element.get("id", "")]
        )
        text = " ".join(_text_of_blocks(element).split())
        if len(text) > LONG_TEXT or not (BYLINE_NAME.search(names) or BY.match(text)):
            continue
        # a link inside is the name alone, without the paper's handle or the date beside it
        links = [" ".join(link.text_content().split()) for link in element.iter("a")]
        for raw in ([*links] if links else [], [text]):
            if authors := clean_authors(raw, site):
                return authors
    return []


def _text_of_blocks(element: HtmlElement) -> str:
    """The text of an element with a bar between its blocks: a name in one and an agency in the next are two."""
    parts = []
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if node is not element and node.tag in ("div", "p", "li"):
            parts.append(" | ")
        if event == "start":
            parts.append(node.text or "")
        elif node is not element:
            parts.append(node.tail or "")
    return re.sub(r"[\s|]*\|[\s|]*", " | ", "".join(parts)).strip(" |")


def find_masthead(root: HtmlElement) -> str:
    """Return the name on the link to the front page that stands above the headline; empty if there is none."""
    for element in root.iter("h1", "a"):
        if element.tag == "h1" and element.find(".//a") is None:
            return ""
        if element.tag != "a" or not re.fullmatch(r"(?:https?://[^/?#]+)?/?", element.get("href", "-").strip() or "-"):
            continue
        text = " ".join(element.text_content().split())
        image = element.find(".//img")
        name = text or ("" if image is None else image.get("alt", "").strip())
        if 1 < len(name) <= 40 and not NO_NAME.fullmatch(name):
            return re.sub(r"\s+(?:logo|home(?:page)?)$", "", name, flags=re.I)
    return ""


def spell_host(root: HtmlElement, label: str) -> str:
    """Return a site's name as the byline spells it: "The Daily Planet" for the host's label ``dailyplanet``."""
    for element in _header(root, ""):
        for part in BETWEEN_NAMES.split(" ".join(element.text_content().split())[:LONG_TEXT]):
            if is_same_line(part, label) or is_same_line(part, f"the{label}"):
                return part
    return ""


def clean_authors(raw: Iterable[str], site: str = "") -> list[str]:
    """Return persons' names from author strings of any kind, without "By", roles, addresses, handles and desks.

    >>> clean_authors(["By Jane Roe and John Doe, The Ledger", "@ledger", "https://a.example/by/roe"], "The Ledger")
    ['Jane Roe', 'John Doe']
    """
    desks = load_furniture().desks
    found: list[str] = []
    for text in raw:
        text = " ".join(text.split())
        if len(text) > 300 or re.match(r"https?://|www\.", text):
            continue
        if swapped := re.fullmatch(r"([^\s,]+), ((?:[^\s,]+ ?){1,3})", text):
            # "Roe, Jane" of catalogues; "Jane, John" is two persons only where names come without surnames
            text = f"{swapped[2]} {swapped[1]}"
        for part in BETWEEN_NAMES.split(BY.sub("", text)):
            name = re.sub(r"\(.*?\)|<.*?>|\S*[@_]\S*|\bhttps?:\S+", "", part).strip(" .,:-–")
            words = name.split()
            # "Jane Roe The Ledger", set in two columns
            name = next((" ".join(words[:at]) for at in (1, 2, 3, 4) if is_same_line(" ".join(words[at:]), site)), name)
            words = name.split()
            if (
                2 <= len(words) <= 6
                and NAME.fullmatch(name)
                and name[0].isupper()
                and words[-1][0].isupper()
                and not desks.intersection(word.lower() for word in words)
                and words[0].lower() != "the"
                and not _is_of_site(name, site)
                and not any(is_same_line(name, other) for other in found)
            ):
                found.append(name)
    return found


def _is_of_site(name: str, site: str) -> bool:
    """Tell whether a name is the site's, or that of a part of it: "CNN Business" of "CNN"."""
    ours, theirs = ("".join(filter(str.isalnum, text.casefold())) for text in (name, site))
    return len(theirs) > 2 and (ours in theirs or ours.startswith(theirs))


def _header(root: HtmlElement, title: str) -> Iterator[HtmlElement]:
    """The elements from the headline to the first paragraph, in order."""
    headlines = list(root.iter("h1"))
    # a page whose only h1 is its site's name, or that has none, has its headline in another
    same = (found for found in (*headlines, *root.iter("h2", "h3")) if is_same_line(found.text_content(), title))
    headline = next(same, headlines[0] if headlines else None)
    if headline is None:
        return
    started = False
    count = 0
    inside = set(headline.iter())
    for element in root.iter():
        started = started or element is headline
        if not started or element in inside or not isinstance(element.tag, str):
            continue
        if element.tag in ("script", "style", "template", "noscript"):
            continue
        own = " ".join([element.text or "", *(child.tail or "" for child in element)])
        if len(own.strip()) > LONG_TEXT or element.tag in ("h2", "footer", "aside") or count > 80:
            return
        count += 1
        if element.tag not in ("nav", "button", "svg", "path", "img"):
            yield element
