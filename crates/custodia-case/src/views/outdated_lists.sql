-- A person whom a table of members lists, or whose own phone holds the group, and the table of a phone that follows the group longer does not list: who is outside by now, or another table than it seems. `conflicts` tells those without an end, `members` follows the later table.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- device: Label of the phone that shows the person inside latest.
-- listed_by: `participant table`, or `group on own phone`.
-- listed_origin: Directions to the row there.
-- later_device: Label of the phone that follows the group longest, whose table does not.
-- later_at: How far it follows the group, as in `last_seen`.
-- origin: Directions to the first row of that table.
WITH tabled AS (
    SELECT f.chat, f.device, f.person, f.how, f.origin, k.last_at FROM member_facts f JOIN last_seen k ON k.device = f.device AND k.chat = f.chat
    WHERE f.how IN ('participant table', 'group on own phone')
), newest AS (
    -- A table with hidden ids that nothing ties may list the person under one of them.
    SELECT chat, device, last_at, origin, row_number() OVER (PARTITION BY chat ORDER BY last_at DESC, device) AS place
    FROM (SELECT chat, device, max(last_at) AS last_at, min(origin) AS origin FROM tabled WHERE how = 'participant table'
          GROUP BY chat, device HAVING NOT bool_or(person LIKE '%@lid'))
), listed AS (
    SELECT *, row_number() OVER (PARTITION BY chat, person ORDER BY last_at DESC, how DESC, device, origin) AS place
    FROM tabled WHERE person NOT LIKE '%@lid'
)
SELECT l.chat, l.person, l.device, l.how AS listed_by, l.origin AS listed_origin, n.device AS later_device, n.last_at AS later_at, n.origin
FROM (SELECT * FROM listed WHERE place = 1) l
JOIN (SELECT * FROM newest WHERE place = 1) n ON n.chat = l.chat
-- A phone need not list its own owner.
LEFT ANTI JOIN (SELECT chat, device, person FROM member_facts WHERE basis = 'own phone') o ON o.chat = n.chat AND o.device = n.device AND o.person = l.person
WHERE CAST(n.last_at AS BIGINT) - CAST(l.last_at AS BIGINT) > 3600000
ORDER BY l.chat, l.person
