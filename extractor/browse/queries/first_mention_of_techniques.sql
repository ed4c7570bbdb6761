-- title: When each technique was first mentioned
-- question: In which dated article does each technique first stand, for which model, and how many models use it since?
-- :technique: a part of the technique's name; empty for all
WITH mentions AS (
    SELECT
        value AS technique, coalesce(subject_name, subject) AS model, quote, published, site, id, article_id,
        row_number() OVER (PARTITION BY value ORDER BY published, id) AS place,
        count(*) OVER (PARTITION BY value) AS mentions
    FROM claims_flat
    WHERE id IN (SELECT id FROM claims_once) AND predicate = 'technique' AND modality <> 'denied' AND published <> ''
)
SELECT
    technique, published AS first_mention, model AS first_model, mentions,
    (SELECT count(DISTINCT nullif(others.model, '')) FROM mentions AS others WHERE others.technique = mentions.technique)
        AS models,
    quote, site, id AS claim_id, article_id
FROM mentions
WHERE place = 1 AND (:technique = '' OR technique LIKE '%' || :technique || '%')
ORDER BY first_mention, technique;
