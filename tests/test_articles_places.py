"""Where on a page the article stands, and what stands there. Each page here is made for one phenomenon."""

from __future__ import annotations

import subprocess
import sys

import pytest

from extractor.articles import read_article
from extractor.articles.blocks import read_html_blocks
from extractor.articles.trees import parse_html
from extractor.records import Page

WORDS = (
    "The model was trained on {} chips for six weeks, and nobody has checked the figure of the firm so far. It says "
    "that the bill came to a few million dollars, without the salaries and the runs that failed before this one did."
)
FIRST, SECOND, THIRD, FOURTH = (f"<p>{WORDS.format(number)}</p>" for number in ("1,024", "2,048", "4,096", "8,192"))
CHUNK = '<div class="grid"><div class="article__body wide">{}</div></div><div class="strip">Advertisement</div>'
SMALL = "We see it the same way, all of us here, and would like to hear from the firm about it one of these days."

PAGE = "<html><head><title>A bill</title></head><body><h1>A bill</h1>{}</body></html>"


def paragraphs_of(body: str) -> list[str]:
    return read_article(Page("https://page.example/x", PAGE.format(body).encode(), "text/html")).text.split("\n\n")


def read_numbers(body: str) -> list[str]:
    """The numbers of the paragraphs that are read, in order; a paragraph of other words as it is."""
    found = [paragraph.removeprefix("The model was trained on ").split()[0] for paragraph in paragraphs_of(body)]
    assert found
    return found


ALL = FIRST + SECOND + THIRD + FOURTH
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
    "box-that-one-reader-passes-over": (
        f'<div class="print"><p>{SMALL}</p></div>'
        f'<article><div class="box" style="border: 1px solid">{ALL}</div></article>',
        ["1,024", "2,048", "4,096", "8,192"],
    ),
    "box-that-holds-all": (
        f'<article><div class="box" style="border: 1px solid">{ALL}</div></article>',
        ["1,024", "2,048", "4,096", "8,192"],
    ),
    "box-with-most-of-the-article": (
        f'<article>{FIRST}<div class="box" style="border: 1px solid">{SECOND}{THIRD}{FOURTH}</div></article>',
        ["1,024", "2,048", "4,096", "8,192"],
    ),
    "box-with-little-of-the-page": (
        f'<article>{FIRST}{SECOND}{THIRD}<div class="box" style="border: 1px solid"><p>{SMALL}</p></div></article>',
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


READABILITY = [("chunks-of-one-article", False), ("box-that-holds-all", True)]


@pytest.mark.parametrize(("place", "needed"), READABILITY, ids=[place for place, _ in READABILITY])
def test_readability_is_imported_only_where_it_is_asked(place: str, needed: bool) -> None:
    page = PAGE.format(PLACES[place][0]).encode()
    script = (
        "import sys; from extractor.articles import read_article; from extractor.records import Page\n"
        f"read_article(Page('https://page.example/x', {page!r}, 'text/html'))\n"
        "print('readability' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (str(needed), "")


BLOCKS = {
    "kinds": ("<h2>A</h2><p>B</p><ul><li>C</li></ul>D", [("head", "A"), ("p", "B"), ("item", "C"), ("p", "D")]),
    "inline-is-no-block": ("<p>It cost <b>$5</b><i>m</i> <a href=x>or so</a>.</p>", [("p", "It cost $5m or so.")]),
    "source-lines-are-no-breaks": ("<p>It\n  cost\n\n$5m.</p>", [("p", "It cost $5m.")]),
    "breaks-are": ("<p>It cost<br>$5m.<br><br>So they say.</p>", [("p", "It cost\n$5m."), ("p", "So they say.")]),
    "text-around-blocks": ("<div>A<p>B</p>C<div>D</div></div>E", [("p", t) for t in "ABCDE"]),
    "nothing": ("<p> </p><script>var a = 1;</script><!-- c -->", []),
    "deep": ("<div>" * 200 + "A", [("p", "A")]),
}


@pytest.mark.parametrize(("body", "expected"), BLOCKS.values(), ids=BLOCKS.keys())
def test_blocks_of_html(body: str, expected: list[tuple[str, str]]) -> None:
    root = parse_html(f"<html><head><title>T</title></head><body>{body}</body></html>")
    assert [(block.kind, block.text) for block in read_html_blocks(root)] == expected
