-- What the rules were when articles were read: a later change is told rule by rule, and articles that hold nothing of
-- what has changed are not read again.
CREATE TABLE rulebooks (
    rules TEXT PRIMARY KEY NOT NULL,
    book TEXT NOT NULL CHECK (json_valid(book))
) STRICT;
