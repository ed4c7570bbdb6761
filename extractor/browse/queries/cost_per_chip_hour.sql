-- title: Implied cost of a chip-hour
-- question: What did an hour of a chip cost, by the medians of the training costs (USD) and of the chip-hours that are told? Where no chip-hours are told, chips times hours. Of the models with the most reports.
-- :model: a part of the model's name; empty for all
-- :rows: how many models are looked at; empty for 100
WITH known AS (
    SELECT claims.subject_id
    FROM claims
    WHERE claims.predicate = 'training_cost' AND claims.unit = 'USD' AND claims.subject_id IS NOT NULL
        AND claims.modality IN ('asserted', 'estimated', 'disputed')
        AND (:model = '' OR claims.subject_id IN (SELECT id FROM entities WHERE name LIKE '%' || :model || '%'))
    GROUP BY claims.subject_id
    ORDER BY count(*) DESC
    LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER)
),
told AS (
    SELECT claims_once.subject_id, claims_once.predicate, (value + coalesce(high, value)) / 2 AS middle
    FROM claims_once
    WHERE predicate IN ('training_cost', 'chip_hours', 'chip_count', 'training_time')
        AND subject_id IN (SELECT subject_id FROM known)
        AND (predicate <> 'training_cost' OR unit = 'USD')
        AND modality IN ('asserted', 'estimated', 'disputed') AND stage NOT IN ('preparation', 'inference')
),
ranked AS (
    SELECT
        subject_id, predicate, middle,
        row_number() OVER (PARTITION BY subject_id, predicate ORDER BY middle) AS place,
        count(*) OVER (PARTITION BY subject_id, predicate) AS many
    FROM told
),
medians AS (
    SELECT
        subject_id,
        avg(middle) FILTER (WHERE predicate = 'training_cost') AS training_cost,
        avg(middle) FILTER (WHERE predicate = 'chip_hours') AS told_hours,
        avg(middle) FILTER (WHERE predicate = 'chip_count') * avg(middle) FILTER (WHERE predicate = 'training_time')
            AS counted_hours
    FROM ranked
    WHERE place IN ((many + 1) / 2, (many + 2) / 2)
    GROUP BY subject_id
)
SELECT
    entities.name AS model,
    training_cost,
    coalesce(told_hours, counted_hours) AS chip_hours,
    CASE WHEN told_hours IS NULL THEN 'chips x hours' ELSE 'told' END AS chip_hours_are,
    round(training_cost / coalesce(told_hours, counted_hours), 2) AS cost_per_chip_hour,
    subject_id
FROM medians
JOIN entities ON entities.id = medians.subject_id
WHERE training_cost > 0 AND coalesce(told_hours, counted_hours) > 0
ORDER BY cost_per_chip_hour DESC, model;
