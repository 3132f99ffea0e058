-- Invented: WhatsApp Business in a second profile, beside the other app. Each database has its own owner and its own media.
-- @file /data/user/10/com.whatsapp.w4b/shared_prefs/com.whatsapp.w4b_preferences_light.xml
-- <map><string name="cc">54</string><string name="ph">1100000007</string><string name="registration_jid">5491100000007</string><string name="push_name">Shop of shapes</string></map>
-- @file /data/media/0/WhatsApp/Media/WhatsApp Images/a.jpg
-- of the other app
-- @file /data/media/10/WhatsApp Business/Media/WhatsApp Images/a.jpg
-- of this app
-- @database /data/user/10/com.whatsapp.w4b/databases/msgstore.db
-- @include schema_2023.sql
INSERT INTO jid (_id, user, server, type, raw_string) VALUES (1, '34600000002', 's.whatsapp.net', 0, '34600000002@s.whatsapp.net');
INSERT INTO chat (_id, jid_row_id) VALUES (1, 1);
INSERT INTO message (_id, chat_row_id, from_me, key_id, timestamp, message_type, text_data) VALUES (2, 1, 1, 'A1', 1600000000000, 1, NULL);
INSERT INTO message_media (message_row_id, chat_row_id, file_path) VALUES (2, 1, 'Media/WhatsApp Images/a.jpg');
