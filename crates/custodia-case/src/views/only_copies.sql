-- A phone of which nothing but copies of its databases is there: backups that the messenger made, or a backup of iTunes or Finder. It shows nothing of what came after the copy.
-- device: Label of the exhibit.
-- until: The last instant that the copies show: of messages by the sender's clock, events, entries in tables of members.
SELECT k.device, max(k.last_at) AS until
FROM last_seen k
JOIN (
    SELECT c.device FROM (SELECT DISTINCT device, path, found FROM evidence.chats) c
    LEFT JOIN (SELECT device, substr(path, 1, length(path) - 11) AS folder FROM evidence.files WHERE path LIKE '%/Manifest.db') b
      ON b.device = c.device AND starts_with(c.path, b.folder)
    GROUP BY c.device HAVING bool_and(c.found = 'backup' OR b.folder IS NOT NULL)
) o ON o.device = k.device
GROUP BY k.device
ORDER BY device
