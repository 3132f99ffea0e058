-- A person in a group, over all phones.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- country: Country that the person's number belongs to.
-- role: Highest role that any row gives.
-- first_entered: Earliest entry that a row dates.
-- last_ended: Latest end that a row dates.
-- entered_by: Person who acted at the first entry.
-- entered_how: How the first entry happened.
-- stays: Number of stays.
-- basis: What shows the membership: `event`, `table`, `own phone`, or `sender only`.
-- facts: Rows that say so; see `member_facts`.
-- devices: Phones that hold such rows.
-- device_list: Their labels.
-- origin: Directions to the first such row.
WITH f AS (
    SELECT chat, person, count(*) AS facts, count(DISTINCT device) AS devices,
           array_to_string(array_sort(array_agg(DISTINCT device)), ' ') AS device_list, min(origin) AS origin,
           max(CASE role WHEN 'superadmin' THEN 2 WHEN 'admin' THEN 1 WHEN 'member' THEN 0 END) AS role,
           max(CASE WHEN how IN ('participant table', 'past participant table') THEN 3
                    WHEN how = 'group on own phone' THEN 2 WHEN how = 'sender of messages' THEN 1 ELSE 4 END) AS basis
    FROM member_facts GROUP BY chat, person
), s AS (
    SELECT chat, person, min(entered) AS first_entered, max(ended) AS last_ended, count(*) AS stays,
           max(CASE WHEN stay = 1 THEN entered_by END) AS entered_by,
           max(CASE WHEN stay = 1 THEN entered_how END) AS entered_how
    FROM stays GROUP BY chat, person
)
SELECT f.chat, f.person, c.country,
       CASE f.role WHEN 2 THEN 'superadmin' WHEN 1 THEN 'admin' WHEN 0 THEN 'member' END AS role,
       s.first_entered, s.last_ended, s.entered_by, s.entered_how, s.stays,
       CASE f.basis WHEN 4 THEN 'event' WHEN 3 THEN 'table' WHEN 2 THEN 'own phone' ELSE 'sender only' END AS basis,
       f.facts, f.devices, f.device_list, f.origin
FROM f
JOIN s ON f.chat = s.chat AND f.person = s.person
LEFT JOIN account_countries c ON f.person = c.account
ORDER BY f.chat, f.person
