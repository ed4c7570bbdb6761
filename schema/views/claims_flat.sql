-- What does the press say, with all that one wants to know of a claim in one row?
-- A row a claim. `sentence` is the sentence that holds the quote; `search_id` joins the row to claims_fts.
-- `status` tells what readers say of it: unreviewed, confirmed, corrected or rejected. Of a claim that a reader has
-- judged all slots are as the reader says, which is also how it was read unless it is corrected; `value_text` and
-- `quote` are always the article's. What is rejected stands in this view and in no other.
-- The label is joined from the left, though each predicate has one: so nothing is read before the articles, and the
-- newest of a million claims come from the index of days.
-- Two halves whose columns have the same types (hence the casts): only so does SQLite take a search, an order and a
-- limit into both, where the indexes are.
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
    claims.rowid AS search_id,
    CAST('unreviewed' AS TEXT) AS status
FROM claims
JOIN articles ON articles.id = claims.article_id
LEFT JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN copies ON copies.article_id = claims.article_id
LEFT JOIN entities ON entities.id = claims.subject_id
WHERE NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.claim_id = claims.id AND reviews.state = 'counts')
UNION ALL
SELECT
    claims.id,
    reviews.subject,
    claims.predicate,
    predicates.label,
    reviews.value,
    reviews.high,
    reviews.unit,
    claims.value_text,
    CAST(CASE claims.currency WHEN '' THEN '' ELSE reviews.unit END AS TEXT),
    reviews.chip,
    reviews.comparator,
    reviews.modality,
    reviews.stage,
    reviews.attributed_to,
    claims.quote,
    substr(
        CASE claims.part WHEN 'title' THEN articles.title ELSE articles.text END,
        claims.sentence_start + 1, claims.sentence_end - claims.sentence_start
    ),
    articles.published,
    articles.site,
    articles.title,
    articles.url,
    -- A newer list may know the same name better.
    CAST(CASE reviews.subject WHEN claims.subject THEN claims.subject_id ELSE reviews.subject_id END AS TEXT),
    entities.name,
    entities.kind,
    claims.article_id,
    copies.original_id,
    claims.part,
    claims.start,
    claims."end",
    claims.sentence_start,
    claims.sentence_end,
    claims.rule,
    claims.confidence,
    claims.run_id,
    claims.rowid,
    reviews.verdict
FROM reviews
JOIN claims ON claims.id = reviews.claim_id
JOIN articles ON articles.id = claims.article_id
LEFT JOIN predicates ON predicates.name = claims.predicate
LEFT JOIN copies ON copies.article_id = claims.article_id
LEFT JOIN entities
    ON entities.id = CASE reviews.subject WHEN claims.subject THEN claims.subject_id ELSE reviews.subject_id END
WHERE reviews.state = 'counts';
