"""Charts: the files of others that draw them, what the pages give them to draw, and what a search finds."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files

VENDOR = files("extractor.browse") / "static" / "vendor"


def test_files_of_others_are_those_recorded() -> None:
    """Name, version, licence and SHA-256 stand in the README beside them; there is nothing else."""
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    recorded = re.findall(r"^\| `(\S+)` \| `(\S+)` \| ([\d.]+) \| (\w+) \| `\S+` \| `([0-9a-f]{64})` \|$", readme, re.M)
    kept = {file.name: file.read_bytes() for file in VENDOR.iterdir() if file.name not in ("README.md", "LICENSES.txt")}
    assert {name: digest for name, *_, digest in recorded} == {
        name: hashlib.sha256(content).hexdigest() for name, content in kept.items()
    }
    for name, _, version, _, _ in recorded:
        assert f" v{version} " in kept[name].splitlines()[0].decode()


def test_licences_of_others_stand_beside_their_files() -> None:
    licences = (VENDOR / "LICENSES.txt").read_text(encoding="utf-8")
    for part in (
        "Observable Plot 0.6.17, in plot.umd.min.js",
        "D3 7.9.2, in d3.min.js",
        "Observable, Inc.",
        "Mike Bostock",
    ):
        assert part in licences
