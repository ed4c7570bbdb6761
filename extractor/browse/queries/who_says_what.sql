-- title: Who says what about a model
-- question: Who has said what of a model or cluster, how firmly, and when?
-- :model: a part of the name of the model or cluster, such as R1; empty for all
-- :speaker: a part of the name of who says so; empty for all
SELECT
    speaker, subject, predicate_label, value, high, unit, comparator, modality, quote, published, site, claim_id,
    article_id
FROM who_says
WHERE (:model = '' OR subject LIKE '%' || :model || '%')
    AND (:speaker = '' OR speaker LIKE '%' || :speaker || '%')
ORDER BY published DESC, speaker, subject;
