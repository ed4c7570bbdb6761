-- What could not be read, and why: which reasons are the most common?
-- A row a stage and reason, the most common first.
CREATE VIEW failures_by_reason AS
SELECT
    stage,
    reason,
    count(*) AS failures,
    min(source) AS example,
    max(at) AS last_seen
FROM failures
GROUP BY stage, reason
ORDER BY failures DESC, stage, reason;
