-- title: Biggest clusters, in use and planned
-- question: Who has, or plans, the most chips? One row a cluster or owner.
-- :chip: a part of a chip's name, such as H100; empty for all
-- :least: only those with at least so many chips, in use or planned; empty for all
SELECT name, kind, chips, chips_planned, chip, power, power_planned, reports, subject_id
FROM cluster_facts
WHERE max(coalesce(chips, 0), coalesce(chips_planned, 0)) >= max(1, CAST(:least AS REAL))
    AND (:chip = '' OR chip LIKE '%' || :chip || '%')
ORDER BY max(coalesce(chips, 0), coalesce(chips_planned, 0)) DESC, name;
