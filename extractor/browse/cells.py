"""One value of a table -> how it is shown: links, numbers with their unit, long words cut short. No database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from datasette.utils import tilde_encode
from markupsafe import Markup, escape

from extractor.browse.cards import read_authors
from extractor.browse.labels import read_extras
from extractor.figures import write_exact, write_figure

__all__ = [
    "is_web_address", "link_article", "link_claim", "link_out", "link_row", "link_subject", "render_value", "shorten",
    "unwrap",
]  # fmt: skip

LONGEST = 100
# Of a sentence whose quote is marked, what is shown on either side of it.
AROUND = 60
# Of the text of an article, what a list of articles shows; the whole of it is on the article's page.
OPENING = 280
_SHORTENED = ("quote", "sentence", "words", "told")
_ADDRESSES = ("url", "location")
_CLAIMS = ("claims", "claims_flat")
_SUBJECTS = ("subject", "subject_id", "subject_name", "model")
# Elsewhere a column of chips may hold several.
_ONE_CHIP = ("claims", "claims_flat", "claims_once")


def render_value(
    value: Any, column: str, row: Mapping[str, Any], table: str | None, database: str, datasette: Any
) -> Markup | None:
    """Return the HTML of a value, or None where Datasette's own is right.

    Args:
        value: what the column holds; of a foreign key, Datasette gives its value and label.
        column: its name.
        row: the whole row; its keys depend on the table or query.
        table: None for the rows of a query.
        database: the name of a database of ours.
        datasette: gives addresses.
    """
    label = value["label"] if isinstance(value, Mapping) else None
    value = unwrap(value)
    if value is None or value == "" or isinstance(value, bytes):
        return None
    article, claim = _read_key(row, "id" if table == "articles" else "article_id"), _read_claim(row, table)
    if article and (column == "article_id" or (table == "articles" and column in ("id", "title"))):
        return _link(link_article(datasette, database, article), str(label if label is not None else value))
    if table == "articles" and column == "text" and article:
        return _open_text(str(value), link_article(datasette, database, article))
    if table == "articles" and column == "authors":
        return escape(", ".join(read_authors(str(value))))
    if column == "title" and article:
        return _link(link_article(datasette, database, article, claim), str(value))
    if claim and (column == "claim_id" or (column == "id" and table in _CLAIMS)):
        return _link(link_claim(datasette, database, claim), str(label if label is not None else value))
    if column == "quote" and article and claim:
        return _link(link_article(datasette, database, article, claim), str(value))
    if subject := _read_subject(row, column, table):
        return _link(link_subject(datasette, database, subject), str(label if label is not None else value))
    if column == "sentence" and isinstance(value, str):
        return _mark_quote(value, row)
    if column in _SHORTENED and isinstance(value, str):
        return shorten(value)
    if column in _ADDRESSES and isinstance(value, str):
        return link_out(value)
    return _render_number(value, column, row)


def unwrap(value: Any) -> Any:
    """Return the value of a foreign key, which Datasette gives together with the label of the row that it names."""
    return value["value"] if isinstance(value, Mapping) and "value" in value else value


def is_web_address(url: str) -> bool:
    """Tell whether a text is an address that a page may link to: ``http`` or ``https``, with a host.

    >>> is_web_address("https://a.example/1"), is_web_address("javascript:alert(1)"), is_web_address("//a.example")
    (True, False, False)
    """
    # Browsers drop tabs and line breaks before they look at the scheme.
    if not url.isprintable() or any(char.isspace() for char in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # such as brackets that hold no IPv6 address
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def link_out(url: str, words: str | None = None) -> Markup:
    """Return a link to a page of the web, or the bare words if the address is none."""
    if not is_web_address(url):
        return shorten(url if words is None else words)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(url, shorten(words or url))


def link_article(datasette: Any, database: str, article: str, claim: str = "") -> str:
    """Return the address of an article's page, at one of its claims if one is named."""
    route = tilde_encode(datasette.get_database(database).route)
    path = str(datasette.urls.path(f"/-/ainews/{route}/article/{tilde_encode(article)}"))
    return f"{path}#claim-{tilde_encode(claim)}" if claim else path


def link_claim(datasette: Any, database: str, claim: str) -> str:
    """Return the address of a claim's page."""
    route = tilde_encode(datasette.get_database(database).route)
    return str(datasette.urls.path(f"/-/ainews/{route}/claim/{tilde_encode(claim)}"))


def link_subject(datasette: Any, database: str, key: str) -> str:
    """Return the address of the page of an entity, by its id, or of a chip or technique, by its name."""
    route = tilde_encode(datasette.get_database(database).route)
    return str(datasette.urls.path(f"/-/ainews/{route}/subject/{tilde_encode(key)}"))


def link_row(datasette: Any, database: str, table: str, key: str) -> str:
    """Return the address of a row."""
    return f"{datasette.urls.table(database, table)}/{tilde_encode(key)}"


def shorten(words: str) -> Markup:
    """Return words in HTML; long ones are cut, and whole in the tip that a pointer brings up."""
    if len(words) <= LONGEST:
        return escape(words)
    return Markup('<span title="{}">{} …</span>').format(words, _cut(words, LONGEST))


def _cut(words: str, longest: int) -> str:
    return (words[:longest].rsplit(" ", 1)[0] if " " in words[:longest] else words[:longest]).rstrip()


def _mark_quote(sentence: str, row: Mapping[str, Any]) -> Markup:
    """Return a sentence with the claim's quote marked, and of a long one the words around it."""
    quote = _read_key(row, "quote")
    start, begins = (row[key] if key in row.keys() else None for key in ("start", "sentence_start"))  # noqa: SIM118
    at = start - begins if isinstance(start, int) and isinstance(begins, int) else -1
    if not quote or at < 0 or sentence[at : at + len(quote)] != quote:
        at = sentence.find(quote) if quote else -1
    if at < 0:
        return shorten(sentence)
    end = at + len(quote)
    first = at - AROUND if at > AROUND + 10 else 0
    last = end + AROUND if end + AROUND + 10 < len(sentence) else len(sentence)
    return Markup('<span title="{}">{}{}<mark class="ainews-told">{}</mark>{}{}</span>').format(
        sentence, "… " if first else "", sentence[first:at], quote, sentence[end:last],
        " …" if last < len(sentence) else "",
    )  # fmt: skip


def _open_text(text: str, address: str) -> Markup:
    if len(text) <= OPENING:
        return escape(text)
    return Markup('{} … <a href="{}">Read on</a>').format(_cut(text, OPENING), address)


def _link(address: str, words: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, shorten(words))


def _render_number(value: Any, column: str, row: Mapping[str, Any]) -> Markup | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    extras = read_extras()
    unit = extras["units"].get(column, "")
    if not unit and column in extras["with_unit"] and "unit" in row.keys():  # noqa: SIM118 - a row of sqlite3 has no `in`
        unit = unwrap(row["unit"]) or ""
    if not isinstance(unit, str) or not unit:
        return None
    figure, exact = write_figure(value, unit), write_exact(value)
    if figure.startswith(exact):
        return Markup('<span class="ainews-figure">{}</span>').format(figure)
    return Markup('<span class="ainews-figure">{}</span> <small class="ainews-exact">{}</small>').format(figure, exact)


def _read_key(row: Mapping[str, Any], column: str) -> str:
    """Return the key that a column of the row holds; empty if there is none, as under a query's own use of the name."""
    value = unwrap(row[column]) if column in row.keys() else ""  # noqa: SIM118
    return value if isinstance(value, str) else ""


def _read_subject(row: Mapping[str, Any], column: str, table: str | None) -> str:
    """Return what the page of a subject is asked for by, where a column names one."""
    if table == "entities":
        return _read_key(row, "id") if column in ("id", "name") else ""
    if column in _SUBJECTS:
        return _read_key(row, "subject_id")
    if column == "chip" and table in _ONE_CHIP:
        return _read_key(row, "chip")
    return ""


def _read_claim(row: Mapping[str, Any], table: str | None) -> str:
    return _read_key(row, "claim_id") or (_read_key(row, "id") if table in _CLAIMS else "")
