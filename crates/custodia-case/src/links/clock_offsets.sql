-- How far a phone's clock stands from others, estimated from the arrival of messages; shown, never applied to a time. Of phones with many messages, where there are very many in all, a part is compared, chosen by their keys.
-- device: Label of the exhibit.
-- basis: `server time` when arrival is compared with the server's time of the same rows; `other phones` when with the arrival of the same messages on at least two other phones.
-- offset_ms: Milliseconds by which the phone's clock is ahead, behind when negative; delivery takes a second or so, which is not taken off.
-- spread_ms: Half of the messages lie within so many milliseconds of each other.
-- messages: Messages compared.
-- place: 1 for the basis to prefer: the one with the smaller spread.
SELECT account, person FROM persons
-- and
SELECT device FROM evidence.appearances WHERE appears_as = 'sender' GROUP BY device HAVING sum(row_count) < 2000
