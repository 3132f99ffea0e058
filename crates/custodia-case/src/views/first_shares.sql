-- The first known share of each file over all chats and phones: the earliest that the seized evidence holds.
-- sha256: SHA-256 of the file as stored in the message.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- sent: Time by the sender's clock.
-- group_chat: Group of the earliest share in any group, where there is one.
-- group_sender: Person who sent that one.
-- group_key: Key of that message.
-- group_sent: Time of that message by the sender's clock.
-- shares: All shares of the file, this one included.
-- chats: Chats in which it was shared.
-- devices: Phones that hold this share.
-- present_on: Phones that hold the file itself, by this message.
-- country: Country that the sender's number belongs to.
-- origin: Directions to the row of the first phone.
WITH ranked AS (
    SELECT sha256, chat, sender, key, sent, devices, present_on, origin, chat LIKE '%@g.us' AS in_group,
           row_number() OVER (PARTITION BY sha256 ORDER BY sent NULLS LAST, chat, sender, key) AS place,
           row_number() OVER (PARTITION BY sha256, chat LIKE '%@g.us' ORDER BY sent NULLS LAST, chat, sender, key) AS kind_place
    FROM shares
), counted AS (
    SELECT sha256, count(*) AS shares, count(DISTINCT chat) AS chats FROM shares GROUP BY sha256
)
SELECT f.sha256, f.chat, f.sender, f.key, f.sent, g.chat AS group_chat, g.sender AS group_sender, g.key AS group_key,
       g.sent AS group_sent, n.shares, n.chats, f.devices, f.present_on, c.country, f.origin
FROM (SELECT * FROM ranked WHERE place = 1) f
JOIN counted n ON n.sha256 = f.sha256
LEFT JOIN (SELECT * FROM ranked WHERE in_group AND kind_place = 1) g ON g.sha256 = f.sha256
LEFT JOIN account_countries c ON f.sender = c.account
ORDER BY f.sent, f.sha256
