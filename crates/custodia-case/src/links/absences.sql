-- Why a phone does not hold a message that its owner could have received: an inference from the numbers of the phone's rows. Rows get ascending numbers as they arrive, so a deleted row leaves a gap, and a message that never arrived leaves none.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- sender: Person who sent it.
-- key: Key of the message.
-- sent: Time by the sender's clock.
-- state: `deleted` when numbers are missing where it would stand, enough for all messages absent there; `deleted or never delivered` when fewer are missing; `never delivered` when none is.
-- says: What was found.
-- origin: Directions to the row behind the gap; none without a gap.
SELECT device, chat, sender, key, sent, arrived FROM absent WHERE outside IS NULL ORDER BY device, arrived, chat, sender, key
-- and
SELECT device, gap_from, gap_to, CAST(before_at AS BIGINT), CAST(after_at AS BIGINT), @origin(g)
FROM evidence.row_gaps g WHERE part IN ('message', 'messages', 'ZWAMESSAGE') ORDER BY device, path, part, gap_from, gap_to, row
-- and
SELECT device, offset_ms FROM clock_offsets WHERE place = 1
