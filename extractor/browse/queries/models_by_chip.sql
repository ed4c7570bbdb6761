-- title: Models by chip
-- question: Which models were, or will be, made on which chips, and on how many?
-- :chip: a part of a chip's name, such as H800; empty for all
SELECT
    CASE predicate WHEN 'chip_model' THEN value ELSE chip END AS chip_name,
    coalesce(subject_name, subject) AS model,
    max(value) FILTER (WHERE predicate = 'chip_count') AS chips,
    max(value) FILTER (WHERE predicate = 'chip_hours') AS chip_hours,
    replace(group_concat(DISTINCT modality), ',', ', ') AS said_as,
    count(*) AS reports,
    min(nullif(published, '')) AS first_reported,
    subject_id
FROM claims_flat
WHERE id IN (SELECT id FROM claims_once) AND (chip <> '' OR predicate = 'chip_model') AND subject <> '' AND modality <> 'denied'
    AND (:chip = '' OR CASE predicate WHEN 'chip_model' THEN value ELSE chip END LIKE '%' || :chip || '%')
GROUP BY chip_name, model
ORDER BY chip_name, chips DESC, model;
