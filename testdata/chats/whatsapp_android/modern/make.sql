-- Invented: every kind of row of the modern schema, times of February 2017 to make them easy to read.
-- @file /data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml
-- <?xml version='1.0' encoding='utf-8' standalone='yes' ?>
-- <map>
--     <string name="cc">34</string>
--     <string name="ph">600000001</string>
--     <string name="registration_jid">34600000001</string>
--     <string name="push_name">Circle &amp; Co</string>
-- </map>
-- @file /data/media/0/Android/media/com.whatsapp/WhatsApp/Media/WhatsApp Images/IMG-20170202-WA0001.jpg
-- circle
-- @file /data/media/0/Android/media/com.whatsapp/WhatsApp/Media/WhatsApp Images/Sent/IMG-20170202-WA0002.jpg
-- square
-- @file /data/media/0/DCIM/Camera/IMG_0003.jpg
-- triangle
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, agent, device, type, raw_string) VALUES
  (1, 'status', 'broadcast', 0, 0, 5, 'status@broadcast'),
  (2, '34600000002', 's.whatsapp.net', 0, 0, 0, '34600000002@s.whatsapp.net'),
  (3, '15550100003', 's.whatsapp.net', 0, 0, 0, '15550100003@s.whatsapp.net'),
  (4, '447700900004', 's.whatsapp.net', 0, 0, 0, '447700900004@s.whatsapp.net'),
  (5, '120363041234567890', 'g.us', 0, 0, 1, '120363041234567890@g.us'),
  (6, '34600000002-1445147498', 'g.us', 0, 0, 1, '34600000002-1445147498@g.us'),
  (7, '123456789012345', 'lid', 0, 0, 18, '123456789012345@lid'),
  (8, '15550100003', 's.whatsapp.net', 0, 12, 17, '15550100003.0:12@s.whatsapp.net'),
  (9, '120363041234567899', 'g.us', 0, 0, 1, '120363041234567899@g.us'),
  (10, '15550100010', 's.whatsapp.net', 0, 0, 0, '15550100010@s.whatsapp.net'),
  (11, '', 'status_me', 0, 0, 11, 'status_me');
INSERT INTO chat (_id, jid_row_id, subject, created_timestamp, group_type, account_jid_row_id) VALUES
  (1, 2, NULL, NULL, 0, 7),
  (2, 5, 'Blue circles', 1485900000000, 0, NULL),
  (3, 6, 'Old squares', 1445147498000, 2, NULL),
  (4, 1, NULL, 0, 0, NULL),
  (5, 99, 'no address', NULL, 0, NULL);
-- A chat of two: own, theirs, quoted, edited, revoked, missing times, a star.
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, origination_flags, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data, starred, sort_id) VALUES
  (2, 1, 1, 'A001', 0, 13, 0, 1485950000000, 0, 1485950000500, 0, 'the first', 0, 2),
  (3, 1, 0, 'A002', NULL, 0, 0, 1485950060000, 1485950061000, -1, 0, 'the answer', 1, 3),
  (4, 1, 0, 'A003', 0, 0, 1, 1485950120000, 1485950121000, NULL, 0, 'forwarded words', 0, 4),
  (5, 1, 1, 'A004', 0, 5, 0, 1485950180000, 0, 1485950180500, 0, 'edited words', 0, 5),
  (6, 1, 0, 'A005', 0, 0, 0, 1485950240000, 1485950241000, -1, 15, NULL, 0, 6),
  (7, 1, 0, 'A006', 0, 0, 0, 99999999999999999, -7, 0, 0, 'a strange clock', 0, 7),
  (8, 1, 0, 'A007', 0, 0, 0, 1485950300000, 1485950301000, -1, 5, NULL, 0, 8),
  (9, 1, 0, 'A008', 0, 0, 0, 1485950360000, 1485950361000, -1, 4711, 'from another world', 0, 9),
  (10, 77, 0, 'A009', 0, 0, 0, 1485950420000, 1485950421000, -1, 0, 'in a chat that is gone', 0, 10);
INSERT INTO message_quoted (message_row_id, chat_row_id, parent_message_chat_row_id, from_me, sender_jid_row_id, key_id, timestamp, message_type, text_data) VALUES
  (3, 1, 1, 1, 0, 'A001', 1485950000000, 0, 'the first');
INSERT INTO message_forwarded (message_row_id, forward_score) VALUES (4, 3), (32, 127);
INSERT INTO message_edit_info VALUES (5, 'A004', 1485950190000, 1485950190000);
INSERT INTO message_revoked VALUES (6, 'A005', 0, 1485950250000), (41, 'B011', 3, 1485961000000);
INSERT INTO message_location (message_row_id, chat_row_id, latitude, longitude, place_name, place_address) VALUES (8, 1, 40.4168, -3.7038, 'Square', 'No Street 1');
-- A group: system rows.
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, origination_flags, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data, starred, sort_id) VALUES
  (20, 2, 1, 'S001', 2, 6, 0, 1485960000000, 0, 0, 7, 'Blue', 0, 20),
  (21, 2, 1, 'S002', 2, 6, 0, 1485960001000, 0, 0, 7, NULL, 0, 21),
  (22, 2, 1, 'S003', 2, 6, 0, 1485960002000, 0, 0, 7, NULL, 0, 22),
  (23, 2, 1, 'S004', 4, 6, 0, 1485960003000, 0, 0, 7, NULL, 0, 23),
  (24, 2, 1, 'S005', 2, 6, 0, 1485960004000, 0, 0, 7, 'Blue circles', 0, 24),
  (25, 2, 1, 'S006', 2, 6, 0, 1485960005000, 0, 0, 7, NULL, 0, 25),
  (26, 2, 1, 'S007', 0, 6, 0, 1485960006000, 0, 0, 7, NULL, 0, 26),
  (27, 2, 1, 'S008', 2, 6, 0, 1485960007000, 0, 0, 7, NULL, 0, 27),
  (28, 2, 1, 'S009', 3, 6, 0, 1485960008000, 0, 0, 7, NULL, 0, 28),
  (29, 2, 1, 'S010', 2, 6, 0, 1485960009000, 0, 0, 7, NULL, 0, 29),
  (30, 2, 1, 'S011', 0, 6, 0, 1485960010000, 0, 0, 7, NULL, 0, 30),
  (31, 2, 1, 'S012', 0, 6, 0, 1485960011000, 0, 0, 7, NULL, 0, 31);
INSERT INTO message_system VALUES (20, 11), (21, 12), (22, 12), (23, 20), (24, 1), (25, 15), (26, 13), (27, 14), (28, 10), (29, 75), (30, 4711);
INSERT INTO message_system_chat_participant VALUES (21, 3), (21, 4), (25, 3), (26, 4), (27, 3), (21, 999);
INSERT INTO message_system_group VALUES (22, 1);
INSERT INTO message_system_value_change VALUES (24, 'Blue');
INSERT INTO message_system_number_change VALUES (28, 3, 10);
INSERT INTO message_system_community_link_changed VALUES (29, 0, 2, 9);
-- A group: messages and files.
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, origination_flags, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data, starred, sort_id) VALUES
  (32, 2, 0, 'B001', 8, 0, 1, 1485960100000, 1485960101000, -1, 1, NULL, 0, 32),
  (33, 2, 1, 'B002', 0, 5, 0, 1485960200000, 0, 1485960200900, 1, 'own caption', 0, 33),
  (34, 2, 0, 'B003', 7, 0, 0, 1485960300000, 1485960301000, -1, 42, NULL, 0, 34),
  (35, 2, 0, 'B004', 4, 0, 0, 1485960400000, 1485960401000, -1, 9, NULL, 0, 35),
  (36, 2, 0, 'B005', 4, 0, 0, 1485960500000, 1485960501000, -1, 2, NULL, 0, 36),
  (41, 2, 0, 'B011', 4, 0, 0, 1485960600000, 1485960601000, -1, 64, NULL, 0, 41),
  (42, 3, 0, 'C001', 2, 0, 0, 1485960700000, 1485960701000, -1, 0, 'in the old group', 0, 42),
  (43, 4, 0, 'C002', 2, 0, 0, 1485960800000, 1485960801000, -1, 0, 'a status', 0, 43);
INSERT INTO message_media (message_row_id, chat_row_id, file_path, file_size, width, height, mime_type, file_length, media_name, file_hash, media_duration, enc_file_hash, original_file_hash, media_caption) VALUES
  (32, 2, 'Media/WhatsApp Images/IMG-20170202-WA0001.jpg', 6, 64, 48, 'image/jpeg', 6, NULL, '{{sha256 circle}}', 0, '{{sha256 circle encrypted}}', NULL, 'a blue circle'),
  (33, 2, 'Media/WhatsApp Images/Sent/IMG-20170202-WA0002.jpg', 6, 64, 64, 'image/jpeg', 6, NULL, NULL, 0, NULL, '{{sha256 square before}}', NULL),
  (34, 2, NULL, 0, 0, 0, 'image/jpeg', 812, NULL, '{{sha256 gone}}', 0, NULL, NULL, NULL),
  (35, 2, '/storage/emulated/0/DCIM/Camera/IMG_0003.jpg', 8, NULL, NULL, 'application/pdf', 8, 'list.pdf', '', NULL, NULL, NULL, NULL),
  (36, 2, 'Media/WhatsApp Images/IMG-20170202-WA0001.jpg', 900, NULL, NULL, 'audio/ogg', 900, NULL, 'not base64', 12, NULL, NULL, NULL);
INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank, pending, add_timestamp, join_method) VALUES
  (5, 2, 2, 0, 1485960000000, 0), (5, 7, 1, 0, 1485960001000, 1), (5, 4, 0, 1, 0, 3), (6, 2, 9, 0, NULL, NULL), (5, 1234, 0, 0, 0, 0);
INSERT INTO group_past_participant_user (group_jid_row_id, user_jid_row_id, is_leave, timestamp) VALUES (5, 4, 1, 1485960006000), (5, 3, 0, 1485960007000);
INSERT INTO jid_map VALUES (7, 3, 1);
INSERT INTO lid_display_name VALUES (7, 'Triangle');
INSERT INTO props (key, value) VALUES ('user_push_name', 'Circle and Co'), ('message_ready', '2');
INSERT INTO call_log (_id, jid_row_id, from_me, call_id, timestamp, video_call, duration, call_result, group_jid_row_id) VALUES
  (1, 2, 0, 'call:1', 1485970000000, 0, 61, 5, 0), (2, 5, 1, 'call:2', 1485971000000, 1, 0, 2, 5), (3, 3, 1, 'call:3', 1485972000000, 0, 0, 99, 0);
INSERT INTO call_log_participant_v2 (call_log_row_id, jid_row_id, call_result) VALUES (2, 3, 5), (2, 4, 2);
INSERT INTO message_add_on (chat_row_id, from_me, key_id, parent_message_row_id, message_add_on_type) VALUES (2, 0, 'R1', 32, 56);
