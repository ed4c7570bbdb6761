"""Sentences -> who says what: the speeches of a document, and how long each of them lasts."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from extractor.pipeline.interviews import find_answers
from extractor.pipeline.lines import Line
from extractor.pipeline.memory import Memory, Referent, is_known
from extractor.pipeline.names import is_plain_name
from extractor.pipeline.readings import Draft, Reading
from extractor.pipeline.speech import QUOTE, Speech, is_judging
from extractor.pipeline.speeches import find_speeches

__all__ = ["Speakers"]

_REPORTED = frozenset({"would", "could", "reportedly", "allegedly"})
# A source that a comma or a bracket sets off is that of the whole item: "..., per @kim", "(@kim)"
_APART = re.compile(r"[,(\[–—:]\s*(?:as |per |via |from |by |according to |source:? )?[\s\[(]*\Z")
_TURNS = frozenset({"meanwhile", "separately", "elsewhere", "another", "others", "but", "although", "however"})


def _rank(speech: Speech, others: list[Speech]) -> int:
    """Rank a speech; a cited account of one who speaks in the sentence is no other speaker ("@OpenAINewsroom")."""
    if speech.cited and speech.speaker is not None:
        account = speech.speaker.name.lstrip("@ ").lower()
        names = [o.speaker.name.replace(" ", "").lower() for o in others if o.speaker is not None and o is not speech]
        if any(account.startswith(name) or name.startswith(account) for name in names):
            return 3
    if speech.speaker is None or not speech.speaker.name.startswith("@"):
        return 2
    return int(speech.cited)


class Speakers:
    """All speeches of a reading, found sentence by sentence as far as there are drafts."""

    def __init__(self, reading: Reading, line_of: Callable[[int], Line]) -> None:
        self._reading, self._line_of = reading, line_of
        self._speeches: list[list[Speech]] = []
        self._memory = Memory(reading)
        self._answers = find_answers(reading, line_of)
        self._quotes: list[bool] = []
        self._read(min(len(reading.sentences), max(draft.sentence for draft in reading.drafts) + 3))

    def _read(self, stop: int) -> None:
        paragraph, inside = -1, False
        for index in range(stop):
            line = self._line_of(index)
            if self._reading.sentences[index].paragraph != paragraph:
                paragraph, inside = self._reading.sentences[index].paragraph, False
            self._quotes.append(inside)
            inside ^= line.words.count(QUOTE) % 2 == 1
            speeches = find_speeches(self._memory, line)
            self._speeches.append(speeches)
            self._memory.learn(line)
            for speech in speeches:
                if speech.speaker is not None:
                    self._memory.hear(speech.speaker, line)

    def speech_of(self, draft: Draft) -> Speech | None:
        """Find the speech that a draft's value stands in: in its sentence, or one that reaches over to it."""
        line = self._line_of(draft.sentence)
        first = line.at(draft.value_start)
        speeches = self._speeches[draft.sentence]
        own = [(d, speech) for speech in speeches if (d := speech.distance(first)) is not None]
        guest = self._answers.get(draft.sentence)
        if own:
            best = min(own, key=lambda pair: (_rank(pair[1], speeches), pair[0]))[1]
            return best if guest is None or best.speaker is not None else guest
        if guest is not None:
            return guest
        if line.kind == "row":
            return self._of_table(draft)
        return self._carried(draft.sentence, line, first)

    def _of_table(self, draft: Draft) -> Speech | None:
        """Take the estimates of a table for those of the first one named above it who estimates for a living."""
        if draft.modality != "estimated":
            return None
        for sentence in self._reading.sentences[: draft.sentence]:
            for mention in sentence.mentions:
                name = self._memory.text(mention.start, mention.end)
                if mention.kind == "ORG" and is_judging(name):
                    return Speech(
                        Referent(name, "organisation", mention.start, mention.end), mention.start, mention.end, 0, ()
                    )
        return None

    def _carried(self, index: int, line: Line, first: int) -> Speech | None:
        """Find a speech of the paragraph that goes on in a sentence with none of its own."""
        if self._speeches[index] or not line.tokens:
            return None
        before = self._beside(index, -1)
        if line.kind != "item" and self._quotes[index] ^ (sum(t.low == QUOTE for t in line.tokens[:first]) % 2 == 1):
            return before or self._beside(index, 1) or self._quoted_above(index)
        if line.kind == "item":
            return self._in_item(index, line, before)
        if before is None:
            return None
        if any(t.mention is not None and t.mention.kind == "PERSON" for t in line.tokens[:first]) or (
            line.tokens[0].mention is None and is_plain_name(line.tokens[0]) and is_known(self._memory, line, 0, 1)
        ):
            return None  # somebody else is spoken of
        words = [token.low for token in line.tokens[:first]]
        told = not _REPORTED.isdisjoint(words) or " said to " in " ".join(words)
        shifted = any(had == "had" and done.endswith(("ed", "en", "been")) for had, done in pairwise(words))
        opens = line.tokens[0].mention
        written = before.speaker is not None and before.speaker.kind == "paper"
        goes_on = (before.judges or written) and (
            opens is None or opens.quantity is not None or (written and opens.kind == "MODEL")
        )
        parts = words[:1] == ["of"] and words[1:2] in (["this"], ["that"], ["these"], ["those"], ["it"])
        return before if told or shifted or goes_on or parts else None

    def _in_item(self, index: int, line: Line, before: Speech | None) -> Speech | None:
        """Find whose words a line of a newsletter is: the account's that it starts with, or is cited at its end."""
        if before is not None:
            return before if before.lasts and before.speaker is not None and line.tokens[0].low not in _TURNS else None
        after = self._beside(index, 1)
        apart = (
            after is not None and _APART.search(self._reading.text, max(0, after.start - 40), after.start) is not None
        )
        return after if after is not None and after.cited and apart else self._above_list(index)

    def _above_list(self, index: int) -> Speech | None:
        """The speech of the line with a colon that a list stands under: "Epoch AI's estimates:"."""
        sentences, other = self._reading.sentences, index
        while other >= 0 and sentences[other].kind == "item":
            other -= 1
        if other < 0 or self._reading.text[sentences[other].end - 1] != ":":
            return None
        return self._speeches[other][-1] if self._speeches[other] else self._beside(other, -1)

    def _quoted_above(self, index: int) -> Speech | None:
        """The person whose quotation goes on in a paragraph that is nothing else."""
        sentences, other = self._reading.sentences, index
        while other >= 0 and sentences[other].paragraph == sentences[index].paragraph:
            other -= 1
        if other < 0 or self._line_of(other + 1).tokens[0].low != QUOTE:
            return None
        above = self._speeches[other][-1] if self._speeches[other] else self._beside(other, -1)
        person = above is not None and above.speaker is not None and above.speaker.kind == "person"
        return above if person else None

    def _beside(self, index: int, step: int) -> Speech | None:
        """The next speech of the same paragraph before (step -1) or after (step 1) a sentence."""
        sentences = self._reading.sentences
        other = index + step
        while 0 <= other < len(self._speeches) and sentences[other].paragraph == sentences[index].paragraph:
            if self._speeches[other]:
                return self._speeches[other][-1 if step < 0 else 0]
            other += step
        return None
