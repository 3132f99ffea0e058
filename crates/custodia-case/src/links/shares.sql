-- A file named in a message by hash; where the message stores none, the file to which its path leads, or in an exported chat the file beside it that the line names; one row per chat, sender, key and file, however many phones hold it.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- sha256: SHA-256 of the file: as stored in a message, or of the file that a message without one leads to.
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
SELECT a.device, a.path, a.part, a.row, f.sha256
FROM evidence.attachments a JOIN evidence.files f ON a.device = f.device AND a.present_path = f.path
WHERE a.sha256 IS NULL AND NOT @quote(a) AND (coalesce(a.present_by, '') <> 'name and size' OR a.chat LIKE '%.export')
-- ORDER BY sent, chat, sender, key, sha256
