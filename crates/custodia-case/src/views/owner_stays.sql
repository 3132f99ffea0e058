-- A stay of a phone's owner in a group that the phone holds; of several accounts on one phone, each owner's. Those of the phone are in `phone_stays`. One row without a stay where no row says when the owner came or went.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- person: Person who owns the phone.
-- stay: Number of the stay, from 1; none when `stays` has none.
-- entered: When it began; none when no row says so.
-- shown: For a first stay without a beginning: the first message of the group on the phone, or of the owner on any phone, whose time is then inside.
-- ended: When it ended; none when no row says so.
-- seized_at: When the phone was seized; where nothing but copies of its databases is there, the last instant that these show, see `only_copies`.
WITH held AS (
    SELECT DISTINCT c.device, c.chat, coalesce(p.person, c.owner) AS person
    FROM (SELECT device, chat, coalesce(owner, 'owner of ' || device) AS owner FROM evidence.chats WHERE chat_kind = 'group') c
    LEFT JOIN persons p ON c.owner = p.account
    WHERE c.owner LIKE '%@%' OR p.person IS NOT NULL
), on_phone AS (
    SELECT device, chat, min(first_at) AS first_at FROM evidence.appearances WHERE appears_as = 'sender' GROUP BY device, chat
), by_owner AS (
    SELECT chat, person_of(account) AS person, min(first_at) AS first_at FROM evidence.appearances
    WHERE appears_as = 'sender' GROUP BY chat, person_of(account)
)
SELECT h.device, h.chat, h.person, s.stay, s.entered,
       CASE WHEN s.entered IS NULL AND coalesce(s.stay, 1) = 1 THEN least(f.first_at, o.first_at) END AS shown, s.ended, coalesce(x.until, d.seized_at) AS seized_at
FROM held h
JOIN evidence.devices d ON d.device = h.device
LEFT JOIN only_copies x ON x.device = h.device
LEFT JOIN stays s ON s.chat = h.chat AND s.person = h.person
LEFT JOIN on_phone f ON f.device = h.device AND f.chat = h.chat
LEFT JOIN by_owner o ON o.chat = h.chat AND o.person = h.person
ORDER BY device, chat, person, stay
