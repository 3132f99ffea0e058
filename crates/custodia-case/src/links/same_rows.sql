-- A hidden id on one phone and a number on another that stand for the same thing: the sender of one message, or the person of one group event. And the owner of a phone that does not say whose it is: who sent its own messages on other phones. Each pair once, in a large case once for each of the parts in which groups are taken; `aliases` takes those that agree everywhere.
-- account: The hidden id, or `owner of <device>`.
-- other: The number.
-- alias_kind: `same message` or `same event`.
-- row_count: How many messages or events.
-- origin: Directions to a row with the hidden id.
-- other_origin: Directions to the row with the number.
SELECT l.sender, n.sender, 'same message', count(*), min(@origin(l)), min(@origin(n))
FROM (SELECT m.device, m.path, m.part, m.row, m.chat, coalesce(m.original_key, m.key) AS key, m.sent, m.sender
      FROM evidence.messages m LEFT ANTI JOIN stated_ties s ON m.sender = s.account
      WHERE m.sender LIKE '%@lid' AND m.chat LIKE '%@g.us' AND m.sent IS NOT NULL AND @bucket(m.chat)) l
JOIN (SELECT m.device, m.path, m.part, m.row, m.chat, coalesce(m.original_key, m.key) AS key, m.sent, m.sender
      FROM evidence.messages m
      WHERE m.sender LIKE '%@s.whatsapp.net' AND m.chat LIKE '%@g.us' AND m.sent IS NOT NULL AND @bucket(m.chat)) n
     ON l.chat = n.chat AND l.key = n.key AND l.sent = n.sent
GROUP BY l.sender, n.sender
-- and
SELECT l.account, n.account, 'same event', count(*), min(l.origin), min(n.origin)
FROM (SELECT e.device, e.chat, e.at, e.action, min(e.target) AS account, min(@origin(e)) AS origin FROM evidence.group_events e
      WHERE e.chat LIKE '%@g.us' AND e.target IS NOT NULL AND e.at IS NOT NULL AND @bucket(e.chat)
      GROUP BY e.device, e.chat, e.at, e.action HAVING count(*) = 1) l
JOIN (SELECT e.device, e.chat, e.at, e.action, min(e.target) AS account, min(@origin(e)) AS origin FROM evidence.group_events e
      WHERE e.chat LIKE '%@g.us' AND e.target IS NOT NULL AND e.at IS NOT NULL AND @bucket(e.chat)
      GROUP BY e.device, e.chat, e.at, e.action HAVING count(*) = 1) n
     ON l.chat = n.chat AND l.at = n.at AND l.action = n.action
LEFT ANTI JOIN stated_ties s ON s.account = l.account
-- A phone whose owner was let in knows of itself alone; of how many others, a phone knows that knew the group before.
LEFT JOIN (SELECT DISTINCT device, account FROM evidence.accounts WHERE own) o ON o.device = n.device AND o.account = n.account
LEFT JOIN (SELECT device, chat, min(at) AS at FROM (
               SELECT device, chat, at FROM evidence.group_events WHERE @bucket(chat) UNION ALL SELECT device, chat, first_at FROM evidence.appearances WHERE @bucket(chat))
           GROUP BY device, chat) b ON b.device = l.device AND b.chat = l.chat AND b.at < l.at
WHERE l.account LIKE '%@lid' AND n.account LIKE '%@s.whatsapp.net' AND (o.account IS NULL OR b.at IS NOT NULL)
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
LEFT ANTI JOIN stated_ties s ON s.account = l.account
WHERE l.account LIKE '%@lid' AND n.account LIKE '%@s.whatsapp.net'
GROUP BY l.account, n.account
-- and
SELECT 'owner of ' || o.device, n.sender, 'same message', count(*), min(@origin(o)), min(@origin(n))
FROM (SELECT m.device, m.path, m.part, m.row, m.chat, coalesce(m.original_key, m.key) AS key
      FROM evidence.messages m WHERE m.from_me AND m.sender IS NULL AND m.chat LIKE '%@g.us' AND @bucket(m.chat)) o
JOIN (SELECT m.device, m.path, m.part, m.row, m.chat, coalesce(m.original_key, m.key) AS key, m.sender
      FROM evidence.messages m
      WHERE m.sender LIKE '%@s.whatsapp.net' AND m.chat LIKE '%@g.us' AND @bucket(m.chat)) n
     ON o.chat = n.chat AND o.key = n.key AND o.device <> n.device
GROUP BY o.device, n.sender
