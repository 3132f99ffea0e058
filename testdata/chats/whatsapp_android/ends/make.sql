-- Invented: rows are gone before the first and behind the last one that stands. The dummy stands at 1; the phone has given 40 numbers.
-- @file /data/data/com.whatsapp/shared_prefs/startup_prefs.xml
-- <map><string name="push_name">Oval</string><string name="ph">600000001</string></map>
-- @file /data/data/com.whatsapp/shared_prefs/RegisterPhone.xml
-- <map><string name="com.whatsapp.registration.RegisterPhone.country_code">34</string>
-- <string name="com.whatsapp.registration.RegisterPhone.phone_number">600 000 001</string></map>
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_2026.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES
  (1, '34600000002', 's.whatsapp.net', 0, '34600000002@s.whatsapp.net'), (2, '120363049999999990', 'g.us', 1, '120363049999999990@g.us'),
  (3, '120363049999999991', 'g.us', 1, '120363049999999991@g.us');
INSERT INTO chat (_id, jid_row_id, subject, created_timestamp, group_type) VALUES (1, 1, NULL, NULL, 0), (2, 2, 'Shapes', 1700000000000, 2);
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, origination_flags, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data, starred) VALUES
  (5, 2, 1, 'S1', 1, 6, 0, 1760000000000, 0, 0, 7, NULL, 0),
  (6, 1, 0, 'A1', 0, 0, 0, 1760000001000, 1760000001100, -1, 0, 'first', 0),
  (9, 1, 1, 'A2', 0, 13, 0, 1760000002000, 0, 1760000002100, 0, 'last', 0),
  (10, 2, 1, 'S2', 1, 6, 0, 1760000003000, 0, 0, 7, NULL, 0),
  (11, 2, 1, 'S3', 1, 6, 0, 1760000004000, 0, 0, 7, 'Shapes of all', 0),
  (12, 2, 1, 'S4', 1, 6, 0, 1760000005000, 0, 0, 7, '', 0);
INSERT INTO message_system VALUES (5, 75), (10, 78), (11, 108), (12, 78);
-- The group joins a community, leaves it, and joins and leaves it again.
INSERT INTO message_system_community_link_changed VALUES (5, 0, 2, 3), (10, 2, 0, 3);
INSERT INTO message_system_sibling_group_link_change VALUES (11, '120363049999999990@g.us', 'Shapes', 3), (12, '120363049999999990@g.us', 'Shapes', 3);
UPDATE sqlite_sequence SET seq = 40 WHERE name = 'message';
INSERT INTO sqlite_sequence VALUES ('messages', 900);
