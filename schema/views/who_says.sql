-- Who says what of which model or cluster, when, and how firmly?
-- A row a claim that names its speaker, the newest first within a speaker; what an article's copy says again is left
-- out.
CREATE VIEW who_says AS
SELECT
    claims.attributed_to AS speaker,
    coalesce(entities.name, claims.subject) AS subject,
    claims.predicate,
    predicates.label AS predicate_label,
    claims.value,
    claims.high,
    claims.unit,
    claims.value_text,
    claims.comparator,
    claims.modality,
    claims.quote,
    articles.published,
    articles.site,
    articles.title,
    articles.url,
    claims.id AS claim_id,
    claims.article_id,
    claims.subject_id
FROM claims
JOIN articles ON articles.id = claims.article_id
JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN entities ON entities.id = claims.subject_id
LEFT JOIN copies ON copies.article_id = claims.article_id
WHERE claims.attributed_to <> '' AND (
    copies.article_id IS NULL
    -- By the speaker, too: one print may name whom another leaves out.
    OR NOT EXISTS (
        SELECT 1 FROM claims AS told LEFT JOIN copies AS others ON others.article_id = told.article_id
        WHERE told.attributed_to = claims.attributed_to
            AND told.subject_id IS claims.subject_id AND told.predicate = claims.predicate
            AND told.value = claims.value AND told.high IS claims.high AND told.unit = claims.unit
            AND (
                told.article_id = copies.original_id
                OR (others.original_id = copies.original_id AND others.article_id < copies.article_id)
            )
    )
)
ORDER BY claims.attributed_to COLLATE NOCASE, articles.published DESC, claims.id;
