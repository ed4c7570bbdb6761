"""The stylesheet: small, its words read well on what they stand on, in both schemes; and what comes first."""

from __future__ import annotations

import asyncio
import colorsys
import re
from collections.abc import Iterator
from importlib.resources import files
from urllib.parse import urlencode

import pytest

from extractor.browse.cards import HUES
from tests.browsing import Site, make_articles, one, save

CSS = (files("extractor.browse") / "static" / "browse.css").read_text(encoding="utf-8")


def luminance(red: float, green: float, blue: float) -> float:
    """Source: the definition of relative luminance in WCAG 2."""
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(first: float, second: float) -> float:
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def of_hex(colour: str) -> float:
    digits = colour.strip().lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    return luminance(*(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)))


def read_scheme(scheme: str) -> dict[str, str]:
    """Return the values of the stylesheet's variables, those of the dark scheme over those of the light one."""
    blocks = re.findall(r"^( *):root \{(.*?)\}", CSS, re.DOTALL | re.MULTILINE)
    assert [bool(indent) for indent, _ in blocks] == [False, True]
    told = blocks[0][1] + (blocks[1][1] if scheme == "dark" else "")
    return dict(re.findall(r"--ainews-([\w-]+): ([^;]+);", told))


def test_contrast_is_that_of_the_definition() -> None:
    assert contrast(of_hex("#000"), of_hex("#ffffff")) == pytest.approx(21)
    assert contrast(of_hex("#777"), of_hex("#fff")) == pytest.approx(4.48, abs=0.005)


WORDS = [
    (ink, paper) for ink in ("ink", "dim", "link", "visited") for paper in ("paper", "raised")
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), WORDS, ids=[f"{ink} on {paper}" for ink, paper in WORDS])
def test_words_can_be_read(scheme: str, ink: str, paper: str) -> None:
    names = read_scheme(scheme)
    assert contrast(of_hex(names[ink]), of_hex(names[paper])) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("hue", range(HUES))
def test_words_can_be_read_on_every_colour(scheme: str, hue: int) -> None:
    names = read_scheme(scheme)
    degrees = {int(n): float(told) for n, told in re.findall(r"\.ainews-hue-(\d+) \{ --ainews-hue: (\d+) \}", CSS)}
    assert set(degrees) == set(range(HUES))
    saturation, lightness = (float(names[key].rstrip("%")) / 100 for key in ("mark-s", "mark-l"))
    ground = luminance(*colorsys.hls_to_rgb(degrees[hue] / 360, lightness, saturation))
    assert contrast(of_hex(names["ink"]), ground) >= 4.5
    # The line below a mark tells its kind, too: what is no word needs 3 to 1.
    saturation, lightness = (float(names[key].rstrip("%")) / 100 for key in ("edge-s", "edge-l"))
    edge = luminance(*colorsys.hls_to_rgb(degrees[hue] / 360, lightness, saturation))
    assert contrast(edge, of_hex(names["paper"])) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        # Words on a button; those of the bar are white at nine tenths, on Datasette's own blue.
        ("#fff", "press", 4.5), ("#e5e9ed", "bar", 4.5),
        # What tells where a field is and where the keyboard stands is no word.
        ("edge", "paper", 3), ("edge", "raised", 3), ("link", "raised", 3), ("#fff", "bar", 3),
    ],
)  # fmt: skip
def test_buttons_and_borders_can_be_seen(scheme: str, ink: str, paper: str, least: float) -> None:
    names = read_scheme(scheme)
    assert contrast(of_hex(names.get(ink, ink)), of_hex(names[paper])) >= least


def test_colours_are_variables() -> None:
    """A colour that is written where it is used is right in one scheme only; a few are always the same."""
    alone = {"#fff", "#000", "#1c1c1c"}
    rules = re.sub(r"/\*.*?\*/|:root \{.*?\}", "", CSS, flags=re.DOTALL)
    # An id is no colour: it begins a selector or follows another.
    assert set(re.findall(r": [^;{}]*?(#[0-9a-f]{3,8})\b", rules)) <= alone
    for selector, colour in re.findall(r"([^{}]+)\{[^{}]*?(?<!-)color: (#[0-9a-f]+)", rules):
        assert any(word in selector for word in ("cm-editor", "submit", "body", "focus-visible")), (selector, colour)


def test_focus_is_never_taken_away() -> None:
    assert not re.search(r"outline(-width|-style)?: *(none|0)\b", CSS)
    assert ":focus-visible" in CSS


def test_stylesheet_is_small() -> None:
    assert len(CSS.encode()) < 40_000


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(runner, save(tmp_path_factory.mktemp("hand") / "hand.db", make_articles()))


def test_what_a_reader_looks_for_comes_first(site: Site) -> None:
    shown = [link.get_text() for link in site.page("/hand").select(".db-table h3 a")]
    assert shown[:2] == ["articles", "claims"]
    machinery = {"addresses", "answers", "bands", "pages", "positions", "sketches", "wishes", "_sqlite_migrations"}
    assert not machinery & set(shown)
    every = {link.get_text() for link in site.page("/hand?_show_hidden=1").select(".db-table h3 a")}
    assert machinery <= every


def test_hidden_tables_are_led_to_and_answer(site: Site) -> None:
    for name in ("addresses", "sketches", "pages"):
        assert site.page(f"/hand/{name}").select("h1")


@pytest.mark.parametrize("path", ["/hand", "/hand/claims_flat", "/hand/latest_claims", "/hand?sql=select+1"])
def test_every_page_fits_a_phone_and_has_the_stylesheet_last(site: Site, path: str) -> None:
    """A page is as wide as the screen, and our rules stand behind Datasette's, so that they win."""
    page = site.page(path)
    assert "width=device-width" in str(page.select_one("meta[name=viewport]"))
    sheets = [str(link["href"]) for link in page.select("link[rel=stylesheet]") if "codemirror" not in str(link)]
    assert "browse.css" in sheets[-1]


# Sentences in tables

SENTENCES = [
    ("It took 512 chips, not 512 chips.", "512 chips", 23, 0, "It took 512 chips, not [512 chips]."),
    ("It took 512 chips.", "512 chips", 99, 0, "It took [512 chips]."),
    ("It took 512 chips.", "600 chips", 8, 0, "It took 512 chips."),
    ("x" * 200 + " 512 " + "y" * 200, "512", 201, 0, "… " + "x" * 59 + " [512] " + "y" * 59 + " …"),
    ("<b>512</b> chips", "512", 3, 0, "<b>[512]</b> chips"),
]


@pytest.mark.parametrize(("sentence", "quote", "start", "begins", "shown"), SENTENCES)
def test_sentence_of_a_table_marks_the_quote(
    site: Site, sentence: str, quote: str, start: int, begins: int, shown: str
) -> None:
    """At the claim's own offsets where the row has them: the same words may stand twice."""
    sql = "select :s as sentence, :q as quote, cast(:a as integer) as start, cast(:b as integer) as sentence_start"
    asked = urlencode({"sql": sql, "s": sentence, "q": quote, "a": start, "b": begins})
    cell = one(site.page(f"/hand?{asked}"), "td.col-sentence")
    for mark in cell.select("mark"):
        mark.replace_with(f"[{mark.get_text()}]")
    assert cell.get_text().strip() == shown


@pytest.mark.parametrize(
    ("columns", "marks"),
    [
        ("'a b' as sentence, 'b' as quote", ["b"]),
        ("'a b' as sentence", []),
        ("'a' as sentence, null as quote, 'x' as start, 2 as sentence_start", []),
        ("'a' as sentence, '' as quote, 0 as start, 0 as sentence_start", []),
    ],
)
def test_sentence_without_offsets_or_quote(site: Site, columns: str, marks: list[str]) -> None:
    cell = one(site.page(f"/hand?{urlencode({'sql': 'select ' + columns})}"), "td.col-sentence")
    assert [mark.get_text() for mark in cell.select("mark")] == marks


def test_every_claim_marks_its_quote(site: Site) -> None:
    page = site.page("/hand/claims_flat")
    quotes = [row["quote"] for row in site.rows("/hand/claims_flat.json")]
    assert [mark.get_text() for mark in page.select("td.col-sentence mark")] == quotes
