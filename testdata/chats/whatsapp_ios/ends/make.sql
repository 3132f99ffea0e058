-- Invented: rows are gone before the first and behind the last one that stands.
-- @database /private/var/mobile/Containers/Shared/AppGroup/11111111-2222-3333-4444-555555555555/ChatStorage.sqlite
-- @include schema_2024.sql
INSERT INTO ZWACHATSESSION (Z_PK, ZSESSIONTYPE, ZCONTACTJID, ZPARTNERNAME) VALUES (1, 0, '34600000002@s.whatsapp.net', 'Square Person');
INSERT INTO ZWAMESSAGE (Z_PK, ZCHATSESSION, ZISFROMME, ZMESSAGETYPE, ZGROUPEVENTTYPE, ZMESSAGEDATE, ZFROMJID, ZTOJID, ZSTANZAID, ZTEXT) VALUES
  (4, 1, 0, 0, 0, 500000000, '34600000002@s.whatsapp.net', NULL, 'A1', 'theirs'),
  (5, 1, 1, 0, 0, 500000060, NULL, '34600000002@s.whatsapp.net', 'A2', 'own'),
  (6, 1, 0, 10, 2, 500000120, '34600000002@s.whatsapp.net', NULL, NULL, NULL);
INSERT INTO Z_PRIMARYKEY VALUES (1, 'WAChatSession', 0, 9), (2, 'WAMessage', 0, 11);
