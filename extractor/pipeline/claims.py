"""Mentions -> drafts of claims: what the strongest rule on each anchor claims, with the chip that it is tied to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from extractor.pipeline.mentions import find_names
from extractor.pipeline.readings import Draft, Mention, Reading
from extractor.pipeline.tables import read_tables
from extractor.pipeline.views import View, Word
from extractor.pipeline.winners import find_winners
from extractor.quantities.folding import fold_text
from extractor.quantities.hedges import read_hedge_after
from extractor.rules import NO_CLAIM, Rule
from extractor.schema import load_predicates

__all__ = ["match_claims"]

_LONGEST_COUNT = 8
_LONGEST_HEDGE = 40
_ENDS_COUNT = frozenset(", . ; ( ) and or on in for with at".split())
_CHIP_PREDICATES = frozenset({"chip_count", "chip_hours", "training_time", "training_cost"})


def _chip_in_unit(word: Word) -> Mention | None:
    """The chip inside a unit: the "H800" of "2.8 million H800 GPU hours"."""
    mention = word.mention
    if mention is None or mention.quantity is None or mention.quantity.chip_start is None:
        return None
    offset = mention.quantity.chip_start
    chips = [m for m in find_names(word.text[offset - word.start :]) if m.kind == "CHIP"]
    return replace(chips[0], start=chips[0].start + offset, end=chips[0].end + offset) if chips else None


_SAME = frozenset({"same", "those", "these", "such", "them"})


def _same_chip(reading: Reading, view: View, at: int) -> Mention | None:
    """The chip that "of the same processors" or "of them" points back to: the one named last before."""
    if not any(word.text in _SAME for word in view.words[at + 1 : at + 4]):
        return None
    before = view.words[at].start
    named = (
        m for s in reversed(reading.sentences) for m in reversed(s.mentions) if m.kind == "CHIP" and m.end <= before
    )
    return next(named, None)


def _nearest_chip(view: View, at: int) -> Mention | None:
    """The chip that stands nearest to a token in its sentence; of two as near, the one before it."""
    chips = [(abs(i - at), i) for i, word in enumerate(view.words) if word.tag == "CHIP"]
    return view.words[min(chips)[1]].mention if chips else None


def _draft(reading: Reading, rule: Rule, sentence: int, view: View, at: int, chip: Mention | None) -> Draft:
    word = view.words[at]
    mention = word.mention
    predicate = load_predicates()[rule.predicate]
    quantity = mention.quantity if mention else None
    value: float | str
    if quantity is not None:
        value, high = quantity.value, quantity.high
        unit = (predicate.value == "money" and quantity.unit) or predicate.unit
        start, end = word.start, word.end
        value_start, value_end = mention.start, mention.end  # type: ignore[union-attr]
    else:
        value, high, unit = rule.value or (mention.name if mention else word.text), None, predicate.unit
        start, end = (mention.start, mention.end) if mention else (word.start, word.end)
        value_start, value_end = start, end
    draft = Draft(
        rule=rule.id, predicate=rule.predicate, sentence=sentence, value=value, high=high, unit=unit,
        start=start, end=end, value_start=value_start, value_end=value_end,
        currency=unit if predicate.value == "money" else "",
    )  # fmt: skip
    if quantity is not None:
        draft.comparator = quantity.comparator
        if quantity.hedge_start is not None and quantity.hedge_end is not None:
            draft.cues["comparator"] = (quantity.hedge_start, quantity.hedge_end)
    if rule.predicate == "chip_model":
        draft.end = _end_of_chips(view, at, draft.end)
    for slot, fixed in rule.sets.items():
        setattr(draft, slot, fixed)
    if rule.predicate in _CHIP_PREDICATES:
        draft.chip = (
            chip
            or _same_chip(reading, view, at)
            or _chip_in_unit(word)
            or (_nearest_chip(view, at) if rule.predicate != "chip_count" else None)
        )
        if rule.predicate == "chip_count" and chip is not None:
            draft.start, draft.end = min(draft.start, chip.start), max(draft.end, chip.end)
        if rule.predicate == "chip_count":
            draft.end = max(draft.end, _end_of_chips(view, at, draft.end))
            _read_hedge_behind(reading, draft)
    return draft


def _read_hedge_behind(reading: Reading, draft: Draft) -> None:
    """Read the hedge behind the noun that a count counts: "900 GPUs or so", "900 GPUs at most"."""
    if draft.comparator in ("eq", "approx"):
        folded = fold_text(reading.text[draft.end : draft.end + _LONGEST_HEDGE])
        if hedge := read_hedge_after(folded, (0,)):
            draft.comparator = hedge[0]
            draft.cues["comparator"] = (draft.end + hedge[1], draft.end + hedge[2])


def _end_of_chips(view: View, at: int, end: int) -> int:
    """Where the noun ends that closes a count: the "GPUs" of "512 H800 GPUs", of "512 of its newest GPUs"."""
    for word in view.words[at + 1 : at + _LONGEST_COUNT]:
        if word.tag == "chips":
            return max(end, word.end)
        if word.text in _ENDS_COUNT or (word.mention is not None and word.mention.quantity is not None):
            break
    return end


def match_claims(reading: Reading, views: Mapping[int, View]) -> None:
    """Add to the reading a draft for each anchor on which a rule that makes a claim is the strongest."""
    tabled = read_tables(reading)
    plain = {index: view for index, view in views.items() if index not in tabled}
    for index, best in find_winners(reading, plain):
        for at in sorted(best):
            if best[at].rule.predicate != NO_CLAIM:
                reading.drafts.append(_draft(reading, best[at].rule, index, views[index], at, best[at].chip))
    reading.drafts = _without_counted_chips(reading.drafts)


def _without_counted_chips(drafts: list[Draft]) -> list[Draft]:
    """Drop a kind of chip that a count in the same sentence says already."""
    counted = {(d.sentence, d.chip.name) for d in drafts if d.predicate == "chip_count" and d.chip is not None}
    return [d for d in drafts if d.predicate != "chip_model" or (d.sentence, d.value) not in counted]
