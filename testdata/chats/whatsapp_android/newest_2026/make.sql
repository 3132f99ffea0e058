-- Invented: the columns of 2026, persons by hidden id alone, a community.
-- @file /data/data/com.whatsapp/shared_prefs/startup_prefs.xml
-- <map><string name="push_name">Oval</string><string name="ph">600000001</string></map>
-- @file /data/data/com.whatsapp/shared_prefs/RegisterPhone.xml
-- <map><string name="com.whatsapp.registration.RegisterPhone.country_code">34</string>
-- <string name="com.whatsapp.registration.RegisterPhone.phone_number">600 000 001</string></map>
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_2026.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES
  (1, '223456789012345', 'lid', 18, '223456789012345@lid'), (2, '323456789012345', 'lid', 18, '323456789012345@lid'),
  (3, '120363049999999990', 'g.us', 1, '120363049999999990@g.us'), (4, '120363049999999991', 'g.us', 1, '120363049999999991@g.us'),
  (5, '323456789012345', 'lid', 19, '323456789012345:3@lid'), (6, '120363400000000000', 'newsletter', 21, '120363400000000000@newsletter');
INSERT INTO chat (_id, jid_row_id, subject, created_timestamp, group_type) VALUES (1, 1, NULL, NULL, 0), (2, 3, 'Shapes', 1700000000000, 2), (3, 4, 'All shapes', 1700000000000, 1), (4, 6, 'News of shapes', NULL, 4);
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, origination_flags, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data, starred) VALUES
  (2, 1, 0, '3A00000000000000000A', 0, 0, 0, 1760000000000, 1760000000100, -1, 0, 'by hidden id', 0),
  (3, 2, 0, '3A00000000000000000B', 5, 0, 0, 1760000001000, 1760000001100, -1, 106, NULL, 0),
  (4, 3, 1, 'S1', 1, 6, 0, 1760000002000, 0, 0, 7, NULL, 0),
  (5, 2, 1, 'S2', 2, 6, 0, 1760000003000, 0, 0, 7, NULL, 0),
  (6, 2, 1, 'S3', 2, 6, 0, 1760000004000, 0, 0, 7, NULL, 0),
  (7, 4, 0, 'N1', 0, 0, 0, 1760000005000, 1760000005100, -1, 0, 'news', 0);
INSERT INTO message_system VALUES (4, 108), (5, 120), (6, 20);
INSERT INTO message_system_sibling_group_link_change VALUES (4, '120363049999999990@g.us', 'Shapes', 4);
INSERT INTO message_system_chat_participant VALUES (5, 1);
INSERT INTO lid_display_name (lid_row_id, display_name, username) VALUES (1, 'Rhombus', 'rhombus7');
INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank, add_timestamp, join_method) VALUES (3, 2, 0, 1760000000000, 5);
