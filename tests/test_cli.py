"""Every command on real files, with the database read back."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from extractor.cli import main
from extractor.cli.following import sources

HTML = (
    "<html lang='en'><head><title>Norwind shows Marlin-2</title><link rel='canonical' href='https://news.example/marlin'>"
    "<meta property='article:published_time' content='2025-03-04'></head><body><article><h1>Norwind shows Marlin-2</h1>"
    "<p>The laboratory Norwind said on Tuesday that training Marlin-2, its new language model, cost $5.6 million.</p>"
    "<p>It was trained on 512 H800 chips for 19 days, and it has 671 billion parameters, the laboratory said.</p>"
    "</article></body></html>"
)
TEXT = "Marlin-3 is out\n\nNorwind trained Marlin-3 on 1,024 H100 GPUs. The model has 12 billion parameters.\n"


def run(*args: str | Path, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=given)


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(db) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "marlin.html"
    file.write_text(HTML, encoding="utf-8")
    return file


@pytest.fixture
def db(tmp_path: Path, page: Path) -> Path:
    path = tmp_path / "claims.db"
    assert run("ingest", path, page).exit_code == 0
    return path


@pytest.fixture(scope="module")
def corpus_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "claims.db"
    done = run("ingest", path)
    assert done.exit_code == 0, done.output
    return path


def test_ingest_without_source_reads_the_corpus(corpus_db: Path) -> None:
    assert rows(corpus_db, "select count(*) from articles") == [(30,)]
    assert rows(corpus_db, "select count(*) from claims where subject_id = 'model:deepseek-r1'")[0][0] > 3
    assert rows(corpus_db, "select kind from sources") == [("corpus",)]


def test_ingest_stores_article_claims_and_evidence(db: Path) -> None:
    assert rows(db, "select url, title, published from articles") == [
        ("https://news.example/marlin", "Norwind shows Marlin-2", "2025-03-04")
    ]
    assert ("training_cost", 5600000.0, "Marlin-2", "$5.6 million") in rows(
        db, "select predicate, value, subject, quote from claims"
    )
    wrong = (
        "select count(*) from claims join articles on articles.id = article_id "
        "where part = 'text' and substr(text, start + 1, \"end\" - start) != quote"
    )
    assert rows(db, wrong) == [(0,)]
    assert {role for (role,) in rows(db, "select distinct role from evidence")} >= {"value", "subject", "chip"}


def test_ingest_twice_changes_nothing(db: Path, page: Path) -> None:
    before = rows(db, "select * from claims order by id")
    done = run("ingest", db, page)
    assert done.exit_code == 0
    assert "0 articles stored" in done.stderr
    assert rows(db, "select * from claims order by id") == before


def test_ingest_takes_folders_globs_archives_and_stdin(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html.gz").write_bytes(gzip.compress(HTML.encode()))
    (folder / "b.txt").write_text(TEXT, encoding="utf-8")
    lines = [
        {"url": f"https://news.example/{n}", "title": "T", "text": f"Training Marlin-{n} cost ${n} million."}
        for n in (4, 5)
    ]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    path = tmp_path / "t.db"
    assert run("ingest", path, folder).exit_code == 0
    assert rows(path, "select count(*) from articles") == [(4,)]
    assert run("ingest", tmp_path / "g.db", str(folder / "*.txt")).exit_code == 0
    assert run("ingest", tmp_path / "s.db", "-", given=HTML).exit_code == 0
    assert rows(tmp_path / "s.db", "select url from articles") == [("https://news.example/marlin",)]


BAD = {
    "missing file": (None, b"", "no such"),
    "empty page": ("empty.html", b"", "empty"),
    "no text": ("bare.html", b"<html><body></body></html>", "no article text"),
    "pdf": ("paper.html", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "binary": ("image.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
    "no encoding": ("noise.txt", bytes(range(128, 256)) * 3 + b"\x00\x01\xff", ""),
    "broken gzip": ("half.html.gz", gzip.compress(HTML.encode())[:60], "gzip"),
    "over the cap": ("big.html", b"<p>" + b"x" * 6_000_000, "5"),
    "broken line": (
        "lines.jsonl",
        b'{"text": "Training Marlin-9 cost $9 million.", "url": "https://n.example/9"}\n{"text": ',
        "lines.jsonl",
    ),
}


@pytest.mark.parametrize(("name", "content", "says"), BAD.values(), ids=BAD)
def test_ingest_tells_what_it_cannot_read_and_goes_on(
    name: str | None, content: bytes, says: str, tmp_path: Path, page: Path
) -> None:
    bad = tmp_path / (name or "nowhere.html")
    if name:
        bad.write_bytes(content)
    path = tmp_path / "t.db"
    done = run("ingest", path, bad, page)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert says.lower() in done.stderr.lower()
    assert bad.name in done.stderr
    assert ("https://news.example/marlin",) in rows(path, "select url from articles")
    assert rows(path, "select count(*) from failures")[0][0] == 1
    listed = json.loads(run("failures", path, "--json").stdout)
    assert bad.name in listed[0]["source"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_ingest_tells_of_an_unreadable_file(tmp_path: Path, page: Path) -> None:
    closed = tmp_path / "closed.html"
    closed.write_text(HTML)
    closed.chmod(0)
    assert "closed.html" in run("ingest", tmp_path / "t.db", closed, page).stderr


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="wants a file that not even root can read")
def test_ingest_tells_of_a_file_that_gives_an_error(tmp_path: Path, page: Path) -> None:
    done = run("ingest", tmp_path / "t.db", "/proc/self/mem", page)
    assert done.exit_code == 1
    assert "The file cannot be read - /proc/self/mem" in done.stderr
    assert len(rows(tmp_path / "t.db", "select id from articles")) == 1


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="wants a folder that not even root can write to")
def test_database_in_a_folder_that_cannot_be_written_is_told(page: Path) -> None:
    done = run("ingest", "/proc/t.db", page)
    assert done.exit_code == 1
    assert "/proc/t.db" in done.stderr
    assert done.stderr.count("\n") == 1


def test_wrong_databases_are_refused(tmp_path: Path, page: Path, db: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("create table t (a)")
    text = tmp_path / "text.db"
    text.write_text("no database, but long enough to be taken for one by its size")
    newer = tmp_path / "newer.db"
    newer.write_bytes(db.read_bytes())
    with sqlite3.connect(newer) as connection:
        connection.execute("pragma user_version = 9999")
    for path in (other, text, newer):
        for args in (("ingest", path, page), ("claims", path), ("doctor", path)):
            done = run(*args)
            assert done.exit_code == 1, path
            assert path.name in done.stderr
            assert "Traceback" not in done.output
    missing = run("claims", tmp_path / "nowhere.db")
    assert missing.exit_code == 1
    assert "nowhere.db" in missing.stderr
    assert not (tmp_path / "nowhere.db").exists()


def test_database_in_a_missing_folder_is_told(tmp_path: Path, page: Path) -> None:
    done = run("ingest", tmp_path / "none" / "t.db", page)
    assert done.exit_code == 1
    assert "none" in done.stderr
    assert "Traceback" not in done.output


def test_read_prints_the_article(page: Path) -> None:
    row = json.loads(run("read", page).stdout)
    assert list(row) == ["path", "url", "title", "site", "authors", "published", "language", "text"]
    assert (row["url"], row["title"], row["published"]) == (
        "https://news.example/marlin",
        "Norwind shows Marlin-2",
        "2025-03-04",
    )
    assert "cost $5.6 million" in row["text"]


def test_annotate_keeps_order_and_names_broken_lines(tmp_path: Path) -> None:
    file = tmp_path / "documents.jsonl"
    lines = [
        json.dumps({"id": "b", "text": "Trained on 9T tokens.", "context": "Grok 5 is out"}),
        '{"id": "x", "text": ',
        json.dumps({"id": "a", "text": "Nothing to say."}),
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    done = run("annotate", file)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in found] == ["b", "a"]
    assert [(c["subject"], c["predicate"], c["value"]) for c in found[0]["claims"]] == [
        ("Grok 5", "training_tokens", 9e12)
    ]
    assert found[1]["claims"] == []
    assert done.exit_code == 1
    assert f"{file}:2, column" in done.stderr


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"id": 1, ', "column 11"),
        (b'{"id": 1}', "text is no text"),
        (b'{"text": "x"}', "no id"),
        (b'{"id": true, "text": "x"}', "no id"),
        (b'{"id": 1, "text": "x", "title": 5}', "title is no text"),
        (b"[1]", "no document"),
        (b'{"id": 1, "text": "\xff"}', "column 20; expected JSON in UTF-8, found byte 0xff"),
        (b"[" * 200_000, "too many nested brackets"),
    ],
    ids=["cut short", "no text", "no id", "true as id", "number as title", "list", "latin-1", "nested"],
)
def test_annotate_tells_what_is_wrong_with_a_line(line: bytes, says: str) -> None:
    done = run("annotate", given=line + b'\n{"id": 2, "text": "x"}\n')
    assert done.exit_code == 1
    assert done.stdout == '{"id": 2, "claims": []}\n'
    assert done.stderr.startswith("Error: ")
    assert "stdin:1, column" in done.stderr
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_annotate_keeps_half_characters_and_a_mark_at_the_start() -> None:
    done = run("annotate", given=b'\xef\xbb\xbf{"id": "\\ud800", "text": "x"}\n')
    assert json.loads(done.stdout) == {"id": "\ud800", "claims": []}
    assert done.exit_code == 0


def test_annotate_reads_stdin() -> None:
    done = run("annotate", given=json.dumps({"id": 1, "text": "DeepSeek trained R1 for $294,000."}))
    claim = json.loads(done.stdout)["claims"][0]
    assert (claim["predicate"], claim["value"], claim["quote"]) == ("training_cost", 294000.0, "$294,000")


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        (["--subject", "R1"], lambda row: "R1" in row["subject"].split("-")[-1] or "R1" in row["subject"]),
        (["--predicate", "power"], lambda row: row["predicate"] == "power"),
        (["--chip", "H800"], lambda row: "H800" in (row["chip"], row["value"])),
        (["--speaker", "Altman"], lambda row: "Altman" in row["attributed_to"]),
        (["--modality", "planned"], lambda row: row["modality"] == "planned"),
        (["--since", "2025-06"], lambda row: row["published"] >= "2025-06"),
        (["--predicate", "training_cost", "--limit", "2"], lambda row: row["predicate"] == "training_cost"),
    ],
)
def test_claims_filters(filters: list[str], fits: Any, corpus_db: Path) -> None:
    found = json.loads(run("claims", corpus_db, *filters, "--json").stdout)
    assert found
    assert all(fits(row) for row in found)
    assert len(found) < rows(corpus_db, "select count(*) from claims")[0][0]


def test_claims_formats_agree(db: Path) -> None:
    as_json = json.loads(run("claims", db, "--json").stdout)
    as_lines = [json.loads(line) for line in run("claims", db, "--nl").stdout.splitlines()]
    as_csv = list(csv.DictReader(io.StringIO(run("claims", db, "--csv").stdout)))
    as_tsv = list(csv.DictReader(io.StringIO(run("claims", db, "--tsv").stdout), delimiter="\t"))
    assert as_json == as_lines
    assert [row["id"] for row in as_json] == [row["id"] for row in as_csv] == [row["id"] for row in as_tsv]
    table = run("claims", db, "--table").stdout
    assert "5.6 million USD" in table


def test_claims_with_an_unknown_filter_is_usage() -> None:
    assert run("claims", "x.db", "--colour", "red").exit_code == 2
    assert run("claims", "x.db", "--modality", "maybe").exit_code == 2


def test_why_shows_sentence_evidence_and_rule(db: Path) -> None:
    claim_id = rows(db, "select id from claims where predicate = 'training_cost'")[0][0]
    shown = run("why", db, claim_id[:10]).stdout
    for words in ("https://news.example/marlin", "$5.6 million", "training_cost/", "5.6 million USD", "Marlin-2"):
        assert words in shown
    unknown = run("why", db, "ffffffff")
    assert unknown.exit_code == 1
    assert "ffffffff" in unknown.stderr


def test_explain_marks_text_and_writes_a_page(tmp_path: Path) -> None:
    shown = run("explain", "DeepSeek trained V3 on 2,048 H800 GPUs.").stdout
    assert "chip_count" in shown
    assert "V3" in shown
    html = tmp_path / "page.html"
    assert run("explain", "DeepSeek trained V3 on 2,048 H800 GPUs for <b>fun</b>.", "--html", html).exit_code == 0
    written = html.read_text(encoding="utf-8")
    assert "<b>fun" not in written
    assert not re.search(r"(?:src|href)=[\"']?http", written)


def test_evaluate_measures_gold(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    claim = {"predicate": "training_cost", "value": 294000, "subject": "R1"}
    gold.write_text(json.dumps({"id": "a", "text": "DeepSeek trained R1 for $294,000.", "claims": [claim]}))
    totals = json.loads(run("evaluate", gold, "--json").stdout)
    assert (totals["precision"], totals["recall"], totals["tuple_f1"]) == ("1.000", "1.000", "1.000")
    by_rule = run("evaluate", gold, "--by", "rule").stdout
    assert re.search(r"^ ?training_cost/\w+ +1 +1 +1 +1.000 +1.000 +1.000 +1.000$", by_rule, re.MULTILINE)
    gold.write_text('{"id": "a"}')
    assert run("evaluate", gold).exit_code == 1


def test_evaluate_tells_gains_and_losses_against_a_pinned_run(tmp_path: Path) -> None:
    gold, pin = tmp_path / "gold.jsonl", tmp_path / "pin.jsonl"
    text = "It was a good year. DeepSeek trained R1 for $294,000. It was."
    claim = {"predicate": "training_cost", "value": 294000, "subject": "R1", "start": 44, "end": 52}
    gold.write_text(json.dumps({"id": "a", "text": text, "claims": [claim, {"predicate": "power", "value": 5}]}))
    assert run("evaluate", gold, "--pin", pin).exit_code == 0
    assert "$294" not in pin.read_text()
    assert json.loads(run("evaluate", gold, "--against", pin, "--json").stdout)["losses"] == 0
    pin.write_text(pin.read_text().replace('"missed": [1]', '"missed": [0, 1]'))
    shown = run("evaluate", gold, "--against", pin).stdout
    assert "1 gain, 0 losses" in shown
    assert "+ found: a: training_cost 294,000 of R1 in: DeepSeek trained R1 for [$294,000]." in shown
    refused = run("evaluate", "--pin", pin)
    assert (refused.exit_code, "of another gold" in refused.stderr) == (1, True)
    pin.write_text(pin.read_text().replace('"missed": [0, 1]', '"missed": []'))
    refused = run("evaluate", gold, "--pin", pin)
    assert (refused.exit_code, "The run is worse than the pinned one" in refused.stderr) == (1, True)
    assert run("evaluate", gold, "--pin", pin, "--allow-regression").exit_code == 0
    assert run("evaluate", gold, "--pin", pin, "--half", "look").exit_code == 2
    assert run("evaluate", gold, "--against", tmp_path / "none").exit_code == 1


def test_evaluate_compares_the_corpus_with_the_run_pinned_beside_it() -> None:
    assert {"gains", "losses"} < set(json.loads(run("evaluate", "--json").stdout))


def test_doctor_finds_what_is_off(db: Path) -> None:
    assert run("doctor", db).exit_code == 0
    with sqlite3.connect(db) as connection:
        # The database itself refuses such a change as long as its triggers stand
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("update articles set text = replace(text, 'Tuesday', 'Monday')")
        for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f"drop trigger [{name}]")
        connection.execute("update articles set text = replace(text, 'Tuesday', 'Monday')")
    done = run("doctor", db)
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_extract_reads_stale_articles_again(db: Path) -> None:
    before = rows(db, "select id from claims order by id")
    with sqlite3.connect(db) as connection:
        connection.execute("update articles set rules = 'older'")
    done = run("extract", db)
    assert done.exit_code == 0
    assert "1 article read again" in done.stderr
    assert rows(db, "select id from claims order by id") == before


def test_rules_are_listed() -> None:
    listed = json.loads(run("rules", "--json").stdout)
    assert {"training_cost/cost_to_train", "no_claim/money_raised"} <= {
        str(value) for row in listed for value in row.values()
    }


def test_serve_answers(db: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = str(Path(sys.executable).with_name("ainews-to-sqlite"))
    server = subprocess.Popen(
        [command, "serve", str(db), "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        assert server.stderr.readline() == f"Look at http://127.0.0.1:{port}/claims\n"
        body = ""
        for _ in range(100):
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/claims/claims_flat.json?_shape=array", timeout=5
                ) as answer:
                    body = answer.read().decode()
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/settings.json", timeout=5) as answer:
                    settings = json.load(answer)
                break
            except OSError:
                time.sleep(0.2)
        assert "$5.6 million" in body
        assert settings["allow_download"] is False
    finally:
        server.terminate()
        server.communicate(timeout=20)


COMMANDS = [(name,) for name in main.commands] + [("sources", name) for name in sources.commands]


@pytest.mark.parametrize("names", COMMANDS, ids=" ".join)
def test_help_has_an_example_that_parses(names: tuple[str, ...]) -> None:
    name, command = names[0], main.commands[names[0]]
    text = run(*names, "--help").stdout
    examples = re.findall(r"ainews-to-sqlite (.+)", text.split("Example:", 1)[1])
    assert examples
    for example in examples:
        words = shlex.split(example.split(" | ")[0])
        arguments = words[1:] if words[0] == name else words
        assert words[0] == name or name == "explain"
        assert isinstance(command.make_context(name, arguments, resilient_parsing=True), click.Context)


PROGRAM = "import sys; from extractor.cli import main; sys.argv[0] = 'ainews-to-sqlite'; main()"


def start(*args: str | Path, **pipes: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *map(str, args)], **pipes)


def test_ctrl_c_ends_with_a_line_and_130() -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start("annotate", **pipes) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b'{"id": 1, "text": "x"}\n')
        process.stdin.flush()
        assert process.stdout.readline() == b'{"id": 1, "claims": []}\n'
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.startswith(b"Stopped.")
    assert errors.count(b"\n") == 1


def test_reader_that_goes_away_is_no_error_to_tell() -> None:
    lines = b'{"id": 1, "text": "DeepSeek trained R1 for $294,000."}\n' * 300
    with start("annotate", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(lines[: len(lines) // 300])
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(lines)
            process.stdin.close()
        assert process.stderr.read() == b""
        process.wait(timeout=60)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="wants a device that is always full")
def test_full_disk_is_told_and_is_no_bug(db: Path) -> None:
    with open("/dev/full", "wb") as full:
        process = start("claims", db, "--nl", stdout=full, stderr=subprocess.PIPE)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"No space left on device" in errors
    assert b"bug" not in errors


def test_bug_gives_one_line_and_a_traceback_if_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that is no rule stands in for a slip of ours that nobody foresaw."""
    monkeypatch.setattr("extractor.rules.load_rules", lambda: [None])
    done = run("rules")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: AttributeError: ")
    assert "this is a bug, please report it" in done.stderr
    assert done.stderr.count("\n") == 1
    assert isinstance(run("--traceback", "rules").exception, AttributeError)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["clams"], "Did you mean claims?"),
        (["qqqqq"], "No such command or file: 'qqqqq'"),
        (["clams", "x.db"], "extra"),
    ],
)
def test_slip_in_a_command_is_usage(args: list[str], says: str) -> None:
    done = run(*args)
    assert done.exit_code == 2
    assert says in done.stderr


def test_unknown_command_or_text_does_not_crash() -> None:
    done = run("--nonsense")
    assert done.exit_code == 2
