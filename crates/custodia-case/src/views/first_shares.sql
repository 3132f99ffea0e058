-- The first known share of each file over all chats and phones: the earliest that the seized evidence holds. A time from before the messenger existed, 2009-02-24, comes after all others; `conflicts` names such messages. So do, before these, times of exported chats: they are local and name no zone.
-- sha256: SHA-256 of the file: as in `shares`.
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
           row_number() OVER (PARTITION BY sha256 ORDER BY CASE WHEN @early(sent) THEN 3 WHEN sent IS NULL THEN 2 WHEN chat LIKE '%.export' THEN 1 ELSE 0 END, sent, chat, sender, key) AS place
    FROM shares
), marked AS (
    SELECT *, min(CASE WHEN in_group THEN place END) OVER (PARTITION BY sha256) AS group_place,
           count(*) OVER (PARTITION BY sha256) AS shares
    FROM ranked
), firsts AS (
    SELECT sha256, max(CASE WHEN place = 1 THEN chat END) AS chat, max(CASE WHEN place = 1 THEN sender END) AS sender,
           max(CASE WHEN place = 1 THEN key END) AS key, max(CASE WHEN place = 1 THEN sent END) AS sent,
           max(CASE WHEN place = group_place THEN chat END) AS group_chat, max(CASE WHEN place = group_place THEN sender END) AS group_sender,
           max(CASE WHEN place = group_place THEN key END) AS group_key, max(CASE WHEN place = group_place THEN sent END) AS group_sent,
           max(shares) AS shares, max(CASE WHEN place = 1 THEN devices END) AS devices,
           max(CASE WHEN place = 1 THEN present_on END) AS present_on, max(CASE WHEN place = 1 THEN origin END) AS origin
    FROM marked WHERE place = 1 OR place = group_place GROUP BY sha256
), counted AS (
    SELECT sha256, count(*) AS chats FROM (SELECT DISTINCT sha256, chat FROM shares) GROUP BY sha256
)
SELECT f.sha256, f.chat, f.sender, f.key, f.sent, f.group_chat, f.group_sender, f.group_key, f.group_sent, f.shares, n.chats, f.devices,
       f.present_on, c.country, f.origin
FROM firsts f
JOIN counted n ON n.sha256 = f.sha256
LEFT JOIN account_countries c ON f.sender = c.account
ORDER BY f.sent, f.sha256
