-- title: What was distilled from whom
-- question: Which model was distilled, from which other, and who says or denies it? Where the article names no other model, that column is empty.
-- :model: a part of the name of the model that was distilled; empty for all
-- :teacher: a part of the name of the model that it was distilled from; empty for all
-- :rows: how many; empty for 200
SELECT
    coalesce(entities.name, claims.subject) AS model,
    bases.value AS distilled_from,
    claims.modality, claims.attributed_to, claims.quote, articles.published, articles.site, claims.id AS claim_id,
    claims.article_id
FROM claims
JOIN articles ON articles.id = claims.article_id
LEFT JOIN entities ON entities.id = claims.subject_id
-- The plus keeps SQLite to the index of the article, of which few claims are.
LEFT JOIN claims AS bases ON bases.article_id = claims.article_id AND +bases.predicate = 'base_model'
    AND bases.subject = claims.subject AND bases.sentence_start = claims.sentence_start AND bases.part = claims.part
WHERE claims.predicate = 'technique' AND claims.value = 'distillation' AND claims.subject <> ''
    AND (:model = '' OR coalesce(entities.name, claims.subject) LIKE '%' || :model || '%')
    AND (:teacher = '' OR bases.value LIKE '%' || :teacher || '%')
ORDER BY bases.value IS NULL, articles.published DESC, claims.id
LIMIT CAST(coalesce(nullif(:rows, ''), '200') AS INTEGER);
