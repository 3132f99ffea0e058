-- Ties of two accounts that a row of the evidence or a decision states and that no later decision cuts.
-- account: Address of the account; for a number change the old one.
-- other: The other address.
-- alias_kind: What ties the two: as in `aliases`.
-- origin: Directions to the row, or to the decision in the journal.
SELECT s.account, s.other, s.alias_kind, s.origin FROM stated_ties s
LEFT ANTI JOIN tie_cuts c ON c.account = least(s.account, s.other) AND c.other = greatest(s.account, s.other)
-- ORDER BY account, other, alias_kind, origin
