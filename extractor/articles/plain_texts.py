"""Plain text or Markdown -> an article, without what scraping left around it."""

from __future__ import annotations
