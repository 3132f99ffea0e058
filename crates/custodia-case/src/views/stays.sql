-- A stay of a person in a group; one may come and go more than once. Dated facts of all phones in time order: facts of one direction are one when they are near each other, two events within two minutes, an event and a table within an hour. A second entry by an event, or a second end, with none of the other kind between, is a stay of its own whose beginning or end no seized phone saw. Where events date an entry, the time of a table of members is not taken; where it is far from all of them, `conflicts` says so.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- stay: Number of the stay, from 1.
-- entered: When it began; none when no row says so.
-- entered_how: The event, or the table that lists the person.
-- entered_by: Person who acted.
-- entered_origin: Directions to the row.
-- ended: When it ended; none when no row says so.
-- ended_how: The event.
-- ended_by: Person who acted.
-- ended_origin: Directions to the row.
WITH facts AS (
    -- What many phones say alike is one fact.
    SELECT *, lag(fact) OVER (PARTITION BY chat, person ORDER BY at, fact, origin) AS last_fact
    FROM (SELECT chat, person, fact, at, CAST(at AS BIGINT) AS ms, how, CASE WHEN basis = 'event' THEN 1 ELSE 0 END AS event, by_person,
                 min(origin) AS origin
          FROM member_facts WHERE fact IN ('in', 'out') AND at IS NOT NULL AND NOT @early(at)
          GROUP BY chat, person, fact, at, how, CASE WHEN basis = 'event' THEN 1 ELSE 0 END, by_person)
), runs AS (
    SELECT *, sum(CASE WHEN last_fact = fact THEN 0 ELSE 1 END)
              OVER (PARTITION BY chat, person ORDER BY at, fact, origin ROWS UNBOUNDED PRECEDING) AS run
    FROM facts
), weighed AS (
    SELECT *, max(event) OVER (PARTITION BY chat, person, run) AS by_event FROM runs
), parted AS (
    SELECT *, ms - lag(ms) OVER w AS gap, event + lag(event) OVER w AS events
    FROM weighed WHERE fact = 'out' OR event = by_event
    WINDOW w AS (PARTITION BY chat, person, run ORDER BY at, origin)
), turning AS (
    SELECT *, sum(CASE WHEN gap IS NULL OR gap > CASE WHEN events = 2 THEN 120000 ELSE 3600000 END AND (fact = 'out' OR events > 0) THEN 1 ELSE 0 END)
              OVER (PARTITION BY chat, person ORDER BY run, at, origin ROWS UNBOUNDED PRECEDING) AS turn
    FROM parted
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY chat, person, turn
                                 ORDER BY event DESC, by_person IS NULL, at, by_person, how, origin) AS place
    FROM turning
), dated AS (
    SELECT * FROM ranked WHERE place = 1
), numbered AS (
    SELECT chat, person, fact, at, how, by_person, origin, lag(fact) OVER w AS before,
           lead(fact) OVER w AS next_fact, lead(at) OVER w AS next_at, lead(how) OVER w AS next_how,
           lead(by_person) OVER w AS next_by, lead(origin) OVER w AS next_origin
    FROM dated WINDOW w AS (PARTITION BY chat, person ORDER BY turn)
), stays AS (
    SELECT chat, person, at AS entered, how AS entered_how, by_person AS entered_by, origin AS entered_origin,
           CASE WHEN next_fact = 'out' THEN next_at END AS ended, CASE WHEN next_fact = 'out' THEN next_how END AS ended_how,
           CASE WHEN next_fact = 'out' THEN next_by END AS ended_by,
           CASE WHEN next_fact = 'out' THEN next_origin END AS ended_origin
    FROM numbered WHERE fact = 'in'
    UNION ALL
    SELECT chat, person, @notime, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR),
           at, how, by_person, origin
    FROM numbered WHERE fact = 'out' AND before IS DISTINCT FROM 'in'
    UNION ALL
    SELECT f.chat, f.person, @notime, min(CASE WHEN f.fact <> 'out' AND f.how NOT IN ('promoted', 'demoted') THEN f.how END), CAST(NULL AS VARCHAR),
           min(CASE WHEN f.fact <> 'out' THEN f.origin END),
           @notime, min(CASE WHEN f.fact = 'out' THEN f.how END), CAST(NULL AS VARCHAR), min(CASE WHEN f.fact = 'out' THEN f.origin END)
    FROM member_facts f LEFT ANTI JOIN dated d ON d.chat = f.chat AND d.person = f.person
    GROUP BY f.chat, f.person
)
SELECT chat, person, row_number() OVER (PARTITION BY chat, person ORDER BY coalesce(entered, ended), ended) AS stay,
       entered, entered_how, entered_by, entered_origin, ended, ended_how, ended_by, ended_origin
FROM stays
ORDER BY chat, person, stay
