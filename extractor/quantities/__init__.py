"""Text -> quantities: numbers with their units, ranges and hedges. Pure: no spaCy; ``schema/units.yml`` is read once.

A folded copy of the text is scanned for anchors (a digit, a number word, "a week"); from each the readers of this
package look right and left: exclusions -> digits | words -> units, money -> joins -> hedges.

`find_quantities` is what the claims are made from: canonical units, and of things counted only chips, parameters and
tokens. `read_amounts` is the reader of plain English news: any value with the unit that the text itself names.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractor.quantities.amounts import read_amounts
from extractor.quantities.conclusions import conclude
from extractor.quantities.folding import blank_spans, fold_text
from extractor.quantities.joins import join_readings
from extractor.quantities.readings import Amount, Kind, Quantity
from extractor.quantities.scans import find_readings

__all__ = ["Amount", "Kind", "Quantity", "find_quantities", "read_amounts"]


def find_quantities(text: str, skip: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """Return the quantities of a text, in order; none overlaps another.

    Numbers without a unit are among them, as kind ``number``; dates, times of day, versions, URLs and ordinals are
    not. A minus sign is not read.

    Args:
        text: any text. A quantity never spans a line break.
        skip: half-open spans that hold no quantity, such as the names of models.

    >>> [(q.kind, q.value, q.comparator, q.text) for q in find_quantities("It cost about $5.6m on 2,048 H800s.")]
    [('money', 5600000.0, 'approx', '$5.6m'), ('number', 2048.0, 'eq', '2,048')]
    """
    folded = fold_text(text)
    if skip:
        folded = blank_spans(folded, skip)
    quantities: list[Quantity] = []
    for reading in join_readings(folded, list(find_readings(text, folded))):
        floor = max(quantities[-1].end, quantities[-1].hedge_end or 0) if quantities else 0
        if (quantity := conclude(text, folded, reading, floor)) is not None:
            quantities.append(quantity)
    return quantities
