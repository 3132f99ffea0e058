-- The rows behind the counts of `roles`, one for each thing counted. Messages themselves are in `messages`, what was received in `copies`.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- role: What is counted: `created`, `admin`, `added`, `let in by link`, `promoted`, `removed`, `shared`, `shared known`, `shared first`.
-- at: When; for acts that several phones hold within two minutes the earliest.
-- other: The person concerned, or the SHA-256 of the file.
-- inferred: Whether it is an inference.
-- origin: Directions to the row.
WITH acts AS (
    SELECT chat, by_person, person, how, at, origin FROM member_facts
    WHERE how IN ('promoted', 'removed') AND basis = 'event' AND by_person IS NOT NULL
), parted AS (
    SELECT *, CAST(at AS BIGINT) - lag(CAST(at AS BIGINT)) OVER w AS gap, row_number() OVER w AS place FROM acts
    WINDOW w AS (PARTITION BY chat, by_person, person, how, at IS NULL ORDER BY at, origin)
), counted AS (
    -- One act as several phones hold it, by the rule of `stays` and `invitations`.
    SELECT *, sum(CASE WHEN place = 1 OR gap > 120000 THEN 1 ELSE 0 END)
              OVER (PARTITION BY chat, by_person, person, how, at IS NULL ORDER BY at, origin ROWS UNBOUNDED PRECEDING) AS act
    FROM parted
)
SELECT chat, value AS person, 'created' AS role, min(at) AS at, CAST(NULL AS VARCHAR) AS other, false AS inferred, min(origin) AS origin
FROM group_facts WHERE fact = 'creator' GROUP BY chat, value
UNION ALL
SELECT chat, person, 'admin', from_at, by_person, false, origin FROM role_spans WHERE role IN ('admin', 'superadmin')
UNION ALL
SELECT chat, inviter, 'added', at, invitee, false, origin FROM invitations WHERE inviter IS NOT NULL
UNION ALL
SELECT chat, inviter, 'let in by link', at, invitee, true, origin FROM link_entries WHERE inviter IS NOT NULL
UNION ALL
SELECT chat, by_person, how, min(at), person, false, min(origin) FROM counted GROUP BY chat, by_person, person, how, at IS NULL, act
UNION ALL
SELECT chat, sender, 'shared', at, sha256, false, origin FROM ledger WHERE appearance = 'shared' AND chat LIKE '%@g.us'
UNION ALL
SELECT chat, sender, 'shared known', at, sha256, false, origin FROM ledger
WHERE appearance = 'shared' AND chat LIKE '%@g.us' AND known_in IS NOT NULL
UNION ALL
SELECT chat, sender, 'shared first', at, sha256, false, origin FROM ledger WHERE first_known AND chat LIKE '%@g.us'
