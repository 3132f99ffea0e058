-- Which group an invitation code belongs to, and what says so. Only the first two are stored; the third is an inference.
-- code: Code of the invitation.
-- chat: Address of the group.
-- basis: `group invite` when a row names code and group, `title` when the link's preview bears the subject of this one group, `entries` when persons entered this group by link after the code was sent to them, and no other group as often.
-- row_count: Rows that say so, or entries that fit.
-- origin: Directions to the first of them.
WITH stated AS (
    SELECT code, names_group AS chat, 1 AS place, count(*) AS row_count, min(origin) AS origin
    FROM invite_links WHERE names_group IS NOT NULL GROUP BY code, names_group
), subjects AS (
    SELECT value AS subject, min(chat) AS chat FROM group_facts WHERE fact = 'subject' AND value <> ''
    GROUP BY value HAVING count(DISTINCT chat) = 1
), titled AS (
    SELECT l.code, s.chat, 2 AS place, count(*) AS row_count, min(l.origin) AS origin
    FROM invite_links l JOIN subjects s ON l.group_name = s.subject WHERE l.names_group IS NULL GROUP BY l.code, s.chat
), resets AS (
    SELECT DISTINCT chat, at FROM evidence.group_events WHERE action = 'link reset' AND at IS NOT NULL
), fitting AS (
    SELECT l.code, i.chat, count(DISTINCT i.invitee) AS row_count, min(i.origin) AS origin
    FROM invite_links l
    JOIN invitations i ON i.invitee = l.recipient
    LEFT ANTI JOIN resets r ON r.chat = i.chat AND r.at > l.sent AND r.at <= i.at
    WHERE i.how = 'joined by link' AND l.sent < i.at AND CAST(i.at AS BIGINT) - CAST(l.sent AS BIGINT) <= 86400000
    GROUP BY l.code, i.chat
), entered AS (
    SELECT f.code, f.chat, 3 AS place, f.row_count, f.origin
    FROM (SELECT *, row_number() OVER (PARTITION BY code ORDER BY row_count DESC, chat) AS best,
                 count(*) OVER (PARTITION BY code, row_count) AS equals FROM fitting) f
    WHERE f.best = 1 AND f.equals = 1
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY code ORDER BY place, row_count DESC, chat) AS rank FROM (
        SELECT * FROM stated UNION ALL SELECT * FROM titled UNION ALL SELECT * FROM entered)
)
SELECT code, chat, CASE place WHEN 1 THEN 'group invite' WHEN 2 THEN 'title' ELSE 'entries' END AS basis, row_count, origin
FROM ranked WHERE rank = 1
ORDER BY code
