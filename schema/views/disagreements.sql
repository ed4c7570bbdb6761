-- On which facts do the reports not agree?
-- A row a subject, predicate, unit and stage (and chip, for a number of chips) of which no one value fits all asserted
-- claims. A plain number fits values within 2 % of it, "about" within 10 %, a range all between its ends, and
-- "more than" and "less than" all on their side. Copies of an article are one report.
CREATE VIEW disagreements AS
WITH told AS (
    SELECT
        claims.subject_id,
        claims.predicate,
        claims.unit,
        claims.stage,
        CASE claims.predicate WHEN 'chip_count' THEN claims.chip ELSE '' END AS chip,
        claims.value,
        coalesce(claims.high, claims.value) AS high,
        CASE claims.comparator WHEN 'lt' THEN 0 WHEN 'approx' THEN 0.92 * claims.value ELSE claims.value END AS at_least,
        CASE claims.comparator
            WHEN 'gt' THEN 9e999
            WHEN 'approx' THEN 1.08 * coalesce(claims.high, claims.value)
            ELSE coalesce(claims.high, claims.value)
        END AS at_most,
        claims.report_id,
        claims.value_text || ' (' || CASE claims.attributed_to
            WHEN '' THEN CASE articles.site WHEN '' THEN articles.url ELSE articles.site END
            ELSE claims.attributed_to
        END || ')' AS words
    FROM claims_once AS claims
    JOIN articles ON articles.id = claims.article_id
    WHERE claims.subject_id IS NOT NULL AND claims.modality = 'asserted' AND typeof(claims.value) = 'real'
    ORDER BY claims.value, claims.high, claims.id
)
SELECT
    told.subject_id,
    entities.name AS subject,
    told.predicate,
    predicates.label AS predicate_label,
    told.unit,
    told.stage,
    told.chip,
    min(told.value) AS lowest,
    max(told.high) AS highest,
    max(told.high) / min(told.value) AS ratio,
    group_concat(told.words, '; ') AS told,
    count(*) AS reports,
    count(DISTINCT told.report_id) AS articles
FROM told
JOIN entities ON entities.id = told.subject_id
JOIN predicates ON predicates.name = told.predicate
GROUP BY told.subject_id, told.predicate, told.unit, told.stage, told.chip
HAVING max(told.at_least) > 1.02 * min(told.at_most);
