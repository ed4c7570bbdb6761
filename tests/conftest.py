"""Fixtures of more than one module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from extractor.store import Store, open_store


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--allow-regression", action="store_true", help="let AINEWS_MOVE_FLOORS lower a floor, too")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "claims.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path, create=True, wait=0.2) as store:
        yield store
