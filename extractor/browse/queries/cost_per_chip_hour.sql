-- title: Implied cost of a chip-hour
-- question: What did an hour of a chip cost, by the median of the training costs (USD) and of the chip-hours that are told? Where no chip-hours are told, chips times hours.
-- :model: a part of the model's name; empty for all
SELECT
    model, chip, training_cost,
    coalesce(chip_hours, chips * training_hours) AS chip_hours,
    CASE WHEN chip_hours IS NULL THEN 'chips x hours' ELSE 'told' END AS chip_hours_are,
    round(training_cost / coalesce(chip_hours, chips * training_hours), 2) AS cost_per_chip_hour,
    reports, subject_id
FROM model_facts
WHERE training_cost > 0 AND coalesce(chip_hours, chips * training_hours) > 0
    AND (:model = '' OR model LIKE '%' || :model || '%')
ORDER BY cost_per_chip_hour DESC, model;
