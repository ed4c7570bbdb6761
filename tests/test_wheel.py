"""The wheel holds what a checkout holds, and works from another folder."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel; hatchling is a dependency of the tests, so that nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def test_wheel_holds_code_and_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for part in (
        "extractor/cli/__init__.py",
        "extractor/rules/words.yml",
        "extractor/rules/training_cost/cost_to_train.yml",
        "extractor/rules/modifiers/plan.yml",
        "extractor/articles/furniture.yml",
        "extractor/browse/templates/ainews_article.html",
        "extractor/browse/static/charts.js",
        "extractor/browse/static/vendor/d3.min.js",
        "extractor/browse/static/vendor/plot.umd.min.js",
        "extractor/browse/static/vendor/LICENSES.txt",
        "extractor/data/schema/lists/chips.csv",
        "extractor/data/schema/predicates/power.yml",
        "extractor/data/schema/views/claims_flat.sql",
        "extractor/data/corpus/articles/2025-09-18-r1-training-bill.html",
        "extractor/data/corpus/gold/2025-09-18-r1-training-bill.json",
    ):
        assert part in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/")) or "__pycache__" in name]


def test_wheel_ingests_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """Its dependencies are those of the running environment: a .pth leads to them, behind the installed wheel."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True, capture_output=True
    )
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    # Not by addsitedir: the checkout's own editable install must not come along
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    where = subprocess.run(
        [python, "-c", "import extractor; print(extractor.__file__)"],
        cwd=tmp_path,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert where.startswith(str(home))
    command = home / "bin" / "ainews-to-sqlite"
    done = subprocess.run(
        [command, "ingest", "t.db"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "t.db") as db:
        assert db.execute("select count(*) from articles").fetchone() == (30,)
        assert db.execute("select count(*) from claims where predicate = 'training_cost'").fetchone()[0] > 20
    done = subprocess.run(
        [command, "doctor", "t.db"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    code = (
        "import spacy\nnlp = spacy.blank('en')\n"
        "for name in ('sentences', 'mentions', 'claims', 'context', 'subjects'): nlp.add_pipe(f'ainews_{name}')\n"
        "print(*[(c.predicate, c.value) for c in nlp('DeepSeek trained V3 on 2,048 H800 GPUs.')._.claims])"
    )
    found = subprocess.run([python, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert found.stdout.strip() == "('chip_count', 2048.0)", found.stderr
    plugins = subprocess.run(
        [python, "-m", "datasette", "plugins"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert "ainews" in plugins.stdout, plugins.stderr
