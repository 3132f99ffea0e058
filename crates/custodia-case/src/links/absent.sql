-- A message of a group that a phone does not hold, though its owner, of several accounts any, was in the group when it was sent, two minutes after coming and before going or seizure left out. Where no row dates the owner's entry, the first message that the phone or the owner shows there stands for it. What became of it is in `absences`.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- sender: Person who sent it.
-- key: Key of the message.
-- sent: Time by the sender's clock.
-- arrived: When the message was on its way: the earliest time of arrival that a phone's row gives, by the server's clock where one is stored, else by the phone's, with what `clock_offsets` says of it taken off from 15 seconds on; without any the time by the sender's clock.
-- outside: Why the phone need not hold it all the same: the sender's clock places it inside a stay, its arrival elsewhere behind it. As in `presence`: `after leaving`, `after seizure`, `between stays`, `entry unseen`, `near a change`. None otherwise.
SELECT account, person FROM persons
-- and
SELECT device, chat, CAST(entered AS BIGINT), CAST(ended AS BIGINT), CAST(seized_at AS BIGINT), CAST(shown AS BIGINT)
FROM phone_stays WHERE @bucket(chat) ORDER BY device, chat, stay
-- and
SELECT device, offset_ms FROM clock_offsets WHERE place = 1
