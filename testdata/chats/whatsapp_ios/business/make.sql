-- Invented: WhatsApp Business and WhatsApp in one backup, each with an account of its own. That of Business stands in the
-- sandbox of the app alone, as a number without a server.
-- @file /backup/private/var/mobile/Containers/Data/Application/net.whatsapp.WhatsAppSMB/Library/Preferences/net.whatsapp.WhatsAppSMB.plist
-- <?xml version="1.0" encoding="UTF-8"?>
-- <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
-- <plist version="1.0">
-- <dict>
--     <key>LastOwnJabberID</key>
--     <string>34600000021</string>
-- </dict>
-- </plist>
-- @file /backup/private/var/mobile/Containers/Shared/AppGroup/group.net.whatsapp.WhatsApp.shared/Library/Preferences/group.net.whatsapp.WhatsApp.shared.plist
-- <?xml version="1.0" encoding="UTF-8"?>
-- <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
-- <plist version="1.0">
-- <dict>
--     <key>OwnJabberID</key>
--     <string>34600000022.0:1@s.whatsapp.net</string>
--     <key>FullUserName</key>
--     <string>Plain</string>
-- </dict>
-- </plist>
-- @database /backup/private/var/mobile/Containers/Shared/AppGroup/group.net.whatsapp.WhatsAppSMB.shared/ChatStorage.sqlite
-- @include schema_2024.sql
INSERT INTO ZWACHATSESSION (Z_PK, ZSESSIONTYPE, ZCONTACTJID, ZPARTNERNAME) VALUES (1, 0, '34600000002@s.whatsapp.net', 'Customer');
INSERT INTO ZWAMESSAGE (Z_PK, ZCHATSESSION, ZISFROMME, ZMESSAGETYPE, ZMESSAGEDATE, ZTOJID, ZSTANZAID, ZTEXT) VALUES (1, 1, 1, 0, 507643200, '34600000002@s.whatsapp.net', 'A1', 'business');
-- @database /backup/private/var/mobile/Containers/Shared/AppGroup/group.net.whatsapp.WhatsApp.shared/ChatStorage.sqlite
-- @include schema_2024.sql
INSERT INTO ZWACHATSESSION (Z_PK, ZSESSIONTYPE, ZCONTACTJID, ZPARTNERNAME) VALUES (1, 0, '34600000002@s.whatsapp.net', 'Friend');
INSERT INTO ZWAMESSAGE (Z_PK, ZCHATSESSION, ZISFROMME, ZMESSAGETYPE, ZMESSAGEDATE, ZTOJID, ZSTANZAID, ZTEXT) VALUES (1, 1, 1, 0, 507643200, '34600000002@s.whatsapp.net', 'A1', 'plain');
