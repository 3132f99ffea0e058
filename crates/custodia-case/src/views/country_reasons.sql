-- Every reason for the country of an account: its number, the phone's own settings, statements of persons.
-- account: Address of the account on its service, device part removed.
-- reason_kind: `number`, `SIM`, `time zone`, `locale`, `decision`.
-- country: ISO 3166-1 alpha-2; none when the reason leaves it open.
-- reason: What is stored, or what was decided and why.
-- strength: `decided`, `strong`, `medium`, `weak`, `hint`, `none`.
-- device: Label of the exhibit, for a phone's own settings.
-- origin: Directions to the row or the decision; none for a number, which says it itself.
SELECT account, 'number' AS reason_kind, country, reason, strength, CAST(NULL AS VARCHAR) AS device, CAST(NULL AS VARCHAR) AS origin
FROM number_reasons
UNION ALL
SELECT account, reason_kind, country, reason, strength, device, origin FROM device_reasons
UNION ALL
SELECT subject, 'decision', value, author || ': ' || reason, 'decided', CAST(NULL AS VARCHAR), 'journal#' || CAST(number AS VARCHAR)
FROM journal.country_decisions
ORDER BY account, reason_kind, country, device, origin
