-- The rows behind the counts of `roles`, one for each thing counted. Messages themselves are in `messages`, what was received in `copies`.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- role: What is counted: `created`, `admin`, `added`, `let in by link`, `promoted`, `removed`, `shared`, `shared known`, `shared first`.
-- at: When.
-- other: The person concerned, or the SHA-256 of the file.
-- inferred: Whether it is an inference.
-- origin: Directions to the row.
SELECT chat, value AS person, 'created' AS role, min(at) AS at, CAST(NULL AS VARCHAR) AS other, false AS inferred, min(origin) AS origin
FROM group_facts WHERE fact = 'creator' GROUP BY chat, value
UNION ALL
SELECT chat, person, 'admin', from_at, by_person, false, origin FROM role_spans WHERE role IN ('admin', 'superadmin')
UNION ALL
SELECT chat, inviter, 'added', at, invitee, false, origin FROM invitations WHERE inviter IS NOT NULL
UNION ALL
SELECT chat, inviter, 'let in by link', at, invitee, true, origin FROM link_entries WHERE inviter IS NOT NULL
UNION ALL
SELECT chat, by_person, 'promoted', at, person, false, min(origin) FROM member_facts WHERE how = 'promoted' AND by_person IS NOT NULL
GROUP BY chat, by_person, at, person
UNION ALL
SELECT chat, by_person, 'removed', at, person, false, min(origin) FROM member_facts
WHERE how = 'removed' AND basis = 'event' AND by_person IS NOT NULL GROUP BY chat, by_person, at, person
UNION ALL
SELECT chat, sender, 'shared', at, sha256, false, origin FROM ledger WHERE appearance = 'shared' AND chat LIKE '%@g.us'
UNION ALL
SELECT chat, sender, 'shared known', at, sha256, false, origin FROM ledger
WHERE appearance = 'shared' AND chat LIKE '%@g.us' AND known_in IS NOT NULL
UNION ALL
SELECT chat, sender, 'shared first', at, sha256, false, origin FROM ledger WHERE first_known AND chat LIKE '%@g.us'
