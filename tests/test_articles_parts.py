"""The parts of a page that an article is made of: its head, its byline, its encoding, and what is furniture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from extractor.articles import article_row, read_article
from extractor.articles.bodies import drop_repeats, is_byline
from extractor.articles.bylines import clean_authors
from extractor.articles.furniture import load_furniture
from extractor.articles.heads import clean_title
from extractor.dates import find_date, is_date, read_date, read_moment
from extractor.encodings import clean_characters, decode_content
from extractor.errors import SourceError
from extractor.records import Article, Page

TABLES = Path(__file__).parent / "pages"
HEADS: dict[str, dict[str, Any]] = yaml.safe_load((TABLES / "heads.yml").read_text("utf-8"))
LINES: dict[str, list[str]] = yaml.safe_load((TABLES / "lines.yml").read_text("utf-8"))


def read_html(text: str) -> Article:
    return read_article(Page("https://page.example/x", text.encode(), "text/html"))


def with_head(head: str, body: str = "") -> Article:
    text = "<p>The model was trained on 1,024 chips for six weeks, and nobody has checked the figure so far.</p>" * 3
    return read_html(f"<html><head>{head}</head><body>{body or '<h1>A headline of the page</h1>'}{text}</body></html>")


# --- the head


DATES = [
    ("2024-05-13", "2024-05-13"),
    ("2024-05-13T23:30:00-05:00", "2024-05-13"),
    ("2024-05-13 08:00", "2024-05-13"),
    ("2024/05/13", "2024-05-13"),
    ("20240513", "2024-05-13"),
    ("20240513T080000Z", "2024-05-13"),
    ("Mon, 13 May 2024 08:00:00 GMT", "2024-05-13"),
    ("Mon, 13 May 24 08:00 EST", "2024-05-13"),
    ("13 May 99 08:00:00 +0200", "1999-05-13"),
    ("13 May 24", ""),
    ("May 13, 2024", "2024-05-13"),
    ("MAY 13, 2024 4:45 PM EDT", "2024-05-13"),
    ("13th of May 2024", "2024-05-13"),
    ("Sept. 3, 2024", "2024-09-03"),
    ("13.05.2024", "2024-05-13"),
    ("05/13/2024", "2024-05-13"),
    ("1715558400", "2024-05-13"),
    ("1715558400000", "2024-05-13"),
    ("2024-05", "2024-05"),
    ("May 2024", "2024-05"),
    ("2024", "2024"),
    ("", ""),
    ("yesterday", ""),
    ("05/06/2024", ""),
    ("2032-13-45", ""),
    ("2024-02-30", ""),
    ("January 0, 1900", ""),
    ("1970-01-01T00:00:00Z", ""),
    ("2999-01-01", ""),
    ("0", ""),
    ("12:30", ""),
    ("2,048 chips", ""),
]


@pytest.mark.parametrize(("raw", "expected"), DATES, ids=[raw or "empty" for raw, _ in DATES])
def test_date_is_as_precise_as_it_is_written(raw: str, expected: str) -> None:
    assert read_date(raw) == expected


MOMENTS = [
    ("2024-05-13T23:30:00-05:00", "2024-05-14T04:30:00+00:00"),
    ("2024-05-13T23:30Z", "2024-05-13T23:30:00+00:00"),
    ("2024-05-13T23:30:15.123456789Z", "2024-05-13T23:30:15+00:00"),
    ("2024-05-13 08:00:00 +0200", "2024-05-13T06:00:00+00:00"),
    ("2024-05-13 08:00 UTC", "2024-05-13T08:00:00+00:00"),
    ("2024-05-13T08:00:00", "2024-05-13T08:00:00+00:00"),
    ("Mon, 13 May 2024 08:00:00 GMT", "2024-05-13T08:00:00+00:00"),
    ("Mon, 13 May 2024 08:00:00 PDT", "2024-05-13T15:00:00+00:00"),
    ("Mon, 13 May 24 08:00 EST", "2024-05-13T13:00:00+00:00"),
    ("2024-05-13", "2024-05-13"),
    ("May 2024", "2024-05"),
    ("2024-05-13T25:00:00Z", "2024-05-13"),
    ("2999-01-01T00:00:00Z", ""),
    ("0001-01-01T00:00:00+05:00", ""),
    ("12:30", ""),
    ("now", ""),
    ("", ""),
]


@pytest.mark.parametrize(("raw", "expected"), MOMENTS, ids=[raw or "empty" for raw, _ in MOMENTS])
def test_moment_is_told_in_utc(raw: str, expected: str) -> None:
    assert read_moment(raw) == expected


DATES_OF_USERS = {
    "2024": True, "2024-05": True, "2024-02-29": True, "2023-02-29": False, "2024-13": False, "2024-5": False,
    "24-05-13": False, "2024-05-13T00:00": False, "20240513": False, "May 2024": False, "٢٠٢٤": False, "": False,
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DATES_OF_USERS.items(), ids=[text or "empty" for text in DATES_OF_USERS])
def test_date_of_a_user_is_one_of_any_precision(text: str, expected: bool) -> None:
    assert is_date(text) == expected


@pytest.mark.parametrize(("language", "expected"), [("en-us", "2024-05-06"), ("en-gb", "2024-06-05"), ("en", "")])
def test_slashed_date_needs_a_language_that_orders_it(language: str, expected: str) -> None:
    assert read_date("05/06/2024", language) == expected


@pytest.mark.parametrize("text", ["In May 2019 they had 12 chips", "version 3.11.2024a", "a 2024 model", "1/2024"])
def test_no_date_is_found_where_none_is_whole(text: str) -> None:
    assert find_date(text) == ""


@pytest.mark.parametrize("row", HEADS.values(), ids=HEADS.keys())
def test_head_says(row: dict[str, Any]) -> None:
    assert article_row(with_head(row["head"]), "")[row["key"]] == row["expected"]


H1 = "<h1>A headline of the page</h1>"
BYLINES = [
    ("date-by-headline", H1 + "<p>May 13, 2024</p>", "2024-05-13"),
    ("date-in-time", H1 + '<time datetime="2024-05-13T09:00Z">yesterday</time>', "2024-05-13"),
    ("date-of-update", H1 + "<p>Updated May 13, 2024</p>", ""),
    ("date-of-update-apart", H1 + '<p>Last updated: <time datetime="2024-05-13">May 13</time></p>', ""),
    ("publication-after-update", H1 + "<p>Updated May 15, 2024. Published May 13, 2024</p>", "2024-05-13"),
    ("two-dates", H1 + "<p>May 13, 2024</p><p>May 14, 2024</p>", ""),
    ("date-above-headline", "<p>May 13, 2024</p>" + H1, ""),
    ("year-of-a-model", H1 + "<p>The 2024 model</p>", ""),
]


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in BYLINES], ids=[row[0] for row in BYLINES])
def test_byline_date(body: str, expected: str) -> None:
    assert with_head("", body).published == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("2015-05-13", "2024-05-13"), ("2024-05-14", "2024-05-14"), ("2024", "2024-05-13"), ("2032-13-45", "2024-05-13")],
    ids=["another-year", "a-day-apart", "less-precise", "no-date"],
)
def test_visible_date_beats_contrary_metadata(stated: str, expected: str) -> None:
    """The two of a day apart differ by a time zone; else what readers see is right."""
    head = f'<meta property="article:published_time" content="{stated}">'
    assert with_head(head, H1 + "<p>By Jane Roe, May 13, 2024</p>").published == expected


AUTHORS = [
    (["By Jane Roe"], ["Jane Roe"]),
    (["by jane"], []),
    (["Jane Roe, Ann Lee & Bo Ek"], ["Jane Roe", "Ann Lee", "Bo Ek"]),
    (["Jane Roe and Ann Lee"], ["Jane Roe", "Ann Lee"]),
    (["Jane Roe", "JANE ROE"], ["Jane Roe"]),
    (["Jane Roe @janeroe"], ["Jane Roe"]),
    (["@ledger"], []),
    (["https://ledger.example/by/jane-roe"], []),
    (["Ledger Staff"], []),
    (["The Ledger"], []),
    (["Ledger Business"], []),
    (["Jane Roe, Senior Reporter"], ["Jane Roe"]),
    (["Élodie Garnier-Weiß"], ["Élodie Garnier-Weiß"]),
    (["Joaquín O’Neill"], ["Joaquín O’Neill"]),
    (["Anderson Brandt"], ["Anderson Brandt"]),
    (["Jane Roe and Ann Lee Ledger"], ["Jane Roe", "Ann Lee"]),
    (["Jane Roe Ledgerwood"], ["Jane Roe Ledgerwood"]),
    (["x" * 100_000 + "@"], []),
]


@pytest.mark.parametrize(("raw", "expected"), AUTHORS, ids=[raw[0][:30] for raw, _ in AUTHORS])
def test_authors_are_persons(raw: list[str], expected: list[str]) -> None:
    assert clean_authors(raw, "Ledger") == expected


SHOWN = [
    ("inline", H1 + "<p class='byline'>By <b>Jane</b> <i>Roe</i></p>", ["Jane Roe"]),
    ("agency-below", H1 + "<div class='byline'><div>By JANE ROE and BO EK</div><div>The Wire</div></div>",
     ["JANE ROE", "BO EK"]),
    ("behind-a-comment", H1 + "<div> <!-- --> Written by <a href='/roe'>Jane Roe, PhD</a></div>", ["Jane Roe"]),
    ("below-a-script", H1 + f"<script>var a = '{'x' * 200}';</script><p>By Jane Roe</p>", ["Jane Roe"]),
    ("below-the-text", H1 + f"<p>{'Chips are dear. ' * 20}</p><p>By Jane Roe</p>", []),
    ("headline-of-second-rank", "<h2>A headline of the page</h2><p>By Jane Roe</p>", ["Jane Roe"]),
    ("another-headline", "<h2>A teaser</h2><p>By Jane Roe</p>", []),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_byline_authors(body: str, expected: list[str]) -> None:
    assert list(with_head("<title>A headline of the page</title>", body).authors) == expected


TITLES = [
    ("Chips are dear | The Ledger", "The Ledger", "Chips are dear"),
    ("Chips are dear - Ledger", "The Ledger", "Chips are dear"),
    ("The Ledger: Chips are dear", "The Ledger", "Chips are dear"),
    ("The Ledger – Chips are dear", "The Ledger", "Chips are dear"),
    ("Chips are dear – and will be", "The Ledger", "Chips are dear – and will be"),
    ("GPT-4 costs more", "4 costs more", "GPT-4 costs more"),
    ("Ledger", "Ledger", "Ledger"),
]


@pytest.mark.parametrize(("title", "site", "expected"), TITLES, ids=[title for title, _, _ in TITLES])
def test_title_without_site(title: str, site: str, expected: str) -> None:
    assert clean_title(title, site) == expected


# --- furniture


@pytest.mark.parametrize("line", LINES["furniture"])
def test_furniture_line(line: str) -> None:
    assert load_furniture().is_line(line)


@pytest.mark.parametrize("line", LINES["article"])
def test_line_that_only_sounds_like_furniture(line: str) -> None:
    furniture = load_furniture()
    assert not furniture.is_line(line)
    assert not furniture.is_label(line)
    assert not furniture.is_ending(line)


@pytest.mark.parametrize(
    "line", ["See Also", "Related Articles", "### Read more", "You may also like", "More from Ann Lee", "See also:"]
)
def test_label_of_teasers(line: str) -> None:
    assert load_furniture().is_label(line)


BLOCK_NAMES = [
    ("th-nl", True), ("PromoBox", True), ("newsletter_signup", True), ("ad-slot", True),
    ("promotion-to-phd", False), ("adjacent", False), ("article-lead", False), ("capital", False), ("nlp-story", False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "is_block"), BLOCK_NAMES)
def test_furniture_block_by_its_name(name: str, is_block: bool) -> None:
    assert load_furniture().is_block_name(name) is is_block


BYLINE_LINES = [
    ("By Jane Roe | May 13, 2024", True), ("Jane Roe", True), ("May 13, 2024 · 4 min read", True),
    ("Jane Roe trained it", False), ("It was May 13, 2024 when it ran", False), ("By five", False),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), BYLINE_LINES)
def test_byline_line(line: str, expected: bool) -> None:
    assert is_byline(line, ["Jane Roe"]) is expected


def test_repeats_go_and_short_ones_stay() -> None:
    long = "The model was trained on 1,024 chips for six weeks, and nobody has checked the figure yet."
    assert drop_repeats(["Title!", long, "Yes.", long, "Yes.", "Title!"], ["Title"]) == [long, "Yes.", "Yes.", "Title!"]


HEADLINES = [
    (["Title!", "One."], ["One."]),
    (["Chips", "Title!", "One."], ["Chips", "One."]),
    (["One.", "Two.", "Three.", "Title!"], ["One.", "Two.", "Three.", "Title!"]),
    (["One.", "Titles"], ["One.", "Titles"]),
]


@pytest.mark.parametrize(("paragraphs", "expected"), HEADLINES, ids=["first", "below-a-line", "late", "not-the-same"])
def test_headline_goes_from_the_first_paragraphs(paragraphs: list[str], expected: list[str]) -> None:
    assert drop_repeats(paragraphs, ["Title"]) == expected


def test_what_is_said_again_and_again_stays() -> None:
    question = "Which dish do you like best, and which would you not eat if it were the last one on earth?"
    interview = [question, "Soup.", question, "Bread.", question, "Fish."]
    assert drop_repeats(interview, []) == interview


# --- encodings


GERMAN = "Größe: 5 Mio. € „billig“"
ENCODED = [
    ("utf-8-mark", b"\xef\xbb\xbf" + GERMAN.encode(), "iso-8859-1"),
    ("utf-16-mark", GERMAN.encode("utf-16"), ""),
    ("utf-16-be-mark", b"\xfe\xff" + GERMAN.encode("utf-16-be"), ""),
    ("utf-32-mark", GERMAN.encode("utf-32"), ""),
    ("transport", GERMAN.encode("cp1252"), "windows-1252"),
    ("latin-1-is-windows-1252", GERMAN.encode("cp1252"), "ISO-8859-1"),
    ("ascii-is-windows-1252", GERMAN.encode("cp1252"), "us-ascii"),
    ("utf-8-under-a-wrong-label", GERMAN.encode(), "iso-8859-1"),
    ("label-unknown", GERMAN.encode(), "klingon"),
    ("label-no-encoding-of-text", GERMAN.encode(), "rot13"),
    ("label-does-not-fit", GERMAN.encode(), "ascii"),
]


@pytest.mark.parametrize(("content", "charset"), [row[1:] for row in ENCODED], ids=[row[0] for row in ENCODED])
def test_encoding(content: bytes, charset: str) -> None:
    assert decode_content(content, charset) == GERMAN


MARKUP = [
    ("meta", '<meta charset="windows-1252">', "cp1252"),
    ("http-equiv", '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">', "cp1252"),
    ("xml-declaration", '<?xml version="1.0" encoding="windows-1252"?>', "cp1252"),
    ("japanese", "<meta charset=Shift_JIS>", "utf-8"),
    ("meta-utf-16-is-utf-8", '<meta charset="utf-16">', "utf-8"),
    ("undeclared-utf-8", "", "utf-8"),
]


@pytest.mark.parametrize(("start", "encoding"), [row[1:] for row in MARKUP], ids=[row[0] for row in MARKUP])
def test_encoding_named_by_the_page(start: str, encoding: str) -> None:
    assert decode_content((start + GERMAN).encode(encoding), markup=True) == start + GERMAN


def test_undeclared_windows_1252_is_detected() -> None:
    text = "Die Größe der Maschine überraschte: für fünf Millionen Euro läuft sie täglich über zwölf Stunden. " * 5
    assert decode_content(text.encode("cp1252")) == text


def test_some_broken_bytes_do_not_spoil_a_page_in_utf_8() -> None:
    content = ("Größe " * 50).encode() + b"\xff" + "für".encode()
    assert decode_content(content, "utf-8") == "Größe " * 50 + "\ufffdfür"


def test_bytes_in_no_encoding_are_an_error() -> None:
    with pytest.raises(SourceError, match="no known encoding"):
        decode_content(bytes(range(128, 256)) * 3 + bytes(range(32)) * 20)


CHARACTERS = [
    ("a\r\nb\rc", "a\nb\nc"),
    ("a\x00b\ud800c", "abc"),
    ("a\u2028b", "a\nb"),
    ("1\u00a0000\u00ad", "1\u00a0000\u00ad"),
]


@pytest.mark.parametrize(("text", "expected"), CHARACTERS, ids=["line-ends", "no-characters", "separator", "kept"])
def test_characters(text: str, expected: str) -> None:
    assert clean_characters(text) == expected
