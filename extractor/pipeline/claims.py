"""Mentions -> drafts of claims: what the strongest rule on each anchor claims, with the chip that it is tied to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from extractor.pipeline.frames import Hit
from extractor.pipeline.mentions import find_names
from extractor.pipeline.readings import Draft, Mention, Reading
from extractor.pipeline.tables import read_tables
from extractor.pipeline.views import View, Word
from extractor.pipeline.winners import find_winners
from extractor.quantities import Quantity, find_quantities
from extractor.quantities.folding import fold_text
from extractor.quantities.hedges import read_hedge_after
from extractor.rules import NO_CLAIM
from extractor.schema import load_predicates

__all__ = ["match_claims"]

_LONGEST_COUNT = 8
_LONGEST_HEDGE = 40
_ENDS_COUNT = frozenset(", . ; ( ) and or on in for with at".split())
# Units that are left out where they were named before: "2 GW by 2030, and then 5"
_ELIDED_UNITS = frozenset({"hours", "chip-hours", "watts"})
_CHIP_PREDICATES = frozenset({"chip_count", "chip_hours", "training_time", "training_cost"})


def _chip_in_unit(word: Word) -> Mention | None:
    """The chip inside a unit: the "H800" of "2.8 million H800 GPU hours"."""
    mention = word.mention
    if mention is None or mention.quantity is None or mention.quantity.chip_start is None:
        return None
    offset = mention.quantity.chip_start
    chips = [m for m in find_names(word.text[offset - word.start :]) if m.kind == "CHIP"]
    return replace(chips[0], start=chips[0].start + offset, end=chips[0].end + offset) if chips else None


# Words behind a count that point back to chips named before: "32 of the new chips", "512 of those"
_POINTERS = frozenset({"same", "those", "these", "such", "them", "that", "this", "which"})
# Words that tell chips from those named before: "300,000 of a newer sort", "the most modern of them"
_OTHERS = frozenset(
    {"newer", "older", "other", "different", "next", "most", "newest", "latest", "second", "next-generation"}
)


def _chip_before(views: Mapping[int, View], sentence: int, at: int) -> Mention | None:
    """The chip that a count points back to, with a word for it or by naming no kind of its own.

    It is the one named last, in the sentence or the one before; with a word that points, in the six before. Without
    one, no chips that have no name may stand in between: of "38,000 GPUs, against a target of 10,000" no kind is known.
    """
    view = views[sentence]
    following = [word.text.lower() for word in view.words[at + 1 : at + 5]]
    points = not _POINTERS.isdisjoint(following[:3]) or following[:2] == ["of", "the"]
    if not _OTHERS.isdisjoint(following) or (not points and _end_of_chips(view, at, 0)):
        return None
    earlier = (views[index].words for index in range(sentence - (6 if points else 1), sentence) if index in views)
    words = (*chain.from_iterable(earlier), *view.words[:at])
    for place in range(len(words) - 1, -1, -1):
        if words[place].tag == "CHIP":
            return words[place].mention
        if words[place].tag == "chips" and not points and words[max(0, place - 1)].tag != "CHIP":
            return None
    return None


def _only_chip(view: View, counted: frozenset[int]) -> Mention | None:
    """The one chip of a sentence that no other count has: the H200 of "2,000 GPUs of the H200 type"."""
    chips = [word.mention for word in view.words if word.mention is not None and word.tag == "CHIP"]
    free = [chip for chip in chips if chip.start not in counted]
    return free[0] if len({chip.name for chip in chips}) == 1 and free else None


def _worth(quantity: Quantity) -> float:
    """How many of its canonical unit one of a quantity's own is worth: 24 for "nine days", 168 for "a week"."""
    first, last = quantity.number_start - quantity.start, quantity.number_end - quantity.start
    plain = find_quantities(quantity.text[first:last])
    return quantity.value / (plain[0].value if plain and plain[0].value else 1.0)


def _unit_before(reading: Reading, predicate: str, sentence: int, before: int) -> float | None:
    """What one of a bare number stands for, by the last claim of its kind: the days of "took 47 days, nine more".

    None where neither the sentence nor the two before it make such a claim.
    """
    claimed = {d.value_start for d in reading.drafts if d.predicate == predicate and d.sentence >= sentence - 2}
    named = (
        m.quantity
        for s in reversed(reading.sentences[max(0, sentence - 2) : sentence + 1])
        for m in reversed(s.mentions)
        if m.start in claimed and m.start < before and m.quantity is not None and m.quantity.kind != "number"
    )
    quantity = next(named, None)
    return _worth(quantity) if quantity else None


def _nearest_chip(view: View, at: int) -> Mention | None:
    """The chip that stands nearest to a token in its sentence; of two as near, the one before it."""
    chips = [(abs(i - at), i) for i, word in enumerate(view.words) if word.tag == "CHIP"]
    return view.words[min(chips)[1]].mention if chips else None


def _draft(
    reading: Reading, views: Mapping[int, View], sentence: int, at: int, hit: Hit, counted: frozenset[int]
) -> Draft | None:
    rule, view, chip = hit.rule, views[sentence], hit.chip
    word = view.words[at]
    mention = word.mention
    predicate = load_predicates()[rule.predicate]
    quantity = mention.quantity if mention else None
    value: float | str
    if quantity is not None and not rule.value:
        value, high = quantity.value, quantity.high
        if quantity.kind == "number" and predicate.unit in _ELIDED_UNITS:
            worth = _unit_before(reading, rule.predicate, sentence, word.start)
            if worth is None:
                return None
            value, high = value * worth, None if high is None else high * worth
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
        draft.chip = chip or _chip_in_unit(word)
        if rule.predicate != "chip_count":
            draft.chip = draft.chip or _nearest_chip(view, at)
        else:
            draft.chip = draft.chip or _chip_before(views, sentence, at) or _only_chip(view, counted)
            if chip is not None:
                draft.start, draft.end = min(draft.start, chip.start), max(draft.end, chip.end)
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
        counted = frozenset(h.chip.start for h in best.values() if h.chip and h.rule.predicate == "chip_count")
        for at in sorted(best):
            if best[at].rule.predicate != NO_CLAIM and (draft := _draft(reading, views, index, at, best[at], counted)):
                reading.drafts.append(draft)
    reading.drafts = _without_counted_chips(reading.drafts)
    reading.drafts = _without_topics(reading)


def _without_counted_chips(drafts: list[Draft]) -> list[Draft]:
    """Drop a kind of chip that a count in the same sentence says already."""
    counted = {(d.sentence, d.chip.name) for d in drafts if d.predicate == "chip_count" and d.chip is not None}
    return [d for d in drafts if d.predicate != "chip_model" or (d.sentence, d.value) not in counted]


def _without_topics(reading: Reading) -> list[Draft]:
    """Drop a technique that a heading names where the text under it claims the same: there it is the topic."""
    told = {
        (reading.sentences[d.sentence].section, d.predicate, d.value)
        for d in reading.drafts
        if reading.sentences[d.sentence].kind != "heading"
    }
    return [
        d
        for d in reading.drafts
        if reading.sentences[d.sentence].kind != "heading"
        or d.predicate != "technique"
        or (d.sentence, d.predicate, d.value) not in told
    ]
