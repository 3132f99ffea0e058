-- Which accounts are one person's: connected components of the pairs in `aliases`. An account without a pair stands for itself.
-- account: Address of the account on its service, device part removed.
-- person: The account that stands for all of the person's: the smallest phone account that no number change left behind, else the smallest account.
-- accounts: How many accounts are tied together.
SELECT account, CAST(NULL AS VARCHAR) AS other, CAST(NULL AS VARCHAR) AS kind FROM (
    SELECT account FROM evidence.accounts
    UNION SELECT account FROM evidence.memberships
    UNION SELECT account FROM evidence.appearances
    UNION SELECT actor FROM evidence.group_events
    UNION SELECT target FROM evidence.group_events
    UNION SELECT account FROM evidence.calls
    UNION SELECT account FROM evidence.contacts
    UNION SELECT creator FROM evidence.chats
    UNION SELECT address_creator FROM evidence.chats
    UNION SELECT chat FROM evidence.chats WHERE chat_kind = 'person'
    UNION SELECT owner FROM evidence.chats
) WHERE account IS NOT NULL
    AND account NOT LIKE '%@g.us' AND account NOT LIKE '%@broadcast' AND account NOT LIKE '%@newsletter'
    AND account LIKE '%@%'
UNION ALL
SELECT DISTINCT account, other, alias_kind FROM aliases WHERE NOT cut
