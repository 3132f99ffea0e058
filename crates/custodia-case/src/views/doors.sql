-- Who opened the door to how many others: the ranking, over all groups and per group.
-- chat: Address of the group; `all groups` for all of them.
-- person: Account that stands for all of the person's accounts.
-- country: Country that the person's number belongs to.
-- opened_for: Persons whose first entry this person opened.
-- added: Those of them whom the person added, by a row that says so.
-- by_link: Those of them to whom the person had sent the link: an inference.
-- below: Persons below in the invitation tree, at any depth.
-- depth: Steps of the person from the root of the branch.
WITH counted AS (
    SELECT chat, inviter AS person, sum(CASE WHEN inferred THEN 0 ELSE 1 END) AS added, sum(CASE WHEN inferred THEN 1 ELSE 0 END) AS by_link
    FROM invitation_tree WHERE inviter IS NOT NULL GROUP BY chat, inviter
)
SELECT t.chat, t.person, c.country, t.opened_for, coalesce(n.added, 0) AS added, coalesce(n.by_link, 0) AS by_link, t.below, t.depth
FROM invitation_tree t
LEFT JOIN counted n ON n.chat = t.chat AND n.person = t.person
LEFT JOIN account_countries c ON c.account = t.person
WHERE t.opened_for > 0
ORDER BY t.chat, t.opened_for DESC, t.below DESC, t.person
