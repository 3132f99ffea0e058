-- A record that still stands in the bytes of a phone's database and belongs to no live row, or a text of which only the index of texts still has a copy: where it stands, and how sure its reading is. Never counted as live.
-- device: Label of the exhibit.
-- recovered_table: Table of the database whose form the record has.
-- found: How the bytes were found: `freelist page`, `unallocated`, `freeblock`, `old wal frame`, `uncommitted wal frame`, `unproved wal frame`, `replaced page`, `rollback journal`, `dropped table`, `full-text index`; `lost page` for a page that nothing reaches: where the table is damaged, its rows may be live ones.
-- certainty: How surely it is a record of that table: `certain`, `probable`, `possible`.
-- live_as: For a message: what the same phone holds of it, `nothing` or the kind of message as which it is held; `only in backup of` a day when nothing but a copy of its database has it; `elsewhere` where only other phones hold it.
-- chat: Address of the group; for a chat of two the two persons, sorted.
-- sender: Person who sent it.
-- key: Key of the message.
-- sent: Time by the sender's clock.
-- message_kind: Kind of message.
-- text: Text as stored.
-- account: Address of an account that the record is about.
-- name: Name as stored.
-- sha256: SHA-256 of a file that the record names.
-- lists: Lists of known files that name this file.
-- file_name: Name of a file that the record names.
-- page: Number of the page it stands on.
-- byte: Where it begins, in bytes from the start of the file that `origin` names.
-- cells: Its columns and values as JSON.
-- origin: Directions to it: its first byte, in the database, its write-ahead log or its rollback journal.
WITH records AS (
    SELECT r.*, chat_of(r.chat, r.owner, r.device) AS joined_chat,
           sender_of(r.sender, r.from_me, r.device, CAST(NULL AS VARCHAR)) AS person,
           r.device || ':' || r.path || '#byte/' || CAST(r.byte AS VARCHAR) AS place
    FROM evidence.recovered r
), held AS (
    SELECT c.device, c.chat, c.sender, c.key,
           CASE WHEN bool_and(c.found = 'backup') THEN 'only in backup of ' || max(c.backup)
                WHEN bool_and(c.found = 'backup' OR c.revoked) THEN 'revoked'
                ELSE min(CASE WHEN c.found <> 'backup' AND NOT c.revoked THEN c.message_kind END) END AS message_kind
    FROM copies c JOIN (SELECT DISTINCT device, joined_chat, person, key FROM records WHERE key IS NOT NULL) r
      ON r.device = c.device AND r.joined_chat = c.chat AND r.person = c.sender AND r.key = c.key
    GROUP BY c.device, c.chat, c.sender, c.key
), listed AS (
    SELECT sha256, @set(list) AS lists FROM known_files WHERE sha256 IS NOT NULL GROUP BY sha256
)
SELECT r.device, r.recovered_table, r.found, r.certainty,
       CASE WHEN r.key IS NULL OR r.joined_chat IS NULL THEN NULL
            WHEN m.key IS NULL THEN 'nothing'
            ELSE coalesce(h.message_kind, 'elsewhere') END AS live_as,
       r.joined_chat AS chat, r.person AS sender, r.key, r.sent, r.message_kind, r.text, r.account, r.name, r.sha256, l.lists, r.file_name,
       r.page, r.byte, r.cells, r.place AS origin
FROM records r
LEFT JOIN held h ON h.device = r.device AND h.chat = r.joined_chat AND h.sender = r.person AND h.key = r.key
LEFT JOIN messages m ON r.joined_chat = m.chat AND r.person = m.sender AND r.key = m.key
LEFT JOIN listed l ON r.sha256 = l.sha256
ORDER BY r.device, r.recovered_table, r.sent, r.page, r.byte
