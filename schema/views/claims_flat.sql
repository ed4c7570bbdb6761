-- What does the press say, with all that one wants to know of a claim in one row?
-- A row a claim. `sentence` is the sentence that holds the quote; `search_id` joins the row to claims_fts.
CREATE VIEW claims_flat AS
SELECT
    claims.id,
    claims.subject,
    claims.predicate,
    predicates.label AS predicate_label,
    claims.value,
    claims.high,
    claims.unit,
    claims.value_text,
    claims.currency,
    claims.chip,
    claims.comparator,
    claims.modality,
    claims.stage,
    claims.attributed_to,
    claims.quote,
    substr(
        CASE claims.part WHEN 'title' THEN articles.title ELSE articles.text END,
        claims.sentence_start + 1, claims.sentence_end - claims.sentence_start
    ) AS sentence,
    articles.published,
    articles.site,
    articles.title,
    articles.url,
    claims.subject_id,
    entities.name AS subject_name,
    entities.kind AS subject_kind,
    claims.article_id,
    copies.original_id AS copy_of,
    claims.part,
    claims.start,
    claims."end",
    claims.sentence_start,
    claims.sentence_end,
    claims.rule,
    claims.confidence,
    claims.run_id,
    claims.rowid AS search_id
FROM claims
JOIN articles ON articles.id = claims.article_id
JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN copies ON copies.article_id = claims.article_id
LEFT JOIN entities ON entities.id = claims.subject_id;
