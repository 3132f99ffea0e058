-- A group, however many phones saw it.
-- chat: Address of the group.
-- subject: Subject by the latest row that states one: an event, or the chat row of a phone, which is as new as the phone's knowledge of the group; see `last_seen`.
-- description: Description by the latest row that dates one; else as stored by a phone.
-- community: Address of the community it belongs to, by the latest row that says so: the chat row of a phone, which is as new as the phone's knowledge of the group, or the event that took the group away from its community.
-- creator: Person who created it.
-- creator_by: What states the creator: `address`, `event`, `settings`.
-- created: Creation time: of the address, the event, or the chat row, in this order.
-- created_by: What states the creation time: `address`, `event`, `chat row`.
-- address_form: `legacy` addresses bear creator and time, `new` ones bear neither.
-- devices: Phones that hold the group's chat.
-- device_list: Their labels.
-- members: Persons whom any phone shows as a member at any time.
-- countries: Countries of those persons.
-- messages: Distinct messages.
-- shares: Distinct messages that name a file, as in `shares`.
-- known_hits: Distinct messages of the group that name known material.
-- origin: Directions to the chat row of the first phone.
WITH stored AS (
    SELECT chat, max(creator) AS creator, min(created) AS created,
           max(address_creator) AS address_creator, max(address_created) AS address_created,
           min(@origin(c)) AS origin
    FROM evidence.chats c WHERE chat_kind = 'group' GROUP BY chat
    UNION ALL
    -- Known by its members alone: the row of the chat is gone.
    SELECT m.chat, CAST(NULL AS VARCHAR), @notime, CAST(NULL AS VARCHAR), @notime, min(@origin(m))
    FROM evidence.memberships m LEFT ANTI JOIN evidence.chats c ON c.chat = m.chat WHERE m.chat LIKE '%@g.us' GROUP BY m.chat
), held AS (
    SELECT chat, @size(device) AS devices,
           @set(device) AS device_list
    FROM (SELECT chat, device FROM evidence.chats WHERE chat_kind = 'group'
          UNION ALL
          SELECT m.chat, m.device FROM evidence.memberships m LEFT ANTI JOIN evidence.chats c ON c.chat = m.chat WHERE m.chat LIKE '%@g.us')
    GROUP BY chat
), named AS (
    SELECT chat, new_value AS subject,
           row_number() OVER (PARTITION BY chat ORDER BY known_at DESC NULLS LAST, stated_at DESC NULLS LAST, new_value) AS place
    FROM (
        SELECT chat, at AS known_at, at AS stated_at, new_value FROM evidence.group_events WHERE action IN ('created', 'subject changed')
        UNION ALL
        -- A copy is older than its phone, and nothing says how much.
        -- Of two accounts of one phone one may have gone: what an event states later is newer.
        SELECT c.chat, CASE WHEN c.found = 'backup' THEN NULL ELSE k.last_at END, e.last_stated, c.subject
        FROM evidence.chats c LEFT JOIN last_seen k ON k.device = c.device AND k.chat = c.chat
        LEFT JOIN (SELECT chat, new_value, max(at) AS last_stated FROM evidence.group_events WHERE action IN ('created', 'subject changed') GROUP BY chat, new_value) e
             ON e.chat = c.chat AND e.new_value = c.subject
        WHERE c.chat_kind = 'group'
    ) WHERE new_value <> ''
), belongs AS (
    SELECT chat, parent, row_number() OVER (PARTITION BY chat ORDER BY known_at DESC NULLS LAST, parent NULLS LAST) AS place
    FROM (
        SELECT c.chat, CASE WHEN c.found = 'backup' THEN NULL ELSE k.last_at END AS known_at, c.parent
        FROM evidence.chats c LEFT JOIN last_seen k ON k.device = c.device AND k.chat = c.chat
        WHERE c.chat_kind = 'group' AND c.parent IS NOT NULL
        UNION ALL
        SELECT chat, at, CAST(NULL AS VARCHAR) FROM evidence.group_events WHERE action = 'group removed from community'
    )
), told AS (
    SELECT chat, value AS description, row_number() OVER (PARTITION BY chat ORDER BY at DESC NULLS LAST, value) AS place
    FROM group_facts WHERE fact = 'description' AND value <> ''
), made AS (
    SELECT chat, min(at) AS at, min(actor) AS actor FROM events WHERE action = 'created' GROUP BY chat
), people AS (
    SELECT chat, count(*) AS members, count(DISTINCT country) AS countries FROM members GROUP BY chat
), talk AS (
    SELECT chat, count(*) AS messages FROM messages WHERE chat LIKE '%@g.us' GROUP BY chat
), given AS (
    SELECT chat, count(*) AS shares FROM (SELECT DISTINCT chat, sender, key FROM shares WHERE chat LIKE '%@g.us') GROUP BY chat
), hits AS (
    SELECT chat, count(*) AS known_hits FROM (SELECT DISTINCT chat, sender, key FROM shared_hits WHERE chat LIKE '%@g.us') GROUP BY chat
)
SELECT s.chat, n.subject, d.description, b.parent AS community,
       coalesce(p.person, s.address_creator, m.actor, s.creator) AS creator,
       CASE WHEN s.address_creator IS NOT NULL THEN 'address' WHEN m.actor IS NOT NULL THEN 'event'
            WHEN s.creator IS NOT NULL THEN 'settings' END AS creator_by,
       coalesce(s.address_created, m.at, s.created) AS created,
       CASE WHEN s.address_created IS NOT NULL THEN 'address' WHEN m.at IS NOT NULL THEN 'event'
            WHEN s.created IS NOT NULL THEN 'chat row' END AS created_by,
       CASE WHEN s.address_creator IS NOT NULL THEN 'legacy' ELSE 'new' END AS address_form,
       h.devices, h.device_list, coalesce(people.members, 0) AS members, coalesce(people.countries, 0) AS countries,
       coalesce(t.messages, 0) AS messages, coalesce(g.shares, 0) AS shares, coalesce(k.known_hits, 0) AS known_hits,
       s.origin
FROM stored s
JOIN held h ON s.chat = h.chat
LEFT JOIN (SELECT * FROM named WHERE place = 1) n ON s.chat = n.chat
LEFT JOIN (SELECT * FROM told WHERE place = 1) d ON s.chat = d.chat
LEFT JOIN made m ON s.chat = m.chat
LEFT JOIN (SELECT * FROM belongs WHERE place = 1) b ON s.chat = b.chat
LEFT JOIN persons p ON coalesce(s.address_creator, m.actor, s.creator) = p.account
LEFT JOIN people ON s.chat = people.chat
LEFT JOIN talk t ON s.chat = t.chat
LEFT JOIN given g ON s.chat = g.chat
LEFT JOIN hits k ON s.chat = k.chat
ORDER BY s.chat
