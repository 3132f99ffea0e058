-- A change of number: as a row states it, or as it follows from a phone's own messages. Preferences name today's number alone, and what the phone itself wrote bears no sender; so where other phones hold two or more of these messages under one other number, by chat, key and time, and nobody used that number on them as late as the new one, the owner has changed the number.
-- account: The old number.
-- other: The new one.
-- at: When, as the row says; none for an inference.
-- inferred: Whether it is an inference.
-- row_count: For an inference: messages that other phones hold under the old number.
-- origin: Directions to the row; for an inference to a row with the old number.
-- other_origin: For an inference, directions to the row of the owner's phone.
WITH own AS (
    SELECT account, other, sum(row_count) AS row_count, min(origin) AS origin, min(other_origin) AS other_origin
    FROM same_rows WHERE alias_kind = 'own message' GROUP BY account, other
), alone AS (
    SELECT o.* FROM own o
    JOIN (SELECT other FROM own GROUP BY other HAVING count(*) = 1) n ON n.other = o.other
    JOIN (SELECT account FROM own GROUP BY account HAVING count(*) = 1) a ON a.account = o.account
    WHERE o.row_count > 1
), used AS (
    -- What a phone wrote itself bears the number of today, whatever it was then.
    SELECT u.account, min(u.first_at) AS first_at, max(u.last_at) AS last_at
    FROM evidence.appearances u LEFT ANTI JOIN evidence.accounts a ON a.own AND a.device = u.device AND a.account = u.account
    WHERE u.appears_as = 'sender' AND u.chat LIKE '%@g.us' GROUP BY u.account
)
SELECT account, other, at, false AS inferred, CAST(NULL AS BIGINT) AS row_count, @origin(a) AS origin, CAST(NULL AS VARCHAR) AS other_origin
FROM evidence.aliases a WHERE alias_kind = 'number change'
UNION ALL
SELECT o.account, o.other, @notime, true, o.row_count, o.origin, o.other_origin
FROM alone o
JOIN used old ON old.account = o.account
LEFT JOIN used new ON new.account = o.other
LEFT ANTI JOIN stated_ties s ON s.account = o.account AND s.other = o.other
LEFT ANTI JOIN stated_ties t ON t.account = o.other AND t.other = o.account
-- To whom the phone's owner writes is somebody else.
LEFT ANTI JOIN (SELECT u.account, a.account AS owner FROM evidence.appearances u JOIN evidence.accounts a ON a.own AND a.device = u.device
                WHERE u.appears_as = 'sender' AND a.account <> u.account) w ON w.account = o.account AND w.owner = o.other
WHERE new.first_at IS NULL OR new.first_at > old.last_at
ORDER BY account, other, origin
