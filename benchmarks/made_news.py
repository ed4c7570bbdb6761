"""A seed -> articles with claims in any number: news that nobody wrote, for measuring how the pages bear its size.

The sentences are made of parts whose places are known as they are joined, so that every quote and every word of
evidence stands where its claim says. Nothing reads them: the parts know what they mean.
"""

from __future__ import annotations

import math
import random
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from extractor.reconcile import Entity, resolve_entity
from extractor.records import JSON_KEYS, Article, Claim, Evidence, Part, Role, claim_id
from extractor.rules import load_confidence, load_rules
from extractor.schema import load_predicates, read_list

__all__ = ["MadeArticle", "make_news"]

# One body a predicate: [ and ] stand around the quote, and {...} are the parts that fill slots.
BODIES = {
    "training_cost": "{subject} cost {comparator}[{figure}] to train",
    "hardware_cost": "{subject} paid {comparator}[{figure}] for its machines",
    "chip_count": "{subject} was trained on {comparator}[{figure} {chip} GPUs]",
    "chip_model": "{subject} was trained on [{chip} GPUs]",
    "training_time": "it took {comparator}[{figure}] to train {subject}",
    "chip_hours": "{subject} took {comparator}[{figure}] on {chip}s",
    "parameters": "{subject} has {comparator}[{figure}]",
    "active_parameters": "{subject} uses {comparator}[{figure}] at a time",
    "training_tokens": "{subject} has read {comparator}[{figure}]",
    "training_compute": "{subject} took {comparator}[{figure}] in all",
    "power": "{subject} will draw {comparator}[{figure}]",
    "technique": "{subject} was made with [{name}]",
    "base_model": "{subject} was built on [{name}]",
}
SHARES = (16, 8, 18, 12, 6, 4, 11, 3, 6, 3, 7, 14, 6)
# The middle of each predicate's figures, how far they spread (of the natural logarithm), and how they are written:
# steps of the unit, the largest that fits.
FIGURES: dict[str, tuple[float, float, tuple[tuple[float, str], ...]]] = {
    "training_cost": (2e7, 2.0, ((1e9, "${} billion"), (1e6, "${} million"), (1, "${}"))),
    "hardware_cost": (8e8, 1.8, ((1e9, "${} billion"), (1e6, "${} million"), (1, "${}"))),
    "chip_count": (8e3, 1.8, ((1, "{}"),)),
    "training_time": (1.2e3, 0.9, ((24, "{} days"), (1, "{} hours"))),
    "chip_hours": (4e6, 1.8, ((1e6, "{} million GPU hours"), (1, "{} GPU hours"))),
    "parameters": (5e10, 1.8, ((1e12, "{} trillion parameters"), (1e9, "{} billion parameters"), (1, "{} parameters"))),
    "active_parameters": (1.5e10, 1.2, ((1e9, "{} billion parameters"), (1, "{} parameters"))),
    "training_tokens": (6e12, 1.2, ((1e12, "{} trillion tokens"), (1e9, "{} billion tokens"), (1, "{} tokens"))),
    "training_compute": (2e24, 2.0, ((1, "{} FLOP"),)),
    "power": (2e8, 1.4, ((1e9, "{} gigawatts"), (1e6, "{} megawatts"), (1, "{} watts"))),
}
COMPARATORS = (
    ("eq", "", 70),
    ("approx", "about ", 17),
    ("gt", "more than ", 8),
    ("lt", "less than ", 3),
    ("range", "", 2),
)
MODALITIES = (
    ("asserted", "", 78), ("estimated", "by one estimate", 9), ("planned", "under the plan", 8),
    ("disputed", "critics doubt that", 2), ("hypothetical", "if all went well", 2),
    ("denied", "it is not true that", 1),
)  # fmt: skip
FILLERS = (
    "The announcement came on a day on which {a} and {b} were in the news.",
    "Nobody at {a} would say how the {b} was paid for.",
    "Analysts had asked for months what the {a} meant for the {b}.",
    "A spokesman for the {a} pointed to the {b}, and to nothing else.",
    "What it means for the {a} is less clear than what it means for the {b}.",
    "The {a} has changed hands twice since the {b} was finished.",
    "Two people who know the {a} describe the {b} as slow and costly.",
    "The {a} was to be ready by the summer, and the {b} a year later.",
)  # fmt: skip
WORDS = (
    "market grid council harbour laboratory minister contract licence turbine substation rack network investor rival "
    "engineer auditor budget forecast campus valley regulator court memo leak paper benchmark release licence union "
    "supplier foundry wafer memory cable cooler tariff export permit loan bond fund board founder team office building"
).split()
SITE_WORDS = (
    "Daily",
    "Wire",
    "Chip",
    "Cloud",
    "Tide",
    "Harbour",
    "Model",
    "Silicon",
    "Northern",
    "Open",
    "Signal",
    "Ledger",
)
COPY_SHARE = 0.05
FIRST_YEAR, LAST_YEAR = 2017, 2026


@dataclass(frozen=True, slots=True)
class MadeArticle:
    """An article, its claims, the entities that they are about, and the article that it is a copy of, if it is one."""

    article: Article
    claims: tuple[Claim, ...]
    entities: tuple[Entity, ...]
    copy_of: str = ""


def make_news(articles: int, claims: int, seed: int = 0) -> Iterator[MadeArticle]:
    """Yield so many articles with so many claims in all; the same for the same numbers and seed.

    Some subjects, sites, chips and speakers are named often and most of them seldom (as ranks go: Zipf's law); a few
    articles have many claims and some have none; most are of the last years; one in twenty is a copy of another.
    """
    dice = random.Random(f"{seed} {articles} {claims}")
    originals, counts = _share_out(dice, articles, claims)
    writer = _Writer(dice)
    # A copy is of one of the last articles, so that those are all that is kept.
    recent: deque[tuple[int, MadeArticle]] = deque(maxlen=101)
    for number, count in enumerate(counts):
        original = originals[number]
        if original is None:
            made = writer.write(number, count)
            recent.append((number, made))
            yield made
        else:
            yield writer.copy(number, next(made for found, made in recent if found == original))


def _share_out(dice: random.Random, articles: int, claims: int) -> tuple[list[int | None], list[int]]:
    """Return for each article which one it is a copy of, and how many claims it has."""
    originals: list[int | None] = []
    for number in range(articles):
        others = [n for n in range(max(0, number - 100), number) if originals[n] is None]
        originals.append(dice.choice(others) if others and dice.random() < COPY_SHARE else None)
    weights = [dice.lognormvariate(0, 1) if found is None else 0.0 for found in originals]
    for number, found in enumerate(originals):
        if found is not None:
            weights[number] = weights[found]
    scale = claims / max(sum(weights), 1e-9)
    counts = [int(weight * scale) for weight in weights]
    # What rounding has left over goes to articles that nothing is a copy of.
    copied = {found for found in originals if found is not None}
    single = [number for number in range(articles) if originals[number] is None and number not in copied] or [0]
    for place in range(claims - sum(counts)):
        counts[single[place % len(single)]] += 1
    return originals, counts


class _Ranked:
    """Names of which the first is drawn most often."""

    def __init__(self, dice: random.Random, names: list[Any], power: float = 1.0) -> None:
        self.dice, self.names = dice, names
        self.weights = list(accumulate(1 / (rank + 2) ** power for rank in range(len(names))))

    def draw(self) -> Any:
        return self.dice.choices(self.names, cum_weights=self.weights)[0]


class _Writer:
    """Writes articles; what it once gave a subject as its figure stays about that."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        names = {name: [row["name"] for row in read_list(name)] for name in ("models", "clusters", "organisations")}
        models = [f"{name} {size}" for name in names["models"] for size in ("7B", "70B", "2", "3.5")][:3000]
        invented = [
            f"{a}{b}-{n}" for a in ("Nor", "Mar", "Tel", "Bru") for b in ("wind", "lin", "dor") for n in range(90)
        ]
        subjects = [*models, *names["clusters"], *names["organisations"], *invented]
        dice.shuffle(subjects)
        self.subjects = _Ranked(dice, [(name, found) for name in subjects if (found := resolve_entity(name))])
        people = [row["name"] for row in read_list("people")] + names["organisations"]
        dice.shuffle(people)
        self.speakers = _Ranked(dice, people)
        self.chips = _Ranked(dice, [row["name"] for row in read_list("chips") if row["kind"] == "chip"], 1.3)
        self.techniques = _Ranked(dice, [row["name"] for row in read_list("techniques")], 1.1)
        sites = [f"{a} {b} {n}" for n in range(1, 5) for a in SITE_WORDS for b in SITE_WORDS if a != b]
        dice.shuffle(sites)
        self.sites = _Ranked(dice, sites)
        self.truth: dict[tuple[str, str], float] = {}
        self.rules = {
            name: [rule.id for rule in load_rules() if rule.id.startswith(f"{name}/")] for name in load_predicates()
        }
        self.units = {name: predicate.unit for name, predicate in load_predicates().items()}

    def write(self, number: int, count: int) -> MadeArticle:
        dice = self.dice
        site = self.sites.draw()
        url = f"https://{site.lower().replace(' ', '-')}.example/{number}"
        article_id = Article(url, "").id
        text = _Text()
        claims: list[dict[str, Any]] = []
        entities: dict[str, Entity] = {}
        # An article is about few subjects.
        subjects = [self.subjects.draw() for _ in range(1 + count // 6)]
        title = _Text()
        for place in range(count):
            name, entity = dice.choice(subjects)
            entities[entity.id] = entity
            into, part = (title, "title") if place == 0 and dice.random() < 0.1 else (text, "text")
            claims.append({**self._say(into, name, entity), "part": part})
            for _ in range(dice.choice((0, 1, 1, 2))):
                text.add_sentence(self._fill())
        for _ in range(3 if not count else dice.randrange(3)):
            text.add_sentence(self._fill())
        if not title.parts:
            title.add(f"{name if count else site}: {dice.choice(WORDS)} and {dice.choice(WORDS)}, no. {number}")
        authors = (self.speakers.draw(),) if dice.random() < 0.7 else ()
        article = Article(url, text.words, title.words, site, authors, self._day(), "en")
        return MadeArticle(article, _make_claims(article, article_id, claims), tuple(entities.values()))

    def copy(self, number: int, made: MadeArticle) -> MadeArticle:
        """Print an article again on another site, with a line below."""
        site = self.sites.draw()
        former = made.article
        article = Article(
            f"https://{site.lower().replace(' ', '-')}.example/{number}",
            f"{former.text}\n\nThis story was published by {site} from a wire.",
            former.title, site, former.authors, former.published, "en",
        )  # fmt: skip
        rows = [{key: getattr(claim, key) for key in JSON_KEYS if key != "id"} for claim in made.claims]
        return MadeArticle(article, _make_claims(article, article.id, rows), made.entities, former.id)

    def _day(self) -> str:
        dice = self.dice
        years = LAST_YEAR - FIRST_YEAR + 1
        year = LAST_YEAR - min(int(dice.expovariate(0.6)), years - 1)
        if (much := dice.random()) < 0.02:
            return ""
        month = f"{year}-{dice.randint(1, 12):02}"
        return month if much < 0.05 else f"{month}-{dice.randint(1, 28):02}"

    def _fill(self) -> str:
        return self.dice.choice(FILLERS).format(a=self.dice.choice(WORDS), b=self.dice.choice(WORDS))

    def _say(self, text: _Text, subject: str, entity: Entity) -> dict[str, Any]:
        """Write one sentence with a claim, and return the claim's slots with their places."""
        dice = self.dice
        predicate = dice.choices(list(BODIES), SHARES)[0]
        modality, hint, _ = dice.choices(MODALITIES, [share for *_, share in MODALITIES])[0]
        comparator, about, _ = dice.choices(COMPARATORS, [share for *_, share in COMPARATORS])[0]
        figures = predicate in FIGURES
        if not figures:
            comparator, about = "eq", ""
        row: dict[str, Any] = {
            "predicate": predicate, "unit": self.units[predicate], "comparator": comparator, "modality": modality,
            "subject": subject, "subject_id": entity.id, "rule": dice.choice(self.rules[predicate]),
            "currency": "USD" if self.units[predicate] == "USD" else "",
        }  # fmt: skip
        speaker = self.speakers.draw() if dice.random() < 0.45 else ""
        chip = self.chips.draw() if "{chip}" in BODIES[predicate] else ""
        if figures:
            row["value"], row["value_text"] = self._figure(predicate, entity.id)
            if comparator == "range":
                row["high"] = row["value"] * 2
                row["value_text"] += f" to {_write_figure(predicate, row['high'])[1]}"
            fills = {"figure": row["value_text"]}
        else:
            name = chip or (self.techniques.draw() if predicate == "technique" else self.subjects.draw()[0])
            row |= {"value": name, "value_text": name}
            fills = {"name": name}
        row |= {"chip": chip if figures else "", "attributed_to": speaker, "evidence": []}
        fills |= {"subject": subject, "comparator": about, "chip": chip}
        text.begin_sentence()
        row["sentence_start"] = text.length
        evidence: list[tuple[Role, int, int]] = []
        if hint:
            evidence.append(("modality", *text.add(hint[0].upper() + hint[1:])))
            text.add(" " if hint.endswith("that") else ", ")
        for kind, words in _body(predicate):
            if kind == "[":
                row["start"] = text.length
            elif kind == "]":
                row["end"] = text.length
            elif kind == "words":
                text.add(words)
            else:
                start, end = text.add(fills[words])
                role: Role = "value" if words in ("figure", "name") else words  # type: ignore[assignment]
                if end > start and role != "value" and (figures or role != "chip"):
                    evidence.append((role, start, end if role != "comparator" else end - 1))
        evidence.append(("value", row["start"], row["end"]))
        if speaker:
            text.add(", ")
            evidence.append(("speaker", *text.add(speaker)))
            text.add(" said")
        text.add(".")
        return {**row, "sentence_end": text.length, "places": evidence}

    def _figure(self, predicate: str, subject: str) -> tuple[float, str]:
        """Return a subject's figure as this report has it, and its words: most reports agree, and some do not."""
        middle, spread, _ = FIGURES[predicate]
        key = (predicate, subject)
        if key not in self.truth:
            self.truth[key] = self.dice.lognormvariate(math.log(middle), spread)
        off = self.dice.lognormvariate(0, 0.5) if self.dice.random() < 0.2 else 1.0
        return _write_figure(predicate, max(self.truth[key] * off, 2.0))


def _write_figure(predicate: str, value: float) -> tuple[float, str]:
    """Round a figure to what its words say, and return both."""
    if predicate == "training_compute":
        words = f"{value:.2g}"
        return float(words), f"{words} FLOP"
    for step, form in FIGURES[predicate][2]:
        if value >= step:
            shown = float(f"{value / step:.3g}")
            return shown * step, form.format(f"{shown:,.10g}")
    return 2.0, FIGURES[predicate][2][-1][1].format(2)


@cache
def _body(predicate: str) -> tuple[tuple[str, str], ...]:
    """Cut a body into its literal words, slots and quote marks."""
    parts: list[tuple[str, str]] = []
    words = ""
    for sign in BODIES[predicate]:
        if sign in "{}[]":
            if words:
                parts.append(("slot" if sign == "}" else "words", words))
            words = ""
            if sign in "[]":
                parts.append((sign, ""))
        else:
            words += sign
    return (*parts, ("words", words)) if words else tuple(parts)


class _Text:
    """A text that grows, and knows where it is."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = self.sentences = 0

    @property
    def words(self) -> str:
        return "".join(self.parts)

    def add(self, words: str) -> tuple[int, int]:
        start = self.length
        self.parts.append(words)
        self.length += len(words)
        return start, self.length

    def begin_sentence(self) -> None:
        if self.sentences:
            self.add(" " if self.sentences % 4 else "\n\n")
        self.sentences += 1

    def add_sentence(self, words: str) -> None:
        self.begin_sentence()
        self.add(words)


def _make_claims(article: Article, article_id: str, rows: list[dict[str, Any]]) -> tuple[Claim, ...]:
    """Make the records, which check themselves, of what was noted while the text was written."""
    seen: Counter[tuple[str, str]] = Counter()
    claims = []
    for row in rows:
        part: Part = row["part"]
        quote = getattr(article, part)[row["start"] : row["end"]]
        places = row.pop("places", None)
        if places is not None:
            row["evidence"] = tuple(Evidence(role, part, start, end) for role, start, end in sorted(places))
        confidence = load_confidence().get(row["rule"])
        row |= {"quote": quote, "article_id": article_id, "confidence": confidence.precision if confidence else None}
        place = seen[row["predicate"], quote]
        seen[row["predicate"], quote] += 1
        claims.append(Claim(id=claim_id(article.url, row["predicate"], quote, place), **row))
    return tuple(claims)
