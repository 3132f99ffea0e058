-- A message, one row per chat, sender and key, however many phones hold it.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it; `owner of <device>` when the phone does not say who its owner is.
-- key: Key of the message; of the original where a row edits or revokes one.
-- sent: Earliest time by the sender's clock.
-- message_kind: Kind of message; the kinds differ where it was revoked on some phones alone, see `presence`.
-- text: Text as stored; where phones differ, one of them.
-- texts: How many different texts the phones hold.
-- forwarded: Whether any row is marked as forwarded.
-- edited_on: Phones on which the row is marked as edited.
-- revoked_on: Phones on which the row is a revocation.
-- devices: Phones that hold it.
-- device_list: Their labels.
-- origin: Directions to the row of the first phone.
SELECT chat, sender, key, min(sent) AS sent, min(message_kind) AS message_kind, max(text) AS text,
       count(DISTINCT text) AS texts, bool_or(forwarded) AS forwarded,
       sum(CASE WHEN edited THEN 1 ELSE 0 END) AS edited_on, sum(CASE WHEN revoked THEN 1 ELSE 0 END) AS revoked_on,
       count(DISTINCT device) AS devices, array_to_string(array_sort(array_agg(DISTINCT device)), ' ') AS device_list,
       min(@origin(c)) AS origin
FROM copies c
GROUP BY chat, sender, key
ORDER BY chat, sent, sender, key
