-- A pair of accounts of which the last decision says that they are not one person's. Whoever confirms the pair later takes that back.
-- account: The smaller of the two.
-- other: The greater.
-- number: Number of the decision.
SELECT least(subject, other) AS account, greatest(subject, other) AS other, max(number) AS number FROM journal.tie_decisions
GROUP BY least(subject, other), greatest(subject, other)
HAVING max(number) = max(CASE WHEN decision = 'cut' THEN number END)
ORDER BY account, other
