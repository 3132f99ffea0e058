-- A stay of a person in a group; one may come and go more than once. Dated facts of all phones in time order; of facts that say the same in a row the first counts.
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
WITH dated AS (
    SELECT chat, person, fact, at, min(how) AS how, min(by_person) AS by_person, min(origin) AS origin
    FROM member_facts WHERE fact IN ('in', 'out') AND at IS NOT NULL GROUP BY chat, person, fact, at
), turned AS (
    SELECT *, lag(fact) OVER (PARTITION BY chat, person ORDER BY at, fact) AS before FROM dated
), turns AS (
    SELECT * FROM turned WHERE before IS NULL OR before <> fact
), numbered AS (
    SELECT chat, person, fact, at, how, by_person, origin,
           lead(fact) OVER w AS next_fact, lead(at) OVER w AS next_at, lead(how) OVER w AS next_how,
           lead(by_person) OVER w AS next_by, lead(origin) OVER w AS next_origin, row_number() OVER w AS place
    FROM turns WINDOW w AS (PARTITION BY chat, person ORDER BY at, fact)
), stays AS (
    SELECT chat, person, at AS entered, how AS entered_how, by_person AS entered_by, origin AS entered_origin,
           next_at AS ended, next_how AS ended_how, next_by AS ended_by, next_origin AS ended_origin
    FROM numbered WHERE fact = 'in'
    UNION ALL
    SELECT chat, person, @notime, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR),
           at, how, by_person, origin
    FROM numbered WHERE fact = 'out' AND place = 1
    UNION ALL
    SELECT chat, person, @notime, min(how), CAST(NULL AS VARCHAR), min(origin),
           @notime, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)
    FROM member_facts f
    WHERE NOT EXISTS (SELECT 1 FROM dated d WHERE d.chat = f.chat AND d.person = f.person)
    GROUP BY chat, person
)
SELECT chat, person, row_number() OVER (PARTITION BY chat, person ORDER BY coalesce(entered, ended), ended) AS stay,
       entered, entered_how, entered_by, entered_origin, ended, ended_how, ended_by, ended_origin
FROM stays
ORDER BY chat, person, stay
