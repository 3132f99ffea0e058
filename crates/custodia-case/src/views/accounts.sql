-- An account, over all phones.
-- account: Address of the account on its service, device part removed.
-- person: Account that stands for all of the person's accounts.
-- phone: Number in international form.
-- country: Country that the number belongs to.
-- country_reason: What the number says.
-- strength: How strong the reason is.
-- names: Names that phones store for it, each once.
-- owner_of: Phones whose own account it is.
-- groups: Groups in which the person was a member.
-- messages: Messages the person sent, each once.
-- shares: Shares the person sent, each once.
-- devices: Phones that name the account.
WITH named AS (
    SELECT account, array_to_string(array_sort(array_agg(DISTINCT name)), ' | ') AS names,
           array_to_string(array_sort(array_agg(DISTINCT CASE WHEN own THEN device END)), ' ') AS owner_of,
           count(DISTINCT device) AS devices
    FROM evidence.accounts GROUP BY account
), g AS (
    SELECT person, count(*) AS chats FROM members GROUP BY person
), m AS (
    SELECT sender, count(*) AS messages FROM messages GROUP BY sender
), s AS (
    SELECT sender, count(*) AS shares FROM shares GROUP BY sender
)
SELECT p.account, p.person, c.phone, c.country, c.reason AS country_reason, c.strength, n.names, n.owner_of,
       coalesce(g.chats, 0) AS groups, coalesce(m.messages, 0) AS messages, coalesce(s.shares, 0) AS shares,
       coalesce(n.devices, 0) AS devices
FROM persons p
LEFT JOIN account_countries c ON p.account = c.account
LEFT JOIN named n ON p.account = n.account
LEFT JOIN g ON p.person = g.person
LEFT JOIN m ON p.person = m.sender
LEFT JOIN s ON p.person = s.sender
ORDER BY p.account
