-- Invented: a full file system, languages as a binary list, the zone in three places.
-- @hex /private/var/mobile/Library/Preferences/.GlobalPreferences.plist
-- 62706c6973743030d30102030407085e4170706c654c616e6775616765735b4170706c654c6f63616c65554f74686572a205065563612d
-- 45535565732d45535565735f45531001080f1e2a3033393f45000000000000010100000000000000090000000000000000000000000000
-- 0047
-- @file /private/var/db/timed/Library/Preferences/com.apple.preferences.datetime.plist
-- <?xml version="1.0" encoding="UTF-8"?>
-- <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
-- <plist version="1.0">
-- <dict><key>timezoneset</key><string>Europe/Madrid</string></dict>
-- </plist>
-- @file /private/var/mobile/Library/Preferences/com.apple.preferences.datetime.plist
-- <?xml version="1.0" encoding="UTF-8"?>
-- <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
-- <plist version="1.0">
-- <dict><key>timezone</key><string>America/New_York</string><key>timezoneset</key><true/></dict>
-- </plist>
-- @file /private/var/db/timezone/localtime
-- /var/db/timezone/zoneinfo/Europe/London
-- @database /private/var/wireless/Library/Databases/CellularUsage.db
CREATE TABLE subscriber_info (ROWID INTEGER PRIMARY KEY, subscriber_id TEXT, subscriber_mdn TEXT, tag INTEGER, last_update_time REAL, slot_id INTEGER);
INSERT INTO subscriber_info VALUES (1, '8934000000000000001', '+34600000001', 1, 507643200.0, 1), (2, '8900000000000000002F', '600000002', 2, 507643300.0, 2), (3, 8944000000000000003, '', 3, 0, NULL), (4, NULL, NULL, 4, NULL, NULL);
-- @wal
INSERT INTO subscriber_info VALUES (5, '89340000000000000055', '+34 600 000 005', 1, 507643400.0, 1);
