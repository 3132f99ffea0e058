-- A person in a group, over all phones.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- country: Country that the person's number belongs to.
-- role: Highest role that any row gives.
-- state: What the rows say of now: `inside`, also after a dated end when the table of a phone that follows the group beyond it lists the person, an entry that no seized phone saw; `ended`, also when a table of members says so without a time and none lists the person; `not listed, past members purged` when a phone lists the members, not this one, and no row says that the person went, or only a phone that follows the group less long lists it or is its own: the app drops past members after 60 days; `entry unseen` when the last dated row is missing; `sender only` when no seized phone lists the person and only messages show it.
-- first_entered: Earliest entry that a row dates.
-- last_ended: Latest end that a row dates.
-- entered_by: Person who acted at the entry that `first_entered` dates; where no row dates one, at the first.
-- entered_how: How that entry happened.
-- stays: Number of stays.
-- basis: What shows the membership: `event`, `table`, `own phone`, or `sender only`.
-- facts: Rows that say so; see `member_facts`.
-- devices: Phones that hold such rows.
-- device_list: Their labels.
-- origin: Directions to the first such row.
WITH f AS (
    SELECT chat, person, count(*) AS facts, @size(device) AS devices,
           @set(device) AS device_list, min(origin) AS origin,
           max(CASE role WHEN 'superadmin' THEN 2 WHEN 'admin' THEN 1 WHEN 'member' THEN 0 END) AS role,
           max(CASE basis WHEN 'event' THEN 4 WHEN 'table' THEN 3 WHEN 'own phone' THEN 2 ELSE 1 END) AS basis,
           bool_or(how = 'participant table') AS listed, bool_or(fact = 'out' AND (at IS NULL OR @early(at))) AS gone, bool_or(basis = 'own phone') AS own
    FROM member_facts GROUP BY chat, person
), s AS (
    SELECT chat, person, min(entered) AS first_entered, max(ended) AS last_ended, count(*) AS stays,
           coalesce(min(CASE WHEN entered IS NOT NULL THEN stay END), 1) AS first_stay, max(stay) AS last_stay
    FROM stays GROUP BY chat, person
), tables AS (
    SELECT chat, count(*) AS listed FROM member_facts WHERE how = 'participant table' GROUP BY chat
), listing AS (
    -- How far the phones follow the group whose tables list the person.
    SELECT f.chat, f.person, max(k.last_at) AS last_at
    FROM member_facts f JOIN last_seen k ON k.device = f.device AND k.chat = f.chat WHERE f.how = 'participant table' GROUP BY f.chat, f.person
)
SELECT f.chat, f.person, c.country,
       CASE f.role WHEN 2 THEN 'superadmin' WHEN 1 THEN 'admin' WHEN 0 THEN 'member' END AS role,
       CASE WHEN l.ended IS NOT NULL AND (n.last_at IS NULL OR CAST(n.last_at AS BIGINT) - CAST(l.ended AS BIGINT) <= 3600000 OR o.later_at IS NOT NULL) THEN 'ended'
            WHEN f.listed AND (o.later_at IS NULL OR l.entered >= o.later_at) THEN 'inside'
            WHEN f.gone THEN 'ended'
            WHEN f.own AND (o.later_at IS NULL OR l.entered >= o.later_at) THEN 'inside'
            WHEN f.listed OR f.own THEN 'not listed, past members purged'
            WHEN f.basis = 1 THEN 'sender only'
            WHEN l.entered IS NULL THEN 'entry unseen'
            WHEN t.listed IS NOT NULL THEN 'not listed, past members purged'
            ELSE 'inside' END AS state,
       s.first_entered, s.last_ended, e.entered_by, e.entered_how, s.stays,
       CASE f.basis WHEN 4 THEN 'event' WHEN 3 THEN 'table' WHEN 2 THEN 'own phone' ELSE 'sender only' END AS basis,
       f.facts, f.devices, f.device_list, f.origin
FROM f
JOIN s ON f.chat = s.chat AND f.person = s.person
JOIN stays l ON l.chat = s.chat AND l.person = s.person AND l.stay = s.last_stay
JOIN stays e ON e.chat = s.chat AND e.person = s.person AND e.stay = s.first_stay
LEFT JOIN tables t ON f.chat = t.chat
LEFT JOIN listing n ON n.chat = f.chat AND n.person = f.person
LEFT JOIN outdated_lists o ON o.chat = f.chat AND o.person = f.person
LEFT JOIN account_countries c ON f.person = c.account
ORDER BY f.chat, f.person
