-- title: Who disputes whom
-- question: Who disputes or denies a figure or a method, and who else asserts the same one? A figure within 2 % is the same.
-- :model: a part of the name of the model or cluster; empty for all
-- :rows: how many disputes, the newest first; empty for 100
WITH disputes AS (
    SELECT claims.*, articles.published, articles.site
    FROM articles
    CROSS JOIN claims ON claims.article_id = articles.id
    WHERE claims.modality IN ('disputed', 'denied') AND claims.subject_id IS NOT NULL
        AND (:model = '' OR claims.subject_id IN (SELECT id FROM entities WHERE name LIKE '%' || :model || '%'))
    ORDER BY articles.published DESC
    LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER)
)
SELECT
    coalesce(nullif(disputes.attributed_to, ''), nullif(disputes.site, ''), 'the article') AS who,
    disputes.modality,
    entities.name AS subject, predicates.label AS predicate_label, disputes.value, disputes.high, disputes.unit,
    (
        SELECT replace(group_concat(DISTINCT coalesce(nullif(told.attributed_to, ''), nullif(others.site, ''), 'an article')), ',', ', ')
        FROM claims AS told JOIN articles AS others ON others.id = told.article_id
        WHERE told.subject_id = disputes.subject_id AND told.predicate = disputes.predicate
            AND told.unit = disputes.unit AND told.modality IN ('asserted', 'estimated', 'planned')
            AND CASE typeof(disputes.value)
                WHEN 'real' THEN told.value BETWEEN 0.98 * disputes.value AND 1.02 * disputes.value
                ELSE told.value = disputes.value
            END
    ) AS whom,
    disputes.quote, disputes.published, disputes.site, disputes.id AS claim_id, disputes.article_id
FROM disputes
JOIN entities ON entities.id = disputes.subject_id
JOIN predicates ON predicates.name = disputes.predicate
ORDER BY whom IS NULL, disputes.published DESC, disputes.id;
