"""Pages -> claims -> store. One process, many processes, or a cluster: the same map."""

from __future__ import annotations

from extractor.engine.reading import PageMap, Progress, ReadPage, ingest, read_page, reread

__all__ = ["PageMap", "Progress", "ReadPage", "ingest", "read_page", "reread"]
