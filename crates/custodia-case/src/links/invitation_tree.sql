-- The invitation tree: for each person of a group, and whoever opened its door without being seen inside, the first entry and who opened the door; and the same over all groups, with the first entry of each person in any group. An edge by link is an inference, see `link_entries`.
-- chat: Address of the group; `all groups` for the tree over all of them.
-- person: Account that stands for all of the person's accounts.
-- inviter: Person above: who added, or sent the link; none at a root.
-- at: Time of the entry; none when no row dates it.
-- how: `created`, `added`, `link sent`, `joined by link` when nobody is known to have sent it, `not seen` when no row shows the entry.
-- inferred: Whether the edge is an inference.
-- root: Person at the top of this branch.
-- depth: Steps from the root, which has 0.
-- opened_for: Persons whose door this person opened.
-- below: Persons below, at any depth.
-- origin: Directions to the row of the entry.
-- link_origin: For an inference, directions to the message that holds the link.
WITH entered AS (
    SELECT f.chat, f.person, f.at, f.how, coalesce(f.by_person, l.inviter) AS inviter,
           f.by_person IS NULL AND l.inviter IS NOT NULL AS inferred, f.origin,
           CASE WHEN f.by_person IS NULL THEN l.link_origin END AS link_origin,
           row_number() OVER (PARTITION BY f.chat, f.person ORDER BY f.at, f.how, f.origin) AS place
    FROM (SELECT chat, invitee AS person, at, inviter AS by_person, how, origin FROM invitations WHERE at IS NOT NULL
          UNION ALL
          SELECT chat, person, min(at), CAST(NULL AS VARCHAR), 'created', min(origin) FROM member_facts
          WHERE how = 'created' AND at IS NOT NULL GROUP BY chat, person) f
    LEFT JOIN link_entries l ON l.chat = f.chat AND l.invitee = f.person AND l.at = f.at
    -- Who had gone before the first entry that a row dates had come before too: that entry is not seen.
    LEFT ANTI JOIN (SELECT chat, person FROM stays WHERE stay = 1 AND entered IS NULL) u ON u.chat = f.chat AND u.person = f.person
)
SELECT m.chat, m.person, e.inviter, e.at, coalesce(e.how, 'not seen') AS how, coalesce(e.inferred, false) AS inferred,
       coalesce(e.origin, m.origin) AS origin, e.link_origin
FROM members m LEFT JOIN entered e ON e.chat = m.chat AND e.person = m.person AND e.place = 1
ORDER BY m.chat, m.person
