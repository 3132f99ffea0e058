-- Invented: links, addresses and invitations wherever a text stands, and texts that hold none; settings of a group.
-- @file /data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml
-- <map><string name="cc">34</string><string name="ph">600000001</string><string name="registration_jid">34600000001</string></map>
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_2026.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES
  (1, '34600000002', 's.whatsapp.net', 0, '34600000002@s.whatsapp.net'), (2, '120363041234567890', 'g.us', 1, '120363041234567890@g.us'),
  (3, '120363041234567891', 'g.us', 1, '120363041234567891@g.us');
INSERT INTO chat (_id, jid_row_id, subject, created_timestamp) VALUES (1, 1, NULL, NULL), (2, 2, 'Ovals, also wa.me/34600000009', 1700000000000);
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type, text_data) VALUES
  (2, 2, 0, 'A2', 1, 0, 1700000002000, 0, 'Join https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1?mode=ac_t now'),
  (3, 2, 0, 'A3', 1, 0, 1700000003000, 0, 'chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU2 and chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU3'),
  (4, 2, 0, 'A4', 1, 0, 1700000004000, 0, 'https://shapes.example/ then chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU4'),
  (5, 2, 1, 'A5', 0, 5, 1700000005000, 0, 'write to wa.me/34600000003 or api.whatsapp.com/send?phone=34600000004&text=hi, not to 5/6 @ noon'),
  (6, 1, 0, 'A6', 0, 0, 1700000006000, 0, '34600000005:2@s.whatsapp.net is in 120363041234567891@g.us'),
  (7, 1, 0, 'A7', 0, 0, 1700000007000, 1, NULL),
  (8, 1, 0, 'A8', 0, 0, 1700000008000, 1, 'wa.me/34600000006'),
  (9, 1, 1, 'A9', 0, 5, 1700000009000, 0, 'an answer'),
  (10, 2, 0, 'A10', 1, 0, 1700000010000, 24, NULL), (11, 2, 0, 'A11', 1, 0, 1700000011000, 24, NULL), (12, 2, 0, 'A12', 1, 0, 1700000012000, 24, NULL),
  (13, 2, 0, 'A13', 1, 6, 1700000013000, 7, 'rules: chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU5'),
  (14, 2, 0, 'A14', 1, 0, 1700000014000, 0, 'an edited wa.me/34600000007'),
  (15, 2, 0, 'A15', 1, 0, 1700000015000, 0, 'look'),
  (17, 2, 1, 'A17', 1, 6, 1700000017000, 7, NULL), (18, 2, 1, 'A18', 1, 6, 1700000018000, 7, ''), (19, 2, 1, 'A19', 1, 6, 1700000019000, 7, 'text first'),
  (20, 2, 1, 'A20', 1, 6, 1700000020000, 7, NULL), (21, 2, 1, 'A21', 1, 6, 1700000021000, 7, ''),
  (22, 2, 0, 'A22', 1, 0, 1700000022000, 4, NULL), (23, 2, 0, 'A23', 1, 0, 1700000023000, 66, 'where?'), (24, 2, 0, 'A24', 1, 0, 1700000024000, 92, NULL),
  (25, 2, 0, 'A25', 1, 0, 1700000025000, 5, NULL), (26, 2, 0, 'A26', 1, 0, 1700000026000, 9, NULL), (27, 2, 0, 'A27', 1, 0, 1700000027000, 0, 'an answer'),
  (28, 2, 0, 'A28', 1, 0, 1700000028000, 0, 'look again'),
  (16, 2, 0, 'A16', 1, 0, 1700000016000, 0, 'no url stored: chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU6 chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU7');
INSERT INTO message_text (message_row_id, page_title, url, description) VALUES
  (2, 'Ovals of all sizes', 'https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU1', 'WhatsApp Group Invite'),
  (3, 'The third', 'https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU3', NULL),
  (4, 'Shapes', NULL, NULL),
  (15, 'Hidden behind a preview', 'https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU8', 'or wa.me/34600000008'),
  (16, 'The sixth', '', NULL);
INSERT INTO message_media (message_row_id, chat_row_id, file_path, mime_type, media_caption) VALUES
  (7, 1, 'Media/a.jpg', 'image/jpeg', 'caption: wa.me/34600000006'), (8, 1, 'Media/b.jpg', 'image/jpeg', 'wa.me/34600000006');
INSERT INTO message_quoted (message_row_id, chat_row_id, parent_message_chat_row_id, from_me, sender_jid_row_id, key_id, text_data) VALUES
  (9, 1, 1, 0, 0, 'A1', 'gone: chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU9');
INSERT INTO message_group_invite (message_row_id, group_jid_row_id, admin_jid_row_id, group_name, invite_code, expiration, invite_time, expired) VALUES
  (10, 3, 1, 'Rhombi', 'AAAAbbbbCCCCdddd', 1700200000, 0, 0), (11, 3, 1, 'Rhombi', NULL, 0, 0, 1), (12, 99, 1, NULL, '', 0, 0, 1);
INSERT INTO message_system VALUES (13, 27), (17, 56), (18, 56), (19, 56), (20, 6), (21, 92);
INSERT INTO message_ephemeral_setting (message_row_id, setting_duration, pre_setting_duration) VALUES (17, 86400, NULL), (18, 0, 86400), (19, 604800, 0);
INSERT INTO message_system_photo_change VALUES (20, '1700000020', NULL, X'FFD8');
INSERT INTO message_system_value_change VALUES (13, 'old rules: wa.me/34600000010');
-- What hangs on a message and is read for its traces alone: cards, options, events, places, names of files, a quoted invitation.
CREATE TABLE message_vcard (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, vcard TEXT);
INSERT INTO message_vcard (message_row_id, vcard) VALUES
  (22, 'BEGIN:VCARD' || char(10) || 'FN:Rhombus' || char(10) || 'TEL;type=CELL;waid=34600000077:+34 600 000 077' || char(10) || 'TEL;waid=34600000077:600 000 077' || char(10) || 'END:VCARD'),
  (22, 'BEGIN:VCARD' || char(10) || 'FN:Oval' || char(10) || 'EMAIL:oval@shapes.example' || char(10) || 'URL:https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrSv05' || char(10) || 'END:VCARD');
INSERT INTO message_vcard (message_row_id, vcard) VALUES (9999, 'TEL;waid=34600000076:600 000 076, its message is gone: wa.me/34600000075');
CREATE TABLE message_poll_option (_id INTEGER PRIMARY KEY, message_row_id INTEGER, option_sha256 TEXT, option_name TEXT, vote_total INTEGER);
INSERT INTO message_poll_option (_id, message_row_id, option_name) VALUES (1, 23, 'nowhere'), (2, 23, 'at chat.whatsapp.com/AbCdEfGhIjKlMnOpQrSv07');
CREATE TABLE message_event (message_row_id INTEGER PRIMARY KEY, name TEXT, description TEXT, location_name TEXT, join_link TEXT, start_time INTEGER, end_time INTEGER);
INSERT INTO message_event VALUES (24, 'a meeting', 'see chat.whatsapp.com/AbCdEfGhIjKlMnOpQrSv08', 'room 5', 'https://call.whatsapp.com/video/AbCdEf123456AbCdEf1234', 1700000000000, 0);
INSERT INTO message_location (message_row_id, chat_row_id, latitude, longitude, place_name, place_address, url) VALUES
  (25, 2, 1.5, 2.5, 'Garden chat.whatsapp.com/AbCdEfGhIjKlMnOpQrSv14', 'No Street 1', 'https://shapes.example/garden');
INSERT INTO message_media (message_row_id, chat_row_id, file_path, mime_type, media_name) VALUES (26, 2, 'Media/c.pdf', 'application/pdf', 'call +34 600 000 066.pdf');
CREATE TABLE message_quoted_group_invite (message_row_id INTEGER PRIMARY KEY, group_jid_row_id INTEGER, admin_jid_row_id INTEGER, group_name TEXT, invite_code TEXT, expiration INTEGER, invite_time INTEGER);
INSERT INTO message_quoted_group_invite VALUES (27, 3, 1, 'Rhombi', 'AbCdEfGhIjKlMnOpQrSv17', 0, 0);
INSERT INTO message_text (message_row_id, page_title, url) VALUES (28, 'Title: chat.whatsapp.com/AbCdEfGhIjKlMnOpQrSv02', 'https://shapes.example/title');
CREATE TABLE newsletter (chat_row_id INTEGER PRIMARY KEY, name TEXT, description TEXT, invite_code TEXT, handle TEXT, subscribers_count INTEGER);
INSERT INTO newsletter VALUES (9, 'News of shapes', 'also chat.whatsapp.com/AbCdEfGhIjKlMnOpQrSv12', '0029VaNEWSLETTERCODE1234', 'shapes', 3);
INSERT INTO message_edit_info VALUES (14, 'A1', 1700000014500, 1700000014500);
-- @database /data/data/com.whatsapp/databases/wa.db
CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL, is_whatsapp_user BOOLEAN NOT NULL, status TEXT, number TEXT, display_name TEXT, given_name TEXT, family_name TEXT, wa_name TEXT);
CREATE TABLE wa_group_descriptions (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT, description TEXT, description_id_string TEXT, description_time INTEGER, description_setter_jid TEXT);
INSERT INTO wa_contacts (jid, is_whatsapp_user, status) VALUES ('34600000002@s.whatsapp.net', 1, 'ask chat.whatsapp.com/AbCdEfGhIjKlMnOpQrSv18');
CREATE TABLE wa_biz_profiles (_id INTEGER PRIMARY KEY, jid TEXT, email TEXT, address TEXT, business_description TEXT, tag TEXT);
INSERT INTO wa_biz_profiles VALUES (1, '34600000002@s.whatsapp.net', 'shop@shapes.example', 'No Street 1', 'order at wa.me/34600000021', NULL);
INSERT INTO wa_group_descriptions (jid, description, description_time, description_setter_jid) VALUES
  ('120363041234567890@g.us', 'second room: https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStU0', 1700000000, '34600000002.0:3@s.whatsapp.net'),
  ('120363041234567891@g.us', 'no link', 1700000000123, NULL),
  ('120363041234567892@g.us', 'no time', 0, ''),
  ('120363041234567893@g.us', 'odd time', 99999999999999999, '34600000002@s.whatsapp.net');
-- @database /old/com.whatsapp/databases/msgstore.db
-- @include schema_legacy.sql
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_wa_type, media_caption, quoted_row_id) VALUES
  (2, '34600000002@s.whatsapp.net', 0, 'L2', 0, 'chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStL1', 1400000000000, 0, 'preview: wa.me/34600000011', 1),
  (4, '34600000002@s.whatsapp.net', 0, 'L4', 0, 'BEGIN:VCARD' || char(10) || 'FN:Rhombus' || char(10) || 'TEL;waid=34600000078:600 000 078' || char(10) || 'END:VCARD', 1400000002000, 4, NULL, 0),
  (5, '34600000002@s.whatsapp.net', 0, 'L5', 0, NULL, 1400000003000, 14, NULL, 0),
  (3, '34600000002@s.whatsapp.net', 0, 'L3', 0, NULL, 1400000001000, 1, 'wa.me/34600000012', 0);
INSERT INTO messages_quotes (_id, key_remote_jid, key_from_me, key_id, data) VALUES (1, '34600000002@s.whatsapp.net', 1, 'L1', 'wa.me/34600000013');
CREATE TABLE messages_vcards (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, sender_jid TEXT, vcard TEXT, chat_jid TEXT);
INSERT INTO messages_vcards (message_row_id, vcard) VALUES (5, 'BEGIN:VCARD' || char(10) || 'TEL;waid=34600000079:600 000 079' || char(10) || 'END:VCARD');
