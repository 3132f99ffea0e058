-- Invented: every table that ties a number and a hidden identifier, and rows that look as if they did and must not.
-- @file /data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml
-- <map><string name="cc">34</string><string name="ph">600000001</string><string name="registration_jid">34600000001</string></map>
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_2026.sql
CREATE TABLE lid_jid_map (_id INTEGER PRIMARY KEY, lid TEXT, jid TEXT);
INSERT INTO jid (_id, user, server, agent, device, type, raw_string) VALUES
  (1, '34600000001', 's.whatsapp.net', 0, 0, 0, '34600000001@s.whatsapp.net'),
  (2, '34600000002', 's.whatsapp.net', 0, 0, 0, '34600000002@s.whatsapp.net'),
  (3, '34600000002', 's.whatsapp.net', 0, 7, 17, '34600000002.0:7@s.whatsapp.net'),
  (4, '222222222222222', 'lid', 0, 0, 18, '222222222222222@lid'),
  (5, '222222222222222', 'lid', 1, 7, 19, '222222222222222.1:7@lid'),
  (6, '15550100003', 's.whatsapp.net', 0, 0, 0, '15550100003@s.whatsapp.net'),
  (7, '333333333333333', 'lid', 0, 0, 18, '333333333333333@lid'),
  (8, '111111111111111', 'lid', 0, 0, 18, '111111111111111@lid'),
  (9, '447700900004', 's.whatsapp.net', 0, 0, 0, '447700900004@s.whatsapp.net'),
  (10, '444444444444444', 'lid', 0, 0, 18, '444444444444444@lid'),
  (11, '555555555555555', 'lid', 0, 0, 18, '555555555555555@lid'),
  (12, '15550100005', 's.whatsapp.net', 0, 0, 0, '15550100005@s.whatsapp.net'),
  (20, '120363041234567890', 'g.us', 0, 0, 1, '120363041234567890@g.us');
INSERT INTO chat (_id, jid_row_id, subject, account_jid_row_id) VALUES (1, 20, 'Ovals', NULL), (2, 6, NULL, 7), (3, 7, NULL, NULL);
-- Sending devices: the hidden sender with a device under a number, twice, the reverse, the same person, two numbers, two hidden
-- identifiers, the owner, a chat of two, an address in place of a row id, nobody, a row of jid that is not there.
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type, text_data) VALUES
  (2, 1, 0, 'A2', 4, 0, 1700000002000, 0, 'two'), (3, 1, 0, 'A3', 4, 0, 1700000003000, 0, 'three'),
  (4, 1, 0, 'A4', 6, 0, 1700000004000, 0, 'four'), (5, 1, 0, 'A5', 4, 0, 1700000005000, 0, 'five'),
  (6, 1, 0, 'A6', 2, 0, 1700000006000, 0, 'six'), (7, 1, 0, 'A7', 4, 0, 1700000007000, 0, 'seven'),
  (8, 1, 1, 'A8', 0, 5, 1700000008000, 0, 'eight'), (9, 3, 0, 'A9', 0, 0, 1700000009000, 0, 'nine'),
  (10, 1, 0, 'A10', 10, 0, 1700000010000, 0, 'ten'), (11, 1, 0, 'A11', 4, 0, 1700000011000, 0, 'eleven'),
  (12, 1, 0, 'A12', 4, 0, 1700000012000, 0, 'twelve'), (13, 1, 0, 'A13', 4, 6, 1700000013000, 7, NULL);
INSERT INTO message_system VALUES (13, 5);
INSERT INTO message_details VALUES (2, 3), (3, 3), (4, 7), (5, 5), (6, 6), (7, 7), (8, 8), (9, 6), (10, '447700900004:3@s.whatsapp.net'), (11, 0), (12, 999), (13, 6);
-- Participants and their devices.
INSERT INTO group_participant_user (_id, group_jid_row_id, user_jid_row_id, rank, pending) VALUES (41, 20, 4, 0, 0), (42, 20, 6, 1, 0), (43, 20, 10, 0, 0);
INSERT INTO group_participant_device (group_participant_row_id, device_jid_row_id, sent_sender_key) VALUES (41, 3, 1), (41, 5, 1), (42, 7, 1), (42, 6, 1), (42, 2, 0), (43, 9, 1), (77, 3, 1);
INSERT INTO user_device (user_jid_row_id, device_jid_row_id, key_index) VALUES (2, 3, 1), (4, 3, 0), (6, 6, 0), (11, 12, 0), (11, 12, 1);
INSERT INTO lid_jid_map VALUES (1, 4, 2), (2, '333333333333333@lid', '15550100003@s.whatsapp.net'), (3, 4, 7), (4, NULL, 2);
INSERT INTO jid_map VALUES (4, 2, 1);
-- @database /data/data/com.whatsapp/databases/wa.db
CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL, is_whatsapp_user BOOLEAN NOT NULL, status TEXT, number TEXT, display_name TEXT, given_name TEXT, family_name TEXT, wa_name TEXT);
INSERT INTO wa_contacts (jid, is_whatsapp_user, number, display_name) VALUES
  ('222222222222222@lid', 1, '+34600000002', 'Square'),
  ('333333333333333@lid', 1, '+1 (555) 010-0003', 'Triangle'),
  ('444444444444444@lid', 1, '600 000 004', 'no country'),
  ('555555555555555@lid', 1, '+34 six', 'no number'),
  ('34600000002@s.whatsapp.net', 1, '+34600000009', 'two numbers are not one');
-- @database /data/data/com.whatsapp/databases/axolotl.db
CREATE TABLE android_metadata (locale TEXT);
CREATE TABLE identities (_id INTEGER PRIMARY KEY AUTOINCREMENT, recipient_id INTEGER, recipient_type INTEGER NOT NULL DEFAULT 0, device_id INTEGER, registration_id INTEGER, public_key BLOB, private_key BLOB, next_prekey_id INTEGER, next_kyber_prekey_id INTEGER, timestamp INTEGER);
CREATE TABLE sessions (_id INTEGER PRIMARY KEY AUTOINCREMENT, device_id INTEGER, record BLOB, recipient_account_id TEXT, recipient_account_type INTEGER);
INSERT INTO identities (_id, recipient_id, recipient_type, device_id, public_key, private_key) VALUES
  (1, -1, 0, 0, X'05AA000000000000000000000000000000000000000000000000000000000000AA', X'00'),
  (2, 34600000002, 0, 0, X'05BB000000000000000000000000000000000000000000000000000000000000BB', NULL),
  (3, 222222222222222, 1, 0, X'05BB000000000000000000000000000000000000000000000000000000000000BB', NULL),
  (4, 222222222222222, 1, 7, X'05BB000000000000000000000000000000000000000000000000000000000000BB', NULL),
  (5, 15550100003, 0, 0, X'CC000000000000000000000000000000000000000000000000000000000000CC', NULL),
  (6, 333333333333333, 1, 0, X'05CC000000000000000000000000000000000000000000000000000000000000CC', NULL),
  (7, 447700900004, 0, 0, X'05DD000000000000000000000000000000000000000000000000000000000000DD', NULL),
  (8, 15550100005, 0, 0, X'05DD000000000000000000000000000000000000000000000000000000000000DD', NULL),
  (9, 444444444444444, 1, 0, X'05DD000000000000000000000000000000000000000000000000000000000000DD', NULL),
  (10, 555555555555555, 1, 0, X'EE', NULL),
  (11, 15550100006, 0, 0, X'EE', NULL),
  (12, 15550100007, 5, 0, X'05FF000000000000000000000000000000000000000000000000000000000000FF', NULL),
  (13, 15550100008, 0, 0, X'0000000000000000000000000000000000000000000000000000000000000000', NULL),
  (14, 666666666666666, 1, 0, X'0000000000000000000000000000000000000000000000000000000000000000', NULL),
  (15, 15550100009, 0, 0, NULL, NULL);
-- @database /old/com.whatsapp/databases/axolotl.db
CREATE TABLE identities (_id INTEGER PRIMARY KEY AUTOINCREMENT, recipient_id INTEGER UNIQUE, device_id INTEGER, registration_id INTEGER, public_key BLOB, private_key BLOB, next_prekey_id INTEGER, timestamp INTEGER);
INSERT INTO identities (recipient_id, public_key) VALUES (34600000002, X'05BB000000000000000000000000000000000000000000000000000000000000BB');
-- @database /text/com.whatsapp/databases/axolotl.db
CREATE TABLE identities (_id INTEGER PRIMARY KEY AUTOINCREMENT, recipient_account_id TEXT, recipient_account_type INTEGER, device_id INTEGER, public_key BLOB, colour TEXT);
INSERT INTO identities (recipient_account_id, recipient_account_type, public_key) VALUES
  ('34600000002.0:1', 0, X'05BB000000000000000000000000000000000000000000000000000000000000BB'), ('222222222222222@lid', NULL, X'05BB000000000000000000000000000000000000000000000000000000000000BB');
-- @database /none/com.whatsapp/databases/axolotl.db
CREATE TABLE identities (_id INTEGER PRIMARY KEY AUTOINCREMENT, whom TEXT, public_key BLOB);
-- @database /empty/com.whatsapp/databases/axolotl.db
CREATE TABLE prekeys (_id INTEGER PRIMARY KEY);
