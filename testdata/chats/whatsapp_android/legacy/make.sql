-- Invented: the schema before 2021. The objects in thumb_image are what Java writes, cut down to their texts.
-- @file /data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences.xml
-- <map><string name="cc">34</string><string name="ph">600000001</string></map>
-- @file /sdcard/WhatsApp/Media/WhatsApp Images/IMG-20160101-WA0001.jpg
-- circle
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_legacy.sql
INSERT INTO chat_list (key_remote_jid, message_table_id, subject, creation) VALUES
  ('34600000002@s.whatsapp.net', 2, NULL, NULL), ('34600000002-1445147498@g.us', 5, 'Squares', 1445147498000);
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_wa_type, received_timestamp, receipt_server_timestamp, starred, forwarded) VALUES
  (2, '34600000002@s.whatsapp.net', 1, 'A1', 13, 'own words', 1451606400000, '0', 0, 1451606400100, 1, 0),
  (3, '34600000002@s.whatsapp.net', 0, 'A2', 0, 'their words', 1451606401000, '0', 1451606401100, -1, 0, 1);
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_wa_type, media_size, remote_resource, thumb_image) VALUES
  (4, '34600000002-1445147498@g.us', 1, 'S1', 6, 'Squares', 1445147498000, '0', 11, '34600000002@s.whatsapp.net', NULL),
  (5, '34600000002-1445147498@g.us', 1, 'S2', 6, NULL, 1445147499000, '0', 12, '34600000002@s.whatsapp.net', CAST('sr java.util.ArrayList t 15550100003@s.whatsapp.net t 447700900004@s.whatsapp.net x' AS BLOB)),
  (6, '34600000002-1445147498@g.us', 1, 'S3', 6, NULL, 1445147500000, '0', 5, '15550100003@s.whatsapp.net', NULL),
  (7, '34600000002-1445147498@g.us', 1, 'S4', 6, '15550100010@s.whatsapp.net', 1445147501000, '0', 10, '447700900004@s.whatsapp.net', NULL);
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, timestamp, media_mime_type, media_wa_type, media_size, media_name, media_caption, media_hash, media_duration, remote_resource, thumb_image, quoted_row_id) VALUES
  (8, '34600000002-1445147498@g.us', 0, 'B1', 0, 1451606402000, 'image/jpeg', '1', 6, NULL, 'a circle', '{{sha256 circle}}', 0, '447700900004@s.whatsapp.net', {{java /storage/emulated/0/WhatsApp/Media/WhatsApp Images/IMG-20160101-WA0001.jpg}}, 1),
  (9, '34600000002-1445147498@g.us', 0, 'B2', 0, 1451606403000, 'image/jpeg', '1', 6, NULL, NULL, NULL, 0, '447700900004@s.whatsapp.net', {{java /storage/emulated/0/WhatsApp/Media/WhatsApp Images/IMG-20160101-WA0001.jpg}}, 99);
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, timestamp, media_wa_type, latitude, longitude, edit_version, remote_resource) VALUES
  (10, '34600000002-1445147498@g.us', 0, 'B3', 0, 1451606404000, '5', 40.5, -3.5, 0, '447700900004@s.whatsapp.net'),
  (11, '34600000002-1445147498@g.us', 0, 'B4', 0, 1451606405000, '0', 0, 0, 7, '447700900004@s.whatsapp.net'),
  (12, '15550100010@s.whatsapp.net', 0, 'C1', 0, 1451606406000, '0', 0, 0, NULL, NULL);
INSERT INTO messages_quotes (_id, key_remote_jid, key_from_me, key_id, data, remote_resource) VALUES (1, '34600000002-1445147498@g.us', 1, 'B0', 'quoted words', NULL);
INSERT INTO group_participants (gjid, jid, admin, pending) VALUES ('34600000002-1445147498@g.us', '34600000002@s.whatsapp.net', 2, 0), ('34600000002-1445147498@g.us', '', 0, 0);
INSERT INTO group_participants_history (timestamp, gjid, jid, action, old_phash, new_phash) VALUES (1445147499000, '34600000002-1445147498@g.us', '15550100003@s.whatsapp.net,447700900004@s.whatsapp.net', 1, '', '');
