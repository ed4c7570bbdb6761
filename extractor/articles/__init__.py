"""Page -> Article. No network, no database."""

from __future__ import annotations

import json
import re
from typing import Any

from extractor.encodings import clean_characters, decode_content
from extractor.errors import SourceError
from extractor.records import Article, Page

__all__ = ["article_row", "read_article"]


def read_article(page: Page) -> Article:
    """Return the article that a page holds.

    Its text is made of paragraphs parted by a blank line; headings, list items and rows of tables are paragraphs of
    their own. The characters are those of the page, no-break blanks included.

    Raises:
        SourceError: if the page is in no encoding, is broken beyond reading, or holds no text of an article.
    """
    try:
        return READERS[page.media_type](page)
    except KeyError as error:
        raise SourceError(
            "A page of this kind is not read", where=page.url, expected=", ".join(READERS), found=page.media_type
        ) from error
    except SourceError as error:
        # the readers know what is wrong, but not where
        raise SourceError(
            error.what, where=error.where or page.url, expected=error.expected, found=error.found, fix=error.fix
        ) from error


def article_row(article: Article, path: str) -> dict[str, Any]:
    """Return what the command ``read`` prints of an article, keys in the order of its contract.

    Args:
        article: the article.
        path: the file that it was read from, as the user named it.
    """
    return {
        "path": path,
        "url": article.url,
        "title": article.title,
        "site": article.site,
        "authors": list(article.authors),
        "published": article.published,
        "language": article.language,
        "text": article.text,
    }


def _read_html(page: Page) -> Article:
    # trafilatura takes half a second to import, and plain text does not need it
    from extractor.articles.bodies import read_paragraphs
    from extractor.articles.heads import read_head
    from extractor.articles.trees import parse_html

    text = decode_content(page.content, page.charset, markup=True)
    # what is text now is in no encoding any more, and parsers stumble over a word that says otherwise
    text = re.sub(r"<\?xml\b[^>]{0,500}>", "", text)
    if "<" not in text:
        return _read_plain(page)
    root = parse_html(text)
    head = read_head(root, page.url)
    # the tree is used up here: the head must be read first
    paragraphs = read_paragraphs(root, head.headlines, [*head.authors, head.site])
    return Article(
        url=_clean_line(head.url),
        text=_join_text(paragraphs),
        title=_clean_line(head.title),
        site=_clean_line(head.site),
        authors=tuple(_clean_line(author) for author in head.authors),
        published=head.published,
        language=head.language,
        page_sha256=page.sha256,
        canonical=_clean_line(head.canonical),
    )


def _read_plain(page: Page) -> Article:
    from extractor.articles.canonicals import choose_url, find_original
    from extractor.articles.plain_texts import read_plain_text

    markdown = page.media_type == "text/markdown"
    parts = read_plain_text(decode_content(page.content, page.charset), markdown=markdown)
    language = parts.matter.get("language") or parts.matter.get("lang", "")
    named = [_web_address(parts.matter.get(key, "")) for key in ("canonical_url", "url")]
    return Article(
        url=choose_url(named, page.url) or page.url,
        text=_join_text(parts.paragraphs),
        title=parts.title,
        site=parts.matter.get("site", ""),
        authors=tuple(parts.authors),
        published=parts.published,
        language=language.lower().replace("_", "-"),
        page_sha256=page.sha256,
        canonical=find_original(named, page.url),
    )


def _read_record(page: Page) -> Article:
    from extractor.dates import read_date

    try:
        record = json.loads(page.content)
    except (ValueError, RecursionError) as error:
        raise SourceError("The record is broken JSON", expected="one JSON object", found=str(error)) from error
    if not isinstance(record, dict):
        raise SourceError("The record is no JSON object", expected="a JSON object", found=type(record).__name__)
    authors = record.get("authors") or record.get("author") or []
    if isinstance(authors, str):
        authors = [authors]
    if not isinstance(authors, list) or not all(isinstance(author, str) for author in authors):
        raise SourceError("A key of the record is wrong", where=f"{page.url}, key authors", expected="a list of names")
    address = _text_of(record, "url", page) or _text_of(record, "id", page)
    return Article(
        url=_web_address(address) or page.url,
        text=_join_text(_text_of(record, "text", page).split("\n\n")),
        title=_clean_line(_text_of(record, "title", page)),
        site=_clean_line(_text_of(record, "site", page)),
        authors=tuple(name for author in authors if (name := _clean_line(author))),
        published=read_date(_text_of(record, "published", page)),
        language=_clean_line(_text_of(record, "language", page)).lower().replace("_", "-"),
        page_sha256=page.sha256,
    )


READERS = {
    "text/html": _read_html,
    "text/plain": _read_plain,
    "text/markdown": _read_plain,
    "application/json": _read_record,
}


def _text_of(record: dict[str, Any], key: str, page: Page) -> str:
    value = record.get(key)
    if value is None:
        return ""
    # an id or a year may well be a number
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        where = f"{page.url}, key {key}"
        raise SourceError("A key of the record is wrong", where=where, expected="text", found=type(value).__name__)
    return str(value)


def _join_text(paragraphs: list[str]) -> str:
    """One text of all paragraphs.

    Raises:
        SourceError: if there are no words in it.
    """
    text = "\n\n".join(paragraphs)
    text = "\n".join(line.rstrip(" \t") for line in clean_characters(text).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", text).strip(" \t\n")
    if not re.search(r"\w", text):
        raise SourceError(
            "The page holds no article text",
            expected="paragraphs of an article",
            found="none" if not text else "no words",
            fix="Open it in a browser: it may need a script, a login or a consent to show its text",
        )
    return text


def _clean_line(text: str) -> str:
    return re.sub(r"[ \t\n]+", " ", clean_characters(text)).strip()


def _web_address(raw: str) -> str:
    address = clean_characters(raw).strip()
    return address if re.fullmatch(r"https?://[^\s/][^\s]*", address, re.I) else ""
