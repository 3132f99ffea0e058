-- An entry into a group: who let whom in, or who entered by link. One row per group, person and time.
-- chat: Address of the group.
-- invitee: Person who entered.
-- inviter: Person who added; none for entries by link.
-- at: When, as stored.
-- how: The event: `added`, `joined by link` …
-- devices: Phones that hold the event.
-- device_list: Their labels.
-- origin: Directions to the row of the first phone.
SELECT chat, person AS invitee, max(by_person) AS inviter, at, min(how) AS how, count(DISTINCT device) AS devices,
       array_to_string(array_sort(array_agg(DISTINCT device)), ' ') AS device_list, min(origin) AS origin
FROM member_facts
WHERE fact = 'in' AND how NOT IN ('created', 'participant table')
GROUP BY chat, person, at
ORDER BY chat, at, invitee
