-- An invitation to a group that a message holds, as one phone holds it: a link in its text, or a group invite. Those of deleted records, and of what messages quote, are in `leads`.
-- code: Code of the invitation.
-- trace_kind: `invite link` or `group invite`.
-- chat: Chat of the message: a group, or the two persons of a chat, sorted.
-- sender: Person who sent it.
-- recipient: The other person of a chat of two; none in a group, a status post or an exported chat.
-- sent: Time by the sender's clock.
-- key: Key of the message.
-- names_group: Group that the row itself names.
-- group_name: Name of the group as the row gives it.
-- device: Label of the exhibit.
-- origin: Directions to the row.
SELECT t.value AS code, t.trace_kind, chat_of(t.in_chat, t.owner, t.device) AS chat,
       sender_of(t.sender, t.from_me, t.device, CAST(NULL AS VARCHAR)) AS sender,
       CASE WHEN t.in_chat LIKE '%@g.us' OR t.in_chat LIKE '%@broadcast' OR t.in_chat LIKE '%@newsletter' OR t.in_chat LIKE '%@status'
                 OR t.in_chat LIKE '%.export' THEN NULL
            WHEN t.from_me THEN person_of(t.in_chat)
            ELSE person_of(coalesce(t.owner, 'owner of ' || t.device)) END AS recipient,
       t.sent, t.in_key AS key, t.names_group, t.group_name, t.device, @origin(t) AS origin
FROM evidence.traces t
WHERE t.trace_kind IN ('invite link', 'group invite') AND t.in_chat IS NOT NULL AND @live(t.found) AND t.in_quote IS NOT TRUE
