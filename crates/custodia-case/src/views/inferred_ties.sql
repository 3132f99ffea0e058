-- A hidden id on one phone and a number on another that stand for the same thing, as in `same_rows`, with the number that the other is by now: inferences, of which `aliases` takes those that agree everywhere and `conflicts` tells the others.
-- account: The hidden id, or `owner of <device>`.
-- other: The number; for a hidden id that stands where a phone has messages of its unnamed owner, `owner of <device>`.
-- number_now: The number that the other is by now: the last of a chain of changes, or the one by which other phones know that owner; else the other itself.
-- alias_kind: `same message` or `same event`.
-- row_count: How many messages or events.
-- origin: Directions to a row with the account.
-- other_origin: Directions to a row with the other.
WITH owners AS (
    SELECT r.account AS owner, min(coalesce(n.person, r.other)) AS number_now
    FROM same_rows r LEFT JOIN number_chains n ON r.other = n.account
    WHERE r.alias_kind = 'same message' AND r.account LIKE 'owner of %'
    GROUP BY r.account HAVING count(DISTINCT coalesce(n.person, r.other)) = 1
)
SELECT r.account, r.other, coalesce(n.person, o.number_now, r.other) AS number_now, r.alias_kind, r.row_count, r.origin, r.other_origin
FROM same_rows r
LEFT JOIN number_chains n ON r.other = n.account
LEFT JOIN owners o ON r.other = o.owner
LEFT JOIN (SELECT DISTINCT account FROM standing_ties) s ON s.account = r.account
-- Whom a row ties to a number already is not needed to name an owner whose number is known.
WHERE r.alias_kind IN ('same message', 'same event') AND (o.owner IS NULL OR s.account IS NULL)
ORDER BY account, other, alias_kind
