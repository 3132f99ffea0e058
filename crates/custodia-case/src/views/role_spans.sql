-- A role of a person in a group over time: from the row that gives it to the next that gives another, or to the end of the stay.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- role: `superadmin` created the group, `admin`, `member` from the row that took the role away.
-- from_at: Time of the row that gives it; none when only a table of participants lists it.
-- until_at: Time of the row that ends it; none when no row does.
-- how: The event, or the table.
-- by_person: Person who acted.
-- device_list: Phones that hold such rows.
-- origin: Directions to the first of them.
WITH given AS (
    SELECT chat, person, role, at, min(how) AS how, min(by_person) AS by_person, @set(device) AS device_list,
           min(origin) AS origin
    FROM member_facts WHERE role IS NOT NULL AND at IS NOT NULL AND basis = 'event' GROUP BY chat, person, role, at
), changed AS (
    SELECT *, lag(role) OVER w AS before, lag(at) OVER w AS before_at FROM given
    WINDOW w AS (PARTITION BY chat, person ORDER BY at, role)
), spans AS (
    SELECT chat, person, role, at, how, by_person, device_list, origin, lead(at) OVER w AS next_at
    FROM changed
    WHERE before IS NULL OR before <> role OR CAST(at AS BIGINT) - CAST(before_at AS BIGINT) > 120000
    WINDOW w AS (PARTITION BY chat, person ORDER BY at, role)
), ends AS (
    SELECT s.chat, s.person, s.at, min(t.ended) AS ended FROM spans s
    JOIN stays t ON t.chat = s.chat AND t.person = s.person AND t.ended > s.at GROUP BY s.chat, s.person, s.at
), listed AS (
    SELECT chat, person, role, min(how) AS how, @set(device) AS device_list, min(origin) AS origin
    FROM member_facts WHERE basis = 'table' AND role IN ('admin', 'superadmin') GROUP BY chat, person, role
)
SELECT s.chat, s.person, s.role, s.at AS from_at,
       CASE WHEN e.ended IS NULL OR s.next_at < e.ended THEN s.next_at ELSE e.ended END AS until_at,
       s.how, s.by_person, s.device_list, s.origin
FROM spans s LEFT JOIN ends e ON e.chat = s.chat AND e.person = s.person AND e.at = s.at
UNION ALL
SELECT l.chat, l.person, l.role, @notime, @notime, l.how, CAST(NULL AS VARCHAR), l.device_list, l.origin
FROM listed l
-- Some tables have one word for both.
LEFT ANTI JOIN (SELECT chat, person, role FROM spans UNION ALL SELECT chat, person, 'admin' FROM spans WHERE role = 'superadmin'
                UNION ALL SELECT chat, person, 'admin' FROM listed WHERE role = 'superadmin') s
  ON s.chat = l.chat AND s.person = l.person AND s.role = l.role
ORDER BY chat, person, from_at, role
