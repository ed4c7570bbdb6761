"""Source -> Page, for what stands on the web: feeds, sitemaps, lists and pages, asked politely.

Nothing here knows of the store: what is to be asked, and what becomes of an answer, are the caller's `Frontier`.
"""
