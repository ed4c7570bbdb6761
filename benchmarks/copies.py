"""How well copies of one report are told from other reports, by kind of reprint, on texts of which that is known.

Run ``python -m benchmarks.copies`` at the root of a checkout. Two sets, each in halves of which *tune* chose the
thresholds and *look* only judges:

- made reprints: every article of the packaged corpus and of ``tests/gold`` as desks change what a wire sends: another
  dateline, a cut tail, a paragraph of their own, their house style, fewer and longer paragraphs, the site's furniture,
  all of it at once. Whatever two articles are not made of one is no pair of copies.
- written ones (``tests/gold/copies.jsonl``): reprints edited by hand, beside reports of the same event by others,
  follow-ups with the same background, reports made by filling in a form, short items, and a roundup.

The made reprints show what the method bears, not how often which change happens.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from extractor.copies import are_copies, bands_of, sketch_text
from extractor.evaluation import corpus_gold

__all__ = ["Pair", "made_pairs", "main", "make_reprints", "tell_pairs", "written_pairs"]

GOLD = Path(__file__).parent.parent / "tests" / "gold"
BASES = ("articles-written", "news-written", "read/news", "read/articles")

HOUSE_STYLE = [
    (r"\bper cent\b|%", " per cent"), (r" million\b", "m"), (r" billion\b", "bn"), (r" trillion\b", "tn"),
    (r"\$", "US$"), (r"[\u201c\u201d]", '"'), (r"\u2019", "'"), (r"(\w)ize(d|s)?\b", r"\1ise\2"),
    (r"\bcenter(s?)\b", r"centre\1"), (r"\bsaid that\b", "said"), (r"\baccording to\b", "as reported by"),
    (r"\bapproximately\b|\babout\b", "around"), (r"\bmore than\b", "over"), (r"\bhas not\b", "hasn't"),
    (r"\btwo\b", "2"), (r"\bthree\b", "3"), (r"\bhowever\b", "but"),
    (r"\bartificial intelligence\b", "AI"), (r"\bthe company\b", "the firm"), (r"\bchief executive\b", "CEO"),
    (r"\bUnited States\b", "US"), (r"\bcompanies\b", "firms"), (r"\bwhich\b", "that"), (r"\blast year\b", "a year ago"),
]  # fmt: skip
OWN_WORDS = (
    "The news was followed closely here, where three universities run machines of a similar kind and a fourth has "
    "asked for money to build one. The minister of research said that he would study the figures.",
    "Shares of local technology firms were little changed in early trading. The index has lost a tenth of its value "
    "since the summer, mostly on worries about what all the building will cost.",
    "Readers may remember our interview of last spring, in which one of the founders told this newspaper that nobody "
    "outside a handful of laboratories knew how the sums were done, and that this would not last.",
)
HEAD = ("Listen to this article. Five minutes.", "Reuben Vale, Technology correspondent", "Share  Save  Print")
FOOT = (
    "This story was published from a wire agency feed without modifications to the text.",
    "Sign up for our newsletter and get the stories of the day in your inbox. You can leave at any time.",
    "Read also: What the new rules mean for you. The ten best laptops of the year. Why your phone is slow.",
)
PLACES = ("SAN FRANCISCO, Jan 28 (Tidewater)", "BEIJING (Wire)", "PARIS", "New York, AWN")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, and whether one is a copy of the other.

    Attributes:
        kind: what makes them alike.
    """

    kind: str
    half: str
    first: str
    second: str
    copies: bool


def main() -> None:
    """Print for each kind how many pairs were told right, and of all what share of links is right and is found."""
    parser = argparse.ArgumentParser(description="Measure how well copies are found.")
    parser.add_argument("--misses", action="store_true", help="print the pairs of half tune that were told wrong")
    misses = parser.parse_args().misses
    for name, pairs in (("made", made_pairs()), ("written", written_pairs())):
        seen: Counter[tuple[bool, str, str]] = Counter()
        right: Counter[tuple[bool, str, str]] = Counter()
        for pair, told in tell_pairs(pairs):
            key = (not pair.copies, pair.kind, pair.half)
            seen[key] += 1
            right[key] += told == pair.copies
            if misses and told != pair.copies and pair.half == "tune":
                print(f"  told {told}: {pair.first[:60]!r} {pair.second[:60]!r}")
        for key in sorted(seen):
            print(f"{name:8} {'other' if key[0] else 'copy':6} {key[1]:34} {key[2]:5} {right[key]:5} of {seen[key]}")
        for half in ("tune", "look"):
            found, wrong, copies = (
                sum(count for key, count in counts.items() if key[2] == half and key[0] == other)
                for counts, other in ((right, False), (seen - right, True), (seen, False))
            )
            print(f"{name:8} {half}: precision {found / (found + wrong):.3f}, recall {found / copies:.3f}")


def tell_pairs(pairs: Iterable[Pair]) -> Iterator[tuple[Pair, bool]]:
    """Yield each pair with what the store would say of it."""
    sketch = cache(sketch_text)
    for pair in pairs:
        yield pair, _are_found(sketch(pair.first), sketch(pair.second))


def _are_found(a: bytes, b: bytes) -> bool:
    """Tell copies as the store does: only what shares a band is compared at all."""
    return any(x == y for x, y in zip(bands_of(a), bands_of(b), strict=False)) and are_copies(a, b)


def made_pairs() -> Iterator[Pair]:
    """Yield every article with its made reprints, and every two articles as no copies."""
    bases = list(_bases())
    for half, text in bases:
        for kind, reprint in make_reprints(text):
            yield Pair(kind, half, text, reprint, True)
    for (half, text), (_, earlier) in zip(bases, bases[1:] + bases[:1], strict=True):
        for share in (0.3, 0.4):
            yield Pair(f"follow-up, {share:.0%} background", half, _follow_up(text, earlier, share), earlier, False)
    for (half, first), (other, second) in combinations(bases, 2):
        if half == other:
            yield Pair("two articles", half, first, second, False)


def written_pairs() -> Iterator[Pair]:
    """Yield every two texts of ``copies.jsonl`` in one half; two reprints of one original are copies, too."""
    rows = [json.loads(line) for line in (GOLD / "copies.jsonl").read_text(encoding="utf-8").splitlines()]
    for a, b in combinations(rows, 2):
        if a["half"] != b["half"]:
            continue
        is_reprint = {a["kind"], b["kind"]} <= {"report", "template", "reprint"}
        copies = is_reprint and (a["of"] or a["id"]) == (b["of"] or b["id"])
        kind = " and ".join(sorted({a["kind"], b["kind"]}))
        if not copies:
            kind += ", one event" if a["event"] == b["event"] else ", two events"
        yield Pair(kind, a["half"], a["text"], b["text"], copies)


def make_reprints(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text as others would print it, by kind; the same text always gives the same reprints."""
    chance = random.Random(hashlib.sha256(text.encode()).hexdigest())
    paragraphs = text.split("\n\n")
    dated = [f"{chance.choice(PLACES)} - {paragraphs[0]}", *paragraphs[1:]]
    half = max(1, round(len(paragraphs) * 0.5))
    yield "dateline", "\n\n".join(dated)
    yield "three quarters", _cut(paragraphs, 0.75)
    yield "the first half", _cut(paragraphs, 0.5)
    yield "the first third", _cut(paragraphs, 0.34)
    yield "own paragraphs", "\n\n".join([*paragraphs[:half], *chance.sample(OWN_WORDS, 2), *paragraphs[half:]])
    yield "house style", _restyle(text)
    yield "sentences left out", _thin(paragraphs, chance)
    yield "furniture", "\n\n".join([*HEAD, *paragraphs, *FOOT])
    edited = _restyle(_thin(dated, chance)).split(" ")
    kept = edited[: round(len(edited) * 0.7)]
    yield "all at once", "\n\n".join([HEAD[1], " ".join(kept), chance.choice(OWN_WORDS), FOOT[1]])


def _cut(paragraphs: list[str], share: float) -> str:
    """Keep whole paragraphs from the top until a share of the words is there."""
    words = sum(len(paragraph.split()) for paragraph in paragraphs)
    kept: list[str] = []
    for paragraph in paragraphs:
        if kept and sum(len(each.split()) for each in kept) >= share * words:
            break
        kept.append(paragraph)
    return "\n\n".join(kept)


def _follow_up(news: str, earlier: str, share: float) -> str:
    """Put the end of an earlier article below the beginning of another: what the outlet has told of it before."""
    new, old = news.split(), earlier.split()
    size = round(share * len(old))
    return " ".join([*new[: len(old) - size], *old[-size:]])


def _restyle(text: str) -> str:
    for pattern, new in HOUSE_STYLE:
        text = re.sub(pattern, new, text)
    return text


def _thin(paragraphs: list[str], chance: random.Random) -> str:
    """Leave out a sentence in six, and make one paragraph of two."""
    sentences = [sentence for each in paragraphs for sentence in re.split(r"(?<=[.!?]) +", each)]
    kept = [sentence for sentence in sentences if chance.random() > 1 / 6] or sentences
    return "\n\n".join(" ".join(kept[i : i + 4]) for i in range(0, len(kept), 4))


def _bases() -> Iterator[tuple[str, str]]:
    texts = [document.text for document in (gold.document for gold in corpus_gold())]
    for name in BASES:
        texts += [json.loads(line)["text"] for line in (GOLD / f"{name}.jsonl").read_text("utf-8").splitlines()]
    for text in texts:
        yield ("tune" if hashlib.sha256(text.encode()).digest()[0] % 2 else "look"), text


if __name__ == "__main__":
    main()
