-- title: Sources that fail
-- question: Which of the sources that are followed cannot be had, since when, and why? Those that have failed longest first.
-- :kind: a kind of source, such as feed or sitemap; empty for all
SELECT
    location, kind, state, substr(failing_since, 1, 16) AS failing_since, failure_reason,
    substr(last_success, 1, 16) AS last_success, substr(due, 1, 16) AS next_visit,
    id AS source_id
FROM sources
WHERE failing_since <> '' AND state <> 'removed' AND (:kind = '' OR kind = :kind)
ORDER BY failing_since, location;
