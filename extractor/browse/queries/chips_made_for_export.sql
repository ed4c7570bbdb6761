-- title: Models on chips made for export to China
-- question: Which models are said to be made on H800, H20 or A800, or on chips that you name, by whom, and in which words? The largest numbers first; copies of an article are left out.
-- :chips: names of chips, between commas; empty for H800, H20, A800
-- :rows: how many claims; empty for 100
WITH {judged},
asked AS (
    SELECT trim(value) AS name
    FROM json_each('["' || replace(replace(replace(coalesce(nullif(:chips, ''), 'H800, H20, A800'), '\', ''), '"', ''), ',', '","') || '"]')
),
-- Few of all claims: those that readers have judged.
reread AS (
    SELECT claims.rowid AS place, judged.*
    FROM reviews
    CROSS JOIN claims ON claims.id = reviews.claim_id
    CROSS JOIN judged ON judged.id = claims.id
    WHERE reviews.state = 'counts' AND judged.article_id NOT IN (SELECT article_id FROM copies)
),
told AS (
    SELECT claims.rowid AS place, claims.chip AS chip_name, claims.predicate, claims.value
    FROM claims
    WHERE claims.chip IN (SELECT name FROM asked) AND claims.chip <> ''
        AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.claim_id = claims.id AND reviews.state = 'counts')
        AND claims.article_id NOT IN (SELECT article_id FROM copies)
    UNION ALL
    SELECT claims.rowid, claims.value, claims.predicate, NULL
    FROM claims
    WHERE claims.predicate = 'chip_model' AND claims.value IN (SELECT name FROM asked)
        AND claims.article_id NOT IN (SELECT article_id FROM copies)
        AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.claim_id = claims.id AND reviews.state = 'counts')
    UNION ALL
    SELECT place, chip, predicate, value FROM reread WHERE chip IN (SELECT name FROM asked) AND chip <> ''
    UNION ALL
    SELECT place, value, predicate, NULL FROM reread
    WHERE predicate = 'chip_model' AND value IN (SELECT name FROM asked)
),
largest AS (
    SELECT place, chip_name FROM told
    ORDER BY told.predicate <> 'chip_count', told.predicate = 'chip_model', told.value DESC, place
    LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER)
)
SELECT
    largest.chip_name, coalesce(entities.name, claims.subject) AS model, predicates.label AS predicate_label,
    claims.value, claims.high, claims.unit, claims.modality, claims.attributed_to, claims.quote, articles.published,
    articles.site, claims.id AS claim_id, claims.article_id
FROM largest
CROSS JOIN claims AS placed ON placed.rowid = largest.place
CROSS JOIN judged AS claims ON claims.id = placed.id
JOIN articles ON articles.id = claims.article_id
JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN entities ON entities.id = claims.subject_id
ORDER BY
    claims.predicate <> 'chip_count', claims.predicate = 'chip_model',
    CASE typeof(claims.value) WHEN 'real' THEN claims.value END DESC, claims.id;
