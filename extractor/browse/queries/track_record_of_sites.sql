-- title: Track record of each site
-- question: How many of the figures that a site asserts does another article support (within 10 %), how many do others tell otherwise, and how many are disputed or denied? Of the newest articles, copies left out.
-- :since: only articles of this date or later, such as 2025 or 2025-03; empty for all
-- :articles: of how many articles, the newest; empty for 1,000
WITH {judged},
newest AS (
    SELECT id, site FROM articles
    WHERE published >= :since AND id NOT IN (SELECT article_id FROM copies)
    ORDER BY published DESC
    LIMIT CAST(coalesce(nullif(:articles, ''), '1000') AS INTEGER)
),
-- Few of all claims: those that readers have judged.
reviewed AS MATERIALIZED (
    SELECT claims.rowid AS place, claims.id FROM reviews CROSS JOIN claims ON claims.id = reviews.claim_id
    WHERE reviews.state = 'counts'
),
reread AS MATERIALIZED (
    SELECT judged.predicate, judged.subject_id, judged.value, judged.unit, judged.modality, judged.article_id
    FROM reviewed CROSS JOIN judged ON judged.id = reviewed.id
),
told AS MATERIALIZED (
    SELECT
        newest.site, newest.id,
        EXISTS (
            SELECT 1 FROM claims AS others
            WHERE others.predicate = claims.predicate AND others.subject_id = claims.subject_id
                AND others.value BETWEEN 0.9 * claims.value AND 1.1 * claims.value
                AND others.unit = claims.unit AND +others.modality = 'asserted' AND +others.article_id <> newest.id
                AND +others.article_id NOT IN (SELECT article_id FROM copies)
                AND others.rowid NOT IN (SELECT place FROM reviewed)
        ) OR EXISTS (
            SELECT 1 FROM reread AS others
            WHERE others.predicate = claims.predicate AND others.subject_id = claims.subject_id
                AND others.value BETWEEN 0.9 * claims.value AND 1.1 * claims.value
                AND others.unit = claims.unit AND +others.modality = 'asserted' AND +others.article_id <> newest.id
                AND +others.article_id NOT IN (SELECT article_id FROM copies)
        ) AS supported,
        EXISTS (
            SELECT 1 FROM claims AS others
            WHERE others.predicate = claims.predicate AND others.subject_id = claims.subject_id
                AND others.unit = claims.unit AND +others.modality = 'asserted' AND +others.article_id <> newest.id
                AND +others.article_id NOT IN (SELECT article_id FROM copies)
                AND others.rowid NOT IN (SELECT place FROM reviewed)
        ) OR EXISTS (
            SELECT 1 FROM reread AS others
            WHERE others.predicate = claims.predicate AND others.subject_id = claims.subject_id
                AND others.unit = claims.unit AND +others.modality = 'asserted' AND +others.article_id <> newest.id
                AND +others.article_id NOT IN (SELECT article_id FROM copies)
        ) AS told_by_others,
        EXISTS (
            SELECT 1 FROM claims AS others
            WHERE others.predicate = claims.predicate AND others.subject_id = claims.subject_id
                AND others.value BETWEEN 0.98 * claims.value AND 1.02 * claims.value
                AND others.unit = claims.unit AND +others.modality IN ('disputed', 'denied')
                AND others.rowid NOT IN (SELECT place FROM reviewed)
        ) OR EXISTS (
            SELECT 1 FROM reread AS others
            WHERE others.predicate = claims.predicate AND others.subject_id = claims.subject_id
                AND others.value BETWEEN 0.98 * claims.value AND 1.02 * claims.value
                AND others.unit = claims.unit AND +others.modality IN ('disputed', 'denied')
        ) AS doubted
    FROM newest
    CROSS JOIN judged AS claims ON claims.article_id = newest.id
    WHERE +claims.modality = 'asserted' AND typeof(claims.value) = 'real' AND claims.subject_id IS NOT NULL
)
SELECT
    site,
    count(*) AS figures,
    sum(supported) AS supported,
    sum(told_by_others AND NOT supported) AS told_otherwise,
    sum(NOT told_by_others) AS told_by_no_other,
    sum(doubted) AS disputed_or_denied,
    round(100.0 * sum(supported) / nullif(sum(told_by_others), 0)) AS percent_supported,
    count(DISTINCT id) AS articles,
    count(DISTINCT id) FILTER (WHERE id IN (SELECT article_id FROM versions)) AS articles_changed
FROM told
GROUP BY site
ORDER BY figures DESC, site;
