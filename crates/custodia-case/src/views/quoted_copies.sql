-- The text of a message as another message quotes it, where no phone holds the message, every phone that does holds a revocation, or its text is another one. A copy, not the message.
-- chat: Address of the group; for a chat of two the two persons, sorted. That of the quoted message, which may be another than the one that quotes it.
-- sender: Person who sent the quoted message, by the quote.
-- key: Key of the quoted message.
-- text: Its text as quoted.
-- copy_of: What is known of the message itself: `no phone holds it`, `revoked`, `another text`.
-- quoted_by: Person who quoted it.
-- quoted_at: When, by the clock of that person.
-- device: Label of the exhibit.
-- origin: Directions to the row that quotes it.
WITH quotes AS (
    SELECT chat_of(coalesce(m.quoted_chat, m.chat), m.owner, m.device) AS chat, coalesce(person_of(m.quoted_sender), 'unknown') AS sender, m.quoted_key AS key, m.quoted_text AS text,
           sender_of(m.sender, m.from_me, m.device, CAST(NULL AS VARCHAR)) AS quoted_by, m.sent AS quoted_at,
           m.device, @origin(m) AS origin
    FROM evidence.messages m
    WHERE m.quoted_key IS NOT NULL AND m.quoted_text <> ''
)
SELECT q.chat, q.sender, q.key, q.text,
       CASE WHEN m.key IS NULL THEN 'no phone holds it' WHEN m.message_kind = 'revoked' THEN 'revoked' ELSE 'another text' END AS copy_of,
       q.quoted_by, q.quoted_at, q.device, q.origin
FROM quotes q
-- Where phones hold different texts, the quoted one may be that of another phone.
LEFT ANTI JOIN (SELECT chat, sender, key, value FROM differences WHERE what = 'text') x
     ON x.chat = q.chat AND x.sender = q.sender AND x.key = q.key AND x.value = q.text
LEFT JOIN messages m ON q.chat = m.chat AND q.sender = m.sender AND q.key = m.key
WHERE m.key IS NULL OR m.message_kind = 'revoked' OR (m.text IS NOT NULL AND m.text <> q.text)
ORDER BY q.chat, q.quoted_at, q.key, q.device, q.origin
