"""What makes a published file one: its application id, its notice, and its promise on how much it quotes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from extractor.store.migrations import PUBLISHED_ID
from extractor.store.passages import count_allowed
from extractor.store.problems import Problem, find_problems

__all__ = [
    "Notice", "Published", "find_all_problems", "find_differences", "is_publication", "is_published",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """What the publisher of the data says of it; Datasette shows it.

    Attributes:
        title: what the data are called; empty for the title of every database of ours.
        about: a sentence or two on them.
        licence: of the data, such as ``CC BY 4.0``; the articles' words are their publishers'.
        licence_url: where that licence stands.
        contact: whom to ask, a URL or a mail address.
    """

    title: str = ""
    about: str = ""
    licence: str = ""
    licence_url: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What a published file holds, and what was left out of it; the columns of the table ``publication``.

    Attributes:
        articles, claims, evidence: how many rows there are.
        contexts_cut: claims without the clause around quote and evidence.
        evidence_left_out: rows of evidence that are not in the file.
        quotes_cut: claims whose quote was cut down to the words of the value.
        quotes_withheld: claims whose words are not in the file at all.
        values_rewritten: claims whose value as written is not in the passages, and is written by us.
        addresses_withheld: articles without an address on the web.
    """

    articles: int = 0
    claims: int = 0
    evidence: int = 0
    contexts_cut: int = 0
    evidence_left_out: int = 0
    quotes_cut: int = 0
    quotes_withheld: int = 0
    values_rewritten: int = 0
    addresses_withheld: int = 0


def is_publication(db: Database) -> bool:
    """Tell whether an open database is a published file."""
    return bool(db.execute("PRAGMA application_id").fetchone()[0] == PUBLISHED_ID)


def is_published(path: str | Path) -> bool:
    """Tell whether a file is a published one of ours; False for whatever cannot be read as a database."""
    try:
        with Path(path).open("rb") as file:
            header = file.read(72)
    except OSError:
        return False
    # The header of an SQLite file: 16 bytes of magic; at byte 68 the application id, most significant byte first
    return header[:16] == b"SQLite format 3\0" and header[68:72] == PUBLISHED_ID.to_bytes(4, "big")


def find_all_problems(db: Database, *, read_only: bool) -> list[Problem]:
    """Return what is off in a database of ours, and if it is a published file, in what it says of itself."""
    published = is_publication(db)
    problems = list(find_problems(db, read_only=read_only, raw_pages=not published))
    return [*problems, *_publication_problems(db)] if published else problems


def _publication_problems(db: Database) -> Iterator[Problem]:
    """Yield each article of which a published file holds more than the share that it promises, or another part."""
    sql = (
        "SELECT source_texts.article_id, source_texts.published, source_texts.length, publication.share, "
        'coalesce(sum(passages."end" - passages.start), 0) AS held, coalesce(max(passages.source_end), 0) AS last, '
        'coalesce(max(passages."end"), 0) AS reach, length(articles.text) AS kept '
        "FROM source_texts JOIN publication JOIN articles ON articles.id = source_texts.article_id "
        "LEFT JOIN passages ON passages.article_id = source_texts.article_id GROUP BY source_texts.article_id"
    )
    for row in db.query(sql):
        if row["published"] != row["held"] or row["last"] > row["length"] or row["reach"] > row["kept"]:
            yield Problem("source_texts", row["article_id"], "its passages are not what it tells of them")
        elif row["published"] > count_allowed(row["length"], row["share"]):
            told = f"{row['published']} of {row['length']} code points are published"
            yield Problem("source_texts", row["article_id"], f"{told}, more than its share of {row['share']:g}")
    sql = "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM source_texts) ORDER BY id"
    for (article_id,) in db.execute(sql).fetchall():
        yield Problem("articles", article_id, "nothing tells of its whole text")


def find_differences(public: Database, whole: Database, held: Counter[str]) -> Iterator[Problem]:
    """Yield what a published file says otherwise than the articles themselves; every published span is compared.

    Args:
        public: the published file.
        whole: a database of ours with articles in full.
        held: is counted up: articles that were compared (``compared``), that ``whole`` has in another version only
            (``other``), and that it lacks (``missing``).
    """
    sql = (
        "SELECT articles.id, title, text, sha256, length FROM articles JOIN source_texts ON article_id = id ORDER BY id"
    )
    for article in public.query(sql):
        text = _find_text(whole, article, held)
        if text is None:
            continue
        if len(text) != article["length"]:
            yield Problem(
                "source_texts", article["id"], f"the whole text has {len(text)} code points, not {article['length']}"
            )
        sql = 'SELECT start, "end", source_start, source_end FROM passages WHERE article_id = ? ORDER BY start'
        for start, end, source_start, source_end in public.execute(sql, [article["id"]]).fetchall():
            published, found = article["text"][start:end], text[source_start:source_end]
            if published != found:
                place = f"[{source_start}, {source_end})"
                yield Problem(
                    "passages", article["id"], f"{published!r} is published, but the article says {found!r} at {place}"
                )
        sql = 'SELECT claim_id, quote, start, "end" FROM claims_in_source WHERE article_id = ? AND part = ? ORDER BY 1'
        for claim_id, quote, start, end in public.execute(sql, [article["id"], "text"]).fetchall():
            if text[start:end] != quote:
                found = text[start:end]
                yield Problem(
                    "claims", claim_id, f"its quote is {quote!r}, but the article says {found!r} at [{start}, {end})"
                )


def _find_text(whole: Database, article: Mapping[str, Any], held: Counter[str]) -> str | None:
    """Return the text of an article, of whichever version has the hash that was published."""
    sql = "SELECT text FROM articles WHERE id = :id UNION ALL SELECT text FROM versions WHERE article_id = :id"
    texts = [row[0] for row in whole.execute(sql, {"id": article["id"]}).fetchall()]
    for text in texts:
        if hashlib.sha256(text.encode()).hexdigest() == article["sha256"]:
            held["compared"] += 1
            return str(text)
    held["other" if texts else "missing"] += 1
    return None
