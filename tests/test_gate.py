"""The gate of pages: what is left out of a press archive unread, and that no article with claims is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractor.gate import may_hold_claims, may_page_hold_claims
from extractor.schema import data_folder

ROOT = Path(__file__).parent.parent
# Whole articles: a page of a newspaper says of what it speaks, where a line of a newsletter may not
ARTICLES = [
    ROOT / "tests" / "gold" / name
    for name in ("articles-written.jsonl", "news-written.jsonl", "read/articles.jsonl", "read/news.jsonl")
]

PAGES = [
    pytest.param("<p>The council trained its staff on a new model of the bus network.", False, id="everyday-words"),
    pytest.param("<p>Norwind trained an AI model for 54 days.", True, id="ai"),
    pytest.param("<p>Norwind trained an <b>artificial\nintelligence</b> for 54 days.", True, id="phrase"),
    pytest.param("<p>Paid in AIR miles; a fair model, he said.", False, id="ai-in-another-word"),
    pytest.param("<p>Quoted by ai, the model train club.", False, id="ai-in-small-letters"),
    pytest.param("<p>The 512 H100 chips cost $5m.", True, id="chips"),
    pytest.param("<p>Norwind spent $5m on data centers.", True, id="data-centers"),
    pytest.param("<p>The medical center spent $5m.", False, id="another-center"),
    pytest.param("<p>OpenAI said nothing.", True, id="a-firm-alone"),
    pytest.param("<p>AI said nothing.", False, id="ai-without-a-word-of-a-claim"),
    pytest.param("<script>var GPU = 'AI model'</script><style>.gpu{}</style><p>Fair weather.", False, id="in-a-script"),
    pytest.param("<!-- AI model, GPU --><p class='gpu'>Fair weather.", False, id="in-a-comment-or-tag"),
    pytest.param("<script>a = '<p>'</script x><p>It has 512 GPUs.", True, id="after-a-script"),
    pytest.param("<script>never closed <p>It has 512 GPUs.", True, id="script-that-never-ends"),
    pytest.param("<p><span>G</span>PUs cost $5m.", True, id="letter-set-large"),
    pytest.param("<p>Six G&#80;Us cost $5m.", True, id="letter-written-as-a-number"),
    pytest.param("<meta property='og:title' content='512 GPUs'><p>Fair weather.", True, id="title-in-meta"),
    pytest.param('<script type=\'application/ld+json\'>{"headline": "512 GPUs"}</script>', True, id="linked-data"),
]


@pytest.mark.parametrize(("page", "read"), PAGES)
def test_pages_that_are_read(page: str, read: bool) -> None:
    assert may_page_hold_claims(page.encode()) is read


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_wide_letters_are_not_judged(encoding: str) -> None:
    assert may_page_hold_claims("<p>Fair weather.".encode(encoding))


@pytest.mark.parametrize("page", [b"", b"<", b"<!--", b"</script>", b"\xff<p>\xfe", b"<" * 9999, b"<script" * 999])
def test_pages_that_are_broken(page: bytes) -> None:
    assert not may_page_hold_claims(page)


def test_every_page_of_the_corpus_with_a_claim_is_read() -> None:
    pages = sorted((entry for entry in (data_folder("corpus") / "articles").iterdir()), key=lambda entry: entry.name)
    assert len(pages) == 30
    left_out = [page.name for page in pages if not may_page_hold_claims(page.read_bytes())]
    assert left_out == []


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_article_with_a_claim_is_left_out(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    stated = [row for row in rows if row.get("claims") or row.get("facts")]
    assert stated
    page = "<title>{}</title><p>{}".format
    lost = [row["id"] for row in stated if not may_page_hold_claims(page(row.get("title", ""), row["text"]).encode())]
    assert lost == []


def test_what_the_gate_of_texts_stops_is_stopped_in_pages_as_well() -> None:
    text = "AI may change how councils work, the mayor said."
    assert not may_hold_claims(text)
    assert not may_page_hold_claims(f"<p>{text}".encode())
