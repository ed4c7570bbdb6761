-- Articles that are one report printed more than once: a wire story and its reprints, an AMP or print page.

-- The address of the original on another site, as the page names it; that article may come later, or never.
ALTER TABLE articles ADD COLUMN canonical TEXT NOT NULL DEFAULT '';

CREATE INDEX articles_canonical ON articles (canonical) WHERE canonical <> '';

-- A family of copies has one original, and every other article of it points there: no original is a copy.
CREATE TABLE copies (
    article_id TEXT PRIMARY KEY NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    original_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE CHECK (original_id <> article_id),
    how TEXT NOT NULL CHECK (how IN ('near-duplicate', 'canonical')),
    -- Share of the shingles of both that both have; 1 where the page itself names the original.
    similarity REAL NOT NULL CHECK (similarity BETWEEN 0 AND 1)
) STRICT;

-- The sketch of each article's text by which near-duplicates are found. The number tells which article came first.
CREATE TABLE sketches (
    id INTEGER PRIMARY KEY,
    article_id TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE,
    text_sha256 TEXT NOT NULL,
    sketch BLOB NOT NULL
) STRICT;

-- Parts of each sketch, of which two copies share some. Without them an article would be compared with all others.
CREATE TABLE bands (
    band INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    sketch_id INTEGER NOT NULL REFERENCES sketches (id) ON DELETE CASCADE,
    PRIMARY KEY (band, hash, sketch_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX bands_sketch_id ON bands (sketch_id);
CREATE INDEX copies_original_id ON copies (original_id);

-- A family outlives its original: the copy that was published or stored first takes its place.
CREATE TRIGGER copies_outlive_original BEFORE DELETE ON articles
WHEN EXISTS (SELECT 1 FROM copies WHERE original_id = OLD.id)
BEGIN
    INSERT INTO copies (article_id, original_id, how, similarity)
    SELECT OLD.id, copies.article_id, 'near-duplicate', 0
    FROM copies
    JOIN articles ON articles.id = copies.article_id
    LEFT JOIN sketches ON sketches.article_id = articles.id
    WHERE copies.original_id = OLD.id
    ORDER BY articles.published || substr('9999-99-99', length(articles.published) + 1), sketches.id
    LIMIT 1;
    -- The heir now stands as the original of what is deleted, which is its row's only use.
    DELETE FROM copies WHERE article_id = (SELECT original_id FROM copies WHERE article_id = OLD.id);
    UPDATE copies SET original_id = (SELECT original_id FROM copies WHERE article_id = OLD.id)
    WHERE original_id = OLD.id;
END;
