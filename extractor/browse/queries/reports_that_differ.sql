-- title: Facts on which reports differ
-- question: For which facts does no one value fit all that is told, by how much, and who tells what?
-- :model: a part of the name of the model or cluster; empty for all
-- :ratio: only where the highest is at least so many times the lowest; empty for all
SELECT subject, predicate_label, chip, stage, lowest, highest, unit, round(ratio, 2) AS ratio, told, reports, articles, subject_id
FROM disagreements
WHERE (:model = '' OR subject LIKE '%' || :model || '%') AND ratio >= CAST(coalesce(nullif(:ratio, ''), '1') AS REAL)
ORDER BY ratio DESC, subject, predicate;
