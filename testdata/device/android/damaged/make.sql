-- Invented: values that are none, a field that is cut, binary XML, cut XML, tables and columns that are not there.
-- @hex /cut/data/property/persistent_properties
-- 0a590a14706572736973742e7379732e74696d657a6f6e6512415a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a
-- 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a0a180a12706572736973742e7379732e6c6f63616c651202fffe0a250a
-- 1c67736d2e73696d2e6f70657261746f722e69736f2d636f756e7472791205537061696e10050a7f0a
-- @hex /bytes/data/property/persist.sys.timezone
-- ff00ff
-- @file /long/data/property/persist.sys.locale
-- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
-- @file /empty/data/property/persist.sys.locale
-- 
-- @hex /binary/data/system/users/0/settings_system.xml
-- 41425800 1000
-- @file /cut/data/system/users/0/settings_system.xml
-- <settings><setting name="system_locales" value="de-DE"/>
-- @database /none/com.android.providers.telephony/databases/telephony.db
CREATE TABLE carriers (_id INTEGER PRIMARY KEY, mcc TEXT);
-- @database /columns/com.android.providers.telephony/databases/telephony.db
CREATE TABLE siminfo (_id INTEGER PRIMARY KEY, icc_id TEXT);
-- @database /values/com.android.providers.telephony/databases/telephony.db
CREATE TABLE siminfo (_id INTEGER PRIMARY KEY, mcc INTEGER, mcc_string TEXT, number, iso_country_code TEXT);
INSERT INTO siminfo VALUES (1, 5000, '21', '+1', 'esp'), (2, 214, 'abc', X'00', ''), (3, NULL, NULL, '+34 six', NULL);
-- @file /not/com.android.providers.telephony/databases/telephony.db
-- no database
