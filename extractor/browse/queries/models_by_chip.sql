-- title: Models by chip
-- question: Which models were, or will be, made on which chips, and on how many? Copies of an article are left out.
-- :chip: a part of a chip's name, such as H800, or several between commas; empty for A100 and H100, % for all
-- :rows: how many pairs of chip and model, those with the most reports first; empty for 200
WITH RECURSIVE {judged},
asked AS (
    SELECT trim(value) AS words
    FROM json_each('["' || replace(replace(replace(coalesce(nullif(:chip, ''), 'A100, H100'), '\', ''), '"', ''), ',', '","') || '"]')
),
-- Each name once, from one to the next of the index: a list of all claims is a thousand times as long.
counted (name) AS (
    SELECT min(chip) FROM claims WHERE chip > ''
    UNION ALL
    SELECT (SELECT min(chip) FROM claims WHERE chip > counted.name) FROM counted WHERE counted.name IS NOT NULL
),
named (name) AS (
    SELECT min(value) FROM claims WHERE predicate = 'chip_model'
    UNION ALL
    SELECT (SELECT min(value) FROM claims WHERE predicate = 'chip_model' AND value > named.name)
    FROM named WHERE named.name IS NOT NULL
),
-- Few of all claims: those that readers have judged.
reread AS (
    SELECT claims.rowid AS place, judged.chip, judged.subject_id, judged.predicate, judged.value, judged.modality,
        judged.article_id
    FROM reviews
    CROSS JOIN claims ON claims.id = reviews.claim_id
    LEFT JOIN judged ON judged.id = claims.id
    WHERE reviews.state = 'counts'
),
told AS (
    SELECT chip AS chip_name, subject_id, predicate, value, modality, article_id
    FROM claims
    WHERE chip IN (SELECT name FROM counted JOIN asked ON words <> '' AND name LIKE '%' || words || '%')
        AND claims.rowid NOT IN (SELECT place FROM reread)
    UNION ALL
    SELECT value, subject_id, predicate, NULL, modality, article_id
    FROM claims
    WHERE predicate = 'chip_model'
        AND value IN (SELECT name FROM named JOIN asked ON words <> '' AND name LIKE '%' || words || '%')
        AND claims.rowid NOT IN (SELECT place FROM reread)
    UNION ALL
    SELECT chip, subject_id, predicate, value, modality, article_id
    FROM reread JOIN asked ON words <> '' AND chip LIKE '%' || words || '%'
    WHERE chip <> ''
    UNION ALL
    SELECT value, subject_id, predicate, NULL, modality, article_id
    FROM reread JOIN asked ON words <> '' AND value LIKE '%' || words || '%'
    WHERE predicate = 'chip_model'
)
SELECT
    told.chip_name,
    entities.name AS model,
    max(told.value) FILTER (WHERE told.predicate = 'chip_count') AS chips,
    max(told.value) FILTER (WHERE told.predicate = 'chip_hours') AS chip_hours,
    replace(group_concat(DISTINCT told.modality), ',', ', ') AS said_as,
    count(*) AS reports,
    told.subject_id
FROM told
JOIN entities ON entities.id = told.subject_id
WHERE told.modality <> 'denied' AND told.article_id NOT IN (SELECT article_id FROM copies)
GROUP BY told.chip_name, told.subject_id
ORDER BY reports DESC, told.chip_name, model
LIMIT CAST(coalesce(nullif(:rows, ''), '200') AS INTEGER);
