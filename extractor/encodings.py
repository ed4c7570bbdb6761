"""Bytes -> text: which encoding a page is in, by its mark, by what was said of it, and by looking."""

from __future__ import annotations

import codecs
import re

from extractor.errors import SourceError

__all__ = ["clean_characters", "decode_content", "find_encoding"]

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What browsers read where a page names the older or narrower set. Source: the WHATWG Encoding Standard.
WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "utf-16": "utf-8",
    "utf-16-le": "utf-8", "utf-16-be": "utf-8",
}  # fmt: skip

# Only sets that web pages use: Python also knows codecs that are no encodings of text, or that take very long.
ENCODINGS = frozenset({
    "utf-8", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp866",
    "cp874", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8",
    "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u", "mac-roman",
    "gb18030", "big5", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949",
})  # fmt: skip

META = re.compile(rb"<meta[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([-\w:]{2,40})", re.I)
XML = re.compile(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([-\w:]{2,40})[\"']", re.I)
LINE_ENDS = re.compile(r"[\r\x0b\x0c\x1c-\x1e\u2028\u2029]")
# NULs end a text early in SQLite, and a lone surrogate cannot be stored at all
NO_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d\ud800-\udfff\ufeff\ufffe\uffff]")
# "&#146;" and the like: numbers of windows-1252, which every browser shows as its characters
OLD_NUMBER = re.compile(r"[\x80-\x9f]")
STRANGE = re.compile("|".join(pattern.pattern for pattern in (LINE_ENDS, NO_CHARACTERS, OLD_NUMBER)))
OLD_NUMBERS = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


def decode_content(content: bytes, charset: str = "", *, markup: bool = False) -> str:
    r"""Return the text that some bytes hold, with ``\n`` as the only line end and no control characters.

    Tried in this order: a byte order mark, the transport's word, the page's own ``<meta>`` and XML declaration, UTF-8,
    and what the bytes look like. A named encoding that does not fit is passed over.

    Args:
        content: the bytes of a page.
        charset: what the transport said; empty where it said nothing.
        markup: whether the page may name its encoding itself.

    Raises:
        SourceError: if the bytes are text in no encoding.
    """
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return clean_characters(content[len(mark) :].decode(encoding, "replace"))
    named = [charset]
    if markup:
        named += [
            found[1].decode("ascii", "replace")
            for found in (META.search(content[:8192]), XML.match(content[:512]))
            if found
        ]
    for label in [*named, "utf-8"]:
        if (text := _decode(content, label)) is not None:
            return clean_characters(text)
    return clean_characters(_detect(content))


def clean_characters(text: str) -> str:
    r"""Return a text without what is no character of it, and with ``\n`` for each kind of line end.

    Control characters and lone surrogates go; every other character stays, no-break blanks among them.

    >>> clean_characters("1\u00a0082 hours\r\nof\x00 H100")
    '1\xa0082 hours\nof H100'
    """
    text = text.replace("\r\n", "\n")
    # one look at a long page instead of three: most hold nothing strange
    if not STRANGE.search(text):
        return text
    text = NO_CHARACTERS.sub("", LINE_ENDS.sub("\n", text))
    return text.translate(OLD_NUMBERS) if OLD_NUMBER.search(text) else text


def find_encoding(label: str) -> str:
    """Return Python's name of the encoding that a label stands for on the web; empty if it stands for none.

    >>> find_encoding("ISO-8859-1"), find_encoding("hex")
    ('cp1252', '')
    """
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return ""
    name = WIDER.get(name, name)
    return name if name in ENCODINGS else ""


def _decode(content: bytes, label: str) -> str | None:
    name = find_encoding(label)
    if not name:
        return None
    if name != "utf-8" and not content.isascii():
        # A page in UTF-8 under an old label: no other set forms its sequences by chance
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            pass
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        return _mend_utf8(content) if name == "utf-8" else None


def _mend_utf8(content: bytes) -> str | None:
    """The text of a page in UTF-8 with a few broken bytes; None if it looks like another encoding."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(char > "\x7f" for char in text) - broken
    return text if whole >= 5 * broken else None


def _detect(content: bytes) -> str:
    # imported here: most pages name their encoding
    import charset_normalizer

    best = charset_normalizer.from_bytes(content[:100_000], cp_isolation=sorted(ENCODINGS)).best()
    text = content.decode(best.encoding, "replace") if best else ""
    strange = len(NO_CHARACTERS.findall(text)) + text.count("\ufffd")
    if not text or strange * 50 > len(text):
        raise SourceError(
            "The bytes are text in no known encoding",
            expected="UTF-8, or an encoding that the page names",
            found=f"{len(content)} bytes that fit none",
            fix="Save the page again as UTF-8",
        )
    return text
