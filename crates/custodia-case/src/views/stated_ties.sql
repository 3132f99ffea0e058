-- Ties of two accounts that a row of the evidence or a decision states, as they stand: also those that were cut. The reader's view is `aliases`.
-- account: Address of the account; for a number change the old one.
-- other: The other address.
-- alias_kind: What ties the two: as in `aliases`.
-- at: When, as the row says.
-- number: Number of the decision that ties them.
-- device: Label of the exhibit; none for a decision.
-- origin: Directions to the row, or to the decision in the journal.
SELECT account, other, alias_kind, at, CAST(NULL AS BIGINT) AS number, device, @origin(a) AS origin FROM evidence.aliases a
UNION ALL
SELECT subject, other, 'decision', @notime, number, CAST(NULL AS VARCHAR), 'journal#' || CAST(number AS VARCHAR) FROM journal.tie_decisions
WHERE decision = 'confirm'
ORDER BY account, other, alias_kind, origin
