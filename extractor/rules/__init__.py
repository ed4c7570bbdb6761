"""Reader of the rules: one YAML file a rule, in a folder named for the predicate that it makes claims of.

    says:      one sentence that a reader of news can check
    match:     anchor, frames, unless, near, also, far, bounds, strength
    fields:    slots of the claim that the rule itself fills
    examples:  sentences, each with every claim that this rule makes of it
    not:       near misses, each with the reason why it is no claim
    misses:    sentences that we know we get wrong today, with the reason
    since:     date

A *frame* is a line of elements, each of which matches one merged token of a sentence:

    _              the anchor: the mention that gives the claim its value
    MONEY CHIP     a mention of that kind; MODEL:Llama, TECHNIQUE:distillation one of that name
    @train         a word of that class in words.yml
    to             the word itself
    a|@b           either
    word?          one or none
    ..  ...        a gap of at most three, or at most eight, tokens that are neither ``;`` nor of the anchor's kind
    ....           a gap of at most fourteen tokens that are no ``;``

Rules in the folder ``no_claim`` say what only looks like a claim: where one of them is the strongest rule on an anchor,
nothing is claimed. Their examples name in ``stops`` the words that must give no claim of their own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

from extractor.errors import DataError
from extractor.schema import data_folder, list_files, load_predicates, read_yaml

__all__ = [
    "Confidence",
    "NO_CLAIM",
    "Rule",
    "find_says",
    "load_confidence",
    "load_rules",
    "load_weights",
    "load_words",
    "rules_hash",
]

NO_CLAIM = "no_claim"
_SCOPES = frozenset({"sentence", "before", "paragraph", "section", "title", "document"})
_FILE_KEYS = ("says", "match", "fields", "examples", "not", "misses", "since")


@dataclass(frozen=True, slots=True)
class Confidence:
    """The share of a rule's claims that were right, and on how many claims that rests."""

    precision: float
    of: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its file states it.

    Attributes:
        id: ``folder/file``.
        predicate: the folder; ``no_claim`` for what is none.
        anchor: kinds of mention, or ``@class`` of words, that can be its value.
        frames: of these one must match.
        unless: of these none may.
        near: scope (sentence, before, paragraph, section, title, document) -> classes or kinds of which one must
            stand there; where several scopes are named, one of them is enough.
        also: the same again, of which one must stand there, too.
        far: the same, of which none may stand there.
        low, high: bounds of the value, in its canonical unit.
        scaled: True if the number must be written with a scale ("7B", "1.3 million"), False if it must not;
            ``letter`` if the scale must be letters ("7B").
        strength: which rule wins an anchor that several match; 5 where a file does not say.
        value: a canonical name that stands for the anchor's own.
        sets: slots with a fixed value.
    """

    id: str
    predicate: str
    says: str
    anchor: tuple[str, ...]
    frames: tuple[str, ...]
    unless: tuple[str, ...] = ()
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    far: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    scaled: bool | Literal["letter"] | None = None
    strength: int = 5
    value: str = ""
    sets: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[Mapping[str, Any], ...] = ()
    not_examples: tuple[Mapping[str, Any], ...] = ()
    misses: tuple[Mapping[str, Any], ...] = ()
    since: str = ""


_MATCH_KEYS = ("anchor", "frames", "unless", "near", "also", "far", "low", "high", "scaled", "strength")
_FIELD_KEYS = ("value", "comparator", "modality", "stage")


def _folders() -> list[Traversable]:
    return sorted((f for f in files("extractor.rules").iterdir() if f.is_dir()), key=lambda f: f.name)


def _rule_files() -> Iterator[tuple[str, Traversable]]:
    for folder in _folders():
        if folder.name != "modifiers":  # no predicate
            yield from ((folder.name, file) for _, file in list_files(folder, ".yml"))


def _check_keys(row: Any, allowed: tuple[str, ...], where: str) -> None:
    if not isinstance(row, dict):
        raise DataError("A part of a rule is no mapping", where=where, expected=", ".join(allowed), found=repr(row))
    if unknown := sorted(set(row) - set(allowed)):
        raise DataError("A rule has unknown keys", where=where, expected=", ".join(allowed), found=", ".join(unknown))


def _as_tuple(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _read_rule(folder: str, file: Traversable) -> Rule:
    row = read_yaml(file)
    where = f"{folder}/{file.name}"
    _check_keys(row, _FILE_KEYS, where)
    match, slots = row.get("match") or {}, row.get("fields") or {}
    _check_keys(match, _MATCH_KEYS, f"{where} at match")
    _check_keys(slots, _FIELD_KEYS, f"{where} at fields")
    if not row.get("says"):
        raise DataError("A rule does not say what it reads", where=where, fix="Give says: one sentence")
    if not match.get("anchor") or not match.get("frames"):
        raise DataError("A rule has no anchor or no frames", where=where, fix="Give match: both")
    return Rule(
        id=f"{folder}/{file.name.removesuffix('.yml')}",
        predicate=folder,
        says=row["says"],
        anchor=_as_tuple(match["anchor"]),
        frames=_as_tuple(match["frames"]),
        unless=_as_tuple(match.get("unless")),
        near={scope: _as_tuple(tags) for scope, tags in (match.get("near") or {}).items()},
        also={scope: _as_tuple(tags) for scope, tags in (match.get("also") or {}).items()},
        far={scope: _as_tuple(tags) for scope, tags in (match.get("far") or {}).items()},
        low=None if match.get("low") is None else float(match["low"]),
        high=None if match.get("high") is None else float(match["high"]),
        scaled=match.get("scaled"),
        strength=int(match.get("strength", 5)),
        value=slots.get("value", ""),
        sets={key: slots[key] for key in slots if key != "value"},
        examples=tuple(row.get("examples") or ()),
        not_examples=tuple(row.get("not") or ()),
        misses=tuple(row.get("misses") or ()),
        since=str(row.get("since", "")),
    )


@cache
def load_rules() -> tuple[Rule, ...]:
    """Read all rules, in the order of their ids.

    Raises:
        DataError: for a key, a predicate, a word class or an element of a frame that is not known.
    """
    rules = tuple(_read_rule(folder, file) for folder, file in _rule_files())
    known = {*load_predicates(), NO_CLAIM}
    classes = set(load_words().values())
    for rule in rules:
        if rule.predicate not in known:
            raise DataError(
                "A folder of rules is named for no predicate", where=rule.id, expected=", ".join(sorted(known))
            )
        for tag in (tag for scopes in (rule.near, rule.also, rule.far) for tags in scopes.values() for tag in tags):
            if not (tag.isupper() or tag.removeprefix("@") in classes):
                raise DataError("A rule asks for a class of words that is not in words.yml", where=rule.id, found=tag)
        if unknown := sorted({*rule.near, *rule.also, *rule.far} - _SCOPES):
            raise DataError(
                "A rule names an unknown scope", where=rule.id, expected=", ".join(sorted(_SCOPES)), found=unknown[0]
            )
        for frame in (*rule.frames, *rule.unless):
            elements = frame.split()
            if frame in rule.frames and elements.count("_") != 1:
                raise DataError("A frame must hold the anchor once", where=rule.id, expected="one _", found=frame)
            for element in elements:
                for part in element.rstrip("?").split("|"):
                    if part.startswith("@") and part[1:] not in classes:
                        raise DataError(
                            "A frame names a class of words that is not in words.yml",
                            where=f"{rule.id}: {frame}",
                            found=part,
                        )
    return rules


def find_says(rule_id: str) -> str:
    """Return what a rule says that it reads, by the id that its claims carry; empty for a rule that is no more."""
    if rule_id.endswith("/table_column"):
        return "A column of a table is headed by words that say what its cells are."
    return next((rule.says for rule in load_rules() if rule.id == rule_id), "")


@cache
def load_words() -> dict[str, str]:
    """Read ``words.yml``: word or phrase, lower case -> its one class.

    Raises:
        DataError: if a word stands in two classes.
    """
    file = files("extractor.rules") / "words.yml"
    table: dict[str, str] = {}
    for name, words in read_yaml(file).items():
        for word in re.split(r"[,\n]", str(words)):
            term = word.strip().lower()
            if term and table.setdefault(term, name) != name:
                raise DataError(
                    "A word stands in two classes", where="words.yml", found=f"{term}: {table[term]}, {name}"
                )
    return table


@cache
def load_confidence() -> dict[str, Confidence]:
    """Read ``confidence.yml``: rule -> its measured precision. Written by ``evaluate --calibrate``, never by hand.

    A rule that fired too seldom to be measured is not in it.
    """
    file = files("extractor.rules") / "confidence.yml"
    if not file.is_file():
        return {}
    return {rule: Confidence(float(row["precision"]), int(row["of"])) for rule, row in (read_yaml(file) or {}).items()}


@cache
def rules_hash() -> str:
    """Name the state of all that decides what is read: rules, words, modifiers, lists, predicates and units.

    Articles carry it, so that only those read by other rules are read again.
    """
    digest = hashlib.sha256()
    schema = data_folder("schema")
    for folder in (files("extractor.rules"), *_folders(), schema / "lists", schema / "predicates"):
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            if file.name.endswith((".yml", ".csv")):
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    digest.update((schema / "units.yml").read_bytes())
    return digest.hexdigest()[:16]


@cache
def load_weights() -> Mapping[str, float]:
    """Read what each feature of a possible subject weighs."""
    return {name: float(value) for name, value in read_yaml(files("extractor.rules") / "subjects.yml").items()}
