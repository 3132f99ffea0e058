-- An account, over all phones.
-- account: Address of the account on its service, device part removed.
-- person: Account that stands for all of the person's accounts.
-- phone: Number in international form.
-- country: Country that it belongs to; where its own reasons name none, that of its person.
-- country_reason: The reason; of the person's account, which is named, where its own say nothing.
-- strength: How strong the reason is.
-- names: Names that phones store for it, each once.
-- owner_of: Phones whose own account it is.
-- groups: Groups in which the person was a member.
-- messages: Messages the person sent, each once.
-- shares: Shares the person sent, each once.
-- devices: Phones whose rows name the account.
WITH named AS (
    SELECT account, @names(name) AS names,
           @set(CASE WHEN own THEN device END) AS owner_of
    FROM evidence.accounts GROUP BY account
), naming AS (
    SELECT account, @size(device) AS devices
    FROM (SELECT account, device FROM evidence.accounts UNION ALL SELECT account, device FROM evidence.named_accounts) GROUP BY account
), g AS (
    SELECT person, count(*) AS chats FROM members GROUP BY person
), m AS (
    SELECT sender, count(*) AS messages FROM messages GROUP BY sender
), s AS (
    SELECT sender, count(*) AS shares FROM shares GROUP BY sender
)
SELECT p.account, p.person, c.phone, coalesce(c.country, w.country) AS country,
       CASE WHEN c.country IS NULL AND w.country IS NOT NULL THEN 'as ' || p.person || ': ' || w.reason ELSE c.reason END AS country_reason,
       CASE WHEN c.country IS NULL AND w.country IS NOT NULL THEN w.strength ELSE c.strength END AS strength, n.names, n.owner_of,
       coalesce(g.chats, 0) AS groups, coalesce(m.messages, 0) AS messages, coalesce(s.shares, 0) AS shares,
       coalesce(d.devices, 0) AS devices
FROM persons p
LEFT JOIN account_countries c ON p.account = c.account
LEFT JOIN account_countries w ON p.person = w.account
LEFT JOIN named n ON p.account = n.account
LEFT JOIN naming d ON p.account = d.account
LEFT JOIN g ON p.person = g.person
LEFT JOIN m ON p.person = m.sender
LEFT JOIN s ON p.person = s.sender
ORDER BY p.account
