"""The rules as they stand -> a rulebook that a database keeps, so that a later change can be told rule by rule.

A change to the rules makes every article stale by `rules_hash`. Most changes touch a rule or two, and a text in which
neither the old wording nor the new one can match gives the same claims as before: it need not be read again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extractor.errors import DataError
from extractor.rules import Rule, load_confidence, load_rules
from extractor.schema import data_folder, list_files

__all__ = ["KnownRule", "Rulebook", "find_changes", "load_rulebook", "parse_rulebook"]

_OF_EACH_RULE = "confidence"


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A rule as far as it decides where it can match.

    Attributes:
        digest: of all that it matches and fills, its confidence included; not of its examples.
        anchor, frames: as in `Rule`.
        around: sets of classes and kinds, of each of which one must stand somewhere in the document.
    """

    digest: str
    anchor: tuple[str, ...]
    frames: tuple[str, ...]
    around: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One state of the rules.

    Attributes:
        shared: digest of what every rule goes by: words, modifiers, columns, weights, gate, lists, predicates, units.
        rules: by their ids.
    """

    shared: str
    rules: Mapping[str, KnownRule]

    def to_json(self) -> str:
        """Return it as the one line that `parse_rulebook` reads."""
        rows = {key: [rule.digest, rule.anchor, rule.frames, rule.around] for key, rule in self.rules.items()}
        return json.dumps({"shared": self.shared, "rules": rows}, ensure_ascii=False, separators=(",", ":"))


def parse_rulebook(text: str) -> Rulebook:
    """Read what `Rulebook.to_json` wrote.

    Raises:
        DataError: if it is something else.
    """
    try:
        told = json.loads(text)
        rows = {
            key: KnownRule(digest, tuple(anchor), tuple(frames), tuple(map(tuple, around)))
            for key, (digest, anchor, frames, around) in told["rules"].items()
        }
        return Rulebook(told["shared"], rows)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise DataError(
            "A rulebook cannot be read", expected="what Rulebook.to_json writes", found=text[:60]
        ) from error


@cache
def load_rulebook() -> Rulebook:
    """Return the rulebook of the rules as they are now."""
    return Rulebook(_shared_digest(), {rule.id: _know(rule) for rule in load_rules()})


def find_changes(old: Rulebook, new: Rulebook) -> list[KnownRule] | None:
    """Return the rules in which two states differ, each as it stands in either; None if all articles are concerned."""
    if old.shared != new.shared:
        return None
    changed = [key for key in sorted({*old.rules, *new.rules}) if old.rules.get(key) != new.rules.get(key)]
    return [book.rules[key] for key in changed for book in (old, new) if key in book.rules]


def _know(rule: Rule) -> KnownRule:
    said = [
        rule.anchor, rule.frames, rule.unless, rule.low, rule.high, rule.scaled, rule.strength, rule.value,
        *(sorted(table.items()) for table in (rule.near, rule.also, rule.far, rule.sets)),
    ]  # fmt: skip
    confidence = load_confidence().get(rule.id)
    digest = hashlib.sha256(json.dumps([said, confidence and confidence.precision]).encode()).hexdigest()
    around = tuple(
        tuple(sorted({tag for tags in near.values() for tag in tags})) for near in (rule.near, rule.also) if near
    )
    return KnownRule(digest[:16], rule.anchor, rule.frames, around)


def _shared_digest() -> str:
    digest = hashlib.sha256()
    rules, schema = files("extractor.rules"), data_folder("schema")
    for folder, ending in (
        (rules, ".yml"), (rules / "modifiers", ".yml"), (schema / "lists", ".csv"), (schema / "predicates", ".yml")
    ):  # fmt: skip
        for name, file in list_files(folder, ending):
            if name != _OF_EACH_RULE:
                digest.update(name.encode() + b"\0" + file.read_bytes())
    digest.update((schema / "units.yml").read_bytes())
    return digest.hexdigest()[:16]
