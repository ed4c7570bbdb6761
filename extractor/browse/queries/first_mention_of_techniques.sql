-- title: When each technique was first mentioned
-- question: In which dated article is each technique first said of a model, of which, and how many models use it since? Copies of an article are left out.
-- :technique: a part of the technique's name; empty for all
WITH counts AS MATERIALIZED (
    SELECT value AS technique, count(*) AS mentions, count(DISTINCT subject_id) AS models
    FROM claims
    WHERE predicate = 'technique' AND subject_id > '' AND modality <> 'denied'
        AND article_id NOT IN (SELECT article_id FROM copies)
        AND (:technique = '' OR value LIKE '%' || :technique || '%')
    GROUP BY value
),
firsts AS MATERIALIZED (
    SELECT
        counts.*,
        -- Of a rare technique, all claims are looked at; of a common one, the oldest articles until one has it.
        CASE WHEN mentions < 500 THEN (
            SELECT claims.rowid FROM claims JOIN articles ON articles.id = claims.article_id
            WHERE claims.predicate = 'technique' AND claims.value = technique AND claims.subject_id > ''
                AND claims.modality <> 'denied' AND articles.published > ''
                AND articles.id NOT IN (SELECT article_id FROM copies)
            ORDER BY articles.published, claims.id
            LIMIT 1
        ) ELSE (
            SELECT claims.rowid FROM articles CROSS JOIN claims ON claims.article_id = articles.id
            WHERE +claims.predicate = 'technique' AND claims.value = technique AND claims.subject_id > ''
                AND +claims.modality <> 'denied' AND articles.published > ''
                AND articles.id NOT IN (SELECT article_id FROM copies)
            ORDER BY articles.published
            LIMIT 1
        ) END AS place
    FROM counts
)
SELECT
    firsts.technique, articles.published AS first_mention, coalesce(entities.name, claims.subject) AS first_model,
    firsts.mentions, firsts.models, claims.quote, articles.site, claims.id AS claim_id, claims.article_id
FROM firsts
CROSS JOIN claims ON claims.rowid = firsts.place
JOIN articles ON articles.id = claims.article_id
LEFT JOIN entities ON entities.id = claims.subject_id
ORDER BY articles.published, firsts.technique;
