-- Invented: Tor Browser and Orbot on Android.
-- @file /data/data/org.torproject.torbrowser/shared_prefs/fenix_preferences.xml
-- <?xml version='1.0' encoding='utf-8' standalone='yes' ?>
-- <map>
--     <long name="pref_key_last_browse_activity_time" value="1714564800123" />
--     <int name="pref_key_times_app_opened" value="17" />
--     <int name="pref_key_open_private_tabs_count" value="2" />
--     <boolean name="pref_key_other" value="true" />
-- </map>
-- @file /data/data/org.torproject.torbrowser/cache/mozac_browser_thumbnails/private_thumbnails/aa11.0
-- no picture
-- @database /data/data/org.torproject.torbrowser/files/places.sqlite
CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url LONGVARCHAR NOT NULL, title LONGVARCHAR, visit_count_local INTEGER NOT NULL DEFAULT 0, visit_count_remote INTEGER NOT NULL DEFAULT 0, last_visit_date_local INTEGER NOT NULL DEFAULT 0);
CREATE TABLE moz_bookmarks (id INTEGER PRIMARY KEY, fk INTEGER DEFAULT NULL, type INTEGER NOT NULL, parent INTEGER, position INTEGER NOT NULL, title TEXT, dateAdded INTEGER NOT NULL DEFAULT 0);
INSERT INTO moz_places VALUES (1, 'http://www.aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp3kead.onion/', NULL, 0, 0, 0), (2, 'https://example.org/', 'Squares', 1, 0, 1714564800000);
INSERT INTO moz_bookmarks VALUES (1, 1, 1, 0, 0, 'Shapes', 1714478400000);
-- @wal
INSERT INTO moz_bookmarks VALUES (2, 2, 1, 0, 1, 'Squares', 1714478401000);
-- @database /data/data/org.torproject.torbrowser/databases/mozac_downloads_database
CREATE TABLE downloads (id TEXT NOT NULL PRIMARY KEY, url TEXT NOT NULL, file_name TEXT, content_type TEXT, content_length INTEGER, status INTEGER NOT NULL, destination_directory TEXT NOT NULL, created_at INTEGER NOT NULL);
INSERT INTO downloads VALUES ('a', 'http://aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp3kead.onion/circle.zip', 'circle.zip', 'application/zip', 1234, 6, 'Download', 1714564800456);
-- @file /data/data/org.torproject.android/shared_prefs/org.torproject.android_preferences.xml
-- <?xml version='1.0' encoding='utf-8' standalone='yes' ?>
-- <map>
--     <string name="PrefTord">org.example.one|org.example.two|</string>
--     <boolean name="pref_bridges_enabled" value="true" />
-- </map>
-- @file /data/data/org.torproject.android/files/v3_onion_services/v3abc/hostname
-- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd.onion
