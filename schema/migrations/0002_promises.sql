-- The promise of the project, kept by the database itself: every claim, and every slot of it, points to the exact
-- characters of the article that say it. No program, ours or another, can store a quote that the article lacks.
-- Offsets count code points from 0, as in Python; substr() counts them from 1.

CREATE TRIGGER claims_quote_on_insert BEFORE INSERT ON claims
WHEN NEW.quote IS NOT (
    SELECT substr(CASE NEW.part WHEN 'title' THEN title ELSE text END, NEW.start + 1, NEW."end" - NEW.start)
    FROM articles WHERE id = NEW.article_id
)
BEGIN
    SELECT RAISE(ABORT, 'a claim''s quote is not what the article says at its offsets');
END;

CREATE TRIGGER claims_quote_on_update BEFORE UPDATE OF article_id, part, start, "end", quote ON claims
WHEN NEW.quote IS NOT (
    SELECT substr(CASE NEW.part WHEN 'title' THEN title ELSE text END, NEW.start + 1, NEW."end" - NEW.start)
    FROM articles WHERE id = NEW.article_id
)
BEGIN
    SELECT RAISE(ABORT, 'a claim''s quote is not what the article says at its offsets');
END;

-- Its evidence points into the article of the claim, so the claim may not move to another.
CREATE TRIGGER claims_stay BEFORE UPDATE OF article_id ON claims
WHEN NEW.article_id IS NOT OLD.article_id
BEGIN
    SELECT RAISE(ABORT, 'a claim stays with its article');
END;

CREATE TRIGGER evidence_words_on_insert BEFORE INSERT ON evidence
WHEN NEW.words IS NOT (
    SELECT substr(CASE NEW.part WHEN 'title' THEN title ELSE text END, NEW.start + 1, NEW."end" - NEW.start)
    FROM articles JOIN claims ON claims.article_id = articles.id WHERE claims.id = NEW.claim_id
)
BEGIN
    SELECT RAISE(ABORT, 'the words of evidence are not what the article says at its offsets');
END;

CREATE TRIGGER evidence_words_on_update BEFORE UPDATE ON evidence
WHEN NEW.words IS NOT (
    SELECT substr(CASE NEW.part WHEN 'title' THEN title ELSE text END, NEW.start + 1, NEW."end" - NEW.start)
    FROM articles JOIN claims ON claims.article_id = articles.id WHERE claims.id = NEW.claim_id
)
BEGIN
    SELECT RAISE(ABORT, 'the words of evidence are not what the article says at its offsets');
END;

-- The text may change only once the claims that it no longer carries are gone.
CREATE TRIGGER articles_keep_quotes AFTER UPDATE OF title, text ON articles
WHEN EXISTS (
    SELECT 1 FROM claims WHERE claims.article_id = NEW.id AND claims.quote IS NOT substr(
        CASE claims.part WHEN 'title' THEN NEW.title ELSE NEW.text END, claims.start + 1, claims."end" - claims.start
    )
) OR EXISTS (
    SELECT 1 FROM evidence JOIN claims ON claims.id = evidence.claim_id
    WHERE claims.article_id = NEW.id AND evidence.words IS NOT substr(
        CASE evidence.part WHEN 'title' THEN NEW.title ELSE NEW.text END,
        evidence.start + 1, evidence."end" - evidence.start
    )
)
BEGIN
    SELECT RAISE(ABORT, 'the article still has claims that quote its former words');
END;
