"""What the tests of the pages share: a small database by hand, and a Datasette that is asked without a server."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from datasette.app import Datasette

from extractor.reconcile import resolve_entity
from extractor.records import Article, Claim, Evidence, Page, Part, Role, claim_id
from extractor.store import Source, open_store

__all__ = [
    "GOOD_URL", "HOSTILE_TEXT", "HOSTILE_TITLE", "HOSTILE_URL", "Site", "TEXT", "TITLE", "article_address",
    "make_articles", "make_claim", "one", "save", "text_of",
]  # fmt: skip

GOOD_URL = "https://news.example/marlin?a=1&b=2"
HOSTILE_URL = "javascript:alert(document.domain)"
TITLE = "Marlin-2 cost $5.6 million"
TEXT = (
    '🚀 Norwind <says> the "run" & all took 512 H800 chips.\n\n'
    "It read 14.8 trillion tokens\nfor 80 hours, or so it is said.\n\n\n"
    "Ada Byrne: “between 1 and 2 GW”. It was distilled from Llama 3."
)
HOSTILE_TITLE = 'A long headline <script>alert(1)</script> "Evil-1" cost <img src=x onerror=alert(2)> $7'
HOSTILE_TEXT = (
    "Evil-1</p></div><script>alert(3)</script> needed 9 <b onmouseover=alert(4)>H100</b> chips &amp; &lt;more&gt;.\n\n"
    "{{ 7919 * 7919 }} {% raw %} ' \" ` ]]> --> <!-- <svg/onload=alert(5)> used LoRA\u2028here."
)


def make_claim(
    article: Article, predicate: str, quote: str, value: float | str, unit: str, *, part: Part = "text",
    evidence: tuple[tuple[Role, str], ...] = (), **slots: Any,
) -> Claim:  # fmt: skip
    """Point a claim to the first place of its quote, and its evidence to the first place of each of its words."""
    whole = article.title if part == "title" else article.text
    start = whole.index(quote)
    subject = resolve_entity(slots.get("subject", ""))
    found = [Evidence("value", part, start, start + len(quote))]
    for role, words in evidence:
        inside: Part = "text" if words in article.text else "title"
        at = (article.text if inside == "text" else article.title).index(words)
        found.append(Evidence(role, inside, at, at + len(words)))
    sentence_start = whole.rfind("\n", 0, start) + 1
    end = whole.find("\n", start + len(quote))
    return Claim(
        id=claim_id(article.url, predicate, quote, 0), article_id=article.id, predicate=predicate, value=value,
        unit=unit,
        value_text=slots.pop("value_text", quote), start=start, end=start + len(quote), quote=quote, part=part,
        sentence_start=sentence_start, sentence_end=len(whole) if end < 0 else end, rule=f"{predicate}/stated",
        subject_id=subject.id if subject else "", evidence=tuple(found), **slots,
    )  # fmt: skip


def make_articles() -> list[tuple[Article, list[Claim]]]:
    """Two articles: one with claims that nest, overlap and coincide, one whose every word is out to do harm."""
    good = Article(GOOD_URL, TEXT, TITLE, "News & Co", ("Bo Lind", "Cy Oh"), "2025-01-28", "en")
    evil = Article(
        HOSTILE_URL, HOSTILE_TEXT, HOSTILE_TITLE, "<i onclick=alert(6)>Site</i>", ('"><script>alert(7)</script>',),
        "2025-02-01\"><script>alert(8)</script>", "en",
    )  # fmt: skip
    return [
        (good, [
            make_claim(good, "training_cost", "$5.6 million", 5.6e6, "USD", part="title", subject="Marlin-2",
                       currency="USD"),
            make_claim(good, "chip_count", "512 H800 chips", 512.0, "chips", subject="Marlin-2", chip="H800",
                       attributed_to="Norwind",
                       evidence=(("chip", "H800"), ("subject", "Marlin-2"), ("speaker", "Norwind"))),
            make_claim(good, "chip_model", "H800", "H800", "name", subject="Marlin-2"),
            make_claim(good, "training_tokens", "14.8 trillion tokens\nfor 80", 1.48e13, "tokens", subject="Marlin-2",
                       value_text="14.8 trillion tokens", stage="pretraining"),
            make_claim(good, "training_time", "for 80 hours", 80.0, "hours", subject="Marlin-2", modality="disputed",
                       evidence=(("modality", "or so it is said"),)),
            make_claim(good, "power", "between 1 and 2 GW", 1e9, "watts", high=2e9, comparator="range",
                       subject="Norwind", attributed_to="Ada Byrne", modality="planned", confidence=0.875),
            make_claim(good, "base_model", "distilled from Llama 3", "Llama 3", "name", subject="Marlin-2"),
            make_claim(good, "technique", "distilled", "distillation", "name", subject="Marlin-2"),
            make_claim(good, "parameters", "Llama 3", 7.1e9, "parameters", subject="Llama 3", comparator="approx"),
            make_claim(good, "training_compute", "Llama 3", 3.8e25, "FLOP", subject="Llama 3", comparator="gt"),
        ]),
        (evil, [
            make_claim(evil, "training_cost", "<img src=x onerror=alert(2)> $7", 7.0, "USD", part="title",
                       subject='<script>alert("s")</script>', currency="USD"),
            make_claim(evil, "chip_count", "9 <b onmouseover=alert(4)>H100</b> chips", 9.0, "chips",
                       subject="<svg onload=alert(9)>", chip="<b>H100</b>",
                       attributed_to="'><img src=x onerror=alert(10)> onfocus=alert(11) autofocus='",
                       evidence=(("chip", "<b onmouseover=alert(4)>H100</b>"),
                                 ("subject", "<script>alert(3)</script>"))),
            make_claim(evil, "technique", "LoRA\u2028here", "<u>LoRA</u>", "name", subject="{{ 7919 * 7919 }}"),
        ]),
    ]  # fmt: skip


def save(path: Path, articles: list[tuple[Article, list[Claim]]]) -> Path:
    with open_store(path, create=True) as store:
        source = Source("folder", "news")
        run = store.start_run("ingest", rules="hand", source=source)
        for article, claims in articles:
            page = Page(article.url, f"{article.title}\n{article.text}".encode(), "text/html")
            whole = Article(
                article.url, article.text, article.title, article.site, article.authors, article.published,
                article.language, page.sha256, article.canonical,
            )  # fmt: skip
            entities = {found.id: found for claim in claims if (found := resolve_entity(claim.subject))}
            store.save_article(page, whole, claims, entities=entities.values(), source=source, rules="hand", run_id=run)
        store.finish_run(run, outcome="done", pages=2, articles=2, claims=13, failures=0)
    return path


class Site:
    """A running Datasette, asked without a server."""

    def __init__(self, runner: asyncio.Runner, *paths: Path, **options: Any) -> None:
        self.runner = runner
        self.datasette = Datasette([str(path) for path in paths], **options)

    def get(self, path: str, status: int = 200, **options: Any) -> Any:
        url = self.datasette.urls.path(path)
        response = self.runner.run(self.datasette.client.get(url, follow_redirects=True, **options))
        assert response.status_code == status, (path, response.text[:500])
        return response

    def page(self, path: str, **options: Any) -> BeautifulSoup:
        # Blank lines between paragraphs are text of the article; BeautifulSoup would fold them.
        return BeautifulSoup(self.get(path, **options).text, "html.parser", preserve_whitespace_tags={"html"})

    def rows(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"{path}{'&' if '?' in path else '?'}_shape=array").json()
        return found


def one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, (selector, len(found))
    return found[0]


def text_of(tag: Tag, key: str, value: str) -> str:
    """Join the marked words that carry a key, in the order of the page."""
    return "".join(mark.get_text() for mark in tag.select("mark") if value in str(mark.get(key, "")).split())


def article_address(article: Article, database: str = "hand") -> str:
    return f"/-/ainews/{database}/article/{article.id}"
