"""Fetching again: what changes between two runs (sources, sites, listings, the clock) costs no page, and no lie."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractor.errors import StoreError
from extractor.store import Store, open_store
from tests.fetching import follow, rows, run
from tests.press import Story, publish, write_index, write_rss, write_sitemap, write_stories
from tests.publisher import Handler, Publisher, Request, Response, busy


@pytest.fixture
def site() -> Iterator[Publisher]:
    with Publisher() as publisher:
        yield publisher


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "claims.db", create=True) as opened:
        yield opened


def make_due(store: Store) -> None:
    for row in list(store.web.sources()):
        store.web.set_state(row["id"], "followed")


def had(store: Store) -> int:
    [(count,)] = rows(store, "SELECT count(*) FROM articles")
    return int(count)


def serve_xml(site: Publisher, path: str, text: str) -> None:
    site.serve(path, Response(text, media_type="application/xml", etag=f'"{hash(text)}"'))


def break_down(site: Publisher, stories: list[Story]) -> None:
    for story in stories:
        site.serve(story.path, busy(1, status=500))


def mend(site: Publisher, stories: list[Story]) -> None:
    for story in stories:
        site.serve(story.path, story.make_response(site.url))


# Sources that are paused, removed, or wanted otherwise


def test_fetch_asks_nothing_of_a_source_that_is_paused_and_the_rest_once_it_is_not(
    store: Store, site: Publisher
) -> None:
    stories = publish(site, 3)
    source = follow(store, site.url + "/feed.xml")
    break_down(site, stories)
    run(store)
    mend(site, stories)
    time.sleep(2.1)
    store.web.set_state(source.id, "paused")
    site.forget()
    assert run(store).waiting == 0
    assert site.paths == []
    assert store.web.requeue(("done", "failed")) == 0
    store.web.set_state(source.id, "followed")
    assert run(store).new == 3


def test_fetch_finds_again_what_waited_when_its_source_was_removed(store: Store, site: Publisher) -> None:
    stories = publish(site, 3)
    source = follow(store, site.url + "/feed.xml")
    break_down(site, stories)
    run(store)
    mend(site, stories)
    store.web.set_state(source.id, "removed")
    assert run(store).new == 0
    follow(store, site.url + "/feed.xml")
    assert run(store).new == 3


@pytest.mark.parametrize("state", ["paused", "removed"])
def test_fetch_takes_from_another_source_what_waited_with_one_that_is_left_out(
    store: Store, site: Publisher, state: str
) -> None:
    stories = publish(site, 3)
    first = follow(store, site.url + "/feed.xml")
    break_down(site, stories)
    run(store)
    follow(store, site.url + "/atom.xml")
    run(store)
    mend(site, stories)
    time.sleep(2.1)
    store.web.set_state(first.id, state)  # type: ignore[arg-type]
    make_due(store)
    if state == "paused":
        store.web.set_state(first.id, "paused")
    assert run(store).new == 3, "the other feed has not changed, and leads to them all the same"


@pytest.mark.parametrize(("before", "after"), [({"topic": "tulips"}, {}), ({"since": "2026"}, {"since": "2024"})])
def test_fetch_reads_a_listing_in_full_once_more_of_it_is_wanted(
    store: Store, site: Publisher, before: dict[str, str], after: dict[str, str]
) -> None:
    publish(site, 3)
    follow(store, site.url + "/index.xml", "sitemap", **before)
    assert run(store).new == 0
    follow(store, site.url + "/index.xml", "sitemap", **after)
    assert run(store).new == 3


def test_fetch_keeps_what_it_asked_for_when_its_source_is_removed_meanwhile(store: Store, site: Publisher) -> None:
    [story] = publish(site, 1)
    source = follow(store, site.url + "/feed.xml")

    def answer(request: Request) -> Response:
        with open_store(store.path) as other:
            other.web.set_state(source.id, "removed")
        return story.make_response(site.url)

    site.serve(story.path, answer)
    done = run(store)
    assert (done.new, done.failures) == (1, 0)
    assert store.verify() == []


# Listings that lead to listings


def lead_round(site: Publisher) -> Handler:
    serve_xml(site, "/b.xml", write_index(site.url, ["/a.xml", "/c.xml"]))
    site.serve("/c.xml", lambda request: Response(write_index(site.url, ["/b.xml"]), media_type="application/xml"))
    return lambda request: Response(write_index(site.url, ["/b.xml"]), media_type="application/xml")


def lead_on(site: Publisher) -> Handler:
    return lambda request: Response(
        write_index(site.url, [f"/a.xml?page={len(site.requests)}"]), media_type="application/xml"
    )


@pytest.mark.parametrize(
    ("lead", "told"), [(lead_round, 0), (lead_on, 1)], ids=["that lead to one another", "that have no end"]
)
def test_fetch_comes_to_an_end_with_listings(store: Store, site: Publisher, lead, told: int) -> None:  # type: ignore[no-untyped-def]
    answer = lead(site)

    def at_most(request: Request) -> Response:
        # Or a run without an end would be a test without one
        assert len(site.requests) < 50
        response: Response = answer(request)
        return response

    site.serve("/a.xml", at_most)
    follow(store, site.url + "/a.xml", "sitemap")
    for _ in range(2):
        done = run(store)
        assert done.listings <= 6
        assert len(list(store.failures(done.run_id))) == told
        make_due(store)


# Pages that change, and the addresses that they give themselves


def test_fetch_stores_changes_of_a_page_that_spells_its_address_otherwise(store: Store, site: Publisher) -> None:
    story = Story(1)
    other = (f'{story.path}">', f'{story.path}/">')
    site.serve(story.path, Response(story.write_page(site.url).replace(*other)))
    follow(store, site.url + story.path, "page")
    assert run(store).new == 1
    for number in (2, 3):
        page = story.write_page(site.url, more=f"This is correction {number} of what was said before.")
        site.serve(story.path, Response(page.replace(*other)))
        make_due(store)
        assert run(store).changed == 1
        assert rows(store, "SELECT url, version FROM articles") == [(f"{site.url}{story.path}/", number)]


def test_fetch_marks_no_article_as_gone_that_stands_at_another_address(store: Store, site: Publisher) -> None:
    [story] = publish(site, 1)
    site.serve("/amp" + story.path, Response(story.write_page(site.url, more="Shown by AMP.")))
    for path in (story.path, "/amp" + story.path):
        follow(store, site.url + path, "page", every=3600)
    run(store)
    for path, marked in (("/amp" + story.path, False), (story.path, True)):
        site.serve(path, Response("<h1>Gone</h1>", 410))
        store.web.set_state(store.web.find_source(site.url + path)["id"], "followed")
        assert run(store).gone == 1
        assert [bool(gone) for (gone,) in rows(store, "SELECT gone FROM articles")] == [marked]


def test_fetch_makes_no_version_of_what_changes_beside_the_text(store: Store, site: Publisher) -> None:
    story = Story(1)

    def answer(request: Request) -> Response:
        page = story.write_page(site.url)
        return Response(page.replace("Front page", f"Front page at {len(site.requests)} o'clock"))

    site.serve(story.path, answer)
    follow(store, site.url + story.path, "page")
    outcomes = []
    for _ in range(4):
        done = run(store)
        outcomes.append((done.new, done.changed, done.same))
        make_due(store)
    assert outcomes == [(1, 0, 0), (0, 0, 1), (0, 0, 1), (0, 0, 1)]
    assert rows(store, "SELECT count(*) FROM versions") == [(0,)]


def test_fetch_asks_again_for_a_change_that_only_a_second_listing_dates(store: Store, site: Publisher) -> None:
    [story] = publish(site, 1)
    follow(store, site.url + "/feed.xml")
    run(store)
    site.serve(story.path, story.make_response(site.url, more="The firm has since corrected the date."))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    serve_xml(
        site, "/s.xml", write_sitemap(site.url, [story]).replace(f"<lastmod>{story.published}", f"<lastmod>{tomorrow}")
    )
    follow(store, site.url + "/s.xml", "sitemap")
    assert run(store).changed == 1


# What is told


def test_fetch_does_not_call_put_off_what_it_has_had_since(store: Store, site: Publisher) -> None:
    story = Story(1)
    site.serve(story.path, busy(1), busy(1), story.make_response(site.url))
    follow(store, site.url + story.path, "page")
    done = run(store, patience=30.0)
    assert (done.new, done.put_off, done.failures) == (1, 0, 0)
    assert rows(store, "SELECT failures FROM runs") == [(0,)]


def test_fetch_of_a_named_page_says_that_it_was_not_asked_for(store: Store, site: Publisher) -> None:
    story = Story(1)
    url = site.serve(story.path, busy(100))
    assert run(store, urls=[url]).put_off == 1
    site.forget()
    done = run(store, urls=[url])
    assert site.paths == []
    assert (done.put_off, done.failures) == (1, 1)
    [row] = store.failures(done.run_id)
    assert "left alone" in row["reason"]
    assert "429" in row["reason"]


def test_fetch_lists_entries_that_cannot_be_asked_for_as_long_as_they_are_there(store: Store, site: Publisher) -> None:
    stories = publish(site, 1)
    feed = write_rss(site.url, stories).replace(
        "</channel>", f"<item><title>A long one</title><link>{site.url}/{'a' * 10_000}</link></item></channel>"
    )
    serve_xml(site, "/feed.xml", feed)
    follow(store, site.url + "/feed.xml")
    for _ in range(2):
        run(store)
        [row] = store.failures()
        assert row["reason"].startswith("Entries of the listing that no site can be asked for: 1; ")
        assert len(row["reason"]) < 400
        make_due(store)
    serve_xml(site, "/feed.xml", write_rss(site.url, stories))
    run(store)
    assert list(store.failures()) == []


# Time


def test_fetch_leaves_a_page_that_is_always_put_off_to_a_later_run(store: Store, site: Publisher) -> None:
    story = write_stories(1)[0]
    serve_xml(site, "/feed.xml", write_rss(site.url, [story]))
    site.serve(story.path, busy(1, status=500))
    follow(store, site.url + "/feed.xml", every=3600)
    done = run(store, patience=60.0, max_tries=2, persistence=600.0)
    assert site.paths.count(story.path) == 2
    assert (done.put_off, done.unread, done.waiting) == (1, 0, 1), "it was found just now, and is not given up so soon"


def test_fetch_comes_to_an_end_where_a_source_is_always_put_off(store: Store, site: Publisher) -> None:
    site.serve("/feed.xml", busy(1, status=503))
    follow(store, site.url + "/feed.xml", every=3600)
    done = run(store, patience=60.0, max_tries=3)
    assert site.paths.count("/feed.xml") == 3
    assert (done.put_off, done.waiting) == (1, 1)


def test_fetch_gives_up_a_page_that_was_named_once(store: Store, site: Publisher) -> None:
    url = site.serve("/a", busy(1, status=500))
    done = run(store, urls=[url], patience=5.0, max_tries=2)
    assert (site.paths.count("/a"), done.unread, done.waiting) == (2, 1, 0)


def test_fetch_takes_no_notice_of_times_that_a_wrong_clock_has_set(store: Store, site: Publisher) -> None:
    stories = publish(site, 2)
    follow(store, site.url + "/feed.xml", every=3600)
    ahead = datetime.now(UTC) + timedelta(days=400)
    store.web.visit(next(iter_sources(store)), site.url + "/feed.xml", "feed", ahead.isoformat(timespec="seconds"))
    store.web.rest(site.url.removeprefix("http://"), ahead.isoformat(timespec="seconds"), "it is busy")
    assert run(store).new == len(stories)


def iter_sources(store: Store) -> Iterator:  # type: ignore[type-arg]
    from extractor.store import Source

    for row in list(store.web.sources()):
        yield Source(row["kind"], row["location"])


# The store itself


def test_fetch_waits_once_for_a_database_that_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "claims.db"
    hosts = [f"127.0.0.{number}" for number in range(2, 8)]
    asked = threading.Barrier(len(hosts))
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    tried: list[str] = []

    def answer(request: Request) -> Response:
        if asked.wait(30) == 0:
            other.execute("BEGIN IMMEDIATE")
            tried.clear()
        time.sleep(0.2)
        return Story(1).make_response(request.headers["host"])

    with ExitStack() as stack:
        opened = stack.enter_context(open_store(path, create=True, wait=0.2))
        for host in hosts:
            site = stack.enter_context(Publisher(host))
            follow(opened, site.serve("/a", answer), "page", every=3600)
        opened._db.conn.set_trace_callback(tried.append)
        with pytest.raises(StoreError, match="locked"):
            run(opened, networks=("127.0.0.0/8",))
        opened._db.conn.set_trace_callback(None)
        other.close()
        assert tried.count("BEGIN IMMEDIATE") == 2, "one page's, and one to note the end"
        assert rows(opened, "SELECT DISTINCT state FROM addresses") == [("waiting",)]
        assert rows(opened, "SELECT count(*) FROM articles") == [(0,)]
