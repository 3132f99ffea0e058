-- Every row of the evidence that says what a group is: who created it and when, subject, description, settings, community. The history of a group is these rows in time order.
-- chat: Address of the group.
-- fact: What it says: `creator`, `created`, `subject`, `description`, `community`, `kind`; for settings and other events the event's own word.
-- value: As stored; times as ISO 8601.
-- old_value: Value before, as stored.
-- at: When, by the row; none where it only states.
-- by_person: Person who acted.
-- basis: Where it is stated: `address` a legacy group address, `event`, `chat row`.
-- device: Label of the exhibit.
-- origin: Directions to the row.
SELECT f.chat, f.fact, coalesce(CASE WHEN f.fact = 'creator' THEN v.person END, f.value) AS value, f.old_value, f.at,
       coalesce(p.person, f.actor) AS by_person, f.basis, f.device, f.origin
FROM (
    SELECT chat, 'creator' AS fact, actor AS value, CAST(NULL AS VARCHAR) AS old_value, at, actor, 'event' AS basis, device,
           @origin(e) AS origin
    FROM events e WHERE action = 'created' AND actor IS NOT NULL
    UNION ALL
    SELECT chat, 'created', @iso(at), CAST(NULL AS VARCHAR), at, actor, 'event', device, @origin(e)
    FROM events e WHERE action = 'created' AND at IS NOT NULL
    UNION ALL
    SELECT chat, 'subject', new_value, old_value, at, actor, 'event', device, @origin(e)
    FROM events e
    WHERE action IN ('created', 'subject changed') AND new_value <> ''
    UNION ALL
    SELECT chat, 'description', new_value, old_value, at, actor, 'event', device, @origin(e)
    FROM events e WHERE action = 'description changed'
    UNION ALL
    SELECT chat, action, new_value, old_value, at, actor, 'event', device, @origin(e)
    FROM events e
    WHERE target IS NULL AND action NOT IN ('created', 'subject changed', 'description changed')
    UNION ALL
    SELECT chat, 'creator', address_creator, CAST(NULL AS VARCHAR), @notime, CAST(NULL AS VARCHAR), 'address', device, @origin(c)
    FROM evidence.chats c WHERE chat_kind = 'group' AND address_creator IS NOT NULL
    UNION ALL
    SELECT chat, 'created', @iso(address_created), CAST(NULL AS VARCHAR), address_created, CAST(NULL AS VARCHAR), 'address', device,
           @origin(c)
    FROM evidence.chats c WHERE chat_kind = 'group' AND address_created IS NOT NULL
    UNION ALL
    SELECT chat, 'creator', creator, CAST(NULL AS VARCHAR), @notime, CAST(NULL AS VARCHAR), 'chat row', device, @origin(c)
    FROM evidence.chats c WHERE chat_kind = 'group' AND creator IS NOT NULL
    UNION ALL
    SELECT chat, 'created', @iso(created), CAST(NULL AS VARCHAR), created, CAST(NULL AS VARCHAR), 'chat row', device, @origin(c)
    FROM evidence.chats c WHERE chat_kind = 'group' AND created IS NOT NULL
    UNION ALL
    SELECT chat, 'subject', subject, CAST(NULL AS VARCHAR), @notime, CAST(NULL AS VARCHAR), 'chat row', device, @origin(c)
    FROM evidence.chats c WHERE chat_kind = 'group' AND subject <> ''
    UNION ALL
    SELECT chat, 'description', description, CAST(NULL AS VARCHAR), described_at, described_by, 'chat row', device, @origin(c)
    FROM evidence.chats c WHERE chat_kind = 'group' AND description <> ''
    UNION ALL
    SELECT chat, 'community', parent, CAST(NULL AS VARCHAR), @notime, CAST(NULL AS VARCHAR), 'chat row', device, @origin(c)
    FROM evidence.chats c WHERE chat_kind = 'group' AND parent IS NOT NULL
    UNION ALL
    SELECT chat, 'kind', CAST(group_type AS VARCHAR), CAST(NULL AS VARCHAR), @notime, CAST(NULL AS VARCHAR), 'chat row', device, @origin(c)
    FROM evidence.chats c WHERE chat_kind = 'group' AND group_type IS NOT NULL
) f
LEFT JOIN persons p ON f.actor = p.account
LEFT JOIN persons v ON f.value = v.account
ORDER BY f.chat, f.at, f.fact, f.device, f.origin
