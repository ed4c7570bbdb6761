"""Page -> Article. The corpus and ``../shared/pages`` only judge; the pages in ``tests/pages`` built the rules."""

from __future__ import annotations

import gzip
import json
import re
import statistics
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.articles import article_row, read_article
from extractor.articles.plain_texts import read_plain_text
from extractor.errors import SourceError
from extractor.records import Article, Page

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
CORPUS = sorted((ROOT / "corpus" / "articles").glob("*.html"))
PAGES = sorted((ROOT / "tests" / "pages").glob("*.html"))
ADDRESS = "https://page.example/x"


def rows(name: str) -> list[Any]:
    """The rows of a table in ``tests/pages``, a test case each."""
    table = yaml.safe_load((ROOT / "tests" / "pages" / f"{name}.yml").read_text("utf-8"))
    return [pytest.param(row, id=key) for key, row in table.items()]


def html(content: str | bytes, charset: str = "", url: str = ADDRESS) -> Article:
    data = content.encode() if isinstance(content, str) else content
    return read_article(Page(url, data, "text/html", charset))


def plain(text: str, media_type: str = "text/plain") -> Article:
    return read_article(Page("file:///a.txt", text.encode(), media_type))


def record(**keys: Any) -> Article:
    return read_article(Page("file:///a.jsonl#L1", json.dumps(keys).encode(), "application/json"))


def parts(article: Article) -> dict[str, Any]:
    row = article_row(article, "")
    del row["path"]
    paragraphs = row.pop("text").split("\n\n")
    return {**row, "paragraphs": paragraphs}


# --- whole pages


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_small_page_is_read_whole(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert parts(html(path.read_bytes(), url=urljoin(expected["url"], "/x"))) == expected


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus_page_equals_its_gold(path: Path) -> None:
    gold = json.loads((ROOT / "corpus" / "gold" / f"{path.stem}.json").read_text("utf-8"))
    article = html(path.read_bytes(), url="file:///saved.html")
    assert article.text.split("\n\n") == gold["paragraphs"]
    assert (article.url, article.title, article.site) == (gold["url"], gold["title"], gold["site"])
    assert article.authors == ((gold["author"],) if gold["author"] else ())
    assert article.published == (gold["published"] or "")


def shingles(text: str) -> Counter[tuple[str, ...]]:
    # the bar between the cells of a row is none of its words
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))


@pytest.mark.skipif(not (SHARED / "pages").is_dir(), reason="the pages to measure on are not here")
def test_real_pages_are_read_no_worse_than_before() -> None:
    """The floors are what was measured when this was written; they only go up."""
    truth = json.loads((SHARED / "pages" / "truth.json").read_text("utf-8"))
    precisions, recalls, exact = [], [], 0
    for key, page in truth.items():
        try:
            text = html(gzip.decompress((SHARED / "pages" / "html" / f"{key}.html.gz").read_bytes())).text
        except SourceError:
            text = ""
        want, got = shingles(page["text"]), shingles(text)
        common = (want & got).total()
        precisions.append(common / got.total())
        recalls.append(common / want.total())
        exact += want == got
    assert statistics.mean(precisions) >= 0.985
    assert statistics.mean(recalls) >= 0.98
    assert exact / len(truth) >= 0.65


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the seed article is not here")
def test_seed_article_loses_its_furniture() -> None:
    article = plain((SHARED / "seeds" / "deepseek-reveals-training-costs.txt").read_text("utf-8"))
    assert article.title == "DeepSeek Reveals Training Costs of AI Model"
    assert article.published == ""
    paragraphs = article.text.split("\n\n")
    assert len(paragraphs) == 8
    assert paragraphs[0].startswith("Chinese AI developer DeepSeek disclosed")
    assert paragraphs[-1].startswith("The company noted that training data for its V3 model")
    for words in ("Now Reading", "smartphone", "See Also", "Altman", "Comments", "Reply", "©"):
        assert words not in article.text


# --- main text of HTML


SENTENCE = "The model was trained on 1,024 chips for six weeks, and nobody has checked the figure so far."


def body_of(inner: str) -> list[str]:
    start = f"<html><body><article><h1>Title of it</h1><p>{SENTENCE}</p>"
    page = f"{start}{inner}<p>The end: {SENTENCE}</p></article></body></html>"
    paragraphs = html(page).text.split("\n\n")
    assert (paragraphs[0], paragraphs[-1]) == (SENTENCE, f"The end: {SENTENCE}")
    return paragraphs[1:-1]


@pytest.mark.parametrize("row", rows("bodies"))
def test_body(row: dict[str, Any]) -> None:
    assert body_of(row["html"]) == row["paragraphs"]


OTHERS = {
    "other-article": (f"<h1>Title of it</h1><p>{SENTENCE}</p><p>Own. {SENTENCE}</p>", "<h2>Another</h2>", False),
    "headline-in-the-other": (f"<p>{SENTENCE}</p><p>Own. {SENTENCE}</p>", "<h1>Title of it</h1>", True),
    "head-then-body": ("<h1>Title of it</h1><p>By Jane Roe</p>", f"<p>{SENTENCE}</p>", True),
}


@pytest.mark.parametrize(("first", "second", "read"), OTHERS.values(), ids=OTHERS.keys())
def test_article_beside_that_with_the_headline_is_another(first: str, second: str, read: bool) -> None:
    articles = f"<article>{first}</article><article>{second}<p>Another. {SENTENCE}</p></article>"
    assert ("Another." in html(f"<html><body><main>{articles}</main></body></html>").text) == read


# --- plain text and Markdown


@pytest.mark.parametrize("row", rows("texts"))
def test_plain_text(row: dict[str, Any]) -> None:
    article = plain(row["text"])
    assert (article.title, article.text.split("\n\n")) == (row["title"], row["paragraphs"])


def test_plain_text_gives_its_byline() -> None:
    article = plain("It cost $5m\n\nBy Jane Roe and Ann Lee\nMay 13, 2024\n\nThe model cost $5m.")
    assert (article.authors, article.published) == (("Jane Roe", "Ann Lee"), "2024-05-13")
    assert article.text == "The model cost $5m."


def test_markdown_front_matter_is_read_and_marks_stay() -> None:
    text = (
        "---\ntitle: It cost $5m\ndate: 2024-05\nauthors: [Jane Roe, Ann Lee]\n"
        "url: https://a.example/1\nlang: en\n---\n"
        "# It cost $5m\n\n## The *bill*\n\n- one **H800**\n- two\n\n```\ncost = 5\n```\n"
    )
    assert parts(plain(text, "text/markdown")) == {
        "url": "https://a.example/1", "title": "It cost $5m", "site": "", "authors": ["Jane Roe", "Ann Lee"],
        "published": "2024-05", "language": "en",
        "paragraphs": ["## The *bill*", "- one **H800**\n- two", "```\ncost = 5\n```"],
    }  # fmt: skip


@pytest.mark.parametrize("rules", ["It cost $5m.", "a: [b", "[" * 5000], ids=["sentence", "broken", "deep"])
def test_rules_are_no_front_matter(rules: str) -> None:
    article = plain(f"---\n{rules}\n---\nIt ran.", "text/markdown")
    assert rules in article.text
    assert article.text.endswith("It ran.")


def test_front_matter_is_text_in_a_plain_file() -> None:
    assert "date: 2024" in plain("---\ndate: 2024\n---\nIt ran.").text


def test_list_is_not_joined_to_the_line_above() -> None:
    text = "The model was trained on one thousand and twenty-four chips for\n- six weeks"
    assert read_plain_text(text).paragraphs == [text]


# --- records


def test_record_becomes_an_article() -> None:
    keys = {"title": "T", "site": "S", "authors": ["A B"], "published": "2024-05"}
    article = record(url="https://a.example/1", text="One.\r\n\r\nTwo. ", language="EN", **keys)
    assert parts(article) == {**keys, "url": "https://a.example/1", "language": "en", "paragraphs": ["One.", "Two."]}


def test_record_may_hold_only_text() -> None:
    assert parts(record(text="One."))["url"] == "file:///a.jsonl#L1"


WRONG_RECORDS = [
    ({"text": "One.", "title": ["T"]}, "key title; expected text, found list"),
    ({"text": "One.", "authors": {"a": 1}}, "key authors; expected a list of names"),
    ({"title": "T"}, "no article text"),
    ({"text": " \n"}, "no article text"),
    ({"text": True}, "key text; expected text, found bool"),
]


@pytest.mark.parametrize(("keys", "reason"), WRONG_RECORDS)
def test_record_that_is_wrong(keys: dict[str, Any], reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        record(**keys)


# --- nothing to read, and anything at all


NO_TEXT = ["", " ", "<", "<html></html>", "<p></p>", "<!-- c -->", "<body><script>var a = 1;</script>", "<p>...</p>"]


@pytest.mark.parametrize("content", NO_TEXT)
def test_page_without_text_is_an_error(content: str) -> None:
    with pytest.raises(SourceError):
        html(content)


def test_error_names_page_and_next_step() -> None:
    reason = rf"^The page holds no article text - {ADDRESS}; expected .* Open it in a browser"
    with pytest.raises(SourceError, match=reason):
        html("<html><body><nav>Home</nav></body></html>")


def test_unknown_kind_of_page_is_an_error() -> None:
    with pytest.raises(SourceError, match="expected text/html, text/plain"):
        read_article(Page(ADDRESS, b"x", "image/png"))


DATA_SCRIPT = '<script type="application/ld+json">'
HOSTILE = {
    "deep": "<div>" * 50_000 + SENTENCE,
    "deep-tables": "<table><tr><td>" * 2_000 + SENTENCE,
    "breaks": "<p>" + "<br>" * 50_000 + SENTENCE,
    "blank-title": f"<title>{'&nbsp;' * 100_000}|</title><p>{SENTENCE}</p>",
    "deep-data": DATA_SCRIPT + "[" * 100_000 + f"</script><p>{SENTENCE}</p>",
    "wide-data": DATA_SCRIPT + "[" + "{}," * 100_000 + f"{{}}]</script><p>{SENTENCE}</p>",
    "comments": "<!--" * 20_000 + SENTENCE,
    "long-word": f"<p>{'x' * 1_000_000}</p>",
    "long": f"<p>{SENTENCE * 5_000}</p>",
    "long-attribute-names": f"<meta name=author content='{'@' * 500_000}'><p>{SENTENCE}</p>",
    "xml": f'<?xml version="1.0" encoding="utf-16"?><div>{SENTENCE}</div>',
    "attributes": "<a href='/' " + "a='b' " * 20_000 + f">x</a><p>{SENTENCE}</p>",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_page_gives_an_article_or_an_error(content: str) -> None:
    read_or_refuse(Page(ADDRESS, content.encode(), "text/html"))


def read_or_refuse(page: Page) -> None:
    """Read a page; anything but an article that can be stored, or an error of ours on one line, fails the test."""
    article, message = None, ""
    try:
        article = read_article(page)
    except SourceError as error:
        message = error.message
    if article is None:
        assert ADDRESS in message
        assert "\n" not in message
        return
    for text in (article.url, article.title, article.text, article.site, *article.authors):
        text.encode("utf-8")
        assert "\x00" not in text
    assert article.text.strip()
    assert article.id


MEASURED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KINDS = st.sampled_from(["text/html", "text/plain", "text/markdown", "application/json"])
CHANGES = st.lists(st.tuples(st.integers(0, 9_000), st.binary(min_size=1, max_size=6)), max_size=20)
KEYS = st.sampled_from(
    [
        "text",
        "url",
        "title",
        "authors",
        "@type",
        "@id",
        "@graph",
        "author",
        "name",
        "headline",
        "publisher",
        "datePublished",
    ]
)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["NewsArticle", "2024"]) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)


@MEASURED
@given(st.binary(max_size=3000), KINDS)
def test_any_bytes_give_an_article_or_an_error(content: bytes, kind: str) -> None:
    read_or_refuse(Page(ADDRESS, content, kind))


@MEASURED
@given(st.sampled_from(CORPUS), KINDS, CHANGES, st.integers(0, 9_000))
def test_any_broken_page_gives_an_article_or_an_error(
    path: Path, kind: str, changes: list[tuple[int, bytes]], end: int
) -> None:
    content = bytearray(path.read_bytes())
    for place, piece in changes:
        content[place : place + len(piece)] = piece
    # one half of the pages is cut short as well
    read_or_refuse(Page(ADDRESS, bytes(content[:end] if end % 2 else content), kind))


@MEASURED
@given(DATA)
def test_any_data_gives_an_article_or_an_error(data: object) -> None:
    raw = json.dumps(data)
    read_or_refuse(Page(ADDRESS, raw.encode(), "application/json"))
    page = f"<html><head>{DATA_SCRIPT}{raw}</script></head><body><p>{SENTENCE}</p></body></html>"
    read_or_refuse(Page(ADDRESS, page.encode(), "text/html"))
