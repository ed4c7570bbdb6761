-- How far each web archive has been read: a run that is killed goes on behind the last record that it finished.
CREATE TABLE positions (
    -- The file's URI: a folder, which is one source, may hold many archives.
    archive TEXT PRIMARY KEY NOT NULL,
    source_id TEXT NOT NULL REFERENCES sources (id),
    -- What the file was when it was read. It may have grown since; if what lies before the position is no longer the
    -- same, it is another file and is read from its beginning.
    size INTEGER NOT NULL CHECK (size >= 0),
    digest TEXT NOT NULL,
    -- The filters and rules that it was read with: others read it anew.
    selection TEXT NOT NULL,
    -- Bytes into the file, to the beginning of the next record; the size once it was read to its end.
    position INTEGER NOT NULL CHECK (position BETWEEN 0 AND size),
    records INTEGER NOT NULL CHECK (records >= 0),
    at TEXT NOT NULL
) STRICT;

CREATE INDEX positions_source_id ON positions (source_id);
