-- title: Claims by site
-- question: How much does each site tell, how often does it name who says so, and how often does it hedge?
-- :since: only articles of this date or later, such as 2025 or 2025-03; empty for all
SELECT
    site,
    count(DISTINCT article_id) AS articles,
    count(*) AS claims,
    round(1.0 * count(*) / count(DISTINCT article_id), 1) AS claims_per_article,
    count(DISTINCT nullif(subject_id, '')) AS subjects,
    round(100.0 * sum(attributed_to <> '') / count(*)) AS percent_with_speaker,
    round(100.0 * sum(modality <> 'asserted') / count(*)) AS percent_not_asserted,
    min(nullif(published, '')) AS first_article,
    max(nullif(published, '')) AS last_article
FROM claims_flat
WHERE published >= :since
GROUP BY site
ORDER BY claims DESC, site;
