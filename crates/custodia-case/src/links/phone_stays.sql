-- A stay of a phone in a group: what `absences` and `presence` measure messages by. That of its owner in `owner_stays`; of several accounts on one phone the stays are united, for the phone holds what any of them could have seen.
-- device: Label of the exhibit.
-- chat: Address of the group.
-- stay: Number of the stay, from 1.
-- entered: When it began; none when no row says so.
-- shown: For a stay without a beginning: the first message that shows the owner inside, as in `owner_stays`.
-- ended: When it ended; none when no row says so.
-- seized_at: When the phone was seized; see `owner_stays`.
SELECT device, chat, person, CAST(entered AS BIGINT), CAST(ended AS BIGINT), CAST(seized_at AS BIGINT), CAST(shown AS BIGINT)
FROM owner_stays ORDER BY device, chat, person, stay
