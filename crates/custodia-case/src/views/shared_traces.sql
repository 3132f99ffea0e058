-- A trace that stands on two or more devices, one row for each of them. That it is on several says nothing of why: programs bring addresses of their own.
-- trace_kind: As in `leads`.
-- value: Its normal form.
-- device_count: Devices on which it stands.
-- device: Label of one of them.
-- row_count: Places there.
-- message_count: Those of them that stand in a message.
-- recovered_count: Those of them that stand in bytes which no live row uses.
-- chat: Group it leads to.
-- person: Person it leads to.
-- origin: Directions to the first place there.
WITH held AS (
    SELECT trace_kind, value, device, count(*) AS row_count, count(CASE WHEN @live(found) THEN found_in END) AS message_count,
           sum(CASE WHEN @live(found) THEN 0 ELSE 1 END) AS recovered_count, min(chat) AS chat, min(person) AS person,
           min(origin) AS origin
    FROM leads GROUP BY trace_kind, value, device
), spread AS (
    SELECT trace_kind, value, count(*) AS device_count FROM held GROUP BY trace_kind, value HAVING count(*) > 1
)
SELECT h.trace_kind, h.value, s.device_count, h.device, h.row_count, h.message_count, h.recovered_count, h.chat, h.person, h.origin
FROM held h JOIN spread s ON h.trace_kind = s.trace_kind AND h.value = s.value
ORDER BY h.trace_kind, h.value, h.device
