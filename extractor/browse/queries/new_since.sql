-- title: What is new since a date
-- question: Which claims have come into this database since a day, whenever their articles were published?
-- :since: a day or a time (UTC) such as 2026-01-31; empty for that of the last run that stored articles
-- :rows: how many, those stored last first; empty for 100
WITH {judged},
runs_since AS (
    SELECT id FROM runs
    WHERE id >= coalesce(
        CASE WHEN :since <> '' THEN (SELECT min(id) FROM runs WHERE coalesce(ended, started) >= :since) END,
        CASE WHEN :since = '' THEN (SELECT max(run_id) FROM articles) END,
        9e18
    )
),
newest AS (
    SELECT rowid AS place, id, site, published, title, read_at FROM articles
    WHERE run_id IN (SELECT id FROM runs_since) AND read_at >= :since
    ORDER BY run_id DESC, rowid DESC
)
SELECT
    newest.read_at AS stored, newest.published, coalesce(entities.name, claims.subject) AS subject,
    predicates.label AS predicate_label, claims.value, claims.high, claims.unit, claims.modality,
    claims.attributed_to, claims.quote, newest.site, claims.id AS claim_id, claims.article_id
FROM newest
CROSS JOIN judged AS claims ON claims.article_id = newest.id
JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN entities ON entities.id = claims.subject_id
LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER);
