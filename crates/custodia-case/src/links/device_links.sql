-- What two devices share: accounts that rows of both name, groups that both hold, files that messages on both name. Tied accounts count as one.
-- device: Label of the first exhibit.
-- other: Label of the second.
-- shared_accounts: Accounts.
-- shared_groups: Groups.
-- shared_files: Files, by the first 63 bits of their SHA-256.
SELECT DISTINCT account, other FROM aliases WHERE NOT cut ORDER BY account, other
