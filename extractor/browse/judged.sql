-- The claims as readers say that they are, without those that they reject: for joins from articles or by id. A slot of
-- one that a reader has put right is found by no index.
judged AS NOT MATERIALIZED (
    SELECT
        claims.id, claims.article_id, claims.predicate, claims.value_text, claims.part, claims.quote,
        claims.sentence_start, claims.sentence_end,
        CASE WHEN reviews.id IS NULL THEN claims.subject ELSE reviews.subject END AS subject,
        CASE WHEN reviews.subject <> claims.subject THEN reviews.subject_id ELSE claims.subject_id END AS subject_id,
        CASE WHEN reviews.id IS NULL THEN claims.value ELSE reviews.value END AS value,
        CASE WHEN reviews.id IS NULL THEN claims.high ELSE reviews.high END AS high,
        CASE WHEN reviews.id IS NULL THEN claims.unit ELSE reviews.unit END AS unit,
        CASE WHEN reviews.id IS NULL THEN claims.chip ELSE reviews.chip END AS chip,
        CASE WHEN reviews.id IS NULL THEN claims.comparator ELSE reviews.comparator END AS comparator,
        CASE WHEN reviews.id IS NULL THEN claims.modality ELSE reviews.modality END AS modality,
        CASE WHEN reviews.id IS NULL THEN claims.attributed_to ELSE reviews.attributed_to END AS attributed_to
    FROM claims
    LEFT JOIN reviews ON reviews.claim_id = claims.id AND reviews.state = 'counts'
    WHERE reviews.verdict IS NOT 'rejected'
)
