"""Text -> can it hold a claim? A scan of the raw string that costs far less than reading it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from extractor.schema import read_yaml

__all__ = ["may_hold_claims"]

_WORD = re.compile(r"[a-z]{2,}")


@cache
def _gate() -> tuple[frozenset[str], re.Pattern[str]]:
    table = read_yaml(files("extractor.rules") / "gate.yml")
    return frozenset(table["words"].split()), re.compile(table["glued"])


def may_hold_claims(*texts: str) -> bool:
    """Tell whether any of the texts holds a word without which there is no claim.

    A False is certain, as far as the gold goes (a test holds it to that); a True means no more than "read it".

    >>> may_hold_claims("The run took 54 days."), may_hold_claims("Trained for 54 days.")
    (False, True)
    """
    words, glued = _gate()
    for text in texts:
        folded = text.lower()
        if not words.isdisjoint(_WORD.findall(folded)) or glued.search(folded):
            return True
    return False
