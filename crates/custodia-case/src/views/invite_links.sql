-- An invitation to a group that a message holds, as one phone holds it: a link in its text, or a group invite.
-- code: Code of the invitation.
-- trace_kind: `invite link` or `group invite`.
-- chat: Chat of the message: a group, or the two persons of a chat, sorted.
-- sender: Person who sent it.
-- recipient: The other person of a chat of two; none in a group.
-- sent: Time by the sender's clock.
-- key: Key of the message.
-- names_group: Group that the row itself names.
-- group_name: Name of the group as the row gives it.
-- device: Label of the exhibit.
-- origin: Directions to the row.
SELECT t.value AS code, t.trace_kind, @pair(t, in_chat) AS chat,
       coalesce(s.person, t.sender, CASE WHEN t.from_me THEN 'owner of ' || t.device END) AS sender,
       CASE WHEN t.in_chat LIKE '%@g.us' OR t.in_chat LIKE '%@broadcast' OR t.in_chat LIKE '%@newsletter' THEN NULL
            WHEN t.from_me THEN coalesce(c.person, t.in_chat)
            ELSE coalesce(o.person, t.owner, 'owner of ' || t.device) END AS recipient,
       t.sent, t.in_key AS key, t.names_group, t.group_name, t.device, @origin(t) AS origin
FROM evidence.traces t
LEFT JOIN persons s ON t.sender = s.account
LEFT JOIN persons c ON t.in_chat = c.account
LEFT JOIN persons o ON t.owner = o.account
WHERE t.trace_kind IN ('invite link', 'group invite') AND t.in_chat IS NOT NULL
