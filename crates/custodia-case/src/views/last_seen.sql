-- How far a phone's knowledge of a group reaches.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- last_at: Its latest message by the sender's clock, event, or entry in a table of members of the group; not after the seizure: one wrong clock must not carry it into the future.
SELECT a.device, a.chat, least(max(a.last_at), coalesce(min(d.seized_at), max(a.last_at))) AS last_at
FROM (
    SELECT device, chat, last_at FROM evidence.appearances WHERE appears_as = 'sender'
    UNION ALL
    -- Where messages are gone, as disappearing ones are, what happened in the group still says how far the phone followed it.
    SELECT device, chat, at FROM evidence.group_events WHERE chat LIKE '%@g.us'
    UNION ALL
    SELECT device, chat, coalesce(until, since) FROM evidence.memberships WHERE chat LIKE '%@g.us'
) a LEFT JOIN evidence.devices d ON d.device = a.device
GROUP BY a.device, a.chat HAVING max(a.last_at) IS NOT NULL
ORDER BY device, chat
