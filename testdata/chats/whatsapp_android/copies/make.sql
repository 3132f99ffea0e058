-- Invented: what is left of messages that are gone, or of other chats: quotes with their files and places, the copies of the full-text
-- index; system rows of groups beside a group; times of before the messenger.
-- @file /data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml
-- <map><string name="cc">34</string><string name="ph">600000001</string><string name="registration_jid">34600000001</string></map>
-- @file /data/media/0/DCIM/picture.jpg
-- gone picture
-- @file /data/media/0/Android/media/com.whatsapp/WhatsApp/Media/WhatsApp Images/twice.jpg
-- one
-- @file /data/media/0/WhatsApp/Media/WhatsApp Images/twice.jpg
-- another
-- @file /data/media/0/Android/media/com.whatsapp/WhatsApp/Media/WhatsApp Images/bad.jpg
-- a hash that cannot be read
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_2026.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES
  (1, '34600000002', 's.whatsapp.net', 0, '34600000002@s.whatsapp.net'), (2, '120363041234567890', 'g.us', 1, '120363041234567890@g.us'),
  (3, '34600000003', 's.whatsapp.net', 0, '34600000003@s.whatsapp.net'), (4, '120363041234567899', 'g.us', 1, '120363041234567899@g.us');
INSERT INTO chat (_id, jid_row_id, subject, created_timestamp) VALUES (1, 1, NULL, NULL), (2, 2, 'Ovals', 1700000000000);
-- A private answer to what was written in a group, one within its chat, and one to a chat that is gone.
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type, text_data) VALUES
  (2, 1, 0, 'A2', 0, 0, 1700000002000, 0, 'in private'), (3, 2, 0, 'A3', 1, 0, 1700000003000, 0, 'in the group'), (4, 1, 0, 'A4', 0, 0, 1700000004000, 0, 'of a chat that is gone'),
  (5, 2, 0, 'A5', 1, 0, 1700000005000, 0, 'a file'), (6, 2, 0, 'A6', 1, 0, 1700000006000, 0, 'a place');
INSERT INTO message_quoted (message_row_id, chat_row_id, parent_message_chat_row_id, from_me, sender_jid_row_id, key_id, timestamp, message_type, text_data) VALUES
  (2, 1, 2, 0, 3, 'Q2', 1700000001000, 0, 'said in the group'), (3, 2, 2, 1, 0, 'Q3', 1700000001000, 0, 'own words'), (4, 1, 77, 0, 3, 'Q4', 1700000001000, 0, 'said elsewhere'),
  (5, 2, 2, 0, 3, 'Q5', 1700000001000, 1, 'look'), (6, 2, 2, 0, 3, 'Q6', 1700000001500, 5, NULL);
CREATE TABLE message_quoted_media (message_row_id INTEGER PRIMARY KEY, file_path TEXT, file_size INTEGER, mime_type TEXT, file_hash TEXT, media_caption TEXT);
INSERT INTO message_quoted_media VALUES (5, 'Media/WhatsApp Images/gone.jpg', 12, 'image/jpeg', '{{sha256 gone picture}}', 'see wa.me/34600000009'), (90, NULL, NULL, NULL, NULL, 'of no message: wa.me/34600000010');
CREATE TABLE message_quoted_location (message_row_id INTEGER PRIMARY KEY, latitude REAL, longitude REAL, place_name TEXT);
INSERT INTO message_quoted_location VALUES (6, 40.5, -3.5, 'Square of circles');
-- Files at two places of different content, and at the place of a message whose hash cannot be read.
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type) VALUES (7, 2, 0, 'A7', 1, 0, 1700000007000, 1), (8, 2, 0, 'A8', 1, 0, 1700000008000, 1);
INSERT INTO message_media (message_row_id, chat_row_id, file_path, file_hash) VALUES (7, 2, 'Media/WhatsApp Images/twice.jpg', NULL), (8, 2, 'Media/WhatsApp Images/bad.jpg', 'no hash');
-- The index: of a message that stands, of one that is gone, of one that was revoked, of one whose words another message says, and no words.
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type, text_data) VALUES
  (10, 2, 0, 'B10', 1, 0, 1700000010000, 0, 'Blue circles!'), (12, 2, 0, 'B12', 1, 0, 1700000012000, 15, NULL);
CREATE TABLE 'message_ftsv2_content' (docid INTEGER PRIMARY KEY, 'c0content', 'c1fts_jid', 'c2fts_namespace');
INSERT INTO message_ftsv2_content VALUES (10, 'blue circles', '120363041234567890@g.us', ''), (11, 'red circles chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1', '120363041234567890@g.us', ''),
  (12, 'green "circles"', 'odd', ''), (13, 'blue, circles', NULL, ''), (14, ' - ', NULL, ''), (15, NULL, NULL, '');
-- System rows.
CREATE TABLE message_system_with_group_nodes (_id INTEGER PRIMARY KEY, message_row_id INTEGER, group_jid_row_id INTEGER, group_node_type INTEGER, group_subject TEXT, version INTEGER);
CREATE TABLE message_system_group_with_parent (message_row_id INTEGER PRIMARY KEY, linked_parent_group_name TEXT);
CREATE TABLE message_system_block_contact (message_row_id INTEGER PRIMARY KEY, is_blocked INTEGER);
CREATE TABLE message_system_business_state (message_row_id INTEGER PRIMARY KEY, privacy_message_type INTEGER, business_name TEXT);
CREATE TABLE message_system_initial_privacy_provider (message_row_id INTEGER PRIMARY KEY, privacy_provider INTEGER, verified_biz_name TEXT, biz_state_id INTEGER);
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type, text_data) VALUES
  (20, 2, 1, 'S20', 1, 6, 1700000020000, 7, NULL), (21, 2, 1, 'S21', 1, 6, 1700000021000, 7, NULL), (22, 2, 1, 'S22', 1, 6, 1700000022000, 7, 'Ovals'), (23, 2, 1, 'S23', 1, 6, 1700000023000, 7, 'Shapes'),
  (24, 1, 1, 'S24', 0, 6, 1700000024000, 7, NULL), (25, 1, 1, 'S25', 0, 6, 1700000025000, 7, NULL), (26, 1, 1, 'S26', 0, 6, 1700000026000, 7, NULL), (27, 1, 1, 'S27', 0, 6, 1700000027000, 7, NULL);
INSERT INTO message_system VALUES (20, 109), (21, 79), (22, 11), (23, 167), (24, 58), (25, 58), (26, 46), (27, 67);
INSERT INTO message_system_sibling_group_link_change VALUES (20, '120363041234567891@g.us', 'Rhombi', 4);
INSERT INTO message_system_with_group_nodes VALUES (1, 21, 4, 1, 'All shapes', 1), (2, 21, 2, 2, 'Ovals', 1);
INSERT INTO message_system_group_with_parent VALUES (22, 'All shapes'), (23, 'All shapes');
INSERT INTO message_system_block_contact VALUES (24, 1), (25, 0);
INSERT INTO message_system_business_state VALUES (26, 1, 'Shop of shapes');
INSERT INTO message_system_initial_privacy_provider VALUES (27, 1, 'Shop, verified', 10);
-- Seconds where milliseconds belong.
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, received_timestamp, message_type, text_data) VALUES
  (30, 2, 0, 'T30', 1, 0, 1700000030, 1700000030000, 0, 'early'), (31, 2, 0, 'T31', 1, 0, 1235433599999, 1700000031000, 0, 'earlier than the messenger'), (32, 2, 0, 'T32', 1, 0, 1235433600000, 1700000032000, 0, 'as old as the messenger');
