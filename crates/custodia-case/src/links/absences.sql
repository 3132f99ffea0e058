-- Why a phone does not hold a message that its owner could have received: an inference from the numbers of the phone's rows. Rows get ascending numbers as they arrive, so a deleted row leaves a gap, and a message that never arrived leaves none.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- sender: Person who sent it.
-- key: Key of the message.
-- sent: Time by the sender's clock.
-- state: `deleted` when numbers are missing where it would stand, enough for all messages absent there; `deleted or never delivered` when fewer are missing, or none is and the phone's owner sent it; `never delivered` when none is. A number whose row a copy of the phone's database still has is not missing for another message.
-- says: What was found.
-- origin: Directions to the row behind the gap; none without a gap.
SELECT device, chat, sender, key, sent, arrived FROM absent WHERE outside IS NULL ORDER BY device, arrived, chat, sender, key
-- and
-- A number whose row a copy of the phone's database still has is no longer free for another message; only where all gaps of a phone are of
-- one table, so that the copy is one of it.
WITH gaps AS (
    SELECT * FROM evidence.row_gaps WHERE part IN ('message', 'messages', 'ZWAMESSAGE')
), single AS (
    SELECT device, min(part) AS part FROM gaps GROUP BY device HAVING count(DISTINCT path || '#' || part) = 1
), copied AS (
    SELECT DISTINCT c.device, c.row FROM (
        SELECT device, part, row FROM evidence.messages WHERE found = 'backup'
        UNION ALL SELECT device, part, row FROM evidence.group_events WHERE found = 'backup'
    ) c JOIN single s ON s.device = c.device AND s.part = c.part
), held AS (
    SELECT g.device, g.gap_from, g.gap_to, count(*) AS held FROM gaps g JOIN copied c ON c.device = g.device
    WHERE c.row BETWEEN g.gap_from AND g.gap_to GROUP BY g.device, g.gap_from, g.gap_to
)
SELECT g.device, g.gap_from, g.gap_to, CAST(g.before_at AS BIGINT), CAST(g.after_at AS BIGINT), @origin(g), coalesce(h.held, 0)
FROM gaps g LEFT JOIN held h ON h.device = g.device AND h.gap_from = g.gap_from AND h.gap_to = g.gap_to
ORDER BY g.device, g.path, g.part, g.gap_from, g.gap_to, g.row
-- and
SELECT device, offset_ms FROM clock_offsets WHERE place = 1
-- and
SELECT DISTINCT device, person FROM owner_stays WHERE person IS NOT NULL
