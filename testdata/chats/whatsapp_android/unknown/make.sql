-- Invented: a release from the future. One table and one column more than known, one column less, one table a view.
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_2021.sql
CREATE TABLE message_hologram (message_row_id INTEGER PRIMARY KEY, angle REAL, colour TEXT);
ALTER TABLE chat ADD COLUMN weight INTEGER;
ALTER TABLE message DROP COLUMN starred;
DROP TABLE group_participant_user;
CREATE VIEW group_participant_user AS SELECT 1 AS group_jid_row_id, 2 AS user_jid_row_id, 0 AS rank;
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000002', 's.whatsapp.net', 0, '34600000002@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 0, 'A1', 1600000000000, 0, 'still read');
-- @file /data/data/com.whatsapp/databases/msgstore.db-journal
-- a rollback journal
