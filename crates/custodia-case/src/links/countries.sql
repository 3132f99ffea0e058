-- Which country an account belongs to, with the reason. One row per person's account that is a number.
-- account: Address of the account on its service, device part removed.
-- phone: Number in international form.
-- country: ISO 3166-1 alpha-2; none when the reason leaves it open.
-- country_name: Name of the country.
-- reason: What the number says.
-- strength: `strong`, `medium`, `weak`, `none`.
SELECT account FROM persons WHERE account LIKE '%@s.whatsapp.net' ORDER BY account
