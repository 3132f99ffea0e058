-- Which phone holds which message of its chats, and how; for a message of a group that a phone does not hold, why. One row for each message and each phone that holds the chat.
-- device: Label of the exhibit.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- state: For a row: `live`, `wal` when it stands only in the write-ahead log, `edited`, `revoked`, `recovered`. Without one: `deleted`, `never delivered`, `deleted or never delivered`, see `absences`; `before joining`, `after leaving`, `between stays`, `after seizure` when the phone's owner was not in the group, or the phone no longer in use; `near a change` within two minutes of such a change.
-- sent: Time by the sender's clock.
-- received: Time by the phone's clock.
-- origin: Directions to the row; for `deleted` to the row behind the gap.
WITH held AS (
    SELECT device, chat, sender, key,
           CASE WHEN revoked THEN 'revoked' WHEN found NOT IN ('live', 'wal') THEN 'recovered' WHEN edited THEN 'edited' ELSE found END AS state,
           sent, received, @origin(c) AS origin
    FROM copies c
), stay AS (
    SELECT h.device, h.chat, min(coalesce(s.entered, f.first_at)) AS entered,
           CASE WHEN bool_or(s.ended IS NULL) THEN NULL ELSE max(s.ended) END AS ended, max(d.seized_at) AS seized
    FROM (SELECT DISTINCT device, chat, owner FROM evidence.chats WHERE chat_kind = 'group' AND owner IS NOT NULL) h
    JOIN evidence.devices d ON d.device = h.device
    LEFT JOIN persons p ON h.owner = p.account
    LEFT JOIN stays s ON s.chat = h.chat AND s.person = coalesce(p.person, h.owner)
    LEFT JOIN (SELECT device, chat, min(first_at) AS first_at FROM evidence.appearances WHERE appears_as = 'sender' GROUP BY device, chat) f
           ON f.device = h.device AND f.chat = h.chat
    GROUP BY h.device, h.chat
), outside AS (
    SELECT s.device, m.chat, m.sender, m.key, m.sent,
           CASE WHEN m.sent >= s.seized THEN 'after seizure'
                WHEN m.sent >= s.ended THEN 'after leaving'
                WHEN m.sent <= s.entered THEN 'before joining'
                WHEN m.sent IS NULL THEN 'not dated'
                WHEN CAST(m.sent AS BIGINT) - CAST(s.entered AS BIGINT) <= 120000
                     OR CAST(s.ended AS BIGINT) - CAST(m.sent AS BIGINT) <= 120000
                     OR CAST(s.seized AS BIGINT) - CAST(m.sent AS BIGINT) <= 120000 THEN 'near a change'
                ELSE 'between stays' END AS state
    FROM messages m JOIN stay s ON s.chat = m.chat
)
SELECT device, chat, sender, key, state, sent, received, origin FROM held
UNION ALL
SELECT device, chat, sender, key, state, sent, @notime, origin FROM absences
UNION ALL
SELECT o.device, o.chat, o.sender, o.key, o.state, o.sent, @notime, CAST(NULL AS VARCHAR)
FROM outside o
LEFT ANTI JOIN (SELECT device, chat, sender, key FROM copies UNION ALL SELECT device, chat, sender, key FROM absences) h
     ON h.device = o.device AND h.chat = o.chat AND h.sender = o.sender AND h.key = o.key
ORDER BY chat, sender, key, device, origin
