-- An entry into a group: who let whom in, or who entered by link. Rows of several phones within two minutes, with no end between, are one entry; time, event and inviter are those of one row, one that names who acted before one that does not.
-- chat: Address of the group.
-- invitee: Person who entered.
-- inviter: Person who added; none for entries by link, see `link_entries`.
-- at: When, as stored.
-- how: The event: `added`, `joined by link` …
-- devices: Phones that hold the event.
-- device_list: Their labels.
-- origin: Directions to that row.
WITH ins AS (
    SELECT chat, person, fact, at, how, by_person, device, origin, coalesce(CAST(at AS BIGINT), 0) AS ms
    FROM member_facts WHERE fact IN ('in', 'out') AND basis = 'event' AND how <> 'created'
), parted AS (
    SELECT *, ms - lag(ms) OVER w AS gap, lag(fact) OVER w AS before FROM ins
    WINDOW w AS (PARTITION BY chat, person ORDER BY ms, fact, device, origin)
), numbered AS (
    SELECT *, sum(CASE WHEN gap <= 120000 AND before = 'in' THEN 0 ELSE 1 END)
              OVER (PARTITION BY chat, person ORDER BY ms, fact, device, origin ROWS UNBOUNDED PRECEDING) AS entry
    FROM parted
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY chat, person, entry ORDER BY by_person IS NULL, at, by_person, how, origin) AS place
    FROM numbered WHERE fact = 'in'
)
SELECT chat, person AS invitee, max(CASE WHEN place = 1 THEN by_person END) AS inviter, max(CASE WHEN place = 1 THEN at END) AS at,
       max(CASE WHEN place = 1 THEN how END) AS how, @size(device) AS devices, @set(device) AS device_list,
       max(CASE WHEN place = 1 THEN origin END) AS origin
FROM ranked
GROUP BY chat, person, entry
ORDER BY chat, at, invitee
