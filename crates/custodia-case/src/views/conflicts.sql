-- Rows of the evidence that contradict each other; nothing is resolved here, both sides are named.
-- conflict: Kind: `left or removed`, `who acted`, `actor was no member`, `actor was outside`, `before the group`, `sent while outside`, `listed after leaving`, `listed, later no more`, `entry into an ended group`, `creator`, `created`, `entered`, `one hidden id, several numbers`, `one number, several hidden ids`, `one number, changed twice`, `inferred ties disagree`, `number used after its change`, `one message, two senders`, `one message, two texts` where nobody edited it, `one message, two files`, `first share` when the server's times name another person than the senders' clocks, `before the messenger`, `listed digests`, `one database in two exhibits`, `country`.
-- chat: Address of the group; none when it is about an account alone.
-- person: Person concerned.
-- at: When.
-- one_says: What one row says.
-- one_origin: Directions to it.
-- other_says: What the other says.
-- other_origin: Directions to it.
WITH outs AS (
    SELECT chat, person, at, CAST(at AS BIGINT) AS ms, how, basis, by_person, origin FROM member_facts WHERE fact = 'out' AND at IS NOT NULL
), moves AS (
    SELECT DISTINCT chat, person, fact, how, CAST(at AS BIGINT) AS ms FROM member_facts WHERE basis = 'event' AND at IS NOT NULL
), served AS (
    -- Shares of which some phone stores the server's time; only of files that several persons sent.
    SELECT s.sha256, s.chat, s.sender, s.key, s.sent, s.origin, min(CAST(c.server_received AS BIGINT)) AS ms
    FROM shares s
    JOIN (SELECT sha256 FROM shares GROUP BY sha256 HAVING min(sender) < max(sender)) x ON x.sha256 = s.sha256
    JOIN copies c ON c.chat = s.chat AND c.sender = s.sender AND c.key = s.key
    WHERE c.server_received IS NOT NULL AND s.sent IS NOT NULL
    GROUP BY s.sha256, s.chat, s.sender, s.key, s.sent, s.origin
), last_stay AS (
    SELECT s.* FROM stays s
    JOIN (SELECT chat, person, max(stay) AS stay FROM stays GROUP BY chat, person) l
      ON l.chat = s.chat AND l.person = s.person AND l.stay = s.stay
), acts AS (
    SELECT e.chat, coalesce(p.person, e.actor) AS person, e.at, min(e.action) AS action, min(@origin(e)) AS origin
    FROM events e LEFT JOIN persons p ON e.actor = p.account
    WHERE e.actor IS NOT NULL
          AND e.action IN ('added', 'removed', 'promoted', 'demoted', 'subject changed', 'description changed', 'icon changed', 'icon deleted', 'link reset')
    GROUP BY e.chat, coalesce(p.person, e.actor), e.at
), done AS (
    SELECT 'actor was outside' AS conflict, chat, person, at, action AS says, origin FROM acts
    UNION ALL
    SELECT 'sent while outside', m.chat, m.sender, m.sent, m.key, m.origin FROM messages m
    WHERE m.sent IS NOT NULL AND m.sender IS NOT NULL
), outside AS (
    -- After an end, and in no stay. Before the first entry there may have been a stay that no seized phone saw.
    SELECT d.conflict, d.chat, d.person, d.at, d.says, d.origin, s.ended, s.ended_how, s.ended_origin
    FROM done d JOIN stays s ON s.chat = d.chat AND s.person = d.person
    WHERE s.ended IS NOT NULL AND CAST(d.at AS BIGINT) - CAST(s.ended AS BIGINT) > 120000
), known AS (
    SELECT DISTINCT chat, person FROM member_facts
), ends AS (
    SELECT f.chat, f.person, f.at, f.origin, f.how FROM member_facts f WHERE f.fact = 'in' AND f.basis = 'event' AND f.how <> 'created'
), inferred AS (
    SELECT account, number_now, max(alias_kind) AS kind, sum(row_count) AS row_count, min(origin) AS origin, min(other_origin) AS other_origin
    FROM inferred_ties GROUP BY account, number_now
), disputed AS (
    SELECT chat, key, sent, min(sender) AS one, max(sender) AS other FROM messages
    WHERE chat LIKE '%@g.us' AND sent IS NOT NULL GROUP BY chat, key, sent HAVING min(sender) < max(sender)
)
SELECT 'left or removed' AS conflict, a.chat, a.person, min(a.at) AS at, 'left' AS one_says, min(a.origin) AS one_origin,
       'removed' AS other_says, min(b.origin) AS other_origin
FROM outs a JOIN outs b ON a.chat = b.chat AND a.person = b.person
LEFT ANTI JOIN moves i ON i.chat = a.chat AND i.person = a.person AND i.fact = 'in' AND i.ms > least(a.ms, b.ms) AND i.ms < greatest(a.ms, b.ms)
WHERE a.how = 'left' AND b.how = 'removed' AND abs(a.ms - b.ms) <= 120000
GROUP BY a.chat, a.person
UNION ALL
SELECT 'who acted', a.chat, a.person, min(a.at), min(a.how || ' by ' || a.by_person), min(a.origin), max(b.how || ' by ' || b.by_person), max(b.origin)
FROM member_facts a JOIN member_facts b ON a.chat = b.chat AND a.person = b.person AND a.fact = b.fact
-- Between two acts that follow each other the opposite one stands.
LEFT ANTI JOIN moves i ON i.chat = a.chat AND i.person = a.person AND (i.fact <> a.fact OR i.how <> a.how)
     AND ((i.fact = 'is') = (a.fact = 'is') OR a.fact = 'is')
     AND i.ms > least(CAST(a.at AS BIGINT), CAST(b.at AS BIGINT)) AND i.ms < greatest(CAST(a.at AS BIGINT), CAST(b.at AS BIGINT))
WHERE a.basis = 'event' AND b.basis = 'event' AND a.by_person < b.by_person
      AND abs(CAST(a.at AS BIGINT) - CAST(b.at AS BIGINT)) <= 120000 AND (a.fact <> 'is' OR a.how = b.how)
      -- A hidden id and a number may be one person whom nothing ties yet.
      AND (a.by_person LIKE '%@lid') = (b.by_person LIKE '%@lid')
GROUP BY a.chat, a.person
UNION ALL
SELECT 'actor was no member', a.chat, a.person, min(a.at), min(a.action), min(a.origin), 'no row says that this person was in the group', CAST(NULL AS VARCHAR)
FROM acts a LEFT ANTI JOIN known k ON k.chat = a.chat AND k.person = a.person
GROUP BY a.chat, a.person
UNION ALL
SELECT o.conflict, o.chat, o.person, min(o.at),
       CASE WHEN o.conflict = 'sent while outside' THEN 'message ' || min(o.says) ELSE min(o.says) END, min(o.origin), min(o.ended_how), min(o.ended_origin)
FROM outside o
LEFT ANTI JOIN stays s ON s.chat = o.chat AND s.person = o.person
     AND (s.entered IS NULL OR CAST(s.entered AS BIGINT) - CAST(o.at AS BIGINT) <= 120000)
     AND (s.ended IS NULL OR CAST(o.at AS BIGINT) - CAST(s.ended AS BIGINT) <= 120000)
GROUP BY o.conflict, o.chat, o.person
UNION ALL
SELECT 'before the group', a.chat, a.person, min(a.at), min(a.action), min(a.origin), 'created: ' || min(g.value), min(g.origin)
FROM acts a JOIN group_facts g ON g.chat = a.chat AND g.fact = 'created'
LEFT ANTI JOIN (
    SELECT a.chat, a.person, a.at FROM acts a JOIN group_facts g ON g.chat = a.chat AND g.fact = 'created'
    WHERE CAST(g.at AS BIGINT) - CAST(a.at AS BIGINT) <= 300000
) fits ON fits.chat = a.chat AND fits.person = a.person AND fits.at = a.at
GROUP BY a.chat, a.person
UNION ALL
SELECT 'listed after leaving', f.chat, f.person, min(s.ended), 'participant table of ' || min(f.device), min(f.origin), min(s.ended_how), min(s.ended_origin)
FROM member_facts f
JOIN last_stay s ON s.chat = f.chat AND s.person = f.person
JOIN last_seen k ON k.device = f.device AND k.chat = f.chat
WHERE f.how = 'participant table' AND s.ended IS NOT NULL AND CAST(k.last_at AS BIGINT) - CAST(s.ended AS BIGINT) > 3600000
GROUP BY f.chat, f.person
UNION ALL
SELECT 'listed, later no more', l.chat, l.person, l.later_at, l.listed_by || ' of ' || l.device, l.listed_origin, 'not in the one of ' || l.later_device, l.origin
FROM outdated_lists l
JOIN last_stay s ON s.chat = l.chat AND s.person = l.person
WHERE s.ended IS NULL AND (s.entered IS NULL OR s.entered < l.later_at)
UNION ALL
SELECT 'entry into an ended group', e.chat, e.person, min(e.at), min(e.how), min(e.origin), 'all stays had ended before', max(g.origin)
FROM ends e
JOIN (SELECT chat, max(ended) AS ended, max(ended_origin) AS origin FROM last_stay GROUP BY chat HAVING bool_and(ended IS NOT NULL OR entered IS NOT NULL)) g
  ON g.chat = e.chat
LEFT ANTI JOIN stays s ON s.chat = e.chat AND s.person <> e.person AND (s.ended IS NULL OR s.ended >= e.at) AND (s.entered IS NULL OR s.entered <= e.at)
WHERE e.at > g.ended
GROUP BY e.chat, e.person
UNION ALL
SELECT 'creator', a.chat, min(a.value), min(a.at), min(a.basis || ': ' || a.value), min(a.origin), max(b.basis || ': ' || b.value), max(b.origin)
FROM group_facts a JOIN group_facts b ON a.chat = b.chat
WHERE a.fact = 'creator' AND b.fact = 'creator' AND a.value < b.value AND (a.value LIKE '%@lid') = (b.value LIKE '%@lid')
GROUP BY a.chat
UNION ALL
SELECT 'created', a.chat, CAST(NULL AS VARCHAR), min(a.at), min(a.basis || ': ' || a.value), min(a.origin), max(b.basis || ': ' || b.value), max(b.origin)
FROM group_facts a JOIN group_facts b ON a.chat = b.chat
WHERE a.fact = 'created' AND b.fact = 'created' AND CAST(b.at AS BIGINT) - CAST(a.at AS BIGINT) > 300000
GROUP BY a.chat
UNION ALL
SELECT 'one hidden id, several numbers', CAST(NULL AS VARCHAR), a.account, @notime, min(a.other), min(a.origin), max(b.other), max(b.origin)
FROM aliases a JOIN aliases b ON a.account = b.account
LEFT JOIN number_chains x ON x.account = a.other
LEFT JOIN number_chains y ON y.account = b.other
WHERE a.account LIKE '%@lid' AND a.other LIKE '%@s.whatsapp.net' AND a.other < b.other AND b.other LIKE '%@s.whatsapp.net' AND NOT a.cut AND NOT b.cut
      AND coalesce(x.person, a.other) <> coalesce(y.person, b.other)
GROUP BY a.account
UNION ALL
SELECT 'one number, several hidden ids', CAST(NULL AS VARCHAR), a.other, @notime, min(a.account), min(a.origin), max(b.account), max(b.origin)
FROM aliases a JOIN aliases b ON a.other = b.other
WHERE a.account LIKE '%@lid' AND b.account LIKE '%@lid' AND a.account < b.account AND a.other LIKE '%@s.whatsapp.net' AND NOT a.cut AND NOT b.cut
GROUP BY a.other
UNION ALL
-- A number that was given up can be given to somebody else; whoever changed back has it again.
SELECT 'one number, changed twice', CAST(NULL AS VARCHAR), a.account, max(b.at), 'changed to ' || min(a.other), min(a.origin),
       'changed to ' || max(b.other), max(b.origin)
FROM aliases a JOIN aliases b ON a.account = b.account
LEFT JOIN (SELECT other, at FROM aliases WHERE alias_kind = 'number change' AND NOT cut) k ON k.other = a.account AND k.at >= least(a.at, b.at) AND k.at <= greatest(a.at, b.at)
WHERE a.alias_kind = 'number change' AND b.alias_kind = 'number change' AND NOT a.cut AND NOT b.cut AND a.other < b.other AND k.other IS NULL
GROUP BY a.account
UNION ALL
SELECT 'inferred ties disagree', CAST(NULL AS VARCHAR), a.account, @notime, a.kind || ' as ' || a.number_now || ', rows: ' || CAST(a.row_count AS VARCHAR), a.other_origin,
       b.kind || ' as ' || b.number_now || ', rows: ' || CAST(b.row_count AS VARCHAR), b.other_origin
FROM inferred a JOIN inferred b ON a.account = b.account WHERE a.number_now < b.number_now
UNION ALL
SELECT 'inferred ties disagree', CAST(NULL AS VARCHAR), a.number_now, @notime, a.kind || ' as ' || a.account || ', rows: ' || CAST(a.row_count AS VARCHAR), a.origin,
       b.kind || ' as ' || b.account || ', rows: ' || CAST(b.row_count AS VARCHAR), b.origin
FROM inferred a JOIN inferred b ON a.number_now = b.number_now
WHERE a.account < b.account AND a.account LIKE '%@lid' AND b.account LIKE '%@lid'
UNION ALL
SELECT 'number used after its change', u.chat, p.person, max(u.last_at), 'changed from ' || c.account || ' to ' || c.other, min(c.origin),
       'messages of ' || c.account || ' until ' || CAST(max(u.last_at) AS VARCHAR), min(@origin(u))
FROM aliases c JOIN evidence.appearances u ON u.account = c.account AND u.appears_as = 'sender'
JOIN persons p ON p.account = c.account
-- Whoever changed back may use it.
LEFT ANTI JOIN (SELECT other, at FROM aliases WHERE alias_kind = 'number change' AND NOT cut) b ON b.other = c.account AND b.at > c.at
WHERE c.alias_kind = 'number change' AND NOT c.cut AND u.chat NOT LIKE '%.export' AND CAST(u.last_at AS BIGINT) - CAST(c.at AS BIGINT) > 3600000
GROUP BY u.chat, p.person, c.account, c.other
UNION ALL
SELECT 'entered', f.chat, f.person, min(f.at), 'participant table: since ' || CAST(min(f.at) AS VARCHAR), min(f.origin),
       min(s.entered_how) || ': ' || CAST(min(s.entered) AS VARCHAR), min(s.entered_origin)
FROM member_facts f
JOIN stays s ON s.chat = f.chat AND s.person = f.person AND s.entered IS NOT NULL
LEFT ANTI JOIN stays n ON n.chat = f.chat AND n.person = f.person AND abs(CAST(n.entered AS BIGINT) - CAST(f.at AS BIGINT)) <= 3600000
WHERE f.how = 'participant table' AND f.fact = 'in'
GROUP BY f.chat, f.person
UNION ALL
-- Two persons may use one key; that phones store it with one time and none holds both says that it is one message.
SELECT 'one message, two senders', a.chat, a.sender, min(a.sent), 'message ' || min(a.key) || ' by ' || a.sender, min(a.origin),
       'by ' || b.sender, min(b.origin)
FROM disputed d
JOIN messages a ON a.chat = d.chat AND a.key = d.key AND a.sent = d.sent AND a.sender = d.one
JOIN messages b ON b.chat = d.chat AND b.key = d.key AND b.sent = d.sent AND b.sender = d.other
WHERE size_of_set(replace(a.device_list || ' ' || b.device_list, ' ', chr(31))) = a.devices + b.devices
GROUP BY a.chat, a.sender, b.sender
UNION ALL
SELECT 'one message, two texts', d.chat, d.sender, min(m.sent), 'message ' || d.key || ': ' || min(d.value), min(d.origin), max(d.value), max(d.origin)
FROM differences d JOIN messages m ON m.chat = d.chat AND m.sender = d.sender AND m.key = d.key
WHERE d.what = 'text' AND m.edited_on = 0 AND m.revoked_on = 0 AND d.chat LIKE '%@g.us' GROUP BY d.chat, d.sender, d.key
UNION ALL
SELECT 'one message, two files', chat, sender, min(sent), min(sha256) || ' on ' || min(device_list), min(origin), max(sha256) || ' on ' || max(device_list), max(origin)
FROM shares WHERE chat LIKE '%@g.us' GROUP BY chat, sender, key HAVING count(DISTINCT sha256) > 1
UNION ALL
-- The sender's clock may be wrong; which share came first is told by it, and a server's time that says otherwise here.
SELECT 'first share', f.chat, f.sender, min(f.sent), 'file ' || f.sha256 || ' first by the senders'' clocks', min(a.origin),
       'earlier by the server''s clock: message ' || b.key || ' by ' || b.sender, min(b.origin)
FROM first_shares f
JOIN served a ON a.sha256 = f.sha256 AND a.chat = f.chat AND a.sender = f.sender AND a.key = f.key
JOIN (SELECT *, row_number() OVER (PARTITION BY sha256 ORDER BY ms, chat, sender, key) AS place FROM served) b
  ON b.sha256 = f.sha256 AND b.place = 1 AND b.sender <> f.sender AND a.ms - b.ms > 120000
GROUP BY f.sha256, f.chat, f.sender, b.key, b.sender
UNION ALL
SELECT 'first share', f.chat, f.sender, f.sent, 'file ' || f.sha256 || ' first in this chat by the senders'' clocks', a.origin,
       'earlier by the server''s clock: message ' || b.key || ' by ' || b.sender, b.origin
FROM (SELECT *, row_number() OVER (PARTITION BY sha256, chat ORDER BY sent, sender, key) AS place FROM shares WHERE sent IS NOT NULL) f
JOIN served a ON a.sha256 = f.sha256 AND a.chat = f.chat AND a.sender = f.sender AND a.key = f.key
JOIN (SELECT *, row_number() OVER (PARTITION BY sha256, chat ORDER BY ms, sender, key) AS place FROM served) b
  ON b.sha256 = f.sha256 AND b.chat = f.chat AND b.place = 1 AND b.sender <> f.sender AND a.ms - b.ms > 120000
LEFT ANTI JOIN first_shares x ON x.sha256 = f.sha256 AND x.chat = f.chat AND x.sender = f.sender AND x.key = f.key
WHERE f.place = 1
UNION ALL
-- Stored in another unit than the messenger uses, or by a clock that was never set.
SELECT 'before the messenger', chat, sender, min(sent), min('message ' || key || ': ' || @iso(sent)), min(origin),
       'the messenger was founded on 2009-02-24', CAST(NULL AS VARCHAR)
FROM messages WHERE @early(sent) GROUP BY chat, sender
UNION ALL
SELECT 'before the messenger', chat, person, min(at), min(how || ': ' || @iso(at)), min(origin), 'the messenger was founded on 2009-02-24', CAST(NULL AS VARCHAR)
FROM member_facts WHERE @early(at) AND basis <> 'sender' GROUP BY chat, person
UNION ALL
-- A weak digest that agrees beside another that does not: no hit, because a file is known by its SHA-256, and told all the same.
SELECT 'listed digests', CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), @notime, 'list ' || list || ': ' || same || ' with ' || other, min(origin),
       'a file with SHA-256 ' || sha256, min(file_origin)
FROM (
    SELECT l.list, 'MD5 ' || l.md5 AS same, CASE WHEN l.sha1 <> f.sha1 THEN 'SHA-1 ' || l.sha1 ELSE 'SHA-256 ' || l.sha256 END AS other,
           @origin(l) AS origin, f.sha256, @origin(f) AS file_origin
    FROM evidence.known l JOIN evidence.files f ON l.md5 = f.md5
    WHERE l.list_kind = 'known' AND (l.sha1 <> f.sha1 OR l.sha256 <> f.sha256)
    UNION ALL
    SELECT l.list, 'SHA-1 ' || l.sha1, CASE WHEN l.md5 <> f.md5 THEN 'MD5 ' || l.md5 ELSE 'SHA-256 ' || l.sha256 END,
           @origin(l), f.sha256, @origin(f)
    FROM evidence.known l JOIN evidence.files f ON l.sha1 = f.sha1
    WHERE l.list_kind = 'known' AND (l.md5 <> f.md5 OR l.sha256 <> f.sha256)
) GROUP BY list, same, other, sha256
UNION ALL
-- The same phone taken twice in two forms counts as two phones everywhere else.
SELECT 'one database in two exhibits', CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), @notime, 'SHA-256 ' || a.sha256, min(@origin(a)),
       'the same bytes in ' || b.device, min(@origin(b))
FROM evidence.files a JOIN evidence.files b ON a.sha256 = b.sha256
WHERE a.device < b.device AND a.parser LIKE 'WhatsApp messages%' AND b.parser LIKE 'WhatsApp messages%'
GROUP BY a.device, b.device, a.sha256
UNION ALL
SELECT 'country', CAST(NULL AS VARCHAR), account, @notime, coalesce(country, 'open'), reason, others, CAST(NULL AS VARCHAR)
FROM account_countries WHERE others IS NOT NULL AND (ambiguous OR strength <> 'decided')
ORDER BY conflict, chat, person
