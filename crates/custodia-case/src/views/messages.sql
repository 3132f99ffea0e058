-- A message, one row per chat, sender and key, however many phones hold it.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it; `owner of <device>` when the phone does not say who its owner is.
-- key: Key of the message; of the original where a row edits or revokes one.
-- sent: Earliest time by the sender's clock.
-- message_kind: Kind of message; `revoked` when every phone that holds it holds a revocation.
-- text: Text as stored; where phones differ, one of them.
-- texts_differ: Whether the phones hold different texts.
-- times_differ: Whether the phones hold different sent times.
-- kinds_differ: Whether the phones hold different kinds, revocations aside.
-- forwarded: Whether any row is marked as forwarded.
-- forwards_differ: Whether some phones hold the mark of forwarding and others not.
-- edited_on: Phones on which the row is marked as edited.
-- revoked_on: Phones on which the row is a revocation.
-- only_in_backup: Where no phone's live database holds it: the latest copy that does, as in `copies`.
-- devices: Phones that hold it.
-- device_list: Their labels.
-- origin: Directions to the row of the first phone, in a backup only where no live database holds one.
SELECT chat, sender, key, min(sent) AS sent, coalesce(min(CASE WHEN NOT revoked THEN message_kind END), 'revoked') AS message_kind, max(text) AS text,
       min(text) IS DISTINCT FROM max(text) AS texts_differ,
       min(sent) IS DISTINCT FROM max(sent) AS times_differ,
       min(CASE WHEN NOT revoked THEN message_kind END) IS DISTINCT FROM max(CASE WHEN NOT revoked THEN message_kind END) AS kinds_differ,
       bool_or(forwarded) AS forwarded, bool_or(forwarded) <> bool_and(forwarded) AS forwards_differ,
       coalesce(@size(CASE WHEN edited THEN device END), 0) AS edited_on, coalesce(@size(CASE WHEN revoked THEN device END), 0) AS revoked_on,
       CASE WHEN min(found) = 'backup' AND max(found) = 'backup' THEN max(backup) END AS only_in_backup,
       @size(device) AS devices, @set(device) AS device_list,
       coalesce(min(@origin(c)) FILTER (WHERE found <> 'backup'), min(@origin(c)) FILTER (WHERE found = 'backup')) AS origin
FROM copies c
GROUP BY chat, sender, key
ORDER BY chat, sent, sender, key
