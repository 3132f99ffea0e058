-- Invented: the schema before 2021. Rows are gone before the first and behind the last one; a row without a chat stands at the front.
-- @file /data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences.xml
-- <map><string name="cc">34</string><string name="ph">600000001</string></map>
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_legacy.sql
DELETE FROM messages;
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_wa_type, received_timestamp, receipt_server_timestamp, starred) VALUES
  (3, '-1', 0, '-1', -1, NULL, 0, '0', 0, 0, 0),
  (5, '34600000002@s.whatsapp.net', 1, 'A1', 13, 'own words', 1451606400000, '0', 0, 1451606400100, 1),
  (6, '34600000002@s.whatsapp.net', 0, 'A2', 0, 'their words', 1451606401000, '0', 1451606401100, -1, 0),
  (30, '34600000002@s.whatsapp.net', 0, 'A3', 0, 'gone', 1451606402000, '0', 1451606402100, -1, 0);
DELETE FROM messages WHERE _id = 30;
