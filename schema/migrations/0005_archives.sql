-- How far a web archive has been read: a run that is killed goes on behind the last record that it finished.
CREATE TABLE positions (
    source_id TEXT PRIMARY KEY NOT NULL REFERENCES sources (id),
    -- What the file was when it was read; another size or start is another file, and is read from its beginning.
    size INTEGER NOT NULL CHECK (size >= 0),
    digest TEXT NOT NULL,
    -- The filters and rules that it was read with: others read it anew.
    filters TEXT NOT NULL,
    -- Bytes into the file, to the beginning of the next record; the size once it was read to its end.
    position INTEGER NOT NULL CHECK (position >= 0),
    records INTEGER NOT NULL CHECK (records >= 0),
    at TEXT NOT NULL
) STRICT;
