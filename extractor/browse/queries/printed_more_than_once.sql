-- title: Reports that were printed more than once
-- question: Which report was printed by how many sites, and how many claims does it make? A wire story and its reprints count as one report in the other queries.
-- :site: a part of the name of the site that printed it first; empty for all
-- :rows: how many, those that were printed most often first; empty for 100
WITH families AS (
    SELECT original_id, count(*) AS copies, min(similarity) AS least_similar
    FROM copies
    WHERE :site = '' OR original_id IN (SELECT id FROM articles WHERE site LIKE '%' || :site || '%')
    GROUP BY original_id
    ORDER BY copies DESC
    LIMIT CAST(coalesce(nullif(:rows, ''), '100') AS INTEGER)
)
SELECT
    articles.title, articles.site, articles.published, families.copies,
    (
        SELECT group_concat(site, ', ')
        FROM (
            SELECT DISTINCT others.site FROM copies JOIN articles AS others ON others.id = copies.article_id
            WHERE copies.original_id = families.original_id
            ORDER BY 1
        )
    ) AS printed_again_by,
    (SELECT count(*) FROM claims WHERE claims.article_id = families.original_id) AS claims,
    round(families.least_similar, 2) AS least_similar,
    families.original_id AS article_id
FROM families
JOIN articles ON articles.id = families.original_id
ORDER BY families.copies DESC, articles.published DESC, articles.id;
