-- Everything that full-text search finds: texts of messages (where phones differ, each), captions, names, subjects, descriptions, names of files, and what recovered records and quotes of absent or changed messages hold.
-- entry_kind: `message`, `caption`, `name`, `subject`, `description`, `file name`; `recovered` for a record that belongs to no live row, see `recovered`; `quoted copy` for a text that only a quote holds so, see `quoted_copies`.
-- text: The text as stored.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- account: Person who wrote or bears it.
-- country: Country that the person's number belongs to.
-- message_kind: Kind of the message.
-- at_ms: When it was written, Unix milliseconds.
-- device_list: Labels of the phones that hold it.
-- key: Key of the message.
-- origin: Directions to the row of the first phone.
SELECT 'message' AS entry_kind, m.text, m.chat, m.sender AS account, c.country, m.message_kind, @ms(m.sent) AS at_ms, m.text_device_list AS device_list, m.key, m.origin
FROM messages m LEFT JOIN account_countries c ON c.account = m.sender WHERE m.text <> '' AND NOT m.texts_differ
UNION ALL
SELECT 'message', d.value, d.chat, d.sender, c.country, m.message_kind, @ms(m.sent), d.device_list, d.key, d.origin
FROM differences d JOIN messages m ON m.chat = d.chat AND m.sender = d.sender AND m.key = d.key
LEFT JOIN account_countries c ON c.account = d.sender
WHERE d.what = 'text' AND d.value <> '' AND m.texts_differ
UNION ALL
SELECT w.kind, CASE WHEN w.kind = 'caption' THEN a.caption ELSE a.file_name END, a.joined_chat, a.person, max(c.country),
       min(a.message_kind), CAST(min(a.sent) AS BIGINT), @set(a.device), a.message_key, min(a.place)
FROM (
    SELECT a.caption, a.file_name, chat_of(a.chat, a.owner, a.device) AS joined_chat, sender_of(a.sender, a.from_me, a.device, 'unknown') AS person,
           coalesce(a.original_key, a.key) AS message_key, a.message_kind, a.sent, a.device, @origin(a) AS place
    FROM evidence.attachments a WHERE a.caption <> '' OR a.file_name <> ''
) a CROSS JOIN (VALUES ('caption'), ('file name')) AS w(kind)
LEFT JOIN account_countries c ON c.account = a.person
WHERE CASE WHEN w.kind = 'caption' THEN a.caption ELSE a.file_name END <> ''
GROUP BY w.kind, CASE WHEN w.kind = 'caption' THEN a.caption ELSE a.file_name END, a.joined_chat, a.person, a.message_key
UNION ALL
SELECT 'quoted copy', q.text, q.chat, q.sender, c.country, CAST(NULL AS VARCHAR), CAST(NULL AS BIGINT), q.device, q.key, q.origin
FROM quoted_copies q LEFT JOIN account_countries c ON c.account = q.sender
UNION ALL
SELECT 'recovered', r.told, r.joined_chat, r.person, c.country, r.message_kind, @ms(r.sent), r.device, r.key, r.place
FROM (
    SELECT unnest([r.text, r.name, r.file_name]) AS told, chat_of(r.chat, r.owner, r.device) AS joined_chat,
           coalesce(sender_of(r.sender, r.from_me, r.device, CAST(NULL AS VARCHAR)), person_of(r.account)) AS person,
           r.message_kind, r.sent, r.device, r.key, r.device || ':' || r.path || '#byte/' || CAST(r.byte AS VARCHAR) AS place
    FROM evidence.recovered r
) r LEFT JOIN account_countries c ON c.account = r.person WHERE r.told <> ''
UNION ALL
SELECT 'name', a.name, CAST(NULL AS VARCHAR), coalesce(p.person, a.account), max(c.country), CAST(NULL AS VARCHAR), CAST(NULL AS BIGINT), @set(a.device),
       CAST(NULL AS VARCHAR), min(@origin(a))
FROM evidence.accounts a
LEFT JOIN persons p ON p.account = a.account
LEFT JOIN account_countries c ON c.account = p.person
WHERE a.name <> '' GROUP BY a.name, coalesce(p.person, a.account)
UNION ALL
SELECT fact, value, chat, by_person, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(min(at) AS BIGINT), @set(device), CAST(NULL AS VARCHAR), min(origin)
FROM group_facts WHERE fact IN ('subject', 'description') AND value <> '' GROUP BY fact, value, chat, by_person
UNION ALL
SELECT 'file name', f.path, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), @ms(f.modified), f.device,
       CAST(NULL AS VARCHAR), @origin(f)
FROM evidence.files f
