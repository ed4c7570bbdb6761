-- Who says what of which model or cluster, when, and how firmly?
-- A row a claim that names its speaker and that no reader has rejected, the newest first within a speaker; what an
-- article's copy says again is left out. Of a claim that a reader has judged, all slots are as the reader says.
CREATE VIEW who_says AS
WITH repeats AS NOT MATERIALIZED (
    SELECT claims.id
    FROM claims JOIN copies ON copies.article_id = claims.article_id
    WHERE EXISTS (
        -- By the speaker, too: one print may name whom another leaves out.
        SELECT 1 FROM claims AS told LEFT JOIN copies AS others ON others.article_id = told.article_id
        WHERE told.attributed_to = claims.attributed_to
            AND told.subject_id IS claims.subject_id AND told.predicate = claims.predicate
            AND told.value = claims.value AND told.high IS claims.high AND told.unit = claims.unit
            AND (
                told.article_id = copies.original_id
                OR (others.original_id = copies.original_id AND others.article_id < copies.article_id)
            )
    )
)
SELECT
    claims.attributed_to AS speaker,
    coalesce(entities.name, claims.subject) AS subject,
    claims.predicate,
    predicates.label AS predicate_label,
    claims.value,
    claims.high,
    claims.unit,
    claims.value_text,
    claims.comparator,
    claims.modality,
    claims.quote,
    articles.published,
    articles.site,
    articles.title,
    articles.url,
    claims.id AS claim_id,
    claims.article_id,
    claims.subject_id,
    CAST('unreviewed' AS TEXT) AS status
FROM claims
JOIN articles ON articles.id = claims.article_id
LEFT JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN entities ON entities.id = claims.subject_id
LEFT JOIN copies ON copies.article_id = claims.article_id
WHERE claims.attributed_to <> ''
    AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.claim_id = claims.id AND reviews.state = 'counts')
    AND (copies.article_id IS NULL OR NOT EXISTS (SELECT 1 FROM repeats WHERE repeats.id = claims.id))
UNION ALL
SELECT
    reviews.attributed_to,
    coalesce(entities.name, reviews.subject),
    claims.predicate,
    predicates.label,
    reviews.value,
    reviews.high,
    reviews.unit,
    claims.value_text,
    reviews.comparator,
    reviews.modality,
    claims.quote,
    articles.published,
    articles.site,
    articles.title,
    articles.url,
    claims.id,
    claims.article_id,
    CAST(CASE reviews.subject WHEN claims.subject THEN claims.subject_id ELSE reviews.subject_id END AS TEXT),
    reviews.verdict
FROM reviews
JOIN claims ON claims.id = reviews.claim_id
JOIN articles ON articles.id = claims.article_id
LEFT JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN entities
    ON entities.id = CASE reviews.subject WHEN claims.subject THEN claims.subject_id ELSE reviews.subject_id END
LEFT JOIN copies ON copies.article_id = claims.article_id
WHERE reviews.attributed_to <> '' AND reviews.state = 'counts' AND reviews.verdict <> 'rejected'
    AND (copies.article_id IS NULL OR NOT EXISTS (SELECT 1 FROM repeats WHERE repeats.id = claims.id))
ORDER BY speaker COLLATE NOCASE, published DESC, claim_id;
