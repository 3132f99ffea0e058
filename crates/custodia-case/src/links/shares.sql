-- A file named in a message by hash, or in an exported chat by the name of a file beside it, one row per chat, sender, key and file, however many phones hold it.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- sha256: SHA-256 of the file: as stored in the message, in an exported chat of the file that the line names.
-- sent: Earliest time by the sender's clock.
-- mime: Media type as stored.
-- size: Size in bytes as stored.
-- forwarded: Whether any row is marked as forwarded.
-- forward_score: Highest count of forwardings as stored.
-- devices: Phones that hold the message.
-- present_on: Phones that hold the file itself.
-- device_list: Labels of the phones that hold the message.
-- origin: Directions to the row of the first phone.
SELECT account, person FROM persons
-- and
SELECT chat, sender, key, sha256, min(sent), min(mime), max(stored_size), bool_or(forwarded), max(forward_score), @size(device),
       coalesce(@size(CASE WHEN present THEN device END), 0), @set(device), min(origin)
FROM share_copies
WHERE sha256_of <> 'message' AND chat_as_stored LIKE '%.export' AND @bucket(chat)
GROUP BY chat, sender, key, sha256
-- ORDER BY sent, chat, sender, key, sha256
