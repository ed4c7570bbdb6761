"""Listing -> what of it is to be asked: the entries that are wanted of its source, and the listings below it."""

from __future__ import annotations

from collections.abc import Iterable

from extractor.errors import SourceError
from extractor.sources.web.addresses import clean_address
from extractor.sources.web.records import Address, AddressKind, Entry, Listing

__all__ = ["Below", "Depths", "select_entries", "try_clean"]

MAX_DEPTH = 4
"""How many listings below one another are followed; sitemaps have two, and a chain of more may have no end."""

Below = tuple[str, AddressKind, Entry]
"""A listing below another: its URL in the one form, its kind, and what the upper one says of it."""


def select_entries(listing: Listing, topic: str, since: str) -> tuple[list[tuple[str, Entry]], list[str]]:
    """Return the entries of a listing that are wanted, each with its URL in the one form, and what is to be told.

    Args:
        listing: what was read.
        topic: what they must speak of; empty for all.
        since: those that are dated earlier are left out; empty for all.
    """
    # Imported here: the stemmer of topics takes its time
    from extractor.sources.web.topics import is_on_topic

    wanted: list[tuple[str, Entry]] = []
    odd: list[str] = []
    for entry in listing.entries:
        date = (entry.published or entry.updated)[:10]
        if (date and date[: len(since)] < since[: len(date)]) or not is_on_topic(entry, topic):
            continue
        if url := try_clean(entry.url):
            wanted.append((url, entry))
        else:
            odd.append(entry.url)
    if not odd:
        return wanted, []
    return wanted, [f"Entries of the listing that no site can be asked for: {len(odd):,}; {odd[0][:200]}"]


class Depths:
    """How deep below a source's own address lie the listings that a run has met.

    None is followed twice in a run: those that lead to one another would go on for ever.
    """

    def __init__(self) -> None:
        self._depths: dict[str, int] = {}

    def choose(self, address: Address, listings: Iterable[Below]) -> tuple[list[Below], list[str]]:
        """Return the listings to follow of those that one leads to, and what is to be told of the others."""
        depth = self._depths.setdefault(address.url, 0) + 1
        fresh = [row for row in listings if row[0] and row[0] not in self._depths]
        if depth > MAX_DEPTH and fresh:
            told = f"Listings more than {MAX_DEPTH} deep are not followed; this one leads to {len(fresh):,}"
            return [], [f"{told}: {fresh[0][0][:200]}"]
        self._depths.update((row[0], depth) for row in fresh)
        return fresh, []


def try_clean(url: str) -> str:
    """Return the one form of a URL; empty if it is none."""
    try:
        return clean_address(url)
    except SourceError:
        return ""
