-- What a phone's own settings say of a country, for the accounts that the phone names as its own.
-- account: Account that the phone names as its own.
-- reason_kind: `SIM`, `time zone`, `locale`.
-- country: ISO 3166-1 alpha-2; none when the stored value names none.
-- reason: What is stored.
-- strength: `weak` for a SIM card, `hint` for time zone and locale.
-- device: Label of the exhibit.
-- origin: Directions to the row.
SELECT f.device, f.fact, f.fact_value, @origin(f) AS origin, a.account
FROM evidence.device_facts f JOIN (SELECT DISTINCT device, account FROM evidence.accounts WHERE own) a ON a.device = f.device
ORDER BY f.device, a.account, f.fact, f.fact_value, f.path, f.part, f.row
