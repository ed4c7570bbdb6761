"""Reader of the modifiers: words that say how sure a claim is, of which stage it speaks, and who says it.

One YAML file a modifier, in the folder ``modifiers`` beside this module, in the manner of ConText:

    says:       one sentence on what the words do to a claim
    sets:       slot -> value; ``modality: asserted`` marks words that only look like a cue
    cues:       words and phrases, lower case, separated by commas
    verbs:      the same for verbs, whose every form is a cue; forms that are not regular are joined by ``|``
    direction:  forward (what follows), backward (what went before), both, self (the claim holds the cue),
                previous (the sentence before)
    ends:       words and signs past which the cue says nothing; ``;`` and ``|`` always end it
    reach:      the most tokens that may stand between cue and claim; no limit where it is not given
    touches:    predicates that it can hold for; all where it is not given
    opens:      true if the cue must stand where a clause opens
    where:      kinds of sentence (prose, heading, item, row) that it is read in; all where it is not given
    strength:   which modifier wins where several hold; of equals, the nearest
    words:      further lists, by name, for the code that reads this slot
    examples:   text, the words of the claim, and its predicate if that matters
    not:        near misses, with the value that is right (``is``, else the default) and the reason
    since:      date

An element of a cue is a word, words joined by ``|``, a gap (``..`` at most three tokens, ``...`` at most eight),
``NUM`` (a number), ``YEAR``, or ``FUTURE`` (a year no earlier than that of the document). ``build+`` stands for all
forms of a verb; those of irregular ones are in ``forms.yml``. An adverb may stand between two words of a cue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast, get_args

from extractor.errors import DataError
from extractor.records import Modality, Stage
from extractor.schema import list_files, load_predicates, read_yaml

__all__ = ["Cue", "Direction", "GAPS", "KINDS_OF_TOKEN", "Modifier", "inflect", "load_modifiers"]

Direction = Literal["forward", "backward", "both", "self", "previous"]
GAPS = {"..": 3, "...": 8}
KINDS_OF_TOKEN = frozenset({"NUM", "YEAR", "FUTURE"})

_KEYS = (
    "says",
    "sets",
    "cues",
    "verbs",
    "direction",
    "ends",
    "reach",
    "touches",
    "opens",
    "where",
    "strength",
    "words",
    "examples",
    "not",
    "since",
)
_EXAMPLE_KEYS = frozenset({"text", "claim", "predicate", "title", "published", "is", "why"})
_SENTENCE_KINDS = ("prose", "heading", "item", "row")
_VALUES: Mapping[str, tuple[str, ...]] = {"modality": get_args(Modality), "stage": get_args(Stage), "speaker": ("",)}
_ALWAYS_ENDS = ((";",), ("|",))

Cue = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Modifier:
    """One modifier, as its file states it.

    Attributes:
        id: the name of its file.
        slot: ``modality``, ``stage`` or ``speaker``.
        value: what it fills the slot with; empty for a speaker, whose name stands in the text.
        cues: each a row of elements, an element being the words that may stand there.
        ends: rows of tokens that end its scope.
        reach: most tokens between the cue and the claim; None for no limit.
        touches: predicates that it may touch; empty for all.
        opens: whether the cue must stand where a clause opens.
        where: kinds of sentence that it is read in; empty for all.
    """

    id: str
    says: str
    slot: str
    value: str
    cues: tuple[Cue, ...]
    direction: Direction
    ends: tuple[tuple[str, ...], ...] = _ALWAYS_ENDS
    reach: int | None = None
    touches: frozenset[str] = frozenset()
    opens: bool = False
    where: frozenset[str] = frozenset()
    strength: int = 50
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: tuple[Mapping[str, str], ...] = ()
    not_examples: tuple[Mapping[str, str], ...] = ()
    since: str = ""

    def touches_predicate(self, predicate: str) -> bool:
        """Tell whether it may touch claims of a predicate."""
        return not self.touches or predicate in self.touches


def _split(text: str, where: str) -> tuple[str, ...]:
    words = tuple(" ".join(part.split()) for part in text.split(",") if part.strip())
    if wrong := [
        word for word in words if word != word.lower() and not KINDS_OF_TOKEN & set(word.replace("|", " ").split())
    ]:
        raise DataError("A cue is not in lower case", where=where, found=", ".join(wrong))
    return words


@cache
def _irregular() -> Mapping[str, tuple[str, ...]]:
    return {base: tuple(forms.split()) for base, forms in read_yaml(files("extractor.rules") / "forms.yml").items()}


def _forms(verb: str) -> tuple[str, ...]:
    """All forms of a verb.

    >>> _forms("plan"), _forms("deny")
    (('plan', 'plans', 'planned', 'planning'), ('deny', 'denies', 'denied', 'denying'))
    >>> _forms("spend")
    ('spend', 'spends', 'spent', 'spending')
    """
    if verb in _irregular():
        return (verb, *_irregular()[verb])
    if re.search(r"[^aeiou]y$", verb):
        return verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"
    third = verb + ("es" if re.search(r"(?:s|x|z|ch|sh)$", verb) else "s")
    if verb.endswith("e"):
        return verb, third, verb + "d", (verb if verb.endswith(("ee", "ye")) else verb[:-1]) + "ing"
    stem = (
        verb + verb[-1]
        if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]|(?:com|per|ad|o|re)mit|(?:pre|re)fer", verb)
        else verb
    )
    return verb, third, stem + "ed", stem + "ing"


def _words_of(element: str) -> frozenset[str]:
    parts = (part for part in element.split("|"))
    return frozenset(word for part in parts for word in (_forms(part[:-1]) if part[1:].endswith("+") else (part,)))


def _cue(phrase: str, where: str) -> Cue:
    cue = tuple(_words_of(element) for element in phrase.split(" "))
    if cue[0] & (GAPS.keys() | KINDS_OF_TOKEN) or cue[-1] & GAPS.keys():
        raise DataError("A cue must start with a word and may not end with a gap", where=where, found=phrase)
    return cue


def inflect(verb: str) -> frozenset[str]:
    """Give all forms of a verb; those that are not regular follow it, joined by ``|``.

    >>> sorted(inflect("reply"))
    ['replied', 'replies', 'reply', 'replying']
    >>> sorted(inflect("put|putting"))
    ['put', 'puts', 'putting']
    """
    base, *irregular = verb.split("|")
    stem = base[:-1] if base.endswith("e") else base
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        third, past = f"{base[:-1]}ies", f"{base[:-1]}ied"
    else:
        third, past = base + ("es" if base.endswith(("s", "sh", "ch", "x")) else "s"), f"{stem}ed"
    return frozenset((base, third, *(irregular or (past,)), *(() if "ing" in "".join(irregular) else (f"{stem}ing",))))


def _verb_cue(phrase: str, where: str) -> Cue:
    return inflect(phrase.split(" ")[0]), *_cue(phrase, where)[1:]


def _check(row: Any, where: str) -> None:
    if not isinstance(row, dict) or (wrong := set(row) - set(_KEYS)):
        found = ", ".join(sorted(wrong)) if isinstance(row, dict) else repr(row)
        raise DataError("A modifier has unknown keys", where=where, expected=", ".join(_KEYS), found=found)
    if missing := {"says", "sets", "direction", "examples", "since"} - set(row):
        raise DataError("A modifier lacks keys", where=where, expected=", ".join(sorted(missing)))
    if not {"cues", "verbs"} & set(row):
        raise DataError("A modifier has neither cues nor verbs", where=where, fix="Give cues: or verbs:")
    if len(row["sets"]) != 1 or not set(row["sets"]) <= set(_VALUES):
        raise DataError("A modifier sets one slot", where=where, expected=" | ".join(_VALUES), found=str(row["sets"]))
    ((slot, value),) = row["sets"].items()
    for key, allowed, given in (
        (f"sets.{slot}", _VALUES[slot], [value]),
        ("direction", get_args(Direction), [row["direction"]]),
        ("touches", tuple(load_predicates()), row.get("touches") or []),
        ("where", _SENTENCE_KINDS, row.get("where") or []),
        ("examples", tuple(_EXAMPLE_KEYS), [key for e in (*row["examples"], *(row.get("not") or ())) for key in e]),
    ):
        if unknown := [one for one in given if one not in allowed]:
            raise DataError(
                "A modifier has a value out of its vocabulary",
                where=f"{where} at {key}",
                expected=" | ".join(map(repr, allowed)),
                found=", ".join(map(repr, unknown)),
            )


def _read_modifier(name: str, row: Any) -> Modifier:
    where = f"modifiers/{name}.yml"
    _check(row, where)
    ((slot, value),) = row["sets"].items()
    return Modifier(
        id=name,
        says=row["says"],
        slot=slot,
        value=value,
        cues=(
            *(_cue(phrase, where) for phrase in _split(row.get("cues", ""), where)),
            *(_verb_cue(phrase, where) for phrase in _split(row.get("verbs", ""), where)),
        ),
        direction=cast(Direction, row["direction"]),
        ends=(*_ALWAYS_ENDS, *(tuple(str(end).split(" ")) for end in row.get("ends") or ())),
        reach=row.get("reach"),
        touches=frozenset(row.get("touches") or ()),
        opens=bool(row.get("opens")),
        where=frozenset(row.get("where") or ()),
        strength=int(row.get("strength", 50)),
        words={key: _split(words, where) for key, words in (row.get("words") or {}).items()},
        examples=tuple(row["examples"]),
        not_examples=tuple(row.get("not") or ()),
        since=str(row["since"]),
    )


@cache
def load_modifiers() -> tuple[Modifier, ...]:
    """Read all modifiers, in the order of their names.

    Raises:
        DataError: for a key or a value that is not known, or a cue that cannot be matched.
    """
    found = list_files(files("extractor.rules") / "modifiers", ".yml")
    return tuple(_read_modifier(name, read_yaml(file)) for name, file in found)
