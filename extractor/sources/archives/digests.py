"""Does a record hold the bytes that were written into it? By the digests that it states of itself."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

__all__ = ["find_mismatch"]

_KNOWN = {"sha1": "sha1", "sha-1": "sha1", "sha256": "sha256", "sha-256": "sha256", "sha512": "sha512",
          "sha-512": "sha512", "md5": "md5"}  # fmt: skip


def find_mismatch(stated: str | None, contents: Sequence[bytes]) -> tuple[str, str] | None:
    """Return the digest that was stated and the one that is; None if they agree, or nothing can be said.

    Args:
        stated: ``sha1:`` and the digest in base 32 or hexadecimal, or the like.
        contents: forms of the content of which one must fit: archives differ on what they digest.

    >>> stated = "sha1:86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"
    >>> find_mismatch(stated, [b"a"]), find_mismatch("crc7:00", [b"b"])
    (None, None)
    >>> find_mismatch("sha1:Q336IN72UWT7ZYK5DXOLT2XK5I3XMZ5Y", [b"b"])
    ('sha1:Q336IN72UWT7ZYK5DXOLT2XK5I3XMZ5Y', 'sha1:5HLR6XXHZEWW3SPJF7622F5YXVEUDD4Y')
    """
    name, _, value = (stated or "").strip().partition(":")
    name = _KNOWN.get(name.lower(), "")
    if not name or not value:
        return None
    found = b""
    for content in contents:
        found = hashlib.new(name, content, usedforsecurity=False).digest()
        if _decode(value, len(found)) in (found, b""):
            return None
    return f"{name}:{value}", f"{name}:{base64.b32encode(found).decode().rstrip('=')}"


def _decode(value: str, size: int) -> bytes:
    """The bytes of a digest; none if it is written in a way that is not known."""
    try:
        if len(value) == 2 * size:
            return binascii.unhexlify(value)
        return base64.b32decode(value.upper() + "=" * (-len(value) % 8))
    except (binascii.Error, ValueError):
        return b""
