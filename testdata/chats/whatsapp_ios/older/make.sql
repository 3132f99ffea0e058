-- Invented: an early release. No captions, no blobs of the protocol, no kinds of sessions; the sandbox of the app
-- holds all.
-- @file /private/var/mobile/Applications/11111111-2222-3333-4444-555555555555/Library/Preferences/net.whatsapp.WhatsApp.plist
-- <?xml version="1.0" encoding="UTF-8"?>
-- <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
-- <plist version="1.0">
-- <dict>
--     <key>LastOwnJabberID</key>
--     <string>34600000031</string>
-- </dict>
-- </plist>
-- @file /private/var/mobile/Applications/11111111-2222-3333-4444-555555555555/Library/Media/34600000002@s.whatsapp.net/c/d/square.jpg
-- square
-- @database /private/var/mobile/Applications/11111111-2222-3333-4444-555555555555/Documents/ChatStorage.sqlite
-- @include schema_2014.sql
INSERT INTO ZWAGROUPINFO (Z_PK, ZCREATIONDATE, ZOWNERJID) VALUES (1, 400000000, '34600000002@s.whatsapp.net');
INSERT INTO ZWACHATSESSION (Z_PK, ZGROUPINFO, ZCONTACTJID, ZPARTNERNAME, ZCONTACTABID) VALUES (1, NULL, '34600000002@s.whatsapp.net', 'Square Person', 12), (2, 1, '34600000002-1378307200@g.us', 'Old squares', 0);
INSERT INTO ZWAGROUPMEMBER (Z_PK, ZCHATSESSION, ZMEMBERJID, ZCONTACTNAME) VALUES (1, 2, '34600000002@s.whatsapp.net', 'Square Person'), (2, 2, '15550100003@s.whatsapp.net', NULL);
INSERT INTO ZWAMESSAGE (Z_PK, ZCHATSESSION, ZISFROMME, ZMESSAGETYPE, ZGROUPEVENTTYPE, ZMESSAGESTATUS, ZGROUPMEMBER, ZMESSAGEDATE, ZFROMJID, ZTOJID, ZSTANZAID, ZTEXT) VALUES
  (1, 1, 1, 0, 0, 6, NULL, 400000100, NULL, '34600000002@s.whatsapp.net', '1378307300-1', 'own words'),
  (2, 1, 0, 1, 0, 0, NULL, 400000160, '34600000002@s.whatsapp.net', NULL, '1378307360-2', NULL),
  (3, 2, 0, 6, 12, 0, 1, 400000000, '34600000002-1378307200@g.us', NULL, NULL, NULL),
  (4, 2, 0, 0, 0, 0, 2, 400000220, '34600000002-1378307200@g.us', NULL, '1378307420-3', 'hello');
INSERT INTO ZWAMEDIAITEM (Z_PK, ZMESSAGE, ZFILESIZE, ZMEDIALOCALPATH, ZVCARDNAME, ZVCARDSTRING) VALUES (1, 2, 6, 'Media/34600000002@s.whatsapp.net/c/d/square.jpg', NULL, 'image/jpeg');
-- @database /private/var/mobile/Applications/11111111-2222-3333-4444-555555555555/Documents/ContactsV2.sqlite
CREATE TABLE ZWACONTACT (Z_PK INTEGER PRIMARY KEY, ZFULLNAME VARCHAR, ZFIRSTNAME VARCHAR, ZLASTNAME VARCHAR);
CREATE TABLE ZWAPHONE (Z_PK INTEGER PRIMARY KEY, ZCONTACT INTEGER, ZPHONE VARCHAR, ZWHATSAPPID VARCHAR);
CREATE TABLE ZWASTATUS (Z_PK INTEGER PRIMARY KEY, ZPHONE INTEGER, ZTEXT VARCHAR);
INSERT INTO ZWACONTACT VALUES (1, 'Square Person', 'Square', 'Person');
INSERT INTO ZWAPHONE VALUES (1, 1, '600 000 002', '34600000002'), (2, 9, '555', NULL);
INSERT INTO ZWASTATUS VALUES (1, 1, 'four sides, see chat.whatsapp.com/AbCdEfGhIjKlMnOpQrSv46');
