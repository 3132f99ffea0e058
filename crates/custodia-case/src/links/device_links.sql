-- What two devices share: accounts that rows of both name, groups that both hold, files that messages on both name. Accounts that rows or decisions tie count as one.
-- device: Label of the first exhibit.
-- other: Label of the second.
-- shared_accounts: Accounts.
-- shared_groups: Groups.
-- shared_files: Files, by the first 63 bits of their SHA-256.
SELECT DISTINCT t.account, t.other FROM stated_ties t
LEFT ANTI JOIN tie_cuts c ON c.account = least(t.account, t.other) AND c.other = greatest(t.account, t.other)
ORDER BY t.account, t.other
