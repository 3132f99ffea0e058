-- Invented: files that are not what their names say, a database without the table, one without the columns.
-- @file /private/var/mobile/Library/Preferences/.GlobalPreferences.plist
-- no list
-- @file /private/var/db/timed/Library/Preferences/com.apple.preferences.datetime.plist
-- <?xml version="1.0" encoding="UTF-8"?>
-- <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
-- <plist version="1.0">
-- <array/>
-- </plist>
-- @database /private/var/wireless/Library/Databases/CellularUsage.db
CREATE TABLE other (a INTEGER);
-- @database /second/private/var/wireless/Library/Databases/CellularUsage.db
CREATE TABLE subscriber_info (ROWID INTEGER PRIMARY KEY, tag INTEGER);
INSERT INTO subscriber_info VALUES (1, 1);
