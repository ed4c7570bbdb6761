"""Text -> mentions: names from the lists, versions of families never seen, names that the text gives, quantities."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter

from extractor.pipeline.introductions import find_introduced
from extractor.pipeline.lexicon import Entry, Hit, Lexicon, split_runs
from extractor.pipeline.readings import Mention, Reading, Sentence
from extractor.quantities import Quantity, find_quantities
from extractor.schema import read_list, spellings

__all__ = ["find_mentions", "find_names", "load_lexicon", "place_mentions"]

# What makes a family's name a model's: versions, sizes, variants ("Qwen" + "3.7-480B-A35B", "Claude" + " 5 Opus")
_VARIANTS = (
    "mini|nano|pro|ultra|flash|turbo|large|small|medium|base|instruct|chat|coder|code|math|vision|preview|thinking|"
    "reasoner|reasoning|max|plus|lite|next|omni|vl|ocr|audio|distill|zero|it|hd|xl|xxl|tiny|air|exp|experimental|"
    "opus|sonnet|haiku|scout|maverick|behemoth|realtime|long|high|heavy|fast|deep|standard|speciale|terminus|nemo|hybrid"
)
_TAIL = re.compile(
    rf"""
    (?:
        [-_]?(?:[vVrRkKmM]|GLM)?\d{{1,4}}(?:\.\d+){{0,2}}[a-z]?(?![\w%]|[.,]\d)               # -4, 3.1, V3, -4o, -0324
      | [ ](?:[vVrRkK]\d{{1,2}}(?:\.\d+)*|\d{{1,2}}(?:\.\d+){{0,2}}[a-z]?)(?![\w%$]|[.,]\d|[ ]*[×x][ ]?\d|[- ](?:
            thousand|million|billion|trillion|mn|bn|tn|[kmbt]\b|years?|months?|weeks?|days?|hours?|minutes?|times|
            percent|per|parameters?|tokens?|gpus?|tpus?|chips?|nvidia|nodes?|clusters?|models?|[A-Z]{{1,2}}\d{{2,3}}|dozen|of)\b)
      | [-_ ]?(?:\d{{1,3}}x)?\d{{1,4}}(?:\.\d+)?[BbM](?:[-_]?[AE]\d{{1,3}}(?:\.\d+)?[BbM])?(?![\w])
            (?![ ](?:params?\b|parameters?\b|tokens?\b))
      | (?<=\d)\.\d{{1,2}}(?![\w.])                     # a list has "Flash 3", the text "Flash 3.1"
      | [-_]A\d{{1,3}}(?:\.\d+)?[BbM]\b
      | (?:[-_]|[ ](?=[A-Z]))(?i:{_VARIANTS})\b(?=[^\w]|\Z)
      | (?<=\d)[-_](?:bf16|fp8|int4|int8|awq|gptq|gguf|bnb|4bit)\b
    )+
    """,
    re.VERBOSE,
)

# A memory size or form factor belongs to the chip before it: "H100-80GB", "A100 80GB SXM4", "H200 NVL"
_CHIP_TAIL = re.compile(
    r"(?:s\b|'s\b(?=\s+(?:with|at)\b))?"
    r"(?:[- ]?\d{2,3} ?GB?s?\b|[- ](?:SXM\d?|PCIe|NVL\d*|HBM\d?e?|Tensor Core))*s?(?!\w)"
)
_MEMORY_BEFORE = re.compile(r"\b\d{2,3} ?GB? \Z")

_QUANTITY_KINDS = {
    "money": "MONEY", "duration": "DURATION", "chip_hours": "CHIPHOURS", "parameters": "PARAMETERS",
    "tokens": "TOKENS", "compute": "COMPUTE", "power": "POWER", "number": "NUMBER",
}  # fmt: skip
# Money by the month or year is still what a buyer pays; money by the hour or the token is a price
_SPANS_OF_SPENDING = frozenset({"month", "year", "quarter"})
_KIND_OF_LIST = {
    "models": "MODEL", "chips": "CHIP", "organisations": "ORG", "people": "PERSON", "clusters": "CLUSTER",
    "techniques": "TECHNIQUE",
}  # fmt: skip


@cache
def load_lexicon() -> Lexicon:
    """Build the lexicon of all lists, once a process."""
    return Lexicon(_entries())


def _entries() -> Iterable[Entry]:
    for list_name, kind in _KIND_OF_LIST.items():
        for row in read_list(list_name):
            needs = frozenset(filter(None, (row.get("needs") or "").lower().split("|")))
            for spelling in spellings(row):
                any_case = row.get("case") != "exact" and _any_case(kind, spelling, needs)
                yield Entry(kind, row["name"], spelling, needs, any_case, row)
                if kind == "CHIP" and spelling[-1].isalpha() and spelling[-1] not in "sS":
                    yield Entry(kind, row["name"], spelling + "s", needs, any_case, row)  # "64 MI325Xs"


def _any_case(kind: str, spelling: str, needs: frozenset[str]) -> bool:
    """Tell whether a spelling may be written in another case than the list's."""
    if kind == "TECHNIQUE":
        return spelling[1:].islower() or len(spelling) > 6
    if kind == "CHIP":
        # "V100s" are many V100 and no V100S
        return any(c.isdigit() for c in spelling) and len(spelling) > 3 and not spelling.endswith("S")
    return kind == "MODEL" and not needs and len(spelling) > 3


def _tail_end(text: str, hit: Hit) -> int:
    """Where a model's name ends: after the family's own tail or the one that every family takes, the longer of them."""
    end = hit.end
    own = hit.entry.data.get("pattern")
    for pattern in (_TAIL, re.compile(own) if own else None):
        match = pattern.match(text, hit.end) if pattern else None
        if match:
            end = max(end, match.end())
    more = _TAIL.match(text, end) if end > hit.end else None
    return more.end() if more else end


def _chip_extent(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the memory size before or behind a chip's name, and its plural."""
    tail = _CHIP_TAIL.match(text, end)
    before = _MEMORY_BEFORE.search(text, max(0, start - 8), start)
    return (before.start() if before else start), (tail.end() if tail else end)


def find_names(text: str) -> list[Mention]:
    """Find every name of the lists, with the tails that make a family's name a model's.

    A name that needs a word beside it is taken, too, where a version or size follows it, and wherever it stands in a
    text that has shown it once.
    """
    found: list[tuple[Mention, bool, str]] = []
    shown: set[str] = set()
    last = 0
    for hit in load_lexicon().find(text, split_runs(text)):
        if hit.start < last:
            continue
        entry, start, end, sure = hit.entry, hit.start, hit.end, hit.sure
        name, kind = entry.name, entry.kind
        if kind == "MODEL":
            end = _tail_end(text, hit)
            if text[end : end + 1].isdigit():
                continue
            name = text[start:end]
            sure = sure or any(c.isdigit() for c in text[hit.end : end])
            if end == hit.end and text[start:end] in _company_names() and not _MODEL_BEHIND.match(text, end):
                kind, name = "ORG", _company_names()[text[start:end]]
        elif kind == "CHIP":
            start, end = _chip_extent(text, start, end)
        elif text[end : end + 1] == "s" and not text[end + 1 : end + 2].isalnum():
            end += 1
        if sure:
            shown.add(entry.name)
        detail = entry.data.get("kind") or ""
        last = end
        if kind == "CHIP":
            name = _chip_in_system(name)
            previous = found[-1][0] if found else None
            if previous and previous.kind == "CHIP" and text[previous.end : start] in (" ", "-"):
                # "GB300 Grace Blackwell", "Blackwell B200", "Tesla V100": one chip, named by its generation or line too
                name = name if previous.detail in _WIDER_THAN_A_CHIP else previous.name
                found[-1] = (Mention(kind, name, previous.start, end), True, entry.name)
                continue
        found.append((Mention(kind, name, start, end, detail=detail), sure, entry.name))
    return [mention for mention, sure, name in found if sure or name in shown]


_WIDER_THAN_A_CHIP = frozenset({"generation", "family"})
_SYSTEM = re.compile(r"^(?:DGX|HGX|MGX) (?=[A-Z]+\d)|(?<=\d)[ -]NVL\d+\Z|(?<=TPU) (?:Pod|pod)s?\Z")


def _chip_in_system(name: str) -> str:
    """Name the chip that a system is built of.

    >>> _chip_in_system("DGX H100"), _chip_in_system("GB300 NVL72")
    ('H100', 'GB300')
    """
    return _SYSTEM.sub("", name)


_MODEL_BEHIND = re.compile(r"[ -](?:AI )?(?:language )?(?:models?|family|LLMs?|weights|checkpoints?)\b")


@cache
def _company_names() -> Mapping[str, str]:
    """Every spelling of an organisation -> its name: bare, such a word means the maker, not its models ("Mistral")."""
    return {spelling: row["name"] for row in read_list("organisations") for spelling in spellings(row)}


def find_mentions(text: str) -> list[Mention]:
    """Find names and quantities, in order and not overlapping; a name wins over a number inside it."""
    names = find_names(text)
    names = _merge(names, find_introduced(text, names))
    things = [m for m in names if m.kind != "CHIP"]
    chips = [m for m in names if m.kind == "CHIP"]
    sizes = _paired_sizes(text, things)
    # Chips are not masked: their names stand inside units ("H800 GPU hours")
    quantities = find_quantities(text, skip=[(m.start, m.end) for m in (*things, *sizes)])
    mentions = [_quantity_mention(text, q) for q in quantities]
    hours = [m for m in mentions if m.kind == "CHIPHOURS"]
    return _merge(_merge(_merge(things, sizes), hours), _merge(chips, mentions))


_PAIRED = re.compile(
    r"(?<![\w.-])(\d{1,4}(?:\.\d+)?)([MBT])[- /]?(A\d{1,3}(?:\.\d+)?)([BM])(?!\w)"
    r"|(?<![\w-])(A\d{1,3}(?:\.\d+)?)([BM])(?= active)"
)
_ACTIVE_PART = re.compile(r"A\d[\d.]*[BM]")
_SCALES = {"M": 1e6, "B": 1e9, "T": 1e12}


def _paired_sizes(text: str, known: Sequence[Mention]) -> list[Mention]:
    """Read sizes written with the active part behind an A: "26B-A3B", "90M A20M", "A95B active"."""
    if not _ACTIVE_PART.search(text):
        return []
    found = []
    for match in _PAIRED.finditer(text):
        for kind, number, scale in (("PARAMETERS", 1, 2), ("ACTIVE", 3, 4), ("ACTIVE", 5, 6)):
            if match.group(number):
                start, end = match.start(number), match.end(scale)
                value = float(match.group(number).lstrip("A")) * _SCALES[match.group(scale)]
                quantity = Quantity(
                    kind="parameters", value=value, high=None, unit="parameters", comparator="eq", start=start, end=end,
                    text=text[start:end], number_start=start, number_end=end, scale=match.group(scale),
                    active=kind == "ACTIVE",
                )  # fmt: skip
                found.append(Mention(kind, text[start:end], start, end, quantity))
    return [m for m in found if not any(k.start < m.end and m.start < k.end for k in known)]


# "355B parameters, 32B active, 22T tokens": whatever unit its neighbours have
_ACTIVE_BEHIND = re.compile(
    r"\s{1,3}(?:active|activated)\b(?! (?:users?|customers?|members?|accounts?|people|players|developers|devices?"
    r"|phones?|machines?|subscribers?|wallets?|listings?|monthly|weekly|daily|students?|sellers?|agents?|learners?)\b)"
)


def _quantity_mention(text: str, quantity: Quantity) -> Mention:
    kind = _QUANTITY_KINDS.get(quantity.kind, quantity.kind.upper())
    if (kind == "PARAMETERS" and quantity.active) or (quantity.scale and _ACTIVE_BEHIND.match(text, quantity.end)):
        kind = "ACTIVE"
    elif quantity.per and (kind == "TOKENS" or (kind == "MONEY" and quantity.per not in _SPANS_OF_SPENDING)):
        kind = "RATE"
    elif quantity.kind == "rate" and quantity.unit.startswith("tokens/"):
        kind = "SPEED"
    elif kind == "NUMBER" and quantity.year:
        kind = "YEAR"
    return Mention(kind, text[quantity.start : quantity.end], quantity.start, quantity.end, quantity)


def _merge(first: Sequence[Mention], second: Sequence[Mention]) -> list[Mention]:
    """Put two lists in one order; of two that overlap, the one of the first list stays."""
    ends = [m.end for m in first]
    kept = [m for m in second if (at := bisect_right(ends, m.start)) == len(first) or first[at].start >= m.end]
    return sorted([*first, *kept], key=attrgetter("start"))


def place_mentions(reading: Reading, mentions: Iterable[Mention]) -> None:
    """Hand each mention to the sentence that it stands in."""
    sentences: list[Sentence] = reading.sentences
    starts = [s.start for s in sentences]
    for mention in mentions:
        at = bisect_right(starts, mention.start) - 1
        if at >= 0 and mention.end <= sentences[at].end:
            sentences[at].mentions.append(mention)
