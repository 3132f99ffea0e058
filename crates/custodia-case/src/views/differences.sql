-- What phones hold differently of one message: one row for each thing that differs and each value. Messages of one key with different texts stay one message, and both texts are here.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- what: What differs: `text`, `sent`, `kind`, `forwarded`, `edited`, `revoked`, `absent`.
-- value: What these phones hold.
-- devices: How many phones hold it so.
-- device_list: Their labels.
-- origin: Directions to the row of the first of them.
WITH differing AS (
    SELECT chat, sender, key FROM messages
    WHERE texts_differ OR times_differ OR kinds_differ OR forwards_differ OR (edited_on > 0 AND edited_on < devices)
          OR (revoked_on > 0 AND revoked_on < devices)
), held AS (
    SELECT c.chat, c.sender, c.key, c.device, c.text, c.sent, c.message_kind, c.forwarded, c.edited, c.revoked, @origin(c) AS origin
    FROM differing d RIGHT SEMI JOIN copies c ON c.chat = d.chat AND c.sender = d.sender AND c.key = d.key
), told AS (
    SELECT h.chat, h.sender, h.key, w.what,
           CASE w.what WHEN 'text' THEN coalesce(h.text, '') WHEN 'sent' THEN coalesce(@iso(h.sent), '') WHEN 'kind' THEN h.message_kind
                       WHEN 'forwarded' THEN CAST(h.forwarded AS VARCHAR) WHEN 'edited' THEN CAST(h.edited AS VARCHAR)
                       ELSE CAST(h.revoked AS VARCHAR) END AS value,
           h.device, h.origin
    FROM held h CROSS JOIN (VALUES ('text'), ('sent'), ('kind'), ('forwarded'), ('edited'), ('revoked')) AS w(what)
    WHERE NOT h.revoked OR w.what IN ('sent', 'revoked')
    UNION ALL
    SELECT chat, sender, key, 'absent', state, device, coalesce(origin, device) FROM absences
), valued AS (
    SELECT chat, sender, key, what, value, @size(device) AS devices, @set(device) AS device_list, min(origin) AS origin
    FROM told GROUP BY chat, sender, key, what, value
), several AS (
    SELECT chat, sender, key, what FROM valued GROUP BY chat, sender, key, what HAVING count(*) > 1 OR what = 'absent'
)
SELECT v.chat, v.sender, v.key, v.what, v.value, v.devices, v.device_list, v.origin
FROM valued v LEFT SEMI JOIN several s ON v.chat = s.chat AND v.sender = s.sender AND v.key = s.key AND v.what = s.what
ORDER BY v.chat, v.sender, v.key, v.what, v.value
