-- A person whose share is the first of a file in a group, after the file had been shared in another group while the person was in it.
-- sha256: SHA-256 of the file.
-- person: Person who sent it into the second group.
-- from_chat: Group in which it had been shared: of several the one in which the person could see it last.
-- seen_at: First known share there within a stay of the person.
-- seen_sender: Person who sent that one.
-- to_chat: Group into which the person sent it.
-- carried_at: When.
-- known_in: Lists of known material that name the file.
-- seen_origin: Directions to the row of the earlier share.
-- origin: Directions to the row of the later share.
WITH firsts AS (
    SELECT sha256, chat, sender, at, known_in, origin FROM ledger WHERE first_in_chat AND chat LIKE '%@g.us' AND at IS NOT NULL
), spread AS (
    SELECT sha256 FROM firsts GROUP BY sha256 HAVING count(*) > 1
), carried AS (
    SELECT f.* FROM firsts f LEFT SEMI JOIN spread s ON f.sha256 = s.sha256
), shared AS (
    SELECT l.sha256, l.chat, l.sender, l.at, l.origin FROM ledger l LEFT SEMI JOIN spread s ON l.sha256 = s.sha256
    WHERE l.appearance = 'shared' AND l.chat LIKE '%@g.us' AND l.at IS NOT NULL
), visited AS (
    -- Of few people each was in few other groups: asked first, that leaves little of what was shared everywhere.
    SELECT b.sha256, b.sender AS person, b.chat AS to_chat, b.at AS carried_at, b.known_in, b.origin, s.chat AS from_chat, s.entered, s.ended
    FROM carried b JOIN stays s ON s.person = b.sender
    WHERE s.chat <> b.chat AND (s.entered IS NULL OR s.entered < b.at)
), was_in AS (
    SELECT v.sha256, v.person, v.from_chat, a.at AS seen_at, a.sender AS seen_sender, v.to_chat, v.carried_at, v.known_in,
           a.origin AS seen_origin, v.origin,
           row_number() OVER (PARTITION BY v.sha256, v.to_chat, v.from_chat ORDER BY a.at, a.origin) AS place
    FROM visited v JOIN shared a ON a.sha256 = v.sha256 AND a.chat = v.from_chat
    WHERE a.at < v.carried_at AND (v.entered IS NULL OR v.entered <= a.at) AND (v.ended IS NULL OR v.ended >= a.at)
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY sha256, to_chat ORDER BY seen_at DESC, from_chat) AS rank FROM was_in WHERE place = 1
)
SELECT sha256, person, from_chat, seen_at, seen_sender, to_chat, carried_at, known_in, seen_origin, origin FROM ranked WHERE rank = 1
ORDER BY sha256, carried_at, to_chat
