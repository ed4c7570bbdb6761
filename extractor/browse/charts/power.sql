-- title: Announced power over time
-- question: How much power is each cluster or site said to have, or to be planned for? In watts, on a log axis. The newest 200 reports of articles that have a date; copies of an article are one report.
-- draw: dots log
-- x: published
-- y: value
-- high: high
-- label: subject
-- shape: modality
WITH {judged}
SELECT
    articles.published, coalesce(entities.name, nullif(claims.subject, ''), 'not named') AS subject, claims.value,
    claims.high, claims.unit, claims.comparator, claims.modality, claims.attributed_to AS said_by, claims.quote,
    articles.site, claims.id AS claim_id, claims.article_id
-- The newest articles are asked first, each for its claims (hence the plus sign: not all claims of a predicate for each
-- article), so that a large database need not be read to its end.
FROM articles
CROSS JOIN judged AS claims ON claims.article_id = articles.id
LEFT JOIN entities ON entities.id = claims.subject_id
WHERE articles.published <> '' AND +claims.predicate = 'power' AND claims.unit = 'watts'
    AND EXISTS (SELECT 1 FROM claims_once WHERE claims_once.id = claims.id)
ORDER BY articles.published DESC, claims.id
LIMIT 200;
