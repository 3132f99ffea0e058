-- A person whom any row ties to a group, members and others kept apart.
-- chat: Address of the group.
-- person: Account that stands for all of the person's accounts.
-- state: As in `members`; `not a member` when rows name the person in the group and none says that the person was in it.
-- named_as: For those who are no members: how rows name the person: `actor`, `concerned`, `quoted`, `invited, not yet joined`, `invitation sent`, `creator`, `revoked a message`, `in a call`.
-- row_count: Rows that do; for members the rows of `member_facts`.
-- device_list: Labels of the phones that hold them.
-- origin: Directions to the first of them.
WITH named AS (
    SELECT chat, actor AS account, 'actor' AS named_as, device, @origin(e) AS origin FROM events e
    WHERE actor IS NOT NULL
    UNION ALL
    SELECT chat, target, 'concerned', device, @origin(e) FROM events e
    WHERE target IS NOT NULL
    UNION ALL
    SELECT chat, account, 'quoted', device, @origin(a) FROM evidence.appearances a
    WHERE chat LIKE '%@g.us' AND appears_as = 'quoted sender'
    UNION ALL
    SELECT chat, account, 'invited, not yet joined', device, @origin(m) FROM evidence.memberships m
    WHERE chat LIKE '%@g.us' AND pending
    UNION ALL
    SELECT chat, value, 'creator', split_part(origin, ':', 1), origin FROM group_facts WHERE fact = 'creator'
    UNION ALL
    SELECT chat, revoked_by, 'revoked a message', device, @origin(m) FROM evidence.messages m
    WHERE chat LIKE '%@g.us' AND revoked_by IS NOT NULL
    UNION ALL
    SELECT call_group, account, 'in a call', device, @origin(c) FROM evidence.calls c
    WHERE call_group LIKE '%@g.us' AND account LIKE '%@%'
    UNION ALL
    SELECT g.chat, l.recipient, 'invitation sent', l.device, l.origin FROM invite_links l
    JOIN link_groups g ON l.code = g.code WHERE l.recipient IS NOT NULL
), others AS (
    SELECT n.chat, coalesce(p.person, n.account) AS person, n.named_as, n.device, n.origin
    FROM named n LEFT JOIN persons p ON n.account = p.account
)
SELECT chat, person, state, CAST(NULL AS VARCHAR) AS named_as, facts AS row_count, device_list, origin FROM members
UNION ALL
SELECT o.chat, o.person, 'not a member', @names(o.named_as), count(*), @set(o.device), min(o.origin)
FROM others o LEFT ANTI JOIN members m ON m.chat = o.chat AND m.person = o.person
GROUP BY o.chat, o.person
ORDER BY chat, person
