"""Fetching: what a site publishes is stored once with its claims, what it does not want is never asked for."""

from __future__ import annotations

import itertools
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractor.dates import timestamp
from extractor.store import Store, open_store
from tests.fetching import follow, rows, run
from tests.press import Story, publish, write_news_sitemap, write_rss, write_sitemap, write_stories
from tests.publisher import Publisher, Response, busy, hang, packed, redirect

ROOT = Path(__file__).parent.parent


@pytest.fixture
def site() -> Iterator[Publisher]:
    with Publisher() as publisher:
        yield publisher


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "claims.db", create=True) as opened:
        yield opened


def stored_paths(store: Store, site: Publisher) -> list[str]:
    return [url.removeprefix(site.url) for (url,) in rows(store, "SELECT url FROM articles ORDER BY rowid")]


def states(store: Store) -> dict[str, str]:
    return dict(rows(store, "SELECT url, state FROM addresses"))


def make_due(store: Store) -> None:
    """Have every source visited again, as if its time had come."""
    for row in list(store.web.sources()):
        store.web.set_state(row["id"], "followed")


# What is published is stored once


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/feed.xml", "feed"), ("/atom.xml", "feed"), ("/feed.json", "feed"), ("/news.xml", "sitemap"),
        ("/sitemap.xml", "sitemap"), ("/sitemap.xml.gz", "sitemap"), ("/index.xml", "sitemap"), ("/", "list"),
    ],
)  # fmt: skip
def test_fetch_stores_each_article_of_a_listing_with_its_claims(
    store: Store, site: Publisher, path: str, kind: str
) -> None:
    stories = publish(site, 5)
    follow(store, site.url + path, kind)  # type: ignore[arg-type]
    done = run(store)
    assert sorted(stored_paths(store, site)) == sorted(story.path for story in stories)
    assert (done.new, done.failures, done.waiting) == (5, 0, 0)
    found = rows(store, "SELECT value FROM claims WHERE predicate = 'chip_count' ORDER BY value")
    assert [value for (value,) in found] == [float(story.chips) for story in stories]
    assert store.verify() == []
    assert all(site.paths.count(story.path) == 1 for story in stories)


def test_fetch_obeys_robots_and_keeps_the_pace_that_it_asks_for(store: Store, site: Publisher) -> None:
    stories = publish(site, 4, robots=f"User-agent: *\nCrawl-delay: 0.3\nDisallow: {Story(2).path}\n")
    follow(store, site.url + "/feed.xml")
    done = run(store)
    forbidden = stories[1].path
    assert forbidden not in site.paths
    assert sorted(stored_paths(store, site)) == sorted(s.path for s in stories if s.path != forbidden)
    assert done.refused == 1
    [(state, reason)] = rows(store, "SELECT state, reason FROM addresses WHERE url = ?", site.url + forbidden)
    assert state == "refused"
    assert "robots.txt" in reason
    times = [request.at for request in site.requests]
    assert all(after - before >= 0.29 for before, after in itertools.pairwise(times)), times


def test_fetch_keeps_what_each_answer_was_asked_under(store: Store, site: Publisher) -> None:
    publish(site, 2)
    follow(store, site.url + "/feed.xml")
    run(store)
    found = rows(
        store,
        "SELECT answers.status, wishes.kind, wishes.content LIKE 'User-agent%' FROM answers "
        "JOIN wishes ON wishes.id = robots_id",
    )
    assert found == [(200, "robots", 1)] * 3
    assert all(request.headers["user-agent"].startswith("ainews-to-sqlite/") for request in site.requests)
    assert all("tests@press.example" in request.headers["user-agent"] for request in site.requests)


def test_fetch_a_second_time_costs_only_conditional_requests(store: Store, site: Publisher) -> None:
    publish(site, 5)
    follow(store, site.url + "/feed.xml")
    follow(store, site.url + "/news.xml", "sitemap")
    run(store)
    before = rows(store, "SELECT * FROM articles")
    site.forget()
    make_due(store)
    done = run(store)
    assert sorted(site.paths) == ["/feed.xml", "/news.xml"]
    assert all("if-none-match" in request.headers for request in site.requests)
    assert (done.pages, done.same, done.new, done.changed) == (2, 2, 0, 0)
    assert rows(store, "SELECT * FROM articles") == before


def test_fetch_asks_again_for_what_a_sitemap_says_has_changed(store: Store, site: Publisher) -> None:
    stories = publish(site, 3)
    follow(store, site.url + "/sitemap.xml", "sitemap")
    run(store)
    changed = stories[1]
    site.serve(changed.path, changed.make_response(site.url, more="The firm has since corrected the date."))
    sitemap = write_sitemap(site.url, stories).replace(
        f"{changed.path}</loc><lastmod>{changed.published}", f"{changed.path}</loc><lastmod>2025-12-24"
    )
    site.serve("/sitemap.xml", Response(sitemap, media_type="application/xml"))
    site.forget()
    make_due(store)
    done = run(store)
    assert [path for path in site.paths if path.startswith("/news/")] == [changed.path]
    assert (done.changed, done.new) == (1, 0)
    assert rows(store, "SELECT version FROM articles WHERE url = ?", site.url + changed.path) == [(2,)]


def test_fetch_makes_no_version_of_unchanged_content_without_validators(store: Store, site: Publisher) -> None:
    story = Story(1)
    page = story.write_page(site.url)
    site.serve(story.path, Response(page))
    follow(store, site.url + story.path, "page")
    assert run(store).new == 1
    make_due(store)
    done = run(store)
    assert (done.same, done.changed, site.paths.count(story.path)) == (1, 0, 2)
    assert rows(store, "SELECT count(*) FROM versions") == [(0,)]


def test_fetch_takes_packed_pages(store: Store, site: Publisher) -> None:
    story = Story(1)
    site.serve(story.path, packed(story.make_response(site.url)))
    follow(store, site.url + story.path, "page")
    assert run(store).new == 1
    assert site.find_requests(story.path)[0].headers["accept-encoding"].startswith("gzip")


# What is asked for once, by name


def test_fetch_of_a_home_page_reads_what_its_feeds_lead_to(store: Store, site: Publisher) -> None:
    stories = publish(site, 3)
    done = run(store, urls=[site.url + "/"])
    assert done.new == 3
    assert "/feed.xml" in site.paths
    assert sorted(stored_paths(store, site)) == sorted(story.path for story in stories)
    assert list(store.web.sources()) == []


def test_fetch_of_one_page_reads_it_and_leaves_the_rest_waiting(store: Store, site: Publisher) -> None:
    stories = publish(site, 3)
    follow(store, site.url + "/feed.xml")
    done = run(store, urls=[site.url + stories[0].path])
    assert stored_paths(store, site) == [stories[0].path]
    assert done.pages == 1
    assert "/feed.xml" not in site.paths


# Topics, dates, titles


def test_fetch_takes_only_entries_on_the_topic_and_since_the_date(store: Store, site: Publisher) -> None:
    stories = publish(site, 6)
    follow(store, site.url + "/feed.xml", topic=stories[3].model, since=stories[2].published)
    follow(store, site.url + "/atom.xml", since=stories[5].published)
    run(store)
    assert sorted(stored_paths(store, site)) == sorted([stories[3].path, stories[5].path])


def test_fetch_takes_date_and_title_of_the_listing_where_the_page_has_none(store: Store, site: Publisher) -> None:
    story = Story(4)
    page = f"<html><body><article>{''.join(f'<p>{text}</p>' for text in story.paragraphs)}</article></body></html>"
    site.serve(story.path, Response(page))
    site.serve("/news.xml", Response(write_news_sitemap(site.url, [story]), media_type="application/xml"))
    follow(store, site.url + "/news.xml", "sitemap")
    run(store)
    assert rows(store, "SELECT title, published FROM articles") == [(story.title, story.published)]


# Twins


def test_fetch_of_an_amp_twin_leaves_the_article_as_it_is(store: Store, site: Publisher) -> None:
    story = publish(site, 1)[0]
    twin = story.write_page(site.url, more="Shown by AMP.")
    site.serve("/amp" + story.path, Response(twin))
    follow(store, site.url + story.path, "page")
    follow(store, site.url + "/amp" + story.path, "page", every=2)
    run(store)
    run(store)
    [(url, version, text)] = rows(store, "SELECT url, version, text FROM articles")
    assert (url, version) == (site.url + story.path, 1)
    assert "Shown by AMP." not in text


# What cannot be had now, or ever


def test_fetch_honours_retry_after_across_runs(store: Store, site: Publisher) -> None:
    story = Story(1)
    site.serve(story.path, busy(3600), story.make_response(site.url))
    follow(store, site.url + story.path, "page")
    began = datetime.now(UTC)
    done = run(store)
    assert (done.put_off, done.new) == (1, 0)
    [(until, tries)] = rows(store, "SELECT not_before, tries FROM addresses")
    hour = timedelta(hours=1)
    assert began + hour <= datetime.fromisoformat(until) <= datetime.now(UTC) + hour + timedelta(seconds=1)
    assert tries == 1
    assert next(row["reason"] for row in store.failures()).count("429") == 1
    make_due(store)
    run(store)
    assert site.paths.count(story.path) == 1, "asked before its time"
    # As if all but two seconds of the hour had passed; times are kept to the second
    set_at = time.monotonic()
    with closing(sqlite3.connect(store.path)) as other, other:
        other.execute("UPDATE addresses SET not_before = ?", [timestamp(datetime.now(UTC) + timedelta(seconds=2))])
    done = run(store, patience=30.0)
    assert site.find_requests(story.path)[1].at - set_at >= 1.0
    assert done.new == 1
    assert list(store.failures()) == []


def test_fetch_gives_a_page_up_after_so_many_tries_and_a_source_never(store: Store, site: Publisher) -> None:
    story = Story(1)
    site.serve("/feed.xml", Response(write_rss(site.url, [story]), media_type="application/rss+xml"))
    site.serve(story.path, busy(1, status=500))
    follow(store, site.url + "/feed.xml")
    done = run(store, patience=30.0, max_tries=2)
    assert (site.paths.count(story.path), done.unread, done.put_off) == (2, 1, 0)
    assert states(store)[site.url + story.path] == "failed"
    site.serve("/feed.xml", busy(1, status=500))
    for _ in range(3):
        make_due(store)
        run(store, patience=1.2, max_tries=2)
    [row] = store.web.sources()
    assert states(store)[site.url + "/feed.xml"] == "waiting"
    assert row["failing_since"]
    assert "500" in row["failure_reason"]


def test_fetch_keeps_an_article_that_is_gone_and_says_so(store: Store, site: Publisher) -> None:
    story = publish(site, 1)[0]
    follow(store, site.url + story.path, "page")
    run(store)
    site.serve(story.path, Response("<h1>Gone</h1>", 410))
    make_due(store)
    assert run(store).gone == 1
    [(gone, claims)] = rows(store, "SELECT gone, (SELECT count(*) FROM claims) FROM articles")
    assert gone
    assert claims > 0
    assert "gone" in next(iter(store.failures()))["reason"]
    site.serve(story.path, story.make_response(site.url))
    make_due(store)
    run(store)
    assert rows(store, "SELECT gone FROM articles") == [("",)]
    assert list(store.failures()) == []


@pytest.mark.parametrize(
    ("response", "words"),
    [
        pytest.param(Response("<h1>Log in</h1>", 401), "login", id="login"),
        pytest.param(Response("<h1>Pay</h1>", 402), "paid for", id="payment"),
        pytest.param(Response("<h1>No</h1>", 403), "forbids", id="forbidden"),
        pytest.param(Response("<h1>No</h1>", 451), "legal", id="legal"),
        pytest.param(
            Response(Story(1).write_page("", head='<script type="application/ld+json">{"@context": '
            '"https://schema.org", "@type": "NewsArticle", "isAccessibleForFree": false}</script>')),
            "paywall|subscri|free", id="paywall",
        ),
        pytest.param(
            Response(Story(1).write_page(""), headers=[("tdm-reservation", "1")]),
            "text and data mining", id="tdm-header",
        ),
        pytest.param(
            Response(Story(1).write_page("", head='<meta name="tdm-reservation" content="1">')),
            "text and data mining", id="tdm-meta",
        ),
    ],
)  # fmt: skip
def test_fetch_leaves_walls_and_reservations_alone(
    store: Store, site: Publisher, response: Response, words: str
) -> None:
    import re

    site.serve("/a", response)
    follow(store, site.url + "/a", "page")
    done = run(store)
    assert (done.refused, done.articles) == (1, 0)
    assert rows(store, "SELECT count(*) FROM articles") == [(0,)]
    [row] = store.failures()
    assert re.search(words, row["reason"], re.IGNORECASE), row["reason"]
    assert states(store)[site.url + "/a"] == "refused"


def test_fetch_follows_redirects_inside_and_none_to_private_addresses(store: Store, site: Publisher) -> None:
    story = publish(site, 1)[0]
    with Publisher(host="127.0.0.2") as private:
        publish(private, 1)
        site.serve("/old", redirect(story.path, 301))
        site.serve("/out", redirect(private.url + story.path))
        follow(store, site.url + "/old", "page")
        follow(store, site.url + "/out", "page", every=2)
        done = run(store)
        assert private.connections == 0
    assert stored_paths(store, site) == [story.path]
    assert (done.new, done.refused) == (1, 1)
    assert "--allow-private" in next(iter(store.failures()))["reason"]


def test_fetch_goes_on_where_one_host_hangs_and_another_has_too_much(store: Store, site: Publisher) -> None:
    with Publisher(host="127.0.0.2") as slow:
        slow.serve("/feed.xml", Response(write_rss(slow.url, write_stories(30)), media_type="application/rss+xml"))
        for story in write_stories(30):
            slow.serve(story.path, hang())
        stories = publish(site, 5)
        follow(store, slow.url + "/feed.xml")
        run(store, networks=("127.0.0.0/8",), timeout=0.5)
        follow(store, site.url + "/feed.xml")
        run(store, networks=("127.0.0.0/8",), timeout=0.5)
    assert sorted(stored_paths(store, site)) == sorted(story.path for story in stories)
    waiting = [url for url, state in states(store).items() if state == "waiting"]
    assert len(waiting) == 30
    assert len(slow.paths) < 20, "a host that does not answer is left alone"


@pytest.mark.parametrize(
    ("response", "words"),
    [
        pytest.param(Response(b"%PDF-1.7 ...", media_type="application/pdf"), "a PDF", id="pdf"),
        pytest.param(Response("", media_type="text/html"), "no article text|empty", id="empty"),
        pytest.param(Response("<html><body><script>app()</script></body></html>"), "no article text", id="script"),
    ],
)
def test_fetch_lists_what_is_no_article(store: Store, site: Publisher, response: Response, words: str) -> None:
    import re

    story = publish(site, 1)[0]
    site.serve("/bad", response)
    follow(store, site.url + "/bad", "page")
    follow(store, site.url + story.path, "page")
    done = run(store)
    assert (done.unread, done.new) == (1, 1)
    [row] = store.failures()
    assert re.search(words, row["reason"]), row["reason"]


def test_fetch_lists_a_feed_that_is_none(store: Store, site: Publisher) -> None:
    publish(site, 1)
    follow(store, site.url + "/", "feed")
    done = run(store)
    assert done.unread == 1
    [row] = store.web.sources()
    assert row["failing_since"]
    assert "feed" in row["failure_reason"]


# Kills


def test_fetch_loses_no_page_to_twenty_kills_and_stores_none_twice(tmp_path: Path, site: Publisher) -> None:
    stories = publish(site, 200)
    path = tmp_path / "claims.db"
    chance = random.Random()
    command = [sys.executable, "-m", "tests.fetching", str(path), site.url + "/feed.xml"]
    kills = 0
    while kills < 20:
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            time.sleep(chance.uniform(0.0, 0.6))
            finished = process.poll() is not None
            process.kill()
        kills += 1
        if finished:
            break
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    with open_store(path, read_only=True) as store:
        assert store.verify() == []
        assert sorted(stored_paths(store, site)) == sorted(story.path for story in stories)
        assert rows(store, "SELECT count(*), max(version) FROM articles") == [(200, 1)]
        assert rows(store, "SELECT count(*) FROM versions") == [(0,)]
        assert rows(store, "SELECT DISTINCT state FROM addresses") == [("done",)]
        assert rows(store, "SELECT count(*) FROM claims WHERE predicate = 'chip_count'") == [(200,)]
    assert kills > 5, "the runs were too quick to be killed"
