-- title: Training cost by model, with its spread
-- question: What did each model cost to train, how far do the reports lie apart, and how many are there? In USD; what is denied, planned or hypothetical is left out.
-- :model: a part of the model's name; empty for all
WITH costs AS (
    SELECT
        coalesce(subject_name, subject) AS model, subject_id, value, coalesce(high, value) AS high, article_id,
        copy_of,
        attributed_to,
        row_number() OVER (PARTITION BY coalesce(subject_name, subject) ORDER BY value) AS place,
        count(*) OVER (PARTITION BY coalesce(subject_name, subject)) AS many
    FROM claims_flat
    WHERE id IN (SELECT id FROM claims_once) AND predicate = 'training_cost' AND unit = 'USD' AND subject <> ''
        AND modality IN ('asserted', 'estimated', 'disputed') AND stage NOT IN ('preparation', 'inference')
)
SELECT
    model,
    min(value) AS lowest_cost,
    avg(value) FILTER (WHERE place IN ((many + 1) / 2, (many + 2) / 2)) AS median_cost,
    max(high) AS highest_cost,
    round(max(high) / min(value), 1) AS highest_by_lowest,
    count(*) AS reports,
    count(DISTINCT coalesce(copy_of, article_id)) AS articles,
    replace(group_concat(DISTINCT nullif(attributed_to, '')), ',', ', ') AS said_by,
    subject_id
FROM costs
WHERE :model = '' OR model LIKE '%' || :model || '%'
GROUP BY model
ORDER BY median_cost DESC, model;
