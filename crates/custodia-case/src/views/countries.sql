-- A country: what the accounts that belong to it did in groups.
-- country: ISO 3166-1 alpha-2; none for accounts whose country is open.
-- country_name: Name of the country.
-- accounts: Accounts that belong to it, by themselves or by their person; see `accounts`.
-- members: Persons of it who were in any group.
-- groups: Groups with at least one of them.
-- messages: Messages they sent, each once.
-- shares: Shares they sent, each once.
-- first_shares: Files whose first known share is theirs.
-- known_shares: Messages of theirs that name known material.
-- seized: Phones seized in the country.
WITH who AS (
    SELECT p.person, c.country, c.country_name FROM (SELECT DISTINCT person FROM persons) p
    LEFT JOIN account_countries c ON p.person = c.account
), a AS (
    SELECT country, max(country_name) AS country_name, count(*) AS accounts FROM (
        SELECT coalesce(o.country, c.country) AS country, coalesce(o.country_name, c.country_name) AS country_name
        FROM persons p LEFT JOIN account_countries o ON p.account = o.account LEFT JOIN account_countries c ON p.person = c.account
    ) GROUP BY country
), m AS (
    SELECT country, count(DISTINCT person) AS members, count(DISTINCT chat) AS chats FROM members GROUP BY country
), t AS (
    SELECT w.country, count(*) AS messages FROM messages x LEFT JOIN who w ON x.sender = w.person GROUP BY w.country
), s AS (
    SELECT w.country, count(*) AS shares FROM shares x LEFT JOIN who w ON x.sender = w.person GROUP BY w.country
), f AS (
    SELECT country, count(*) AS first_shares FROM first_shares GROUP BY country
), k AS (
    SELECT w.country, count(DISTINCT x.chat || ' ' || x.sender || ' ' || x.key) AS known_shares
    FROM shared_hits x LEFT JOIN who w ON x.sender = w.person GROUP BY w.country
), d AS (
    SELECT country_of_seizure AS country, count(*) AS seized FROM evidence.devices GROUP BY country_of_seizure
)
SELECT a.country, a.country_name, a.accounts, coalesce(m.members, 0) AS members, coalesce(m.chats, 0) AS groups,
       coalesce(t.messages, 0) AS messages, coalesce(s.shares, 0) AS shares, coalesce(f.first_shares, 0) AS first_shares,
       coalesce(k.known_shares, 0) AS known_shares, coalesce(d.seized, 0) AS seized
FROM a
LEFT JOIN m ON a.country IS NOT DISTINCT FROM m.country
LEFT JOIN t ON a.country IS NOT DISTINCT FROM t.country
LEFT JOIN s ON a.country IS NOT DISTINCT FROM s.country
LEFT JOIN f ON a.country IS NOT DISTINCT FROM f.country
LEFT JOIN k ON a.country IS NOT DISTINCT FROM k.country
LEFT JOIN d ON a.country IS NOT DISTINCT FROM d.country
ORDER BY a.accounts DESC, a.country
