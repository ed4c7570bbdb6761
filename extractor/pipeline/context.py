"""Drafts -> drafts with comparator, modality, stage and speaker, in the manner of ConText."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.pipeline.readings import Reading
from extractor.pipeline.views import View

__all__ = ["apply_context"]


def apply_context(reading: Reading, views: Mapping[int, View]) -> None:
    """Fill modality, speaker and stage of each draft."""
