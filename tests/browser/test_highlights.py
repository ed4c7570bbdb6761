"""What a browser shows as marked is what the database says: each quote, to the character, in every article."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import Site, open_page

# Of each mark its words, its claims and where it begins in the text that the browser holds, in code points
READ = """
selector => {
  const root = document.querySelector(selector);
  const whole = root.textContent;
  const marks = Array.from(root.querySelectorAll("mark[data-claims]"), mark => {
    const before = document.createRange();
    before.setStart(root, 0);
    before.setEndBefore(mark);
    return {
      words: mark.textContent, claims: mark.dataset.claims.split(" "), start: Array.from(before.toString()).length,
    };
  });
  return {whole, marks};
}
"""


def rows(path: Path, sql: str, *values: str) -> list[dict[str, Any]]:
    db = sqlite3.connect(path)
    db.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in db.execute(sql, values)]
    finally:
        db.close()


@pytest.mark.parametrize("part", ["title", "text"])
def test_marks_are_the_stored_spans(browser: Browser, site: Site, corpus: Path, part: str) -> None:
    articles = rows(corpus, "SELECT id, title, text FROM articles ORDER BY id")
    assert len(articles) > 20
    wrong = []
    with open_page(browser, site) as visit:
        for article in articles:
            visit.page.goto(f"/-/ainews/corpus/article/{article['id']}")
            shown = visit.page.evaluate(READ, f".ainews-{part}")
            if shown["whole"].strip("\n") != article[part].strip("\n"):
                wrong.append((article["id"], "text", shown["whole"][:80]))
            claims = rows(
                corpus, 'SELECT id, start, "end", quote FROM claims WHERE article_id = ? AND part = ?',
                article["id"], part,
            )  # fmt: skip
            marked = {claim for mark in shown["marks"] for claim in mark["claims"]}
            if marked != {claim["id"] for claim in claims}:
                wrong.append((article["id"], "claims", marked ^ {claim["id"] for claim in claims}))
            for claim in claims:
                pieces = [mark for mark in shown["marks"] if claim["id"] in mark["claims"]]
                words = "".join(piece["words"] for piece in pieces)
                # A quote over a blank line is marked in two paragraphs, and the line between them is no mark.
                if words != claim["quote"] and words != claim["quote"].replace("\n\n", ""):
                    wrong.append((claim["id"], claim["quote"], words))
                elif pieces[0]["start"] != claim["start"]:
                    wrong.append((claim["id"], "start", pieces[0]["start"] - claim["start"]))
    assert not wrong
    assert not visit.problems


def test_evidence_is_marked_on_the_row(browser: Browser, site: Site, corpus: Path) -> None:
    """The page of a claim marks each piece of its evidence that stands in the sentence, to the character."""
    sql = """
        SELECT claims.id, role, words FROM evidence JOIN claims ON claims.id = evidence.claim_id
        WHERE evidence.part = claims.part AND evidence.start >= sentence_start AND evidence."end" <= sentence_end
        ORDER BY claims.id, role, evidence.start
    """
    wanted: dict[str, dict[str, str]] = {}
    for row in rows(corpus, sql):
        roles = wanted.setdefault(row["id"], {})
        roles[row["role"]] = roles.get(row["role"], "") + row["words"]
    read = """
        () => {
          const found = {};
          for (const mark of document.querySelectorAll(".ainews-sentence mark[data-roles]"))
            for (const role of mark.dataset.roles.split(" ")) found[role] = (found[role] || "") + mark.textContent;
          return found;
        }
    """
    wrong = []
    with open_page(browser, site) as visit:
        for claim, roles in list(wanted.items())[::5]:
            visit.page.goto(f"/corpus/claims/{claim}")
            shown = visit.page.evaluate(read)
            for role, words in roles.items():
                if shown.get(role) != words:
                    wrong.append((claim, role, words, shown.get(role)))
    assert not wrong
    assert not visit.problems
