-- Which phone holds which message, and how.
-- device: Label of the exhibit.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- state: `live`, `wal` when it stands only in the write-ahead log, `edited`, `revoked`.
-- sent: Time by the sender's clock.
-- received: Time by the phone's clock.
-- origin: Directions to the row.
SELECT device, chat, sender, key,
       CASE WHEN revoked THEN 'revoked' WHEN edited THEN 'edited' ELSE found END AS state, sent, received,
       @origin(c) AS origin
FROM copies c
ORDER BY chat, sender, key, device, origin
