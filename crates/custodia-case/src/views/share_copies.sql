-- A file named in a message as one phone holds it: by hash, or where it stores none by a file of the phone that it leads to.
-- device: Label of the exhibit.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- chat_as_stored: Address of the chat as the phone stores it.
-- sender: Person who sent it.
-- key: Key of the message.
-- sha256: SHA-256 of the file: as stored in the message; where it stores none, of the file that it leads to.
-- sha256_of: `message` when the message stores the digest; `file` when it is that of the file to which the path of a message without a digest leads, `name and size` when only these lead to it.
-- sent: Time by the sender's clock.
-- mime: Media type as stored.
-- stored_size: Size in bytes as stored.
-- forwarded: Whether the row is marked as forwarded.
-- forward_score: Count of forwardings as stored.
-- present: Whether the file is on this phone.
-- origin: Directions to the row.
SELECT a.device,
       chat_of(a.chat, a.owner, a.device) AS chat,
       a.chat AS chat_as_stored,
       sender_of(a.sender, a.from_me, a.device, 'unknown') AS sender,
       coalesce(a.original_key, a.key) AS key, a.sha256, 'message' AS sha256_of, a.sent, a.mime, a.stored_size, a.forwarded, a.forward_score,
       a.present, @origin(a) AS origin
FROM @attachments a
WHERE a.sha256 IS NOT NULL AND NOT @quote(a)
UNION ALL
SELECT a.device,
       chat_of(a.chat, a.owner, a.device) AS chat,
       a.chat AS chat_as_stored,
       sender_of(a.sender, a.from_me, a.device, 'unknown') AS sender,
       coalesce(a.original_key, a.key) AS key, f.sha256, CASE WHEN a.present_by = 'name and size' THEN a.present_by ELSE 'file' END, a.sent, a.mime, a.stored_size, a.forwarded, a.forward_score,
       a.present, @origin(a) AS origin
FROM @attachments a
JOIN evidence.files f ON a.device = f.device AND a.present_path = f.path
WHERE a.sha256 IS NULL AND NOT @quote(a)
-- ORDER BY device, origin, key, sha256
