-- title: Claims by site
-- question: How much does each site tell, how often does it name who says so, and how often does it hedge? Of the newest articles.
-- :since: only articles of this date or later, such as 2025 or 2025-03; empty for all
-- :articles: of how many articles, the newest; empty for 1,000
WITH {judged},
newest AS MATERIALIZED (
    SELECT id, site, published FROM articles
    WHERE published >= :since
    ORDER BY published DESC
    LIMIT CAST(coalesce(nullif(:articles, ''), '1000') AS INTEGER)
)
SELECT
    newest.site,
    count(DISTINCT newest.id) AS articles,
    count(claims.id) AS claims,
    round(1.0 * count(claims.id) / count(DISTINCT newest.id), 1) AS claims_per_article,
    count(DISTINCT claims.subject_id) AS subjects,
    round(100.0 * sum(claims.attributed_to <> '') / count(claims.id)) AS percent_with_speaker,
    round(100.0 * sum(claims.modality <> 'asserted') / count(claims.id)) AS percent_not_asserted,
    min(nullif(newest.published, '')) AS first_article,
    max(nullif(newest.published, '')) AS last_article
FROM newest
LEFT JOIN (
    SELECT newest.id AS told_by, judged.* FROM newest CROSS JOIN judged ON judged.article_id = newest.id
) AS claims ON claims.told_by = newest.id
GROUP BY newest.site
ORDER BY claims DESC, newest.site;
