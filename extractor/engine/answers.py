"""Answer -> Page, whatever stands there."""

from __future__ import annotations

from extractor.errors import SourceError
from extractor.records import Page
from extractor.sources.kinds import HTML_TYPES, kind_of_content
from extractor.sources.web.addresses import clean_address
from extractor.sources.web.records import Answer

__all__ = ["read_answer_page"]

TEXT_TYPES = ("text/plain", "text/markdown")


def read_answer_page(answer: Answer) -> Page:
    """Return the page that an answer of status 200 brought."""
    said = "text/html" if answer.media_type in HTML_TYPES else answer.media_type
    kind = kind_of_content(answer.content, said if said in ("text/html", *TEXT_TYPES) else None)
    try:
        url = clean_address(answer.url)
    except SourceError:
        url = answer.url
    return Page(url, answer.content, kind, answer.charset, answer.at)
