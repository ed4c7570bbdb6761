"""``schema/units.yml``: what is in it, and what a slip in it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.errors import DataError
from extractor.quantities.lexicon import load_lexicon, read_lexicon
from extractor.schema import data_folder


@pytest.mark.parametrize(
    ("word", "kind", "unit", "factor"),
    [
        ("hours", "duration", "hours", 1),
        ("month", "duration", "hours", 730),
        ("year", "duration", "hours", 8760),
        ("gw", "power", "watts", 1e9),
        ("megawatts", "power", "watts", 1e6),
        ("gwh", "energy", "watt-hours", 1e9),
        ("zettaflops", "compute", "FLOP", 1e21),
        ("pflop", "compute", "FLOP", 1e15),
        ("gb", "bytes", "bytes", 1e9),
    ],
)
def test_units_and_prefixes_are_spelled_out(word: str, kind: str, unit: str, factor: float) -> None:
    """A prefix goes before words and symbols alike."""
    found = load_lexicon().units[word]
    assert (found.kind, found.name, float(found.factor)) == (kind, unit, factor)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('close to, "~"', "close to, ~", "None"),
        ("    million: 1e6", "    million: much", "much"),
        ("trailing:", "behind:", "trailing"),
        ("names: [euros, euro]", "names: [Euros, euro]", "'Euros'"),
    ],
    ids=["null-word", "no-number", "key-missing", "capital"],
)
def test_a_slip_in_the_file_is_told(tmp_path: Path, old: str, new: str, found: str) -> None:
    """A slip names the file and what stood there."""
    text = (data_folder("schema") / "units.yml").read_text(encoding="utf-8")
    file = tmp_path / "units.yml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert text != file.read_text(encoding="utf-8")
    with pytest.raises(DataError, match=r"units\.yml") as slip:
        read_lexicon(file)
    assert found in slip.value.found
