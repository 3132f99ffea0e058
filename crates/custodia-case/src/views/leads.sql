-- A trace found in any text or bytes, tied to groups and members: an invite link to its group, a group address to the group, an account or number to the person and the groups they were in. What ties to nothing stands here too.
-- trace_kind: `invite link`, `group invite`, `chat link`, `channel link`, `call link`, `business link`, `group address`, `account`, `onion address`, `onion address v2`, `url`, `e-mail`, `phone number`, `wallet`.
-- value: Its normal form.
-- chat: Group it leads to; none when no phone knows it.
-- chat_basis: What ties it to the group: `group address`, or as in `link_groups`.
-- person: Person it leads to.
-- member_of: Groups in which the person was a member.
-- found_in: Chat of the message that holds it; none where it stands in no message.
-- sender: Person who sent that message.
-- sent: Time by the sender's clock.
-- as_written: As written.
-- found: How its bytes were found: `live`, `wal` or `backup` in what the phone's files still say; else as in `recovered`, in bytes that no live row uses.
-- device: Label of the exhibit.
-- origin: Directions to the place.
WITH memberships AS (
    SELECT person, @set(chat) AS chats FROM members GROUP BY person
), named AS (
    SELECT *, CASE WHEN trace_kind = 'phone number' THEN substr(value, 2) || '@s.whatsapp.net' ELSE value END AS account FROM evidence.traces
)
SELECT t.trace_kind, t.value, coalesce(g.chat, l.chat) AS chat,
       CASE WHEN g.chat IS NOT NULL THEN 'group address' ELSE l.basis END AS chat_basis,
       p.person, m.chats AS member_of, t.in_chat AS found_in, sender_of(t.sender, t.from_me, t.device, CAST(NULL AS VARCHAR)) AS sender, t.sent, t.as_written, t.found, t.device,
       @origin(t) AS origin
FROM named t
LEFT JOIN (SELECT chat FROM evidence.chats WHERE chat_kind = 'group'
           UNION SELECT chat FROM evidence.memberships WHERE chat LIKE '%@g.us') g ON t.value = g.chat
LEFT JOIN link_groups l ON t.value = l.code AND t.trace_kind IN ('invite link', 'group invite')
LEFT JOIN persons p ON t.account = p.account
LEFT JOIN memberships m ON p.person = m.person
ORDER BY t.trace_kind, t.value, t.device, origin
