-- A directed tie between two persons, with its rows counted: who let whom in, who sent whom a link, whose first share the other carried on.
-- person: Account that stands for all of the first person's accounts.
-- other: The second person's.
-- tie: `added`; `link sent` when the other then entered by link, an inference; `invitation sent`; `carried` when the other was first to share in another group what this person had shared first in one.
-- count: How many.
-- chats: Addresses of the groups concerned.
-- first_at: Earliest.
-- last_at: Latest.
-- origin: Directions to the first row.
SELECT person, other, tie, count(*) AS count, @set(chat) AS chats, min(at) AS first_at, max(at) AS last_at, min(origin) AS origin
FROM (
    SELECT inviter AS person, invitee AS other, 'added' AS tie, chat, at, origin FROM invitations WHERE inviter IS NOT NULL
    UNION ALL
    SELECT inviter, invitee, 'link sent', chat, at, link_origin FROM link_entries WHERE inviter IS NOT NULL
    UNION ALL
    SELECT sender, recipient, 'invitation sent', names_group, sent, min(origin) FROM invite_links
    WHERE recipient IS NOT NULL AND sender IS NOT NULL GROUP BY sender, recipient, names_group, sent
    UNION ALL
    SELECT seen_sender, person, 'carried', to_chat, carried_at, origin FROM carriers WHERE seen_sender <> person
)
GROUP BY person, other, tie
ORDER BY person, other, tie
