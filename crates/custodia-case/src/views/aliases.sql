-- What ties two accounts to one person: every row of the evidence that says so, and what persons have decided. Connected accounts are one person, see `persons`.
-- account: Address of the account; for a number change the old one.
-- other: The other address.
-- alias_kind: What ties the two: `lid map`, `chat account`, `number change`, `identity key`, `own account`, `sending device`, `participant device`, `user device`, `contact card`, `decision`.
-- at: When, as the row says.
-- cut: Whether a person has decided that the two are not one; it then ties nothing.
-- decision: Number of the decision that ties or cuts.
-- device: Label of the exhibit; none for a decision.
-- origin: Directions to the row, or to the decision in the journal.
WITH cuts AS (
    SELECT least(subject, other) AS a, greatest(subject, other) AS b, max(number) AS number FROM decisions
    WHERE decision = 'cut' AND withdrawn_by IS NULL GROUP BY least(subject, other), greatest(subject, other)
), edges AS (
    SELECT account, other, alias_kind, at, device, @origin(a) AS origin, CAST(NULL AS BIGINT) AS number FROM evidence.aliases a
    UNION ALL
    SELECT subject, other, 'decision', @notime, CAST(NULL AS VARCHAR), 'journal#' || CAST(number AS VARCHAR), number FROM decisions
    WHERE decision = 'confirm' AND withdrawn_by IS NULL
)
SELECT e.account, e.other, e.alias_kind, e.at, c.number IS NOT NULL AND (e.number IS NULL OR e.number < c.number) AS cut,
       CASE WHEN c.number IS NOT NULL AND (e.number IS NULL OR e.number < c.number) THEN c.number ELSE e.number END AS decision,
       e.device, e.origin
FROM edges e
LEFT JOIN cuts c ON c.a = least(e.account, e.other) AND c.b = greatest(e.account, e.other)
ORDER BY e.account, e.other, e.alias_kind, e.origin
