-- title: Biggest clusters, in use and planned
-- question: Who has, or plans, the most chips? One row a cluster or owner; where reports differ, the median.
-- :chip: a part of a chip's name, such as H100; empty for all
-- :least: only those with at least so many chips, in use or planned; empty for all
-- :rows: how many, the biggest first; empty for 100
WITH told AS (
    SELECT subject_id, modality = 'planned' AS planned, (value + coalesce(high, value)) / 2 AS middle
    FROM claims_once
    WHERE predicate = 'chip_count' AND modality IN ('asserted', 'estimated', 'disputed', 'planned')
        AND subject_id IN (SELECT id FROM entities WHERE kind IN ('cluster', 'organisation', 'other'))
        AND (:chip = '' OR subject_id IN (
            SELECT subject_id FROM claims WHERE chip LIKE '%' || :chip || '%' AND subject_id IS NOT NULL
        ))
),
ranked AS (
    SELECT
        subject_id, planned, middle,
        row_number() OVER (PARTITION BY subject_id, planned ORDER BY middle) AS place,
        count(*) OVER (PARTITION BY subject_id, planned) AS many
    FROM told
),
medians AS (
    SELECT
        subject_id,
        avg(middle) FILTER (WHERE NOT planned AND place IN ((many + 1) / 2, (many + 2) / 2)) AS chips,
        avg(middle) FILTER (WHERE planned AND place IN ((many + 1) / 2, (many + 2) / 2)) AS chips_planned,
        count(*) AS reports
    FROM ranked
    GROUP BY subject_id
),
-- A name that no list knows may be a model's: it is one if something is said of it that is said of models only.
biggest AS (
    SELECT subject_id, name, kind, chips, chips_planned, reports
    FROM medians JOIN entities ON entities.id = medians.subject_id
    WHERE max(coalesce(chips, 0), coalesce(chips_planned, 0)) >= max(1, CAST(:least AS REAL))
        AND (kind <> 'other' OR NOT EXISTS (
            SELECT 1 FROM claims
            WHERE claims.subject_id = medians.subject_id AND claims.predicate IN (
                'parameters', 'active_parameters', 'training_tokens', 'training_compute', 'chip_hours'
            )
        ))
    ORDER BY max(coalesce(chips, 0), coalesce(chips_planned, 0)) DESC
    LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER)
)
SELECT
    name, kind, chips, chips_planned,
    (
        SELECT replace(group_concat(DISTINCT claims.chip), ',', ', ') FROM claims
        WHERE claims.subject_id = biggest.subject_id AND claims.predicate = 'chip_count' AND claims.chip <> ''
    ) AS chip,
    (
        SELECT max(coalesce(claims.high, claims.value)) FROM claims
        WHERE claims.subject_id = biggest.subject_id AND claims.predicate = 'power'
            AND claims.modality IN ('asserted', 'estimated', 'disputed')
    ) AS highest_power,
    (
        SELECT max(coalesce(claims.high, claims.value)) FROM claims
        WHERE claims.subject_id = biggest.subject_id AND claims.predicate = 'power' AND claims.modality = 'planned'
    ) AS highest_power_planned,
    reports, subject_id
FROM biggest
ORDER BY max(coalesce(chips, 0), coalesce(chips_planned, 0)) DESC, name;
