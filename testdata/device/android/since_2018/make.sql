-- Invented: all properties in one file (persist.sys.usb.config, persist.sys.timezone, persist.sys.locale,
-- gsm.sim.operator.iso-country for three slots, persist.sys.locale without value), cards with country, settings as text.
-- @hex /data/property/persistent_properties
-- 0a210a16706572736973742e7379732e7573622e636f6e66696712076d74702c6164620a280a14706572736973742e7379732e74696d657a6f6e6512
-- 10416d65726963612f4e65775f596f726b0a1b0a12706572736973742e7379732e6c6f63616c651205656e2d55530a260a1c67736d2e73696d2e6f70
-- 657261746f722e69736f2d636f756e747279120675732c2c65730a160a12706572736973742e7379732e6c6f63616c651200
-- @file /data/system/users/0/settings_system.xml
-- <?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
-- <settings version="183">
--   <setting id="1" name="volume_music" value="5" package="android" />
--   <setting id="2" name="system_locales" value="es-ES,en-US" package="android" defaultValue="es-ES" />
-- </settings>
-- @file /data/system/users/10/settings_system.xml
-- <settings version="183"><setting id="2" name="system_locales" value="fr-FR"/><setting id="3" name="system_locales"/></settings>
-- @database /data/user_de/0/com.android.providers.telephony/databases/telephony.db
CREATE TABLE siminfo (_id INTEGER PRIMARY KEY AUTOINCREMENT, icc_id TEXT NOT NULL, number TEXT, mcc INTEGER DEFAULT 0, mnc INTEGER DEFAULT 0, mcc_string TEXT, mnc_string TEXT, iso_country_code TEXT, carrier_id INTEGER);
INSERT INTO siminfo (icc_id, number, mcc, mcc_string, mnc_string, iso_country_code) VALUES
  ('8900000000000000001', '+34600000001', 214, '214', '07', 'es'), ('8900000000000000002', '', 310, '001', '01', 'us'),
  ('8900000000000000003', '+34 600 000 003', 234, NULL, NULL, NULL);
-- @wal
INSERT INTO siminfo (icc_id, mcc_string, iso_country_code) VALUES ('8900000000000000004', '208', 'fr');
-- Language and country apart in the one file, alone and beside a locale.
-- @hex /apart/data/property/persistent_properties
-- 0a1a0a14706572736973742e7379732e6c616e6775616765120270740a190a13706572736973742e7379732e636f756e74727912024252
-- @hex /beside/data/property/persistent_properties
-- 0a190a13706572736973742e7379732e636f756e747279120242520a1b0a12706572736973742e7379732e6c6f63616c651205
-- 70742d50540a1a0a14706572736973742e7379732e6c616e677561676512027074
