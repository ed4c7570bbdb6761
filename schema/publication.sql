-- What only a published file has, beside the tables and views of every database of ours. A published file holds the
-- passages of each article that its claims rest on, and what it takes to find them again in the whole text.

CREATE TABLE publication (
    title TEXT NOT NULL,
    about TEXT NOT NULL,
    licence TEXT NOT NULL,
    licence_url TEXT NOT NULL,
    contact TEXT NOT NULL,
    share REAL NOT NULL CHECK (share BETWEEN 0 AND 1),
    version TEXT NOT NULL,
    articles INTEGER NOT NULL,
    claims INTEGER NOT NULL,
    evidence INTEGER NOT NULL,
    contexts_cut INTEGER NOT NULL,
    evidence_left_out INTEGER NOT NULL,
    quotes_cut INTEGER NOT NULL,
    quotes_withheld INTEGER NOT NULL,
    values_rewritten INTEGER NOT NULL,
    addresses_withheld INTEGER NOT NULL
) STRICT;

CREATE TABLE source_texts (
    article_id TEXT PRIMARY KEY NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    length INTEGER NOT NULL CHECK (length >= 0),
    published INTEGER NOT NULL CHECK (published BETWEEN 0 AND length)
) STRICT;

CREATE TABLE passages (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    source_start INTEGER NOT NULL CHECK (source_start >= 0),
    source_end INTEGER NOT NULL CHECK (source_end - source_start = "end" - start),
    PRIMARY KEY (article_id, start)
) STRICT;

-- Where do the quotes stand in the whole text of each article?
-- A row a claim, but for those of which the words are withheld.
CREATE VIEW claims_in_source AS
SELECT
    claims.id AS claim_id,
    claims.article_id,
    articles.url,
    claims.part,
    claims.quote,
    claims.start + coalesce(passages.source_start - passages.start, 0) AS start,
    claims."end" + coalesce(passages.source_start - passages.start, 0) AS "end",
    source_texts.sha256 AS text_sha256,
    source_texts.length AS text_length
FROM claims
JOIN articles ON articles.id = claims.article_id
JOIN source_texts ON source_texts.article_id = claims.article_id
LEFT JOIN passages ON claims.part = 'text' AND passages.article_id = claims.article_id
    AND passages.start <= claims.start AND passages."end" >= claims."end"
WHERE claims.part = 'title' OR passages.start IS NOT NULL;
