-- title: Claims that changed
-- question: What did an article claim before its page changed that it claims no longer, and what does it say of that now? The newest changes first.
-- :since: only changes of this day (UTC) or later, such as 2026-01-31; empty for all
-- :rows: how many; empty for 100
WITH changed AS (
    SELECT versions.article_id, versions.version, versions.replaced_at, claim.value AS claim
    FROM versions JOIN json_each(versions.claims) AS claim
    WHERE versions.replaced_at >= :since AND NOT EXISTS (
        SELECT 1 FROM claims
        WHERE claims.article_id = versions.article_id AND claims.predicate = claim.value ->> 'predicate'
            AND claims.subject = claim.value ->> 'subject' AND claims.value = claim.value ->> 'value'
            AND claims.unit = claim.value ->> 'unit' AND claims.modality = claim.value ->> 'modality'
    )
    ORDER BY versions.replaced_at DESC
    LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER)
)
SELECT
    substr(changed.replaced_at, 1, 10) AS changed,
    changed.claim ->> 'subject' AS subject,
    predicates.label AS predicate_label,
    changed.claim ->> 'quote' AS quote_before,
    changed.claim ->> 'modality' AS modality_before,
    (
        SELECT group_concat(claims.quote || CASE claims.modality WHEN 'asserted' THEN '' ELSE ' (' || claims.modality || ')' END, '; ')
        FROM claims
        WHERE claims.article_id = changed.article_id AND claims.predicate = changed.claim ->> 'predicate'
            AND claims.subject = changed.claim ->> 'subject'
    ) AS quotes_now,
    changed.version, articles.site, articles.title, changed.article_id
FROM changed
JOIN articles ON articles.id = changed.article_id
JOIN predicates ON predicates.name = changed.claim ->> 'predicate'
ORDER BY changed.replaced_at DESC, changed.article_id, changed.version DESC;
