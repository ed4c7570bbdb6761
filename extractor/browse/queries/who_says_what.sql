-- title: Who says what about a model
-- question: Who has said what of a model or cluster, how firmly, and when? The newest first.
-- :model: a part of the name of the model or cluster, such as R1; empty for all
-- :speaker: a part of the name of who says so; empty for all
-- :rows: how many; empty for 100
WITH {judged}
SELECT
    claims.attributed_to AS speaker, coalesce(entities.name, claims.subject) AS subject,
    predicates.label AS predicate_label, claims.value, claims.high, claims.unit, claims.comparator, claims.modality,
    claims.quote, articles.published, articles.site, claims.id AS claim_id, claims.article_id
FROM articles
CROSS JOIN judged AS claims ON claims.article_id = articles.id
JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN entities ON entities.id = claims.subject_id
WHERE claims.attributed_to <> '' AND articles.id NOT IN (SELECT article_id FROM copies)
    AND (:model = '' OR coalesce(entities.name, claims.subject) LIKE '%' || :model || '%')
    AND (:speaker = '' OR claims.attributed_to LIKE '%' || :speaker || '%')
ORDER BY articles.published DESC
LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER);
