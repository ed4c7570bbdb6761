"""The engine: runs that go on past failures, runs that are stopped, and runs that are killed."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

from extractor.engine import Progress, ingest, reread
from extractor.errors import DataError, SourceError, StoreError
from extractor.records import Article, Claim, Document, Evidence, Failure, Page, claim_id
from extractor.store import Source, Store, open_store

SOURCE = Source("folder", "news")


def read(page: Page) -> Article:
    """Read a page whose first line is the title and whose rest is the text."""
    title, _, text = page.content.decode().partition("\n")
    if title == "empty":
        raise SourceError("The page has no text", where=page.url, fix="Leave it out")
    if title == "bug in reader":
        raise KeyError("headline")
    url = f"https://a.example/{title.removeprefix('at ')}" if title.startswith("at ") else page.url
    return Article(url=url, text=text, title=title, page_sha256=page.sha256)


def extract(document: Document) -> list[Claim]:
    """Find every "NUMBER chips", said of Marlin-2."""
    if "bug in rules" in document.text:
        raise ValueError("two\nlines")
    claims = []
    for occurrence, match in enumerate(re.finditer(r"(\d+) chips", document.text)):
        quote = "0 chip!" if "lying rule" in document.text else match[0][:7]
        start, end = match.start(), match.start() + len(quote)
        claims.append(
            Claim(
                id=claim_id(document.url, "chip_count", quote, occurrence), article_id=document.id,
                predicate="chip_count", value=float(match[1]), unit="chips", value_text=match[1], start=start, end=end,
                quote=quote, sentence_start=0, sentence_end=len(document.text), rule="chips", subject="Marlin-2",
                evidence=(Evidence("value", "text", start, end),),
            )
        )  # fmt: skip
    return claims


def more_claims(document: Document) -> list[Claim]:
    """Stand for better rules: they find no more in texts that say "few"."""
    return [] if "few" in document.text else extract(document)


def make_pages(*contents: str) -> list[Page | Failure]:
    return [Page(f"file:///news/{number:03}.txt", text.encode(), "text/plain") for number, text in enumerate(contents)]


def run(store: Store, pages: Iterable[Page | Failure], rules: str = "r1") -> Progress:
    return ingest(store, pages, source=SOURCE, read=read, extract=extract, rules=rules)


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a database says, without when and in which run it was told."""
    db = sqlite3.connect(path)
    tables = {
        "articles": "id, url, title, text, page_sha256, version, rules",
        "claims": "id, article_id, predicate, value, subject_id, quote, start",
        "evidence": "*",
        "versions": "article_id, version, text, claims",
        "pages": "*",
        "entities": "*",
        "failures": "source, stage, reason",
    }
    found = {table: sorted(db.execute(f"SELECT {columns} FROM {table}")) for table, columns in tables.items()}
    db.close()
    return found


def test_ingest_stores_claims_with_subjects_and_counts(store: Store) -> None:
    told: list[Progress] = []
    pages = make_pages("One\nMarlin-2 used 512 chips.", "Two\nNothing here.")
    result = ingest(store, pages, source=SOURCE, read=read, extract=extract, rules="r1", progress=told.append)
    assert result == Progress(run_id=1, pages=2, claims=1, new=2)
    assert [progress.pages for progress in told] == [1, 2]
    (row,) = store.find_claims()
    assert (row["value"], row["subject_id"], row["subject_kind"]) == (512.0, "model:marlin-2", "model")
    (run_row,) = store._db.query("SELECT outcome, pages, articles, claims, failures FROM runs")
    assert run_row == {"outcome": "done", "pages": 2, "articles": 2, "claims": 1, "failures": 0}
    assert store.verify() == []


def test_ingest_again_reads_and_changes_nothing(store: Store, path: Path) -> None:
    pages = make_pages("One\nMarlin-2 used 512 chips.", "at x\n1 chips.", "at x\n2 chips.", "at x\n1 chips.")
    run(store, pages)
    before = contents(path)

    def never(page: Page) -> Article:
        raise AssertionError(page.url)

    again = ingest(store, pages, source=SOURCE, read=never, extract=extract, rules="r1")
    assert (again.same, again.articles, again.failures) == (4, 0, 0)
    assert contents(path) == before


def test_pages_of_one_url_are_versions_only_if_they_differ(store: Store) -> None:
    result = run(store, make_pages("at x\n1 chips.", "at x\n1 chips.", "at x\n2 chips."))
    assert (result.new, result.same, result.changed) == (1, 1, 1)
    assert [row["value"] for row in store.find_claims()] == [2.0]


@pytest.mark.parametrize(
    ("content", "stage", "words"),
    [
        pytest.param("empty\n", "article", "The page has no text.*Leave it out", id="nothing-to-read"),
        pytest.param("bug in reader\n", "article", "A bug: KeyError: 'headline'.*report", id="bug-in-the-reader"),
        pytest.param("One\nbug in rules", "claims", "A bug: ValueError: two lines.*report", id="bug-in-the-rules"),
        pytest.param("One\nlying rule 12 chips", "store", "quote is not what", id="rule-that-lies"),
        pytest.param("One\na \0 inside", "store", "refused", id="text-that-cannot-be-kept"),
    ],
)
def test_one_bad_page_is_a_failure_and_the_run_goes_on(store: Store, content: str, stage: str, words: str) -> None:
    result = run(store, make_pages("One\n1 chips.", content, "Two\n2 chips."))
    assert (result.new, result.failures, result.claims) == (2, 1, 2)
    (failure,) = store.failures()
    assert (failure["source"], failure["stage"]) == ("file:///news/001.txt", stage)
    assert re.search(words, failure["reason"])
    assert "\n" not in failure["reason"]


def test_failures_of_a_source_are_stored(store: Store) -> None:
    result = run(store, [Failure("news/x.pdf", "source", "a PDF"), *make_pages("One\n1 chips.")])
    assert (result.pages, result.new, result.failures) == (2, 1, 1)
    assert [(row["source"], row["reason"]) for row in store.failures()] == [("news/x.pdf", "a PDF")]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError], ids=["ctrl-c", "out-of-memory"])
def test_a_run_that_is_stopped_keeps_its_finished_articles(store: Store, error: type[BaseException]) -> None:
    def pages() -> Iterator[Page | Failure]:
        yield from make_pages("One\n1 chips.", "Two\n2 chips.")
        raise error

    with pytest.raises(error):
        run(store, pages())
    assert store.counts()["articles"] == 2
    (row,) = store._db.query("SELECT outcome, ended, articles FROM runs")
    assert (row["outcome"], row["articles"]) == ("stopped", 2)
    assert row["ended"]


def test_a_store_that_fails_ends_the_run(store: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)

    def pages() -> Iterator[Page | Failure]:
        yield from make_pages("One\n1 chips.")
        other.execute("BEGIN IMMEDIATE")
        yield from make_pages("Two\n2 chips.")

    try:
        with pytest.raises(StoreError, match="locked by another writer"):
            run(store, pages())
    finally:
        other.close()
    assert store.counts()["articles"] == 1


def test_a_wrong_rule_file_ends_the_run(store: Store) -> None:
    """It would fail each page in the same way."""

    def broken(document: Document) -> list[Claim]:
        raise DataError("A rule has no pattern", where="rules/x.yml")

    with pytest.raises(DataError, match=r"rules/x\.yml"):
        ingest(store, make_pages("One\n1 chips."), source=SOURCE, read=read, extract=broken, rules="r1")
    assert store.counts()["failures"] == 0
    run(store, make_pages("One\n1 chips."))
    with pytest.raises(DataError, match=r"rules/x\.yml"):
        reread(store, extract=broken, rules="r2")
    assert store.counts()["claims"] == 1


def test_reread_takes_stale_articles_only(store: Store) -> None:
    run(store, make_pages("One\n1 chips, few.", "Two\n2 chips."))
    result = reread(store, extract=more_claims, rules="r2")
    assert (result.reread, result.claims) == (2, 1)
    assert [row["value"] for row in store.find_claims()] == [2.0]
    assert reread(store, extract=more_claims, rules="r2").pages == 0
    assert store.counts()["versions"] == 0
    assert store.verify() == []


def test_reread_leaves_an_article_that_fails_as_it_was(store: Store) -> None:
    def broken(document: Document) -> list[Claim]:
        if document.title == "One":
            raise ValueError("no such word")
        return extract(document)

    run(store, make_pages("One\n1 chips.", "Two\n2 chips."))
    assert reread(store, extract=broken, rules="r2").failures == 1
    assert sorted(row["value"] for row in store.find_claims()) == [1.0, 2.0]
    assert [article.title for article in store.stale_articles("r2")] == ["One"]


def test_many_processes_give_what_one_gives(tmp_path: Path) -> None:
    pages = make_pages(*(f"Story {number}\n{number} chips." for number in range(12)), "empty\n")
    one, many = tmp_path / "one.db", tmp_path / "many.db"
    with open_store(one, create=True) as store:
        run(store, pages)
    with open_store(many, create=True) as store, get_context("spawn").Pool(2) as pool:
        ingest(store, pages, source=SOURCE, read=read, extract=extract, rules="r1", page_map=pool.imap, batch=5)
    assert contents(many) == contents(one)


KILLED = """
import sys, test_engine
from extractor.store import open_store
pages = test_engine.make_pages(*(f"Story {n}\\n{n} chips and {n + 1} chips." for n in range(300)))
def told(pages):
    for number, page in enumerate(pages):
        print(number, flush=True)
        yield page
with open_store(sys.argv[1], create=True) as store:
    test_engine.run(store, told(pages))
"""


@pytest.mark.parametrize("after", [1, 40, 150])
def test_killed_run_leaves_whole_articles_and_a_rerun_completes_it(tmp_path: Path, after: int) -> None:
    killed, whole = tmp_path / "killed.db", tmp_path / "whole.db"
    code = [sys.executable, "-c", KILLED]
    subprocess.run([*code, whole], cwd=Path(__file__).parent, check=True, stdout=subprocess.DEVNULL)
    with subprocess.Popen([*code, killed], cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if int(line) == after:
                process.send_signal(signal.SIGKILL)
                break
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    with open_store(killed) as store:
        counts = store.counts()
        assert after <= counts["articles"] < 300, "killed too late to tell"
        assert counts["claims"] == counts["evidence"] == 2 * counts["articles"]
        assert store.verify() == []
    subprocess.run([*code, killed], cwd=Path(__file__).parent, check=True, stdout=subprocess.DEVNULL)
    assert contents(killed) == contents(whole)
