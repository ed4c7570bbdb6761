-- title: Power that is announced
-- question: Who plans how much power, of what is said to be built or planned? The largest announcements first, with the words.
-- :owner: a part of the name of the owner or cluster; empty for all
-- :rows: how many announcements; empty for 100
SELECT
    coalesce(entities.name, claims.subject) AS subject, claims.value, claims.high, claims.unit, claims.comparator,
    claims.attributed_to, claims.quote, articles.published, articles.site, claims.id AS claim_id, claims.article_id
FROM claims_once
JOIN claims ON claims.id = claims_once.id
JOIN articles ON articles.id = claims.article_id
LEFT JOIN entities ON entities.id = claims.subject_id
WHERE claims_once.predicate = 'power' AND claims_once.modality = 'planned'
    AND (:owner = '' OR claims_once.subject LIKE '%' || :owner || '%')
ORDER BY claims_once.value DESC, claims_once.id
LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER);
