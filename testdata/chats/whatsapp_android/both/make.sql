-- Invented: a phone in the year of change. Table message holds its dummy row alone, so messages counts; side tables of
-- the modern schema already hang on it.
-- @database /msgstore.db
-- @include schema_2021.sql
CREATE TABLE messages (_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_from_me INTEGER, key_id TEXT, status INTEGER, data TEXT, timestamp INTEGER, media_mime_type TEXT, media_wa_type TEXT, media_size INTEGER, media_name TEXT, media_caption TEXT, media_hash TEXT, media_duration INTEGER, latitude REAL, longitude REAL, thumb_image TEXT, remote_resource TEXT, received_timestamp INTEGER, receipt_server_timestamp INTEGER, starred INTEGER, quoted_row_id INTEGER, edit_version INTEGER, media_enc_hash TEXT, forwarded INTEGER);
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000002', 's.whatsapp.net', 0, '34600000002@s.whatsapp.net'), (2, '120363041234567890', 'g.us', 1, '120363041234567890@g.us'), (3, '15550100003', 's.whatsapp.net', 0, '15550100003@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id, subject) VALUES (1, 2, 'Circles');
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_wa_type, media_size, remote_resource) VALUES
  (1, '-1', 0, '-1', -1, NULL, 0, '0', 0, NULL),
  (2, '120363041234567890@g.us', 1, 'S1', 6, NULL, 1606780800000, '0', 12, '34600000002@s.whatsapp.net'),
  (3, '120363041234567890@g.us', 0, 'B1', 0, NULL, 1606780801000, '1', 7, '34600000002@s.whatsapp.net');
INSERT INTO message_system_chat_participant VALUES (2, 3);
INSERT INTO message_media (message_row_id, chat_row_id, file_path, file_hash, mime_type) VALUES (3, 1, 'Media/WhatsApp Images/a.jpg', '{{sha256 circle}}', 'image/jpeg');
INSERT INTO message_quoted (message_row_id, chat_row_id, parent_message_chat_row_id, from_me, sender_jid_row_id, key_id, text_data) VALUES (3, 1, 1, 0, 3, 'B0', 'quoted');
INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank) VALUES (2, 1, 1);
