"""The part of the store that the web fills: when a source is due, what is asked next, what a failure leaves behind."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractor.errors import StoreError
from extractor.records import Failure
from extractor.sources.web.records import Address, Answer, Entry, Listing, Wish
from extractor.store import Source, Store, open_store
from extractor.store.locks import hold_lock

NOW = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
FEED = "https://news.example/feed"


def at(seconds: float = 0) -> str:
    return (NOW + timedelta(seconds=seconds)).isoformat(timespec="seconds")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "claims.db", create=True) as opened:
        yield opened


def visit(store: Store, url: str = FEED, every: int = 3600, when: str = "") -> Source:
    source = Source("feed", url, every=every)
    store.web.follow(source)
    store.web.visit(source, url, "feed", when or at())
    return source


def lead_to(store: Store, source: Source, *urls: str, listing: str = FEED, **told: str) -> int:
    """A listing that leads to these pages."""
    run = store.start_run("fetch", rules="r")
    answer = Answer(Address(listing, "feed", source.id), listing, 200, b"...", etag='"1"', at=at())
    entries = [(url, Entry(url, **told)) for url in urls]
    return store.web.save_listing(answer, Listing("feed", "The News"), entries, [], run_id=run)


def taken(
    store: Store, count: int = 10, *, when: str = "", in_hand: tuple[str, ...] = (), per_host: int = 10
) -> list[str]:
    return [address.url for address in store.web.take(count, when or at(), in_hand, per_host)]


# When a source is due


@pytest.mark.parametrize(
    ("every", "after", "due"),
    [
        pytest.param(86400, 86400, True, id="a day later"),
        pytest.param(86400, 86400 - 3600, True, id="an hour early, of a daily source"),
        pytest.param(86400, 43200, False, id="half a day early"),
        pytest.param(3600, 3599, True, id="a second early, of an hourly one"),
        pytest.param(3600, 1800, False, id="half an hour early"),
    ],
)
def test_source_is_due_once_its_interval_has_nearly_passed(store: Store, every: int, after: int, due: bool) -> None:
    visit(store, every=every)
    assert bool(store.web.due_sources(at(after))) is due


def test_source_is_not_due_while_paused_and_at_once_when_resumed(store: Store) -> None:
    source = visit(store)
    store.web.set_state(source.id, "paused")
    assert store.web.due_sources(at(1e6)) == []
    store.web.set_state(source.id, "followed")
    assert [row["id"] for row in store.web.due_sources(datetime.now(UTC).isoformat())] == [source.id]


def test_source_that_is_removed_keeps_its_articles_and_waits_for_nothing(store: Store) -> None:
    source = visit(store)
    lead_to(store, source, "https://news.example/1")
    store.web.set_state(source.id, "removed")
    assert taken(store) == []
    assert list(store.web.sources()) == []
    assert [row["state"] for row in store.web.sources(everything=True)] == ["removed"]


def test_source_added_again_takes_on_the_new_settings(store: Store) -> None:
    assert store.web.follow(Source("feed", FEED, every=60, tags=("a",)))
    assert not store.web.follow(Source("feed", FEED, every=120, topic="chips"))
    [row] = store.web.sources()
    assert (row["every"], row["topic"], row["tags"]) == (120, "chips", [])


def test_source_takes_its_title_from_the_listing(store: Store) -> None:
    lead_to(store, visit(store))
    assert store.web.find_source(FEED)["title"] == "The News"


@pytest.mark.parametrize("name", ["https://other.example/", "0000", "ab"])
def test_source_that_nobody_added_is_told(store: Store, name: str) -> None:
    visit(store)
    with pytest.raises(StoreError, match=r"no such source.*sources list"):
        store.web.find_source(name)


def test_source_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    source = visit(store)
    assert store.web.find_source(source.id[:6])["location"] == FEED


def test_source_says_since_when_it_fails_until_it_does_not(store: Store) -> None:
    source = visit(store)
    run = store.start_run("fetch", rules="r")
    address = Address(FEED, "feed", source.id)
    for reason in ("no answer", "still none"):
        store.web.put_off(address, at(60), Failure(FEED, "source", reason), run_id=run, max_tries=1, before=at(1e9))
    [row] = store.web.sources()
    first = row["failing_since"]
    assert first
    assert row["failure_reason"] == "still none"
    assert [failure["reason"] for failure in store.failures()] == ["still none"]
    lead_to(store, source)
    [row] = store.web.sources()
    assert (row["failing_since"], row["failure_reason"], row["last_success"]) == ("", "", at())
    assert list(store.failures()) == []


# What is asked next


def test_take_gives_listings_first_and_the_hosts_in_turn(store: Store) -> None:
    source = visit(store)
    lead_to(store, source, *(f"https://many.example/{n}" for n in range(50)), "https://few.example/1")
    visit(store, "https://late.example/feed")
    assert taken(store, 4, per_host=2) == [
        "https://few.example/1", "https://late.example/feed", "https://many.example/0", "https://many.example/1",
    ]  # fmt: skip


def test_take_counts_what_is_in_hand_of_a_host(store: Store) -> None:
    source = visit(store)
    urls = tuple(f"https://many.example/{n}" for n in range(5))
    lead_to(store, source, *urls)
    assert taken(store, in_hand=urls[:1], per_host=2) == [urls[1]]
    assert taken(store, in_hand=urls[:2], per_host=2) == []


def test_take_gives_nothing_before_its_time(store: Store) -> None:
    source = visit(store)
    lead_to(store, source, "https://news.example/1")
    run = store.start_run("fetch", rules="r")
    address = Address("https://news.example/1", "page", source.id)
    assert not store.web.put_off(
        address, at(60), Failure(address.url, "source", "busy"), run_id=run, max_tries=8, before=at(1e9)
    )
    assert taken(store, when=at(59)) == []
    assert store.web.next_times(at(59), ()) == (False, at(60))
    assert taken(store, when=at(60)) == [address.url]
    assert store.web.next_times(at(60), ()) == (True, "")
    assert store.web.next_times(at(60), [address.url]) == (False, "")


def test_take_gives_only_what_came_from_some_sources(store: Store) -> None:
    lead_to(store, visit(store), "https://a.example/1")
    other = visit(store, "https://b.example/feed")
    assert [each.url for each in store.web.take(9, at(), (), 9, [other.id])] == ["https://b.example/feed"]


def test_take_begins_with_the_hosts_of_which_least_is_in_hand(store: Store) -> None:
    source = visit(store, "https://a.example/feed")
    pages = [f"https://{host}.example/{n}" for host in "abc" for n in range(3)]
    lead_to(store, source, *pages, listing=source.location)
    in_hand = tuple(url for url in pages if "//a." in url)
    assert taken(store, 2, in_hand=in_hand, per_host=4) == ["https://b.example/0", "https://c.example/0"]


@pytest.mark.parametrize("hosts", [1, 20], ids=["one host", "many hosts"])
@pytest.mark.parametrize("asked", ["take", "rest again"])
def test_frontier_is_asked_at_the_same_cost_however_much_waits(store: Store, hosts: int, asked: str) -> None:
    source = visit(store)
    for number, host in enumerate(f"https://h{n}.example" for n in range(hosts)):
        visit(store, f"{host}/page", every=3600 + number)

    def once() -> None:
        if asked == "take":
            store.web.take(64, at(), (), 4)
        else:
            store.web.rest("h0.example", at(60), "it is busy")

    def count_steps() -> int:
        """Of SQLite's machine, in hundreds."""
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1

        once()
        store._db.conn.set_progress_handler(step, 100)
        once()
        store._db.conn.set_progress_handler(None, 100)
        return steps

    lead_to(store, source, *(f"https://h{n % hosts}.example/{n}" for n in range(100)))
    before = count_steps()
    lead_to(store, source, *(f"https://h{n % hosts}.example/{n}" for n in range(100, 20_000)))
    assert count_steps() <= 2 * before + 10


def test_rest_leaves_a_whole_host_alone_and_counts_no_try(store: Store) -> None:
    source = visit(store)
    lead_to(store, source, "https://news.example/1", "https://news.example/2", "https://other.example/1")
    store.web.rest("news.example", at(60), "it is busy")
    assert taken(store) == ["https://other.example/1"]
    [first] = [each for each in store.web.take(9, at(60), (), 9) if each.url == "https://news.example/1"]
    assert first.tries == 0


def test_put_off_gives_a_page_up_in_the_end(store: Store) -> None:
    source = visit(store)
    lead_to(store, source, "https://news.example/1")
    run = store.start_run("fetch", rules="r")
    address = Address("https://news.example/1", "page", source.id)
    failure = Failure(address.url, "source", "busy")
    given_up = [store.web.put_off(address, at(), failure, run_id=run, max_tries=3, before=at(1e9)) for _ in range(3)]
    assert given_up == [False, False, True]
    assert taken(store, when=at(9)) == []
    assert store.web.requeue(("failed", "refused")) == 1
    assert taken(store, when=at(9)) == [address.url]


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        pytest.param("2025-01-01", "2025-01-02", 1, id="changed"),
        pytest.param("2025-01-01", "2025-01-01", 0, id="unchanged"),
        pytest.param("2025-01-02", "2025-01-01", 0, id="older"),
        pytest.param("", "", 0, id="undated"),
        pytest.param("2025-01-01", "", 0, id="no longer dated"),
    ],
)
def test_listing_has_a_page_asked_again_only_for_a_later_change(
    store: Store, first: str, second: str, asked: int
) -> None:
    source = visit(store)
    url = "https://news.example/1"
    assert lead_to(store, source, url, updated=first) == 1
    answer = Answer(Address(url, "page", source.id), url, 410, at=at())
    run = store.start_run("fetch", rules="r")
    store.web.save_gone(answer, Failure(url, "source", "gone"), run_id=run)
    assert lead_to(store, source, url, updated=second) == asked
    assert taken(store) == [url] * asked


def test_recheck_asks_only_what_answered_before(store: Store) -> None:
    source = visit(store)
    url = "https://news.example/1"
    lead_to(store, source, url)
    run = store.start_run("fetch", rules="r")
    store.web.save_unchanged(Answer(Address(url, "page", source.id), url, 304, at=at()), run_id=run)
    assert store.web.requeue(("done",), at(-1)) == 0
    assert store.web.requeue(("done",), at(1)) == 1


# Wishes


def test_wish_is_kept_once_while_it_stands(store: Store) -> None:
    wish = Wish("https://news.example", "robots", 200, "User-agent: *", at())
    first = store.web.save_wish(wish)
    again = store.web.save_wish(Wish(wish.origin, "robots", 200, wish.content, at(60)))
    changed = store.web.save_wish(Wish(wish.origin, "robots", 404, "", at(120)))
    assert first.id == again.id != changed.id
    assert store.web.find_wish(wish.origin, "robots") == changed
    assert store.web.find_wish(wish.origin, "tdmrep") is None


# One at a time


def test_lock_names_its_holder_and_falls_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "claims.db"
    hold = (
        "import sys, time\nfrom extractor.store.locks import hold_lock\n"
        "with hold_lock(sys.argv[1], 'fetch'):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(StoreError, match=rf"fetch, process {holder.pid} on .*, since 20"),
            hold_lock(path, "ingest"),
        ):
            pass
        holder.kill()
    with hold_lock(path, "ingest"):
        pass


def test_lock_is_one_by_whatever_link_the_file_is_named(tmp_path: Path) -> None:
    path, link = tmp_path / "claims.db", tmp_path / "link.db"
    path.touch()
    link.symlink_to(path)
    with hold_lock(path, "fetch"), pytest.raises(StoreError, match="Another run"), hold_lock(link, "fetch"):
        pass


def test_lock_holds_on_a_disk_that_is_full(tmp_path: Path) -> None:
    path = tmp_path / "claims.db"
    hold = (
        "import resource, sys\nfrom extractor.store.locks import hold_lock\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "with hold_lock(sys.argv[1], 'fetch'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", hold, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="Another run"), hold_lock(path, "ingest"):
            pass
        holder.communicate()


def test_disk_that_takes_no_more_is_not_called_a_damaged_database(tmp_path: Path) -> None:
    write = (
        "import resource, sys\n"
        "from extractor.errors import StoreError\nfrom extractor.store import Source, open_store\n"
        "with open_store(sys.argv[1], create=True) as store:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "    try:\n"
        "        for number in range(10_000):\n            store.web.follow(Source('feed', f'https://n.example/{number}'))\n"
        "    except StoreError as error:\n        print(error.message)\n"
    )
    command = [sys.executable, "-c", write, str(tmp_path / "claims.db")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "disk" in told
    assert "limits of this account" in told
    assert "damaged" not in told
