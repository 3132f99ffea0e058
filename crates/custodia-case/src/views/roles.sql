-- What the rows show of a person in a group, as counts and never as a verdict. Each count opens to its rows in `role_rows`, by the same words.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- country: Country that the person's number belongs to.
-- created: Whether rows name the person as creator: 1, else 0.
-- admin: Times that rows give the person the role of an administrator.
-- added: Times that the person added another.
-- let_in_by_link: Entries by link to whom the person had sent the link: an inference.
-- promoted: Times that the person made another an administrator.
-- removed: Times that the person removed another.
-- messages: Messages, each once.
-- shared: Files named by hash in messages, each message and file once.
-- shared_known: Those of them that a list of known material names.
-- shared_first: Those of them that are the first known share of the file.
-- received: Message rows of others in the group on the person's own phones.
-- received_known: Those of them that name known material.
-- silent: Whether no message of the person is known.
WITH n AS (
    SELECT chat, person, sum(CASE WHEN role = 'created' THEN 1 ELSE 0 END) AS created, sum(CASE WHEN role = 'admin' THEN 1 ELSE 0 END) AS admin,
           sum(CASE WHEN role = 'added' THEN 1 ELSE 0 END) AS added, sum(CASE WHEN role = 'let in by link' THEN 1 ELSE 0 END) AS let_in,
           sum(CASE WHEN role = 'promoted' THEN 1 ELSE 0 END) AS promoted, sum(CASE WHEN role = 'removed' THEN 1 ELSE 0 END) AS removed,
           sum(CASE WHEN role = 'shared' THEN 1 ELSE 0 END) AS shared, sum(CASE WHEN role = 'shared known' THEN 1 ELSE 0 END) AS known,
           sum(CASE WHEN role = 'shared first' THEN 1 ELSE 0 END) AS first
    FROM role_rows GROUP BY chat, person
), m AS (
    SELECT chat, sender AS person, count(*) AS messages FROM messages WHERE chat LIKE '%@g.us' GROUP BY chat, sender
), owners AS (
    SELECT a.device, p.person FROM evidence.accounts a JOIN persons p ON a.account = p.account WHERE a.own
    UNION
    -- Of phones that do not name their owner, where others do.
    SELECT substr(account, 10), person FROM persons WHERE account LIKE 'owner of %'
), databases AS (
    -- Two accounts of one phone have a database each, and copies of it.
    SELECT device, path, min(person_of(owner)) AS person
    FROM (SELECT device, path, owner FROM evidence.chats WHERE owner IS NOT NULL
          UNION ALL
          SELECT device, path, account FROM evidence.appearances WHERE appears_as = 'owner')
    GROUP BY device, path HAVING count(DISTINCT person_of(owner)) = 1
), r AS (
    SELECT a.chat, o.person, sum(a.row_count) AS received
    FROM evidence.appearances a
    LEFT JOIN databases d ON d.device = a.device AND d.path = a.path
    JOIN owners o ON o.device = a.device AND (d.person IS NULL OR d.person = o.person)
    LEFT JOIN persons p ON p.account = a.account
    WHERE a.appears_as = 'sender' AND a.chat LIKE '%@g.us' AND coalesce(p.person, a.account) <> o.person
    GROUP BY a.chat, o.person
), k AS (
    SELECT h.chat, o.person, count(DISTINCT h.sender || ' ' || h.key) AS received_known
    FROM shared_hits h JOIN owners o ON o.device = h.device
    -- Of another account of the phone.
    LEFT ANTI JOIN databases d ON d.device = h.device AND d.person <> o.person AND starts_with(h.origin, d.device || ':' || d.path || '#')
    WHERE h.chat LIKE '%@g.us' AND h.sender <> o.person GROUP BY h.chat, o.person
), everyone AS (
    SELECT chat, person FROM members UNION SELECT chat, person FROM n
)
SELECT e.chat, e.person, c.country, CASE WHEN n.created > 0 THEN 1 ELSE 0 END AS created, coalesce(n.admin, 0) AS admin, coalesce(n.added, 0) AS added,
       coalesce(n.let_in, 0) AS let_in_by_link, coalesce(n.promoted, 0) AS promoted, coalesce(n.removed, 0) AS removed,
       coalesce(m.messages, 0) AS messages, coalesce(n.shared, 0) AS shared, coalesce(n.known, 0) AS shared_known,
       coalesce(n.first, 0) AS shared_first, coalesce(r.received, 0) AS received, coalesce(k.received_known, 0) AS received_known,
       coalesce(m.messages, 0) = 0 AS silent
FROM everyone e
LEFT JOIN n ON n.chat = e.chat AND n.person = e.person
LEFT JOIN m ON m.chat = e.chat AND m.person = e.person
LEFT JOIN r ON r.chat = e.chat AND r.person = e.person
LEFT JOIN k ON k.chat = e.chat AND k.person = e.person
LEFT JOIN account_countries c ON c.account = e.person
ORDER BY e.chat, e.person
