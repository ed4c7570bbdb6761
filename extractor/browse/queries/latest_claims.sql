-- title: Latest claims
-- question: What do the newest articles say?
-- :predicate: a kind of claim, such as training_cost; empty for all
-- :rows: how many rows; empty for 50
SELECT
    published, coalesce(subject_name, subject) AS subject, predicate_label, value, high, unit, chip, modality,
    attributed_to, quote, site, id AS claim_id, article_id
FROM claims_flat
WHERE published <> '' AND (:predicate = '' OR predicate = :predicate)
ORDER BY published DESC, article_id, part DESC, start
LIMIT CAST(coalesce(nullif(:rows, ''), '50') AS INTEGER);
