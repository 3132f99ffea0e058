-- Which group an invitation code belongs to, and what says so. Only the first two are stored; the third is an inference.
-- code: Code of the invitation.
-- chat: Address of the group.
-- basis: `group invite` when a row names code and group, `title` when the link's preview bears the subject of this one group, `entries` when persons entered this group by link within 24 hours after the code was sent to them, or two or more after it was posted in a group they were in, and no other group as often; an entry that a code of the first two kinds explains speaks for no other.
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
), entries AS (
    SELECT chat, invitee, at, origin FROM invitations WHERE how = 'joined by link'
), reached AS (
    SELECT l.code, l.sent, e.chat, e.invitee, e.at, e.origin, true AS to_the_person
    FROM invite_links l JOIN entries e ON e.invitee = l.recipient
    UNION ALL
    SELECT l.code, l.sent, e.chat, e.invitee, e.at, e.origin, false AS to_the_person
    FROM invite_links l
    JOIN stays s ON s.chat = l.chat
    JOIN entries e ON e.invitee = s.person
    WHERE l.recipient IS NULL AND e.chat <> l.chat AND l.sender <> e.invitee
          AND (s.entered IS NULL OR s.entered <= l.sent) AND (s.ended IS NULL OR s.ended >= l.sent)
), named AS (
    SELECT code, chat FROM (SELECT *, row_number() OVER (PARTITION BY code ORDER BY place, row_count DESC, chat) AS rank
                            FROM (SELECT * FROM stated UNION ALL SELECT * FROM titled)) WHERE rank = 1
), explained AS (
    -- An entry that the code of a named group brought about speaks for no other code: not when that was sent to the person, nor for one
    -- that was only posted as well, nor for an earlier one.
    SELECT r.chat, r.invitee, r.at, bool_or(r.to_the_person) AS to_the_person, max(r.sent) AS sent
    FROM reached r JOIN named n ON n.code = r.code AND n.chat = r.chat
    LEFT ANTI JOIN resets x ON x.chat = r.chat AND x.at > r.sent AND x.at <= r.at
    WHERE r.sent < r.at AND CAST(r.at AS BIGINT) - CAST(r.sent AS BIGINT) <= 86400000
    GROUP BY r.chat, r.invitee, r.at
), fitting AS (
    -- Of those who read what is posted somebody enters some group soon by chance; two enter the same one seldom.
    SELECT f.code, f.chat, count(DISTINCT f.invitee) AS row_count, min(f.origin) AS origin
    FROM reached f
    LEFT ANTI JOIN resets r ON r.chat = f.chat AND r.at > f.sent AND r.at <= f.at
    LEFT ANTI JOIN explained x ON x.chat = f.chat AND x.invitee = f.invitee AND x.at = f.at AND (x.to_the_person OR NOT f.to_the_person OR x.sent >= f.sent)
    WHERE f.sent < f.at AND CAST(f.at AS BIGINT) - CAST(f.sent AS BIGINT) <= 86400000
    GROUP BY f.code, f.chat
    HAVING bool_or(f.to_the_person) OR count(DISTINCT f.invitee) > 1
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
