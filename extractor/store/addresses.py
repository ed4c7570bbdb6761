"""The frontier as rows: which URL is to be asked, when, and what came of it. In the caller's transaction.

No row says that a URL is being asked just now: a run that is killed leaves all that it had not finished waiting.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlite_utils import Database

from extractor.sources.web.records import Address, AddressKind, Answer, Entry

__all__ = [
    "Closed",
    "add_entries",
    "article_of",
    "close_address",
    "drop_waiting",
    "forget_far_times",
    "forget_listings",
    "has_other_address",
    "has_reason",
    "next_times",
    "note_answer",
    "own_waiting",
    "pause",
    "put_off",
    "queue_address",
    "requeue",
    "rest",
    "resume",
    "set_address_kind",
    "take_addresses",
    "waiting_count",
]

LISTINGS = "('feed', 'list', 'sitemap', 'unknown')"
"""The kinds that come before pages."""
ALL_KINDS = LISTINGS.replace("'sitemap'", "'page', 'sitemap'")
"""Named where all are meant, for SQLite to find times by the index, too."""

Closed = Literal["done", "gone", "refused", "failed"]


def queue_address(db: Database, url: str, kind: AddressKind, source_id: str, at: str) -> None:
    """Have a source's own address asked (again); a time before which the site wants no asking stands."""
    db.conn.execute(
        "INSERT INTO addresses (url, host, kind, source_id, own, found) "
        "VALUES (:url, :host, :kind, :source, 1, :at) "
        "ON CONFLICT (url) DO UPDATE SET state = 'waiting', own = 1, source_id = excluded.source_id, "
        "kind = CASE excluded.kind WHEN 'unknown' THEN kind ELSE excluded.kind END",
        {"url": url, "host": urlsplit(url).netloc, "kind": kind, "source": source_id, "at": at},
    )


def add_entries(db: Database, entries: Iterable[tuple[str, Entry]], kind: AddressKind, source_id: str, at: str) -> int:
    """Add what a listing leads to, and return how many URLs are to be asked for it.

    One that is known is asked again only if the listing tells of a later change than before, or than its last answer;
    a listing below a listing always is, unless the upper one dates its last change. What waits with a source that is
    paused goes over to this one. Each entry comes with its URL in the one form that is the key.
    """
    before: int = db.conn.total_changes
    db.conn.executemany(
        "INSERT INTO addresses (url, host, kind, source_id, found, updated, title, published) "
        "VALUES (:url, :host, :kind, :source, :at, :updated, :title, :published) "
        "ON CONFLICT (url) DO UPDATE SET state = 'waiting', updated = excluded.updated, "
        "source_id = CASE state WHEN 'paused' THEN excluded.source_id ELSE source_id END "
        "WHERE state IN ('done', 'gone') AND (kind = 'page') = (excluded.kind = 'page') "
        "AND (excluded.updated > coalesce(nullif(updated, ''), asked) OR excluded.kind <> 'page' AND "
        "(excluded.updated = '' OR excluded.updated > updated)) "
        "OR state = 'paused' AND NOT own AND source_id <> excluded.source_id",
        [
            {
                "url": url, "host": urlsplit(url).netloc, "kind": kind, "source": source_id, "at": at,
                "updated": entry.updated, "title": entry.title, "published": entry.published,
            }
            for url, entry in entries
        ],
    )  # fmt: skip
    after: int = db.conn.total_changes
    return after - before


def take_addresses(
    db: Database, count: int, at: str, in_hand: Collection[str], per_host: int, only: Collection[str] | None = None
) -> list[Address]:
    """Return at most so many addresses that may be asked now, taking turns between the hosts.

    It is called after each answer, and takes about as long whether a hundred addresses wait or half a million.

    Args:
        db: the database.
        count: at most so many in all.
        at: now.
        in_hand: the URLs that are being asked; they are left out.
        per_host: at most so many of one host, those in hand included.
        only: the ids of the sources that they must come from; None for all.
    """
    busy: dict[str, int] = {}
    for url in in_hand:
        host = urlsplit(url).netloc
        busy[host] = busy.get(host, 0) + 1
    # Those of which least is in hand come first, or a few slow ones would keep all others waiting
    hosts = sorted((busy.get(host, 0), host) for host in _waiting_hosts(db, at, only))
    queues: list[list[Address]] = []
    for held, host in hosts:
        if held >= per_host or len(queues) >= count:
            break
        rows = _ready_rows(db, host, at, only, per_host + held)
        ready = [Address(**row) for row in rows if row["url"] not in in_hand]
        if ready:
            queues.append(ready[: per_host - held])
    turns = [queue[turn] for turn in range(per_host) for queue in queues if turn < len(queue)]
    return turns[:count]


def _waiting_hosts(db: Database, at: str, only: Collection[str] | None) -> list[str]:
    """Return the hosts of which something waits, or of which something may be asked, where sources are named."""
    if only is not None:
        # By way of the sources, not of all that waits: hence the plus
        sql = f"SELECT DISTINCT host FROM addresses WHERE {_ready(only).replace('addresses.', '+', 1)}"
        return [host for (host,) in db.execute(sql, {"at": at, "only": _listed(only)})]
    # From one host to the next by the index; DISTINCT would read every address
    sql = """
        WITH RECURSIVE hosts (host) AS (
            SELECT min(host) FROM addresses WHERE state = 'waiting'
            UNION ALL
            SELECT (SELECT min(host) FROM addresses WHERE state = 'waiting' AND host > hosts.host)
            FROM hosts WHERE hosts.host IS NOT NULL
        )
        SELECT host FROM hosts WHERE host IS NOT NULL"""
    return [host for (host,) in db.execute(sql)]


def _ready_rows(db: Database, host: str, at: str, only: Collection[str] | None, limit: int) -> list[dict[str, Any]]:
    """Return what may be asked of a host: the listings first, then pages, those that were put off at the end."""
    found: list[dict[str, Any]] = []
    for kinds in (LISTINGS, "('page')"):
        found += db.query(
            "SELECT addresses.url, addresses.kind, source_id, tries, etag, last_modified, delay, "
            "addresses.title, published FROM addresses JOIN sources ON sources.id = source_id "
            f"WHERE addresses.host = :host AND addresses.kind IN {kinds} "
            f"AND {_ready(only)} "
            "ORDER BY not_before, found, source_id, addresses.rowid LIMIT :limit",
            {"host": host, "at": at, "only": _listed(only), "limit": limit - len(found)},
        )
    return found


def _ready(only: Collection[str] | None) -> str:
    """Return the condition of what may be asked at ``:at``."""
    from_them = "" if only is None else " AND source_id IN (SELECT value FROM json_each(:only))"
    return f"addresses.state = 'waiting' AND not_before <= :at{from_them}"


def _listed(only: Collection[str] | None) -> str | None:
    return None if only is None else json.dumps(sorted(only))


def next_times(
    db: Database, at: str, in_hand: Collection[str], only: Collection[str] | None = None
) -> tuple[bool, str]:
    """Tell whether any address may be asked now, and when the first of the others may; empty if there is none.

    Those in hand are left out; ``only`` as for `take_addresses`.
    """
    asked = {"at": at, "in_hand": json.dumps(sorted(in_hand)), "only": _listed(only)}
    open_ones = "url NOT IN (SELECT value FROM json_each(:in_hand))"
    now = _ready(only)
    ready = db.execute(f"SELECT EXISTS (SELECT 1 FROM addresses WHERE {now} AND {open_ones})", asked).fetchone()[0]
    later = now.replace("<= :at", "> :at")
    first = db.execute(f"SELECT min(not_before) FROM addresses WHERE {later} AND {open_ones}", asked).fetchone()[0]
    return bool(ready), first or ""


def waiting_count(db: Database) -> int:
    """Return how many addresses are still to be asked."""
    return int(db.execute("SELECT count(*) FROM addresses WHERE state = 'waiting'").fetchone()[0])


def note_answer(db: Database, answer: Answer, run_id: int, page_sha256: str = "") -> None:
    """Note an answer, with the wishes that it was asked under."""
    # Not if its source was removed, and the address with it, since it was asked
    db.conn.execute(
        "INSERT INTO answers (run_id, address, url, at, status, size, page_sha256, robots_id, tdmrep_id) "
        "SELECT ?, addresses.url, ?, ?, ?, ?, ?, ?, ? FROM addresses WHERE addresses.url = ?",
        (
            run_id, answer.url, answer.at, answer.status, len(answer.content), page_sha256,
            answer.robots or None, answer.tdmrep or None, answer.address.url,
        ),
    )  # fmt: skip
    db.conn.execute(
        "UPDATE addresses SET asked = ?, status = ?, tries = 0, not_before = '' WHERE url = ?",
        (answer.at, answer.status, answer.address.url),
    )


def close_address(
    db: Database,
    url: str,
    state: Closed,
    *,
    reason: str = "",
    answer: Answer | None = None,
    page_sha256: str = "",
    article_id: str | None = None,
) -> None:
    """Note that an address needs no more asking, and what is known of it now.

    The validators of an answer are kept, so that the next visit can ask whether anything has changed.
    """
    sets = {"state": state, "reason": reason}
    if answer is not None:
        sets |= {"etag": answer.etag, "last_modified": answer.last_modified}
    if page_sha256:
        sets["page_sha256"] = page_sha256
    if article_id:
        sets["article_id"] = article_id
    columns = ", ".join(f"{name} = :{name}" for name in sets)
    db.conn.execute(f"UPDATE addresses SET {columns} WHERE url = :url", {**sets, "url": url})


def put_off(db: Database, url: str, until: str, reason: str, max_tries: int, before: str) -> bool:
    """Note that an address could not be had and is to be asked again, not before a time; tell if it is given up.

    That is so after so many tries in a row, if it was found and last answered before a time; but never of the own
    address of a source that is followed.
    """
    db.conn.execute(
        "UPDATE addresses SET not_before = ?, tries = tries + 1, reason = ? WHERE url = ?", (until, reason, url)
    )
    cursor = db.conn.execute(
        "UPDATE addresses SET state = 'failed' WHERE url = ? AND tries >= ? AND max(found, asked) <= ? "
        "AND NOT (own AND source_id IN (SELECT id FROM sources WHERE state IN ('followed', 'paused')))",
        (url, max_tries, before),
    )
    return bool(cursor.rowcount)


def rest(db: Database, host: str, until: str, reason: str) -> None:
    """Leave what waits of a whole host alone until a time; no try is counted."""
    db.conn.execute(
        "UPDATE addresses SET not_before = :until, reason = :reason WHERE state = 'waiting' AND host = :host "
        f"AND kind IN {ALL_KINDS} AND not_before < :until",
        {"host": host, "until": until, "reason": reason},
    )


def set_address_kind(db: Database, url: str, kind: AddressKind) -> None:
    """Note what stands at an address."""
    db.conn.execute("UPDATE addresses SET kind = ? WHERE url = ?", (kind, url))


def article_of(db: Database, url: str) -> str:
    """Return the id of the article that was read from an address; empty if there is none."""
    row = db.execute("SELECT article_id FROM addresses WHERE url = ?", [url]).fetchone()
    return (row and row[0]) or ""


def has_reason(db: Database, url: str) -> bool:
    """Tell whether an address is put off, resting, refused or given up."""
    return bool(
        db.execute("SELECT EXISTS (SELECT 1 FROM addresses WHERE url = ? AND reason <> '')", [url]).fetchone()[0]
    )


def has_other_address(db: Database, article_id: str, url: str) -> bool:
    """Tell whether an article was read from another address, too, at which it still stands."""
    sql = (
        "SELECT EXISTS (SELECT 1 FROM addresses WHERE article_id = ? AND url <> ? "
        "AND state IN ('waiting', 'paused', 'done'))"
    )
    return bool(db.execute(sql, [article_id, url]).fetchone()[0])


def own_waiting(db: Database, only: Collection[str]) -> list[dict[str, Any]]:
    """Return the own addresses of some sources that were not had: ``url``, ``not_before`` and ``reason``."""
    sql = (
        "SELECT url, not_before, reason FROM addresses "
        "WHERE source_id IN (SELECT value FROM json_each(?)) AND own AND state = 'waiting' ORDER BY url"
    )
    return list(db.query(sql, [_listed(only)]))


def pause(db: Database, source_id: str) -> None:
    """Have what a source led to wait with it, and be asked no more until it is followed again."""
    db.conn.execute("UPDATE addresses SET state = 'paused' WHERE source_id = ? AND state = 'waiting'", [source_id])


def resume(db: Database, source_id: str) -> None:
    """Have what waited with a source asked again."""
    db.conn.execute("UPDATE addresses SET state = 'waiting' WHERE source_id = ? AND state = 'paused'", [source_id])


def drop_waiting(db: Database, source_id: str) -> None:
    """Forget what a source led to and was never asked."""
    db.conn.execute(
        "DELETE FROM addresses WHERE source_id = ? AND state IN ('waiting', 'paused') AND asked = ''", [source_id]
    )


def forget_listings(db: Database, source_id: str | None = None) -> None:
    """Have the listings of a source, or all, read in full at the next visit, although they have not changed since.

    What they lead to is to be found again: it was not wanted before, or has gone with another source.
    """
    db.conn.execute(
        "UPDATE addresses SET etag = '', last_modified = '', updated = '' WHERE kind <> 'page' "
        "AND (:id IS NULL OR source_id = :id)",
        {"id": source_id},
    )


def forget_far_times(db: Database, horizon: str) -> None:
    """Ask what is not to be asked before a time so far ahead that only a wrong clock can have set it."""
    db.conn.execute("UPDATE addresses SET not_before = '' WHERE state = 'waiting' AND not_before > ?", [horizon])


def requeue(db: Database, states: Sequence[Closed], before: str = "") -> int:
    """Have the pages in some states asked again, those that answered before a time or all; how many comes out.

    Those of sources that are paused or removed are left alone.
    """
    marks = ", ".join("?" * len(states))
    cursor = db.conn.execute(
        f"UPDATE addresses SET state = 'waiting', tries = 0, not_before = '' "
        f"WHERE state IN ({marks}) AND kind IN ('page', 'unknown') AND (? = '' OR asked < ?) "
        "AND source_id NOT IN (SELECT id FROM sources WHERE state IN ('paused', 'removed'))",
        [*states, before, before],
    )
    return int(cursor.rowcount)
