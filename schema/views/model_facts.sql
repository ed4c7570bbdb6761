-- What is said of each model: its main figures side by side?
-- A row a model: an entity of that kind, or one that no list knows of which something is said that is said of models
-- only (its size, tokens, compute or chip-hours). A claim counts as a fact if it is asserted, estimated or disputed:
-- what is denied, planned or hypothetical is left out, and so is what only prepared the run or serves the model. A
-- figure counts once a report, and copies of an article are one report. Where reports differ, the column is their
-- median (of a range, its middle counts; of "more than" and "less than", the number itself); training cost has the
-- lowest and the highest too. Costs are those told in USD.
CREATE VIEW model_facts AS
WITH facts AS (
    SELECT subject_id, predicate, value, coalesce(high, value) AS high, unit, chip, report_id
    FROM claims_once
    WHERE subject_id IS NOT NULL
        AND modality IN ('asserted', 'estimated', 'disputed')
        AND stage NOT IN ('preparation', 'inference')
),
figures AS (
    SELECT DISTINCT subject_id, predicate, value, high, (value + high) / 2 AS middle, report_id
    FROM facts
    WHERE typeof(value) = 'real' AND (predicate <> 'training_cost' OR unit = 'USD')
),
ranked AS (
    SELECT
        subject_id, predicate, middle,
        row_number() OVER (PARTITION BY subject_id, predicate ORDER BY middle) AS place,
        count(*) OVER (PARTITION BY subject_id, predicate) AS many
    FROM figures
),
medians AS (
    SELECT subject_id, predicate, avg(middle) AS value
    FROM ranked
    WHERE place IN ((many + 1) / 2, (many + 2) / 2)
    GROUP BY subject_id, predicate
),
costs AS (
    SELECT subject_id, min(value) AS lowest, max(high) AS highest
    FROM figures
    WHERE predicate = 'training_cost'
    GROUP BY subject_id
),
side_by_side AS (
    SELECT
        subject_id,
        max(value) FILTER (WHERE predicate = 'training_cost') AS training_cost,
        max(value) FILTER (WHERE predicate = 'chip_count') AS chips,
        max(value) FILTER (WHERE predicate = 'training_time') AS training_hours,
        max(value) FILTER (WHERE predicate = 'chip_hours') AS chip_hours,
        max(value) FILTER (WHERE predicate = 'parameters') AS parameters,
        max(value) FILTER (WHERE predicate = 'active_parameters') AS active_parameters,
        max(value) FILTER (WHERE predicate = 'training_tokens') AS training_tokens,
        max(value) FILTER (WHERE predicate = 'training_compute') AS training_compute
    FROM medians
    GROUP BY subject_id
),
names AS (
    SELECT subject_id, kind, group_concat(name, ', ') AS names
    FROM (
        SELECT DISTINCT subject_id, 'chip' AS kind, chip AS name FROM facts WHERE chip <> ''
        UNION
        SELECT subject_id, 'chip', value FROM facts WHERE predicate = 'chip_model'
        UNION
        SELECT subject_id, predicate, value FROM facts WHERE predicate IN ('base_model', 'technique')
        ORDER BY 1, 2, 3
    )
    GROUP BY subject_id, kind
),
reports AS (
    SELECT
        subject_id,
        count(*) AS reports,
        count(DISTINCT report_id) AS articles,
        max(predicate IN ('parameters', 'active_parameters', 'training_tokens', 'training_compute', 'chip_hours'))
            AS only_of_models
    FROM facts
    GROUP BY subject_id
)
SELECT
    entities.id AS subject_id,
    entities.name AS model,
    side_by_side.training_cost,
    costs.lowest AS training_cost_low,
    costs.highest AS training_cost_high,
    side_by_side.chips,
    chip_names.names AS chip,
    side_by_side.training_hours,
    side_by_side.chip_hours,
    side_by_side.parameters,
    side_by_side.active_parameters,
    side_by_side.training_tokens,
    side_by_side.training_compute,
    bases.names AS base_models,
    techniques.names AS techniques,
    reports.reports,
    reports.articles
FROM reports
JOIN entities ON entities.id = reports.subject_id AND (
    entities.kind = 'model' OR (entities.kind = 'other' AND reports.only_of_models)
)
LEFT JOIN side_by_side ON side_by_side.subject_id = entities.id
LEFT JOIN costs ON costs.subject_id = entities.id
LEFT JOIN names AS chip_names ON chip_names.subject_id = entities.id AND chip_names.kind = 'chip'
LEFT JOIN names AS bases ON bases.subject_id = entities.id AND bases.kind = 'base_model'
LEFT JOIN names AS techniques ON techniques.subject_id = entities.id AND techniques.kind = 'technique';
