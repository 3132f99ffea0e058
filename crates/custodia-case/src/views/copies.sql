-- A message as one phone holds it, with chat, sender and key in the form that is the same on every phone.
-- device: Label of the exhibit.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it; `owner of <device>` when the phone does not say who its owner is.
-- key: Key of the message; of the original where the row edits or revokes one.
-- sent: Time by the sender's clock.
-- received: Time by the phone's clock.
-- server_received: Time by the server's clock.
-- from_me: Whether the row is marked as written on this device's account.
-- message_kind: Kind of message.
-- text: Text as stored.
-- forwarded: Whether the row is marked as forwarded.
-- edited: Whether the row is marked as edited.
-- revoked: Whether the row is a revocation.
-- found: `live`, `wal`, or `backup` for a row that stands only in a copy of the phone's database, or there with another content.
-- backup: For `backup`: the day in the name of that copy, or its name.
-- path: Path of the database.
-- part: Table of the database.
-- row: Row of the table.
SELECT m.device,
       chat_of(m.chat, m.owner, m.device) AS chat,
       sender_of(m.sender, m.from_me, m.device, 'unknown') AS sender,
       coalesce(m.original_key, m.key) AS key, m.sent, m.received, m.server_received, m.from_me, m.message_kind, m.text, m.forwarded,
       m.edited_at IS NOT NULL AS edited, m.message_kind = 'revoked' AS revoked, m.found, CASE WHEN m.found = 'backup' THEN @backup(m) END AS backup, m.path, m.part, m.row
FROM evidence.messages m
-- ORDER BY device, path, part, row, key
