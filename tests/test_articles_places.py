"""Where on a page the article stands: chunks, readers' posts, cards. Each page here is made for one phenomenon."""

from __future__ import annotations

import pytest

from extractor.articles import read_article
from extractor.records import Page

WORDS = (
    "The model was trained on {} chips for six weeks, and nobody has checked the figure of the firm so far. It says "
    "that the bill came to a few million dollars, without the salaries and the runs that failed before this one did."
)
FIRST, SECOND, THIRD, FOURTH = (f"<p>{WORDS.format(number)}</p>" for number in ("1,024", "2,048", "4,096", "8,192"))
CHUNK = '<div class="grid"><div class="article__body wide">{}</div></div><div class="strip">Advertisement</div>'
SMALL = "We see it the same way, all of us here, and would like to hear from the firm about it one of these days."


def paragraphs_of(body: str) -> list[str]:
    page = f"<html><head><title>A bill</title></head><body><h1>A bill</h1>{body}</body></html>"
    return read_article(Page("https://page.example/x", page.encode(), "text/html")).text.split("\n\n")


def read_numbers(body: str) -> list[str]:
    """The numbers of the paragraphs that are read, in order; a paragraph of other words as it is."""
    found = [paragraph.removeprefix("The model was trained on ").split()[0] for paragraph in paragraphs_of(body)]
    assert found
    return found


TWO_CHUNKS = CHUNK.format(FIRST + SECOND) + CHUNK.format(THIRD + FOURTH)
PLACES = {
    "chunks-of-one-article": (f'<div class="all">{TWO_CHUNKS}</div>', ["1,024", "2,048", "4,096", "8,192"]),
    "chunks-inside-an-article": (f"<article>{TWO_CHUNKS}</article>", ["1,024", "2,048", "4,096", "8,192"]),
    "two-articles-are-no-chunks": (
        f'<article><div class="text article-body">{FIRST}{SECOND}</div></article>'
        f'<article><h1>Next</h1><div class="text article-body">{THIRD}{FOURTH}</div></article>',
        ["1,024", "2,048"],
    ),
    "posts-of-readers-are-no-chunks": (
        f'<div class="wide"><div class="content">{FIRST}{SECOND}{THIRD}</div></div><div id="comments">'
        + f'<div class="post-comment"><div class="content"><p>{SMALL}</p><p>{SMALL} Indeed.</p></div></div>' * 6
        + "</div>",
        ["1,024", "2,048", "4,096"],
    ),
    "short-article-beside-longer-text": (
        f'<div class="article-body">{FIRST}{SECOND}</div><div class="house"><h2>Our house rules</h2>'
        + f"<p>{SMALL} {SMALL} {SMALL}</p>" * 8
        + "</div>",
        ["1,024", "2,048"],
    ),
    "links-around-paragraphs-are-cards": (
        f'<div class="wide"><div class="content">{FIRST}{SECOND}</div></div><div class="side"><ul>'
        + f'<li><div class="text"><a href="/guide"><p>{SMALL}</p></a></div></li>' * 5
        + "</ul></div>",
        ["1,024", "2,048"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), PLACES.values(), ids=PLACES.keys())
def test_article_is_read_where_it_stands(body: str, expected: list[str]) -> None:
    assert read_numbers(body) == expected
