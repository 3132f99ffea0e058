-- How far a phone's knowledge of a group reaches.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- last_at: Its latest message of the group by the sender's clock, not after the seizure: one wrong clock must not carry it into the future.
SELECT a.device, a.chat, least(max(a.last_at), coalesce(min(d.seized_at), max(a.last_at))) AS last_at
FROM evidence.appearances a LEFT JOIN evidence.devices d ON d.device = a.device
WHERE a.appears_as = 'sender' GROUP BY a.device, a.chat
ORDER BY device, chat
