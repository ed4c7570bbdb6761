"""The errors that this package raises, each with what went wrong, where, and what to do next.

ExtractorError
|-- DataError     a file of ours is wrong: a rule, a list, a predicate
|-- SourceError   something outside is wrong: a file, a page, a line of JSON
`-- StoreError    the database is not what it should be
"""

from __future__ import annotations

__all__ = ["DataError", "ExtractorError", "SourceError", "StoreError"]


class ExtractorError(Exception):
    """A problem that a user can act on.

    Attributes:
        what: what went wrong, in a few words.
        where: the file, URL, key path or row that it concerns; empty where there is none.
        expected: what should have stood there; empty where that is plain.
        found: what stood there instead.
        fix: the next step for the reader.
    """

    def __init__(self, what: str, *, where: str = "", expected: str = "", found: str = "", fix: str = "") -> None:
        self.what, self.where, self.expected, self.found, self.fix = what, where, expected, found, fix
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """All parts as one line: what - where; expected, found. Next step."""
        line = self.what
        if self.where:
            line += f" - {self.where}"
        if self.expected:
            line += f"; expected {self.expected}"
        if self.found:
            line += f"{',' if self.expected else ';'} found {self.found}"
        if self.fix:
            line += f". {self.fix}"
        return line


class DataError(ExtractorError):
    """A rule, list, predicate or view that ships with the package is wrong."""


class SourceError(ExtractorError):
    """A file, page or record from outside cannot be read."""


class StoreError(ExtractorError):
    """A database is missing, is not ours, is newer than this program, or cannot be written."""
