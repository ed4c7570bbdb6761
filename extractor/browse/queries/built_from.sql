-- title: What was distilled or built from what
-- question: Which model was built on, tuned from or distilled from which other, and who says so?
-- :base: a part of the name of the model that it was built from, such as Llama; empty for all
SELECT
    coalesce(claims_flat.subject_name, claims_flat.subject) AS model,
    claims_flat.value AS built_from,
    CASE WHEN EXISTS (
        SELECT 1 FROM claims AS others
        WHERE others.article_id = claims_flat.article_id AND others.subject = claims_flat.subject
            AND others.predicate = 'technique' AND others.value = 'distillation'
    ) THEN 'yes' ELSE '' END AS distilled,
    claims_flat.modality, claims_flat.attributed_to, claims_flat.quote, claims_flat.published, claims_flat.site,
    claims_flat.id AS claim_id, claims_flat.article_id
FROM claims_flat
WHERE claims_flat.predicate = 'base_model' AND (:base = '' OR claims_flat.value LIKE '%' || :base || '%')
ORDER BY built_from, model, claims_flat.published;
