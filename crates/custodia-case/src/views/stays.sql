-- A stay of a person in a group; one may come and go more than once. Dated facts of all phones in time order: facts of one direction within two minutes are one; a second entry by an event, with no end between, is a stay of its own whose beginning or end no seized phone saw.
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
WITH ranked AS (
    SELECT chat, person, fact, at, how, basis = 'event' AS event, by_person, origin,
           row_number() OVER (PARTITION BY chat, person, fact, at
                              ORDER BY CASE WHEN basis = 'event' THEN 0 ELSE 1 END, by_person IS NULL, by_person, how, origin) AS place
    FROM member_facts WHERE fact IN ('in', 'out') AND at IS NOT NULL
), dated AS (
    SELECT * FROM ranked WHERE place = 1
), turned AS (
    SELECT *, lag(fact) OVER w AS before, lag(at) OVER w AS before_at, lag(event) OVER w AS before_event
    FROM dated WINDOW w AS (PARTITION BY chat, person ORDER BY at, fact)
), turns AS (
    SELECT * FROM turned
    WHERE before IS NULL OR before <> fact
          OR (event AND before_event AND CAST(at AS BIGINT) - CAST(before_at AS BIGINT) > 120000)
), numbered AS (
    SELECT chat, person, fact, at, how, by_person, origin, lag(fact) OVER w AS last_fact,
           lead(fact) OVER w AS next_fact, lead(at) OVER w AS next_at, lead(how) OVER w AS next_how,
           lead(by_person) OVER w AS next_by, lead(origin) OVER w AS next_origin
    FROM turns WINDOW w AS (PARTITION BY chat, person ORDER BY at, fact)
), stays AS (
    SELECT chat, person, at AS entered, how AS entered_how, by_person AS entered_by, origin AS entered_origin,
           CASE WHEN next_fact = 'out' THEN next_at END AS ended, CASE WHEN next_fact = 'out' THEN next_how END AS ended_how,
           CASE WHEN next_fact = 'out' THEN next_by END AS ended_by,
           CASE WHEN next_fact = 'out' THEN next_origin END AS ended_origin
    FROM numbered WHERE fact = 'in'
    UNION ALL
    SELECT chat, person, @notime, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR),
           at, how, by_person, origin
    FROM numbered WHERE fact = 'out' AND last_fact IS DISTINCT FROM 'in'
    UNION ALL
    SELECT f.chat, f.person, @notime, min(f.how), CAST(NULL AS VARCHAR), min(f.origin),
           @notime, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)
    FROM member_facts f LEFT ANTI JOIN dated d ON d.chat = f.chat AND d.person = f.person
    GROUP BY f.chat, f.person
)
SELECT chat, person, row_number() OVER (PARTITION BY chat, person ORDER BY coalesce(entered, ended), ended) AS stay,
       entered, entered_how, entered_by, entered_origin, ended, ended_how, ended_by, ended_origin
FROM stays
ORDER BY chat, person, stay
