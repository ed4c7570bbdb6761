-- The tables, in the order of the flow: source -> page -> article -> claim. What each column means to a reader
-- stands in schema/datasette.yml; the comments here say only why a table is as it is.

CREATE TABLE sources (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('file', 'folder', 'glob', 'stdin', 'corpus', 'url', 'feed', 'sitemap', 'warc')),
    location TEXT NOT NULL UNIQUE,
    added TEXT NOT NULL
) STRICT;

-- Bytes as they came, under their own SHA-256: the same bytes are kept once, whoever sent them.
CREATE TABLE pages (
    sha256 TEXT PRIMARY KEY NOT NULL CHECK (length(sha256) = 64),
    url TEXT NOT NULL,
    media_type TEXT NOT NULL,
    charset TEXT NOT NULL,
    fetched TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    content BLOB NOT NULL
) STRICT;

-- A copy of schema/predicates, so that plain SQL and Datasette can show a label for a claim's predicate.
CREATE TABLE predicates (
    name TEXT PRIMARY KEY NOT NULL,
    label TEXT NOT NULL,
    question TEXT NOT NULL,
    unit TEXT NOT NULL,
    description TEXT NOT NULL
) STRICT;

CREATE TABLE entities (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    source_id TEXT REFERENCES sources (id),
    started TEXT NOT NULL,
    ended TEXT,
    -- Empty while it runs; a run that was killed stays so.
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'done', 'stopped')),
    version TEXT NOT NULL,
    rules TEXT NOT NULL,
    pages INTEGER NOT NULL DEFAULT 0,
    articles INTEGER NOT NULL DEFAULT 0,
    claims INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE articles (
    id TEXT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL UNIQUE,
    -- SQLite's length() and substr() disagree with Python's once a NUL stands in a text.
    title TEXT NOT NULL CHECK (instr(title, char(0)) = 0),
    site TEXT NOT NULL,
    authors TEXT NOT NULL CHECK (json_valid(authors)),
    published TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL CHECK (instr(text, char(0)) = 0),
    page_sha256 TEXT NOT NULL REFERENCES pages (sha256),
    source_id TEXT NOT NULL REFERENCES sources (id),
    version INTEGER NOT NULL CHECK (version >= 1),
    rules TEXT NOT NULL,
    read_at TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs (id)
) STRICT;

-- What an article said before its page changed, with the claims that were read from it then.
CREATE TABLE versions (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    version INTEGER NOT NULL CHECK (version >= 1),
    page_sha256 TEXT NOT NULL REFERENCES pages (sha256),
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    published TEXT NOT NULL,
    claims TEXT NOT NULL CHECK (json_valid(claims)),
    replaced_at TEXT NOT NULL,
    PRIMARY KEY (article_id, version)
) STRICT;

CREATE TABLE claims (
    id TEXT PRIMARY KEY NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    predicate TEXT NOT NULL REFERENCES predicates (name),
    value ANY NOT NULL CHECK (typeof(value) IN ('real', 'text')),
    high REAL CHECK (high IS NULL OR (typeof(value) = 'real' AND high >= value)),
    unit TEXT NOT NULL,
    value_text TEXT NOT NULL,
    currency TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT REFERENCES entities (id),
    chip TEXT NOT NULL,
    comparator TEXT NOT NULL CHECK (comparator IN ('eq', 'approx', 'gt', 'lt', 'range')),
    modality TEXT NOT NULL
        CHECK (modality IN ('asserted', 'estimated', 'planned', 'denied', 'hypothetical', 'disputed')),
    stage TEXT NOT NULL
        CHECK (stage IN ('', 'pretraining', 'post-training', 'fine-tuning', 'rl', 'preparation', 'inference')),
    attributed_to TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('text', 'title')),
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    quote TEXT NOT NULL CHECK (length(quote) = "end" - start),
    sentence_start INTEGER NOT NULL CHECK (sentence_start BETWEEN 0 AND start),
    sentence_end INTEGER NOT NULL CHECK (sentence_end >= "end"),
    rule TEXT NOT NULL,
    confidence REAL CHECK (confidence BETWEEN 0 AND 1),
    run_id INTEGER NOT NULL REFERENCES runs (id)
) STRICT;

-- The words that fill each slot of a claim: a speaker or a hedge that cannot be pointed to cannot be trusted.
CREATE TABLE evidence (
    claim_id TEXT NOT NULL REFERENCES claims (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('value', 'subject', 'chip', 'speaker', 'comparator', 'modality', 'stage')),
    part TEXT NOT NULL CHECK (part IN ('text', 'title')),
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    words TEXT NOT NULL CHECK (length(words) = "end" - start),
    PRIMARY KEY (claim_id, role, part, start, "end")
) STRICT;

-- What cannot be read, once for each reason; a later run of the same source that reads it takes it off the list.
CREATE TABLE failures (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    source TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('source', 'article', 'claims', 'store')),
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (source, stage, reason)
) STRICT;

CREATE INDEX runs_source_id ON runs (source_id);
CREATE INDEX articles_page_sha256 ON articles (page_sha256);
CREATE INDEX articles_published ON articles (published);
CREATE INDEX articles_rules ON articles (rules);
CREATE INDEX articles_run_id ON articles (run_id);
CREATE INDEX articles_site ON articles (site);
CREATE INDEX articles_source_id ON articles (source_id);
CREATE INDEX versions_page_sha256 ON versions (page_sha256);
CREATE INDEX claims_article_id ON claims (article_id);
CREATE INDEX claims_attributed_to ON claims (attributed_to);
CREATE INDEX claims_chip ON claims (chip);
CREATE INDEX claims_modality ON claims (modality);
CREATE INDEX claims_predicate ON claims (predicate, value);
CREATE INDEX claims_run_id ON claims (run_id);
CREATE INDEX claims_subject_id ON claims (subject_id, predicate);
CREATE INDEX failures_run_id ON failures (run_id);
