-- title: Facts on which reports differ
-- question: For which subjects do the highest and the lowest figure that are asserted lie the furthest apart, and who tells what?
-- :predicate: a kind of claim, such as training_cost; empty for parameters
-- :model: a part of the name of the model or cluster; empty for all
-- :ratio: only where the highest is at least so many times the lowest; empty for 1.1
-- :rows: how many; empty for 100
WITH spread AS (
    SELECT
        subject_id, predicate, unit, stage, min(value) AS lowest, max(coalesce(high, value)) AS highest,
        count(*) AS reports, count(DISTINCT report_id) AS articles
    FROM claims_once
    WHERE predicate = coalesce(nullif(:predicate, ''), 'parameters') AND subject_id IS NOT NULL
        AND modality = 'asserted' AND typeof(value) = 'real'
        AND (:model = '' OR subject_id IN (SELECT id FROM entities WHERE name LIKE '%' || :model || '%'))
    GROUP BY subject_id, unit, stage
    HAVING reports > 1 AND lowest > 0
        AND highest / lowest >= CAST(coalesce(nullif(:ratio, ''), '1.1') AS REAL)
    ORDER BY highest / lowest DESC
    LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER)
)
SELECT
    entities.name AS subject, predicates.label AS predicate_label, spread.stage, spread.lowest, spread.highest,
    spread.unit, round(spread.highest / spread.lowest, 2) AS ratio,
    (
        SELECT group_concat(words, '; ')
        FROM (
            SELECT told.value_text || ' (' || coalesce(nullif(told.attributed_to, ''), nullif(articles.site, ''), articles.url) || ')' AS words
            FROM claims_once AS told JOIN articles ON articles.id = told.article_id
            WHERE told.subject_id = spread.subject_id AND told.predicate = spread.predicate AND told.unit = spread.unit
                AND told.stage = spread.stage AND told.modality = 'asserted'
            ORDER BY told.value
            LIMIT 12
        )
    ) AS told,
    spread.reports, spread.articles, spread.subject_id
FROM spread
JOIN entities ON entities.id = spread.subject_id
JOIN predicates ON predicates.name = spread.predicate
ORDER BY ratio DESC, subject;
