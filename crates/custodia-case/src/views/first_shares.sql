-- The first known share of each file over all chats and phones: the earliest that the seized evidence holds.
-- sha256: SHA-256 of the file as stored in the message.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- sent: Time by the sender's clock.
-- shares: All shares of the file, this one included.
-- chats: Chats in which it was shared.
-- devices: Phones that hold this share.
-- present_on: Phones that hold the file itself, by this message.
-- country: Country that the sender's number belongs to.
-- origin: Directions to the row of the first phone.
SELECT f.sha256, f.chat, f.sender, f.key, f.sent, f.shares, f.chats, f.devices, f.present_on, c.country, f.origin
FROM (
    SELECT sha256, chat, sender, key, sent, devices, present_on, origin,
           row_number() OVER (PARTITION BY sha256 ORDER BY sent NULLS LAST, chat, sender, key) AS place,
           count(*) OVER (PARTITION BY sha256) AS shares, n.chats
    FROM shares
    JOIN (SELECT sha256 AS file, count(DISTINCT chat) AS chats FROM shares GROUP BY sha256) n ON n.file = shares.sha256
) f
LEFT JOIN account_countries c ON f.sender = c.account
WHERE f.place = 1
ORDER BY f.sent, f.sha256
