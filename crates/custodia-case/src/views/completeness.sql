-- How much of each exhibit was read: items = parsed + partial + rejected.
-- device: Label of the exhibit.
-- items: Items found, containers included.
-- parsed: Items read whole.
-- partial: Items read in part.
-- rejected: Items that could not be read.
-- unparsed_kind: Items among the parsed ones whose digests and kind are known and whose content no parser knows.
-- bytes: Bytes of all items.
-- warnings: Rows in `warnings`.
-- unread_bytes: Bytes that warnings name as not read.
SELECT d.device, d.items, d.parsed, d.partial, d.rejected, d.unparsed_kind, coalesce(f.bytes, 0) AS bytes,
       coalesce(w.warnings, 0) AS warnings, coalesce(w.unread_bytes, 0) AS unread_bytes
FROM evidence.devices d
LEFT JOIN (SELECT device, sum(size) AS bytes FROM evidence.files GROUP BY device) f ON f.device = d.device
LEFT JOIN (SELECT device, count(*) AS warnings, sum(bytes) AS unread_bytes FROM evidence.warnings GROUP BY device) w
       ON w.device = d.device
ORDER BY d.device
