-- A copy of a messenger's database that stood beside the live one, and how many of its rows say what the live database no longer says; all its other rows are those of the live database.
-- device: Label of the exhibit.
-- path: Path of the copy.
-- backup: The day in its name, or its name.
-- opened_by: What opened it where it was packed or encrypted.
-- messages: Messages that stand only here, or here with another content.
-- attachments: Files named by them.
-- memberships: Rows about members that stand only here.
-- group_events: Events of groups that stand only here.
-- first_at: Earliest of those messages by the senders' clocks.
-- last_at: Latest of them.
-- origin: Directions to the copy.
WITH only_here AS (
    SELECT device, path, 'm' AS kind, sent FROM evidence.messages WHERE found = 'backup'
    UNION ALL SELECT device, path, 'a', @notime FROM evidence.attachments WHERE found = 'backup'
    UNION ALL SELECT device, path, 's', @notime FROM evidence.memberships WHERE found = 'backup'
    UNION ALL SELECT device, path, 'e', @notime FROM evidence.group_events WHERE found = 'backup'
), counted AS (
    SELECT device, path, sum(CASE WHEN kind = 'm' THEN 1 ELSE 0 END) AS messages, sum(CASE WHEN kind = 'a' THEN 1 ELSE 0 END) AS attachments,
           sum(CASE WHEN kind = 's' THEN 1 ELSE 0 END) AS memberships, sum(CASE WHEN kind = 'e' THEN 1 ELSE 0 END) AS group_events,
           min(sent) AS first_at, max(sent) AS last_at
    FROM only_here GROUP BY device, path
)
SELECT f.device, f.path, @backup(f) AS backup, o.parser AS opened_by, coalesce(c.messages, 0) AS messages, coalesce(c.attachments, 0) AS attachments,
       coalesce(c.memberships, 0) AS memberships, coalesce(c.group_events, 0) AS group_events, c.first_at, c.last_at, @origin(f) AS origin
FROM evidence.files f
LEFT JOIN counted c ON f.device = c.device AND f.path = c.path
LEFT JOIN evidence.files o ON f.device = o.device AND o.path = regexp_replace(f.path, '/[^/]*$', '') AND o.content NOT LIKE 'inode%'
WHERE f.parser IS NOT NULL AND (c.path IS NOT NULL OR f.path ~ '/(msgstore|wa)-[^/]*[0-9]{4}-[0-9]{2}-[0-9]{2}[^/]*[.]db$' OR f.path ~ '[.]crypt[0-9]+/[^/]+$')
ORDER BY f.device, backup DESC, f.path
