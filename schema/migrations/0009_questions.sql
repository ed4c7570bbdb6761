-- Indexes that answer the saved queries by themselves: what they count and compare of a claim, without its row.
CREATE INDEX claims_told ON claims (predicate, subject_id, value, high, unit, modality, stage, article_id);

DROP INDEX claims_chip;

CREATE INDEX claims_chip ON claims (chip, predicate, value, subject_id, modality, article_id);
