"""A database in which every field that a stranger can write is out to do harm, made through the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extractor.reconcile import resolve_entity
from extractor.records import Article, Claim, Evidence, Page, Part, claim_id
from extractor.store import Source, open_store

__all__ = ["LONG", "URLS", "WORDS", "make_articles", "save_hostile"]

# Each calls alert() where it comes to life; a browser's tests fail at the first dialog.
WORDS = {
    "script": "<script>alert('script')</script>",
    "script-closed-early": "</script><script>alert('closed')</script>",
    "textarea": "</textarea></title></style></p></div><script>alert('out')</script>",
    "onerror": "<img src=x onerror=alert('onerror')>",
    "attribute": "\"' onfocus=alert('focus') autofocus onmouseover=alert('over') x=\"",
    "svg": "<svg/onload=alert('svg')>",
    "template": "{{ 7919 * 7919 }} {% raw %} ${7919 * 7919}",
    "comment": "--> <!-- ]]> <![CDATA[",
    "direction": "\u202egnp.exe\u202c \u2066evil\u2069 \u200f\u0627\u200e",
    "controls": "bell\u0007 escape\u001b[31m line\u2028paragraph\u2029\u0085\ufeff",
    "json": '</script><!--<script>"}],\\u003cscript\\u003e',
    "formula": '=HYPERLINK("javascript:alert(\'cell\')","x")',
}
URLS = {
    "javascript": "javascript:alert('url')",
    "javascript-hidden": "java\tscript:alert('tab')",
    "data": "data:text/html,<script>alert('data')</script>",
    "vbscript": "vbscript:alert(1)",
    "quote": "https://news.example/\"onmouseover=alert('quote')\"<script>alert('address')</script>",
    "protocol-relative": "//elsewhere.example/<script>alert('relative')</script>",
}
LONG = "x" * 1_000_000


def make_articles() -> Iterator[tuple[Article, list[Claim]]]:
    """Yield an article a kind of hostile words, each with claims on them; and one of a line of a million letters."""
    urls = list(URLS.values())
    for number, (name, words) in enumerate(WORDS.items()):
        url = urls[number] if number < len(urls) else f"https://news.example/{name}/{words}"
        text = f"Before {words} it cost $7 million.\n\n{words}"
        article = Article(url, text, f"{name} {words} $7", f"{words} site", (words, f"By {words}"), words, "en")
        yield article, list(_make_claims(article, words))
    article = Article(
        "https://news.example/long", f"{LONG} cost $7 million. {LONG}", LONG, "Long", ("Lo Ng",), "2025", "en"
    )
    yield article, list(_make_claims(article, "$7 million"))


def _make_claims(article: Article, words: str) -> Iterator[Claim]:
    cases: list[tuple[str, Part, str, float | str, str]] = [
        ("training_cost", "text", "$7 million", 7e6, "USD"),
        ("technique", "text", words, words, "name"),
        ("base_model", "title", article.title, words, "name"),
    ]
    for predicate, part, quote, value, unit in cases:
        whole = article.text if part == "text" else article.title
        start = whole.index(quote)
        subject = resolve_entity(words)
        slots: dict[str, Any] = {"currency": "USD"} if unit == "USD" else {}
        yield Claim(
            claim_id(article.url, predicate, quote, 0), article.id, predicate, value, unit, quote, start,
            start + len(quote), quote, 0, len(whole), f"{predicate}/{words}", subject=words, chip=words,
            subject_id=subject.id if subject else "", attributed_to=words, part=part,
            evidence=(Evidence("value", part, start, start + len(quote)),), **slots,
        )  # fmt: skip


def save_hostile(path: Path) -> Path:
    """Store them all, with sources and failures of the same words."""
    with open_store(path, create=True) as store:
        source = Source("page", URLS["javascript"], title=WORDS["script"], tags=(WORDS["onerror"],))
        run = store.start_run("ingest", rules="hand", source=source)
        for article, claims in make_articles():
            page = Page(article.url, article.id.encode(), "text/html")
            whole = Article(
                article.url, article.text, article.title, article.site, article.authors, article.published,
                article.language, page.sha256,
            )  # fmt: skip
            entities = {found.id: found for claim in claims if (found := resolve_entity(claim.subject))}
            store.save_article(page, whole, claims, entities=entities.values(), source=source, rules="hand", run_id=run)
        store.finish_run(run, outcome="done", pages=1, articles=1, claims=1, failures=0)
    return path
