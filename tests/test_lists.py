"""The lists in ``schema/lists`` have their form, know enough, and do not contradict each other.

Run with ``FIX_DATA=1`` to bring the order of the rows into normal form.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import defaultdict
from pathlib import Path

import pytest

from extractor.schema import data_folder, read_list

COLUMNS = {
    "chips": ["name", "vendor", "kind", "aliases", "pattern", "needs"],
    "clusters": ["name", "organisation", "kind", "aliases", "needs"],
    "models": ["name", "organisation", "aliases", "pattern", "needs", "join", "short_for", "case"],
    "organisations": ["name", "kind", "country", "aliases", "needs"],
    "people": ["name", "organisation", "aliases"],
    "techniques": ["name", "kind", "aliases", "needs"],
}
LEAST = {"chips": 140, "clusters": 80, "models": 320, "organisations": 200, "people": 150, "techniques": 110}
VOCABULARY = {
    ("chips", "kind"): {"chip", "system", "generation", "family"},
    ("clusters", "kind"): {"supercomputer", "cluster", "campus", "project", "site"},
    ("models", "case"): {"", "exact"},
    ("models", "join"): {"", "hyphen", "none"},
    ("organisations", "kind"): {
        "lab", "company", "chipmaker", "cloud", "university", "government", "media", "research", "investor",
    },
    ("techniques", "kind"): {
        "training", "data", "compression", "architecture", "optimiser", "numeric", "inference", "minor",
    },
}  # fmt: skip
LISTS = sorted(COLUMNS)

# what a specialist would miss at once; each must be the name or an alias of a row
KNOWN = [
    ("chips", "H100"), ("chips", "H20"), ("chips", "GB300"), ("chips", "VR200"), ("chips", "MI455X"),
    ("chips", "TPUv4"), ("chips", "Trillium"), ("chips", "Trn2"), ("chips", "910C"), ("chips", "GTX 580"),
    ("chips", "CloudMatrix384"), ("chips", "WSE-3"), ("chips", "DGX Spark"), ("chips", "M3 Ultra"),
    ("clusters", "Colossus 2"), ("clusters", "Isambard-AI"), ("clusters", "El Capitan"), ("clusters", "Fairwater"),
    ("clusters", "Fire-Flyer II"), ("clusters", "Memphis Supercluster"), ("clusters", "TSUBAME 4.0"),
    ("models", "V3"), ("models", "K2"), ("models", "QwQ"), ("models", "Fable"), ("models", "AlphaFold"),
    ("models", "pi0.5"), ("models", "HyperCLOVA X"), ("models", "MT-NLG"), ("models", "Olmo 3"),
    ("organisations", "Moonshot"), ("organisations", "SCMP"), ("organisations", "TII"), ("organisations", "DOE"),
    ("organisations", "AI2"), ("organisations", "a16z"), ("organisations", "Zhipu"),
    ("people", "Altman"), ("people", "Li Kaifu"), ("people", "Mensch"), ("people", "@karpathy"),
    ("techniques", "MoE"), ("techniques", "distilled"), ("techniques", "quantised"), ("techniques", "RL"),
    ("techniques", "MLA"), ("techniques", "inference-time compute"), ("techniques", "multiquery attention"),
]  # fmt: skip

# family, tail, whether the row's own pattern reads it: versions that were not born when the row was written, and prose
TAILS = [
    ("GPT", "-6", True),
    ("GPT", "-7.5 Turbo", True),
    ("GPT", "-4o mini", True),
    ("GPT", " is large", False),
    ("Claude", " Opus 5", True),
    ("Claude", " 6 Sonnet", True),
    ("Claude", " said", False),
    ("Gemini", " 4 Ultra", True),
    ("Gemini", " 3.5 Flash-Lite Preview", True),
    ("Gemini", " beats GPT-4", False),
    ("Qwen", "3.7-480B-A35B", True),
    ("Qwen", "4-VL-32B-Instruct", True),
    ("Qwen", " team", False),
    ("Kimi", " K3", True),
    ("Kimi K2", ".7 Thinking", True),
    ("Kimi", " chatbot", False),
    ("DeepSeek", "-V5-Base", True),
    ("DeepSeek", "-R1-Distill-Qwen-14B", True),
    ("DeepSeek", " said", False),
    ("Llama", " 5 Behemoth", True),
    ("Llama", "-3.1-405B-Instruct", True),
    ("Llama", " herders", False),
    ("Grok", " 6 Heavy", True),
    ("Grok", " users", False),
    ("GLM", "-6-Air", True),
    ("GLM", "-4.6V", True),
    ("GLM", " model", False),
    ("Nemotron", " 4 Ultra", True),
    ("Nemotron", " team", False),
    ("Phi", "-5-mini", True),
    ("Phi", " is", False),
    ("Falcon", "-H2-34B", True),
    ("Falcon", " 9", False),
    ("Mistral", " Large 4", True),
    ("Mistral", " said", False),
]


def path_of(name: str) -> Path:
    return Path(str(data_folder("schema"))) / "lists" / f"{name}.csv"


def rows_of(name: str) -> list[dict[str, str]]:
    return list(read_list(name))


def cells(row: dict[str, str], column: str) -> list[str]:
    return row[column].split("|") if row.get(column) else []


def forms(row: dict[str, str]) -> list[str]:
    return [row["name"], *cells(row, "aliases")]


def order(row: dict[str, str]) -> tuple[str, str]:
    return (row["name"].casefold(), row["name"])


def fix_order(name: str) -> None:
    """Write the list again, rows sorted, comments kept, no cell changed."""
    lines = path_of(name).read_text(encoding="utf-8").splitlines()
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS[name], lineterminator="\n")
    writer.writeheader()
    rows = sorted(rows_of(name), key=order)
    writer.writerows(rows)
    head = "".join(f"{line}\n" for line in lines if line.startswith("#"))
    path_of(name).write_text(head + out.getvalue(), encoding="utf-8")


@pytest.mark.parametrize("name", LISTS)
def test_list_says_where_its_facts_come_from(name: str) -> None:
    head = [line for line in path_of(name).read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert any("Facts:" in line for line in head), f"{name}.csv: no comment line with 'Facts:'"
    untold = [column for column in COLUMNS[name] if not re.search(rf"\b{column}:", "\n".join(head))]
    assert not untold, f"{name}.csv: columns that the comments do not explain: {untold}"


@pytest.mark.parametrize("name", LISTS)
def test_list_columns(name: str) -> None:
    lines = [line for line in path_of(name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    header, *rows = csv.reader(lines)
    assert header == COLUMNS[name]
    wrong = [row for row in rows if len(row) != len(header)]
    assert not wrong, f"{name}.csv: rows with too many or too few cells: {wrong}"


@pytest.mark.parametrize("name", LISTS)
def test_list_knows_enough(name: str) -> None:
    assert len(rows_of(name)) >= LEAST[name]


@pytest.mark.parametrize(("name", "form"), KNOWN, ids=[f"{name}-{form}" for name, form in KNOWN])
def test_list_knows_form(name: str, form: str) -> None:
    assert any(form in forms(row) for row in rows_of(name)), f"{name}.csv: no row for {form!r}"


@pytest.mark.parametrize("name", LISTS)
def test_list_is_sorted(name: str) -> None:
    if os.environ.get("FIX_DATA") == "1":
        fix_order(name)
    names = [row["name"] for row in rows_of(name)]
    expected = [row["name"] for row in sorted(rows_of(name), key=order)]
    wrong = [(got, want) for got, want in zip(names, expected, strict=True) if got != want]
    assert not wrong, f"{name}.csv: {wrong[0][0]!r} stands where {wrong[0][1]!r} should; FIX_DATA=1 sorts"


@pytest.mark.parametrize("name", LISTS)
def test_list_cells_are_clean(name: str) -> None:
    wrong = [
        f"{row['name']}: {column}={cell!r}"
        for row in rows_of(name)
        for column in row
        if column != "pattern"
        for cell in row[column].split("|")
        if cell != cell.strip() or "  " in cell or (not cell and (row[column] or column == "name"))
    ]
    assert not wrong, f"{name}.csv: empty or padded cells: {wrong}"


@pytest.mark.parametrize(("name", "column"), VOCABULARY, ids=lambda value: str(value))
def test_list_vocabulary(name: str, column: str) -> None:
    wrong = [f"{row['name']}: {row[column]!r}" for row in rows_of(name) if row[column] not in VOCABULARY[name, column]]
    assert not wrong, f"{name}.csv, {column}: expected {sorted(VOCABULARY[name, column])}, found {wrong}"


@pytest.mark.parametrize("name", LISTS)
def test_list_form_stands_once(name: str) -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(name):
        for form in forms(row):
            owners[form.casefold()].append(row["name"])
    twice = {form: names for form, names in owners.items() if len(names) > 1}
    assert not twice, f"{name}.csv: forms in more than one place: {twice}"


def test_lists_share_no_form_without_needs() -> None:
    """A form of two lists is safe only where the text must tell which one it is."""
    owners: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    for name in LISTS:
        for row in rows_of(name):
            for form in forms(row):
                owners[form.casefold()].append((f"{name}.csv: {row['name']}", row))
    clashes = {
        form: [where for where, _ in rows]
        for form, rows in owners.items()
        if len({where.split(":")[0] for where, _ in rows}) > 1 and sum(not row.get("needs") for _, row in rows) > 1
    }
    assert not clashes, f"forms in two lists with no needs: {clashes}"


@pytest.mark.parametrize("name", [name for name in LISTS if "needs" in COLUMNS[name]])
def test_list_needs_are_lower_case_words(name: str) -> None:
    """A cue is one lower-case word of letters: a scan by words meets neither "gpt-4" nor "mac mini" as one."""
    wrong = [
        f"{row['name']}: {word}"
        for row in rows_of(name)
        for word in cells(row, "needs")
        if not re.fullmatch(r"[^\W\d_]{2,}", word) or word != word.lower()
    ]
    assert not wrong, f"{name}.csv: needs that are no lower-case word: {wrong}"


@pytest.mark.parametrize("name", [name for name in LISTS if "needs" in COLUMNS[name]])
def test_list_needs_stand_once(name: str) -> None:
    wrong = [row["name"] for row in rows_of(name) if len(set(cells(row, "needs"))) != len(cells(row, "needs"))]
    assert not wrong, f"{name}.csv: a word of needs stands twice in rows {wrong}"


@pytest.mark.parametrize("name", [name for name in LISTS if "pattern" in COLUMNS[name]])
def test_list_patterns_compile(name: str) -> None:
    for row in rows_of(name):
        if not row["pattern"]:
            continue
        try:
            pattern = re.compile(row["pattern"])
        except re.error as error:
            pytest.fail(f"{name}.csv, {row['name']}: {error}")
        assert pattern.groups == 0, (
            f"{name}.csv, {row['name']}: a group that captures would shift the pipeline's groups"
        )


@pytest.mark.parametrize(("family", "tail", "expected"), TAILS, ids=[f"{family}{tail}" for family, tail, _ in TAILS])
def test_model_pattern_reads_versions_to_come(family: str, tail: str, expected: bool) -> None:
    (row,) = [row for row in read_list("models") if row["name"] == family]
    assert bool(re.fullmatch(row["pattern"], tail)) is expected


def test_model_short_forms_stand_for_rows() -> None:
    """What a short form stands for is a row, is no short form itself, and is safe where the short form is not."""
    rows = {row["name"]: row for row in read_list("models")}
    short = {name: row["short_for"] for name, row in rows.items() if row["short_for"]}
    assert len(short) > 10
    wrong = [
        f"{name}: {full}"
        for name, full in short.items()
        if full not in rows or full in short or not rows[name]["needs"] or rows[full]["needs"]
    ]
    assert not wrong, f"models.csv: short_for that leads to no safe full name: {wrong}"


def test_people_belong_to_known_organisations() -> None:
    known = {row["name"] for row in read_list("organisations")}
    wrong = [
        f"{row['name']}: {row['organisation']}"
        for row in read_list("people")
        if row["organisation"] and row["organisation"] not in known
    ]
    assert not wrong, f"people.csv: organisations that organisations.csv does not name: {wrong}"
