-- title: What was distilled from whom
-- question: Which model was distilled, from which other, and who says or denies it? Where the article names no other model, that column is empty.
-- :model: a part of the name of the model that was distilled; empty for all
-- :teacher: a part of the name of the model that it was distilled from; empty for all
-- :rows: how many; empty for 200
WITH {judged},
told AS (
    SELECT id FROM claims WHERE predicate = 'technique' AND value = 'distillation'
    UNION
    SELECT claim_id FROM reviews WHERE state = 'counts' AND predicate = 'technique' AND value = 'distillation'
),
bases AS MATERIALIZED (
    SELECT told.id AS claim_id, judged.subject, judged.value
    FROM told
    CROSS JOIN claims ON claims.id = told.id
    -- The plus keeps SQLite to the index of the article, of which few claims are.
    CROSS JOIN judged ON judged.article_id = claims.article_id AND +judged.predicate = 'base_model'
        AND judged.sentence_start = claims.sentence_start AND judged.part = claims.part
)
SELECT
    coalesce(entities.name, claims.subject) AS model,
    bases.value AS distilled_from,
    claims.modality, claims.attributed_to, claims.quote, articles.published, articles.site, claims.id AS claim_id,
    claims.article_id
FROM told
CROSS JOIN judged AS claims ON claims.id = told.id
JOIN articles ON articles.id = claims.article_id
LEFT JOIN entities ON entities.id = claims.subject_id
LEFT JOIN bases ON bases.claim_id = claims.id AND bases.subject = claims.subject
WHERE claims.predicate = 'technique' AND claims.value = 'distillation' AND claims.subject <> ''
    AND (:model = '' OR coalesce(entities.name, claims.subject) LIKE '%' || :model || '%')
    AND (:teacher = '' OR bases.value LIKE '%' || :teacher || '%')
ORDER BY bases.value IS NULL, articles.published DESC, claims.id
LIMIT CAST(coalesce(nullif(:rows, ''), '200') AS INTEGER);
