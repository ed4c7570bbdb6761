"""Claims of many articles -> the entities that they are about. Records in, records out; no database, no text.

A subject is a name as one text writes it: "V3", "DeepSeek V3", "DeepSeek's V3 model". An entity is what all of them
mean. Spellings are folded together; versions and sizes never are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

from extractor.errors import DataError
from extractor.records import Claim
from extractor.schema import read_list, spellings

__all__ = ["Entity", "Kind", "resolve_claims", "resolve_entity", "resolve_subjects"]

Kind = Literal["model", "organisation", "cluster", "chip", "other"]
Key = tuple[str, ...]

# Of two lists that know a name, the one that a claim's subject is more likely from comes first.
_LISTS: tuple[tuple[str, Kind, str], ...] = (
    ("organisations", "organisation", "name"),
    ("clusters", "cluster", "organisation"),
    ("models", "model", "organisation"),
    ("chips", "chip", "vendor"),
)
_ORDER = [kind for _, kind, _ in _LISTS]

_FOLD = str.maketrans({"’": "'", "‘": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "\u00a0": " "})
_POSSESSIVE = re.compile(r"(?<=\w)'s?(?!\w)")
_ARTICLE = re.compile(r"\A(?:the|an?|its|their|our)\s+(?=\S)", re.IGNORECASE)
_PARTS = re.compile(r"[^\W_]+(?:\.\d[^\W_]*)*(?:[+*]+(?!\w))?")
# "GPT4" and "Llama3.1" are a family and a version; "K2", "o1" and "V3" are one word
_GLUED = re.compile(r"([^\W\d_]{2,}?)(v?\d[\w.]*)")
# What stands behind a name and only says what kind of thing it is
_CLASS = re.compile(
    r"""(?P<model>(?:\s(?:(?:large\s)?language|foundation|ai))?\smodels?|\sllms?|\schatbot|\s(?:family|series|suite))
      | (?P<chip>\s(?:(?:ai\s)?(?:chip|gpu|accelerator|processor)s?|superchips?))
      | (?P<cluster>\s(?:(?:super)?(?:cluster|computer)s?|(?:data\s?cent(?:er|re)|campus|site)(?:e?s)?))
      | (?P<organisation>\s(?:team|researchers|engineers|lab|labs|inc|corp|ltd))""",
    re.VERBOSE,
)
_MEMORY = re.compile(r"(?:\d+\s?gb|sxm\s?\d?|pcie|nvl\s?\d*|hbm\s?\d?e?|tensor\score)(?:\s|\Z)")
_VERSION = re.compile(r"v\d")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_AND = frozenset(("and", "or", "vs", "versus"))
_SIZE = re.compile(r"[ae]?\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)?[bmt]\Z")
_LOWER = frozenset(("it", "mini", "nano"))
_UPPER = frozenset(("hd", "moe", "ocr", "vl", "xl", "xxl"))
# Words that make a family's name a model's without a number
_VARIANTS = frozenset(
    """
    air audio base behemoth chat code coder deep distill exp fable flash guard haiku heavy instruct it large lite
    maverick max medium micro mini mythos nano nemo next ocr omni opus plus premier preview pro reasoner reasoning
    scout small sonnet speciale spark terminus think thinking tiny turbo ultra vision vl xl zero
    """.split()
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A model, organisation, cluster or chip, whatever a text calls it.

    Attributes:
        id: the kind, a colon, and the folded name: ``model:deepseek-v3``. Names that mean the same have the same id.
        name: how to show it; of two spellings with one id either may stand here.
    """

    id: str
    kind: Kind
    name: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a list, with its name folded.

    Attributes:
        owners: the first words of its makers' names.
        risky: it asks for a cue, so that a row of another list with the same form is likelier.
        short: the form that leads here is a short one ("V3"), and name and key are those of the whole ("DeepSeek-V3").
    """

    kind: Kind
    name: str
    key: Key
    owners: frozenset[str]
    risky: bool
    join: str
    short: bool = False


def resolve_entity(name: str) -> Entity | None:
    """Return what a name stands for; None for a name with no letter or digit.

    Folds case, hyphens, spaces, possessives, a maker in front and a word such as "model" behind. A name that no list
    knows is a model if a version, a size or a word such as "mini" ends it, and ``other`` if not.

    >>> resolve_entity("DeepSeek's V3 model") == resolve_entity("V3") == resolve_entity("deepseek-v3")
    True
    >>> resolve_entity("GPT4"), resolve_entity("GPT-4.5")
    (Entity(id='model:gpt-4', kind='model', name='GPT-4'), Entity(id='model:gpt-4.5', kind='model', name='GPT-4.5'))
    >>> resolve_entity("Isambard AI supercomputer").id, resolve_entity("Marlin-2").id, resolve_entity("Norwind").id
    ('cluster:isambard-ai', 'model:marlin-2', 'other:norwind')
    """
    written = _ARTICLE.sub("", unicodedata.normalize("NFKC", name).translate(_FOLD).strip(" \"'“”.,:;"))
    _, slash, rest = written.partition("/")
    if slash and " " not in written and (hosted := _find(_fold(rest), "")) and hosted.kind == "model":
        return hosted  # "meta-llama/Llama-3.1-8B", as model hubs write it
    key = _fold(written)
    if not key:
        return None
    for row in _candidates(key, ""):
        return _entity(row, ())
    bare, hint = _drop_class(key)
    found = _find(bare, hint)
    if found and hint in ("", found.kind):
        return found
    if found or not bare:  # "H100 cluster", "OpenAI models": what a listed thing's owner has is not that thing
        return Entity(f"other:{'-'.join(key)}", "other", written)
    described = _is_description(written) or _AND.intersection(bare)
    versioned = not described and any(_is_tail(word) for word in bare[1:])
    kind: Kind = "model" if versioned and hint in ("", "model") else "other"
    shown = written if bare == key else " ".join(written.split()[: -(len(key) - len(bare))]) or written
    return Entity(f"{kind}:{'-'.join(bare)}", kind, shown)


def resolve_subjects(claims: Sequence[Claim]) -> list[Entity | None]:
    """Return the entity that each claim is about, in the order of the claims.

    A short name that no list knows takes the one longer name of its article that ends with it: "Flash" is
    "OpenPangu-2.0-Flash" where that stands beside it. None for a claim without a subject, and for a description
    ("smaller models", "the next one"), which may mean something else in the next article.
    """
    own = [resolve_entity(claim.subject) for claim in claims]
    beside: dict[str, dict[str, Entity]] = defaultdict(dict)
    for claim, entity in zip(claims, own, strict=True):
        if entity is not None:
            beside[claim.article_id][entity.id] = entity
    return [
        None
        if entity is None or (entity.kind == "other" and _is_description(claim.subject))
        else _lengthen(entity, _fold(claim.subject), beside[claim.article_id].values())
        for claim, entity in zip(claims, own, strict=True)
    ]


def resolve_claims(claims: Sequence[Claim]) -> tuple[list[Claim], list[Entity]]:
    """Return the claims with ``subject_id`` filled, and each entity that they are about, once.

    ``subject_id`` is empty where `resolve_subjects` gives None.
    """
    subjects = resolve_subjects(claims)
    resolved = [
        replace(claim, subject_id=entity.id if entity else "") for claim, entity in zip(claims, subjects, strict=True)
    ]
    return resolved, list({entity.id: entity for entity in subjects if entity}.values())


def _fold(name: str) -> Key:
    """Cut a name into lower-case words without accents; a version is a word of its own.

    >>> _fold("Qwen2.5-72B"), _fold("Tülu 3"), _fold("x.AI's R1")
    (('qwen', '2.5', '72b'), ('tulu', '3'), ('xai', 'r1'))
    """
    text = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", name).translate(_FOLD).casefold())
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = re.sub(r"(?<=[^\W\d])\.(?=\w)|(?<=\w)\.(?=[^\W\d])", "", re.sub("[,&]", " and ", text))
    words: list[str] = []
    for part in _PARTS.findall(text):
        glued = _GLUED.fullmatch(part)
        words += glued.groups() if glued else (part,)
    return tuple(words)


def _find(key: Key, hint: str) -> Entity | None:
    """Look a folded name up: whole, then as a family with a version behind, then with its maker in front."""
    if not key:
        return None
    for row in _candidates(key, hint):
        return _entity(row, ())
    for row in _candidates((key[0].partition(".")[0],), hint):
        if row.short and "." in key[0]:  # "V3.1", by "V3"
            name = row.name + key[0][len(row.key[-1]) :]
            return _entity(replace(row, name=name, key=(*row.key[:-1], key[0])), key[1:])
    for size in range(len(key) - 1, 0, -1):
        for row in _candidates(key[:size], hint):
            if _takes(row, key[size:]):
                return _entity(row, () if row.kind == "chip" else key[size:])
    for size in range(len(key) - 1, 0, -1):
        makers = {row.name for row in _index().get(key[:size], ()) if row.kind == "organisation"}
        if makers and (rest := _find_made(key[size:], {_fold(maker)[0] for maker in makers}, hint)):
            return rest
    return None


def _find_made(key: Key, makers: set[str], hint: str) -> Entity | None:
    """Look up a name that stands behind its maker's; a stranger in front is part of the name."""
    for size in range(len(key), 0, -1):
        for row in _candidates(key[:size], hint):
            tail = key[size:]
            if row.kind != "organisation" and row.owners & makers and (not tail or _takes(row, tail)):
                return _entity(row, () if row.kind == "chip" else tail)
    return None


def _takes(row: _Row, tail: Key) -> bool:
    """Tell whether the words behind a row's name make a version of it."""
    if row.kind == "model":
        return _is_tail(tail[0]) and not _AND.intersection(tail)
    if row.kind == "cluster":
        return len(tail) == 1 and _NUMBER.fullmatch(tail[0]) is not None
    return row.kind == "chip" and not _MEMORY.sub("", " ".join(tail))


def _has_digit(word: str) -> bool:
    return any(c.isdigit() for c in word)


def _is_tail(word: str) -> bool:
    return _has_digit(word) or word in _VARIANTS


def _candidates(key: Key, hint: str) -> list[_Row]:
    """Rows of a name, the likeliest first: of the kind that the hint says, then safe, then as the lists stand."""
    found = _index().get(key, ())
    if not found and key[-1].endswith("s"):  # "H100s"
        found = tuple(row for row in _index().get((*key[:-1], key[-1][:-1]), ()) if row.kind == "chip")
    return sorted(found, key=lambda row: (row.kind != hint, row.risky, _ORDER.index(row.kind)))


def _entity(row: _Row, tail: Key) -> Entity:
    """Make the entity of a row and the version behind its name."""
    if row.kind != "model":
        shown = " ".join((row.name, *tail))
        return Entity(f"{row.kind}:{'-'.join(_slug(shown))}", row.kind, shown)
    root = _root(row.key)
    behind = [*row.key[len(root) :], *tail]
    if root not in _families_with_v():
        behind = [word[1:] if _VERSION.match(word) else word for word in behind]
    # "Claude Opus 4.5" is "Claude 4.5 Opus"; the order of numbers among themselves has a meaning
    ordered = sorted(behind, key=lambda word: not _has_digit(word))
    return Entity(f"model:{'-'.join((*root, *ordered))}", "model", _show(row, tail))


def _show(row: _Row, tail: Key) -> str:
    """Write a model's name as its maker does."""
    glue = " " if row.join == "" else "-"
    words = []
    for word in tail:
        if _SIZE.match(word) or word in _UPPER or (glue == "-" and re.match(r"[vrk]\d", word)):
            words.append(word.upper())
        else:
            words.append(word if _has_digit(word) or word in _LOWER else word.capitalize())
    if not words:
        return row.name
    attached = row.join == "none" and words[0][0].isdigit() and not _SIZE.match(tail[0]) and not row.name[-1].isdigit()
    return row.name + ("" if attached else glue) + glue.join(words)


def _slug(name: str) -> list[str]:
    """Cut the name of a listed thing into words, digits left where they are: "GB200", not "GB-200"."""
    text = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"[^\W_]+(?:\.\d+)*", "".join(c for c in text if not unicodedata.combining(c)))


def _drop_class(key: Key) -> tuple[Key, str]:
    """Take the word off the end that says what a name names, and return which kind that is."""
    text, hint = " ".join(key), ""
    for match in _CLASS.finditer(text):
        if match.end() == len(text):
            hint = match.lastgroup or ""
            return tuple(text[: match.start()].split()), hint
    return key, hint


def _is_description(subject: str) -> bool:
    """Tell whether a subject that no list knows only describes: it starts in lower case, but for an owner's name.

    >>> _is_description("smaller models"), _is_description("Alibaba’s base model"), _is_description("Norwind")
    (True, True, False)
    >>> _is_description("successor to PaLM"), _is_description("marlin-2")
    (True, False)
    """
    words = [word for word in _ARTICLE.sub("", subject.translate(_FOLD)).split() if not word.endswith("'s")]
    return not any(c.isupper() or c.isdigit() for c in "".join(words[:1]))


def _lengthen(entity: Entity, key: Key, beside: Iterable[Entity]) -> Entity:
    """Return the one entity of the article whose name ends with this unlisted name; itself, if there is not one."""
    if _find(key, "") or all(c.isdigit() or c == "." for c in key[0]) or _SIZE.match(key[0]):
        return entity
    longer = [other for other in beside if len(_fold(other.name)) > len(key) and _fold(other.name)[-len(key) :] == key]
    return longer[0] if len(longer) == 1 else entity


@cache
def _index() -> dict[Key, tuple[_Row, ...]]:
    """Read the lists: folded form -> rows that it may mean."""
    index: dict[Key, list[_Row]] = defaultdict(list)
    short: list[tuple[Key, str]] = []
    for list_name, kind, owner in _LISTS:
        for data in read_list(list_name):
            key = _fold(data["name"])
            owners = frozenset(_fold(maker)[0] for maker in data[owner].split("|") if maker)
            row = _Row(kind, data["name"], key, owners, bool(data["needs"]), data.get("join", ""))
            forms = {_fold(form): form for form in spellings(data)}
            if data.get("short_for"):
                short += [(form, data["short_for"]) for form in forms]
                continue
            for form, written in forms.items():
                # A family's row helps to find "Phi-4" and "DeepSeek-V3.1" in a text; here they are models of their own
                other = form[: len(key)] == key or any(_has_digit(word) and word not in key for word in form)
                if kind == "model" and form != key and other:
                    index[form].append(replace(row, name=written, key=form, risky=False))
                else:
                    index[form].append(row)
    for form, full in short:
        rows = [row for row in index.get(_fold(full), ()) if row.kind == "model"]
        if not rows:
            raise DataError(
                "A short form stands for a model that has no row",
                where="schema/lists/models.csv",
                expected="the name of a row in short_for",
                found=full,
            )
        index[form].append(replace(rows[0], risky=True, short=True))
    return {form: tuple(rows) for form, rows in index.items()}


@cache
def _names() -> frozenset[Key]:
    """Folded whole names of the listed models."""
    return frozenset(row.key for rows in _index().values() for row in rows if row.kind == "model")


@cache
def _root(key: Key) -> Key:
    """Return the shortest listed family that a listed model's name starts with."""
    return next((key[:size] for size in range(1, len(key)) if key[:size] in _names()), key)


@cache
def _families_with_v() -> frozenset[Key]:
    """Families whose maker writes the v of a version ("DeepSeek-V3"); elsewhere "v2" and "2" are one version."""
    return frozenset(_root(key) for key in _names() if any(_VERSION.match(word) for word in key[1:]))
