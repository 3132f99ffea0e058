-- Known material: where a phone holds a listed file, or a message names one: by hash, or where it stores none by a file of the phone that it leads to.
-- device: Label of the exhibit.
-- how: `file present`; `file of message` when a message that stores no hash leads to the file, as every line of an exported chat does that names one, `file of message, by name and size` when its path no longer does; `hash in message` when the list or this phone ties the hash; `other device's copy` when only another phone's file does; `original hash in message` when the listed hash is the one that the message stores of the file before the sender's phone coded it anew: what was sent is another file, so nothing counts it as a share of this one; `hash in quote` when it is the copy that a quote keeps of the message: what is told of the message is as the quote has it, and who quoted it is at the origin.
-- list: Name of the list.
-- category: Category number as the list gives it; a list that puts one file into several has a row for each.
-- profile: Profile that gives the number its meaning.
-- series: Name of the series as the list gives it.
-- sha256: SHA-256 of the file.
-- chat: Address of the group or chat; none for files.
-- chat_as_stored: Address of the chat as the phone stores it.
-- sender: Person who sent it.
-- key: Key of the message.
-- sent: Time by the sender's clock.
-- through: For `other device's copy`, and an `original hash in message` or a `hash in quote` that only another phone's file ties, the first phone whose file ties hash and list.
-- origin: Directions to the file or the row.
WITH tied AS (
    SELECT list, category, profile, series, sha256,
           bool_or(through = 'list') AS by_list, min(CASE WHEN through <> 'list' THEN through END) AS first_device
    FROM known_files GROUP BY list, category, profile, series, sha256
), own AS (
    SELECT DISTINCT list, sha256, through AS device FROM known_files WHERE through <> 'list'
)
SELECT f.device, 'file present' AS how, t.list, t.category, t.profile, t.series, f.sha256, CAST(NULL AS VARCHAR) AS chat,
       CAST(NULL AS VARCHAR) AS chat_as_stored, CAST(NULL AS VARCHAR) AS sender, CAST(NULL AS VARCHAR) AS key,
       @notime AS sent, CAST(NULL AS VARCHAR) AS through, f.origin
FROM (SELECT device, sha256, min(@origin(f)) AS origin FROM evidence.files f GROUP BY device, sha256) f
JOIN tied t ON f.sha256 = t.sha256
UNION ALL
SELECT a.device, CASE WHEN t.by_list OR o.device IS NOT NULL THEN 'hash in message' ELSE 'other device''s copy' END AS how,
       t.list, t.category, t.profile, t.series, a.sha256, chat_of(a.chat, a.owner, a.device) AS chat, a.chat AS chat_as_stored,
       sender_of(a.sender, a.from_me, a.device, 'unknown') AS sender, coalesce(a.original_key, a.key) AS key, a.sent,
       CASE WHEN t.by_list OR o.device IS NOT NULL THEN NULL ELSE t.first_device END AS through, @origin(a) AS origin
FROM @attachments a
JOIN tied t ON a.sha256 = t.sha256
LEFT JOIN own o ON o.list = t.list AND o.sha256 = a.sha256 AND o.device = a.device
WHERE NOT @quote(a)
UNION ALL
SELECT a.device, 'original hash in message' AS how, t.list, t.category, t.profile, t.series, a.original_sha256, chat_of(a.chat, a.owner, a.device) AS chat,
       a.chat AS chat_as_stored, sender_of(a.sender, a.from_me, a.device, 'unknown') AS sender, coalesce(a.original_key, a.key) AS key, a.sent,
       CASE WHEN t.by_list OR o.device IS NOT NULL THEN NULL ELSE t.first_device END AS through, @origin(a) AS origin
FROM (SELECT * FROM @attachments o WHERE original_sha256 IS NOT NULL AND original_sha256 IS DISTINCT FROM sha256) a
JOIN tied t ON a.original_sha256 = t.sha256
LEFT JOIN own o ON o.list = t.list AND o.sha256 = a.original_sha256 AND o.device = a.device
WHERE NOT @quote(a)
UNION ALL
SELECT s.device, CASE s.sha256_of WHEN 'file' THEN 'file of message' ELSE 'file of message, by name and size' END AS how,
       t.list, t.category, t.profile, t.series, s.sha256, s.chat, s.chat_as_stored, s.sender, s.key, s.sent, CAST(NULL AS VARCHAR) AS through, s.origin
FROM share_copies s
JOIN tied t ON s.sha256 = t.sha256
WHERE s.sha256_of <> 'message'
UNION ALL
SELECT a.device, 'hash in quote' AS how, t.list, t.category, t.profile, t.series, a.sha256, chat_of(a.chat, a.owner, a.device) AS chat,
       a.chat AS chat_as_stored, sender_of(a.sender, a.from_me, a.device, 'unknown') AS sender, a.key, a.sent,
       CASE WHEN t.by_list OR o.device IS NOT NULL THEN NULL ELSE t.first_device END AS through, @origin(a) AS origin
FROM evidence.attachments a
JOIN tied t ON a.sha256 = t.sha256
LEFT JOIN own o ON o.list = t.list AND o.sha256 = a.sha256 AND o.device = a.device
WHERE @quote(a)
