-- Which country an account belongs to, with the reason: the latest decision of a person, for an account that stands for a person also one on another of the person's accounts, else the strongest reason. Reasons of one strength that name several countries leave it open.
-- account: Address of the account on its service, device part removed.
-- phone: Number in international form.
-- country: ISO 3166-1 alpha-2; none when the reasons leave it open.
-- country_name: Name of the country.
-- reason: The reason that decides, or those that leave it open.
-- strength: `decided`, `strong`, `medium`, `weak`, `hint`, `none`.
-- ambiguous: Whether the strongest reasons name several countries.
-- others: Countries that weaker reasons name instead.
WITH decided AS (
    SELECT subject AS account, number FROM journal.country_decisions
    UNION SELECT p.person, d.number FROM journal.country_decisions d JOIN persons p ON p.account = d.subject
), latest AS (
    SELECT account, max(number) AS number FROM decided GROUP BY account
), ranked AS (
    SELECT r.account, r.country, r.reason, r.strength,
           CASE r.strength WHEN 'strong' THEN 4 WHEN 'medium' THEN 3 WHEN 'weak' THEN 2 WHEN 'hint' THEN 1 ELSE 0 END AS place
    FROM country_reasons r WHERE r.reason_kind <> 'decision'
    UNION ALL
    SELECT l.account, r.country, r.reason, r.strength, 5
    FROM latest l JOIN country_reasons r ON r.origin = 'journal#' || CAST(l.number AS VARCHAR) AND r.reason_kind = 'decision'
), best AS (
    SELECT account, max(CASE WHEN country IS NOT NULL THEN place ELSE 0 END) AS place FROM ranked GROUP BY account
), chosen AS (
    SELECT r.account, min(r.country) AS country, min(r.country) IS DISTINCT FROM max(r.country) AS ambiguous,
           @names(r.reason) AS reason, min(r.strength) AS strength
    FROM ranked r JOIN best b ON r.account = b.account AND r.place = b.place GROUP BY r.account
), others AS (
    SELECT r.account, @set(r.country) AS countries FROM ranked r JOIN chosen c ON r.account = c.account
    WHERE r.country <> c.country OR c.ambiguous GROUP BY r.account
)
SELECT c.account, n.phone, CASE WHEN NOT c.ambiguous THEN c.country END AS country,
       CASE WHEN NOT c.ambiguous THEN country_name(c.country) END AS country_name, c.reason, c.strength, c.ambiguous,
       o.countries AS others
FROM chosen c
LEFT JOIN number_reasons n ON c.account = n.account
LEFT JOIN others o ON c.account = o.account
ORDER BY c.account
