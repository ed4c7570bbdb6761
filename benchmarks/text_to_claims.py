"""How fast text is read to claims, next to what spaCy needs to cut the same text into tokens.

Run ``python -m benchmarks.text_to_claims`` at the root of a checkout. The text is that of the packaged corpus, whose
articles all hold claims: the slow case, since the gate lets every one of them through. What is measured takes turns,
so that a machine that is busy with other things slows all of it down alike: quote the ratios, not the words a second.
spaCy forgets the words of a round at its end, or else its tokenizer would only look the same text up again; claims are
read on a Doc without tokens, so that there is nothing to forget.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time

import spacy
from spacy.language import Language

from extractor.evaluation import corpus_gold
from extractor.gate import may_hold_claims
from extractor.pipeline import load, read_claims
from extractor.records import Document

__all__ = ["main"]


@dataclass(frozen=True, slots=True)
class _Step:
    """What is measured: its name, what it does to a document, and the pipeline whose memory it fills."""

    name: str
    read: Callable[[Document], object]
    nlp: Language

    def seconds(self, documents: Sequence[Document]) -> float:
        """Time it on all documents."""
        with self.nlp.memory_zone():
            start = process_time()
            for document in documents:
                self.read(document)
            return process_time() - start


def _steps() -> tuple[_Step, ...]:
    """The steps; the first is what the others are compared with: by paragraph, spaCy's tokenizer is fastest."""
    blank = spacy.blank("en")
    return (
        _Step('spacy.blank("en") to tokens', lambda d: [blank.make_doc(line) for line in d.text.split("\n")], blank),
        _Step("text to claims", read_claims, load()),
        _Step("the gate alone", lambda d: may_hold_claims(d.text), load()),
    )


def main() -> None:
    """Print a table: words a second of each step, and the ratio to spaCy's tokenizer, both as medians of the rounds."""
    parser = argparse.ArgumentParser(description="Measure how fast text is read to claims.")
    parser.add_argument("--rounds", type=int, default=7, help="how often each step reads all texts (default: 7)")
    rounds = parser.parse_args().rounds
    documents = [gold.document for gold in corpus_gold()]
    words = sum(len(document.text.split()) for document in documents)
    steps = _steps()
    for step in steps:
        step.seconds(documents)  # what is compiled and read once is not measured
    turns = [[step.seconds(documents) for step in steps] for _ in range(rounds)]
    print(f"{len(documents)} articles, {words:,} words, {rounds} rounds")
    print(f"{'step':<30}{'words/s':>12}{'ratio':>9}{'lowest':>9}{'highest':>9}")
    for at, step in enumerate(steps):
        ratios = [turn[0] / turn[at] for turn in turns]
        speed = words / median(turn[at] for turn in turns)
        print(f"{step.name:<30}{speed:>12,.0f}{median(ratios):>9.2f}{min(ratios):>9.2f}{max(ratios):>9.2f}")


if __name__ == "__main__":
    main()
