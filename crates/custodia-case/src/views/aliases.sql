-- What ties two accounts to one person: every row of the evidence that says so, what follows from rows of two phones, and what persons have decided. Connected accounts are one person, see `persons`.
-- account: Address of the account; for a number change the old one.
-- other: The other address.
-- alias_kind: What ties the two: `lid map`, `chat account`, `number change`, `identity key`, `own account`, `sending device`, `participant device`, `user device`, `contact card`, `decision`. Inferences: `same message` and `same event` when one phone names a hidden id and another a number for the same message or event, and no rows name another number, changes of number aside, or another hidden id; where messages tie, events do not count, and what rows do not agree on stands in `conflicts`; `inferred number change` as in `number_changes`.
-- at: When, as the row says.
-- cut: Whether a person has decided that the two are not one; it then ties nothing.
-- decision: Number of the decision that ties or cuts.
-- device: Label of the exhibit; none for a decision.
-- origin: Directions to the row, or to the decision in the journal.
-- other_origin: For an inference, directions to the row of the other phone.
WITH pairs AS (
    SELECT account, other, number_now, max(alias_kind) AS alias_kind, min(origin) AS origin, min(other_origin) AS other_origin
    FROM inferred_ties GROUP BY account, other, number_now
), agreeing AS (
    -- Keys of messages are drawn at random, times of events are not: where messages tie, events that say otherwise do not count.
    SELECT p.* FROM pairs p
    LEFT ANTI JOIN (SELECT DISTINCT account FROM pairs WHERE alias_kind = 'same message') m
      ON p.alias_kind = 'same event' AND m.account = p.account
    LEFT ANTI JOIN (SELECT DISTINCT number_now FROM pairs WHERE alias_kind = 'same message' AND account LIKE '%@lid') n
      ON p.alias_kind = 'same event' AND n.number_now = p.number_now
), unlike AS (
    SELECT account FROM agreeing GROUP BY account HAVING count(DISTINCT number_now) > 1
), unlike_numbers AS (
    SELECT number_now FROM agreeing WHERE account LIKE '%@lid' GROUP BY number_now HAVING count(DISTINCT account) > 1
), edges AS (
    SELECT account, other, alias_kind, at, number, device, origin, CAST(NULL AS VARCHAR) AS other_origin FROM stated_ties
    UNION ALL
    SELECT a.account, a.other, a.alias_kind, @notime, CAST(NULL AS BIGINT), split_part(a.origin, ':', 1), a.origin, a.other_origin
    FROM agreeing a
    LEFT ANTI JOIN unlike u ON u.account = a.account
    LEFT ANTI JOIN unlike_numbers v ON v.number_now = a.number_now
    UNION ALL
    SELECT account, other, 'inferred number change', @notime, CAST(NULL AS BIGINT), split_part(origin, ':', 1), origin, other_origin
    FROM number_changes WHERE inferred
)
SELECT e.account, e.other, e.alias_kind, e.at, c.number IS NOT NULL AS cut, coalesce(c.number, e.number) AS decision,
       e.device, e.origin, e.other_origin
FROM edges e
LEFT JOIN tie_cuts c ON c.account = least(e.account, e.other) AND c.other = greatest(e.account, e.other)
ORDER BY e.account, e.other, e.alias_kind, e.origin
