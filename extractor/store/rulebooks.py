"""The rulebooks that articles were read by, and the articles that a change of the rules does not concern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlite_utils import Database

from extractor.rules import rules_hash
from extractor.rules.books import find_changes, load_rulebook, parse_rulebook

__all__ = ["find_unconcerned", "keep_rulebook", "mark_read"]


def keep_rulebook(db: Database, rules: str) -> None:
    """Keep what the rules of a run are, once for each state of them. Of rules that are not ours, nothing is known."""
    if rules == rules_hash():
        row = [rules, load_rulebook().to_json()]
        db.conn.execute("INSERT INTO rulebooks (rules, book) VALUES (?, ?) ON CONFLICT DO NOTHING", row)


def find_unconcerned(db: Database, rules: str) -> Iterator[str]:
    """Yield the ids of the stale articles in which the change of the rules changes nothing; they may be written to.

    Those are the articles of which no line can hold what a changed rule asks for, as it was or as it is. Articles that
    were read by rules of which nothing is known are not among them.
    """
    if rules != rules_hash():
        return
    # Takes spaCy in, which those who only look into a database do without
    from extractor.pipeline.sieves import make_sieve

    known = "SELECT rules, book FROM rulebooks WHERE rules <> ? AND rules IN (SELECT rules FROM articles)"
    for former, book in db.execute(known, [rules]).fetchall():
        changes = find_changes(parse_rulebook(book), load_rulebook())
        if changes is None:
            continue
        may_match = make_sieve(changes)
        for (article_id,) in db.execute("SELECT id FROM articles WHERE rules = ? ORDER BY id", [former]).fetchall():
            texts = db.execute("SELECT title, text FROM articles WHERE id = ?", [article_id]).fetchone()
            if texts is not None and not may_match(*texts):
                yield article_id


def mark_read(db: Database, article_ids: Iterable[str], rules: str) -> None:
    """Note that reading these articles by the rules named would give the claims that they have."""
    db.conn.executemany("UPDATE articles SET rules = ? WHERE id = ?", [(rules, one) for one in article_ids])
