-- What is said of each cluster, and of each organisation that owns one: chips, power and what was paid?
-- A row a cluster or organisation; a name that no list knows is taken for one unless model_facts has it as a model.
-- What stands is what is asserted, estimated or disputed; what is planned has columns of its own; what is denied or
-- hypothetical is left out. A figure counts once a report, and copies of an article are one report. Where reports
-- differ, the column is their median (of a range, its middle counts). Costs are those told in USD.
CREATE VIEW cluster_facts AS
WITH facts AS (
    SELECT
        subject_id, predicate, value, coalesce(high, value) AS high, unit, chip, report_id,
        CASE modality WHEN 'planned' THEN 'planned' ELSE 'stands' END AS state
    FROM claims_once
    WHERE subject_id IS NOT NULL
        AND modality IN ('asserted', 'estimated', 'disputed', 'planned')
        AND predicate IN ('chip_count', 'chip_model', 'power', 'hardware_cost')
),
figures AS (
    SELECT DISTINCT subject_id, predicate, state, (value + high) / 2 AS middle, report_id
    FROM facts
    WHERE typeof(value) = 'real' AND (predicate <> 'hardware_cost' OR unit = 'USD')
),
ranked AS (
    SELECT
        subject_id, predicate, state, middle,
        row_number() OVER (PARTITION BY subject_id, predicate, state ORDER BY middle) AS place,
        count(*) OVER (PARTITION BY subject_id, predicate, state) AS many
    FROM figures
),
medians AS (
    SELECT subject_id, predicate, state, avg(middle) AS value
    FROM ranked
    WHERE place IN ((many + 1) / 2, (many + 2) / 2)
    GROUP BY subject_id, predicate, state
),
side_by_side AS (
    SELECT
        subject_id,
        max(value) FILTER (WHERE predicate = 'chip_count' AND state = 'stands') AS chips,
        max(value) FILTER (WHERE predicate = 'chip_count' AND state = 'planned') AS chips_planned,
        max(value) FILTER (WHERE predicate = 'power' AND state = 'stands') AS power,
        max(value) FILTER (WHERE predicate = 'power' AND state = 'planned') AS power_planned,
        max(value) FILTER (WHERE predicate = 'hardware_cost' AND state = 'stands') AS hardware_cost,
        max(value) FILTER (WHERE predicate = 'hardware_cost' AND state = 'planned') AS hardware_cost_planned
    FROM medians
    GROUP BY subject_id
),
chip_names AS (
    SELECT subject_id, group_concat(name, ', ') AS names
    FROM (
        SELECT subject_id, chip AS name FROM facts WHERE chip <> ''
        UNION
        SELECT subject_id, value FROM facts WHERE predicate = 'chip_model'
        ORDER BY 1, 2
    )
    GROUP BY subject_id
),
reports AS (
    SELECT subject_id, count(*) AS reports, count(DISTINCT report_id) AS articles
    FROM facts
    GROUP BY subject_id
)
SELECT
    entities.id AS subject_id,
    entities.name,
    entities.kind,
    side_by_side.chips,
    side_by_side.chips_planned,
    chip_names.names AS chip,
    side_by_side.power,
    side_by_side.power_planned,
    side_by_side.hardware_cost,
    side_by_side.hardware_cost_planned,
    reports.reports,
    reports.articles
FROM reports
JOIN entities ON entities.id = reports.subject_id AND entities.kind IN ('cluster', 'organisation', 'other')
LEFT JOIN side_by_side ON side_by_side.subject_id = entities.id
LEFT JOIN chip_names ON chip_names.subject_id = entities.id
WHERE entities.kind <> 'other' OR entities.id NOT IN (
    -- what model_facts takes for a model, told again: to ask the view itself takes four times as long
    SELECT subject_id FROM claims_once
    WHERE subject_id IS NOT NULL
        AND modality IN ('asserted', 'estimated', 'disputed')
        AND stage NOT IN ('preparation', 'inference')
        AND predicate IN ('parameters', 'active_parameters', 'training_tokens', 'training_compute', 'chip_hours')
);
