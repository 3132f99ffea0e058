-- The shares ledger: every appearance of a file that some message shares or a list names, over groups, chats and phones, in time order for each file. A time from before the messenger existed, 2009-02-24, orders nothing: such appearances come last. So do, before undated ones, lines of exported chats, whose times are local and name no zone.
-- sha256: SHA-256 of the file.
-- place: Number of the appearance of this file, from 1 in time order; undated ones come last.
-- appearance: `shared` in a message, or `on the phone` as a file that no message of that phone names or leads to.
-- at: Time by the sender's clock; for a file its last change as stored.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- first_known: Whether this is the first known share of the file.
-- first_in_chat: Whether this is the first known share in this chat.
-- forwarded: Whether any row is marked as forwarded.
-- forward_score: Highest count of forwardings as stored.
-- known_in: Lists of known material that name the file.
-- devices: Phones that hold the message or the file.
-- device_list: Their labels.
-- only_device: Label of the phone, where no other holds or names the file.
-- origin: Directions to the row or file of the first phone.
WITH wanted AS (
    SELECT sha256 FROM shares WHERE @bucket(sha256) UNION SELECT sha256 FROM known_files WHERE @bucket(sha256)
), loose AS (
    SELECT f.device, f.sha256, min(f.modified) AS at, min(@origin(f)) AS origin FROM evidence.files f
    LEFT SEMI JOIN wanted w ON f.sha256 = w.sha256
    LEFT ANTI JOIN (SELECT device, sha256 FROM share_copies WHERE @bucket(sha256) AND (sha256_of <> 'name and size' OR chat_as_stored LIKE '%.export')) c
      ON c.device = f.device AND c.sha256 = f.sha256
    WHERE @bucket(f.sha256)
    GROUP BY f.device, f.sha256
)
SELECT sha256, 'shared' AS appearance, sent AS at, chat, sender, key, forwarded, forward_score, devices, device_list, origin
FROM shares WHERE @bucket(sha256)
UNION ALL
SELECT sha256, 'on the phone', at, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), false,
       CAST(NULL AS BIGINT), 1, device, origin
FROM loose
-- and
SELECT sha256, @set(list) AS lists FROM known_files WHERE @bucket(sha256) GROUP BY sha256
-- ORDER BY sha256, place
