"""What kind of page some bytes are: by their name, by what was said of them, and by their first bytes."""

from __future__ import annotations

import re
from pathlib import PurePath

__all__ = [
    "HTML_TYPES",
    "JSONL",
    "KINDS",
    "WARC",
    "find_binary",
    "is_archive",
    "kind_of_content",
    "kind_of_name",
    "read_content_type",
]

HTML_TYPES = ("text/html", "application/xhtml+xml")
"""What headers and links call HTML; ours is the first."""

JSONL = "application/jsonl"
"""A file of article records, one a line: many pages. A single record is ``application/json``."""

WARC = "application/warc"
"""A web archive: many pages, each in a record with the HTTP answer that it came in."""

KINDS = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".jsonl": JSONL,
    ".warc": WARC,
}
"""The endings that are read, alone or before ``.gz``, and the media type of what they hold."""

# The first bytes of files that people put among their pages by mistake.
MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP file (or a document of an office program)"),
    (b"PK\x05\x06", "an empty ZIP file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program (ELF)"),
    (b"\x1f\x8b", "a gzip file inside a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"(\xb5/\xfd", "a zstd file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z file"),
    (b"Rar!\x1a\x07", "a RAR file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
)

# A byte order mark of UTF-16 or UTF-32; the two of UTF-32 begin or end with NULs as well.
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")

CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?\s*([^\s\"';]+)", re.I)
HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*\?>)?(?>\s*<!--.*?-->)*+\s*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
HTML_SIGN = re.compile(rb"<(?:p|div|title|meta|article|h1|br|table|span)\b[^>]*>", re.I)


def kind_of_name(path: PurePath | str) -> str | None:
    """Return the media type that a file's name promises; None for a name that promises nothing we read.

    >>> kind_of_name("2025/R1.HTML.gz"), kind_of_name("notes.docx")
    ('text/html', None)
    """
    name = PurePath(path).name.lower().removesuffix(".gz")
    return KINDS.get(PurePath(name).suffix)


def is_archive(path: PurePath | str) -> bool:
    """Tell whether a file's name is that of a web archive.

    >>> is_archive("2025-01.warc.gz"), is_archive("page.html.gz")
    (True, False)
    """
    return kind_of_name(path) == WARC


def read_content_type(header: str) -> tuple[str, str]:
    """Return the media type and the charset that a header Content-Type names, in lower case, or empty strings.

    >>> read_content_type('Text/HTML; Charset="UTF-8"'), read_content_type("")
    (('text/html', 'utf-8'), ('', ''))
    """
    charset = CHARSET.search(header)
    return header.partition(";")[0].strip().lower(), charset[1].lower() if charset else ""


def kind_of_content(content: bytes, name_kind: str | None = None) -> str:
    """Return the media type of some text's bytes: what they plainly are, then what the name says, then plain text.

    >>> kind_of_content(b"<!DOCTYPE html><p>Hello", "text/plain")
    'text/html'
    """
    start = content[:4096]
    if start.startswith(WIDE_MARKS):
        start = start.replace(b"\x00", b"")[2:]
    start = start.removeprefix(b"\xef\xbb\xbf")
    if name_kind == WARC or start.startswith((b"WARC/1.", b"WARC/0.")):
        return WARC
    if name_kind != JSONL and HTML_START.match(start):
        return "text/html"
    if name_kind:
        return name_kind
    if start.lstrip().startswith(b"{"):
        return JSONL
    return "text/html" if HTML_SIGN.search(start) else "text/plain"


def find_binary(content: bytes) -> str | None:
    """Name what a binary file is; None for bytes that may be text in some encoding.

    Only the first 8,000 bytes are asked for NULs: a stray one far down a page does not make it a program.

    >>> find_binary(b"%PDF-1.7"), find_binary("Größe".encode("utf-16"))
    ('a PDF', None)
    """
    for magic, name in MAGIC:
        if content.startswith(magic):
            return name
    start = content[:8000]
    if b"\x00" not in start or start.startswith(WIDE_MARKS):
        return None
    # UTF-16 and UTF-32 without a mark: for Western text most bytes of one half, or three quarters, are NUL.
    if len(start) >= 4 and any(start[offset::2].count(0) * 10 >= len(start[offset::2]) * 7 for offset in (0, 1)):
        other = start[0::2] if start[1::2].count(0) >= start[0::2].count(0) else start[1::2]
        if sum(byte in b"\t\n\r" or byte >= 32 for byte in other.replace(b"\x00", b"")) * 20 >= len(other) * 9:
            return None
    return "binary data (NUL bytes)"
