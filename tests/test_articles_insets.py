"""What stands in, above or below an article and is none of its text: cards, hover cards, lists of links, calls."""

from __future__ import annotations

import pytest

from extractor.articles import read_article
from extractor.articles.bodies import drop_calls
from extractor.articles.furniture import load_furniture
from extractor.records import Page

SENTENCE = "The model was trained on 1,024 chips for six weeks, and nobody has checked the figure of the firm so far."
HEADLINE = "Lotus took 40,000 chips and a winter"


def paragraphs_between(inner: str) -> list[str]:
    start = f"<html><body><article><h1>A bill</h1><p>{SENTENCE}</p>"
    page = f"{start}{inner}<p>The end: {SENTENCE}</p></article></body></html>"
    paragraphs = read_article(Page("https://page.example/x", page.encode(), "text/html")).text.split("\n\n")
    assert (paragraphs[0], paragraphs[-1]) == (SENTENCE, f"The end: {SENTENCE}")
    return paragraphs[1:-1]


OTHER = "In the year before, another took 2,048 chips and not one week more, which nobody had thought could be done."
LINKED = f'<a href="/a">{OTHER[:56]}</a>{OTHER[56:]}'
INSETS = {
    "link-around-a-paragraph": (
        f'<div><a href="/x"><h4>Lotus</h4><p>{HEADLINE}, says a person who was there.</p></a></div>',
        [],
    ),
    "link-inside-a-paragraph": (f"<div><p>{LINKED}</p></div>", [OTHER]),
    "headlines-as-links-in-items": (
        f'<ul><li><a href="/x">{HEADLINE}</a></li><li><a href="/y">Iris: {HEADLINE}</a></li></ul>',
        [],
    ),
    "sentences-with-links-in-items": (
        f'<ul><li>In <a href="/x">one winter</a> it took 5,000 chips.</li><li>{LINKED}</li></ul>',
        ["In one winter it took 5,000 chips.", OTHER],
    ),
    "date-by-its-property": ('<span itemprop="datePublished">sexta-feira, 22 de outubro de 2010 às 20:13</span>', []),
    "text-by-its-property": (f'<div itemprop="description"><p>{SENTENCE} Again.</p></div>', [f"{SENTENCE} Again."]),
    "card-behind-a-name": (
        '<p>It was <span class="hover-person"><a href="/p">Ann Lee</a><span class="hover-person-card">'
        f'<a href="/p">Ann Lee</a> <a href="/x">{HEADLINE}</a> <a href="/y">MORE</a></span></span> '
        "who paid for all of it.</p>",
        ["It was Ann Lee who paid for all of it."],
    ),
    "word-that-is-explained": (
        '<p>It was <span class="tooltip">sparse</span>, and took 5,000 chips of the hall for a week or two.</p>',
        ["It was sparse, and took 5,000 chips of the hall for a week or two."],
    ),
    "sentence-that-is-half-link": (
        '<div class="card"><div class="card-text">'
        f'<p>The news of it came this week from the makers of <a href="/x">{HEADLINE}</a>.</p></div></div>',
        [f"The news of it came this week from the makers of {HEADLINE}."],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("inner", "expected"), INSETS.values(), ids=INSETS.keys())
def test_inset_is_no_text_of_the_article(inner: str, expected: list[str]) -> None:
    assert paragraphs_between(inner) == expected


CALLS = {
    "Follow The Ledger on Mastodon, Facebook and Instagram.": True,
    "Follow Ann Lee @annlee": True,
    "Want more? Sign up for our free newsletter, every Friday.": True,
    "Reach the reporters at https://social.example/annlee and https://social.example/boek": True,
    "We’d like to hear what you think. Here is our email: letters@ledger.example.": True,
    "Ann Lee’s book about chips is out now. Follow her on Twitter.": True,
    "Follow the money, he said: 5,000 chips went to one hall.": False,
    "“Follow us on Facebook,” it says at the door of the hall of 5,000 chips.": False,
    "The firm will follow with a model for Facebook.": False,
    "For more than a decade, Instagram has trained on 5,000 chips.": False,
    "Join a hall of 5,000 chips to another, and the bill for the podcast doubles.": False,
    "The paper is at https://papers.example/7.": False,
}


@pytest.mark.parametrize(("line", "expected"), CALLS.items(), ids=CALLS.keys())
def test_call_to_readers(line: str, expected: bool) -> None:
    assert load_furniture().is_call(line) is expected


CALL = "Sign up for our newsletter."
AROUND = [
    ([SENTENCE, CALL, CALL], [SENTENCE]),
    ([CALL, SENTENCE], [SENTENCE]),
    ([SENTENCE, CALL, SENTENCE], [SENTENCE, CALL, SENTENCE]),
    ([CALL], [CALL]),
    ([], []),
]


@pytest.mark.parametrize(("paragraphs", "expected"), AROUND, ids=["below", "above", "between", "alone", "empty"])
def test_calls_go_only_from_around_the_text(paragraphs: list[str], expected: list[str]) -> None:
    assert drop_calls(paragraphs) == expected
