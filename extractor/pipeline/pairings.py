"""Draft -> the model that the grammar of its sentence names outright, where nothing has to be weighed.

"Falcon cost $60m, and Llama cost $150m", "against Llama's 30M", "the latter", "respectively", "Neither was": whoever
reads these looks for no topic and no nearest name, but for the one that the words point to.
"""

from __future__ import annotations

from collections.abc import Mapping

from extractor.pipeline.candidates import NAMES
from extractor.pipeline.opennames import NamedWords
from extractor.pipeline.readings import Draft, Mention, Reading
from extractor.pipeline.views import View, Word

__all__ = ["Names", "find_paired"]

Names = Mapping[int, list[NamedWords]]

_VERBS = frozenset({"train", "tune", "cost", "take", "have", "saw"})
_CLAUSE_OPENERS = frozenset({"and", "but", "while", "whereas", "though", "although", ";", ","})
_CLAUSE_ENDS = frozenset({",", ";", ":", "(", ")", "than", "like", "against", "versus", "from", "of"})
_LONGEST_CLAUSE = 6
_AHEAD = frozenset("will has had have is are was to now also already".split())
_BOUGHT = frozenset({"chip_count", "hardware_cost", "chip_model"})
_MAKES = frozenset({"train", "tune"})
_BE = frozenset({"was", "is", "were", "been"})


def _models(names: Names, index: int) -> list[tuple[int, int, Mention]]:
    return [row for row in names.get(index, ()) if row[2].kind == "MODEL"]


def _distinct(rows: list[tuple[int, int, Mention]]) -> list[Mention]:
    return list({m.name: m for _, _, m in rows}.values())


def _owner(words: tuple[Word, ...], at: int) -> int | None:
    """The model right before a value that is said to be its own: "GPT-4's $100 million"."""
    if at < 3 or words[at - 1].text != "s" or words[at - 2].text not in ("'", "’"):
        return None
    return at - 3 if words[at - 3].tag == "MODEL" else None


def _of_own_clause(words: tuple[Word, ...], at: int, models: list[tuple[int, int, Mention]]) -> int | None:
    """The model that opens the clause of a value: ", and Llama 3 cost $150m", "Llama 3, which cost $150m"."""
    before = [row for row in models if row[1] < at]
    if not before or len({m.name for _, _, m in models}) < 2:
        return None
    first, last, _ = before[-1]
    between = words[last + 1 : at]
    texts = [w.text.lower() for w in between[:2]]
    if texts in ([",", "which"], [",", "whose"], ["(", "which"]):
        between = between[2:]
    elif first and words[first - 1].text.lower() not in _CLAUSE_OPENERS:
        return None
    if len(between) > _LONGEST_CLAUSE or any(w.text.lower() in _CLAUSE_ENDS for w in between):
        return None
    return last if not between or any(w.tag in _VERBS for w in between[:3]) else None


def _buyer(words: tuple[Word, ...], at: int, predicate: str) -> int | None:
    """The organisation that buys what a value counts, wherever it goes: "for which Oracle will buy 400,000 chips"."""
    start = max(0, at - _LONGEST_CLAUSE)
    buys = [i for i in range(start, at) if words[i].tag == "buy"] if predicate in _BOUGHT else []
    if len(buys) != 1 or any(w.tag in NAMES or w.text.lower() in _CLAUSE_ENDS for w in words[buys[0] : at]):
        return None
    place = next((i for i in range(buys[0] - 1, max(-1, buys[0] - 4), -1) if words[i].text.lower() not in _AHEAD), 0)
    return place if words[place].tag == "ORG" else None


def _respectively(reading: Reading, draft: Draft, models: list[Mention]) -> Mention | None:
    """The model that stands as far on in its row as the value in its own: "2T and 9T tokens, respectively"."""
    alike = (d for d in reading.drafts if d.sentence == draft.sentence and d.predicate == draft.predicate)
    starts = sorted({d.value_start for d in alike})
    return models[starts.index(draft.value_start)] if len(starts) == len(models) > 1 else None


def find_paired(
    reading: Reading, views: Mapping[int, View], names: Names, draft: Draft, at: int
) -> tuple[list[Mention], int | None] | None:
    """Find the models that a draft is about for sure, and the token of the first where it stands in the sentence.

    None where the grammar leaves it open. Without a token the claim is of these models and of no other.
    """
    if draft.predicate == "base_model":
        return None
    words, models = views[draft.sentence].words, _models(names, draft.sentence)
    texts = [w.text.lower() for w in words]
    if "respectively" in texts and (one := _respectively(reading, draft, _distinct(models))):
        return [one], None
    owner = _owner(words, at) if draft.predicate != "technique" else None  # "a copy of R1's RL recipe"
    for place in (owner, _of_own_clause(words, at, models), _buyer(words, at, draft.predicate)):
        mention = words[place].mention if place is not None else None
        if mention is not None:
            return [mention], place
    same = draft.sentence and (
        reading.sentences[draft.sentence - 1].paragraph == reading.sentences[draft.sentence].paragraph
    )
    above = _distinct(_models(names, draft.sentence - 1)) if same else []
    here = _distinct([row for row in models if row[1] < at])
    if len(above) == 2 and not here:
        for n, word in enumerate(("former", "latter")):
            other = ("latter", "former")[n]
            if word in texts[:at] and other not in texts[max(i for i in range(at) if texts[i] == word) : at]:
                return [above[n]], None
        if texts[:1] in (["neither"], ["both"]):
            return above, None
    made = texts[:1] == ["it"] and not _BE.isdisjoint(texts[1:2]) and any(w.tag in _MAKES for w in words[2:4])
    return (above, None) if made and len(above) == 1 and not here else None
