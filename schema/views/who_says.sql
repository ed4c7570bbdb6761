-- Who says what of which model or cluster, when, and how firmly?
-- A row a claim that names its speaker, the newest first within a speaker.
CREATE VIEW who_says AS
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
    claims.subject_id
FROM claims
JOIN articles ON articles.id = claims.article_id
JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN entities ON entities.id = claims.subject_id
WHERE claims.attributed_to <> ''
ORDER BY claims.attributed_to COLLATE NOCASE, articles.published DESC, claims.id;
