"""A reader's verdict on the web: who may give one, what is kept, what is seen of it, and what cannot be forged.

Nothing here is special to one line of Datasette; `test_next_line` in tests/test_browse.py tells how both are run.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import datasette
import pytest
from bs4 import BeautifulSoup

from extractor.store import Notice, open_store
from tests.browsing import Site, article_address, make_articles, one, save

GOOD, CLAIMS = make_articles()[0]
EVIL, EVIL_CLAIMS = make_articles()[1]
COST = next(claim for claim in CLAIMS if claim.predicate == "training_cost")
POWER = next(claim for claim in CLAIMS if claim.predicate == "power")
REVIEW = "/-/ainews/hand/review"
ADA = {"id": "ada", "name": "Ada"}
# Both lines read the configuration of a plugin, from different files.
CONFIG: dict[str, Any] = {"plugins": {"ainews-to-sqlite": {"review": {"id": "ada"}}}}
NEXT = datasette.__version__.startswith("1.")


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return save(tmp_path_factory.mktemp("made") / "hand.db", make_articles()).read_bytes()


@pytest.fixture
def path(tmp_path: Path, made: bytes) -> Path:
    (tmp_path / "hand.db").write_bytes(made)
    return tmp_path / "hand.db"


def serve(runner: asyncio.Runner, path: Path, **options: Any) -> Site:
    return Site(runner, path, **{("config" if NEXT else "metadata"): CONFIG}, **options)


@pytest.fixture
def site(runner: asyncio.Runner, path: Path) -> Site:
    return serve(runner, path)


def cookies(site: Site, actor: dict[str, Any] | None) -> dict[str, str]:
    return {"ds_actor": site.datasette.sign({"a": actor}, "actor")} if actor else {}


def ask(site: Site, method: str, address: str, actor: dict[str, Any] | None, **options: Any) -> Any:
    sent = {**cookies(site, actor), **options.pop("cookies", {})}
    header = {"cookie": "; ".join(f"{key}={value}" for key, value in sent.items())} if sent else {}
    headers = {**header, **options.pop("headers", {})}
    return site.runner.run(site.datasette.client.request(method, address, headers=headers, **options))


def see(site: Site, address: str, actor: dict[str, Any] | None) -> tuple[BeautifulSoup, dict[str, str]]:
    """Return a page as somebody sees it, and the cookies that it sets."""
    response = ask(site, "GET", address, actor)
    assert response.status_code == 200, response.text[:500]
    return BeautifulSoup(response.text, "html.parser"), dict(response.cookies)


def enter(site: Site, actor: dict[str, Any] | None) -> tuple[str, dict[str, str]]:
    """Visit an article as a browser does: the token of its forms, if it has any, and the cookies that go with it."""
    _, given = see(site, article_address(GOOD), actor)
    response = ask(site, "GET", article_address(GOOD), actor, cookies=given)
    fields = BeautifulSoup(response.text, "html.parser").select('input[name="csrftoken"]')
    return (str(fields[0]["value"]) if fields else ""), given


def send(
    site: Site,
    actor: dict[str, Any],
    fields: dict[str, str],
    *,
    forged: bool = False,
    headers: dict[str, str] | None = None,
) -> Any:
    """Send the form of a card with the token of its page, or, forged, from a page of another site that has none."""
    token, given = enter(site, actor)
    body = urlencode(fields if forged else {**fields, "csrftoken": token})
    sent = {
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "cross-site" if forged else "same-origin",
    }
    return ask(site, "POST", REVIEW, actor, content=body, headers={**sent, **(headers or {})}, cookies=given)


def tell(site: Site, actor: dict[str, Any] | None, said: Any) -> Any:
    """Send JSON, as a script of the page does."""
    token, given = enter(site, actor)
    headers = {"content-type": "application/json", "x-csrftoken": token}
    body = said if isinstance(said, str) else json.dumps(said)
    return ask(site, "POST", REVIEW, actor, content=body, headers=headers, cookies=given)


def kept(path: Path) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(path)
    rows = db.execute("SELECT claim_id, verdict, state, reviewer, value, subject FROM reviews ORDER BY id").fetchall()
    db.close()
    return rows


@pytest.mark.parametrize("actor", [None, {"id": "bo"}], ids=["nobody", "another"])
def test_without_permission_there_are_no_buttons(site: Site, path: Path, actor: dict[str, Any] | None) -> None:
    page, _ = see(site, article_address(GOOD), actor)
    assert not page.select(".ainews-verdict form")
    response = tell(site, actor, {"claim": COST.id, "verdict": "confirmed"})
    assert response.status_code == 403
    assert kept(path) == []


def test_reviewing_is_off_by_default(runner: asyncio.Runner, path: Path) -> None:
    site = Site(runner, path)
    assert not see(site, article_address(GOOD), ADA)[0].select(".ainews-verdict form")


@pytest.mark.parametrize(
    "address", [article_address(GOOD), f"/hand/claims/{COST.id}", f"/-/ainews/hand/claim/{COST.id}"]
)
def test_reviewer_has_buttons_on_each_card(site: Site, address: str) -> None:
    page, _ = see(site, address, ADA)
    forms = page.select(".ainews-verdict-form")
    assert len(forms) == (len(CLAIMS) if "article" in address else 1)
    assert [str(button["value"]) for button in forms[0].select("button")] == ["confirmed", "rejected"]
    assert {str(form["action"]) for form in forms} == {REVIEW}


def test_root_may_review(runner: asyncio.Runner, path: Path) -> None:
    site = Site(runner, path)
    if NEXT:
        site.datasette.root_enabled = True
    assert see(site, article_address(GOOD), {"id": "root"})[0].select(".ainews-verdict-form")


def test_verdict_is_kept_and_seen(site: Site, path: Path) -> None:
    response = send(site, ADA, {"claim": COST.id, "verdict": "confirmed"})
    assert response.status_code == 303, response.text
    assert response.headers["location"] == f"{article_address(GOOD)}#claim-{COST.id}"
    assert kept(path) == [(COST.id, "confirmed", "counts", "Ada", 5.6e6, "Marlin-2")]
    for actor in (ADA, None):
        card = one(see(site, article_address(GOOD), actor)[0], f"#claim-{COST.id}")
        assert "Confirmed by Ada" in one(card, ".ainews-verdict-told").get_text()
    assert site.rows("/hand/claims_flat.json?status=confirmed")[0]["id"] == COST.id


def test_verdict_is_taken_back(site: Site, path: Path) -> None:
    send(site, ADA, {"claim": COST.id, "verdict": "rejected"})
    card = one(see(site, article_address(GOOD), ADA)[0], f"#claim-{COST.id}")
    assert [str(b["value"]) for b in card.select(".ainews-verdict-form button")] == ["confirmed", "rejected", "undone"]
    assert send(site, ADA, {"claim": COST.id, "verdict": "undone"}).status_code == 303
    assert [row[2] for row in kept(path)] == ["undone"]


def fill(site: Site, claim: str) -> dict[str, str]:
    """Return the fields of the form of a correction as the page fills them."""
    form = one(one(see(site, article_address(GOOD), ADA)[0], f"#claim-{claim}"), ".ainews-correction")
    fields = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[type=text]")}
    chosen = {str(s["name"]): str(one(s, "option[selected]")["value"]) for s in form.select("select")}
    return fields | chosen


def test_form_is_filled_with_what_was_read(site: Site) -> None:
    fields = fill(site, POWER.id)
    assert fields["value"] == "1,000,000,000"
    assert (fields["high"], fields["comparator"], fields["modality"]) == ("2,000,000,000", "range", "planned")
    assert "unit" not in fields
    assert fill(site, COST.id)["unit"] == "USD"


def test_form_as_it_came_is_no_correction(site: Site, path: Path) -> None:
    response = send(site, ADA, {"claim": POWER.id, "verdict": "corrected", **fill(site, POWER.id)})
    assert response.status_code == 400
    assert "changes nothing" in response.text
    assert kept(path) == []


def test_correction_is_kept_and_seen(site: Site, path: Path) -> None:
    changed = {**fill(site, COST.id), "value": "7 million", "subject": "Marlin-3", "note": "<b>see</b>"}
    assert send(site, ADA, {"claim": COST.id, "verdict": "corrected", **changed}).status_code == 303
    assert kept(path) == [(COST.id, "corrected", "counts", "Ada", 7e6, "Marlin-3")]
    told = one(one(see(site, article_address(GOOD), None)[0], f"#claim-{COST.id}"), ".ainews-verdict-told")
    assert "value 7,000,000 (read as 5,600,000)" in told.get_text()
    assert "<b>see</b>" in told.get_text()
    assert fill(site, COST.id)["value"] == "7,000,000"
    assert site.rows("/hand/claims_flat.json?subject_id=model:marlin-3")[0]["value"] == 7e6


def test_range_is_corrected_to_one_number(site: Site, path: Path) -> None:
    changed = {**fill(site, POWER.id), "high": "", "comparator": "eq"}
    assert send(site, ADA, {"claim": POWER.id, "verdict": "corrected", **changed}).status_code == 303
    with open_store(path, read_only=True) as store:
        (row,) = store.reviews.verdicts()
    assert (row["high"], row["comparator"]) == (None, "eq")


def test_forged_form_is_refused(site: Site, path: Path) -> None:
    assert send(site, ADA, {"claim": COST.id, "verdict": "confirmed"}, forged=True).status_code == 403
    assert kept(path) == []


def test_verdict_is_never_given_by_a_link(site: Site, path: Path) -> None:
    assert ask(site, "GET", f"{REVIEW}?claim={COST.id}&verdict=confirmed", ADA).status_code == 405
    assert kept(path) == []


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (f"http://localhost/hand/claims/{COST.id}?x=1", f"/hand/claims/{COST.id}?x=1#claim-{COST.id}"),
        ("http://evil.example/hand", f"{article_address(GOOD)}#claim-{COST.id}"),
        ("http://localhost//evil.example/", f"{article_address(GOOD)}#claim-{COST.id}"),
        ("javascript:alert(1)", f"{article_address(GOOD)}#claim-{COST.id}"),
        ("http://[", f"{article_address(GOOD)}#claim-{COST.id}"),
    ],
    ids=["page", "other host", "other host in the path", "script", "broken"],
)
def test_form_leads_back_to_its_page_and_nowhere_else(site: Site, referer: str, back: str) -> None:
    done = send(site, ADA, {"claim": COST.id, "verdict": "confirmed"}, headers={"referer": referer})
    assert (done.status_code, done.headers["location"]) == (303, back)


def test_program_sends_json(site: Site, path: Path) -> None:
    response = tell(site, ADA, {"claim": COST.id, "verdict": "corrected", "correction": {"value": 7e6}, "note": "n"})
    assert response.status_code == 200, response.text
    assert response.json()["review"]["verdict"] == "corrected"
    assert [row[4] for row in kept(path)] == [7e6]


BAD: dict[str, tuple[Any, str]] = {
    "no claim": ({"verdict": "confirmed"}, "no such claim"),
    "unknown claim": ({"claim": "x", "verdict": "confirmed"}, "no such claim"),
    "unknown verdict": ({"claim": COST.id, "verdict": "fine"}, "no such verdict"),
    "no number": ({"claim": COST.id, "verdict": "corrected", "correction": {"value": "x"}}, "no number"),
    "no object": ([1], "Expected a JSON object"),
    "odd correction": ({"claim": COST.id, "verdict": "corrected", "correction": "x"}, "Expected a JSON object"),
    "no JSON": ("{", "Expecting"),
    "nothing to undo": ({"claim": COST.id, "verdict": "undone"}, "no verdict to take back"),
}


@pytest.mark.parametrize(("said", "words"), BAD.values(), ids=BAD)
def test_what_cannot_be_kept_is_told(site: Site, path: Path, said: Any, words: str) -> None:
    response = tell(site, ADA, said)
    assert response.status_code == 400
    assert response.json()["ok"] is False
    assert words in response.json()["error"]
    assert kept(path) == []


def test_immutable_database_says_so(runner: asyncio.Runner, path: Path) -> None:
    options = {("config" if NEXT else "metadata"): CONFIG}
    site = Site(runner, **{**options, "immutables": [str(path)]})
    response = tell(site, ADA, {"claim": COST.id, "verdict": "confirmed"})
    assert response.status_code == 409
    assert "served as immutable" in response.json()["error"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any file")
def test_read_only_file_says_so(runner: asyncio.Runner, path: Path) -> None:
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        response = tell(serve(runner, path), ADA, {"claim": COST.id, "verdict": "confirmed"})
    finally:
        path.parent.chmod(0o755)
    assert response.status_code == 409
    assert "cannot be written" in response.json()["error"]


def test_older_database_says_how_to_bring_it_up_to_date(runner: asyncio.Runner, path: Path) -> None:
    db = sqlite3.connect(path)
    for (view,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        db.execute(f"DROP VIEW {view}")
    db.execute("DROP TABLE reviews")
    db.commit()
    db.close()
    site = serve(runner, path)
    assert not see(site, article_address(GOOD), ADA)[0].select(".ainews-verdict")
    response = tell(site, ADA, {"claim": COST.id, "verdict": "confirmed"})
    assert response.status_code == 409
    assert "ainews-to-sqlite extract" in response.json()["error"]


def test_hostile_words_stay_words_in_the_form(site: Site) -> None:
    page, _ = see(site, article_address(EVIL), ADA)
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
    assert not page.select("img, .ainews-verdict script, u, svg[onload]")
    names = {str(field["value"]) for field in page.select('.ainews-correction input[name="subject"]')}
    assert names == {claim.subject for claim in EVIL_CLAIMS}


def test_another_database_takes_no_verdict(runner: asyncio.Runner, tmp_path: Path, path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE notes (id)")
    db.close()
    site = Site(runner, path, other, **{("config" if NEXT else "metadata"): CONFIG})
    assert ask(site, "POST", "/-/ainews/other/review", None).status_code == 404
    assert ask(site, "POST", "/-/ainews/none/review", None).status_code == 404


def bearer(site: Site, actor: str) -> dict[str, str]:
    """Return the headers of a program that has a token of Datasette's."""
    token = site.datasette.sign({"a": actor, "token": "dstok", "t": int(time.time())}, namespace="token")
    return {"content-type": "application/json", "authorization": f"Bearer dstok_{token}"}


@pytest.mark.skipif(not NEXT, reason="Datasette 0.65 has no tokens of its own")
@pytest.mark.parametrize(("actor", "status"), [("ada", 200), ("bo", 403)])
def test_program_judges_by_a_token(site: Site, path: Path, actor: str, status: int) -> None:
    body = json.dumps({"claim": COST.id, "verdict": "confirmed"})
    response = ask(site, "POST", REVIEW, None, content=body, headers=bearer(site, actor))
    assert response.status_code == status, response.text
    assert response.json()["ok"] is (status == 200)
    assert len(kept(path)) == (status == 200)


def test_published_file_takes_no_verdict_and_shows_those_it_has(runner: asyncio.Runner, path: Path) -> None:
    public = path.parent / "public.db"
    with open_store(path) as store:
        store.reviews.save(COST.id, "corrected", by="Ada", correction={"value": 7e6})
        store.publish(public, Notice("Claims"))
    site = serve(runner, public)
    page, _ = see(site, article_address(GOOD, "public"), ADA)
    assert not page.select(".ainews-verdict form, .ainews-verdict details")
    assert "Corrected by a reader" in one(one(page, f"#claim-{COST.id}"), ".ainews-verdict-told").get_text()
    assert "by ," not in page.get_text()
    body = json.dumps({"claim": COST.id, "verdict": "confirmed"})
    # Whoever sends a token needs none against forgery
    response = ask(site, "POST", "/-/ainews/public/review", ADA, content=body, headers=bearer(site, "ada"))
    assert response.status_code == 409
    assert "This file is published" in response.json()["error"]
    assert [row[1] for row in kept(public)] == ["corrected"]
