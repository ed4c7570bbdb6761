-- What readers say of the claims. A verdict names its claim by the claim's stable id and refers to no row: it outlives
-- a new reading, a new version of the article, and the claim itself. So it also holds all that it takes to understand
-- it alone: the address, the words, and every slot as the reader says that it is.
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    claim_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'corrected', 'rejected')),
    -- Every verdict is kept. Of a claim at most one counts: the newest that was not taken back.
    state TEXT NOT NULL DEFAULT 'counts' CHECK (state IN ('counts', 'replaced', 'undone')),
    reviewer TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    -- The slots that were put right: as they are, and as they had been read.
    correction TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(correction)),
    read_as TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(read_as)),
    url TEXT NOT NULL,
    predicate TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('text', 'title')),
    quote TEXT NOT NULL,
    sentence TEXT NOT NULL,
    value ANY NOT NULL CHECK (typeof(value) IN ('real', 'text')),
    high REAL CHECK (high IS NULL OR (typeof(value) = 'real' AND high >= value)),
    unit TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT REFERENCES entities (id),
    chip TEXT NOT NULL,
    comparator TEXT NOT NULL CHECK (comparator IN ('eq', 'approx', 'gt', 'lt', 'range')),
    modality TEXT NOT NULL
        CHECK (modality IN ('asserted', 'estimated', 'planned', 'denied', 'hypothetical', 'disputed')),
    stage TEXT NOT NULL
        CHECK (stage IN ('', 'pretraining', 'post-training', 'fine-tuning', 'rl', 'preparation', 'inference')),
    attributed_to TEXT NOT NULL,
    CHECK ((verdict = 'corrected') = (correction <> '{}'))
) STRICT;

CREATE UNIQUE INDEX reviews_counts ON reviews (claim_id) WHERE state = 'counts';

CREATE INDEX reviews_claim_id ON reviews (claim_id, id);

CREATE INDEX reviews_url ON reviews (url);

-- Whoever writes a verdict, the newest counts.
CREATE TRIGGER reviews_newest_counts BEFORE INSERT ON reviews
WHEN NEW.state = 'counts'
BEGIN
    UPDATE reviews SET state = 'replaced' WHERE claim_id = NEW.claim_id AND state = 'counts';
END;

-- A verdict that is taken back gives way to the one before.
CREATE TRIGGER reviews_undone AFTER UPDATE OF state ON reviews
WHEN NEW.state = 'undone' AND OLD.state = 'counts'
BEGIN
    UPDATE reviews SET state = 'counts'
    WHERE id = (SELECT max(id) FROM reviews WHERE claim_id = NEW.claim_id AND state = 'replaced');
END;
