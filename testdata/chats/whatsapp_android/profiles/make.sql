-- Invented: one phone with several users and both messengers. Each database belongs to the account of its own user and
-- messenger; a copy on shared storage to that of the user whose storage it is, and where the path names no user to nobody.
-- @file /data/data/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml
-- <map><string name="cc">34</string><string name="ph">600000001</string><string name="registration_jid">34600000001</string><string name="push_name">Square</string></map>
-- @database /data/data/com.whatsapp/databases/msgstore.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000009', 's.whatsapp.net', 0, '34600000009@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 1, 'A1', 1600000001000, 0, 'own words 1');
-- @file /data/user/10/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml
-- <map><string name="cc">34</string><string name="ph">600000002</string><string name="registration_jid">34600000002</string><string name="push_name">Circle</string></map>
-- @database /data/user/10/com.whatsapp/databases/msgstore.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000009', 's.whatsapp.net', 0, '34600000009@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 1, 'A2', 1600000002000, 0, 'own words 2');
-- @file /data/user/999/com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml
-- <map><string name="cc">34</string><string name="ph">600000003</string><string name="registration_jid">34600000003</string><string name="push_name">Triangle</string></map>
-- @database /data/user/999/com.whatsapp/databases/msgstore.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000009', 's.whatsapp.net', 0, '34600000009@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 1, 'A3', 1600000003000, 0, 'own words 3');
-- @file /data/data/com.whatsapp.w4b/shared_prefs/com.whatsapp.w4b_preferences_light.xml
-- <map><string name="cc">34</string><string name="ph">600000004</string><string name="registration_jid">34600000004</string><string name="push_name">Shop of shapes</string></map>
-- @database /data/data/com.whatsapp.w4b/databases/msgstore.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000009', 's.whatsapp.net', 0, '34600000009@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 1, 'A4', 1600000004000, 0, 'own words 4');
-- @database /data/media/10/Android/media/com.whatsapp/WhatsApp/Databases/msgstore-2025-03-01.1.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000009', 's.whatsapp.net', 0, '34600000009@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 1, 'A5', 1600000005000, 0, 'own words 5');
-- @database /data/media/0/WhatsApp/Databases/msgstore-2025-03-02.1.db.crypt14/msgstore-2025-03-02.1.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000009', 's.whatsapp.net', 0, '34600000009@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 1, 'A6', 1600000006000, 0, 'own words 6');
-- @database /data/media/0/WhatsApp Business/Databases/msgstore-2025-03-02.1.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000009', 's.whatsapp.net', 0, '34600000009@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 1, 'A7', 1600000007000, 0, 'own words 7');
-- @database /export/WhatsApp/Databases/msgstore-2025-03-03.1.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000009', 's.whatsapp.net', 0, '34600000009@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 1, 'A8', 1600000008000, 0, 'own words 8');
