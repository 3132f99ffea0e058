-- An entry by link, or from an invitation sent as a message, with who had sent that link shortly before: an inference from the times of two rows, both of which are named. One row per entry; without a fitting message the sender is missing. A code sent before the group's link was reset does not fit an entry after.
-- chat: Address of the group.
-- invitee: Person who entered.
-- at: When the person entered.
-- inviter: Person who sent the latest fitting message within 24 hours before: with a code that is tied to the group rather than one of which nothing is known, to the person alone rather than into a group. A code of which nothing is known fits entries into one group alone: where it would fit into several, the one that most persons entered so, or that was entered first.
-- sent: When that message was sent.
-- sent_in: Chat of that message.
-- sent_how: `to the person`, or `posted in a group` in which the person was.
-- code: Code of the invitation.
-- code_basis: What ties the code to the group; see `link_groups`.
-- link_origin: Directions to the message.
-- origin: Directions to the row of the entry.
WITH entries AS (
    SELECT chat, invitee, at, origin FROM invitations WHERE how IN ('joined by link', 'joined from invitation')
), direct AS (
    SELECT e.chat, e.invitee, e.at, l.sender, l.sent, l.chat AS sent_in, 'to the person' AS sent_how, l.code, l.origin, 1 AS place
    FROM entries e JOIN invite_links l ON l.recipient = e.invitee
    WHERE l.sent < e.at AND CAST(e.at AS BIGINT) - CAST(l.sent AS BIGINT) <= 86400000 AND l.sender <> e.invitee
), posted AS (
    SELECT e.chat, e.invitee, e.at, l.sender, l.sent, l.chat AS sent_in, 'posted in a group' AS sent_how, l.code, l.origin, 2 AS place
    FROM entries e
    JOIN stays s ON s.person = e.invitee
    JOIN invite_links l ON l.chat = s.chat
    WHERE l.recipient IS NULL AND l.chat <> e.chat AND l.sent < e.at
          AND CAST(e.at AS BIGINT) - CAST(l.sent AS BIGINT) <= 86400000 AND l.sender <> e.invitee
          AND (s.entered IS NULL OR s.entered <= l.sent) AND (s.ended IS NULL OR s.ended >= l.sent)
), resets AS (
    SELECT DISTINCT chat, at FROM evidence.group_events WHERE action = 'link reset' AND at IS NOT NULL
), fitting AS (
    SELECT f.*, g.basis FROM (SELECT * FROM direct UNION ALL SELECT * FROM posted) f
    LEFT JOIN link_groups g ON f.code = g.code
    LEFT ANTI JOIN resets r ON r.chat = f.chat AND r.at > f.sent AND r.at <= f.at
    WHERE g.chat = f.chat OR (g.chat IS NULL AND f.place = 1)
), others AS (
    -- A code belongs to one group.
    SELECT code, chat FROM (
        SELECT code, chat, row_number() OVER (PARTITION BY code ORDER BY entered DESC, soonest, chat) AS place
        FROM (SELECT code, chat, count(DISTINCT invitee) AS entered, min(CAST(at AS BIGINT) - CAST(sent AS BIGINT)) AS soonest
              FROM fitting WHERE basis IS NULL GROUP BY code, chat)
    ) WHERE place > 1
), best AS (
    SELECT f.*, row_number() OVER (PARTITION BY f.chat, f.invitee, f.at ORDER BY f.basis IS NULL, f.place, f.sent DESC, f.sender, f.origin, f.code) AS rank
    FROM fitting f LEFT ANTI JOIN others x ON x.code = f.code AND x.chat = f.chat
)
SELECT e.chat, e.invitee, e.at, b.sender AS inviter, b.sent, b.sent_in, b.sent_how, b.code, b.basis AS code_basis,
       b.origin AS link_origin, e.origin
FROM entries e
LEFT JOIN (SELECT * FROM best WHERE rank = 1) b ON b.chat = e.chat AND b.invitee = e.invitee AND b.at = e.at
ORDER BY e.chat, e.at, e.invitee
