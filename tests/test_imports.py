"""Modules import one way, and importing them costs nothing that --help does not need."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import extractor

ROOT = Path(__file__).parent.parent
HEAVY = (
    *("spacy", "trafilatura", "datasette", "sqlite_utils", "rich", "bs4", "lxml"),
    *("scrapy", "twisted", "protego", "feedparser", "courlan", "datasketch", "fastwarc", "warcio"),
)
MODULES = sorted(m.name for m in pkgutil.walk_packages(extractor.__path__, "extractor."))


def loaded_after(statement: str) -> set[str]:
    """The heavy packages that a fresh interpreter has loaded after a statement."""
    code = f"import sys\n{statement}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_imports_flow_one_way() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "extractor",
        "extractor.cli",
        "extractor.records",
        "extractor.quantities",
        "extractor.gate",
        "extractor.sources",
        "extractor.sources.web.crawler",
        "extractor.sources.web.wishes",
    ],
)
def test_import_brings_in_nothing_heavy(name: str) -> None:
    assert loaded_after(f"import {name}") == set()


def test_help_brings_in_nothing_heavy() -> None:
    statement = (
        "from click.testing import CliRunner\nfrom extractor.cli import main\n"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0"
    )
    assert loaded_after(statement) == set()


@pytest.mark.parametrize("name", [n for n in MODULES if not n.startswith("extractor.browse")])
def test_public_names_are_sorted_and_there(name: str) -> None:
    module = importlib.import_module(name)
    public = getattr(module, "__all__", [])
    assert list(public) == sorted(public)
    assert all(hasattr(module, each) for each in public)


@pytest.mark.parametrize("file", sorted(Path(extractor.__path__[0]).rglob("*.py")), ids=lambda file: file.stem)
def test_module_takes_only_what_another_offers(file: Path) -> None:
    """What is not in a module's ``__all__`` is its own affair, and may change without a look at others."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "extractor":
            offered = importlib.import_module(node.module).__all__
            taken = {each.name for each in node.names if f"{node.module}.{each.name}" not in MODULES}
            assert taken <= set(offered), f"line {node.lineno}"
