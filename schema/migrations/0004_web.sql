-- Sources that are followed, the addresses that they lead to, what sites wish, and each answer that was had.
-- The kinds of sources have changed, and SQLite changes a CHECK only with its table; foreign keys are off meanwhile
-- and checked before the end.

CREATE TABLE sources_new (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (
        kind IN ('file', 'folder', 'glob', 'stdin', 'corpus', 'warc', 'page', 'feed', 'sitemap', 'list')
    ),
    location TEXT NOT NULL UNIQUE,
    added TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    -- Words of which an entry's title, summary or URL must have one; empty for all entries.
    topic TEXT NOT NULL DEFAULT '',
    -- Entries that a listing dates earlier are left out; empty for all entries.
    since TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'once' CHECK (state IN ('once', 'followed', 'paused', 'removed')),
    every INTEGER NOT NULL DEFAULT 0 CHECK (every >= 0),
    delay REAL NOT NULL DEFAULT 0 CHECK (delay >= 0),
    due TEXT NOT NULL DEFAULT '',
    last_success TEXT NOT NULL DEFAULT '',
    last_failure TEXT NOT NULL DEFAULT '',
    -- Since when each attempt has failed; empty once one has not.
    failing_since TEXT NOT NULL DEFAULT '',
    failure_reason TEXT NOT NULL DEFAULT ''
) STRICT;

INSERT INTO sources_new (id, kind, location, added)
SELECT id, CASE kind WHEN 'url' THEN 'page' ELSE kind END, location, added FROM sources;

DROP TABLE sources;

ALTER TABLE sources_new RENAME TO sources;

-- Gone since: the site says 404 or 410 of it. What it said stays.
ALTER TABLE articles ADD COLUMN gone TEXT NOT NULL DEFAULT '';

-- The frontier: every URL that a source has led to, asked or not. Nothing of it is kept in memory alone: a run that is
-- killed leaves what it had not finished waiting.
CREATE TABLE addresses (
    url TEXT PRIMARY KEY NOT NULL,
    -- Its host and port, so that no site of many pages keeps the others waiting.
    host TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('page', 'feed', 'sitemap', 'list', 'unknown')),
    source_id TEXT NOT NULL REFERENCES sources (id),
    -- Whether it is the source's own address, not one that the source led to.
    own INTEGER NOT NULL DEFAULT 0 CHECK (own IN (0, 1)),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (
        state IN ('waiting', 'paused', 'done', 'gone', 'refused', 'failed')
    ),
    found TEXT NOT NULL,
    -- Not to be asked before; empty for at once.
    not_before TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    -- When it was asked last and answered.
    asked TEXT NOT NULL DEFAULT '',
    status INTEGER NOT NULL DEFAULT 0,
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    page_sha256 TEXT NOT NULL DEFAULT '',
    article_id TEXT REFERENCES articles (id),
    -- What the listing said: the change that it told of last, the headline and the date.
    updated TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    published TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT ''
) STRICT;

-- What a site says of machines: robots.txt and tdmrep.json, each text once, with when it was seen first and last.
CREATE TABLE wishes (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('robots', 'tdmrep')),
    status INTEGER NOT NULL,
    content TEXT NOT NULL,
    seen TEXT NOT NULL,
    checked TEXT NOT NULL
) STRICT;

-- Each answer to a request, 304 and 404 included, with the wishes that it was asked under.
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    address TEXT NOT NULL REFERENCES addresses (url),
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    status INTEGER NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    page_sha256 TEXT NOT NULL DEFAULT '',
    robots_id INTEGER REFERENCES wishes (id),
    tdmrep_id INTEGER REFERENCES wishes (id)
) STRICT;

CREATE INDEX addresses_article_id ON addresses (article_id);
CREATE INDEX addresses_source_id ON addresses (source_id, state);
-- In the order in which the addresses of a host are asked: what comes next is found without reading what waits behind.
CREATE INDEX addresses_state ON addresses (state, host, kind, not_before, found, source_id);
CREATE INDEX answers_address ON answers (address);
CREATE INDEX answers_run_id ON answers (run_id);
CREATE INDEX wishes_origin ON wishes (origin, kind, checked);
