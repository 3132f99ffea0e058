-- Invented: rows that stand only in the write-ahead log, and one that it changes.
-- @database /private/var/mobile/Containers/Shared/AppGroup/0D6B2B1C-4B0A-4D11-9B0E-1F2A3B4C5D6E/ChatStorage.sqlite
-- @include schema_2024.sql
INSERT INTO ZWACHATSESSION (Z_PK, ZSESSIONTYPE, ZCONTACTJID) VALUES (1, 0, '34600000002@s.whatsapp.net');
INSERT INTO ZWAMESSAGE (Z_PK, ZCHATSESSION, ZISFROMME, ZMESSAGETYPE, ZMESSAGEDATE, ZFROMJID, ZSTANZAID, ZTEXT) VALUES (1, 1, 0, 0, 507643200, '34600000002@s.whatsapp.net', 'A1', 'in the file'), (2, 1, 0, 0, 507643201, '34600000002@s.whatsapp.net', 'A2', 'in the file, then changed');
-- @wal
UPDATE ZWAMESSAGE SET ZTEXT = 'changed in the log' WHERE Z_PK = 2;
INSERT INTO ZWAMESSAGE (Z_PK, ZCHATSESSION, ZISFROMME, ZMESSAGETYPE, ZMESSAGEDATE, ZFROMJID, ZSTANZAID, ZTEXT) VALUES (3, 1, 0, 0, 507643202, '34600000002@s.whatsapp.net', 'A3', 'in the log alone');
