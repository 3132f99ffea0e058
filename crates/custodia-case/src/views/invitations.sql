-- An entry into a group: who let whom in, or who entered by link. Rows of several phones within two minutes are one entry.
-- chat: Address of the group.
-- invitee: Person who entered.
-- inviter: Person who added; none for entries by link, see `link_entries`.
-- at: When, as stored.
-- how: The event: `added`, `joined by link` …
-- devices: Phones that hold the event.
-- device_list: Their labels.
-- origin: Directions to the row of the first phone.
WITH ins AS (
    SELECT chat, person, at, how, by_person, device, origin, coalesce(CAST(at AS BIGINT), 0) AS ms
    FROM member_facts WHERE fact = 'in' AND basis = 'event' AND how <> 'created'
), parted AS (
    SELECT *, ms - lag(ms) OVER (PARTITION BY chat, person ORDER BY ms, device, origin) AS gap FROM ins
), numbered AS (
    SELECT *, sum(CASE WHEN gap IS NULL OR gap > 120000 THEN 1 ELSE 0 END)
              OVER (PARTITION BY chat, person ORDER BY ms, device, origin ROWS UNBOUNDED PRECEDING) AS entry
    FROM parted
)
SELECT chat, person AS invitee, max(by_person) AS inviter, min(at) AS at, min(how) AS how, @size(device) AS devices,
       @set(device) AS device_list, min(origin) AS origin
FROM numbered
GROUP BY chat, person, entry
ORDER BY chat, at, invitee
