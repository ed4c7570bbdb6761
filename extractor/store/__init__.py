"""Claims -> store -> rows. The only door to SQLite: nothing else in the package opens a database or writes SQL.

The tables are those of ``schema/migrations``, the views those of ``schema/views``. The file opens in plain ``sqlite3``,
``sqlite-utils`` and Datasette without this code; what only this code does is to write an article, its claims and their
evidence in one transaction, and to check that nothing in the file is off.
"""

from __future__ import annotations

from extractor.store.connections import RefusedRecord
from extractor.store.problems import Problem
from extractor.store.publications import Notice, Published, is_published
from extractor.store.reviews import STATUSES, ReviewStore, Verdict, save_review, undo_review
from extractor.store.runs import Ending
from extractor.store.sources import Source, SourceKind
from extractor.store.stores import Outcome, Store, open_store
from extractor.store.web import WebStore

__all__ = [
    "Ending", "Notice", "Outcome", "Problem", "Published", "RefusedRecord", "ReviewStore", "STATUSES", "Source",
    "SourceKind", "Store", "Verdict", "WebStore", "is_published", "open_store", "save_review", "undo_review",
]  # fmt: skip
