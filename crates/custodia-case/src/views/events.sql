-- An event of a group as one phone holds it, with who acted and whom it concerned. A row leaves out the owner of the phone; where the phone does not say whose it is and other phones do, `owner of <device>` stands there.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- at: When, as stored.
-- action: The event.
-- actor: Account that acted.
-- target: Account concerned.
-- old_value: Value before, as stored.
-- new_value: Value after, as stored.
-- path: Path of the database.
-- part: Table of the database.
-- row: Row of the table.
SELECT e.device, e.chat, e.at, e.action,
       CASE WHEN e.actor IS NOT NULL OR o.account IS NULL OR NOT e.from_me THEN e.actor
            WHEN e.target IS NOT NULL AND e.action IN ('added', 'removed', 'promoted', 'demoted') THEN o.account
            WHEN e.action IN ('created', 'subject changed', 'icon changed', 'icon deleted', 'description changed', 'link reset', 'group info restricted to admins',
                 'group info open to all', 'sending restricted to admins', 'sending open to all', 'disappearing timer set', 'disappearing timer changed',
                 'adding restricted to admins', 'adding open to all', 'message pinned', 'message kept', 'left', 'joined by link', 'joined from invitation',
                 'joined from community', 'joined by community invite') THEN o.account END AS actor,
       CASE WHEN e.target IS NOT NULL OR o.account IS NULL OR person_of(e.actor) = o.person THEN e.target
            WHEN e.from_me AND e.actor IS NULL AND e.action IN ('left', 'joined by link', 'joined from invitation', 'joined from community',
                 'joined by community invite') THEN o.account
            -- `You were added`, by whoever the row names; without a name only where a code says no more than that.
            WHEN e.action = 'added' AND (e.actor IS NOT NULL OR e.code = 4) THEN o.account
            WHEN e.action = 'removed' AND e.code = 7 AND (e.actor IS NOT NULL OR e.part <> 'ZWAMESSAGE') THEN o.account
            WHEN e.action IN ('promoted', 'demoted') AND (e.actor IS NOT NULL OR e.code <> 39) THEN o.account END AS target,
       e.old_value, e.new_value, e.path, e.part, e.row
FROM evidence.group_events e
LEFT JOIN (SELECT account, substr(account, 10) AS device, person FROM persons WHERE account LIKE 'owner of %') o
       ON e.owner IS NULL AND o.device = e.device
WHERE e.chat LIKE '%@g.us'
-- ORDER BY device, path, part, row, target
