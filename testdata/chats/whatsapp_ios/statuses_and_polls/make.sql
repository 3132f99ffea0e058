-- Invented: what persons show to all for a day, with and without a kind of session, from addresses of either form; polls.
-- @file /private/var/mobile/Containers/Shared/AppGroup/0D6B2B1C-0000-4000-8000-000000000001/Library/Preferences/group.net.whatsapp.WhatsApp.shared.plist
-- <?xml version="1.0" encoding="UTF-8"?>
-- <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
-- <plist version="1.0">
-- <dict>
--     <key>OwnJabberID</key>
--     <string>34600000001@s.whatsapp.net</string>
-- </dict>
-- </plist>
-- @database /private/var/mobile/Containers/Shared/AppGroup/0D6B2B1C-0000-4000-8000-000000000001/ChatStorage.sqlite
-- @include schema_2024.sql
INSERT INTO ZWACHATSESSION (Z_PK, ZSESSIONTYPE, ZCONTACTJID, ZPARTNERNAME) VALUES
  (1, 3, '34600000002@status', 'Square'), (2, NULL, '15550100003@status', NULL), (3, 3, 'status@broadcast', NULL), (4, 1, '120363041234567890@g.us', 'Blue circles'), (5, 3, '123456789012345@status', NULL);
INSERT INTO ZWAGROUPMEMBER (Z_PK, ZCHATSESSION, ZMEMBERJID, ZISACTIVE) VALUES (1, 4, '34600000002@s.whatsapp.net', 1), (2, 3, '447700900004@s.whatsapp.net', 1);
INSERT INTO ZWAMESSAGE (Z_PK, ZCHATSESSION, ZISFROMME, ZMESSAGETYPE, ZGROUPMEMBER, ZMESSAGEDATE, ZFROMJID, ZTOJID, ZSTANZAID, ZTEXT) VALUES
  (1, 1, 0, 0, NULL, 507643200, '34600000002@status', NULL, 'S1', 'from the address of the status'),
  (2, 1, 0, 0, NULL, 507643201, NULL, NULL, 'S2', 'from nowhere, in a chat of that address'),
  (3, 2, 0, 0, NULL, 507643202, '15550100003@s.whatsapp.net', NULL, 'S3', 'from the person'),
  (4, 3, 0, 0, NULL, 507643203, '34600000005@s.whatsapp.net', NULL, 'S4', 'in the chat of all'),
  (5, 3, 0, 0, 2, 507643204, 'status@broadcast', NULL, 'S5', 'in the chat of all, from a member'),
  (6, 3, 1, 0, NULL, 507643205, NULL, 'status@broadcast', 'S6', 'own'),
  (7, 5, 0, 0, NULL, 507643206, '123456789012345@status', NULL, 'S7', 'of a number that is longer than any'),
  (8, 3, 0, 0, NULL, 507643207, 'status@broadcast', NULL, 'S8', 'of nobody'),
  (20, 4, 0, 46, 1, 507643208, '120363041234567890@g.us', NULL, 'P1', NULL),
  (21, 4, 1, 46, NULL, 507643209, NULL, '120363041234567890@g.us', 'P2', 'with a text of its own'),
  (22, 4, 1, 46, NULL, 507643210, NULL, '120363041234567890@g.us', 'P3', NULL),
  (23, 4, 1, 46, NULL, 507643211, NULL, '120363041234567890@g.us', 'P4', NULL);
INSERT INTO ZWAMESSAGEINFO (Z_PK, ZMESSAGE, ZRECEIPTINFO) VALUES (1, 20, X'4258123757686963683f2068747470733a2f2f636861742e77686174736170702e636f6d2f4162436445664768496a4b6c4d6e4f7051725374557a1a080a067371756172651a130a1177612e6d652f3334363030303030303438'), (2, 21, X'4258123757686963683f2068747470733a2f2f636861742e77686174736170702e636f6d2f4162436445664768496a4b6c4d6e4f7051725374557a1a080a067371756172651a130a1177612e6d652f3334363030303030303438'), (3, 22, X'42ff0112'), (4, 1, X'4258123757686963683f2068747470733a2f2f636861742e77686174736170702e636f6d2f4162436445664768496a4b6c4d6e4f7051725374557a1a080a067371756172651a130a1177612e6d652f3334363030303030303438');
