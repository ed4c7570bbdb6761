-- title: Latest claims
-- question: What do the newest articles say?
-- :predicate: a kind of claim, such as training_cost; empty for all
-- :rows: how many rows; empty for 50
WITH {judged}
SELECT
    articles.published, coalesce(entities.name, claims.subject) AS subject, predicates.label AS predicate_label,
    claims.value, claims.high, claims.unit, claims.chip, claims.modality, claims.attributed_to, claims.quote,
    articles.site, claims.id AS claim_id, claims.article_id
FROM articles
CROSS JOIN judged AS claims ON claims.article_id = articles.id
JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN entities ON entities.id = claims.subject_id
WHERE articles.published <> '' AND (:predicate = '' OR claims.predicate = :predicate)
ORDER BY articles.published DESC
LIMIT CAST(coalesce(nullif(:rows, ''), '50') AS INTEGER);
