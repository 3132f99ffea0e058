-- Which phone holds which message of its chats, and how; for a message of a group that a phone does not hold, why. One row for each message and each phone that holds the chat.
-- device: Label of the exhibit.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- state: For a row: `live`, `wal` when it stands only in the write-ahead log, `edited`, `revoked`, `only in backup of` a day. Without one: `recovered` when a record of it still stands in the bytes of a database, see `recovered`; `deleted`, `never delivered`, `deleted or never delivered`, see `absences`; `before joining`, `after leaving`, `between stays`, `after seizure` when the phone's owner was not in the group, or the phone no longer in use; `after the copy` when it is later than all that the phone's only copies show, see `only_copies`; `entry unseen` when no row dates the owner's entry and the message is older than the first that the phone or the owner shows, or lies between the end of a stay and that of one whose beginning no row dates; `end unseen` when it lies after the beginning of a stay whose end no row dates, though another stay follows; `near a change` within two minutes of such a change.
-- sent: Time by the sender's clock.
-- received: Time by the phone's clock.
-- origin: Directions to the row; for `deleted` to the row behind the gap.
WITH several AS (
    -- Two accounts of one phone in one chat: Messenger and Business, or two users; a chat of two may be that between them.
    SELECT device, chat_of(chat, owner, device) AS chat FROM evidence.chats WHERE @live(found)
    GROUP BY device, chat_of(chat, owner, device) HAVING count(DISTINCT coalesce(owner, path)) > 1
), held AS (
    SELECT c.device, c.chat, c.sender, c.key,
           CASE WHEN c.revoked THEN 'revoked' WHEN c.edited THEN 'edited' ELSE c.found END AS state,
           c.sent, c.received, @origin(c) AS origin
    FROM copies c LEFT ANTI JOIN several s ON s.device = c.device AND s.chat = c.chat WHERE c.found <> 'backup'
    UNION ALL
    SELECT c.device, c.chat, c.sender, c.key, CASE WHEN bool_and(c.revoked) THEN 'revoked' WHEN bool_and(c.revoked OR c.edited) THEN 'edited' ELSE min(c.found) END,
           min(c.sent), min(c.received), min(@origin(c))
    FROM several s JOIN copies c ON s.device = c.device AND s.chat = c.chat WHERE c.found <> 'backup'
    GROUP BY c.device, c.chat, c.sender, c.key
    UNION ALL
    SELECT b.device, b.chat, b.sender, b.key, 'only in backup of ' || max(b.backup), min(b.sent), min(b.received), min(@origin(b))
    FROM (SELECT * FROM copies WHERE found = 'backup') b
    LEFT ANTI JOIN (SELECT device, chat, sender, key FROM copies WHERE found <> 'backup') l
      ON b.device = l.device AND b.chat = l.chat AND b.sender = l.sender AND b.key = l.key
    GROUP BY b.device, b.chat, b.sender, b.key
), again AS (
    SELECT device, chat, sender, key, min(origin) AS origin FROM recovered WHERE key IS NOT NULL AND live_as IN ('nothing', 'elsewhere')
    GROUP BY device, chat, sender, key
), owned AS (
    SELECT device, chat, stay, coalesce(entered, shown - INTERVAL '1 millisecond') AS entered, entered AS dated, shown IS NOT NULL AS unseen, ended, seized_at AS seized,
           max(stay) OVER (PARTITION BY device, chat) AS last_stay
    FROM phone_stays
), hull AS (
    SELECT device, chat, min(entered) AS entered, CASE WHEN bool_or(ended IS NULL AND stay IS NOT DISTINCT FROM last_stay) THEN NULL ELSE max(ended) END AS ended,
           max(seized) AS seized, bool_or(unseen) AS unseen, count(*) AS stays FROM owned GROUP BY device, chat
), outside AS (
    SELECT h.device, m.chat, m.sender, m.key, m.sent,
           CASE WHEN m.sent >= h.seized THEN CASE WHEN x.device IS NULL THEN 'after seizure' ELSE 'after the copy' END WHEN m.sent >= h.ended THEN 'after leaving' WHEN h.unseen THEN 'entry unseen' ELSE 'before joining' END AS state
    FROM hull h JOIN messages m ON h.chat = m.chat LEFT JOIN only_copies x ON x.device = h.device WHERE m.sent >= h.seized OR m.sent >= h.ended OR m.sent <= h.entered
), kept_outside AS (
    SELECT c.device, c.chat, c.sender, c.key FROM hull h JOIN copies c ON h.device = c.device AND h.chat = c.chat
    WHERE c.sent >= h.seized OR c.sent >= h.ended OR c.sent <= h.entered
), near_a_change AS (
    SELECT o.device, m.chat, m.sender, m.key, m.sent, 'near a change' AS state
    FROM owned o JOIN messages m ON o.chat = m.chat
    WHERE m.sent < o.seized AND (@ms(m.sent) - @ms(o.dated) BETWEEN 1 AND 120000 OR @ms(o.ended) - @ms(m.sent) BETWEEN 1 AND 120000
          OR @ms(o.seized) - @ms(m.sent) BETWEEN 1 AND 120000)
), between_stays AS (
    SELECT a.device, m.chat, m.sender, m.key, m.sent, CASE WHEN a.ended IS NULL THEN 'end unseen' WHEN b.dated IS NULL THEN 'entry unseen' ELSE 'between stays' END AS state
    FROM owned a JOIN owned b ON a.device = b.device AND a.chat = b.chat AND b.stay = a.stay + 1
    JOIN messages m ON a.chat = m.chat
    WHERE (m.sent >= a.ended OR (a.ended IS NULL AND @ms(m.sent) - @ms(a.dated) > 120000)) AND m.sent <= coalesce(b.dated, b.ended) AND (m.sent < a.seized OR a.seized IS NULL)
), not_dated AS (
    SELECT h.device, m.chat, m.sender, m.key, m.sent, 'not dated' AS state FROM hull h JOIN messages m ON h.chat = m.chat WHERE m.sent IS NULL
), inside AS (
    SELECT device, chat, sender, key, min(sent) AS sent, min(state) AS state
    FROM (SELECT * FROM near_a_change UNION ALL SELECT * FROM between_stays UNION ALL SELECT * FROM not_dated)
    GROUP BY device, chat, sender, key
), inside_absent AS (
    SELECT i.device, i.chat, i.sender, i.key, i.sent, i.state
    FROM inside i
    LEFT ANTI JOIN copies c ON i.device = c.device AND i.chat = c.chat AND i.sender = c.sender AND i.key = c.key
    LEFT ANTI JOIN absences a ON i.device = a.device AND i.chat = a.chat AND i.sender = a.sender AND i.key = a.key
    LEFT ANTI JOIN hull h ON h.device = i.device AND h.chat = i.chat AND (i.sent >= h.seized OR i.sent >= h.ended OR i.sent <= h.entered)
)
SELECT device, chat, sender, key, state, sent, received, origin FROM held
UNION ALL
SELECT a.device, a.chat, a.sender, a.key, CASE WHEN r.key IS NULL THEN a.state ELSE 'recovered' END, a.sent, @notime, coalesce(r.origin, a.origin)
FROM absences a LEFT JOIN again r ON a.device = r.device AND a.chat = r.chat AND a.sender = r.sender AND a.key = r.key
UNION ALL
SELECT device, chat, sender, key, state, sent, @notime, CAST(NULL AS VARCHAR) FROM inside_absent
UNION ALL
SELECT a.device, a.chat, a.sender, a.key, CASE WHEN a.outside = 'after seizure' AND x.device IS NOT NULL THEN 'after the copy' ELSE a.outside END, a.sent, @notime, CAST(NULL AS VARCHAR)
FROM absent a LEFT JOIN only_copies x ON x.device = a.device WHERE a.outside IS NOT NULL
UNION ALL
SELECT o.device, o.chat, o.sender, o.key, o.state, o.sent, @notime, CAST(NULL AS VARCHAR)
FROM kept_outside k
RIGHT ANTI JOIN outside o ON k.device = o.device AND k.chat = o.chat AND k.sender = o.sender AND k.key = o.key
ORDER BY chat, sender, key, device, origin
