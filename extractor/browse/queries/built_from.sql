-- title: What was built from what
-- question: Which model was built on, tuned from or distilled from which other, and who says so?
-- :base: a part of the name of the model that it was built from, such as Llama; empty for all
-- :rows: how many; empty for 200
SELECT
    coalesce(entities.name, claims.subject) AS model,
    claims.value AS built_from,
    CASE WHEN EXISTS (
        SELECT 1 FROM claims AS others
        WHERE others.article_id = claims.article_id AND others.subject = claims.subject
            -- The plus keeps SQLite to the index of the article, of which few claims are.
            AND +others.predicate = 'technique' AND +others.value = 'distillation' AND others.modality <> 'denied'
    ) THEN 'yes' ELSE '' END AS distilled,
    claims.modality, claims.attributed_to, claims.quote, articles.published, articles.site, claims.id AS claim_id,
    claims.article_id
FROM claims
JOIN articles ON articles.id = claims.article_id
LEFT JOIN entities ON entities.id = claims.subject_id
WHERE claims.predicate = 'base_model' AND (:base = '' OR claims.value LIKE '%' || :base || '%')
ORDER BY claims.value, claims.id
LIMIT CAST(coalesce(nullif(:rows, ''), '200') AS INTEGER);
