-- What is claimed, each report taken once however often it was printed?
-- A row a claim: all claims of articles that are no copies, and of a copy only what the articles of its family that
-- come before it (the original first) do not say. `report_id` is the original; model_facts, cluster_facts and
-- disagreements count by it.
CREATE VIEW claims_once AS
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
    claims.quote
FROM claims
LEFT JOIN copies ON copies.article_id = claims.article_id
WHERE copies.article_id IS NULL OR (
    NOT EXISTS (
        SELECT 1 FROM claims AS told
        WHERE told.article_id = copies.original_id
            AND told.subject_id IS claims.subject_id AND told.predicate = claims.predicate
            AND told.value = claims.value AND told.high IS claims.high AND told.unit = claims.unit
    )
    AND NOT EXISTS (
        SELECT 1 FROM copies AS earlier JOIN claims AS told ON told.article_id = earlier.article_id
        WHERE earlier.original_id = copies.original_id AND earlier.article_id < copies.article_id
            AND told.subject_id IS claims.subject_id AND told.predicate = claims.predicate
            AND told.value = claims.value AND told.high IS claims.high AND told.unit = claims.unit
    )
);
