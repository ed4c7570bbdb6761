"""The README and the changes say what the program does."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

import extractor
from extractor.cli import main
from extractor.schema import data_folder, load_predicates

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def modules_with_examples() -> list[str]:
    names = sorted(module.name for module in pkgutil.walk_packages(extractor.__path__, "extractor."))
    finder = doctest.DocTestFinder()
    return [name for name in names if any(test.examples for test in finder.find(importlib.import_module(name)))]


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_in_docstrings_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", list(main.commands))
def test_docs_name_each_command(name: str) -> None:
    assert re.search(rf"^\| `{name}[ `\\]", README, re.MULTILINE)


def test_docs_hold_the_table_of_predicates() -> None:
    rows = [f"| `{p.name}` | {p.question} | {p.unit} |" for p in load_predicates().values()]
    table = README.split("<!-- predicates", 1)[1].split("<!-- end of predicates -->", 1)[0]
    assert table.strip().splitlines()[3:] == rows


@pytest.mark.parametrize(
    "view", sorted(f.name.removesuffix(".sql") for f in (data_folder("schema") / "views").iterdir())
)
def test_docs_name_each_view(view: str) -> None:
    assert f"`{view}`" in README


def test_docs_say_on_the_first_screen_how_to_run_and_to_test() -> None:
    screen = README.splitlines()[:20]
    run = "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/ainews-to-sqlite ingest claims.db"
    assert run in screen
    assert ".venv/bin/pip install -e '.[test]' && .venv/bin/pytest" in screen


def test_docs_say_that_the_corpus_is_written() -> None:
    assert "The packaged corpus is written, not news." in README
    assert "They are not news" in (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")


def test_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert version == extractor.__version__
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", changes, re.MULTILINE).group(1) == version  # type: ignore[union-attr]


def test_docs_hold_no_path_of_a_machine() -> None:
    for file in (ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "pyproject.toml", ROOT / "requirements.lock"):
        assert not re.search(r"/(?:root|home|work|tmp)/", file.read_text(encoding="utf-8")), file.name


def test_links_in_the_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target
