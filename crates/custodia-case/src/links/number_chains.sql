-- A number that was changed, by `number_changes`, with the one that it is by now: changes follow each other, and some lead back. Changes that a decision cuts do not count.
-- account: Address of the account.
-- person: The account that stands for the chain: the smallest that no change left behind, else the smallest.
-- accounts: How many accounts are in the chain.
SELECT a.account, a.other, 'number change' FROM number_changes a
LEFT ANTI JOIN tie_cuts c ON c.account = least(a.account, a.other) AND c.other = greatest(a.account, a.other)
