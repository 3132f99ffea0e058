-- What came until 2026.
-- @include schema_2023.sql
ALTER TABLE chat ADD COLUMN group_member_count INTEGER;
ALTER TABLE chat ADD COLUMN is_contact INTEGER;
ALTER TABLE chat ADD COLUMN ephemeral_after_read_duration INTEGER;
ALTER TABLE chat ADD COLUMN business_chat_state INTEGER;
ALTER TABLE message ADD COLUMN translated_text TEXT;
ALTER TABLE message ADD COLUMN view_replies_thread_id INTEGER;
ALTER TABLE message ADD COLUMN server_sts INTEGER;
ALTER TABLE message_media ADD COLUMN qr_url TEXT;
ALTER TABLE message_media ADD COLUMN media_key_domain INTEGER;
ALTER TABLE message_media ADD COLUMN e2ee_media_key BLOB;
ALTER TABLE message_media ADD COLUMN is_offloaded INTEGER;
ALTER TABLE lid_display_name ADD COLUMN username TEXT;
ALTER TABLE call_log ADD COLUMN telecom_uuid TEXT;
CREATE TABLE message_album (message_row_id INTEGER PRIMARY KEY, image_count INTEGER, video_count INTEGER);
CREATE TABLE lid_chat_state (jid_row_id INTEGER PRIMARY KEY, is_pn_shared INTEGER);
