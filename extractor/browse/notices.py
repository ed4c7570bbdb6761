"""What the publisher of a file says of it -> Datasette's metadata: title, licence, contact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from extractor.browse.cells import is_web_address

__all__ = ["label_notice"]


def label_notice(notice: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the row of ``publication`` as Datasette names it, without what is empty; addresses may be anybody's.

    >>> label_notice({"licence": "CC0", "licence_url": "javascript:alert(1)", "contact": "desk@desk.example"})
    {'license': 'CC0', 'about': 'desk@desk.example', 'about_url': 'mailto:desk@desk.example'}
    """
    told = {name: str(words) for name, words in (notice or {}).items() if words}
    contact, licence_url = told.get("contact", ""), told.get("licence_url", "")
    mail = f"mailto:{quote(contact, safe='@+')}" if "@" in contact else ""
    found = {
        "title": told.get("title", ""),
        "description": told.get("about", ""),
        "license": told.get("licence", "") or licence_url,
        "license_url": licence_url if is_web_address(licence_url) else "",
        "about": contact,
        "about_url": contact if is_web_address(contact) else mail,
    }
    return {key: words for key, words in found.items() if words}
