-- What is claimed, each report taken once however often it was printed?
-- A row a claim that no reader has rejected: all claims of articles that are no copies, and of a copy only what the
-- articles of its family that come before it (the original first) do not say. What repeats another is told by what was
-- read, so that a claim that is rejected in the original does not come back in its copies.
-- Of a claim that a reader has judged, all slots are as the reader says, which is also how it was read unless `status`
-- is corrected; `value_text` and `quote` are always the article's. `report_id` is the original; model_facts,
-- cluster_facts and disagreements count by it.
CREATE VIEW claims_once AS
WITH repeats AS NOT MATERIALIZED (
    SELECT claims.id
    FROM claims JOIN copies ON copies.article_id = claims.article_id
    WHERE EXISTS (
        SELECT 1 FROM claims AS told
        WHERE told.article_id = copies.original_id
            AND told.subject_id IS claims.subject_id AND told.predicate = claims.predicate
            AND told.value = claims.value AND told.high IS claims.high AND told.unit = claims.unit
    )
    OR EXISTS (
        SELECT 1 FROM copies AS earlier JOIN claims AS told ON told.article_id = earlier.article_id
        WHERE earlier.original_id = copies.original_id AND earlier.article_id < copies.article_id
            AND told.subject_id IS claims.subject_id AND told.predicate = claims.predicate
            AND told.value = claims.value AND told.high IS claims.high AND told.unit = claims.unit
    )
)
SELECT
    claims.id,
    coalesce(copies.original_id, claims.article_id) AS report_id,
    claims.article_id,
    claims.subject,
    claims.subject_id,
    claims.predicate,
    claims.value,
    claims.high,
    claims.unit,
    claims.value_text,
    claims.chip,
    claims.comparator,
    claims.modality,
    claims.stage,
    claims.attributed_to,
    claims.quote,
    CAST('unreviewed' AS TEXT) AS status
FROM claims
LEFT JOIN copies ON copies.article_id = claims.article_id
WHERE NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.claim_id = claims.id AND reviews.state = 'counts')
    AND (copies.article_id IS NULL OR NOT EXISTS (SELECT 1 FROM repeats WHERE repeats.id = claims.id))
UNION ALL
SELECT
    claims.id,
    coalesce(copies.original_id, claims.article_id),
    claims.article_id,
    reviews.subject,
    -- A newer list may know the same name better.
    CAST(CASE reviews.subject WHEN claims.subject THEN claims.subject_id ELSE reviews.subject_id END AS TEXT),
    claims.predicate,
    reviews.value,
    reviews.high,
    reviews.unit,
    claims.value_text,
    reviews.chip,
    reviews.comparator,
    reviews.modality,
    reviews.stage,
    reviews.attributed_to,
    claims.quote,
    reviews.verdict
FROM reviews
JOIN claims ON claims.id = reviews.claim_id
LEFT JOIN copies ON copies.article_id = claims.article_id
WHERE reviews.state = 'counts' AND reviews.verdict <> 'rejected'
    AND (copies.article_id IS NULL OR NOT EXISTS (SELECT 1 FROM repeats WHERE repeats.id = claims.id));
