"""Claims against gold: precision, recall and F1, for each predicate and for each rule, and what was missed.

The definitions are those of the annotation guidelines. Facts are counted as sets, document by document:

    fact    predicate and value agree: numbers within 1 % (a training time 5 %), folded names, a range by either end
    tuple   a fact whose subject agrees too: the words of one name are among those of the other
    slot    on the facts that agree, the share of slots filled alike

A claim that the gold calls optional is neither rewarded nor punished, nor is a kind of chip that the gold names as the
chip of another claim. A document whose gold is not exhaustive counts for recall only, unless it lists what is wrong:
then precision is counted on the claims that were judged, right or wrong, and all others are left aside.
"""

from __future__ import annotations

from extractor.evaluation.golds import Gold, corpus_gold, digest_gold, example_gold, half_of, read_gold
from extractor.evaluation.pins import Change, Changes, corpus_pin, find_changes, read_pin, write_pin
from extractor.evaluation.reports import Outcome, Report, Tally, calibrate, compare

__all__ = [
    "Change", "Changes", "Gold", "Outcome", "Report", "Tally", "calibrate", "compare", "corpus_gold", "corpus_pin",
    "digest_gold", "example_gold", "find_changes", "half_of", "read_gold", "read_pin", "write_pin",
]  # fmt: skip
