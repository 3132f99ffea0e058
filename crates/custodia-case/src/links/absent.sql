-- A message of a group that a phone does not hold, though its owner was in the group when it was sent, two minutes after coming and before going or seizure left out. What became of it is in `absences`.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- sender: Person who sent it.
-- key: Key of the message.
-- sent: Time by the sender's clock.
-- arrived: When the message was on its way: the earliest time of arrival that a phone's row gives, by the server's clock where one is stored; else the time by the sender's clock.
SELECT chat, sender, key, device, sent, CAST(CASE WHEN from_me THEN server_received ELSE coalesce(server_received, received) END AS BIGINT) FROM copies WHERE chat LIKE '%@g.us' AND sent IS NOT NULL AND @bucket(chat)
-- and
SELECT h.device, h.chat, CAST(s.entered AS BIGINT), CAST(s.ended AS BIGINT), CAST(d.seized_at AS BIGINT), s.stay IS NOT NULL
FROM (SELECT DISTINCT device, chat, owner FROM evidence.chats WHERE chat_kind = 'group' AND owner IS NOT NULL AND @bucket(chat)) h
JOIN evidence.devices d ON d.device = h.device
LEFT JOIN persons p ON h.owner = p.account
LEFT JOIN stays s ON s.chat = h.chat AND s.person = coalesce(p.person, h.owner)
ORDER BY h.device, h.chat, s.stay
