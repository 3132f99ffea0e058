-- Invented: the columns of 2021, the number of the phone in files/me as a Java object, chats of two and a group.
-- @file /data/user/0/com.whatsapp/files/me
-- sr com.whatsapp.Me xp t 34 t 34600000001 t 600000001
-- @database /data/user/0/com.whatsapp/databases/msgstore.db
-- @include schema_2021.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES
  (1, '34600000002', 's.whatsapp.net', 0, '34600000002@s.whatsapp.net'), (2, '34600000002-1577836800', 'g.us', 1, '34600000002-1577836800@g.us');
INSERT INTO chat (_id, jid_row_id, subject, created_timestamp) VALUES (1, 1, NULL, NULL), (2, 2, 'Lines', 1577836800000);
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, origination_flags, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data, starred) VALUES
  (2, 1, 1, 'A1', 0, 5, 0, 1609459200000, 0, 1609459200100, 0, 'a line', 0),
  (3, 2, 1, 'A2', 1, 6, 0, 1609459201000, 0, 0, 7, NULL, 0),
  (4, 2, 0, 'A3', 1, 0, 0, 1609459202000, 1609459202100, -1, 1, 'caption in text', 0),
  (5, 2, 0, 'A4', 1, 0, 0, 1609459203000, 1609459203100, -1, 15, NULL, 0);
INSERT INTO message_system VALUES (3, 4);
INSERT INTO message_media (message_row_id, chat_row_id, file_path, file_size, mime_type, file_hash) VALUES (4, 2, 'Media/WhatsApp Images/x.jpg', 5, 'image/jpeg', NULL);
INSERT INTO message_revoked VALUES (5, 'A0');
INSERT INTO group_participant_user (group_jid_row_id, user_jid_row_id, rank) VALUES (2, 1, 2);
