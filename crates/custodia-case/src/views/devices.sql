-- An exhibit.
-- device: Label of the exhibit.
-- owner_accounts: Accounts that the exhibit names as its own.
-- device_kind: What kind of exhibit it is.
-- authority: Reference of the authority that allows the examination.
-- seized_at: When it was seized.
-- country_of_seizure: Where it was seized.
-- source: Name of the evidence as handed over.
-- source_kind: How it was handed over.
-- source_sha256: Its SHA-256.
-- source_bytes: Its bytes.
-- items: Items found in it.
-- groups: Groups on it.
-- messages: Message rows on it.
-- attachments: Attachment rows on it.
-- warnings: Rows in `warnings`.
SELECT d.device, a.accounts AS owner_accounts, d.device_kind, d.authority, d.seized_at, d.country_of_seizure, d.source,
       d.source_kind, d.source_sha256, d.source_bytes, d.items, coalesce(c.chats, 0) AS groups,
       coalesce(m.messages, 0) AS messages, coalesce(t.attachments, 0) AS attachments, coalesce(w.warnings, 0) AS warnings
FROM evidence.devices d
LEFT JOIN (SELECT device, array_to_string(array_sort(array_agg(DISTINCT account)), ' ') AS accounts
           FROM evidence.accounts WHERE own GROUP BY device) a ON a.device = d.device
LEFT JOIN (SELECT device, count(DISTINCT chat) AS chats FROM evidence.chats WHERE chat_kind = 'group' GROUP BY device) c
       ON c.device = d.device
LEFT JOIN (SELECT device, count(*) AS messages FROM evidence.messages GROUP BY device) m ON m.device = d.device
LEFT JOIN (SELECT device, count(*) AS attachments FROM evidence.attachments GROUP BY device) t ON t.device = d.device
LEFT JOIN (SELECT device, count(*) AS warnings FROM evidence.warnings GROUP BY device) w ON w.device = d.device
ORDER BY d.device
