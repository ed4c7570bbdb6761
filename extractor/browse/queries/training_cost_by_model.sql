-- title: Training cost by model, with its spread
-- question: What did each model cost to train, how far do the reports lie apart, and how many are there? In USD; what is denied, planned or hypothetical is left out.
-- :model: a part of the model's name; empty for all
-- :rows: how many models, of those with the most reports; empty for 100
WITH known AS (
    SELECT subject_id
    FROM claims
    WHERE predicate = 'training_cost' AND unit = 'USD' AND subject_id IS NOT NULL
        AND modality IN ('asserted', 'estimated', 'disputed') AND stage NOT IN ('preparation', 'inference')
        AND (:model = '' OR subject_id IN (SELECT id FROM entities WHERE name LIKE '%' || :model || '%'))
    GROUP BY subject_id
    ORDER BY count(*) DESC
    LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER)
),
told AS (
    SELECT subject_id, value, coalesce(high, value) AS high, report_id
    FROM claims_once
    WHERE predicate = 'training_cost' AND unit = 'USD' AND subject_id IN (SELECT subject_id FROM known)
        AND modality IN ('asserted', 'estimated', 'disputed') AND stage NOT IN ('preparation', 'inference')
),
ranked AS (
    SELECT
        subject_id, value, high, report_id,
        row_number() OVER (PARTITION BY subject_id ORDER BY value) AS place,
        count(*) OVER (PARTITION BY subject_id) AS many
    FROM told
),
costs AS (
    SELECT
        subject_id, min(value) AS lowest, max(high) AS highest, count(*) AS reports,
        avg(value) FILTER (WHERE place IN ((many + 1) / 2, (many + 2) / 2)) AS median,
        count(DISTINCT report_id) AS articles
    FROM ranked
    GROUP BY subject_id
)
SELECT
    entities.name AS model,
    costs.lowest AS lowest_cost,
    costs.median AS median_cost,
    costs.highest AS highest_cost,
    round(costs.highest / nullif(costs.lowest, 0), 1) AS highest_by_lowest,
    costs.reports,
    costs.articles,
    (
        SELECT replace(group_concat(DISTINCT claims.attributed_to), ',', ', ') FROM claims
        WHERE claims.subject_id = costs.subject_id AND claims.predicate = 'training_cost' AND claims.attributed_to <> ''
    ) AS said_by,
    costs.subject_id
FROM costs
JOIN entities ON entities.id = costs.subject_id
ORDER BY costs.median DESC, model;
