-- What persons have decided, from the journal. Decisions are added, never changed: one that no longer holds is withdrawn by another.
-- number: Number of the event in the journal.
-- at: When, by the clock of the machine on which it was decided.
-- author: Who decided.
-- decision: `cut` or `confirm` that two accounts are one person's, `country` of an account, `dispute` a row or statement, `category` of a file, `note`, `withdraw` a decision.
-- subject: What it is about: an account, a SHA-256, directions to a row, or for `withdraw` the number of the decision.
-- other: The other account of a pair.
-- value: The country, the category, or the text.
-- reason: Why.
-- withdrawn_by: Number of the decision that withdrew it.
SELECT d.number, d.at, d.author, d.decision, d.subject, d.other, d.value, d.reason, w.number AS withdrawn_by
FROM journal.decisions d
LEFT JOIN (SELECT subject, min(number) AS number FROM journal.decisions WHERE decision = 'withdraw' GROUP BY subject) w
       ON w.subject = CAST(d.number AS VARCHAR) AND w.number > d.number
ORDER BY d.number
