-- title: What is disputed or denied
-- question: Which figures and methods does somebody dispute or deny, and in which words? The newest first.
-- :model: a part of the name of the model or cluster; empty for all
-- :rows: how many; empty for 100
WITH {judged}
SELECT
    claims.modality, coalesce(entities.name, claims.subject) AS subject, predicates.label AS predicate_label,
    claims.value, claims.high, claims.unit, claims.attributed_to, claims.quote,
    substr(
        CASE claims.part WHEN 'title' THEN articles.title ELSE articles.text END,
        claims.sentence_start + 1, claims.sentence_end - claims.sentence_start
    ) AS sentence,
    articles.published, articles.site, claims.id AS claim_id, claims.article_id
FROM articles
CROSS JOIN judged AS claims ON claims.article_id = articles.id
JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN entities ON entities.id = claims.subject_id
WHERE claims.modality IN ('disputed', 'denied')
    AND (:model = '' OR coalesce(entities.name, claims.subject) LIKE '%' || :model || '%')
ORDER BY articles.published DESC
LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER);
