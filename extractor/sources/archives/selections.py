"""Which pages of an archive are wanted: by address, date and language, and by what the gate lets through."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from extractor.dates import is_date
from extractor.errors import SourceError
from extractor.sources.archives.positions import Position

__all__ = ["Selection"]

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
_HTML_LANGUAGE = re.compile(rb"<html\b[^>]{0,2000}?\s(?:xml:)?lang\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,35})", re.I)


@dataclass(frozen=True)
class Selection:
    """What is wanted of archives. Without arguments: every page.

    Attributes:
        urls: patterns of which a page's URL must fit one; ``*`` stands for any characters, the rest for itself. A
            pattern without ``://`` is held against the URL without its scheme.
        since, until: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``: the days, both included, on which a page was taken into
            the archive. A page without that date is left out by either.
        languages: BCP 47; ``en`` takes ``en-GB``, too. A page passes if its header Content-Language or its
            ``<html lang>`` says one of them, or if neither says anything.
        gate: tells of a page's bytes whether they may hold what is looked for; others are left out unread.
        rules: names what the gate and the rules are like; an archive that others have read is read anew.
        find_position: returns how far an archive, named by its URI, was read before.

    Raises:
        SourceError: if a date or a language is none.
    """

    urls: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    languages: tuple[str, ...] = ()
    gate: Callable[[bytes], bool] | None = None
    rules: str = ""
    find_position: Callable[[str], Position | None] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        for day in (self.since, self.until):
            if day and not is_date(day):
                raise SourceError("This is no date", expected="YYYY, YYYY-MM or YYYY-MM-DD", found=repr(day))
        for language in self.languages:
            if not _TAG.fullmatch(_fold_language(language)):
                raise SourceError("This is no language", expected="a code such as en or en-GB", found=repr(language))

    @cached_property
    def words(self) -> str:
        """All that decides which pages come out, on one line; the same for the same pages."""
        asked = {
            "url": sorted(self.urls), "since": self.since, "until": self.until, "language": sorted(self.languages),
            "gate": self.gate is not None, "rules": self.rules,
        }  # fmt: skip
        return json.dumps({key: value for key, value in asked.items() if value})

    def takes_url(self, url: str) -> bool:
        """Tell whether a page of this address is wanted.

        >>> wanted = Selection(urls=("https://*.example/news/*", "a.test/?id=*"))
        >>> [wanted.takes_url(url) for url in ("https://www.x.example/news/1", "http://a.test/?id=3", "http://b.test/")]
        [True, True, False]
        """
        return not self._patterns or any(
            pattern.fullmatch(url if whole else url.partition("://")[2]) for whole, pattern in self._patterns
        )

    def takes_date(self, date: str) -> bool:
        """Tell whether a page taken at this time (ISO 8601) is wanted.

        >>> [Selection(since="2024-05", until="2024").takes_date(day) for day in ("2024-12-31T23:59:59Z", "2024-04-30")]
        [True, False]
        """
        if self.since and date[: len(self.since)] < self.since:
            return False
        return not self.until or (bool(date) and date[: len(self.until)] <= self.until)

    def takes_language(self, said: Sequence[str], content: bytes) -> bool:
        """Tell whether a page is in a wanted language, or does not say in which it is.

        Args:
            said: values of the header Content-Language.
            content: the page, of which the beginning is looked at.
        """
        if not self.languages:
            return True
        tags = [_fold_language(tag) for value in said for tag in value.split(",") if tag.strip()]
        if found := _HTML_LANGUAGE.search(content[:16_384]):
            tags.append(_fold_language(found[1].decode("ascii")))
        wanted = [_fold_language(language) for language in self.languages]
        return not tags or any(tag == want or tag.startswith(f"{want}-") for tag in tags for want in wanted)

    @cached_property
    def _patterns(self) -> list[tuple[bool, re.Pattern[str]]]:
        return [
            ("://" in url, re.compile(".*".join(map(re.escape, url.split("*"))), re.IGNORECASE | re.DOTALL))
            for url in self.urls
        ]


def _fold_language(tag: str) -> str:
    return tag.strip().lower().replace("_", "-")
