-- A hidden id on one phone and a number on another that stand for the same thing: the sender of one message, or the person of one group event. The owner of a phone that does not say whose it is: who sent its own messages on other phones, by a number or by a hidden id. And a phone's own messages that others hold under another number than the one that the phone names today. Each pair once, in a large case once for each of the parts in which groups are taken; `aliases` takes those that agree everywhere.
-- account: The hidden id, or `owner of <device>`; for `own message` the number on other phones.
-- other: The number; for `own message` the one that the phone names; for a hidden id also `owner of <device>`. A hidden id that a row ties is left out, unless a decision cuts that tie.
-- alias_kind: `same message`, `same event` or `own message`.
-- row_count: How many messages or events.
-- origin: Directions to a row with the first account.
-- other_origin: Directions to a row with the other.
SELECT DISTINCT account FROM standing_ties WHERE account LIKE '%@lid'
-- and
-- Other numbers that were used until the phone's own came up, in a group to which its owner wrote meanwhile, and that never wrote to
-- the phone. The reductions find nearly none, and without any no message is compared.
WITH used AS (
    SELECT u.account, min(u.first_at) AS first_at, max(u.last_at) AS last_at
    FROM evidence.appearances u LEFT ANTI JOIN evidence.accounts a ON a.own AND a.device = u.device AND a.account = u.account
    WHERE u.appears_as = 'sender' AND u.account LIKE '%@s.whatsapp.net' AND u.chat LIKE '%@g.us' GROUP BY u.account
), wrote AS (
    SELECT a.device, a.chat, a.account, min(a.first_at) AS first_at, min(f.first_at) AS known_at
    FROM evidence.appearances a
    JOIN (SELECT DISTINCT device, account FROM evidence.accounts WHERE own) i ON i.device = a.device AND i.account = a.account
    LEFT JOIN used f ON f.account = a.account
    WHERE a.appears_as = 'sender' AND a.account LIKE '%@s.whatsapp.net' AND a.chat LIKE '%@g.us' AND @bucket(a.chat) GROUP BY a.device, a.chat, a.account
), changed AS (
    SELECT DISTINCT w.device, w.chat, w.account FROM wrote w
    JOIN (SELECT chat, account, max(last_at) AS last_at FROM evidence.appearances WHERE appears_as = 'sender' AND @bucket(chat) GROUP BY chat, account) b
         ON b.chat = w.chat AND b.last_at >= w.first_at
    JOIN used o ON o.account = b.account AND o.account <> w.account AND (w.known_at IS NULL OR o.last_at < w.known_at)
    LEFT ANTI JOIN (SELECT DISTINCT device, account FROM evidence.appearances WHERE appears_as = 'sender'
                    UNION ALL SELECT DISTINCT u.device, t.other FROM evidence.appearances u JOIN standing_ties t ON t.account = u.account
                    WHERE u.appears_as = 'sender' AND u.account LIKE '%@lid') d ON d.device = w.device AND d.account = b.account
)
SELECT device, chat, account FROM changed
-- and
SELECT l.account, n.account, 'same event', count(*), min(l.origin), min(n.origin)
FROM (SELECT e.device, e.chat, e.at, e.action, min(e.target) AS account, min(e.actor) AS actor, min(e.owner) AS owner, min(e.path) AS path, min(@origin(e)) AS origin
      FROM evidence.group_events e
      WHERE e.chat LIKE '%@g.us' AND e.target IS NOT NULL AND e.at IS NOT NULL AND @bucket(e.chat)
      GROUP BY e.device, e.chat, e.at, e.action HAVING count(*) = 1) l
JOIN (SELECT e.device, e.chat, e.at, e.action, min(e.target) AS account, min(@origin(e)) AS origin FROM evidence.group_events e
      WHERE e.chat LIKE '%@g.us' AND e.target IS NOT NULL AND e.at IS NOT NULL AND @bucket(e.chat)
      GROUP BY e.device, e.chat, e.at, e.action HAVING count(*) = 1) n
     ON l.chat = n.chat AND l.at = n.at AND l.action = n.action
LEFT ANTI JOIN standing_ties s ON s.account = l.account
-- Of one act that let in or removed several, the phone of each may know of its own owner alone, one by a hidden id and another by a
-- number. So where the number is that of its phone's owner, or may be, the hidden id must be somebody else than the owner of its
-- database: the owner acted, or has messages of that account, or held messages of the group before and had not gone.
LEFT JOIN (SELECT DISTINCT device FROM evidence.accounts WHERE own) d ON d.device = n.device
LEFT JOIN (SELECT DISTINCT device, account FROM evidence.accounts WHERE own) o ON o.device = n.device AND o.account = n.account
LEFT JOIN (SELECT DISTINCT device, path, account FROM evidence.appearances WHERE appears_as = 'sender' AND account LIKE '%@lid') w
     ON w.device = l.device AND w.path = l.path AND w.account = l.account
LEFT JOIN (SELECT device, path, chat, min(first_at) AS at FROM evidence.appearances WHERE appears_as = 'sender' AND @bucket(chat)
           GROUP BY device, path, chat) b ON b.device = l.device AND b.path = l.path AND b.chat = l.chat AND b.at < l.at
LEFT JOIN (SELECT device, path, chat, min(at) AS at FROM evidence.group_events
           WHERE action IN ('left', 'removed') AND (target IS NULL OR target = owner) AND @bucket(chat) GROUP BY device, path, chat) x
     ON x.device = l.device AND x.path = l.path AND x.chat = l.chat AND x.at < l.at
LEFT JOIN (SELECT device, chat, target, min(at) AS at FROM evidence.group_events WHERE action IN ('left', 'removed') AND @bucket(chat)
           GROUP BY device, chat, target) y
     ON y.device = l.device AND y.chat = l.chat AND y.target = l.account AND y.at <= l.at
WHERE l.account LIKE '%@lid' AND n.account LIKE '%@s.whatsapp.net'
      AND ((d.device IS NOT NULL AND o.account IS NULL) OR l.actor = l.owner OR w.account IS NOT NULL OR l.action IN ('promoted', 'demoted')
           OR (b.at IS NOT NULL AND x.at IS NULL AND y.at IS NULL))
GROUP BY l.account, n.account
-- and
SELECT l.account, n.account, 'same event', count(*), min(l.origin), min(n.origin)
FROM (SELECT device, chat, at, action, min(actor) AS account, min(@origin(e)) AS origin FROM evidence.group_events e
      WHERE chat LIKE '%@g.us' AND actor IS NOT NULL AND at IS NOT NULL AND @bucket(chat)
      GROUP BY device, chat, at, action HAVING count(DISTINCT actor) = 1) l
JOIN (SELECT device, chat, at, action, min(actor) AS account, min(@origin(e)) AS origin FROM evidence.group_events e
      WHERE chat LIKE '%@g.us' AND actor IS NOT NULL AND at IS NOT NULL AND @bucket(chat)
      GROUP BY device, chat, at, action HAVING count(DISTINCT actor) = 1) n
     ON l.chat = n.chat AND l.at = n.at AND l.action = n.action
LEFT ANTI JOIN standing_ties s ON s.account = l.account
WHERE l.account LIKE '%@lid' AND n.account LIKE '%@s.whatsapp.net'
GROUP BY l.account, n.account
