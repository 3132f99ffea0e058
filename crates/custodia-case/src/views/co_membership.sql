-- Two persons who were in the same groups. Each shared group adds 1/(n-1), n being its members, so a large group ties its members little.
-- person: Account that stands for all of the first person's accounts.
-- other: The second person's.
-- weight: Sum over the shared groups.
-- groups: How many groups they shared.
-- chats: Addresses of these groups.
WITH sized AS (
    SELECT m.chat, m.person, n.n FROM members m
    JOIN (SELECT chat, count(*) AS n FROM members GROUP BY chat HAVING count(*) > 1) n ON n.chat = m.chat
)
SELECT a.person, b.person AS other, round(sum(1.0 / (a.n - 1)), 9) AS weight, count(*) AS groups, @set(a.chat) AS chats
FROM sized a JOIN sized b ON a.chat = b.chat
WHERE a.person < b.person
GROUP BY a.person, b.person
ORDER BY weight DESC, a.person, other
