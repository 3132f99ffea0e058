-- A file that a list of known material names, tied to its SHA-256: by the list itself or by a phone that holds the file.
-- list: Name of the list.
-- category: Category number as the list gives it.
-- profile: Profile that gives the number its meaning.
-- series: Name of the series as the list gives it.
-- sha256: SHA-256 of the file.
-- through: `list` when the list bears the SHA-256; else the label of a phone that holds the file with the listed MD5 or SHA-1.
WITH listed AS (
    SELECT list, category, profile, series, md5, sha1, sha256 FROM evidence.known WHERE list_kind = 'known'
)
SELECT DISTINCT list, category, profile, series, sha256, 'list' AS through FROM listed WHERE sha256 IS NOT NULL
UNION
SELECT l.list, l.category, l.profile, l.series, f.sha256, f.device
FROM listed l JOIN evidence.files f ON l.md5 = f.md5
WHERE (l.sha1 IS NULL OR l.sha1 = f.sha1) AND (l.sha256 IS NULL OR l.sha256 = f.sha256)
UNION
SELECT l.list, l.category, l.profile, l.series, f.sha256, f.device
FROM listed l JOIN evidence.files f ON l.sha1 = f.sha1
WHERE l.md5 IS NULL AND (l.sha256 IS NULL OR l.sha256 = f.sha256)
