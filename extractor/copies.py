"""Text -> sketch, and two sketches -> is the one a copy of the other? No network, no database.

One wire story is printed by many: with another dateline, without its tail, in the house's style, with a paragraph of
their own. Ten such reprints are one report. Two reporters who tell of one event in their own words are two, however
alike the facts; and so are two reports that fill one form with other figures. The thresholds below were chosen on the
half *tune* of what ``python -m benchmarks.copies`` measures.

A sketch is bytes of a fixed form, the same in every process and on every machine:

==========================  ========================================================================
1 byte                      the form: `VERSION`; another form, another hash or another way to cut words has another
4 bytes                     how many shingles (three words in a row) the text has
1 byte                      how many hashes of numbers follow at the end, at most `MAX_NUMBERS`
`PERMUTATIONS` x 4 bytes    MinHash of the shingles (datasketch, scheme affine32)
4 bytes each                the lowest hashes of the numbers that the text writes in digits, in order
==========================  ========================================================================

All integers are unsigned and little-endian.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from typing import Any

from extractor.errors import ExtractorError

__all__ = ["VERSION", "are_copies", "bands_of", "is_current", "similarity", "sketch_text"]

VERSION = 1
PERMUTATIONS = 256
SEED = 20250128
MAX_NUMBERS = 64
HEAD = struct.Struct("<BIB")
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
SHINGLE = 3
BANDS, ROWS = 48, 2
"""Two texts with 30 % of their shingles in common share a band with a probability of 99 %; with 20 %, 86 %."""

MIN_SHINGLES = 20
"""A shorter text says too little to be known again: "Marlin-2 cost $5m to train, Norwind says" of every Marlin."""

MIN_SIMILARITY = 0.2
"""Of all shingles of both: reports of one event that quote the same speaker reach 0.1."""

MIN_SHARE = 0.47
"""Of the shorter text's shingles: a follow-up that repeats its background has up to 0.4, a roundup 0.3."""

MIN_NUMBERS = 0.5
"""Of the numbers of the one that has fewer: two reports that fill one form with other figures have 0 to 0.15."""


def sketch_text(text: str) -> bytes:
    """Return the sketch of a text; one of too few words has no shingles, and is a copy of nothing.

    Words are compared without case, punctuation and marks of thousands.
    """
    words = [word.replace(",", "") for word in WORD.findall(unicodedata.normalize("NFKC", text).casefold())]
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
    if len(shingles) < MIN_SHINGLES:
        shingles = set()
    numbers = sorted({_hash(word) for word in words if word[0].isdecimal()})[:MAX_NUMBERS]
    head = HEAD.pack(VERSION, len(shingles), len(numbers))
    return head + _permuted(shingles) + struct.pack(f"<{len(numbers)}I", *numbers)


def is_current(sketch: bytes) -> bool:
    """Tell whether a sketch has the form of this version: only such ones can be compared."""
    size = HEAD.size + PERMUTATIONS * 4
    return len(sketch) >= size and sketch[0] == VERSION and len(sketch) == size + sketch[HEAD.size - 1] * 4


def bands_of(sketch: bytes) -> list[int]:
    """Return the bands of a sketch, as integers of 64 bits with a sign; their place in the list is part of them.

    Two copies most probably have one in the same place; other texts hardly ever. A sketch without shingles has none.
    """
    count, _, hashes = _parts(sketch)
    width = ROWS * 4
    return list(struct.unpack_from(f"<{BANDS}q", hashes[: BANDS * width])) if count else []


def similarity(a: bytes, b: bytes) -> float:
    """Return which share of the shingles of both texts both have, 0 to 1, give or take 0.03."""
    import numpy

    count_a, _, first = _parts(a)
    count_b, _, second = _parts(b)
    if not count_a or not count_b:
        return 0.0
    same = numpy.frombuffer(first, "<u4") == numpy.frombuffer(second, "<u4")
    return int(numpy.count_nonzero(same)) / PERMUTATIONS


def are_copies(a: bytes, b: bytes) -> bool:
    """Tell whether two texts are one report: most words of the shorter stand in the longer, and the same numbers do."""
    alike = similarity(a, b)
    if alike < MIN_SIMILARITY:
        return False
    count_a, numbers_a, _ = _parts(a)
    count_b, numbers_b, _ = _parts(b)
    shared = alike / (1 + alike) * (count_a + count_b)
    if shared < MIN_SHARE * min(count_a, count_b):
        return False
    fewer = min(len(numbers_a), len(numbers_b))
    return fewer == 0 or len(numbers_a & numbers_b) >= MIN_NUMBERS * fewer


def _parts(sketch: bytes) -> tuple[int, frozenset[int], bytes]:
    """Return a sketch's count of shingles, its numbers and its MinHash.

    Raises:
        ExtractorError: if it has another form than this version's.
    """
    if not is_current(sketch):
        raise ExtractorError(
            "A sketch of a text has another form", expected=f"version {VERSION}", found=sketch[:8].hex() or "nothing"
        )
    _, count, many = HEAD.unpack_from(sketch)
    size = HEAD.size + PERMUTATIONS * 4
    return count, frozenset(struct.unpack_from(f"<{many}I", sketch, size)), sketch[HEAD.size : size]


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "little")


def _permuted(shingles: Iterable[str]) -> bytes:
    """Return the MinHash of shingles, the lowest hash by each permutation."""
    minhash = _empty().copy()
    minhash.update_batch(shingles)
    return bytes(minhash.hashvalues.astype("<u4").tobytes())


@cache
def _empty() -> Any:
    """Make the permutations once: datasketch brings in SciPy, which takes half a second."""
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=SEED, hashfunc=_hash, scheme="affine32")
