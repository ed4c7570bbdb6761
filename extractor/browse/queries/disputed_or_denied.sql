-- title: What is disputed or denied
-- question: Which figures and methods does somebody dispute or deny, and in which words?
-- :model: a part of the name of the model or cluster; empty for all
SELECT
    modality, coalesce(subject_name, subject) AS subject, predicate_label, value, high, unit, attributed_to, quote,
    sentence, published, site, id AS claim_id, article_id
FROM claims_flat
WHERE modality IN ('disputed', 'denied')
    AND (:model = '' OR coalesce(subject_name, subject) LIKE '%' || :model || '%')
ORDER BY published DESC, subject, predicate;
