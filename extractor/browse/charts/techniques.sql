-- title: Techniques by quarter
-- question: Which techniques is training said to use, and when was it told? Reports by quarter; the 20 techniques with the most.
-- draw: cells
-- x: quarter
-- y: technique
-- fill: reports
WITH told AS (
    SELECT
        substr(articles.published, 1, 4) || CASE
            WHEN length(articles.published) < 7 THEN ' (no month)'
            ELSE ' Q' || ((CAST(substr(articles.published, 6, 2) AS INTEGER) + 2) / 3)
        END AS quarter,
        claims.value AS technique,
        count(DISTINCT claims.report_id) AS reports
    FROM claims_once AS claims JOIN articles ON articles.id = claims.article_id
    WHERE claims.predicate = 'technique'
        AND +claims.modality IN ('asserted', 'estimated', 'disputed') AND articles.published <> ''
    GROUP BY 1, 2
),
most AS (
    SELECT technique, sum(reports) AS total FROM told GROUP BY 1 ORDER BY total DESC, 1 LIMIT 20
)
SELECT told.quarter, told.technique, told.reports
FROM told JOIN most ON most.technique = told.technique
-- The grid has its lines in this order.
ORDER BY most.total DESC, told.technique, told.quarter;
