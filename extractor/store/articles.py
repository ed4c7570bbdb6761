"""Article + claims -> rows, in the caller's transaction; and the way back, for articles to be read again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, Protocol

from sqlite_utils import Database

from extractor.records import JSON_KEYS, Article, Claim, Page
from extractor.store.connections import RefusedRecord
from extractor.store.copies import place_article

__all__ = [
    "CLAIM_COLUMNS",
    "EntityRecord",
    "INSERT_CLAIM",
    "Outcome",
    "article_of_page",
    "has_page",
    "page_url_of",
    "read_articles",
    "read_claims",
    "save_article",
    "save_claims",
    "set_gone",
    "stale_ids",
]

Outcome = Literal["new", "changed", "reread", "same"]

CLAIM_COLUMNS = (*(key for key in JSON_KEYS if key != "evidence"), "run_id")
INSERT_CLAIM = "INSERT INTO claims ({}) VALUES ({})".format(
    ", ".join(f'"{column}"' for column in CLAIM_COLUMNS), ", ".join("?" * len(CLAIM_COLUMNS))
)


class EntityRecord(Protocol):
    """What the store wants of an entity; `extractor.reconcile.Entity` is one."""

    @property
    def id(self) -> str:
        """Its stable name."""

    @property
    def kind(self) -> str:
        """What it is, such as ``model``."""

    @property
    def name(self) -> str:
        """Its canonical name."""


def has_page(db: Database, sha256: str, rules: str) -> bool:
    """Tell whether reading a page would change nothing: it is an article's under these rules, or a former version's."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM articles WHERE page_sha256 = :page AND rules = :rules) "
        "OR EXISTS (SELECT 1 FROM versions WHERE page_sha256 = :page)"
    )
    return bool(db.execute(sql, {"page": sha256, "rules": rules}).fetchone()[0])


def page_url_of(db: Database, url: str) -> str:
    """Return the URL of the page that an article was read from; empty if there is no such article."""
    sql = "SELECT pages.url FROM articles JOIN pages ON sha256 = page_sha256 WHERE articles.url = ?"
    row = db.execute(sql, [url]).fetchone()
    return row[0] if row else ""


def article_of_page(db: Database, sha256: str) -> str | None:
    """Return the id of the article that was read from a page; None if there is none."""
    row = db.execute("SELECT id FROM articles WHERE page_sha256 = ? ORDER BY rowid LIMIT 1", [sha256]).fetchone()
    return row[0] if row else None


def set_gone(db: Database, article_id: str, at: str) -> None:
    """Mark an article as gone from its site since a time, or as there again; the first time stands."""
    db.conn.execute(
        "UPDATE articles SET gone = CASE WHEN :at = '' OR gone = '' THEN :at ELSE gone END WHERE id = :id",
        {"at": at, "id": article_id},
    )


def save_article(
    db: Database,
    page: Page,
    article: Article,
    claims: Sequence[Claim],
    *,
    entities: Iterable[EntityRecord],
    source_id: str,
    rules: str,
    run_id: int,
    at: str,
) -> Outcome:
    """Store what was read from a page, and say what that changed; see `Store.save_article`."""
    former = _row(db, "SELECT * FROM articles WHERE url = ?", [article.url])
    if former is None:
        _save_page(db, page)
        _write_article(db, article, page.sha256, 1, rules=rules, run_id=run_id, at=at, source_id=source_id)
        _write_claims(db, article, claims, entities, run_id)
        place_article(db, article.id)
        return "new"
    content = (article.title, article.text, article.published)
    if _is_former_version(db, article.id, page.sha256, content):
        return "same"
    as_stored = content == (former["title"], former["text"], former["published"])
    names_as_before = article.canonical == former["canonical"]
    if as_stored and names_as_before and rules == former["rules"]:
        return "same"
    # The same bytes read by a better reader are no new version: the page has not changed.
    is_other_page = not as_stored and page.sha256 != former["page_sha256"]
    changed = is_other_page and not _replaces_twin(db, page, article, former)
    if is_other_page:
        _save_page(db, page)
    if changed:
        _keep_version(db, former, at)
    db.conn.execute("DELETE FROM claims WHERE article_id = ?", [article.id])
    sha256 = page.sha256 if is_other_page else former["page_sha256"]
    _write_article(db, article, sha256, former["version"] + changed, rules=rules, run_id=run_id, at=at)
    _write_claims(db, article, claims, entities, run_id)
    place_article(db, article.id, moved=not names_as_before)
    return "changed" if changed else "reread"


def save_claims(
    db: Database,
    article: Article,
    claims: Sequence[Claim],
    *,
    entities: Iterable[EntityRecord],
    rules: str,
    run_id: int,
    at: str,
) -> None:
    """Put new claims in the place of those of a stored article, whose text stays."""
    db.conn.execute("DELETE FROM claims WHERE article_id = ?", [article.id])
    db.conn.execute(
        "UPDATE articles SET rules = ?, run_id = ?, read_at = ? WHERE id = ?", [rules, run_id, at, article.id]
    )
    _write_claims(db, article, claims, entities, run_id)


def stale_ids(db: Database, rules: str) -> list[str]:
    """Return the ids of the articles that other rules than these have read, in order."""
    return [row[0] for row in db.execute("SELECT id FROM articles WHERE rules <> ? ORDER BY id", [rules])]


def read_articles(db: Database, rules: str) -> Iterator[Article]:
    """Yield the articles that other rules than these have read, in the order of their ids.

    Each is looked up when its turn comes, so that they may be written to on the way.
    """
    for article_id in stale_ids(db, rules):
        row = _row(db, "SELECT * FROM articles WHERE id = ?", [article_id])
        if row is not None:
            yield Article(
                url=row["url"],
                text=row["text"],
                title=row["title"],
                site=row["site"],
                authors=tuple(json.loads(row["authors"])),
                published=row["published"],
                language=row["language"],
                page_sha256=row["page_sha256"],
                canonical=row["canonical"],
            )


def read_claims(db: Database, article_id: str) -> list[dict[str, Any]]:
    """Read the claims of an article as the records of ``annotate``, evidence included, in the order of the text."""
    columns = ", ".join(f'"{key}"' for key in JSON_KEYS if key != "evidence")
    sql = f'SELECT {columns} FROM claims WHERE article_id = ? ORDER BY part DESC, start, "end", id'
    claims = []
    for row in db.query(sql, [article_id]):
        sql = 'SELECT role, part, start, "end" FROM evidence WHERE claim_id = ? ORDER BY part DESC, start, role'
        evidence = db.query(sql, [row["id"]])
        claims.append({**row, "subject_id": row["subject_id"] or "", "evidence": list(evidence)})
    return claims


def _row(db: Database, sql: str, values: Sequence[Any]) -> dict[str, Any] | None:
    return next(iter(db.query(sql, values)), None)


def _is_former_version(db: Database, article_id: str, sha256: str, content: tuple[str, str, str]) -> bool:
    """Tell whether an article said this once.

    Two pages of one article in a source take turns otherwise, and each run would add two versions. The price: an
    article that goes back to its very words of before stays at its newest version.
    """
    sql = (
        "SELECT EXISTS (SELECT 1 FROM versions WHERE article_id = ? "
        "AND (page_sha256 = ? OR (title, text, published) = (?, ?, ?)))"
    )
    return bool(db.execute(sql, [article_id, sha256, *content]).fetchone()[0])


def _replaces_twin(db: Database, page: Page, article: Article, former: dict[str, Any]) -> bool:
    """Tell whether an article that was read from an AMP or print page now comes from its own address."""
    if page.url != article.url:
        return False
    row = db.execute("SELECT url FROM pages WHERE sha256 = ?", [former["page_sha256"]]).fetchone()
    return row is not None and row[0] != article.url and row[0].startswith(("http:", "https:"))


def _save_page(db: Database, page: Page) -> None:
    db.conn.execute(
        "INSERT INTO pages (sha256, url, media_type, charset, fetched, size, content) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        (
            page.sha256, page.url, page.media_type, page.charset, page.fetched, len(page.content),
            zlib.compress(page.content),
        ),
    )  # fmt: skip


def _keep_version(db: Database, former: dict[str, Any], at: str) -> None:
    claims = json.dumps(read_claims(db, former["id"]), ensure_ascii=False)
    db.conn.execute(
        "INSERT INTO versions (article_id, version, page_sha256, title, text, published, claims, replaced_at) "
        "VALUES (:id, :version, :page_sha256, :title, :text, :published, :claims, :at)",
        {**former, "claims": claims, "at": at},
    )


def _write_article(
    db: Database,
    article: Article,
    sha256: str,
    version: int,
    *,
    rules: str,
    run_id: int,
    at: str,
    source_id: str | None = None,
) -> None:
    """Insert an article, or update it where no source is given: it keeps the source that it first came from."""
    row = {
        "title": article.title,
        "site": article.site,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "published": article.published,
        "language": article.language,
        "canonical": article.canonical,
        "text": article.text,
        "page_sha256": sha256,
        "version": version,
        "rules": rules,
        "read_at": at,
        "run_id": run_id,
    }
    if source_id is None:
        sets = ", ".join(f"{column} = :{column}" for column in row)
        db.conn.execute(f"UPDATE articles SET {sets} WHERE id = :id", {**row, "id": article.id})
        return
    row |= {"id": article.id, "url": article.url, "source_id": source_id}
    names, places = ", ".join(row), ", ".join(f":{column}" for column in row)
    db.conn.execute(f"INSERT INTO articles ({names}) VALUES ({places})", row)


def _write_claims(
    db: Database, article: Article, claims: Sequence[Claim], entities: Iterable[EntityRecord], run_id: int
) -> None:
    db.conn.executemany(
        "INSERT INTO entities (id, kind, name) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE "
        "SET kind = excluded.kind, name = excluded.name WHERE (kind, name) <> (excluded.kind, excluded.name)",
        [(entity.id, entity.kind, entity.name) for entity in entities],
    )
    for claim in claims:
        if claim.article_id != article.id:
            raise RefusedRecord(
                "A claim is of another article", where=f"claim {claim.id}", expected=article.id, found=claim.article_id
            )
    db.conn.executemany(INSERT_CLAIM, [_claim_row(claim, run_id) for claim in claims])
    db.conn.executemany(
        'INSERT INTO evidence (claim_id, role, part, start, "end", words) VALUES (?, ?, ?, ?, ?, ?)',
        [
            (claim.id, slot.role, slot.part, slot.start, slot.end, getattr(article, slot.part)[slot.start : slot.end])
            for claim in claims
            # Two slots of one role on the same words say no more than one.
            for slot in dict.fromkeys(claim.evidence)
        ],
    )


def _claim_row(claim: Claim, run_id: int) -> tuple[Any, ...]:
    row = {column: getattr(claim, column) for column in CLAIM_COLUMNS if column != "run_id"}
    if not isinstance(claim.value, str):
        row["value"] = float(claim.value)
    row["subject_id"] = claim.subject_id or None
    return (*row.values(), run_id)
