-- Every row of the evidence that says that a person entered, was in, or left a group.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- account: The account as the row names it; `owner of <device>` for the owner of a phone that does not say whose it is, where other phones do.
-- fact: `in` entered, `out` left, `is` was in.
-- at: When, as stored.
-- how: The event, or the table that lists the person.
-- basis: What kind of row says so: `event`, `table`, `own phone`, `sender`.
-- by_person: Person who acted.
-- role: Role that the row gives.
-- device: Label of the exhibit.
-- origin: Directions to the row.
SELECT f.chat, coalesce(p.person, f.account) AS person, f.account, f.fact, f.at, f.how, f.basis,
       coalesce(b.person, f.by_account) AS by_person, f.role, f.device, f.origin
FROM (
    SELECT chat, target AS account, CASE WHEN action IN ('left', 'removed') THEN 'out' ELSE 'in' END AS fact, at,
           action AS how, 'event' AS basis, CASE WHEN actor <> target THEN actor END AS by_account,
           CAST(NULL AS VARCHAR) AS role, device, @origin(e) AS origin
    FROM events e
    WHERE target IS NOT NULL AND action IN ('added', 'joined by link', 'joined from invitation',
        'joined from community', 'joined by community invite', 'added after approval', 'added to community', 'left', 'removed')
    UNION ALL
    SELECT chat, actor, 'in', at, 'created', 'event', CAST(NULL AS VARCHAR), 'superadmin', device, @origin(e)
    FROM events e
    WHERE actor IS NOT NULL AND action = 'created'
    UNION ALL
    SELECT chat, target, 'is', at, action, 'event', CASE WHEN actor <> target THEN actor END,
           CASE WHEN action = 'promoted' THEN 'admin' ELSE 'member' END, device, @origin(e)
    FROM events e
    WHERE target IS NOT NULL AND action IN ('promoted', 'demoted')
    UNION ALL
    SELECT chat, account, CASE WHEN since IS NULL THEN 'is' ELSE 'in' END, since,
           CASE WHEN found = 'backup' THEN 'participant table in a backup' ELSE 'participant table' END, 'table',
           CAST(NULL AS VARCHAR), role, device, @origin(m)
    FROM evidence.memberships m WHERE chat LIKE '%@g.us' AND standing = 'current' AND pending IS NOT TRUE
    UNION ALL
    SELECT chat, account, 'out', until, coalesce(ended_by, 'past participant table'), 'table', CAST(NULL AS VARCHAR), role,
           device, @origin(m)
    FROM evidence.memberships m WHERE chat LIKE '%@g.us' AND standing = 'past'
    UNION ALL
    SELECT c.chat, coalesce(c.owner, o.account), 'is', @notime, 'group on own phone', 'own phone', CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR),
           c.device, @origin(c)
    FROM evidence.chats c
    LEFT JOIN (SELECT account, substr(account, 10) AS device FROM persons WHERE account LIKE 'owner of %') o ON c.owner IS NULL AND o.device = c.device
    WHERE c.chat_kind = 'group' AND coalesce(c.owner, o.account) IS NOT NULL
    UNION ALL
    SELECT chat, account, 'is', min(first_at), 'sender of messages', 'sender', CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR),
           device, min(@origin(a))
    FROM evidence.appearances a WHERE chat LIKE '%@g.us' AND appears_as = 'sender' GROUP BY chat, account, device
) f
LEFT JOIN persons p ON f.account = p.account
LEFT JOIN persons b ON f.by_account = b.account
