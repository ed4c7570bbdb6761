-- Articles that are one report printed more than once: a wire story and its reprints, an AMP or print page.
CREATE TABLE copies (
    article_id TEXT PRIMARY KEY NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    original_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE CHECK (original_id <> article_id),
    how TEXT NOT NULL CHECK (how IN ('near-duplicate', 'canonical')),
    -- Share of the shingles of both that both have; 1 where the page itself names the original.
    similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1)
) STRICT;

-- The sketch of each article's text by which near-duplicates are found, and its bands, of which two copies share one.
CREATE TABLE sketches (
    article_id TEXT PRIMARY KEY NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    text_sha256 TEXT NOT NULL,
    sketch BLOB NOT NULL
) STRICT;

CREATE TABLE bands (
    band INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (band, hash, article_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX bands_article_id ON bands (article_id);
CREATE INDEX copies_original_id ON copies (original_id);
