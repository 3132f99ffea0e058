-- A message of a group that a phone does not hold, though its owner was in the group when it was sent, two minutes after coming and before going or seizure left out. Where no row dates the owner's entry, the first message that the phone or the owner shows there stands for it. What became of it is in `absences`.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- sender: Person who sent it.
-- key: Key of the message.
-- sent: Time by the sender's clock.
-- arrived: When the message was on its way: the earliest time of arrival that a phone's row gives, by the server's clock where one is stored, else by the phone's, with what `clock_offsets` says of it taken off from 15 seconds on; without any the time by the sender's clock.
SELECT chat, sender, key, device, sent, CAST(CASE WHEN from_me THEN server_received ELSE coalesce(server_received, received) END AS BIGINT), server_received IS NULL FROM copies WHERE chat LIKE '%@g.us' AND sent IS NOT NULL AND @bucket(chat)
-- and
SELECT h.device, h.chat, CAST(s.entered AS BIGINT), CAST(s.ended AS BIGINT), CAST(d.seized_at AS BIGINT), CAST(least(f.first_at, o.first_at) AS BIGINT)
FROM (SELECT DISTINCT device, chat, coalesce(owner, 'owner of ' || device) AS owner FROM evidence.chats WHERE chat_kind = 'group' AND @bucket(chat)) h
JOIN evidence.devices d ON d.device = h.device
LEFT JOIN persons p ON h.owner = p.account
LEFT JOIN stays s ON s.chat = h.chat AND s.person = coalesce(p.person, h.owner)
LEFT JOIN (SELECT device, chat, min(first_at) AS first_at FROM evidence.appearances WHERE appears_as = 'sender' GROUP BY device, chat) f
       ON f.device = h.device AND f.chat = h.chat
LEFT JOIN (SELECT chat, person_of(account) AS person, min(first_at) AS first_at FROM evidence.appearances WHERE appears_as = 'sender' GROUP BY chat, person_of(account)) o
       ON o.chat = h.chat AND o.person = coalesce(p.person, h.owner)
WHERE h.owner LIKE '%@%' OR p.person IS NOT NULL
ORDER BY h.device, h.chat, s.stay
-- and
SELECT device, offset_ms FROM clock_offsets WHERE place = 1
