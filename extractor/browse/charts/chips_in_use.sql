-- title: Chip models in use over time
-- question: On which chips are models trained and clusters built? Models, clusters and organisations that are said to use a chip, by the quarter in which it was told; the 20 chips named for most of them.
-- draw: cells
-- x: quarter
-- y: chip
-- fill: users
WITH told AS (
    SELECT
        substr(articles.published, 1, 4) || CASE
            WHEN length(articles.published) < 7 THEN ' (no month)'
            ELSE ' Q' || ((CAST(substr(articles.published, 6, 2) AS INTEGER) + 2) / 3)
        END AS quarter,
        CASE claims.predicate WHEN 'chip_model' THEN claims.value ELSE claims.chip END AS chip,
        count(DISTINCT coalesce(claims.subject_id, claims.subject)) AS users
    -- Who is counted once may be told of by any number of copies.
    FROM claims JOIN articles ON articles.id = claims.article_id
    WHERE claims.predicate IN ('chip_model', 'chip_count', 'chip_hours')
        AND (claims.predicate = 'chip_model' OR claims.chip <> '')
        AND +claims.modality IN ('asserted', 'estimated', 'disputed') AND articles.published <> ''
    GROUP BY 1, 2
),
most AS (
    SELECT chip, sum(users) AS total FROM told GROUP BY 1 ORDER BY total DESC, 1 LIMIT 20
)
SELECT told.quarter, told.chip, told.users
FROM told JOIN most ON most.chip = told.chip
-- The grid has its lines in this order.
ORDER BY most.total DESC, told.chip, told.quarter;
