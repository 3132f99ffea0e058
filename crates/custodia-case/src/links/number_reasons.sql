-- What a number's plan says of the country of an account. One row per account that is a number.
-- account: Address of the account on its service, device part removed.
-- phone: Number in international form.
-- country: ISO 3166-1 alpha-2; none when the plan leaves it open.
-- reason: What the number says.
-- strength: `strong`, `medium`, `weak`, `none`.
SELECT account FROM persons WHERE account LIKE '%@s.whatsapp.net' ORDER BY account
