"""Which claims state one fact: predicate, value and subject, as the annotation guidelines compare them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["Row", "align_claims", "drop_repeats", "find_chips", "same_fact", "same_name", "same_subject"]

# Words that do not tell one name from another
COMMON_WORDS = frozenset(
    "nvidia amd google huawei intel meta openai anthropic deepseek alibaba microsoft xai mistral amazon aws the "
    "ai model models chip chips gpu gpus supercomputer cluster large language llm its their company s".split()
)
SAME_NAME = {
    "rl": "reinforcementlearning", "reinforcementlearningrl": "reinforcementlearning", "moe": "mixtureofexperts",
    "mixtureofexpertsmoe": "mixtureofexperts", "knowledgedistillation": "distillation", "distilled": "distillation",
    "modeldistillation": "distillation", "selfdistillation": "distillation", "quantisation": "quantization",
    "iterateddistillationandamplification": "distillation", "sft": "finetuning", "supervisedfinetuning": "finetuning",
    "cot": "chainofthought", "testtimescaling": "testtimecompute", "inferencetimecompute": "testtimecompute",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")

Row = Mapping[str, Any]


def _words(name: object) -> list[str]:
    found = _WORD.findall(str(name or "").lower().replace("’s", "").replace("'s", ""))
    return [word for word in found if word not in COMMON_WORDS] or found


def _fold(name: object) -> str:
    text = "".join(_words(name))
    if text.endswith("s") and any(char.isdigit() for char in text):
        text = text[:-1]
    return SAME_NAME.get(text, text)


def _number(value: object) -> float | None:
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None


def _same_value(one: object, other: object, predicate: str) -> bool:
    x, y = _number(one), _number(other)
    if x is not None and y is not None:
        return abs(x - y) <= (0.05 if predicate == "training_time" else 0.01) * max(abs(x), abs(y))
    return x is None and y is None and _fold(one) == _fold(other) != ""


def _ends(claim: Row) -> list[object]:
    return [value for value in (claim["value"], claim.get("high")) if value not in (None, "")]


def same_fact(gold: Row, found: Row) -> bool:
    """Tell whether predicate and value agree; of a range either end will do."""
    if gold["predicate"] != found["predicate"]:
        return False
    return any(_same_value(a, b, gold["predicate"]) for a in _ends(gold) for b in _ends(found))


def same_name(one: object, other: object) -> bool:
    """Tell whether the telling words of one name are among those of the other, or both are no name."""
    x, y = _words(one), _words(other)
    if not x or not y:
        return not x and not y
    return set(x) <= set(y) or set(y) <= set(x) or "".join(x) == "".join(y)


def same_subject(gold: Row, found: Row) -> bool:
    """Tell whether a claim is of the gold's subject, by any name that the gold takes."""
    other = gold.get("subject_alt") or []
    names = [gold.get("subject"), *([other] if isinstance(other, str) else other)]
    return not names[0] or any(same_name(name, found.get("subject")) for name in names if name)


def drop_repeats(claims: Iterable[Row]) -> list[Row]:
    """Count a fact once that is told twice of one subject."""
    kept: list[Row] = []
    for claim in claims:
        if not any(
            k["predicate"] == claim["predicate"]
            and _same_value(k["value"], claim["value"], claim["predicate"])
            and same_name(k.get("subject"), claim.get("subject"))
            for k in kept
        ):
            kept.append(claim)
    return kept


def align_claims(gold: Sequence[Row], found: Sequence[Row]) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pair the claims that state one fact, those with one subject first; return the pairs and what is left of both."""
    pairs: list[tuple[Row, Row]] = []
    lost, extra = list(gold), list(found)
    for with_subject in (True, False):
        for g in list(lost):
            match = next((p for p in extra if same_fact(g, p) and (not with_subject or same_subject(g, p))), None)
            if match is not None:
                pairs.append((g, match))
                lost = [row for row in lost if row is not g]
                extra = [row for row in extra if row is not match]
    return pairs, lost, extra


def find_chips(claims: Iterable[Row]) -> list[Row]:
    """Return the kinds of chip that other claims name, as claims of their own."""
    return [
        {"predicate": "chip_model", "value": c["chip"], "subject": c.get("subject")} for c in claims if c.get("chip")
    ]
