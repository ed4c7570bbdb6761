-- title: Chips of clusters, by year and vendor
-- question: How many chips are clusters, and those who own them, said to have? Of each one the largest number told in a year and for a vendor; what is planned, denied or hypothetical is left out, and so are articles without a date.
-- draw: bars
-- x: year
-- y: chips
-- color: vendor
WITH vendors AS (
    {vendors}
),
largest AS (
    SELECT
        substr(articles.published, 1, 4) AS year, claims.subject_id, claims.chip,
        max(coalesce(claims.high, claims.value)) AS chips
    -- Of copies the largest is that of the original.
    FROM entities
    CROSS JOIN claims ON claims.subject_id = entities.id
    JOIN articles ON articles.id = claims.article_id
    WHERE claims.predicate = 'chip_count' AND +claims.modality IN ('asserted', 'estimated', 'disputed')
        AND entities.kind IN ('cluster', 'organisation') AND articles.published <> ''
    GROUP BY 1, 2, 3
),
told AS (
    SELECT year, subject_id, vendor, max(chips) AS chips
    FROM largest LEFT JOIN vendors ON vendors.chip = largest.chip
    GROUP BY 1, 2, 3
),
counted AS (
    SELECT year, coalesce(vendor, 'not told') AS vendor, subject_id, chips
    FROM (SELECT *, count(vendor) OVER (PARTITION BY year, subject_id) AS named FROM told)
    -- A number without a chip counts only where the same cluster has none with one.
    WHERE vendor IS NOT NULL OR named = 0
)
SELECT year, vendor, sum(chips) AS chips, count(*) AS clusters
FROM counted
GROUP BY year, vendor
ORDER BY year, chips DESC, vendor;
