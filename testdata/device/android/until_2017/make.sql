-- Invented: one file for each property, cards by number alone.
-- @file /data/property/persist.sys.timezone
-- Europe/Madrid
-- @file /data/property/persist.sys.locale
-- es-ES
-- @file /data/property/persist.sys.usb.config
-- mtp,adb
-- @database /data/data/com.android.providers.telephony/databases/telephony.db
CREATE TABLE siminfo (_id INTEGER PRIMARY KEY AUTOINCREMENT, icc_id TEXT NOT NULL, sim_id INTEGER DEFAULT -1, display_name TEXT, number TEXT, mcc INTEGER DEFAULT 0, mnc INTEGER DEFAULT 0);
INSERT INTO siminfo (icc_id, number, mcc, mnc) VALUES ('8900000000000000001', '+34600000001', 214, 1), ('8900000000000000002', '600000002', 1, 1), ('8900000000000000003', NULL, 0, 0);
