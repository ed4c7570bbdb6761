-- title: Pages that were refused, and why
-- question: Of which sites were pages left out, for which reason (robots.txt, a reservation of text and data mining, a paywall, a wall of consent), and how many?
-- :state: refused, failed or gone; empty for refused
-- :host: a part of the name of the host; empty for all
-- :rows: how many, the most pages first; empty for 100
SELECT
    host, reason, count(*) AS pages, min(url) AS example, max(substr(asked, 1, 16)) AS last_asked, state
FROM addresses
WHERE state = coalesce(nullif(:state, ''), 'refused') AND (:host = '' OR host LIKE '%' || :host || '%')
GROUP BY host, reason
ORDER BY pages DESC, host, reason
LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER);
