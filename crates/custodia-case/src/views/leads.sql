-- A trace found in any text, tied to groups and members: an invite link to its group, a group address to the group, an account to the person and the groups they were in.
-- trace_kind: `invite link`, `group invite`, `chat link`, `group address`, `account`.
-- value: Its normal form.
-- chat: Group it leads to; none when no phone knows it.
-- chat_basis: What ties it to the group: `group address`, or as in `link_groups`.
-- person: Person it leads to.
-- member_of: Groups in which the person was a member.
-- found_in: Chat of the message that holds it.
-- sender: Person who sent that message.
-- sent: Time by the sender's clock.
-- as_written: As written.
-- device: Label of the exhibit.
-- origin: Directions to the place.
WITH memberships AS (
    SELECT person, @set(chat) AS chats FROM members GROUP BY person
)
SELECT t.trace_kind, t.value, coalesce(g.chat, l.chat) AS chat,
       CASE WHEN g.chat IS NOT NULL THEN 'group address' ELSE l.basis END AS chat_basis,
       p.person, m.chats AS member_of, t.in_chat AS found_in, coalesce(s.person, t.sender) AS sender, t.sent, t.as_written, t.device,
       @origin(t) AS origin
FROM evidence.traces t
LEFT JOIN (SELECT DISTINCT chat FROM evidence.chats WHERE chat_kind = 'group') g ON t.value = g.chat
LEFT JOIN link_groups l ON t.value = l.code AND t.trace_kind IN ('invite link', 'group invite')
LEFT JOIN persons p ON t.value = p.account
LEFT JOIN memberships m ON p.person = m.person
LEFT JOIN persons s ON t.sender = s.account
ORDER BY t.trace_kind, t.value, t.device, origin
