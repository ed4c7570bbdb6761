-- Full-text search, kept in step by triggers, so that a row written by any program is found.
-- The index holds no text of its own: it reads the table's, by rowid. Datasette and sqlite-utils know it by the double
-- quotes of content="TABLE".

CREATE VIRTUAL TABLE articles_fts USING fts5 (title, text, content="articles", tokenize='porter unicode61');

CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles
BEGIN
    INSERT INTO articles_fts (rowid, title, text) VALUES (NEW.rowid, NEW.title, NEW.text);
END;

CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles
BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text) VALUES ('delete', OLD.rowid, OLD.title, OLD.text);
END;

CREATE TRIGGER articles_fts_update AFTER UPDATE OF title, text ON articles
BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text) VALUES ('delete', OLD.rowid, OLD.title, OLD.text);
    INSERT INTO articles_fts (rowid, title, text) VALUES (NEW.rowid, NEW.title, NEW.text);
END;

CREATE VIRTUAL TABLE claims_fts USING fts5 (
    quote, subject, attributed_to, content="claims", tokenize='porter unicode61'
);

CREATE TRIGGER claims_fts_insert AFTER INSERT ON claims
BEGIN
    INSERT INTO claims_fts (rowid, quote, subject, attributed_to)
    VALUES (NEW.rowid, NEW.quote, NEW.subject, NEW.attributed_to);
END;

CREATE TRIGGER claims_fts_delete AFTER DELETE ON claims
BEGIN
    INSERT INTO claims_fts (claims_fts, rowid, quote, subject, attributed_to)
    VALUES ('delete', OLD.rowid, OLD.quote, OLD.subject, OLD.attributed_to);
END;

CREATE TRIGGER claims_fts_update AFTER UPDATE OF quote, subject, attributed_to ON claims
BEGIN
    INSERT INTO claims_fts (claims_fts, rowid, quote, subject, attributed_to)
    VALUES ('delete', OLD.rowid, OLD.quote, OLD.subject, OLD.attributed_to);
    INSERT INTO claims_fts (rowid, quote, subject, attributed_to)
    VALUES (NEW.rowid, NEW.quote, NEW.subject, NEW.attributed_to);
END;
