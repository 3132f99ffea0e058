-- Invented: the address book, verified names, settings of groups.
-- @database /data/data/com.whatsapp/databases/wa.db
CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL, is_whatsapp_user BOOLEAN NOT NULL, status TEXT, status_timestamp INTEGER, number TEXT, raw_contact_id INTEGER, display_name TEXT, phone_type INTEGER, phone_label TEXT, photo_ts INTEGER, thumb_ts INTEGER, photo_id_timestamp INTEGER, given_name TEXT, family_name TEXT, wa_name TEXT, sort_name TEXT, nickname TEXT, company TEXT, title TEXT);
CREATE TABLE wa_vnames (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL, serial INTEGER, issuer TEXT, expires INTEGER, verified_name TEXT, industry TEXT);
CREATE TABLE wa_group_descriptions (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT, description TEXT, description_id_string TEXT, description_time INTEGER, description_setter_jid TEXT);
CREATE TABLE wa_group_admin_settings (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT, restrict_mode INTEGER, announcement_group INTEGER, creator_jid TEXT);
CREATE TABLE wa_biz_profiles (_id INTEGER PRIMARY KEY, jid TEXT);
INSERT INTO wa_contacts (jid, is_whatsapp_user, status, number, display_name, given_name, family_name, wa_name, company) VALUES
  ('34600000002@s.whatsapp.net', 1, 'counting corners', '+34 600 000 002', 'Square, A.', 'Ada', 'Square', 'squared', 'Shapes Ltd'),
  ('123456789012345@lid', 1, NULL, NULL, NULL, NULL, NULL, 'hidden oval', NULL),
  ('34600000002-1445147498@g.us', 1, NULL, NULL, 'Squares', NULL, NULL, NULL, NULL),
  ('', 0, NULL, '600 000 003', 'No messenger', NULL, NULL, NULL, NULL);
INSERT INTO wa_vnames (jid, verified_name) VALUES ('34600000004@s.whatsapp.net', 'Shop of shapes');
INSERT INTO wa_group_descriptions (jid, description) VALUES ('34600000002-1445147498@g.us', 'squares and nothing else');
INSERT INTO wa_group_admin_settings (jid, restrict_mode, creator_jid) VALUES ('120363041234567890@g.us', 0, '34600000002@s.whatsapp.net'), ('120363041234567891@g.us', 0, NULL);
