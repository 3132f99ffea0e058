-- Invented: rows that stand only in the write-ahead log, and one that it changes.
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_2021.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000002', 's.whatsapp.net', 0, '34600000002@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 0, 'A1', 1600000000000, 0, 'in the file'), (3, 1, 0, 'A2', 1600000001000, 0, 'before');
-- @wal
UPDATE message SET text_data = 'after' WHERE _id = 3;
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (4, 1, 0, 'A3', 1600000002000, 1, 'in the log alone');
INSERT INTO message_media (message_row_id, chat_row_id, file_hash) VALUES (4, 1, '{{sha256 circle}}');
